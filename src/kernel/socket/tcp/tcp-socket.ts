/**
 * A TCP socket as a program has it (Linux: struct socket, net/ipv4/af_inet.c). It never blocks: a call that cannot be
 * done yet says so, and `readable` and `writable` are what to wait for. `userland/stream.ts` has the calls that wait.
 *
 *   const socket = new TcpSocket(proc.ns);
 *   socket.connect(address, port)    → EINPROGRESS; wait for `writable`; `connect` again says how it went
 *   socket.listen(128); wait for `readable`; socket.accept()
 */
import type { Ip4 } from '../../../base/addr.ts';
import type { FrameAccount } from '../../../link/frame.ts';
import type { Errno } from '../../errno.ts';
import { DST_BROADCAST, DST_LOCAL, DST_MULTICAST, ipRouteInput } from '../../ip/route.ts';
import type { Netns } from '../../netns.ts';
import type { Waitable, Waiter } from '../../proc/wait.ts';
import { WaitQueue } from '../../proc/wait.ts';
import { isReservedPort } from '../../reserved-ports.ts';
import type { SocketOwner } from '../udp-socket.ts';
import { tcpClose, tcpDestroySock, tcpForget, tcpSetState, tcpShutdown } from './tcp-close.ts';
import { tcpSetCongestionControl } from './tcp-cong.ts';
import { tcpV4Connect } from './tcp-v4-connect.ts';
import { tcpInq, tcpPeekmsg, tcpRecvmsg } from './tcp-recvmsg.ts';
import { TcpListener } from './tcp-listener.ts';
import { tcpCopySettings, tcpNewSock } from './tcp-new-sock.ts';
import { tcpPushPendingFrames } from './tcp-output.ts';
import { tcpSendmsg } from './tcp-sendmsg.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import {
  MAX_TCP_WINDOW,
  RCV_SHUTDOWN,
  SEND_SHUTDOWN,
  SHUTDOWN_MASK,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_LISTEN,
  TCP_NAGLE_CORK,
  TCP_NAGLE_OFF,
  TCP_NAGLE_PUSH,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  tcpf,
} from './tcp-states.ts';
import { tcpSetKeepalive } from './tcp-timer.ts';
import { tcpReceiveWindow } from './tcp-window.ts';

/** Where a program is with its socket (socket_state). */
type Phase = 'unconnected' | 'connecting' | 'connected' | 'disconnecting';

