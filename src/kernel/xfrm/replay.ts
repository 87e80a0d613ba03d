/**
 * Sequence numbers of a security association (RFC 4303 3.4.3; Linux: net/xfrm/xfrm_replay.c): those sent count up from
 * 1; of those received a window behind the highest one remembers which have been there.
 */

/** Windows up to this many numbers are kept in one word, longer ones in Linux's format for extended numbers. */
export const LEGACY_WINDOW_MAX = 32;
/** XFRMA_REPLAY_ESN_MAX */
export const WINDOW_MAX = 4096;
const WORD_BITS = 32;
const SEQUENCE_MAX = 0xffff_ffff;

/** Why a sequence number is not taken. */
export type ReplayFlaw = '' | 'zero' | 'window' | 'replay';

export class Replay {
  /** 0: whatever comes is taken. */
  readonly window: number;
  /** The number sent last. */
  outgoing: number;
  /** The highest number received; stays 0 without a window. */
  incoming: number;
  /** Bit by bit whether `incoming` less the bit's place has been there, in words, the lowest first. */
  private bitmap: number[];

  constructor(window: number, incoming = 0, outgoing = 0) {
    this.window = window;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.bitmap = new Array<number>(Math.max(1, Math.ceil(window / WORD_BITS))).fill(0);
  }

  /** Whether the window is too long for one word. */
  get isLong(): boolean {
    return this.window > LEGACY_WINDOW_MAX;
  }

  /** Unsigned, the lowest first. For a long window Linux lets the words begin where the numbers fall. */
  get words(): readonly number[] {
    return this.isLong ? this.ringWords() : this.bitmap.map((word) => word >>> 0);
  }

  /** Counts one more datagram sent; false when there is no number left (xfrm_replay_overflow). */
  next(mayWrap: boolean): boolean {
    if (this.outgoing === SEQUENCE_MAX && !mayWrap) return false;
    this.outgoing = this.outgoing === SEQUENCE_MAX ? 0 : this.outgoing + 1;
    return true;
  }

  /** Twin of xfrm_replay_check. */
  check(sequence: number): ReplayFlaw {
    if (this.window === 0) return '';
    if (sequence === 0) return 'zero';
    if (sequence > this.incoming) return '';
    const age = this.incoming - sequence;
    if (age >= this.window) return 'window';
    return this.has(age) ? 'replay' : '';
  }

  /** Twin of xfrm_replay_advance: the number has been there. */
  advance(sequence: number): void {
    if (this.window === 0) return;
    if (sequence > this.incoming) {
      this.shift(sequence - this.incoming);
      this.incoming = sequence;
    }
    this.mark(this.incoming - sequence);
  }

  private has(age: number): boolean {
    return ((this.bitmap[Math.floor(age / WORD_BITS)]! >>> (age % WORD_BITS)) & 1) === 1;
  }

  private mark(age: number): void {
    this.bitmap[Math.floor(age / WORD_BITS)]! |= 1 << (age % WORD_BITS);
  }

  private shift(by: number): void {
    const old = this.bitmap;
    const words = Math.floor(by / WORD_BITS);
    const bits = by % WORD_BITS;
    this.bitmap = old.map((_, i) => {
      const high = (old[i - words] ?? 0) << bits;
      const low = bits === 0 ? 0 : (old[i - words - 1] ?? 0) >>> (WORD_BITS - bits);
      return high | low;
    });
    this.forgetBeyondWindow();
  }

  private forgetBeyondWindow(): void {
    const bits = this.window % WORD_BITS;
    if (bits !== 0) this.bitmap[this.bitmap.length - 1]! &= (1 << bits) - 1;
  }

  /** As xfrm_replay_advance_bmp keeps them: number n is bit (n - 1) modulo the window. */
  private ringWords(): number[] {
    const words = new Array<number>(this.bitmap.length).fill(0);
    for (let age = 0; age < this.window && age < this.incoming; age++) {
      const place = (this.incoming - age - 1) % this.window;
      if (this.has(age)) words[Math.floor(place / WORD_BITS)]! |= 1 << (place % WORD_BITS);
    }
    return words.map((word) => word >>> 0);
  }
}
