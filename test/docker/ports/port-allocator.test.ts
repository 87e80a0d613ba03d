import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DaemonError } from '../../../src/docker/errors.ts';
import { PortAllocator } from '../../../src/docker/ports/port-allocator.ts';

const ANY = '0.0.0.0';

describe('docker/ports/port-allocator', () => {
  it('goes through the ephemeral range and does not come back to what is released before the end', () => {
    const allocator = new PortAllocator(32_768, 32_771);
    const next = (): number => allocator.request(ANY, 'tcp', 0, 0);
    assert.deepEqual([next(), next()], [32_768, 32_769]);
    allocator.release(ANY, 'tcp', 32_768);
    assert.deepEqual([next(), next(), next()], [32_770, 32_771, 32_768]);
    assert.throws(next, new DaemonError('all ports are allocated'));
  });

  it('refuses a port that is taken, on that address and protocol only', () => {
    const allocator = new PortAllocator(32_768, 60_999);
    assert.equal(allocator.request(ANY, 'tcp', 8585, 8585), 8585);
    assert.equal(allocator.request(ANY, 'udp', 8585, 8585), 8585);
    assert.equal(allocator.request('::', 'tcp', 8585, 8585), 8585);
    assert.equal(allocator.request('127.0.0.1', 'tcp', 8585, 8585), 8585);
    const again = (): number => allocator.request(ANY, 'tcp', 8585, 8585);
    assert.throws(again, new DaemonError('Bind for 0.0.0.0:8585 failed: port is already allocated'));
    allocator.release(ANY, 'tcp', 8585);
    assert.equal(again(), 8585);
  });

  it('gives the first free port of a range, and remembers where it was', () => {
    const allocator = new PortAllocator(32_768, 60_999);
    const next = (): number => allocator.request(ANY, 'tcp', 8080, 8083);
    allocator.request(ANY, 'tcp', 8081, 8081);
    assert.deepEqual([next(), next()], [8080, 8082]);
    allocator.release(ANY, 'tcp', 8080);
    assert.deepEqual([next(), next()], [8083, 8080]);
    assert.throws(next, new DaemonError('all ports are allocated'));
    assert.throws(() => allocator.request(ANY, 'tcp', 0, 9), new DaemonError('invalid port range: 0-9'));
  });

  it('takes one port for several addresses, and looks at the unspecified ones, too', () => {
    const allocator = new PortAllocator(32_768, 32_770);
    const next = (...ips: string[]): number => allocator.requestForAll(ips, 'tcp', 0, 0);
    const bind = (port: number, ...ips: string[]): number => allocator.requestForAll(ips, 'tcp', port, port);
    const taken = (ip: string, port: number): DaemonError =>
      new DaemonError(`Bind for ${ip}:${port} failed: port is already allocated`);
    assert.equal(bind(32_768, '::'), 32_768);
    assert.equal(next(ANY, '::'), 32_769);
    assert.throws(() => bind(32_769, '127.0.0.1'), taken(ANY, 32_769));
    assert.equal(bind(8585, '127.0.0.1'), 8585);
    assert.throws(() => bind(8585, ANY, '::'), taken('127.0.0.1', 8585));
    assert.equal(bind(8585, '192.168.50.11'), 8585);
    // It is free for IPv6.
    assert.equal(bind(8585, '::1'), 8585);
    assert.equal(next(ANY, '::'), 32_770);
    assert.throws(() => next(ANY, '::'), new DaemonError('all ports are allocated'));
    allocator.release('::', 'tcp', 32_768);
    assert.equal(next(ANY, '::'), 32_768);
    assert.equal(allocator.requestForAll([ANY], 'udp', 9000, 9001), 9000);
    assert.equal(allocator.requestForAll([ANY], 'udp', 9000, 9001), 9001);
  });

  it('property: no port is given twice, and all of them are given', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 8 }), (releases, size) => {
        const allocator = new PortAllocator(1000, 999 + size);
        const held = new Set<number>();
        for (const release of releases) {
          if (held.size === size || (release < 5 && held.size > 0)) {
            const port = [...held][release % held.size]!;
            held.delete(port);
            allocator.release(ANY, 'tcp', port);
          } else {
            const port = allocator.request(ANY, 'tcp', 0, 0);
            assert.ok(port >= 1000 && port < 1000 + size && !held.has(port));
            held.add(port);
          }
        }
      }),
    );
  });
});
