import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cidrsOverlap, formatCidr, formatIp4, parseCidr } from '../../src/base/addr.ts';
import { DaemonError } from '../../src/docker/errors.ts';
import { AddressPool, DEFAULT_POOLS, Ipam } from '../../src/docker/ipam.ts';
import { recordedText } from './recordings.ts';

const RUNS = 100 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const NO_POOL =
  'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network';

describe('the default pools', () => {
  it('are 15 of /16 and 16 of /20, none overlapping another', () => {
    assert.equal(DEFAULT_POOLS.length, 31);
    assert.deepEqual(
      [0, 14, 15, 30].map((i) => formatCidr(DEFAULT_POOLS[i]!)),
      ['172.17.0.0/16', '172.31.0.0/16', '192.168.0.0/20', '192.168.240.0/20'],
    );
    for (const [i, left] of DEFAULT_POOLS.entries()) {
      assert.ok(DEFAULT_POOLS.slice(i + 1).every((right) => !cidrsOverlap(left, right)));
    }
  });

  it('are given out in the recorded order, past networks of the host, until none is left', function () {
    const lines = recordedText(this, 'ipam/ipam.txt').match(/^p\d+ \S+/gm)!;
    // The recording starts behind two networks that were there, and comes back to their pools at the end.
    const wanted = lines.slice(0, 27).map((line) => line.split(' ')[1]!);
    const ipam = new Ipam();
    const host = [parseCidr('192.168.50.13/24')!];
    const given = Array.from({ length: 30 }, () => formatCidr(ipam.requestDefaultPool(host).subnet));
    assert.deepEqual(given.slice(0, 3), ['172.17.0.0/16', '172.18.0.0/16', '172.19.0.0/16']);
    assert.deepEqual(given.slice(3), wanted);
    assert.throws(() => ipam.requestDefaultPool(host), new DaemonError(NO_POOL));
  });
});

describe('an address pool', () => {
  it('always gives out the lowest free address, and never the first or the last of the subnet', () => {
    const step = fc.oneof(fc.constant(-1), fc.nat(40));
    fc.assert(
      fc.property(fc.integer({ min: 26, max: 30 }), fc.array(step, { maxLength: 120 }), (prefixLen, steps) => {
        const network = parseCidr(`10.20.30.64/${prefixLen}`)!;
        const pool = new AddressPool(network);
        const hosts = Array.from({ length: 2 ** (32 - prefixLen) - 2 }, (_, i) => network.address + 1 + i);
        const held: number[] = [];
        for (const index of steps) {
          if (index < 0) {
            const lowest = hosts.find((address) => !held.includes(address));
            assert.equal(pool.requestAddress(), lowest);
            if (lowest !== undefined) held.push(lowest);
          } else if (held.length > 0) {
            const [address] = held.splice(index % held.length, 1);
            pool.releaseAddress(address!);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('counts addresses above 127.255.255.255 as well as those below', () => {
    const pool = new AddressPool(parseCidr('192.168.0.0/20')!);
    assert.deepEqual(
      [pool.requestAddress(), pool.requestAddress()].map((address) => formatIp4(address!)),
      ['192.168.0.1', '192.168.0.2'],
    );
  });

  it('has nothing to give for /31 and /32', () => {
    for (const text of ['10.5.0.0/31', '10.5.0.4/32']) {
      assert.equal(new AddressPool(parseCidr(text)!).requestAddress(), undefined);
    }
  });

  it('does not take back what it has not given', () => {
    const pool = new AddressPool(parseCidr('10.5.0.0/24')!);
    assert.throws(() => {
      pool.releaseAddress(parseCidr('10.5.0.7/24')!.address);
    }, /released once/);
  });
});
