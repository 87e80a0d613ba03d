import { strict as assert } from 'node:assert';
import { changeGossipKeys, gossipKeys } from '../../../src/docker/agent/gossip-keys.ts';
import type { ClusterKey } from '../../../src/docker/swarm/cluster.ts';
import type { NetworkDb } from '../../../src/gossip/networkdb/network-db.ts';

const key = (lamportTime: number, subsystem: ClusterKey['subsystem'] = 'networking:gossip'): ClusterKey => {
  return { subsystem, key: new Uint8Array(16).fill(lamportTime), lamportTime };
};

function changes(before: readonly ClusterKey[], now: readonly ClusterKey[]): string[] {
  const done: string[] = [];
  const note = (what: string) => (bytes: Uint8Array) => {
    done.push(`${what} ${bytes[0]!}`);
  };
  const db = { setKey: note('set'), setPrimaryKey: note('primary'), removeKey: note('remove') };
  changeGossipKeys(db as unknown as NetworkDb, before, now);
  return done;
}

describe('gossip keys', () => {
  it('are those of the gossip, the second oldest first', () => {
    const keys = [key(5), key(9, 'networking:ipsec'), key(3), key(7)];
    assert.deepEqual(
      gossipKeys(keys).map(([first]) => first),
      [5, 3, 7],
    );
    assert.deepEqual(gossipKeys([key(4)]).length, 1);
    assert.deepEqual(gossipKeys([key(4, 'networking:ipsec')]), []);
  });

  it('change so that nobody is ever without: in with the new one, on to the next, out with the oldest', () => {
    const rotated = changes([key(3), key(5), key(7)], [key(5), key(7), key(9), key(8, 'networking:ipsec')]);
    assert.deepEqual(rotated, ['set 9', 'primary 7', 'remove 3']);
    assert.deepEqual(changes([key(3), key(5), key(7)], [key(7), key(3), key(5)]), ['primary 5']);
  });
});
