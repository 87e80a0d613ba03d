/**
 * A TCP socket as a program has it (Linux: struct socket, net/ipv4/af_inet.c). It never blocks: a call that cannot be
 * done yet says so, and `readable` and `writable` are what to wait for. `userland/stream.ts` has the calls that wait.
 *
 *   const socket = new TcpSocket(proc.ns);
 *   socket.connect(address, port)    → EINPROGRESS; wait for `writable`; `takeError()` says how it went
 *   socket.listen(128); wait for `readable`; socket.accept()
 */
import type { Ip4 } from '../../../base/addr.ts';
import type { FrameAccount } from '../../../link/frame.ts';
import type { Errno } from '../../errno.ts';
import type { Netns } from '../../netns.ts';
import type { Waitable, Waiter } from '../../proc/wait.ts';
import { WaitQueue } from '../../proc/wait.ts';
import type { SocketOwner } from '../udp-socket.ts';
import { notYet } from './not-yet.ts';
import type { TcpSock } from './tcp-sock.ts';

export class TcpSocket {
  readonly ns: Netns;
  /** The process that opened it; null for load generators. */
  owner: SocketOwner | null = null;
  /** Data, a connection to accept, the peer's end or an error is there (POLLIN). */
  readonly readable: Waitable;
  /** There is room to send, the connection is made, or an error is there (POLLOUT). */
  readonly writable: Waitable;
  readonly readWaiters = new WaitQueue();
  readonly writeWaiters = new WaitQueue();
  /** Why the last `send` or `receive` answered -1; EAGAIN when it only was too early. */
  lastError: Errno = '';
  /** The kernel's side; null once closed. */
  sk: TcpSock | null = null;

  constructor(ns: Netns) {
    this.ns = ns;
    this.readable = new Side(this.readWaiters, () => this.canRead());
    this.writable = new Side(this.writeWaiters, () => this.canWrite());
  }

  get localAddress(): Ip4 {
    return this.sk?.localAddress ?? 0;
  }

  get localPort(): number {
    return this.sk?.localPort ?? 0;
  }

  get remoteAddress(): Ip4 {
    return this.sk?.remoteAddress ?? 0;
  }

  get remotePort(): number {
    return this.sk?.remotePort ?? 0;
  }

  /** TCP_ESTABLISHED and its like. */
  get state(): number {
    return this.sk?.state ?? 0;
  }

  /** Port 0 takes a free one; address 0 is any. */
  bind(_address: Ip4, _port: number): Errno {
    return notYet('bind');
  }

  listen(_backlog: number): Errno {
    return notYet('listen');
  }

  /** The oldest connection that is ready, or null (EAGAIN). */
  accept(): TcpSocket | null {
    return notYet('accept');
  }

  /** EINPROGRESS when the SYN is on its way; EALREADY, EISCONN, and what else connect(2) answers. */
  connect(_address: Ip4, _port: number): Errno {
    return notYet('connect');
  }

  /** How many of the bytes were taken; -1 with `lastError`: EAGAIN without room, EPIPE, ECONNRESET … */
  send(_bytes: Uint8Array, _from = 0, _to = _bytes.length): number {
    return notYet('send');
  }

  /** Copies at most `max` bytes to `at` of `target`; how many, 0 at the peer's end, -1 with `lastError`. */
  receiveInto(_target: Uint8Array, _at: number, _max: number): number {
    return notYet('receiveInto');
  }

  /** MSG_PEEK, otherwise the same. */
  peekInto(_target: Uint8Array, _at: number, _max: number): number {
    return notYet('peekInto');
  }

  /** RCV_SHUTDOWN | SEND_SHUTDOWN */
  shutdown(_how: number): Errno {
    return notYet('shutdown');
  }

  /** close(2); what was sent goes on being sent, unless SO_LINGER says otherwise. A second time does nothing. */
  close(): void {
    notYet('close');
  }

  /** SO_ERROR: '' when there is none. */
  takeError(): Errno {
    return notYet('takeError');
  }

  /** SO_LINGER: null for off; 0 makes `close` send a reset. */
  setLinger(_seconds: number | null): void {
    notYet('setLinger');
  }

  /** SO_REUSEADDR */
  setReuseAddress(_isOn: boolean): void {
    notYet('setReuseAddress');
  }

  /** SO_REUSEPORT */
  setReusePort(_isOn: boolean): void {
    notYet('setReusePort');
  }

  /** SO_KEEPALIVE, with TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT where they are not 0 (seconds). */
  setKeepalive(_isOn: boolean, _idleSeconds = 0, _intervalSeconds = 0, _count = 0): void {
    notYet('setKeepalive');
  }

  /** TCP_NODELAY */
  setNoDelay(_isOn: boolean): void {
    notYet('setNoDelay');
  }

  /** TCP_CORK */
  setCork(_isOn: boolean): void {
    notYet('setCork');
  }

  /** SO_SNDBUF and SO_RCVBUF in bytes, as a program gives them: the kernel doubles them. */
  setSendBuffer(_bytes: number): void {
    notYet('setSendBuffer');
  }

  setReceiveBuffer(_bytes: number): void {
    notYet('setReceiveBuffer');
  }

  /** TCP_MAXSEG */
  setMaxSegment(_bytes: number): Errno {
    return notYet('setMaxSegment');
  }

  /** TCP_CONGESTION: ENOENT for a name that there is not. */
  setCongestionControl(_name: string): Errno {
    return notYet('setCongestionControl');
  }

  /** TCP_USER_TIMEOUT in ms; TCP_SYNCNT; IP_TTL; IP_TOS; SO_BINDTODEVICE. */
  setUserTimeout(_ms: number): void {
    notYet('setUserTimeout');
  }

  setSynCount(_count: number): Errno {
    return notYet('setSynCount');
  }

  setTtl(_ttl: number): void {
    notYet('setTtl');
  }

  setTos(_tos: number): void {
    notYet('setTos');
  }

  bindToDevice(_name: string): Errno {
    return notYet('bindToDevice');
  }

  /** Whose books its frames stand in (flows). */
  setAccount(_account: FrameAccount | null): void {
    notYet('setAccount');
  }

  /** FIONREAD and SIOCOUTQ: bytes that can be read, and that are not acknowledged yet. */
  get waitingBytes(): number {
    return notYet('waitingBytes');
  }

  get unsentBytes(): number {
    return notYet('unsentBytes');
  }

  private canRead(): boolean {
    return notYet('canRead');
  }

  private canWrite(): boolean {
    return notYet('canWrite');
  }
}

/** One of the two things that a program can wait for at a socket. */
class Side implements Waitable {
  readonly isReady: () => boolean;
  private readonly waiters: WaitQueue;

  constructor(waiters: WaitQueue, isReady: () => boolean) {
    this.waiters = waiters;
    this.isReady = isReady;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }
}
