import assert from 'node:assert/strict';
import { type } from '../kit.ts';
import { ALL, buildBridge, markedFrame, reached } from './bridge-kit.ts';

const GROUP = 0x0100_5e01_0203;

describe('kernel: bridge forwarding', () => {
  it('floods to a port only what its flags let out', () => {
    const lab = buildBridge(3);
    for (const [flag, dst] of [
      ['flood', 0x0c],
      ['mcast_flood', GROUP],
      ['bcast_flood', ALL],
    ] as const) {
      type(lab.host, `ip link set eth1 type bridge_slave ${flag} off`);
      assert.deepEqual(reached(lab, 0, markedFrame(0x0a, dst, 1)), [[], [], [1]], flag);
      type(lab.host, `ip link set eth1 type bridge_slave ${flag} on`);
      assert.deepEqual(reached(lab, 0, markedFrame(0x0a, dst, 2)), [[], [2], [2]], flag);
    }
  });

  it('sends what it knows to a port that wants no floods', () => {
    const lab = buildBridge(2);
    type(lab.host, 'ip link set eth1 type bridge_slave flood off mcast_flood off bcast_flood off');
    reached(lab, 1, markedFrame(0x0b, ALL));
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, 0x0b, 1)), [[], [1]]);
  });

  it('keeps isolated ports from each other, and from no other', () => {
    const lab = buildBridge(3);
    for (const eth of ['eth0', 'eth1']) type(lab.host, `ip link set ${eth} type bridge_slave isolated on`);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, ALL, 1)), [[], [], [1]]);
    assert.deepEqual(reached(lab, 2, markedFrame(0x0c, ALL, 2)), [[2], [2], []]);
    assert.deepEqual(reached(lab, 1, markedFrame(0x0b, 0x0a, 3)), [[], [], []]);
    assert.deepEqual(reached(lab, 1, markedFrame(0x0b, 0x0c, 4)), [[], [], [4]]);
  });

  it('does not reflect to an isolated hairpin port', () => {
    const lab = buildBridge(2);
    type(lab.host, 'ip link set eth0 type bridge_slave hairpin on');
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, ALL, 1)), [[1], [1]]);
    type(lab.host, 'ip link set eth0 type bridge_slave isolated on');
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, ALL, 2)), [[], [2]]);
  });

  it('uses the backup of a port that does not work', () => {
    const lab = buildBridge(3);
    type(lab.host, 'ip link set eth1 type bridge_slave backup_port eth2');
    lab.bridge.fdb.addByUser(0, 0x0b, 2, 1 << 21);
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, 0x0b, 1)), [[], [1], []]);
    type(lab.host, 'ip link set eth1 down');
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, 0x0b, 2)), [[], [], [2]]);
    type(lab.host, 'ip link set eth2 nomaster');
    assert.deepEqual(reached(lab, 0, markedFrame(0x0a, 0x0b, 3)), [[], [], []]);
  });
});
