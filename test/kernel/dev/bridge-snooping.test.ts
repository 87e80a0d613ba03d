import assert from 'node:assert/strict';
import { formatMac } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { devOf, MILLISECOND, SECOND, type, World } from '../kit.ts';

const BEFORE = '33:33:00:00:00:01';
const UP = [BEFORE, '01:00:5e:00:00:6a', '33:33:00:00:00:6a', '01:00:5e:00:00:01'];

function listened(host: Host): string[] {
  return devOf(host, 'br0').multicastList.entries.map((entry) => formatMac(entry.mac));
}

describe('kernel: a bridge that snoops', () => {
  it('is in the groups of snoopers while it is up, in the order in which Linux joins them', () => {
    const host = new World().host('h');
    type(host, 'ip link add br0 type bridge');
    assert.deepEqual(listened(host), [BEFORE]);
    for (let i = 0; i < 2; i++) {
      type(host, 'ip link set br0 up');
      assert.deepEqual(listened(host), UP);
      type(host, 'ip link set br0 down');
      assert.deepEqual(listened(host), [BEFORE]);
    }
  });

  it('leaves and joins them as it is told', () => {
    const host = new World().host('h');
    type(host, 'ip link add br0 type bridge');
    type(host, 'ip link set br0 up');
    type(host, 'ip link set br0 type bridge mcast_snooping 0');
    assert.deepEqual(listened(host), [BEFORE, '01:00:5e:00:00:01']);
    type(host, 'ip link set br0 type bridge mcast_snooping 1');
    assert.deepEqual(listened(host), [BEFORE, '01:00:5e:00:00:01', '01:00:5e:00:00:6a', '33:33:00:00:00:6a']);
  });

  it('tells of them twice; the first time it has no carrier yet, the second the ports hear it', () => {
    const world = new World();
    const host = world.host('h');
    for (const line of ['br0 type bridge', 'v0 type veth peer name v1']) type(host, `ip link add ${line}`);
    type(host, 'ip link set br0 address 02:00:00:00:00:01');
    type(host, 'ip addr add 10.0.0.1/24 dev br0');
    type(host, 'ip link set br0 up');
    world.run(15 * MILLISECOND);
    for (const line of ['v0 up', 'v1 up', 'v0 master br0']) type(host, `ip link set ${line}`);
    world.run(2 * SECOND);
    const { txDropped, txPackets, txBytes } = devOf(host, 'br0');
    assert.deepEqual([txDropped, txPackets, txBytes], [1, 1, 54]);
    assert.deepEqual([devOf(host, 'v1').rxPackets, devOf(host, 'v1').rxBytes], [1, 54]);
    assert.deepEqual(world.dropped(), { QDISC_DROP: 1, NOT_SPECIFIED: 1 }, 'v1 is in no such group');
  });
});
