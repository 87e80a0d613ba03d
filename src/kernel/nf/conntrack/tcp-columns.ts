/**
 * What is known of a TCP connection (struct ip_ct_tcp), as columns of numbers: words for sequence numbers and windows,
 * bytes for the rest. `wordsAt(slot)` and `bytesAt(slot)` say where those of an entry begin.
 */

/** Words of one direction: highest sequence number sent, highest allowed, widest window, highest acknowledgment. */
export const TD_END = 0;
export const TD_MAXEND = 1;
export const TD_MAXWIN = 2;
export const TD_MAXACK = 3;
export const DIR_TD_WORDS = 4;
/** Words after those of both directions: the latest packet that counts as a possible retransmission. */
export const LAST_SEQ = 8;
export const LAST_ACK = 9;
export const LAST_END = 10;
export const LAST_WIN = 11;
const WORDS = 12;

/** Bytes of one direction: bits IP_CT_TCP_FLAG_… and the shift of its windows. */
export const TD_FLAGS = 0;
export const TD_SCALE = 1;
export const DIR_TD_BYTES = 2;
/** Bytes after those of both directions. */
export const STATE = 4;
export const LAST_INDEX = 5;
export const LAST_DIR = 6;
export const RETRANS = 7;
export const LAST_FLAGS = 8;
export const LAST_WSCALE = 9;
const BYTES = 10;

export class TcpColumns {
  words = new Int32Array(0);
  bytes = new Uint8Array(0);
  /** Slots that there is room for: none until the first TCP connection. */
  capacity = 0;

  wordsAt(slot: number): number {
    return slot * WORDS;
  }

  bytesAt(slot: number): number {
    return slot * BYTES;
  }

  /** All zero, as for a connection that has just been seen. */
  clear(slot: number): void {
    this.words.fill(0, slot * WORDS, (slot + 1) * WORDS);
    this.bytes.fill(0, slot * BYTES, (slot + 1) * BYTES);
  }

  /** Slow path. */
  grow(capacity: number): void {
    const { words, bytes } = this;
    this.capacity = capacity;
    this.words = new Int32Array(capacity * WORDS);
    this.bytes = new Uint8Array(capacity * BYTES);
    this.words.set(words);
    this.bytes.set(bytes);
  }
}
