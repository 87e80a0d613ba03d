/**
 * nc of OpenBSD in UDP mode: standard input to a peer, what the peer sends to standard output. Its loop is that of the
 * real one (readwrite() of netcat.c): one piece of input is one datagram; an error from the peer ends it quietly.
 */
import { utf8Decode, utf8Encode } from '../../base/bytes.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import type { Datagram } from '../../kernel/socket/udp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { ToolError } from '../tool-error.ts';
import type { Opened, Steps } from './context.ts';
import { BUFFER_BYTES, Netcat } from './context.ts';
import type { NcOptions } from './options.ts';

/** How many further looks a UDP port gets before it counts as open, unless -w says otherwise; one a second. */
const SCAN_SECONDS = 3;

export class UdpNetcat extends Netcat {
  private isInputOpen: boolean;

  constructor(proc: Process, options: NcOptions, sockets: Opened[]) {
    super(proc, options, sockets);
    this.isInputOpen = !options.isDetached;
  }

  /** One port after the other; 0 when the last could be reached. */
  *connectAll(): Steps<number> {
    let exitCode = 1;
    for (const portText of this.options.ports) {
      const port = Number(portText);
      const address = yield* this.resolve(this.options.host, portText);
      const socket = yield* this.open();
      const errno = socket.connect(address, port);
      if (errno !== '') {
        this.reportFailure(address, port, `failed: ${errorText(errno)}`);
        socket.close();
        continue;
      }
      exitCode = 0;
      if (this.options.isVerbose && !(yield* this.isOpenPort(socket))) exitCode = 1;
      else {
        if (this.options.isVerbose) this.reportConnected(address, port);
        if (!this.options.isScan) yield* this.readWrite(socket);
      }
      socket.close();
    }
    return exitCode;
  }

  *listen(): Steps<number> {
    const { staysOpen, isVerbose } = this.options;
    const { address, port } = yield* this.localEnd();
    const socket = this.newSocket();
    socket.reuseAddress = true;
    const errno = socket.bind(address, port);
    if (errno !== '') throw new ToolError(`nc: ${errorText(errno)}`, 1);
    if (isVerbose) yield* this.report('Bound on', address, port);
    if (staysOpen) {
      yield* this.readWrite(socket);
      return 0;
    }
    let first = socket.receive();
    for (; first === null; first = socket.receive()) yield this.proc.waitFor(socket);
    socket.connect(first.from, first.fromPort);
    if (isVerbose) yield* this.report('Connection received on', first.from, first.fromPort);
    yield* this.readWrite(socket, first);
    return 0;
  }

  private newSocket(): UdpSocket {
    const socket = new UdpSocket(this.proc.ns);
    socket.ttl = this.options.ttl;
    socket.tos = this.options.tos;
    socket.owner = { name: 'nc', pid: this.proc.pid };
    this.sockets.push(socket);
    return socket;
  }

  /** A socket bound to what -s and -p say. */
  private *open(): Steps<UdpSocket> {
    const socket = this.newSocket();
    socket.broadcast = this.options.mayBroadcast;
    const end = yield* this.sourceEnd();
    if (end === null) return socket;
    socket.reuseAddress = true;
    const errno = socket.bind(end.address, end.port);
    if (errno !== '') throw new ToolError(`nc: bind failed: ${errorText(errno)}`, 1);
    return socket;
  }

  /** Twin of udptest: whether datagrams to the port bring no error back. */
  private *isOpenPort(socket: UdpSocket): Steps<boolean> {
    const probe = utf8Encode('X');
    const { timeoutSeconds } = this.options;
    const looks = timeoutSeconds < 0 ? SCAN_SECONDS : timeoutSeconds;
    if (socket.send(probe) !== '' || socket.send(probe) !== '') return false;
    for (let look = 0; look < looks; look++) {
      yield this.proc.sleep(SECOND);
      if (socket.send(probe) !== '') return false;
    }
    return true;
  }

  /** Twin of readwrite: until time is up, an error came, or the limit of datagrams is reached. */
  private *readWrite(socket: UdpSocket, first: Datagram | null = null): Steps<void> {
    const { timeoutSeconds, quitSeconds, receiveMax } = this.options;
    let received = 0;
    let waiting = first;
    for (;;) {
      const wasOpen = this.isInputOpen;
      yield* this.sendInput(socket);
      for (; waiting !== null; waiting = socket.receive()) {
        this.proc.write(utf8Decode(waiting.payload));
        if (++received === receiveMax) return;
      }
      if (wasOpen && !this.isInputOpen && quitSeconds >= 0) {
        socket.close();
        yield this.proc.sleep(quitSeconds * SECOND);
        return;
      }
      if (socket.takeError() !== '') return;
      const untilNs = timeoutSeconds < 0 ? Infinity : this.proc.now + timeoutSeconds * SECOND;
      const reason = yield this.proc.waitFor(this.waitables(socket), untilNs);
      waiting = socket.receive();
      if (reason === 'timer' && waiting === null) return;
    }
  }

  private waitables(socket: UdpSocket): Waitable[] {
    const { stdin } = this.proc;
    return this.isInputOpen && typeof stdin !== 'string' ? [socket, stdin] : [socket];
  }

  /** Sends what standard input has now. */
  private *sendInput(socket: UdpSocket): Steps<void> {
    const { stdin } = this.proc;
    if (!this.isInputOpen || stdin === 'open') return;
    if (stdin === 'eof' || stdin === 'null') {
      this.isInputOpen = false;
      return;
    }
    for (let text = stdin.read(); text !== ''; text = stdin.read()) {
      if (text === null) {
        this.isInputOpen = false;
        return;
      }
      const bytes = utf8Encode(this.options.sendsCrLf ? text.replace(/\r?\n/g, '\r\n') : text);
      for (let at = 0; at < bytes.length; at += BUFFER_BYTES) {
        socket.send(bytes.subarray(at, at + BUFFER_BYTES));
        if (this.options.intervalSeconds > 0) yield this.proc.sleep(this.options.intervalSeconds * SECOND);
      }
    }
  }
}
