/**
 * Copies bytes from one buffer to another in lanes of 32 bits, without making a view of either: `set` of a subarray
 * leaves an object behind for each call. Where the two do not lie alike within their lanes, each lane is put together
 * from two:
 *
 *   from  |..ab|cdef|gh..|        to  |abcd|efgh|
 */
import type { ByteViews } from '../../../base/bytes.ts';
import { foldSum, sumBytes } from '../../../wire/checksum.ts';

/** A buffer as bytes and as aligned lanes of 32 bits, both from its offset 0. */
export type Lanes = Pick<ByteViews, 'bytes' | 'u32'>;

/** Over a new zeroed buffer of `size` bytes, a multiple of 4. */
export function makeLanes(size: number): Lanes {
  const buffer = new ArrayBuffer(size);
  return { bytes: new Uint8Array(buffer), u32: new Uint32Array(buffer) };
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Copies `length` bytes from `at` of `from` to `toAt` of `to`. Hot path. */
export function copyBytes(from: Lanes, at: number, to: Lanes, toAt: number, length: number): void {
  let done = 0;
  if (LITTLE_ENDIAN) {
    const head = Math.min(-toAt & 3, length);
    for (; done < head; done++) to.bytes[toAt + done] = from.bytes[at + done]!;
    const lanes = (length - head) >> 2;
    copyLanes(from.u32, at + head, to.u32, (toAt + head) >> 2, lanes);
    done += lanes << 2;
  }
  for (; done < length; done++) to.bytes[toAt + done] = from.bytes[at + done]!;
}

function copyLanes(from: Uint32Array, at: number, to: Uint32Array, lane: number, lanes: number): void {
  const shift = (at & 3) << 3;
  let i = at >> 2;
  let j = lane;
  const end = lane + lanes;
  if (shift === 0) {
    for (const unrolledEnd = end - 7; j < unrolledEnd; j += 8, i += 8) {
      to[j] = from[i]!;
      to[j + 1] = from[i + 1]!;
      to[j + 2] = from[i + 2]!;
      to[j + 3] = from[i + 3]!;
      to[j + 4] = from[i + 4]!;
      to[j + 5] = from[i + 5]!;
      to[j + 6] = from[i + 6]!;
      to[j + 7] = from[i + 7]!;
    }
    while (j < end) to[j++] = from[i++]!;
  } else if (j < end) {
    const rest = 32 - shift;
    let word = from[i]!;
    while (j < end) {
      const next = from[++i]!;
      to[j++] = (word >>> shift) | (next << rest);
      word = next;
    }
  }
}

/** The same; what the bytes add to a checksum of which they are an even part (`sumBytes`). Hot path. */
export function copyAndSum(from: Lanes, at: number, to: ByteViews, toAt: number, length: number): number {
  if (!LITTLE_ENDIAN || (toAt & 3) !== 0) {
    copyBytes(from, at, to, toAt, length);
    return sumBytes(to, toAt, length, 0);
  }
  const lanes = length >> 2;
  const sum = swap(copyAndSumLanes(from.u32, at, to.u32, toAt >> 2, lanes));
  const done = lanes << 2;
  if (done === length) return sum;
  for (let i = done; i < length; i++) to.bytes[toAt + i] = from.bytes[at + i]!;
  return sumBytes(to, toAt + done, length - done, sum);
}

function swap(sum: number): number {
  return ((sum & 0xff) << 8) | (sum >>> 8);
}

/** As `sumLanes` of wire/checksum.ts: whole lanes modulo 2^32, and their upper halves beside. */
function copyAndSumLanes(from: Uint32Array, at: number, to: Uint32Array, lane: number, lanes: number): number {
  const shift = (at & 3) << 3;
  let i = at >> 2;
  let j = lane;
  const end = lane + lanes;
  let total = 0;
  let upper = 0;
  if (shift === 0) {
    for (const unrolledEnd = end - 3; j < unrolledEnd; j += 4, i += 4) {
      const w0 = from[i]!;
      const w1 = from[i + 1]!;
      const w2 = from[i + 2]!;
      const w3 = from[i + 3]!;
      to[j] = w0;
      to[j + 1] = w1;
      to[j + 2] = w2;
      to[j + 3] = w3;
      total = (total + w0 + w1 + w2 + w3) | 0;
      upper = (upper + (w0 >>> 16) + (w1 >>> 16) + (w2 >>> 16) + (w3 >>> 16)) | 0;
    }
    for (; j < end; j++, i++) {
      const word = from[i]!;
      to[j] = word;
      total = (total + word) | 0;
      upper = (upper + (word >>> 16)) | 0;
    }
  } else if (j < end) {
    const rest = 32 - shift;
    let before = from[i]!;
    while (j < end) {
      const next = from[++i]!;
      const word = (before >>> shift) | (next << rest);
      to[j++] = word;
      total = (total + word) | 0;
      upper = (upper + (word >>> 16)) | 0;
      before = next;
    }
  }
  return foldSum(foldSum((total - (upper << 16)) | 0) + foldSum(upper));
}

/**
 * Lanes over arrays of programs, which mostly come again and again. They are made when an array comes for the second
 * time running; its first byte stands at `array.byteOffset` then.
 */
export class LastLanes {
  private last: Uint8Array | null = null;
  private lanes: Lanes | null = null;

  /** Null for an array that is new, or whose buffer does not consist of whole lanes. */
  of(array: Uint8Array): Lanes | null {
    if (array !== this.last) {
      this.last = array;
      this.lanes = null;
      return null;
    }
    this.lanes ??= lanesOver(array.buffer);
    return this.lanes;
  }
}

function lanesOver(buffer: ArrayBufferLike): Lanes | null {
  if ((buffer.byteLength & 3) !== 0) return null;
  return { bytes: new Uint8Array(buffer), u32: new Uint32Array(buffer) };
}
