/**
 * Seeded random numbers that fork by name: sfc32 (a small fast chaotic generator with a 32-bit counter, so no cycle
 * is shorter than 2^32), seeded from a 128-bit hash of the seed and of the names on the way to this generator. A fork
 * does not depend on how many numbers were drawn, so that a new consumer does not shift what another one sees.
 */
import { assert } from '../base/assert.ts';

const TWO_32 = 0x1_0000_0000;
/** Draws thrown away after seeding; sfc32 is well mixed after 12. */
const WARM_UP = 15;

/** The finalizer of MurmurHash3: each input bit changes about half of the output bits. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

export class Rng {
  /** The 128 bits that stand for the path: what forks are made from. */
  private readonly seedWords: Int32Array;
  private stateA: number;
  private stateB: number;
  private stateC: number;
  private counter: number;

  private constructor(seedWords: Int32Array) {
    this.seedWords = seedWords;
    this.stateA = seedWords[0]!;
    this.stateB = seedWords[1]!;
    this.stateC = seedWords[2]!;
    this.counter = seedWords[3]!;
    for (let i = 0; i < WARM_UP; i++) this.u32();
  }

  /** The root generator of a run; `seed` is any integer up to 2^53. */
  static fromSeed(seed: number): Rng {
    assert(Number.isSafeInteger(seed), 'Rng.fromSeed: the seed is an integer');
    const words = new Int32Array([0x243f6a88, 0x85a308d3 | 0, 0x13198a2e, 0x03707344]);
    absorb(words, seed | 0);
    absorb(words, Math.floor(seed / TWO_32) | 0);
    return new Rng(words);
  }

  /** The generator of that name below this one: always the same, however many numbers were drawn from either. */
  fork(name: string): Rng {
    const words = this.seedWords.slice();
    for (let i = 0; i < name.length; i++) absorb(words, name.charCodeAt(i));
    absorb(words, ~name.length);
    return new Rng(words);
  }

  /** A uniform integer 0..2^32-1. */
  u32(): number {
    const sum = (this.stateA + this.stateB + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.stateA = this.stateB ^ (this.stateB >>> 9);
    this.stateB = (this.stateC + (this.stateC << 3)) | 0;
    this.stateC = (((this.stateC << 21) | (this.stateC >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A uniform integer 0..n-1, without bias: draws that would fall into the incomplete last part are repeated. */
  below(n: number): number {
    assert(n >= 1 && n <= Number.MAX_SAFE_INTEGER && Math.floor(n) === n, 'Rng.below: the bound is a positive integer');
    if (n <= TWO_32) {
      const limit = TWO_32 - (TWO_32 % n);
      let draw = this.u32();
      while (draw >= limit) draw = this.u32();
      return draw % n;
    }
    const range = 2 ** 53;
    const limit = range - (range % n);
    let draw = this.u53();
    while (draw >= limit) draw = this.u53();
    return draw % n;
  }

  /** A uniform integer from `lo` to `hi`, both included. */
  between(lo: number, hi: number): number {
    assert(lo <= hi, 'Rng.between: the bounds are in order');
    return lo + this.below(hi - lo + 1);
  }

  /** True with the probability `p`. Draws in any case, so that a changed probability shifts nothing else. */
  chance(p: number): boolean {
    return this.unit() < p;
  }

  /** A uniform number in [0, 1) with 53 bits. */
  unit(): number {
    return this.u53() / 2 ** 53;
  }

  bytes(n: number): Uint8Array {
    const bytes = new Uint8Array(n);
    for (let i = 0; i < n; i++) bytes[i] = this.u32() >>> 24;
    return bytes;
  }

  /** So many lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = '';
    for (let i = 0; i < digits; i++) text += (this.u32() >>> 28).toString(16);
    return text;
  }

  /** Puts a list into a uniformly random order, in place (Fisher and Yates). */
  shuffle(list: unknown[]): void {
    for (let i = list.length - 1; i > 0; i--) {
      const k = this.below(i + 1);
      const item = list[i];
      list[i] = list[k];
      list[k] = item;
    }
  }

  private u53(): number {
    const upper = this.u32() >>> 5;
    return upper * 0x400_0000 + (this.u32() >>> 6);
  }
}

/** Folds 32 bits into the 128; for a given `value` it is a bijection of the words, so no seed is lost. */
function absorb(words: Int32Array, value: number): void {
  words[0] = mix(words[0]! ^ value) + words[3]!;
  words[1] = mix(words[1]! ^ words[0]) + 0x9e3779b9;
  words[2] = mix(words[2]! ^ words[1]) + 0x7f4a7c15;
  words[3] = mix(words[3]! ^ words[2]) + 0x94d049bb;
}
