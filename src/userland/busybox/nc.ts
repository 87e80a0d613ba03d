/** busybox nc (networking/nc.c of 1.35): a connection for standard input and output, or for a program. */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Utf8Stream } from '../../base/bytes.ts';
import { utf8Encode, utf8Stream } from '../../base/bytes.ts';
import type { Errno } from '../../kernel/errno.ts';
import { errorText } from '../../kernel/errno.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, Waitable, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { SEND_SHUTDOWN } from '../../kernel/socket/tcp/tcp-states.ts';
import { SECOND } from '../../sim/units.ts';
import { inetAton } from '../dns/inet-aton.ts';
import { isKnownTool } from '../known-tools.ts';
import { inputReady } from '../input.ts';
import type { Resolver } from '../resolve.ts';
import { SocketFile } from '../socket-file.ts';
import { acceptOne, connectTo, sendAll } from '../stream.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { BusyboxNcOptions } from './nc-options.ts';
import {
  BUSYBOX_NC_SUPPORTED,
  BUSYBOX_NC_USAGE,
  checkBusyboxNc,
  isHelp,
  lookupPort,
  programOfBusyboxNc,
  readBusyboxNc,
  refuseBusyboxNc,
  splitHostPort,
} from './nc-options.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const EXIT_FAILURE = 1;
const EXIT_BY_SIGPIPE = 141;
/** COMMON_BUFSIZE: most that is read at a time, and so sent. */
const BUFFER_BYTES = 1024;
const NO_BYTES = new Uint8Array(0);

/** The program, with the way in which it finds addresses. */
export function busyboxNc(resolve: Resolver): ProgramEntry {
  return {
    name: 'nc',
    run: (proc) => run(proc, resolve),
    check: checkBusyboxNc,
    refusal: refuseBusyboxNc,
    commandAt: programOfBusyboxNc,
  };
}

function* run(proc: Process, resolve: Resolver): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = checkBusyboxNc(args);
  if (lack !== undefined) return reportUnsupported(proc, `nc ${args[lack.argIndex]!}`, BUSYBOX_NC_SUPPORTED);
  if (isHelp(args)) {
    proc.writeError(`${BUSYBOX_NC_USAGE}\n`);
    return 0;
  }
  const opened: TcpSocket[] = [];
  try {
    const options = readBusyboxNc(args);
    const netcat = new BusyboxNetcat(proc, options, opened);
    return yield* options.listening > 0 ? netcat.serve() : netcat.connect(resolve);
  } catch (error) {
    return giveUp(proc, error);
  } finally {
    for (const socket of opened) socket.close();
  }
}

class BusyboxNetcat {
  private readonly proc: Process;
  private readonly options: BusyboxNcOptions;
  /** All that are closed at the end; those that a program has got are not among them. */
  private readonly opened: TcpSocket[];
  private readonly untilNs: number;

  constructor(proc: Process, options: BusyboxNcOptions, opened: TcpSocket[]) {
    this.proc = proc;
    this.options = options;
    this.opened = opened;
    const { waitSeconds } = options;
    this.untilNs = waitSeconds === 0 ? Infinity : proc.now + waitSeconds * SECOND;
  }

  *connect(resolve: Resolver): Steps<number> {
    const { proc, options } = this;
    const { host, port } = splitHostPort(options.host, lookupPort(options.peerPort));
    const found = yield* resolve(proc, host);
    if (proc.now >= this.untilNs) fail('timed out');
    if (typeof found === 'string') return fail(`bad address '${options.host}'`);
    const socket = this.own(new TcpSocket(proc.ns), 3);
    const errno = yield* connectTo(proc, socket, found.address, port, this.untilNs);
    if (errno === 'EINPROGRESS') fail('timed out');
    if (errno !== '') fail(`can't connect to remote host (${formatIp4(found.address)}): ${errorText(errno)}`);
    return yield* this.use(socket);
  }

  *serve(): Steps<number> {
    const { proc, options } = this;
    const { address, port } = this.localEnd();
    const listener = this.own(new TcpSocket(proc.ns), 3);
    listener.setReuseAddress(true);
    mustBe('bind', listener.bind(address, port));
    mustBe('listen', listener.listen(options.listening));
    for (let { untilNs } = this; ; untilNs = Infinity) {
      const peer = yield* acceptOne(proc, listener, untilNs);
      if (peer === 'EAGAIN') return fail('timed out');
      if (typeof peer === 'string') return fail(`accept: ${errorText(peer)}`);
      this.own(peer, 4);
      const { program } = options;
      if (options.listening === 1 || program === null) {
        listener.close();
        return yield* this.use(peer);
      }
      if (!proc.hasRoomForChild) fail(`vfork: ${errorText('EAGAIN')}`);
      this.handOver(peer);
      proc.spawn({ argv: program, program: (child) => execOn(child, peer, program) });
    }
  }