const CONNECTING = tcpf(TCP_SYN_SENT) | tcpf(TCP_SYN_RECV);
const CAN_SEND = tcpf(TCP_ESTABLISHED) | tcpf(TCP_CLOSE_WAIT);
const SECOND_NS = 1_000_000_000;
/** Least buffers that SO_RCVBUF and SO_SNDBUF leave. */
const SOCK_MIN_RCVBUF = 2304;
const SOCK_MIN_SNDBUF = 4608;
const TCP_MIN_MSS = 88;
const SYN_COUNT_MAX = 127;
const ECN_MASK = 3;

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
  sk: TcpSock | null;
  private phase: Phase = 'unconnected';

  constructor(ns: Netns, sk: TcpSock = tcpNewSock(ns)) {
    this.ns = ns;
    this.sk = sk;
    sk.socket = this;
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
  bind(address: Ip4, port: number): Errno {
    const { sk, ns } = this;
    if (sk === null) return 'EBADF';
    const type = address === 0 ? DST_LOCAL : ipRouteInput(ns, address).type;
    const isToMany = type === DST_BROADCAST || type === DST_MULTICAST;
    if (type !== DST_LOCAL && !isToMany && ns.sysctls.ipNonlocalBind === 0) return 'EADDRNOTAVAIL';
    if (sk.state !== TCP_CLOSE || sk.bucket !== null) return 'EINVAL';
    sk.localAddress = address;
    sk.sourceAddress = isToMany ? 0 : address;
    const errno = getPort(sk, port);
    if (errno !== '') {
      sk.localAddress = 0;
      sk.sourceAddress = 0;
      return errno;
    }
    sk.hasBoundAddress = address !== 0;
    sk.hasBoundPort = port !== 0;
    return '';
  }

  /** Twins of inet_listen and inet_csk_listen_start. */
  listen(backlog: number): Errno {
    const { sk, ns } = this;
    if (sk === null) return 'EBADF';
    if (this.phase !== 'unconnected' || (sk.state !== TCP_CLOSE && sk.state !== TCP_LISTEN)) return 'EINVAL';
    const most = ns.sysctls.somaxconn;
    const backlogMax = backlog < 0 || backlog > most ? most : backlog;
    if (sk.listener !== null) {
      sk.listener.backlogMax = backlogMax;
      return '';
    }
    sk.state = TCP_LISTEN;
    const errno = getPort(sk, sk.bucket === null ? 0 : sk.localPort);
    if (errno !== '') {
      sk.state = TCP_CLOSE;
      return errno;
    }
    sk.listener = new TcpListener();
    sk.listener.backlogMax = backlogMax;
    ns.tcp.addListener(sk);
    return '';
  }

  /** The oldest connection that is ready, or null (EAGAIN). */
  accept(): TcpSocket | null {
    const { sk } = this;
    const child = sk?.listener?.take() ?? null;
    if (child === null) {
      this.lastError = sk === null ? 'EBADF' : sk.listener === null ? 'EINVAL' : 'EAGAIN';
      return null;
    }
    const socket = new TcpSocket(this.ns, child);
    socket.phase = 'connected';
    socket.owner = this.owner;
    return socket;
  }

  /**
   * Twin of __inet_stream_connect that does not wait: EINPROGRESS when the SYN is on its way; EALREADY, EISCONN, and
   * what else connect(2) answers. A call after the end of the handshake says how it went; then there may be a next one.
   */
  connect(address: Ip4, port: number): Errno {
    const { sk } = this;
    if (sk === null) return 'EBADF';
    if (this.phase === 'connected') return 'EISCONN';
    let errno: Errno = 'EALREADY';
    if (this.phase !== 'connecting') {
      if (this.phase === 'disconnecting') return 'EINVAL';
      if (sk.state !== TCP_CLOSE) return 'EISCONN';
      errno = tcpV4Connect(sk, address, port);
      if (errno !== '') return errno;
      this.phase = 'connecting';
      errno = 'EINPROGRESS';
    }
    if ((tcpf(sk.state) & CONNECTING) !== 0) return errno;
    if (sk.state !== TCP_CLOSE) {
      this.phase = 'connected';
      return '';
    }
    const failed = this.takeHardError();
    this.disconnect();
    return failed === '' ? 'ECONNABORTED' : failed;
  }

  /** How many of the bytes were taken; -1 with `lastError`: EAGAIN without room, EPIPE, ECONNRESET … */
  send(bytes: Uint8Array, from = 0, to = bytes.length): number {
    const { sk } = this;
    if (sk === null) return this.refuse('EBADF');
    if ((tcpf(sk.state) & CAN_SEND) === 0) {
      if (sk.error !== '') return this.refuse(this.takeHardError());
      return this.refuse((tcpf(sk.state) & CONNECTING) === 0 ? 'EPIPE' : 'EAGAIN');
    }
    if (sk.error !== '' || (sk.shutdown & SEND_SHUTDOWN) !== 0) return this.refuse(this.takeHardError() || 'EPIPE');
    if (from >= to) return 0;
    tcpMstampRefresh(sk);
    const taken = tcpSendmsg(sk, bytes, from, to);
    if (taken > 0) return taken;
    return this.refuse(taken < 0 ? this.takeHardError() || 'EPIPE' : 'EAGAIN');
  }

  /** Copies at most `max` bytes to `at` of `target`; how many, 0 at the peer's end, -1 with `lastError`. */
  receiveInto(target: Uint8Array, at: number, max: number): number {
    return this.receive(target, at, max);
  }

  /** The same with MSG_TRUNC: nobody wants to see the bytes. */
  discard(max: number): number {
    return this.receive(null, 0, max);
  }

  private receive(target: Uint8Array | null, at: number, max: number): number {
    const { sk } = this;
    if (sk === null) return this.refuse('EBADF');
    if (sk.state === TCP_LISTEN) return this.refuse('ENOTCONN');
    tcpMstampRefresh(sk);
    const copied = tcpRecvmsg(sk, target, at, max);
    return copied >= 0 ? copied : this.nothingRead(sk);
  }

  /** MSG_PEEK, otherwise the same. */
  peekInto(target: Uint8Array, at: number, max: number): number {
    const { sk } = this;
    if (sk === null) return this.refuse('EBADF');
    if (sk.state === TCP_LISTEN) return this.refuse('ENOTCONN');
    const copied = tcpPeekmsg(sk, target, at, max);
    return copied >= 0 ? copied : this.nothingRead(sk);
  }

  /** Twin of inet_shutdown: RCV_SHUTDOWN | SEND_SHUTDOWN. */
  shutdown(how: number): Errno {
    const { sk } = this;
    if (sk === null) return 'EBADF';
    if (how === 0 || (how & ~SHUTDOWN_MASK) !== 0) return 'EINVAL';
    if (this.phase === 'connecting') {
      const isOpen = (tcpf(sk.state) & (CONNECTING | tcpf(TCP_CLOSE))) === 0;
      this.phase = isOpen ? 'connected' : 'disconnecting';
    }
    tcpMstampRefresh(sk);
    const errno: Errno = sk.state === TCP_CLOSE ? 'ENOTCONN' : '';
    if (sk.state === TCP_LISTEN) {
      if ((how & RCV_SHUTDOWN) !== 0) this.disconnect();
    } else if (sk.state === TCP_SYN_SENT) this.disconnect();
    else {
      sk.shutdown |= how;
      tcpShutdown(sk, how);
    }
    this.wake();
    return errno;
  }

  /** close(2); what was sent goes on being sent, unless SO_LINGER says otherwise. A second time does nothing. */
  close(): void {
    const { sk } = this;
    if (sk === null) return;
    tcpClose(sk);
    this.sk = null;
    this.wake();
  }

  /** SO_ERROR: '' when there is none. */
  takeError(): Errno {
    const failed = this.takeHardError();
    if (failed !== '' || this.sk === null) return failed;
    const { errorSoft } = this.sk;
    this.sk.errorSoft = '';
    return errorSoft;
  }

  /** SO_LINGER: null for off; 0 makes `close` send a reset. */
  setLinger(seconds: number | null): void {
    this.set((sk) => {
      sk.isLingering = seconds !== null;
      sk.lingerNs = (seconds ?? 0) * SECOND_NS;
    });
  }

  /** SO_REUSEADDR */
  setReuseAddress(isOn: boolean): void {
    this.set((sk) => (sk.reuseAddress = isOn));
  }

  /** SO_REUSEPORT */
  setReusePort(isOn: boolean): void {
    this.set((sk) => (sk.reusePort = isOn));
  }

  /** SO_KEEPALIVE, with TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT where they are not 0 (seconds). */
  setKeepalive(isOn: boolean, idleSeconds = 0, intervalSeconds = 0, count = 0): void {
    this.set((sk) => {
      sk.keepaliveTimeNs = idleSeconds * SECOND_NS;
      sk.keepaliveIntvlNs = intervalSeconds * SECOND_NS;
      sk.keepaliveProbes = count;
      tcpMstampRefresh(sk);
      tcpSetKeepalive(sk, isOn);
      sk.keepOpen = isOn;
    });
  }

  /** TCP_NODELAY */
  setNoDelay(isOn: boolean): void {
    this.set((sk) => {
      if (!isOn) sk.nonagle &= ~TCP_NAGLE_OFF;
      else {
        sk.nonagle |= TCP_NAGLE_OFF | TCP_NAGLE_PUSH;
        push(sk);
      }
    });
  }

  /** TCP_CORK */
  setCork(isOn: boolean): void {
    this.set((sk) => {
      if (isOn) {
        sk.nonagle |= TCP_NAGLE_CORK;
        return;
      }
      sk.nonagle &= ~TCP_NAGLE_CORK;
      if ((sk.nonagle & TCP_NAGLE_OFF) !== 0) sk.nonagle |= TCP_NAGLE_PUSH;
      push(sk);
    });
  }

  /** SO_SNDBUF and SO_RCVBUF in bytes, as a program gives them: the kernel doubles them. */
  setSendBuffer(bytes: number): void {
    this.set((sk) => {
      sk.sndbufBytes = Math.max(Math.min(bytes, this.ns.sysctls.wmemMaxBytes) * 2, SOCK_MIN_SNDBUF);
      sk.isSndbufLocked = true;
    });
  }

  setReceiveBuffer(bytes: number): void {
    this.set((sk) => {
      sk.rcvbufBytes = Math.max(Math.min(bytes, this.ns.sysctls.rmemMaxBytes) * 2, SOCK_MIN_RCVBUF);
      sk.isRcvbufLocked = true;
    });
  }

  /** TCP_MAXSEG */
  setMaxSegment(bytes: number): Errno {
    if (bytes !== 0 && (bytes < TCP_MIN_MSS || bytes > MAX_TCP_WINDOW)) return 'EINVAL';
    this.set((sk) => (sk.rxOpt.userMss = bytes));
    return '';
  }

  /** TCP_CONGESTION: ENOENT for a name that there is not. */
  setCongestionControl(name: string): Errno {
    return this.sk === null ? 'EBADF' : tcpSetCongestionControl(this.sk, name);
  }

  /** TCP_USER_TIMEOUT in ms; TCP_SYNCNT; IP_TTL; IP_TOS; SO_BINDTODEVICE. */
  setUserTimeout(ms: number): void {
    this.set((sk) => (sk.userTimeoutMs = ms));
  }

  setSynCount(count: number): Errno {
    if (count < 1 || count > SYN_COUNT_MAX) return 'EINVAL';
    this.set((sk) => (sk.synRetries = count));
    return '';
  }

  setTtl(ttl: number): void {
    this.set((sk) => (sk.ttl = ttl));
  }

  /** IP_MTU_DISCOVER */
  setPmtuDiscovery(mode: number): void {
    this.set((sk) => (sk.pmtuDiscovery = mode));
  }

  setTos(tos: number): void {
    this.set((sk) => {
      sk.tos = (tos & ~ECN_MASK) | (sk.tos & ECN_MASK);
      sk.dst = null;
    });
  }

  bindToDevice(name: string): Errno {
    const dev = this.ns.deviceByName(name);
    if (dev === null) return 'ENODEV';
    this.set((sk) => (sk.boundDevice = dev));
    return '';
  }

  /** Whose books its frames stand in (flows). */
  setAccount(account: FrameAccount | null): void {
    this.set((sk) => (sk.account = account));
  }

  /** FIONREAD and SIOCOUTQ: bytes that can be read, and that are not acknowledged yet. */
  get waitingBytes(): number {
    const { sk } = this;
    return sk === null || sk.state === TCP_LISTEN ? 0 : tcpInq(sk);
  }

  get unsentBytes(): number {
    const { sk } = this;
    if (sk === null || sk.state === TCP_LISTEN || (tcpf(sk.state) & CONNECTING) !== 0) return 0;
    return (sk.writeSeq - sk.sndUna) | 0;
  }

  private refuse(errno: Errno): number {
    this.lastError = errno;
    return -1;
  }

  /** Twin of sock_error: what calls fail with; what merely has been heard is for SO_ERROR. */
  private takeHardError(): Errno {
    const { sk } = this;
    if (sk === null) return '';
    const { error } = sk;
    sk.error = '';
    return error;
  }

  private nothingRead(sk: TcpSock): number {
    if (sk.error !== '') return this.refuse(this.takeHardError());
    if ((sk.shutdown & RCV_SHUTDOWN) !== 0) return 0;
    return this.refuse(sk.state === TCP_CLOSE ? 'ENOTCONN' : 'EAGAIN');
  }

  private set(change: (sk: TcpSock) => unknown): void {
    if (this.sk !== null) change(this.sk);
  }

  private wake(): void {
    this.readWaiters.wakeAll();
    this.writeWaiters.wakeAll();
  }

  /** Twin of tcp_disconnect: the kernel's side starts afresh, with what the program has set and bound. */
  private disconnect(): void {
    const old = this.sk!;
    tcpForget(old);
    const sk = tcpNewSock(this.ns);
    tcpCopySettings(old, sk);
    sk.writeSeq = (old.writeSeq + old.maxWindow + 2) | 0;
    if (sk.writeSeq === 0) sk.writeSeq = 1;
    if (old.hasBoundAddress) {
      sk.localAddress = old.localAddress;
      sk.sourceAddress = old.sourceAddress;
      sk.hasBoundAddress = true;
    }
    if (old.hasBoundPort) {
      sk.localPort = old.localPort;
      sk.hasBoundPort = true;
      this.ns.tcp.ports.remove(old);
      this.ns.tcp.ports.add(sk, sk.localPort, false);
    }
    old.socket = null;
    old.isDead = true;
    this.ns.tcp.orphanCount++;
    tcpSetState(old, TCP_CLOSE);
    tcpDestroySock(old);
    this.sk = sk;
    sk.socket = this;
    this.phase = 'unconnected';
  }

  /** The part of tcp_poll about reading. */
  private canRead(): boolean {
    const { sk } = this;
    if (sk === null) return true;
    if (sk.listener !== null) return sk.listener.readyCount > 0;
    if (sk.error !== '' || sk.state === TCP_CLOSE || (sk.shutdown & RCV_SHUTDOWN) !== 0) return true;
    if ((tcpf(sk.state) & CONNECTING) !== 0) return false;
    const available = (sk.rcvNxt - sk.copiedSeq) | 0;
    return available > 0 && (available >= sk.rcvlowat || tcpReceiveWindow(sk) <= sk.rcvMss);
  }

  /** The part of tcp_poll about writing. */
  private canWrite(): boolean {
    const { sk } = this;
    if (sk === null) return true;
    if (sk.listener !== null) return false;
    if (sk.error !== '' || sk.state === TCP_CLOSE) return true;
    if ((tcpf(sk.state) & CONNECTING) !== 0) return false;
    if ((sk.shutdown & SEND_SHUTDOWN) !== 0 || isWriteable(sk)) return true;
    sk.wantsSpace = true;
    return false;
  }
}

