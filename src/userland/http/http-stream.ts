/** One end of an HTTP connection: heads and bodies out of the bytes that come, whatever the segments they come in. */
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { receiveSome } from '../stream.ts';
import type { BodyDecoder } from './body.ts';
import { headEnd, latin1Decode } from './head.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Why there is no head: the peer's end before or within it, more than fits, no HTTP, or an error of the socket. */
export type NoHead =
  | { readonly kind: 'alien'; readonly line: string }
  | { readonly kind: 'end'; readonly hadBytes: boolean }
  | { readonly kind: 'large' }
  | { readonly kind: 'error'; readonly errno: Errno; readonly hadBytes: boolean };

const NOTHING = new Uint8Array(0);

export class HttpStream {
  readonly socket: TcpSocket;
  private readonly proc: Process;
  /** Came and was not taken yet. */
  private buffer: Uint8Array = NOTHING;
  private readonly readBytes: number;

  /** `readBytes` is how much the program asks the kernel for at a time. */
  constructor(proc: Process, socket: TcpSocket, readBytes: number) {
    this.proc = proc;
    this.socket = socket;
    this.readBytes = readBytes;
  }

  /** How many bytes have come that nobody has taken. */
  get waiting(): number {
    return this.buffer.length;
  }

  /** What came and was not taken, from now on taken. */
  takeWaiting(): Uint8Array {
    const bytes = this.buffer;
    this.buffer = NOTHING;
    return bytes;
  }

  /** The next head with its last line, as text; at most `maxBytes` long, and with a byte that it may begin with. */
  *readHead(maxBytes: number, untilNs = Infinity, mayBegin?: (byte: number) => boolean): Steps<string | NoHead> {
    for (;;) {
      const start = leadingLines(this.buffer);
      if (start < this.buffer.length && mayBegin?.(this.buffer[start]!) === false) {
        return { kind: 'alien', line: latin1Decode(this.buffer.subarray(start)).split(/\r?\n/, 1)[0]! };
      }
      const end = headEnd(this.buffer, start);
      if (end >= 0 && end <= maxBytes) {
        const text = latin1Decode(this.buffer.subarray(0, end));
        this.buffer = this.buffer.subarray(end);
        return text;
      }
      if (this.buffer.length >= maxBytes) return { kind: 'large' };
      const got = yield* receiveSome(this.proc, this.socket, untilNs, this.readBytes);
      const hadBytes = this.buffer.length > 0;
      if (typeof got === 'string') return { kind: 'error', errno: got, hadBytes };
      if (got.length === 0) return { kind: 'end', hadBytes };
      this.append(got);
    }
  }

  /**
   * One read of a body; false at the peer's end, the errno of an error. What is not the body's stays. `raw` is shown
   * what came, before it is decoded.
   */
  *readBody(
    decoder: BodyDecoder,
    emit: (piece: Uint8Array) => void,
    untilNs = Infinity,
    raw?: (bytes: Uint8Array) => void,
  ): Steps<boolean | Errno> {
    if (this.buffer.length === 0) {
      const got = yield* receiveSome(this.proc, this.socket, untilNs, this.readBytes);
      if (typeof got === 'string') return got;
      if (got.length === 0) return false;
      this.buffer = got;
    }
    raw?.(this.buffer);
    const taken = decoder.push(this.buffer, 0, emit);
    this.buffer = this.buffer.subarray(taken);
    return true;
  }

  private append(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.buffer.length + bytes.length);
    joined.set(this.buffer);
    joined.set(bytes, this.buffer.length);
    this.buffer = joined;
  }
}

/** Empty lines before a head do not end it. */
function leadingLines(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === 13 || bytes[at] === 10) at++;
  return at;
}
