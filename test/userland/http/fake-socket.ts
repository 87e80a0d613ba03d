/** A TCP socket without a network: what the test gives comes, and what the program sends is kept. */
import type { Errno } from '../../../src/kernel/errno.ts';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import { World } from '../../kernel/kit.ts';
import { latin1Decode, latin1Encode } from '../../../src/userland/http/head.ts';

const NS = new World().host('fake').rootNs;

export class FakeSocket extends TcpSocket {
  sent = '';
  isClosed = false;
  hasNoDelay = false;
  readonly shutdowns: number[] = [];
  private readonly accepted: FakeSocket[] = [];
  private readonly coming: Uint8Array[] = [];
  private hasEnded = false;
  private error: Errno = '';

  constructor() {
    super(NS);
    Object.assign(this.readable, { isReady: () => this.isReadable() });
    Object.assign(this.writable, { isReady: () => true });
  }

  /** Bytes come from the peer. */
  come(text: string): void {
    this.coming.push(latin1Encode(text));
    this.readWaiters.wakeAll();
  }

  /** The peer has sent all that it will. */
  end(): void {
    this.hasEnded = true;
    this.readWaiters.wakeAll();
  }

  fail(errno: Errno): void {
    this.error = errno;
    this.readWaiters.wakeAll();
  }

  override receiveInto(target: Uint8Array, at: number, max: number): number {
    const next = this.coming.shift();
    if (next === undefined) {
      this.lastError = this.error === '' ? 'EAGAIN' : this.error;
      return this.hasEnded && this.error === '' ? 0 : -1;
    }
    target.set(next.subarray(0, max), at);
    if (next.length > max) this.coming.unshift(next.subarray(max));
    return Math.min(next.length, max);
  }

  override send(bytes: Uint8Array, from = 0, to = bytes.length): number {
    this.sent += latin1Decode(bytes.subarray(from, to));
    return to - from;
  }

  override accept(): TcpSocket | null {
    return this.accepted.shift() ?? null;
  }

  override shutdown(how: number): Errno {
    this.shutdowns.push(how);
    return '';
  }

  override setNoDelay(isOn: boolean): void {
    this.hasNoDelay = isOn;
  }

  override close(): void {
    this.isClosed = true;
  }

  /** Somebody connects. */
  connected(socket: FakeSocket): void {
    this.accepted.push(socket);
    this.readWaiters.wakeAll();
  }

  private isReadable(): boolean {
    return this.accepted.length > 0 || this.coming.length > 0 || this.hasEnded || this.error !== '';
  }
}