/** Twin of __sk_stream_is_writeable. */
function isWriteable(sk: TcpSock): boolean {
  const space = sk.sndbufBytes - sk.wmemQueued;
  const unsent = (sk.writeSeq - sk.sndNxt) | 0;
  return space >= sk.wmemQueued >> 1 && unsent < sk.ns.sysctls.tcp.notsentLowatBytes;
}

/** Twin of tcp_push_pending_frames. */
function push(sk: TcpSock): void {
  if (sk.writeQueue.head === null) return;
  tcpMstampRefresh(sk);
  tcpPushPendingFrames(sk);
}

/** Twin of inet_csk_get_port: 0 for any. */
function getPort(sk: TcpSock, port: number): Errno {
  const { ports } = sk.ns.tcp;
  const { sysctls } = sk.ns;
  const { ipLocalPortMin, ipLocalPortMax } = sysctls;
  const chosen =
    port === 0 ? ports.findOpen(sk, ipLocalPortMin, ipLocalPortMax, (each) => isReservedPort(sysctls, each)) : port;
  if (chosen === 0 || ports.hasConflict(sk, chosen, port !== 0)) return 'EADDRINUSE';
  sk.localPort = chosen;
  if (sk.bucket === null) ports.add(sk, chosen, false);
  return '';
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
