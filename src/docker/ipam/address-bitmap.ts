/**
 * Which addresses of a pool are taken: one bit each, twin of libnetwork's bitseq. A pool may have 2^32 addresses, so
 * only words with a taken bit are kept, and above the words lie summaries: a bit there is set when the word below it is
 * full. The lowest free bit is found in as many steps as there are levels, seven at most, however many are taken.
 */
import { assert } from '../../base/assert.ts';

const WORD_BITS = 32;
const FULL = -1;

export class AddressBitmap {
  /** How many bits there are. */
  readonly size: number;
  private clearBits: number;
  /** Words by number; the first level holds the bits, each further one says which words of the one below are full. */
  private readonly levels: Map<number, number>[] = [];

  constructor(size: number) {
    assert(size >= 1 && size <= 2 ** WORD_BITS, 'AddressBitmap: as many bits as an IPv4 network has addresses');
    this.size = size;
    this.clearBits = size;
    let words = size;
    do {
      words = Math.ceil(words / WORD_BITS);
      this.levels.push(new Map());
    } while (words > 1);
  }

  /** How many bits are clear. */
  get clearCount(): number {
    return this.clearBits;
  }

  /** How many of first..last are clear. */
  clearIn(first: number, last: number): number {
    let set = 0;
    for (const [word, bits] of this.levels[0]!) {
      for (let bit = 0; bit < WORD_BITS; bit++) {
        const index = word * WORD_BITS + bit;
        if (((bits >>> bit) & 1) === 1 && index >= first && index <= last) set++;
      }
    }
    return last - first + 1 - set;
  }

  isSet(index: number): boolean {
    return ((this.wordAt(0, index >>> 5) >>> (index & 31)) & 1) === 1;
  }

  /** Sets a bit. False if it was set already. */
  set(index: number): boolean {
    assert(index >= 0 && index < this.size, 'AddressBitmap: the bit is one of the pool');
    if (this.isSet(index)) return false;
    this.clearBits--;
    let bit = index;
    for (const level of this.levels) {
      const word = (level.get(bit >>> 5) ?? 0) | (1 << (bit & 31));
      level.set(bit >>> 5, word);
      if (word !== FULL) break;
      bit >>>= 5;
    }
    return true;
  }

  /** Clears a bit. False if it was clear already. */
  clear(index: number): boolean {
    assert(index >= 0 && index < this.size, 'AddressBitmap: the bit is one of the pool');
    if (!this.isSet(index)) return false;
    this.clearBits++;
    let bit = index;
    for (const level of this.levels) {
      const old = level.get(bit >>> 5) ?? 0;
      const word = old & ~(1 << (bit & 31));
      if (word === 0) level.delete(bit >>> 5);
      else level.set(bit >>> 5, word);
      if (old !== FULL) break;
      bit >>>= 5;
    }
    return true;
  }

  /** The lowest clear bit in first..last; undefined when all of them are set. */
  lowestClear(first: number, last: number): number | undefined {
    let bit = first;
    for (let level = 0; level < this.levels.length; level++) {
      const candidates = ~this.wordAt(level, bit >>> 5) & (FULL << (bit & 31));
      if (candidates !== 0) {
        const found = this.descend(level, (bit >>> 5) * WORD_BITS + lowestBit(candidates));
        return found <= last ? found : undefined;
      }
      bit = (bit >>> 5) + 1;
    }
    return undefined;
  }

  /** The lowest clear bit below a clear bit of a summary. */
  private descend(fromLevel: number, fromBit: number): number {
    let bit = fromBit;
    for (let level = fromLevel - 1; level >= 0; level--) {
      bit = bit * WORD_BITS + lowestBit(~this.wordAt(level, bit));
    }
    return bit;
  }

  private wordAt(level: number, word: number): number {
    return this.levels[level]!.get(word) ?? 0;
  }
}

/** The number of the lowest bit that is set. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
