import assert from 'node:assert/strict';
import { formatMac } from '../../../src/base/addr.ts';
import { Bridge } from '../../../src/kernel/dev/bridge.ts';
import { brPortOf } from '../../../src/kernel/dev/bridge-if.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { devOf, type, World } from '../kit.ts';

function build(): { host: Host; bridge: Bridge } {
  const host = new World().host('h');
  type(host, 'ip link add br0 address 02:00:00:00:00:10 type bridge');
  for (const i of [1, 2]) type(host, `ip link add p${i} address 02:00:00:00:00:0${i} type veth peer name e${i}`);
  for (const i of [1, 2]) type(host, `ip link set p${i} master br0`);
  const bridge = devOf(host, 'br0');
  assert.ok(bridge instanceof Bridge);
  return { host, bridge };
}

function entries(bridge: Bridge): string[] {
  return bridge.fdb.entries().map((entry) => `${formatMac(entry.mac)} ${entry.port}`);
}

describe('kernel: ports of a bridge', () => {
  it('make their interfaces promiscuous, for all groups too, as long as they are ports', () => {
    const { host } = build();
    const p1 = devOf(host, 'p1');
    assert.deepEqual([p1.promiscuity, p1.allmulti, brPortOf(p1)?.number], [1, 1, 1]);
    type(host, 'ip link set p1 nomaster');
    assert.deepEqual([p1.promiscuity, p1.allmulti, brPortOf(p1)], [0, 0, null]);
  });

  it('are entered newest first', () => {
    const { bridge } = build();
    assert.deepEqual(entries(bridge), ['02:00:00:00:00:02 2', '02:00:00:00:00:01 1', '02:00:00:00:00:10 0']);
  });

  it('leave an own address that another has, too, in its place', () => {
    const { host, bridge } = build();
    type(host, 'ip link set p2 address 02:00:00:00:00:01');
    assert.deepEqual(entries(bridge), ['02:00:00:00:00:01 1', '02:00:00:00:00:10 0']);
    type(host, 'ip link set p1 address 02:00:00:00:00:03');
    assert.deepEqual(entries(bridge), ['02:00:00:00:00:03 1', '02:00:00:00:00:01 2', '02:00:00:00:00:10 0']);
    type(host, 'ip link set br0 address 02:00:00:00:00:01');
    type(host, 'ip link set p2 nomaster');
    assert.deepEqual(entries(bridge), ['02:00:00:00:00:03 1', '02:00:00:00:00:01 0']);
  });
});
