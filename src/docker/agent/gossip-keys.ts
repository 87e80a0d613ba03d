/**
 * The keys of a swarm's gossip: which are there, and which one everybody encrypts with. The managers keep three, and
 * make a fourth in the place of the oldest now and then. Twin of getKeys, getPrimaryKeyTag and handleKeyChange
 * (libnetwork: agent.go).
 */
import { assert } from '../../base/assert.ts';
import type { NetworkDb } from '../../gossip/networkdb/network-db.ts';
import type { ClusterKey } from '../swarm/cluster.ts';

const GOSSIP = 'networking:gossip';

/** Those of the gossip, the primary one first: it is the second oldest, so that the newest is everywhere before. */
export function gossipKeys(keys: readonly ClusterKey[]): Uint8Array[] {
  const [oldest, primary, ...newer] = oldestFirst(keys);
  if (oldest === undefined) return [];
  return primary === undefined ? [oldest.key] : [primary, oldest, ...newer].map(({ key }) => key);
}

/** Brings the keys of a NetworkDB from what the managers said before to what they say now. */
export function changeGossipKeys(db: NetworkDb, before: readonly ClusterKey[], now: readonly ClusterKey[]): void {
  const [left, right] = [oldestFirst(before), oldestFirst(now)];
  for (const { key } of withoutTimesOf(right, left)) db.setKey(key);
  const primary = gossipKeys(now)[0];
  assert(primary !== undefined, 'managers always have keys of the gossip');
  db.setPrimaryKey(primary);
  for (const { key } of withoutTimesOf(left, right)) db.removeKey(key);
}

function oldestFirst(keys: readonly ClusterKey[]): ClusterKey[] {
  return keys
    .filter(({ subsystem }) => subsystem === GOSSIP)
    .sort((left, right) => left.lamportTime - right.lamportTime);
}

/** A key is known by the time at which it was made. */
function withoutTimesOf(keys: readonly ClusterKey[], others: readonly ClusterKey[]): ClusterKey[] {
  return keys.filter(({ lamportTime }) => !others.some((other) => other.lamportTime === lamportTime));
}
