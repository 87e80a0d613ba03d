/**
 * The control connection between the two ends of a test: a cookie, then states of one byte, and JSON behind its length.
 *
 *   client ── cookie (36 letters, NUL) ─▶ server            on each TCP stream, too
 *          ◀─ PARAM_EXCHANGE ─  ── length, parameters ─▶
 *          ◀─ CREATE_STREAMS, TEST_START, TEST_RUNNING ─
 *          ── TEST_END ─▶  ◀─ EXCHANGE_RESULTS ─  ── results ─▶  ◀─ results ─
 *          ◀─ DISPLAY_RESULTS ─  ── IPERF_DONE ─▶
 */
import { makeByteViews, utf8Decode, utf8Encode } from '../../base/bytes.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { sendAll } from '../stream.ts';

export type Steps<T> = Generator<Wait, T, WakeReason>;

export const TEST_START = 1;
export const TEST_RUNNING = 2;
export const TEST_END = 4;
export const PARAM_EXCHANGE = 9;
export const CREATE_STREAMS = 10;
export const SERVER_TERMINATE = 11;
export const CLIENT_TERMINATE = 12;
export const EXCHANGE_RESULTS = 13;
export const DISPLAY_RESULTS = 14;
export const IPERF_START = 15;
export const IPERF_DONE = 16;
/** As the byte is read: it has a sign. */
export const ACCESS_DENIED = -1;
export const SERVER_ERROR = -2;

export const COOKIE_LENGTH = 36;
const COOKIE_LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH_BYTES = 4;
/** No end tells the other more than that. */
const JSON_BYTES_MAX = 64 * 1024 * 1024;

/** A test that cannot go on, in iperf3's words. */
export class IperfError extends Error {}

export function makeCookie(proc: Process): string {
  return Array.from({ length: COOKIE_LENGTH }, () => COOKIE_LETTERS.charAt(proc.rng.below(32))).join('');
}

/** As it goes over the wire. */
export function cookieBytes(cookie: string): Uint8Array {
  return utf8Encode(`${cookie}\0`);
}

export class Control {
  readonly proc: Process;
  readonly socket: TcpSocket;

  constructor(proc: Process, socket: TcpSocket) {
    this.proc = proc;
    this.socket = socket;
  }

  /** Exactly so many bytes; null when the other end closes or resets before. */
  *read(length: number): Steps<Uint8Array | null> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const got = this.socket.receiveInto(bytes, at, length - at);
      if (got > 0) at += got;
      else if (got === 0 || this.socket.lastError !== 'EAGAIN') return null;
      else yield this.proc.waitFor(this.socket.readable);
    }
    return bytes;
  }

  /** The state that the other end tells; null when it has gone. */
  *readState(): Steps<number | null> {
    const bytes = yield* this.read(1);
    return bytes === null ? null : (bytes[0]! << 24) >> 24;
  }

  /** False when the other end has gone. */
  *sendState(state: number): Steps<boolean> {
    return (yield* sendAll(this.proc, this.socket, Uint8Array.of(state & 0xff))) === '';
  }

  *sendText(text: string): Steps<boolean> {
    const bytes = utf8Encode(text);
    const { bytes: length, view } = makeByteViews(LENGTH_BYTES);
    view.setUint32(0, bytes.length);
    if ((yield* sendAll(this.proc, this.socket, length)) !== '') return false;
    return (yield* sendAll(this.proc, this.socket, bytes)) === '';
  }

  *readText(): Steps<string | null> {
    const length = yield* this.read(LENGTH_BYTES);
    if (length === null) return null;
    const count = new DataView(length.buffer).getUint32(0);
    const bytes = count > JSON_BYTES_MAX ? null : yield* this.read(count);
    return bytes === null ? null : utf8Decode(bytes);
  }
}
