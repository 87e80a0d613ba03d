/**
 * A TCP connection of the daemon, with the thread that reads it. What is sent goes to the kernel at once and waits here
 * only while the socket has no room, so that whoever sends never waits: in Go that would be a goroutine of its own.
 *
 *   send ──▶ [what the socket did not take] ──▶ socket ──▶ peer
 *   handler ◀── thread ◀── socket ◀── peer
 */
import type { Process } from '../kernel/proc/process.ts';
import type { Program } from '../kernel/proc/program-registry.ts';
import type { Wait, Waitable, WakeReason, Waiter } from '../kernel/proc/wait.ts';
import { WaitQueue } from '../kernel/proc/wait.ts';
import type { SocketOwner } from '../kernel/socket/udp-socket.ts';
import { TcpSocket } from '../kernel/socket/tcp/tcp-socket.ts';
import { connectTo } from '../userland/stream.ts';
import type { DaemonThreads } from './daemon-threads.ts';
import type { EngineHost } from './engine.ts';
import type { SocketAddress } from './go-net-error.ts';
import { connectionErrorText, dialErrorText } from './go-net-error.ts';

/** Go's dialer and listener set this on every connection. */
const KEEPALIVE_SECONDS = 15;
const READ_BYTES_MAX = 65_536;
/** More than anybody has to say at once waits for a peer that reads nothing: such a connection ends. */
const QUEUE_BYTES_MAX = 64 * 1024 * 1024;

/** What becomes of a connection. After `onEnd` or `onError` nothing more is heard of it. */
export interface ConnectionHandler {
  /** Bytes as they come; the array is the handler's. */
  onData(bytes: Uint8Array): void;
  /** The peer has closed its side; ours is open until `close`. */
  onEnd(): void;
  /** It is no more: why, in the words of Go's net package. */
  onError(reason: string): void;
}

export interface ConnectHandler extends ConnectionHandler {
  onOpen(connection: Connection): void;
}

/** What the connections of one service of the daemon share. */
export interface ConnectionHome {
  readonly threads: DaemonThreads;
  readonly rootNs: EngineHost['rootNs'];
  readonly owner: () => SocketOwner;
}

