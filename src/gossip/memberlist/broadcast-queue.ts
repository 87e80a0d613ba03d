/**
 * What is to be gossiped, each message so many times (TransmitLimitedQueue, queue.go). What was sent least often comes
 * first, of that the longest that still fits, of those the latest. A tier is a list in this order for one count of
 * transmissions, found by bisection.
 */
import { assert } from '../../base/assert.ts';
import { retransmitLimit } from './formulas.ts';

/** A message on its way to everybody. */
export interface Broadcast {
  readonly message: Uint8Array;
  /** One broadcast of a name replaces the one before; '' for those that `invalidates` decides about. */
  readonly name: string;
  /** With no name: whether nothing in the queue can be the same news, so that nobody need look. */
  readonly isUnique: boolean;
  /** With no name and not unique: whether this one makes another of that kind needless. */
  invalidates(other: Broadcast): boolean;
  /** It is sent no more: often enough, or something newer took its place. */
  finished(): void;
}

interface LimitedBroadcast {
  readonly broadcast: Broadcast;
  readonly id: number;
  transmits: number;
}

/** Where `bytes` and `id` stand in a tier, or would. */
function placeIn(tier: readonly LimitedBroadcast[], bytes: number, id: number): number {
  let low = 0;
  let high = tier.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = tier[middle]!;
    const itemBytes = item.broadcast.message.length;
    if (itemBytes > bytes || (itemBytes === bytes && item.id > id)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class BroadcastQueue {
  private readonly retransmitMult: number;
  /** By how often the messages in it were sent. */
  private readonly tiers: LimitedBroadcast[][];
  private readonly byName: Map<string, LimitedBroadcast>;
  private count: number;
  private lastId: number;

  constructor(retransmitMult: number) {
    this.retransmitMult = retransmitMult;
    this.tiers = [];
    this.byName = new Map();
    this.count = 0;
    this.lastId = 0;
  }

  get numQueued(): number {
    return this.count;
  }

  queueBroadcast(broadcast: Broadcast): void {
    const id = ++this.lastId;
    if (broadcast.name !== '') {
      const old = this.byName.get(broadcast.name);
      if (old !== undefined) this.drop(old);
    } else if (!broadcast.isUnique) {
      this.dropInvalidated(broadcast);
    }
    this.insert({ broadcast, id, transmits: 0 });
  }

  /**
   * Messages of together at most `limit` bytes, each counted with `overhead` more, in a cluster of `numNodes`; null
   * when there is nothing. Each counts as sent once more.
   */
  getBroadcasts(overhead: number, limit: number, numNodes: number): Uint8Array[] | null {
    if (this.count === 0) return null;
    const transmitLimit = retransmitLimit(this.retransmitMult, numNodes);
    const messages: Uint8Array[] = [];
    const again: LimitedBroadcast[] = [];
    let free = limit - overhead;
    // What is sent goes to the next tier only at the end: nothing is sent twice in one go.
    for (let transmits = 0; transmits < this.tiers.length && free > 0; transmits++) {
      const tier = this.tiers[transmits]!;
      for (let place = placeIn(tier, free, Infinity); place < tier.length; place = placeIn(tier, free, Infinity)) {
        const item = tier[place]!;
        messages.push(item.broadcast.message);
        free -= overhead + item.broadcast.message.length;
        this.remove(item);
        if (transmits + 1 >= transmitLimit) item.broadcast.finished();
        else again.push(item);
        if (free <= 0) break;
      }
    }
    for (const item of again) {
      item.transmits++;
      this.insert(item);
    }
    return messages.length === 0 ? null : messages;
  }

  /** Leaves the `maxRetain` messages that were sent least often. */
  prune(maxRetain: number): void {
    for (let transmits = this.tiers.length - 1; transmits >= 0 && this.count > maxRetain; transmits--) {
      const tier = this.tiers[transmits]!;
      while (tier.length > 0 && this.count > maxRetain) this.drop(tier.at(-1)!);
    }
  }

  /** Empties the queue. */
  reset(): void {
    this.prune(0);
  }

  private dropInvalidated(broadcast: Broadcast): void {
    for (const tier of this.tiers) {
      const invalidated = tier.filter(({ broadcast: other }) => {
        return other.name === '' && !other.isUnique && broadcast.invalidates(other);
      });
      for (const item of invalidated) this.drop(item);
    }
  }

  private drop(item: LimitedBroadcast): void {
    this.remove(item);
    item.broadcast.finished();
  }

  private insert(item: LimitedBroadcast): void {
    while (this.tiers.length <= item.transmits) this.tiers.push([]);
    const tier = this.tiers[item.transmits]!;
    tier.splice(placeIn(tier, item.broadcast.message.length, item.id), 0, item);
    this.count++;
    if (item.broadcast.name !== '') this.byName.set(item.broadcast.name, item);
  }

  private remove(item: LimitedBroadcast): void {
    const tier = this.tiers[item.transmits]!;
    // Numbers begin anew whenever the queue is empty, so that two may be alike in all that orders them.
    const place = tier.indexOf(item, placeIn(tier, item.broadcast.message.length, item.id));
    assert(place >= 0, 'BroadcastQueue.remove: the message stands in its tier');
    tier.splice(place, 1);
    this.count--;
    if (this.count === 0) this.lastId = 0;
    if (item.broadcast.name !== '') this.byName.delete(item.broadcast.name);
  }
}
