import assert from 'node:assert/strict';
import { ManagerLab } from '../lab.ts';

const TWELVE_HOURS_NS = 12 * 3_600_000_000_000;

describe('docker/swarm/manager/key-manager', () => {
  it('begins with three keys for each purpose, each newer than the one before', () => {
    const { keys, keyClock } = new ManagerLab().context.store.cluster!;
    assert.deepEqual(
      keys.map(({ subsystem }) => subsystem.slice('networking:'.length)),
      ['gossip', 'gossip', 'gossip', 'ipsec', 'ipsec', 'ipsec'],
    );
    assert.deepEqual(
      keys.map(({ lamportTime }) => keyClock - lamportTime),
      [5, 4, 3, 2, 1, 0],
    );
    for (const { key } of keys) assert.match(key, /^[0-9a-f]{32}$/);
    assert.equal(new Set(keys.map(({ key }) => key)).size, 6);
  });

  it('puts a new key for the oldest every twelve hours, until it is told to stop', () => {
    const lab = new ManagerLab();
    const before = lab.context.store.cluster!.keys.map(({ key }) => key);
    lab.time.advance(TWELVE_HOURS_NS - 1);
    assert.deepEqual(
      lab.context.store.cluster!.keys.map(({ key }) => key),
      before,
    );
    lab.time.advance(1);
    const after = lab.context.store.cluster!.keys.map(({ key }) => key);
    assert.deepEqual(
      before.map((key) => after.indexOf(key)),
      [-1, 0, 1, -1, 3, 4],
    );
    lab.manager.follow();
    const { versionIndex } = lab.context.store.cluster!;
    lab.time.advance(2 * TWELVE_HOURS_NS);
    assert.equal(lab.context.store.cluster!.versionIndex, versionIndex);
  });
});
