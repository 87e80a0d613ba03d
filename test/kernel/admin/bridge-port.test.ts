import assert from 'node:assert/strict';
import { brSetport, noPortChange, setFlag } from '../../../src/kernel/admin/bridge-port.ts';
import { Bridge } from '../../../src/kernel/dev/bridge.ts';
import { BR_ADMIN_COST, BR_DEFAULT_FLAGS, PORT_FLAGS } from '../../../src/kernel/dev/bridge-flags.ts';
import { devOf, type, World } from '../kit.ts';

function build(): Bridge {
  const host = new World().host('h', { eth0: '', eth1: '' });
  for (const line of ['ip link add br0 type bridge', 'ip link set eth0 master br0', 'ip link set eth1 master br0']) {
    type(host, line);
  }
  const bridge = devOf(host, 'br0');
  assert.ok(bridge instanceof Bridge);
  return bridge;
}

describe('admin: a port of a bridge', () => {
  it('takes each flag on and off, the last word counts', () => {
    const port = build().portByNumber(1)!;
    for (const [word, flag] of PORT_FLAGS) {
      for (const isOn of [true, false]) {
        const change = noPortChange();
        setFlag(change, flag, !isOn);
        setFlag(change, flag, isOn);
        assert.equal(brSetport(port, change), '', word);
        assert.equal((port.flags & flag) !== 0, isOn, word);
      }
    }
  });

  it('keeps flags although a number of the same line is refused', () => {
    const port = build().portByNumber(1)!;
    const change = { ...noPortChange(), cost: 0 };
    setFlag(change, PORT_FLAGS.get('hairpin')!, true);
    assert.equal(brSetport(port, change), 'ERANGE');
    assert.equal(port.flags, BR_DEFAULT_FLAGS | 1);
  });

  it('has an id of its priority and its number, and a cost that was set by hand', () => {
    const port = build().portByNumber(2)!;
    assert.deepEqual([port.id, port.pathCost], [0x8002, 100]);
    assert.equal(brSetport(port, { ...noPortChange(), cost: 7, priority: 63 }), '');
    assert.deepEqual([port.id, port.pathCost, port.flags & BR_ADMIN_COST], [0xfc02, 7, BR_ADMIN_COST]);
  });
});
