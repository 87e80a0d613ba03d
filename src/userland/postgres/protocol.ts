/**
 * The protocol of PostgreSQL, version 3.0: messages of both ends.
 *
 *   the first:   int32 length with itself, int32 code, …      all others:   byte type, int32 length with itself, …
 */
import { utf8Decode, utf8Encode } from '../../base/bytes.ts';

export const PROTOCOL_3 = 0x0003_0000;
/** Codes in the place of a version: NEGOTIATE_SSL_CODE, NEGOTIATE_GSS_CODE, CANCEL_REQUEST_CODE. */
export const SSL_REQUEST = 80_877_103;
export const GSS_REQUEST = 80_877_104;
export const CANCEL_REQUEST = 80_877_102;

/** Of the first message (MAX_STARTUP_PACKET_LENGTH); shortest and longest of others, as far as they are kept here. */
const STARTUP_BYTES_MAX = 10_000;
const STARTUP_BYTES_MIN = 8;
const MESSAGE_BYTES_MAX = 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

/** A message; `type` is its letter, '' for the first one. */
export interface Message {
  readonly type: string;
  readonly body: Uint8Array;
}

/** A length that no message can have: nothing can be read behind it. */
export class LengthError extends Error {}

/** Messages of bytes that come in pieces. */
export class MessageReader {
  private bytes: Uint8Array = NO_BYTES;

  get size(): number {
    return this.bytes.length;
  }

  add(more: Uint8Array): void {
    const joined = new Uint8Array(this.bytes.length + more.length);
    joined.set(this.bytes);
    joined.set(more, this.bytes.length);
    this.bytes = joined;
  }

  /** A single byte: the answer to a request for encryption. */
  byte(): number | null {
    const first = this.bytes[0];
    if (first === undefined) return null;
    this.bytes = this.bytes.subarray(1);
    return first;
  }

  /** The client's first message. */
  startup(): Message | null {
    return this.take(0, STARTUP_BYTES_MIN, STARTUP_BYTES_MAX);
  }

  message(): Message | null {
    return this.take(1, 4, MESSAGE_BYTES_MAX);
  }

  private take(typeBytes: number, min: number, max: number): Message | null {
    const { bytes } = this;
    if (bytes.length < typeBytes + 4) return null;
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(typeBytes);
    if (length < min || length > max) throw new LengthError();
    const end = typeBytes + length;
    if (bytes.length < end) return null;
    this.bytes = bytes.subarray(end);
    const type = String.fromCharCode(...bytes.subarray(0, typeBytes));
    return { type, body: bytes.subarray(typeBytes + 4, end) };
  }
}

/** Reads the fields of a body one after the other; behind its end there is nothing but zeros and empty strings. */
export class BodyReader {
  private readonly body: Uint8Array;
  private at = 0;

  constructor(body: Uint8Array) {
    this.body = body;
  }

  get left(): number {
    return this.body.length - this.at;
  }

  int(bytes: 1 | 2 | 4): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + (this.body[this.at++] ?? 0);
    return bytes === 4 ? value | 0 : value;
  }

  /** Up to its zero; null without one. */
  string(): string | null {
    const end = this.body.indexOf(0, this.at);
    if (end < 0) {
      this.at = this.body.length;
      return null;
    }
    const text = utf8Decode(this.body.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  text(length: number): string {
    const text = utf8Decode(this.body.subarray(this.at, this.at + length));
    this.at = Math.min(this.at + length, this.body.length);
    return text;
  }
}

/** A number with its bytes, or a string that ends with a zero. */
export type Field = string | readonly [value: number, bytes: 1 | 2 | 4] | Uint8Array;

/** Writes a message; type '' for the first one. */
export function messageBytes(type: string, fields: readonly Field[]): Uint8Array {
  const body = fields.flatMap((field) => {
    if (typeof field === 'string') return [...utf8Encode(field), 0];
    if (field instanceof Uint8Array) return [...field];
    const [value, bytes] = field;
    return Array.from({ length: bytes }, (_, i) => (value >>> (8 * (bytes - 1 - i))) & 255);
  });
  const length = body.length + 4;
  const head = [24, 16, 8, 0].map((shift) => (length >>> shift) & 255);
  return Uint8Array.from([...utf8Encode(type), ...head, ...body]);
}

/** An error or notice: its fields by their letters (S severity, C code, M message, P position, D detail, H hint). */
export type ErrorFields = Readonly<Record<string, string>>;

export function errorBytes(fields: ErrorFields): Uint8Array {
  const parts = Object.entries(fields).map(([letter, text]) => letter + text);
  return messageBytes('E', [...parts, [0, 1]]);
}

export function readErrorFields(body: Uint8Array): ErrorFields {
  const reader = new BodyReader(body);
  const fields: Record<string, string> = {};
  for (let text = reader.string(); text !== null && text !== ''; text = reader.string()) {
    fields[text.charAt(0)] = text.slice(1);
  }
  return fields;
}