export class Connection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  private readonly socket: TcpSocket;
  private readonly handler: ConnectionHandler;
  private readonly queue: Uint8Array[] = [];
  private queueBytes = 0;
  private readonly news = new Signal();
  private isClosing = false;
  /** Nothing more is read. */
  private isSilent = false;
  private writeErrno = '';

  /** `serve` is to be run by a thread. */
  constructor(socket: TcpSocket, makeHandler: (connection: Connection) => ConnectionHandler) {
    this.socket = socket;
    this.local = { address: socket.localAddress, port: socket.localPort };
    this.remote = { address: socket.remoteAddress, port: socket.remotePort };
    socket.setNoDelay(true);
    socket.setKeepalive(true, KEEPALIVE_SECONDS, KEEPALIVE_SECONDS);
    this.handler = makeHandler(this);
  }

  /** Bytes that the socket has not taken yet. */
  get waitingBytes(): number {
    return this.queueBytes;
  }

  /** Sends bytes behind all that was sent before. The array is not kept. */
  send(bytes: Uint8Array): void {
    if (this.isClosing || this.writeErrno !== '') return;
    const taken = this.queue.length > 0 ? 0 : this.sendNow(bytes);
    if (taken >= bytes.length) return;
    const rest = bytes.length - taken;
    if (this.queueBytes + rest > QUEUE_BYTES_MAX) {
      this.fail('ENOBUFS');
      return;
    }
    this.queue.push(bytes.slice(taken));
    this.queueBytes += rest;
    this.news.set();
  }

  /** Closes when all has been sent; the handler hears no more. A second time does nothing. */
  close(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.isSilent = true;
    this.news.set();
  }

  /** Closes at once with a reset (SO_LINGER 0). */
  abort(): void {
    this.socket.setLinger(0);
    this.queue.length = 0;
    this.queueBytes = 0;
    this.close();
  }

  /** The connection's life, for its thread. */
  *serve(proc: Process): Generator<Wait, void, WakeReason> {
    try {
      for (;;) {
        this.news.clear();
        this.flush();
        if (this.writeErrno !== '') {
          this.report('write', this.writeErrno);
          return;
        }
        if (this.isClosing && this.queue.length === 0) return;
        if (this.isSilent || !this.readSome()) yield proc.waitFor(this.waitables());
      }
    } finally {
      this.isClosing = true;
      this.socket.close();
    }
  }

  private waitables(): Waitable[] {
    const things: Waitable[] = [this.news];
    if (!this.isSilent) things.push(this.socket.readable);
    if (this.queue.length > 0) things.push(this.socket.writable);
    return things;
  }

  private flush(): void {
    for (let first = this.queue[0]; first !== undefined; first = this.queue[0]) {
      const taken = this.sendNow(first);
      this.queueBytes -= taken;
      if (taken < first.length) {
        this.queue[0] = first.subarray(taken);
        return;
      }
      this.queue.shift();
    }
  }

  /** How many bytes are done with: what has failed once is not sent later. */
  private sendNow(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      const taken = this.socket.send(bytes, at);
      if (taken > 0) at += taken;
      else if (this.socket.lastError === 'EAGAIN') return at;
      else {
        this.fail(this.socket.lastError);
        return bytes.length;
      }
    }
    return at;
  }

  private fail(errno: string): void {
    this.writeErrno = errno;
    this.news.set();
  }

  /** Whether something was there, be it the end. */
  private readSome(): boolean {
    const { socket } = this;
    const buffer = new Uint8Array(Math.min(Math.max(socket.waitingBytes, 1), READ_BYTES_MAX));
    const got = socket.receiveInto(buffer, 0, buffer.length);
    if (got > 0) this.handler.onData(got === buffer.length ? buffer : buffer.subarray(0, got));
    else if (got === 0) {
      this.isSilent = true;
      this.handler.onEnd();
    } else if (socket.lastError === 'EAGAIN') return false;
    else {
      this.report('read', socket.lastError);
      this.close();
      this.queue.length = 0;
    }
    return true;
  }

  private report(verb: 'read' | 'write', errno: string): void {
    if (this.isSilent) return;
    this.isSilent = true;
    this.handler.onError(connectionErrorText(verb, this.local, this.remote, errno));
  }
}

/** Serves a connection that was accepted. One for which the machine has no thread is closed. */
export function serveAccepted(
  home: ConnectionHome,
  socket: TcpSocket,
  makeHandler: (connection: Connection) => ConnectionHandler,
): void {
  socket.owner = home.owner();
  const thread = home.threads.start(function* (proc) {
    yield* new Connection(socket, makeHandler).serve(proc);
    return 0;
  });
  if (thread === null) socket.close();
}

/**
 * Connects; the handler hears nothing before this has returned, and an error when nobody has answered within
 * `timeoutNs`. The function returned gives up, and closes without a word what stands already.
 */
export function dialTcp(
  home: ConnectionHome,
  to: SocketAddress,
  timeoutNs: number,
  handler: ConnectHandler,
): () => void {
  let opened: Connection | null = null;
  const thread = home.threads.start(function* (proc): ReturnType<Program> {
    const untilNs = proc.now + timeoutNs;
    yield proc.schedYield();
    const socket = new TcpSocket(home.rootNs);
    socket.owner = home.owner();
    try {
      const errno = yield* connectTo(proc, socket, to.address, to.port, untilNs);
      if (errno !== '') {
        handler.onError(dialErrorText(to, errno));
        return 1;
      }
      const connection = new Connection(socket, () => handler);
      opened = connection;
      handler.onOpen(connection);
      yield* connection.serve(proc);
      return 0;
    } finally {
      socket.close();
    }
  });
  if (thread === null) handler.onError(dialErrorText(to, 'EAGAIN'));
  return () => {
    if (opened === null) thread?.kill('SIGKILL');
    else opened.close();
  };
}

/** Something that somebody has set, to wait for. */
class Signal implements Waitable {
  private isSet = false;
  private readonly waiters = new WaitQueue();

  set(): void {
    if (this.isSet) return;
    this.isSet = true;
    this.waiters.wakeAll();
  }

  clear(): void {
    this.isSet = false;
  }

  isReady(): boolean {
    return this.isSet;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }
}
