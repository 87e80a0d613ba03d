/**
 * How the body of a message is delimited (RFC 9112, 6): by a length, by chunks, or by the end of the connection. A
 * decoder takes bytes as they come and says which of them are the body's.
 *
 *   chunked:  1a;ext=x CRLF  …26 bytes… CRLF   0 CRLF   trailer fields CRLF   CRLF
 */
import type { HeaderLine } from './head.ts';
import { hasToken, headerOf } from './head.ts';

export interface BodyDecoder {
  /** How many of the bytes from `from` belong to the message; what is the body's of them is handed to `emit`. */
  push(bytes: Uint8Array, from: number, emit: (piece: Uint8Array) => void): number;
  /** All of it has come. */
  readonly isComplete: boolean;
  /** It is complete when the connection ends. */
  readonly endsWithConnection: boolean;
  /** What came is no body of this kind. */
  readonly isBroken: boolean;
}

/** Of a body, what its head says about the size: a number of bytes, chunks, the rest, or nonsense. */
export type Framing = number | 'chunked' | 'rest' | 'bad';

const LENGTH = /^\d{1,15}$/;
const LINE_BYTES_MAX = 4096;
const CHUNK_DIGITS_MAX = 12;
const LF = 10;

/** How the body of a request is delimited; without a word about it there is none. */
export function requestFraming(request: { readonly headers: readonly HeaderLine[] }): Framing {
  const framing = framingOf(request);
  return framing === 'rest' ? 0 : framing;
}

/** How the body of an answer to `method` is delimited. */
export function responseFraming(
  response: { readonly status: number; readonly headers: readonly HeaderLine[] },
  method: string,
): Framing {
  const { status } = response;
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 0;
  return framingOf(response);
}

function framingOf(message: { readonly headers: readonly HeaderLine[] }): Framing {
  if (hasToken(message, 'transfer-encoding', 'chunked')) return 'chunked';
  if (headerOf(message, 'transfer-encoding') !== undefined) return 'bad';
  const lengths = message.headers.filter(({ name }) => name.toLowerCase() === 'content-length');
  if (lengths.length === 0) return 'rest';
  const [first] = lengths;
  const isOne = lengths.every(({ value }) => value === first!.value) && LENGTH.test(first!.value);
  return isOne ? Number(first!.value) : 'bad';
}

/** A decoder for bodies that are delimited so. */
export function bodyDecoder(framing: Exclude<Framing, 'bad'>): BodyDecoder {
  if (framing === 'chunked') return new ChunkedDecoder();
  return new PlainDecoder(framing === 'rest' ? Infinity : framing);
}

class PlainDecoder implements BodyDecoder {
  readonly isBroken = false;
  readonly endsWithConnection: boolean;
  private left: number;

  constructor(length: number) {
    this.left = length;
    this.endsWithConnection = length === Infinity;
  }

  get isComplete(): boolean {
    return this.left === 0;
  }

  push(bytes: Uint8Array, from: number, emit: (piece: Uint8Array) => void): number {
    const taken = Math.min(bytes.length - from, this.left);
    this.left -= taken;
    if (taken > 0) emit(bytes.subarray(from, from + taken));
    return taken;
  }
}

class ChunkedDecoder implements BodyDecoder {
  readonly endsWithConnection = false;
  isBroken = false;
  isComplete = false;
  /** Bytes of the current chunk that are still to come. */
  private left = 0;
  private state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  /** The beginning of a line. */
  private line = '';

  push(bytes: Uint8Array, from: number, emit: (piece: Uint8Array) => void): number {
    let at = from;
    while (at < bytes.length && !this.isComplete && !this.isBroken) {
      if (this.state === 'data') {
        const taken = Math.min(bytes.length - at, this.left);
        emit(bytes.subarray(at, at + taken));
        this.left -= taken;
        at += taken;
        if (this.left === 0) this.state = 'data-end';
      } else {
        const byte = bytes[at++]!;
        if (byte === LF) this.endLine();
        else this.line += String.fromCharCode(byte);
        if (this.line.length > LINE_BYTES_MAX) this.isBroken = true;
      }
    }
    return at - from;
  }

  private endLine(): void {
    const line = this.line.replace(/\r$/, '');
    this.line = '';
    if (this.state === 'size') this.beginChunk(line);
    else if (this.state === 'trailer') this.isComplete = line === '';
    else if (line === '') this.state = 'size';
    else this.isBroken = true;
  }

  private beginChunk(line: string): void {
    const digits = /^([0-9a-fA-F]+)[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (digits === undefined || digits.length > CHUNK_DIGITS_MAX) {
      this.isBroken = true;
      return;
    }
    this.left = parseInt(digits, 16);
    this.state = this.left === 0 ? 'trailer' : 'data';
  }
}

/** One chunk as it goes over the wire; an empty one is the last. */
export function writeChunkHead(length: number): string {
  return length === 0 ? '0\r\n\r\n' : `${length.toString(16)}\r\n`;
}
