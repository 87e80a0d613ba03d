import assert from 'node:assert/strict';
import { macHi, macLo } from '../../../src/base/addr.ts';
import { devSetPromiscuity } from '../../../src/kernel/dev/dev-ops.ts';
import { devOf, type } from '../kit.ts';
import { ALL, buildBridge, markedFrame, reached } from './bridge-kit.ts';

const GROUP = 0x0100_5e01_0203;
const LINK_LOCAL = 0x0180_c200_0000;

describe('kernel: bridge input', () => {
  it('takes no frame without a sender, or with a group as one', () => {
    const lab = buildBridge(2);
    assert.deepEqual(reached(lab, 0, markedFrame(0, ALL)), [[], []]);
    assert.deepEqual(reached(lab, 0, markedFrame(GROUP, ALL)), [[], []]);
    assert.deepEqual(lab.world.dropped(), { MAC_INVALID_SOURCE: 2 });
  });

  it('hands on BPDUs of others, keeps pause frames, and gives the port itself other link-local groups', () => {
    const lab = buildBridge(2);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, LINK_LOCAL, 1)), [[], [1]]);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, LINK_LOCAL + 1, 2)), [[], []]);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, LINK_LOCAL + 0xe, 3)), [[], []]);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, LINK_LOCAL + 0x10, 4)), [[], [4]]);
    assert.deepEqual(lab.world.dropped(), { UNHANDLED_PROTO: 3, MAC_IEEE_MAC_CONTROL: 1 });
    assert.equal(devOf(lab.host, 'eth0').rxDropped, 1);
  });

  it('forwards the link-local groups that the mask of the bridge or of the port names', () => {
    const lab = buildBridge(2);
    type(lab.host, 'ip link set br0 type bridge group_fwd_mask 0x4000');
    type(lab.host, 'ip link set eth0 type bridge_slave group_fwd_mask 0x8');
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, LINK_LOCAL + 0xe, 1)), [[], [1]]);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, LINK_LOCAL + 3, 2)), [[], [2]]);
    assert.deepEqual(reached(lab, 1, markedFrame(0x0b, LINK_LOCAL + 3, 3)), [[], []]);
  });

  it('learns from link-local frames unless it is told not to', () => {
    const lab = buildBridge(2);
    reached(lab, 0, markedFrame(0x0a, LINK_LOCAL + 2));
    assert.equal(lab.bridge.fdb.find(0, 0x0a), 1);
    type(lab.host, 'ip link set br0 type bridge no_linklocal_learn 1');
    reached(lab, 0, markedFrame(0x0b, LINK_LOCAL + 2));
    assert.equal(lab.bridge.fdb.find(0, 0x0b), -1);
  });

  it('lets a port that learns only learn, and one that listens not even that', () => {
    const lab = buildBridge(2);
    type(lab.host, 'ip link set eth0 type bridge_slave state 2');
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, ALL)), [[], []]);
    assert.equal(lab.bridge.fdb.find(0, 0x0a), 1);
    type(lab.host, 'ip link set eth0 type bridge_slave state 1');
    assert.deepEqual(reached(lab, 0, markedFrame(0x0b, ALL)), [[], []]);
    assert.equal(lab.bridge.fdb.find(0, 0x0b), -1);
    assert.deepEqual(reached(lab, 1, markedFrame(0x0c, ALL, 1)), [[], []], 'nothing goes out there');
    assert.equal(lab.world.dropped()['BRIDGE_INGRESS_STP_STATE'], 2);
  });

  it('lets into a locked port only whom it knows there', () => {
    const lab = buildBridge(2);
    reached(lab, 1, markedFrame(0x0b, ALL));
    type(lab.host, 'ip link set eth0 type bridge_slave locked on');
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, ALL, 1)), [[], []], 'a stranger');
    assert.deepEqual(reached(lab, 0, markedFrame(0x0b, ALL, 2)), [[], []], 'one known elsewhere');
    lab.bridge.fdb.addByUser(0, 0x0a, 1, 0);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, ALL, 3)), [[], [3]]);
    assert.equal(lab.world.dropped()['X_BRIDGE_LOCKED_PORT'], 2);
  });

  it('while it is promiscuous passes up a copy of all frames, for others as OTHERHOST', () => {
    const lab = buildBridge(2);
    reached(lab, 1, markedFrame(0x0b, ALL));
    const before = lab.bridge.rxPackets;
    devSetPromiscuity(lab.bridge, 1);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, 0x0b, 1)), [[], [1]]);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, 0x0c, 2)), [[], [2]]);
    assert.equal(lab.bridge.rxPackets - before, 2);
    assert.equal(lab.world.dropped()['OTHERHOST'], 2);
    devSetPromiscuity(lab.bridge, -1);
    reached(lab, 0, markedFrame(0x0a, 0x0b, 3));
    assert.equal(lab.bridge.rxPackets - before, 2);
  });

  it('counts groups that are not broadcasts, and bytes without the Ethernet header', () => {
    const lab = buildBridge(2);
    reached(lab, 0, markedFrame(0x0a, ALL));
    reached(lab, 0, markedFrame(0x0a, GROUP));
    assert.deepEqual([lab.bridge.rxPackets, lab.bridge.rxBytes, lab.bridge.multicast], [2, 2, 1]);
  });

  it('gives the host what is for it or for the port that it came by', () => {
    const lab = buildBridge(2);
    const [eth0, eth1] = [devOf(lab.host, 'eth0'), devOf(lab.host, 'eth1')];
    for (const mac of [lab.bridge.mac, eth0.mac, eth1.mac]) reached(lab, 0, markedFrame(0x0a, mac));
    assert.deepEqual(lab.world.dropped(), { UNHANDLED_PROTO: 2, OTHERHOST: 1 }, 'another port’s is for nobody');
  });

  it('keeps an entry used as long as frames go there', () => {
    const lab = buildBridge(2);
    reached(lab, 1, markedFrame(0x0b, ALL));
    lab.world.run(5e9);
    reached(lab, 0, markedFrame(0x0a, 0x0b));
    const entry = lab.bridge.fdb.entry(macHi(0x0b), macLo(0x0b))!;
    assert.ok(entry.usedNs - entry.updatedNs >= 5e9);
  });
});
