/**
 * TCP flows: a stream without a program's overhead. The sender keeps its socket's buffer full, or writes a piece in
 * each interval; the receiver reads whatever has come. What lies between is the whole stack, as for any program. A
 * flow has ended when both have read the other's end.
 *
 *   sender                                  receiver
 *   connect ───────────────────────────────▶ accept
 *   write … write, shutdown ───────────────▶ read … read, end
 *   read the end ◀────────────────────────── close
 */
import type { FrameAccount } from '../link/frame.ts';
import type { Host } from '../kernel/host.ts';
import type { Errno } from '../kernel/errno.ts';
import type { Netns } from '../kernel/netns.ts';
import type { Waitable, Waiter } from '../kernel/proc/wait.ts';
import { TcpSocket } from '../kernel/socket/tcp/tcp-socket.ts';
import { SEND_SHUTDOWN } from '../kernel/socket/tcp/tcp-states.ts';
import type { Ip4 } from '../base/addr.ts';
import { Timer } from '../sim/timer.ts';
import type { PlanFlow } from './plan.ts';

/** Byte i of the stream is i & 255, so a piece of it may begin at any multiple of 256. */
const PATTERN_BYTES = 65_536;
const PATTERN = Uint8Array.from({ length: PATTERN_BYTES + 256 }, (_, i) => i & 255);
const LISTEN_BACKLOG = 4096;
/** What the receiver asks for at once. */
const READ_BYTES = 65_536;

/** What a socket's readiness does to one end: it goes on at the same instant, behind what the kernel is at. */
class Pump implements Waiter {
  private readonly timer: Timer;
  private readonly host: Host;
  private watched: Waitable | null = null;

  constructor(host: Host, goOn: () => void) {
    this.host = host;
    this.timer = new Timer(host.sched, host.source, goOn);
  }

  wake(): void {
    if (this.timer.deadlineNs !== this.host.sched.now) this.timer.armAt(this.host.sched.now);
  }

  goOnAt(timeNs: number): void {
    this.timer.armAt(timeNs);
  }

  /** Is woken by this from now on, and by nothing else. */
  watch(waitable: Waitable | null): void {
    if (waitable === this.watched) return;
    this.watched?.removeWaiter(this);
    waitable?.addWaiter(this);
    this.watched = waitable;
  }

  dispose(): void {
    this.watch(null);
    this.timer.dispose();
  }
}

/** The receiving ends of all TCP flows, by namespace and port. */
export class TcpFlowSinks {
  private readonly byPort = new Map<Netns, Map<number, TcpFlowListener>>();

  /** Opens the socket that flows to `port` arrive at; once per port. */
  listen(host: Host, ns: Netns, port: number): Errno {
    const ports = this.byPort.get(ns) ?? new Map<number, TcpFlowListener>();
    this.byPort.set(ns, ports);
    if (ports.has(port)) return '';
    const listener = new TcpFlowListener(host, ns);
    const errno = listener.open(port);
    if (errno === '') ports.set(port, listener);
    return errno;
  }

  /** Bytes that have arrived at a port. */
  receivedAt(ns: Netns, port: number): number {
    return this.byPort.get(ns)?.get(port)?.receivedBytes ?? 0;
  }
}

/** Accepts the connections of flows to one port, and reads them. */
class TcpFlowListener {
  receivedBytes = 0;
  private readonly host: Host;
  private readonly socket: TcpSocket;
  private readonly pump: Pump;

  constructor(host: Host, ns: Netns) {
    this.host = host;
    this.socket = new TcpSocket(ns);
    this.pump = new Pump(host, () => {
      this.acceptAll();
    });
  }

  open(port: number): Errno {
    this.socket.setReuseAddress(true);
    const errno = this.socket.bind(0, port) || this.socket.listen(LISTEN_BACKLOG);
    if (errno !== '') this.socket.close();
    else this.pump.watch(this.socket.readable);
    return errno;
  }

  private acceptAll(): void {
    for (let peer = this.socket.accept(); peer !== null; peer = this.socket.accept()) this.serve(peer);
  }

  private serve(peer: TcpSocket): void {
    const pump = new Pump(this.host, () => {
      if (!this.readAll(peer)) return;
      pump.dispose();
      peer.close();
    });
    pump.watch(peer.readable);
    if (peer.readable.isReady()) pump.wake();
  }

