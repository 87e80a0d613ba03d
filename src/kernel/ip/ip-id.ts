/**
 * Identification numbers of IP datagrams. Datagrams of connected sockets count by themselves; all others share
 * buckets chosen by their addresses, which also move on with time (Linux: __ip_select_ident, ip_idents_reserve), so
 * that a listener cannot count what a host sends.
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import type { Scheduler } from '../../sim/scheduler.ts';

/** Linux sizes this by memory, 2,048 to 262,144 buckets; the smallest is plenty here. */
const BUCKETS = 2048;
/** One jiffy at HZ = 250, Debian's choice. */
const JIFFY_NS = 4_000_000;

export class IpIdents {
  private idents: Uint32Array | null;
  private stamps: Float64Array | null;
  private key: number;
  private readonly rng: Rng;
  private readonly sched: Pick<Scheduler, 'now'>;

  /** The tables are made at first use: a machine of a large network may never need them. */
  constructor(rng: Rng, sched: Pick<Scheduler, 'now'>) {
    this.rng = rng;
    this.sched = sched;
    this.idents = null;
    this.stamps = null;
    this.key = 0;
  }

  /** A number for one datagram (or `segments` of them) from `src` to `dst`; never more than 16 bits. */
  select(src: Ip4, dst: Ip4, protocol: number, segments: number): number {
    if (this.idents === null || this.stamps === null) return this.selectFirst(src, dst, protocol, segments);
    let hash = Math.imul(dst ^ this.key, 0x9e3779b1) ^ Math.imul(src, 0x85ebca6b) ^ Math.imul(protocol, 0xc2b2ae35);
    hash ^= hash >>> 15;
    const bucket = hash & (BUCKETS - 1);
    const jiffies = Math.floor(this.sched.now / JIFFY_NS);
    const elapsed = jiffies - this.stamps[bucket]!;
    this.stamps[bucket] = jiffies;
    const skipped = elapsed > 0 ? this.rng.below(Math.min(elapsed, 0xffff_ffff)) : 0;
    const id = (this.idents[bucket]! + skipped) >>> 0;
    this.idents[bucket] = id + segments;
    return id & 0xffff;
  }

  private selectFirst(src: Ip4, dst: Ip4, protocol: number, segments: number): number {
    this.key = this.rng.u32() | 0;
    this.stamps = new Float64Array(BUCKETS);
    this.idents = new Uint32Array(BUCKETS);
    for (let i = 0; i < BUCKETS; i++) this.idents[i] = this.rng.u32();
    return this.select(src, dst, protocol, segments);
  }
}
