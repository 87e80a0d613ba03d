import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import { externalConnectivity } from '../../../src/docker/ports/external-connectivity.ts';
import { PortAllocator } from '../../../src/docker/ports/port-allocator.ts';
import type { PortHolder, PortMapping, PortTarget } from '../../../src/docker/ports/port-mapper.ts';
import { PortMapper29 } from '../../../src/docker/ports/port-mapper29.ts';
import { readPorts } from '../../../src/docker/ports/port-spec.ts';
import { RecordingFirewall } from '../recording-firewall.ts';

const NETWORK = { bridge: 'docker0', gatewayMode: 'nat', isInternal: false } as const;
const TARGET: PortTarget = {
  ...NETWORK,
  containerIp: ip4('172.17.0.4'),
  defaultHostIp: '0.0.0.0',
  isWayOut: true,
};

interface Scene {
  /** What `-p` leads to, one line for each mapping. */
  readonly map: (target: Partial<PortTarget>, ...publish: string[]) => string[];
  readonly unmapAll: () => void;
  /** The calls since the last time. */
  readonly calls: () => string[];
}

/** A mapper whose host has these ports in use already, on the address named. */
function scene(inUse: readonly string[] = [], hasUserlandProxy = true): Scene {
  const calls: string[] = [];
  const holder: PortHolder = {
    hold: (mapping) => {
      if (inUse.includes(`${mapping.hostIp}:${mapping.hostPort}`)) throw new DaemonError('in use');
      calls.push(`hold ${shown(mapping)}`);
    },
    release: (mapping) => {
      calls.push(`release ${shown(mapping)}`);
    },
  };
  const allocator = new PortAllocator(32_768, 32_790);
  const firewall = new RecordingFirewall(calls);
  const mapper = new PortMapper29({ allocator, firewall, holder, hasUserlandProxy });
  let mappings: PortMapping[] = [];
  return {
    map: (target, ...publish) => {
      const ports = readPorts(publish, []);
      assert.ok(typeof ports !== 'string');
      mappings = mapper.map({ ...TARGET, ...target }, externalConnectivity(ports, true).published);
      return mappings.map(shown);
    },
    unmapAll: () => {
      mapper.unmap(NETWORK, mappings);
    },
    calls: () => calls.splice(0),
  };
}

function shown({ hostIp, hostPort, port, protocol }: PortMapping): string {
  return `${hostIp}:${hostPort}->${port}/${protocol}`;
}

describe('docker/ports/port-mapper29', () => {
  it('serves who wants one number first, by the port inside, IPv4 before IPv6', () => {
    assert.deepEqual(
      scene().map({}, '53/udp', '7000-7001:7000-7001', '127.0.0.1:9000:90', '8000-8009:90', '[::1]:9000:90'),
      [
        '127.0.0.1:9000->90/tcp',
        '::1:9000->90/tcp',
        '0.0.0.0:7000->7000/tcp',
        ':::7000->7000/tcp',
        '0.0.0.0:7001->7001/tcp',
        ':::7001->7001/tcp',
        '0.0.0.0:32768->53/udp',
        ':::32768->53/udp',
        '0.0.0.0:8000->90/tcp',
        ':::8000->90/tcp',
      ],
    );
  });

  it('gives all addresses of a request the number that is free on all of them', () => {
    const { map, calls } = scene([':::32768', '0.0.0.0:32769']);
    assert.deepEqual(map({}, '80'), ['0.0.0.0:32770->80/tcp', ':::32770->80/tcp']);
    assert.deepEqual(calls(), [
      'hold 0.0.0.0:32768->80/tcp',
      'release 0.0.0.0:32768->80/tcp',
      'hold 0.0.0.0:32770->80/tcp',
      'hold :::32770->80/tcp',
      'publishPort docker0 0.0.0.0:32770->172.17.0.4:80/tcp',
    ]);
  });

  it('holds ports before there are rules for them, and takes the rules back last', () => {
    const { map, calls, unmapAll } = scene();
    map({}, '8585:80');
    const rule = 'docker0 0.0.0.0:8585->172.17.0.4:80/tcp';
    assert.deepEqual(calls(), ['hold 0.0.0.0:8585->80/tcp', 'hold :::8585->80/tcp', `publishPort ${rule}`]);
    unmapAll();
    assert.deepEqual(calls(), ['release 0.0.0.0:8585->80/tcp', 'release :::8585->80/tcp', `unpublishPort ${rule}`]);
    assert.equal(map({}, '8585:80').length, 2);
  });

  it('takes everything back when one cannot be had, and does not try another for a number that was asked for', () => {
    const { map, calls } = scene([':::90']);
    assert.throws(() => map({}, '80:80', '90:90'), new DaemonError('in use'));
    assert.deepEqual(calls().slice(-4), [
      'release 0.0.0.0:90->90/tcp',
      'release 0.0.0.0:80->80/tcp',
      'release :::80->80/tcp',
      'unpublishPort docker0 0.0.0.0:80->172.17.0.4:80/tcp',
    ]);
    const taken = new DaemonError('Bind for 0.0.0.0:80 failed: port is already allocated');
    map({}, '80:80');
    assert.throws(() => map({}, '127.0.0.1:80:80'), taken);
  });

  it('opens a routed network under its own addresses, and leaves IPv6 to the proxy', () => {
    const { map, calls, unmapAll } = scene();
    const routed = { gatewayMode: 'routed' } as const;
    assert.deepEqual(map(routed, '192.168.50.11:8585:80', '90:90'), [
      ':::90->90/tcp',
      '0.0.0.0:0->80/tcp',
      '0.0.0.0:0->90/tcp',
    ]);
    assert.deepEqual(calls(), [
      'hold :::90->90/tcp',
      'publishPort docker0 0.0.0.0:0->172.17.0.4:80/tcp',
      'publishPort docker0 0.0.0.0:0->172.17.0.4:90/tcp',
    ]);
    unmapAll();
    assert.deepEqual(calls()[0], 'release :::90->90/tcp');
    assert.deepEqual(map({ ...routed, isWayOut: false }, '80'), ['0.0.0.0:0->80/tcp']);
  });

  it('lets nothing in by an endpoint that gives no way out, and nothing by IPv6 without the proxy', () => {
    assert.deepEqual(scene().map({ isWayOut: false }, '80:80'), []);
    assert.deepEqual(scene([], false).map({}, '80:80', '[::1]:81:80'), ['0.0.0.0:80->80/tcp']);
    const elsewhere = { defaultHostIp: '192.168.50.11' };
    assert.deepEqual(scene().map(elsewhere, '80:80'), ['192.168.50.11:80->80/tcp']);
    assert.deepEqual(scene().map({ defaultHostIp: '::1' }, '80:80'), ['::1:80->80/tcp']);
  });
});