  /** True when the peer has ended. */
  private readAll(peer: TcpSocket): boolean {
    for (;;) {
      const got = peer.discard(READ_BYTES);
      if (got > 0) this.receivedBytes += got;
      else return got === 0 || peer.lastError !== 'EAGAIN';
    }
  }
}

/** One flow's sender. */
export class TcpFlowSender {
  readonly plan: PlanFlow;
  readonly account: FrameAccount;
  sentBytes = 0;
  /** Why the flow could not go on; '' while it can. */
  firstError: Errno = '';
  private readonly host: Host;
  private readonly socket: TcpSocket;
  private readonly to: Ip4;
  private readonly pump: Pump;
  private readonly totalBytes: number;
  /** Bytes that may be written by now. */
  private dueBytes = 0;
  private isConnected = false;
  private hasShutDown = false;

  /** `done` is called when the receiver has all and both have ended, or when `firstError` says why not. */
  constructor(plan: PlanFlow, from: Host, fromNs: Netns, to: Ip4, done: () => void) {
    this.plan = plan;
    this.host = from;
    this.to = to;
    this.totalBytes = plan.count * plan.sizeBytes;
    this.socket = new TcpSocket(fromNs);
    this.pump = new Pump(from, () => {
      this.goOn();
    });
    this.account = { outstanding: 0, isClosed: false, settled: done };
  }

  /** Enters the first event. */
  start(): void {
    this.pump.goOnAt(Math.max(this.plan.startNs, this.host.sched.now));
  }

  private goOn(): void {
    if (!this.isConnected && !this.connected()) return;
    if (this.hasShutDown) this.awaitEnd();
    else this.write();
  }

  /** True once the connection stands; the first call asks for it. */
  private connected(): boolean {
    const { socket, plan } = this;
    if (socket.sk === null || socket.remotePort === 0) {
      socket.setAccount(this.account);
      if (plan.sourcePort !== 0) socket.setReuseAddress(true);
      const bound = plan.sourcePort === 0 ? '' : socket.bind(0, plan.sourcePort);
      const errno = bound === '' ? socket.connect(this.to, plan.port) : bound;
      if (errno !== 'EINPROGRESS') this.end(errno);
      else this.pump.watch(socket.writable);
      return false;
    }
    if (!socket.writable.isReady()) return false;
    const errno = socket.takeError();
    if (errno !== '') this.end(errno);
    this.isConnected = errno === '';
    return this.isConnected;
  }

  private write(): void {
    if (this.plan.intervalNs === 0) this.dueBytes = this.totalBytes;
    else if (this.sentBytes === this.dueBytes) this.nextPiece();
    while (this.sentBytes < this.dueBytes) {
      const from = this.sentBytes & 255;
      const taken = this.socket.send(PATTERN, from, Math.min(from + this.dueBytes - this.sentBytes, PATTERN_BYTES));
      if (taken < 0) {
        if (this.socket.lastError === 'EAGAIN') this.pump.watch(this.socket.writable);
        else this.end(this.socket.lastError);
        return;
      }
      this.sentBytes += taken;
    }
    if (this.sentBytes < this.totalBytes) {
      this.pump.watch(null);
      return;
    }
    this.hasShutDown = true;
    this.socket.shutdown(SEND_SHUTDOWN);
    this.pump.watch(this.socket.readable);
    if (this.socket.readable.isReady()) this.awaitEnd();
  }

  /** A further piece is due, and the one after it an interval later. */
  private nextPiece(): void {
    this.dueBytes += this.plan.sizeBytes;
    if (this.dueBytes < this.totalBytes) this.pump.goOnAt(this.host.sched.now + this.plan.intervalNs);
  }

  private awaitEnd(): void {
    const got = this.socket.receiveInto(new Uint8Array(1), 0, 1);
    if (got === 0) this.end('');
    else if (got < 0 && this.socket.lastError !== 'EAGAIN') this.end(this.socket.lastError);
  }

  /** Over, one way or the other; the flow has ended when its last frame has met its fate, too. */
  private end(errno: Errno): void {
    this.firstError = errno;
    this.pump.dispose();
    this.socket.close();
    this.account.isClosed = true;
    if (this.account.outstanding === 0) this.account.settled();
  }
}
