/**
 * Rings that nobody needs at present, by size: a connection takes one when bytes come and gives it back when all have
 * been read.
 */
import type { Lanes } from './copy-bytes.ts';
import { LastLanes, makeLanes } from './copy-bytes.ts';

/** Of a connection that holds no bytes. */
export const NO_BYTES = makeLanes(0);

const LEAST_BYTES = 2048;
/** Rings kept of each size; more are left to the garbage collector. */
const KEPT = 64;

export class RingPool {
  /** What programs read into are few arrays. */
  readonly targets = new LastLanes();
  private readonly free: Lanes[][] = [];

  /** A ring of a power of two of bytes, at least `bytes` of them. What stands in it is of no meaning. */
  take(bytes: number): Lanes {
    const wanted = Math.max(bytes, LEAST_BYTES);
    const order = 32 - Math.clz32(wanted - 1);
    return this.free[order]?.pop() ?? makeLanes(2 ** order);
  }

  give(ring: Lanes): void {
    const order = 31 - Math.clz32(ring.bytes.length);
    const list = (this.free[order] ??= []);
    if (list.length < KEPT) list.push(ring);
  }
}