  /** Numbers only, with a port of their own or that of `-p`. */
  private localEnd(): { readonly address: Ip4; readonly port: number } {
    const { host: text } = this.options;
    if (text === '') return { address: 0, port: this.options.port };
    const { host, port } = splitHostPort(text, this.options.port);
    const address = inetAton(host);
    return address === undefined ? fail(`bad address '${text}'`) : { address, port };
  }

  private *use(socket: TcpSocket): Steps<number> {
    const { program, delaySeconds } = this.options;
    if (program === null) return yield* new Relay(this.proc, socket, delaySeconds).run();
    this.handOver(socket);
    return yield* execOn(this.proc, socket, program);
  }

  private own(socket: TcpSocket, descriptor: number): TcpSocket {
    socket.owner = { name: 'nc', pid: this.proc.pid, descriptor };
    this.opened.push(socket);
    return socket;
  }

  private handOver(socket: TcpSocket): void {
    this.opened.splice(this.opened.indexOf(socket), 1);
  }
}

/** The process becomes the program, which talks with the peer. */
function* execOn(proc: Process, peer: TcpSocket, program: readonly string[]): Steps<number> {
  const name = program[0]!;
  const file = new SocketFile(peer);
  peer.owner = { name: name.slice(name.lastIndexOf('/') + 1), pid: proc.pid, descriptor: 0 };
  proc.descriptors.set(0, file);
  proc.descriptors.set(1, file);
  const entry = proc.registry.get(name);
  if (entry === undefined) {
    if (isKnownTool(name, proc.registry)) return reportUnsupported(proc, name, proc.registry.names());
    proc.writeError(`nc: can't execute '${name}': No such file or directory\n`);
    return EXIT_FAILURE;
  }
  const exitCode = yield* proc.exec(entry.run, program, proc.env);
  yield* file.drain(proc);
  return exitCode;
}

/** The loop over select(2): each turn looks at standard input first, then at the peer. */
class Relay {
  private readonly proc: Process;
  private readonly socket: TcpSocket;
  private readonly delaySeconds: number;
  private readonly text: Utf8Stream = utf8Stream();
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private isInputOpen = true;
  /** Of standard input, for the turns that come. */
  private waiting: Uint8Array = NO_BYTES;

  constructor(proc: Process, socket: TcpSocket, delaySeconds: number) {
    this.proc = proc;
    this.socket = socket;
    this.delaySeconds = delaySeconds;
  }

  *run(): Steps<number> {
    const { proc, socket } = this;
    const input = inputReady(proc);
    for (;;) {
      const ready: Waitable[] = this.isInputOpen ? [input, socket.readable] : [socket.readable];
      if (this.waiting.length === 0) yield proc.waitFor(ready);
      const hasInput = this.isInputOpen && (this.waiting.length > 0 || input.isReady());
      const hasAnswer = socket.readable.isReady();
      if (hasInput && !(yield* this.forward())) return EXIT_BY_SIGPIPE;
      if (hasAnswer && !(yield* this.show())) return 0;
    }
  }

  /** False when the peer takes nothing any more: SIGPIPE. */
  private *forward(): Steps<boolean> {
    const { proc, socket } = this;
    if (this.waiting.length === 0) this.readInput();
    const piece = this.waiting.subarray(0, BUFFER_BYTES);
    this.waiting = this.waiting.subarray(piece.length);
    const errno = yield* sendAll(proc, socket, piece);
    if (errno === 'EPIPE') {
      proc.kill('SIGPIPE', proc);
      yield proc.waitFor([], proc.now);
      return false;
    }
    if (errno !== '') fail(`write error: ${errorText(errno)}`);
    yield* this.pause();
    return true;
  }

  /** At its end the peer is told, and may still answer. */
  private readInput(): void {
    const { stdin } = this.proc;
    const text = typeof stdin === 'string' ? null : stdin.read();
    if (text !== null) this.waiting = utf8Encode(text);
    else {
      this.socket.shutdown(SEND_SHUTDOWN);
      this.isInputOpen = false;
    }
  }

  /** False at the end of the connection, however it came. */
  private *show(): Steps<boolean> {
    const got = this.socket.receiveInto(this.buffer, 0, BUFFER_BYTES);
    if (got < 0 && this.socket.lastError === 'EAGAIN') return true;
    this.proc.write(got > 0 ? this.text.decode(this.buffer.subarray(0, got)) : this.text.end());
    if (got <= 0) return false;
    yield* this.pause();
    return true;
  }

  private *pause(): Steps<void> {
    if (this.delaySeconds > 0) yield this.proc.sleep(this.delaySeconds * SECOND);
  }
}

function fail(message: string): never {
  throw new ToolError(`nc: ${message}`, EXIT_FAILURE);
}

function mustBe(call: string, errno: Errno): void {
  if (errno !== '') fail(`${call}: ${errorText(errno)}`);
}
