import assert from 'node:assert/strict';
import { AddressList } from '../../../src/kernel/dev/address-list.ts';

describe('kernel: addresses that an interface listens to', () => {
  it('stand in the order in which they came, as long as somebody asks for them', () => {
    const list = new AddressList();
    list.add(2);
    list.add(1);
    list.add(2);
    assert.deepEqual(list.entries, [
      { mac: 2, users: 2, isStatic: false },
      { mac: 1, users: 1, isStatic: false },
    ]);
    assert.equal(list.remove(2), true);
    assert.equal(list.has(2), true);
    assert.equal(list.remove(2), true);
    assert.deepEqual([list.has(2), list.remove(2)], [false, false]);
  });

  it('are an administrator’s once', () => {
    const list = new AddressList();
    list.add(1);
    assert.equal(list.remove(1, true), false, 'he did not ask for it');
    assert.deepEqual([list.addStatic(1), list.addStatic(1)], [true, false]);
    assert.deepEqual(list.entries, [{ mac: 1, users: 2, isStatic: true }]);
    assert.equal(list.remove(1, true), true);
    assert.deepEqual(list.entries, [{ mac: 1, users: 1, isStatic: false }]);
    list.clear();
    assert.deepEqual(list.entries, []);
  });
});
