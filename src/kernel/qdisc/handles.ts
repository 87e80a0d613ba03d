/** The handles that the kernel gives disciplines itself, `8001:` and on (Linux: qdisc_alloc_handle). */
import type { Rng } from '../../sim/rng.ts';

const FIRST = 0x8000;
const END = 0xffff;

export class QdiscHandles {
  private readonly rng: Rng;
  private last = FIRST;
  private madeCount = 0;

  constructor(rng: Rng) {
    this.rng = rng.fork('qdisc');
  }

  /** The next handle of the machine that `isTaken` does not know; 0 when there is none. */
  next(isTaken: (handle: number) => boolean): number {
    for (let tries = FIRST; tries > 0; tries--) {
      this.last++;
      if (this.last === END) this.last = FIRST;
      if (!isTaken(this.last)) return this.last;
    }
    return 0;
  }

  /** A generator for one more discipline. */
  nextRng(): Rng {
    return this.rng.fork(`${this.madeCount++}`);
  }
}
