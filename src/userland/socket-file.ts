/**
 * A TCP connection as an open file: what a server gives to the program that it starts as that one's standard input and
 * output. The last close of its descriptors closes the connection.
 */
import { utf8Encode, utf8Stream } from '../base/bytes.ts';
import type { Utf8Stream } from '../base/bytes.ts';
import { LimitError } from '../base/assert.ts';
import type { Errno } from '../kernel/errno.ts';
import { OpenFile } from '../kernel/proc/descriptors.ts';
import type { InputStream } from '../kernel/proc/pipe.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, Waitable, Waiter, WakeReason } from '../kernel/proc/wait.ts';
import type { TcpSocket } from '../kernel/socket/tcp/tcp-socket.ts';

/** Most that one read takes. */
const READ_BYTES = 4096;
/** A program that writes this much without ever waiting has no end that anyone could see. */
const PENDING_BYTES_MAX = 64 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

export class SocketFile extends OpenFile {
  readonly input: InputStream;
  private readonly socket: TcpSocket;
  /** Written, and not taken by the socket yet. */
  private pending: Uint8Array = NO_BYTES;

  constructor(socket: TcpSocket) {
    super();
    this.socket = socket;
    this.input = new SocketInput(socket);
  }

  override get room(): Waitable | null {
    this.flush();
    return this.pending.length === 0 ? null : this.socket.writable;
  }

  write(text: string): Errno {
    const bytes = utf8Encode(text);
    if (this.pending.length + bytes.length > PENDING_BYTES_MAX) {
      throw new LimitError('a program writes into a connection without end and never waits');
    }
    this.pending = this.pending.length === 0 ? bytes : joined(this.pending, bytes);
    return this.flush() === '' ? '' : 'EPIPE';
  }

  /** Waits until the socket has taken all that was written, as write(2) would have. */
  *drain(proc: Process): Generator<Wait, void, WakeReason> {
    for (let { room } = this; room !== null; room = this.room) yield proc.waitFor(room);
  }

  protected override closed(): void {
    this.socket.close();
  }

  private flush(): Errno {
    while (this.pending.length > 0) {
      const sent = this.socket.send(this.pending);
      if (sent > 0) {
        this.pending = this.pending.subarray(sent);
        continue;
      }
      if (this.socket.lastError === 'EAGAIN') return '';
      this.pending = NO_BYTES;
      return this.socket.lastError;
    }
    return '';
  }
}

/** What comes over the connection, as text; a connection that fails has come to its end. */
class SocketInput implements InputStream {
  private readonly socket: TcpSocket;
  private readonly text: Utf8Stream = utf8Stream();
  private readonly buffer = new Uint8Array(READ_BYTES);
  private givenBack = '';
  private isEnded = false;

  constructor(socket: TcpSocket) {
    this.socket = socket;
  }

  read(): string | null {
    if (this.givenBack !== '') {
      const text = this.givenBack;
      this.givenBack = '';
      return text;
    }
    while (!this.isEnded) {
      const got = this.socket.receiveInto(this.buffer, 0, READ_BYTES);
      if (got < 0 && this.socket.lastError === 'EAGAIN') return '';
      this.isEnded = got <= 0;
      const text = this.isEnded ? this.text.end() : this.text.decode(this.buffer.subarray(0, got));
      if (text !== '') return text;
    }
    return null;
  }

  unread(text: string): void {
    this.givenBack = text + this.givenBack;
  }

  isReady(): boolean {
    return this.givenBack !== '' || this.isEnded || this.socket.readable.isReady();
  }

  addWaiter(waiter: Waiter): void {
    this.socket.readable.addWaiter(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.socket.readable.removeWaiter(waiter);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
