/**
 * Rings that nobody needs at present, by size: a connection takes one when bytes come and gives it back when all have
 * been read.
 */

/** Of a connection that holds no bytes. */
export const NO_BYTES = new Uint8Array(0);

const LEAST_BYTES = 2048;
/** Rings kept of each size; more are left to the garbage collector. */
const KEPT = 64;

export class RingPool {
  private readonly free: Uint8Array[][] = [];

  /** A ring of a power of two of bytes, at least `bytes` of them. What stands in it is of no meaning. */
  take(bytes: number): Uint8Array {
    const wanted = Math.max(bytes, LEAST_BYTES);
    const order = 32 - Math.clz32(wanted - 1);
    return this.free[order]?.pop() ?? new Uint8Array(2 ** order);
  }

  give(ring: Uint8Array): void {
    const order = 31 - Math.clz32(ring.length);
    const list = (this.free[order] ??= []);
    if (list.length < KEPT) list.push(ring);
  }
}
