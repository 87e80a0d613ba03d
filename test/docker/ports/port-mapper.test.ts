import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import { externalConnectivity } from '../../../src/docker/ports/external-connectivity.ts';
import { PortAllocator } from '../../../src/docker/ports/port-allocator.ts';
import type { PortHolder, PortMapping } from '../../../src/docker/ports/port-mapper.ts';
import { PortMapper } from '../../../src/docker/ports/port-mapper.ts';
import { readPorts } from '../../../src/docker/ports/port-spec.ts';
import { RecordingFirewall } from '../recording-firewall.ts';

const NETWORK = { bridge: 'docker0', gatewayMode: 'nat', isInternal: false } as const;
const TARGET = { ...NETWORK, containerIp: ip4('172.17.0.4'), defaultHostIp: '0.0.0.0', isWayOut: true };

/** A mapper whose host has these ports in use already, by IPv4. */
function mapperOn(
  inUse: readonly number[] = [],
  hasUserlandProxy = true,
): { mapper: PortMapper; calls: () => string[] } {
  const calls: string[] = [];
  const holder: PortHolder = {
    hold: (mapping) => {
      const isInUse = mapping.hostIp !== '::' && inUse.includes(mapping.hostPort);
      if (isInUse) throw new DaemonError(`in use: ${mapping.hostPort}`);
      calls.push(`hold ${shown(mapping)}`);
    },
    release: (mapping) => {
      calls.push(`release ${shown(mapping)}`);
    },
  };
  const allocator = new PortAllocator(32_768, 32_790);
  const firewall = new RecordingFirewall(calls);
  return { mapper: new PortMapper({ allocator, firewall, holder, hasUserlandProxy }), calls: () => calls.splice(0) };
}

function shown({ hostIp, hostPort, port, protocol }: PortMapping): string {
  return `${hostIp}:${hostPort}->${port}/${protocol}`;
}

/** Maps what `-p` says. */
function map(mapper: PortMapper, ...publish: readonly string[]): string[] {
  const ports = readPorts(publish, []);
  assert.ok(typeof ports !== 'string');
  return mapper.map(TARGET, externalConnectivity(ports, true).published).map(shown);
}

describe('docker/ports/port-mapper', () => {
  it('maps to 0.0.0.0 and then to ::, in the order of the requests', () => {
    const { mapper } = mapperOn();
    assert.deepEqual(map(mapper, '127.0.0.1:9000:9000', '7000-7001:7000-7001', '53/udp'), [
      '127.0.0.1:9000->9000/tcp',
      '0.0.0.0:7001->7001/tcp',
      ':::7001->7001/tcp',
      '0.0.0.0:7000->7000/tcp',
      ':::7000->7000/tcp',
      '0.0.0.0:32768->53/udp',
      ':::32768->53/udp',
    ]);
  });

  it('keeps to an address that was named, of either family', () => {
    const { mapper } = mapperOn();
    assert.deepEqual(map(mapper, '0.0.0.0:80:80', '[::]:81:80', '[::1]:82:80'), [
      '::1:82->80/tcp',
      ':::81->80/tcp',
      '0.0.0.0:80->80/tcp',
    ]);
    const elsewhere = { ...TARGET, defaultHostIp: '192.168.50.11' };
    const request = { port: 80, protocol: 'tcp', hostIp: '', firstHostPort: 8080, lastHostPort: 8080 };
    assert.deepEqual(mapper.map(elsewhere, [request]).map(shown), ['192.168.50.11:8080->80/tcp']);
  });

  it('has no use for IPv6 without the proxy', () => {
    const { mapper } = mapperOn([], false);
    assert.deepEqual(map(mapper, '80:80', '[::1]:81:80', '127.0.0.1:82:80'), [
      '127.0.0.1:82->80/tcp',
      '0.0.0.0:80->80/tcp',
    ]);
  });

  it('programs the rules before somebody holds the port, and takes them back after', () => {
    const { mapper, calls } = mapperOn();
    const request = { port: 80, protocol: 'tcp', hostIp: '', firstHostPort: 8585, lastHostPort: 8585 };
    const mappings = mapper.map(TARGET, [request]);
    const rule = 'docker0 0.0.0.0:8585->172.17.0.4:80/tcp';
    assert.deepEqual(calls(), [`publishPort ${rule}`, 'hold 0.0.0.0:8585->80/tcp', 'hold :::8585->80/tcp']);
    mapper.unmap(NETWORK, mappings);
    assert.deepEqual(calls(), ['release 0.0.0.0:8585->80/tcp', `unpublishPort ${rule}`, 'release :::8585->80/tcp']);
    assert.equal(mapper.map(TARGET, [request]).length, 2);
  });

  it('leaves ports on an internal network to who holds them', () => {
    const { mapper, calls } = mapperOn();
    const request = { port: 80, protocol: 'tcp', hostIp: '127.0.0.1', firstHostPort: 8585, lastHostPort: 8585 };
    const mappings = mapper.map({ ...TARGET, isInternal: true }, [request]);
    mapper.unmap({ ...NETWORK, isInternal: true }, mappings);
    assert.deepEqual(calls(), ['hold 127.0.0.1:8585->80/tcp', 'release 127.0.0.1:8585->80/tcp']);
  });

  it('takes everything back when one cannot be had', () => {
    const { mapper, calls } = mapperOn([81]);
    assert.throws(() => map(mapper, '82:80', '81:80', '80:79'), new DaemonError('in use: 81'));
    const done = calls();
    for (const [made, undone] of [
      ['hold', 'release'],
      ['publishPort', 'unpublishPort'],
    ] as const) {
      const count = (verb: string): number => done.filter((call) => call.startsWith(`${verb} `)).length;
      assert.equal(count(made), count(undone));
    }
    assert.deepEqual(map(mapper, '82:80', '80:79').length, 4);
    const taken = new DaemonError('Bind for 0.0.0.0:82 failed: port is already allocated');
    assert.throws(() => map(mapper, '83:80', '82:79'), taken);
    assert.deepEqual(map(mapper, '83:80').length, 2);
  });

  it('leaves an ephemeral port that somebody else has, ten times', () => {
    const { mapper } = mapperOn([32_768, 32_769]);
    assert.deepEqual(map(mapper, '80'), ['0.0.0.0:32770->80/tcp', ':::32768->80/tcp']);
    const busy = mapperOn(Array.from({ length: 10 }, (_, i) => 32_768 + i));
    assert.throws(() => map(busy.mapper, '80'), new DaemonError('in use: 32777'));
    assert.deepEqual(map(busy.mapper, '80'), ['0.0.0.0:32778->80/tcp', ':::32768->80/tcp']);
  });

  it('refuses protocols that have no ports', () => {
    const { mapper } = mapperOn();
    const request = { port: 80, protocol: '0', hostIp: '', firstHostPort: 0, lastHostPort: 0 };
    assert.throws(() => mapper.map(TARGET, [request]), new DaemonError('invalid transport protocol: 0'));
  });
});
