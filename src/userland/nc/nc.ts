/**
 * nc of OpenBSD in UDP mode: standard input to a peer, what the peer sends to standard output. Its loop is that of the
 * real one (readwrite() of netcat.c): one piece of input is one datagram; an error from the peer ends it quietly.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import { utf8Decode, utf8Encode } from '../../base/bytes.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, Waitable, WakeReason } from '../../kernel/proc/wait.ts';
import type { Datagram } from '../../kernel/socket/udp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { lookupAddress, resolveFromFiles } from '../resolve.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { NcOptions } from './options.ts';
import { checkNc, NC_SUPPORTED, ncHelp, readNc, refuseNc, serviceName, servicePort } from './options.ts';

/** Most that is read at a time: a datagram is never larger. */
const BUFFER_BYTES = 16_384;
/** How many further looks a UDP port gets before it counts as open, unless -w says otherwise; one a second. */
const SCAN_SECONDS = 3;

type Steps<T> = Generator<Wait, T, WakeReason>;

function* runNc(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = checkNc(args);
  if (lack !== undefined) return reportUnsupported(proc, `nc ${args[lack.argIndex]!}`, NC_SUPPORTED);
  const sockets: UdpSocket[] = [];
  try {
    const options = readNc(args);
    if (options === null) {
      proc.writeError(ncHelp());
      return 0;
    }
    if (!options.isUdp) return reportUnsupported(proc, 'nc without -u', NC_SUPPORTED);
    const netcat = new Netcat(proc, options, sockets);
    return yield* options.isListening ? netcat.listen() : netcat.connectAll();
  } catch (error) {
    return giveUp(proc, error);
  } finally {
    for (const socket of sockets) socket.close();
  }
}

class Netcat {
  private readonly proc: Process;
  private readonly options: NcOptions;
  /** All that were opened, for the end. */
  private readonly sockets: UdpSocket[];
  private isInputOpen: boolean;

  constructor(proc: Process, options: NcOptions, sockets: UdpSocket[]) {
    this.proc = proc;
    this.options = options;
    this.sockets = sockets;
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
        const where = `${this.hostText(address)} port ${port} (udp)`;
        if (this.options.isVerbose) this.warn(`connect to ${where} failed: ${errorText(errno)}`);
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
    const { host, ports, source, staysOpen, isVerbose } = this.options;
    const port = servicePort(ports[0]!);
    if (port === undefined) throw new ToolError('nc: getaddrinfo: Servname not supported for ai_socktype', 1);
    const name = host === '' ? source : host;
    const address = name === '' ? 0 : yield* this.resolveLocal(name);
    const socket = this.newSocket();
    socket.reuseAddress = true;
    const errno = socket.bind(address, port);
    if (errno !== '') throw new ToolError(`nc: ${errorText(errno)}`, 1);
    if (isVerbose) this.proc.writeError(`Bound on ${this.nameOf(address)} ${port}\n`);
    if (staysOpen) {
      yield* this.readWrite(socket);
      return 0;
    }
    let first = socket.receive();
    for (; first === null; first = socket.receive()) yield this.proc.waitFor(socket);
    socket.connect(first.from, first.fromPort);
    if (isVerbose) this.proc.writeError(`Connection received on ${this.nameOf(first.from)} ${first.fromPort}\n`);
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
    const { source, sourcePort, mayBroadcast } = this.options;
    const socket = this.newSocket();
    socket.broadcast = mayBroadcast;
    if (source === '' && sourcePort === '') return socket;
    const port = sourcePort === '' ? 0 : servicePort(sourcePort);
    if (port === undefined) throw new ToolError('nc: getaddrinfo: Servname not supported for ai_socktype', 1);
    const address = source === '' ? 0 : yield* this.resolveLocal(source);
    socket.reuseAddress = true;
    const errno = socket.bind(address, port);
    if (errno !== '') throw new ToolError(`nc: bind failed: ${errorText(errno)}`, 1);
    return socket;
  }

  private *resolve(host: string, port: string): Steps<Ip4> {
    const found = yield* resolveFromFiles(this.proc, host);
    if (typeof found !== 'string') return found.address;
    throw new ToolError(`nc: getaddrinfo for host "${host}" port ${port}: ${found}`, 1);
  }

  private *resolveLocal(host: string): Steps<Ip4> {
    const found = yield* resolveFromFiles(this.proc, host);
    if (typeof found !== 'string') return found.address;
    throw new ToolError(`nc: getaddrinfo: ${found}`, 1);
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

  private reportConnected(address: Ip4, port: number): void {
    const service = this.options.isNumeric ? '*' : serviceName(port);
    this.proc.writeError(`Connection to ${this.hostText(address)} ${port} port [udp/${service}] succeeded!\n`);
  }

  /** The host as it was given, with its address where that says more. */
  private hostText(address: Ip4): string {
    const { host, isNumeric } = this.options;
    const text = formatIp4(address);
    return isNumeric || host === text ? host : `${host} (${text})`;
  }

  private nameOf(address: Ip4): string {
    const text = formatIp4(address);
    return this.options.isNumeric ? text : (lookupAddress(this.proc.files, address) ?? text);
  }

  private warn(message: string): void {
    this.proc.writeError(`nc: ${message}\n`);
  }
}

export const OPENBSD_NC: ProgramEntry = { name: 'nc', run: runNc, check: checkNc, refusal: refuseNc };
