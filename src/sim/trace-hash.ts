/**
 * The 64-bit hash behind `traceHash`: two int32 lanes, one step per 32-bit word. A step is a bijection of the lanes for
 * a given word, and of the word for given lanes, so two inputs of equal length that differ in one place, or in two
 * neighbouring words, never meet. It notices a change of behaviour; it is no defence against someone who wants a
 * collision.
 */

const LANE_HI = 0x6a09e667;
const LANE_LO = 0xbb67ae85 | 0;
const MULTIPLIER_LO = 0x9e3779b1 | 0;
const MULTIPLIER_HI = 0x85ebca77 | 0;
const TWO_32 = 0x1_0000_0000;

export class Hash64 {
  hi: number;
  lo: number;

  constructor() {
    this.hi = LANE_HI;
    this.lo = LANE_LO;
  }

  reset(): void {
    this.hi = LANE_HI;
    this.lo = LANE_LO;
  }

  /** Folds in 32 bits, signed or unsigned. */
  update32(x: number): void {
    const product = Math.imul(this.lo ^ x, MULTIPLIER_LO);
    const lo = (((product << 15) | (product >>> 17)) + this.hi) | 0;
    this.lo = lo;
    this.hi = Math.imul(this.hi ^ ((lo << 13) | (lo >>> 19)), MULTIPLIER_HI);
  }

  /** Folds in the length and the bytes of a view from `o` to before `end`, in the same way on every machine. */
  updateBytes(view: DataView, o: number, end: number): void {
    this.update32(end - o);
    let hi = this.hi;
    let lo = this.lo;
    let i = o;
    for (; i + 4 <= end; i += 4) {
      const product = Math.imul(lo ^ view.getInt32(i, true), MULTIPLIER_LO);
      lo = (((product << 15) | (product >>> 17)) + hi) | 0;
      hi = Math.imul(hi ^ ((lo << 13) | (lo >>> 19)), MULTIPLIER_HI);
    }
    this.hi = hi;
    this.lo = lo;
    if (i < end) this.update32(lastBytes(view, i, end));
  }

  /** Folds in an integer of up to 53 bits, for example a time in nanoseconds. */
  updateNumber(x: number): void {
    this.update32(x | 0);
    this.update32(Math.floor(x / TWO_32) | 0);
  }

  /** The hash as 16 hexadecimal digits; the state stays as it is. */
  digest(): string {
    let hi = this.hi;
    let lo = this.lo;
    // The last words have gone through one step only: three more rounds carry each bit into both halves.
    for (let round = 0; round < 3; round++) {
      lo = finish(lo ^ hi);
      hi = finish((hi + lo) | 0);
    }
    return digits(hi) + digits(lo);
  }
}

/** One to three bytes as a little-endian number. */
function lastBytes(view: DataView, o: number, end: number): number {
  let word = 0;
  for (let i = end - 1; i >= o; i--) word = (word << 8) | view.getUint8(i);
  return word;
}

/** The finalizer of MurmurHash3. */
function finish(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function digits(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0');
}
