/**
 * Messages that wait to be gossiped: each is sent so often that a cluster of this size hears of it, the ones that were
 * sent least first, and of those the longest that fits. Twin of memberlist's TransmitLimitedQueue (queue.go).
 */
import { assert } from '../base/assert.ts';

interface LimitedBroadcast {
  readonly message: Uint8Array;
  /** What it is about: a newer message of that name takes its place. Empty for one that nothing replaces. */
  readonly name: string;
  readonly id: number;
  readonly finished: (() => void) | null;
  transmits: number;
}

/** How often a message is sent: `retransmitMult` times the digits of the number of nodes (retransmitLimit). */
export function retransmitLimit(retransmitMult: number, nodes: number): number {
  let digits = 0;
  // ceil(log10(nodes + 1)), without the logarithm.
  for (let power = 1; power < nodes + 1; power *= 10) digits++;
  return retransmitMult * digits;
}

export class TransmitQueue {
  private readonly retransmitMult: number;
  private readonly numNodes: () => number;
  /** By how often they were sent; within a tier the longest first, of equal ones the newest. */
  private readonly tiers: LimitedBroadcast[][] = [];
  private readonly named = new Map<string, LimitedBroadcast>();
  private lastId = 0;
  private count = 0;

  /** `numNodes` tells among how many nodes a message has to spread. */
  constructor(retransmitMult: number, numNodes: () => number) {
    this.retransmitMult = retransmitMult;
    this.numNodes = numNodes;
  }

  get length(): number {
    return this.count;
  }

  /** `finished` is called when it is not sent any more: often enough, or replaced by a newer one of its name. */
  queueBroadcast(message: Uint8Array, name = '', finished: (() => void) | null = null): void {
    const id = ++this.lastId;
    const old = name === '' ? undefined : this.named.get(name);
    if (old !== undefined) {
      this.remove(old);
      old.finished?.();
    }
    this.insert({ message, name, id, finished, transmits: 0 });
  }

  /** Takes what fits `limit` bytes, each message costing `overhead` more. */
  getBroadcasts(overhead: number, limit: number): Uint8Array[] {
    const taken: Uint8Array[] = [];
    if (this.count === 0) return taken;
    const transmitLimit = retransmitLimit(this.retransmitMult, this.numNodes());
    const kept: LimitedBroadcast[] = [];
    let free = limit - overhead;
    // What is taken goes a tier further, but not before all have been looked at.
    for (let transmits = 0; transmits < this.tiers.length && free > 0;) {
      const next = firstThatFits(this.tiers[transmits]!, free);
      if (next === undefined) {
        transmits++;
        continue;
      }
      free -= overhead + next.message.length;
      taken.push(next.message);
      this.remove(next);
      if (++next.transmits < transmitLimit) kept.push(next);
      else next.finished?.();
    }
    for (const each of kept) this.insert(each);
    return taken;
  }

  /** Keeps at most so many, giving up those that were sent most. */
  prune(maxRetain: number): void {
    while (this.count > maxRetain) {
      const last = this.tiers.findLast((tier) => tier.length > 0)!.at(-1)!;
      this.remove(last);
      last.finished?.();
    }
  }

  private insert(broadcast: LimitedBroadcast): void {
    while (this.tiers.length <= broadcast.transmits) this.tiers.push([]);
    const tier = this.tiers[broadcast.transmits]!;
    tier.splice(placeOf(tier, broadcast.message.length, broadcast.id), 0, broadcast);
    if (broadcast.name !== '') this.named.set(broadcast.name, broadcast);
    this.count++;
  }

  private remove(broadcast: LimitedBroadcast): void {
    const tier = this.tiers[broadcast.transmits]!;
    const at = placeOf(tier, broadcast.message.length, broadcast.id);
    assert(tier[at] === broadcast, 'TransmitQueue.remove: the message waits in its tier');
    tier.splice(at, 1);
    if (broadcast.name !== '') this.named.delete(broadcast.name);
    // Numbers begin anew when nothing waits.
    if (--this.count === 0) this.lastId = 0;
  }
}

/** Where a message of that length and number stands in a tier, or would stand. */
function placeOf(tier: readonly LimitedBroadcast[], length: number, id: number): number {
  let low = 0;
  let high = tier.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { message, id: itsId } = tier[middle]!;
    const isBefore = message.length > length || (message.length === length && itsId > id);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstThatFits(tier: readonly LimitedBroadcast[], free: number): LimitedBroadcast | undefined {
  return tier[placeOf(tier, free, Infinity)];
}
