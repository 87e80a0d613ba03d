/**
 * RESP 2, the protocol of Redis: requests are arrays of bulk strings or words on a line, replies say their type first.
 *
 *   *2 CRLF $3 CRLF GET CRLF $1 CRLF k CRLF      +OK      -ERR …      :1      $3 CRLF abc CRLF, $-1      *2 …
 */
import { utf8Decode, utf8Encode } from '../../base/bytes.ts';

/** A reply: text, status, error, number, nothing, or a list of these. */
export type Reply =
  | { readonly kind: 'status' | 'error' | 'bulk'; readonly text: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'nil' }
  | { readonly kind: 'array'; readonly items: readonly Reply[] };

export const status = (text: string): Reply => ({ kind: 'status', text });
export const failure = (text: string): Reply => ({ kind: 'error', text });
export const bulk = (text: string): Reply => ({ kind: 'bulk', text });
export const integer = (value: number): Reply => ({ kind: 'integer', value });
export const array = (items: readonly Reply[]): Reply => ({ kind: 'array', items });
export const NIL: Reply = { kind: 'nil' };
export const OK = status('OK');

const CR = 13;
const LF = 10;
const STAR = 42;
const NO_BYTES = new Uint8Array(0);

/** A peer that breaks the protocol; the message goes behind `Protocol error: `. */
export class RespError extends Error {}

/** Writes a reply. */
export function replyBytes(reply: Reply): Uint8Array {
  return utf8Encode(replyText(reply));
}

function replyText(reply: Reply): string {
  switch (reply.kind) {
    case 'status':
      return `+${reply.text}\r\n`;
    case 'error':
      return `-${reply.text}\r\n`;
    case 'integer':
      return `:${reply.value}\r\n`;
    case 'nil':
      return '$-1\r\n';
    case 'bulk':
      return bulkText(reply.text);
    case 'array':
      return `*${reply.items.length}\r\n${reply.items.map(replyText).join('')}`;
  }
}

function bulkText(text: string): string {
  return `$${utf8Encode(text).length}\r\n${text}\r\n`;
}

/** Writes a request. */
export function requestBytes(words: readonly string[]): Uint8Array {
  return utf8Encode(`*${words.length}\r\n${words.map(bulkText).join('')}`);
}

/** Bytes as they come; what is whole is taken from their start. */
export class RespReader {
  private bytes: Uint8Array = NO_BYTES;
  private at = 0;

  add(more: Uint8Array): void {
    const rest = this.bytes.subarray(this.at);
    const joined = new Uint8Array(rest.length + more.length);
    joined.set(rest);
    joined.set(more, rest.length);
    this.bytes = joined;
    this.at = 0;
  }

  /** The words of the next request, none for an empty line; null while it is not whole. */
  request(): readonly string[] | null {
    const start = this.at;
    const words = this.bytes[start] === STAR ? this.arrayRequest() : this.inlineRequest();
    if (words === null) this.at = start;
    return words;
  }

  /** The next reply; null while it is not whole. */
  reply(): Reply | null {
    const start = this.at;
    const reply = this.readReply();
    if (reply === null) this.at = start;
    return reply;
  }

  private inlineRequest(): readonly string[] | null {
    const line = this.line();
    return line === null ? null : line.split(/\s+/).filter((word) => word !== '');
  }

  private arrayRequest(): readonly string[] | null {
    const head = this.line();
    if (head === null) return null;
    const count = this.count(head, 'invalid multibulk length');
    const words: string[] = [];
    for (let i = 0; i < count; i++) {
      const length = this.line();
      if (length === null) return null;
      if (!length.startsWith('$')) throw new RespError(`expected '$', got '${length.charAt(0)}'`);
      const word = this.take(this.count(length, 'invalid bulk length'));
      if (word === null) return null;
      words.push(word);
    }
    return words;
  }

  private count(line: string, complaint: string): number {
    const text = line.slice(1);
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value > 1_048_576) throw new RespError(complaint);
    return value;
  }

  private readReply(): Reply | null {
    const line = this.line();
    if (line === null) return null;
    const text = line.slice(1);
    switch (line.charAt(0)) {
      case '+':
        return status(text);
      case '-':
        return failure(text);
      case ':':
        return integer(Number(text));
      case '$': {
        if (Number(text) < 0) return NIL;
        const taken = this.take(Number(text));
        return taken === null ? null : bulk(taken);
      }
      case '*':
        return this.readArray(Number(text));
      default:
        throw new RespError(`Protocol error, got ${JSON.stringify(line.charAt(0))} as reply type byte`);
    }
  }

  private readArray(count: number): Reply | null {
    if (count < 0) return NIL;
    const items: Reply[] = [];
    for (let i = 0; i < count; i++) {
      const item = this.readReply();
      if (item === null) return null;
      items.push(item);
    }
    return array(items);
  }

  /** Up to the line's end, without it. */
  private line(): string | null {
    const end = this.bytes.indexOf(LF, this.at);
    if (end < 0) return null;
    const last = end > this.at && this.bytes[end - 1] === CR ? end - 1 : end;
    const line = utf8Decode(this.bytes.subarray(this.at, last));
    this.at = end + 1;
    return line;
  }

  /** So many bytes and the line's end behind them. */
  private take(length: number): string | null {
    if (this.bytes.length < this.at + length + 2) return null;
    const text = utf8Decode(this.bytes.subarray(this.at, this.at + length));
    this.at += length + 2;
    return text;
  }
}
