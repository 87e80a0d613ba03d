/**
 * The TCP modes of `tcpudp`, as the script has them: the same sockets, order of calls and sizes of reads.
 *
 *   tcpserve IP PORT [N]                  accept N connections (1); read each until EOF, send `OK <bytes>`, close
 *   tcpsend IP PORT BYTES [SPORT] [SRCIP] connect, send BYTES bytes, shut down, read the reply until EOF, close; each
 *                                         call takes $TMO (5) seconds at most
 *   tcpabort IP PORT SPORT                connect, send `hi`, wait 0.2 s, close with SO_LINGER 0 (a reset)
 *   tcpslow IP PORT SPORT                 connect, send `hi`, shut down, read, wait 0.1 s, close
 */
import type { Ip4 } from '../../base/addr.ts';
import { utf8Encode } from '../../base/bytes.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { SEND_SHUTDOWN } from '../../kernel/socket/tcp/tcp-states.ts';
import { SECOND } from '../../sim/units.ts';
import { acceptOne, connectTo, receiveSome, sendAll } from '../stream.ts';
import type { PythonError } from './python.ts';
import {
  checkPort,
  GaiError,
  itemAt,
  osError,
  peerText,
  pythonBytes,
  pythonFloat,
  pythonInt,
  raise,
  raiseUnlessOk,
  TIMED_OUT,
  UncaughtError,
} from './python.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** A socket that the end of the program closes. */
export interface Opened {
  close(): void;
}

/** What a TCP mode works with: `args` are those behind the port, `opened` is closed when the program ends. */
export interface TcpTask {
  readonly proc: Process;
  /** The first argument, which may be a name; `resolve` asks for it when a call needs it. */
  readonly ip: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly opened: Opened[];
  readonly resolve: (name: string) => Steps<Ip4>;
}

const BACKLOG = 16;
const DEFAULT_TIMEOUT = '5';
/** Most of a reply that is printed. */
const REPLY_SHOWN = 60;
const SLOW_READ = 100;
const ABORT_WAIT_NS = SECOND / 5;
const SLOW_WAIT_NS = SECOND / 10;
/** Between two calls of a script some time goes by, in which a segment is acknowledged. */
const BETWEEN_CALLS_NS = SECOND / 20_000;

export const TCP_MODES: Readonly<Record<string, (task: TcpTask) => Steps<void>>> = {
  tcpserve: tcpServe,
  tcpsend: tcpSend,
  tcpabort: tcpAbort,
  tcpslow: tcpSlow,
};

function* tcpServe(task: TcpTask): Steps<void> {
  const { proc, args } = task;
  const listener = open(task);
  listener.setReuseAddress(true);
  useCubic(proc, listener);
  checkPort(task.port, 'bind');
  raiseUnlessOk(listener.bind(yield* task.resolve(task.ip), task.port));
  raiseUnlessOk(listener.listen(BACKLOG));
  const count = args.length > 0 ? pythonInt(args[0]!) : 1;
  for (let i = 0; i < count; i++) {
    const peer = yield* acceptOne(proc, listener);
    if (typeof peer === 'string') return raise(osError(peer));
    peer.owner = listener.owner;
    task.opened.push(peer);
    const name = peerText(peer.remoteAddress, peer.remotePort);
    let bytes = 0;
    for (let got = yield* read(proc, peer); got.length > 0; got = yield* read(proc, peer)) bytes += got.length;
    raiseUnlessOk(yield* sendAll(proc, peer, utf8Encode(`OK ${bytes}`)));
    yield proc.sleep(BETWEEN_CALLS_NS);
    peer.close();
    proc.write(`served ${name} ${bytes}\n`);
  }
}

function* tcpSend(task: TcpTask): Steps<void> {
  const { proc, args } = task;
  const socket = open(task);
  useCubic(proc, socket);
  const timeoutNs = timeoutOf(proc.env.get('TMO') ?? DEFAULT_TIMEOUT) * SECOND;
  if (args.length > 1) {
    socket.setReuseAddress(true);
    const source = args[2] ?? '';
    const port = pythonInt(args[1]!);
    checkPort(port, 'bind');
    raiseUnlessOk(socket.bind(source === '' ? 0 : yield* task.resolve(source), port));
  }
  const outcome = yield* exchange(task, socket, timeoutNs);
  if ('repr' in outcome) proc.write(`error ${outcome.repr}\n`);
  else proc.write(`${peerText(socket.localAddress, socket.localPort)} reply ${pythonBytes(outcome)}\n`);
  socket.close();
}

/** What stands in the script's `try`: the start of the reply, or what was raised. */
function* exchange(task: TcpTask, socket: TcpSocket, timeoutNs: number): Steps<Uint8Array | PythonError> {
  const { proc } = task;
  checkPort(task.port, 'connect');
  const address = yield* resolveCaught(task);
  if (typeof address !== 'number') return address;
  const connected = yield* connectTo(proc, socket, address, task.port, proc.now + timeoutNs);
  if (connected !== '') return timedOr(connected, 'EINPROGRESS', timeoutNs);
  const length = Math.max(pythonInt(itemAt(task.args, 0)), 0);
  const sent = yield* sendAll(proc, socket, pattern(length), proc.now + timeoutNs);
  if (sent !== '') return timedOr(sent, 'EAGAIN', timeoutNs);
  yield proc.sleep(BETWEEN_CALLS_NS);
  const shut = socket.shutdown(SEND_SHUTDOWN);
  if (shut !== '') return osError(shut);
  const reply: number[] = [];
  for (;;) {
    const got = yield* receiveSome(proc, socket, proc.now + timeoutNs);
    if (typeof got === 'string') return timedOr(got, 'EAGAIN', timeoutNs);
    if (got.length === 0) return Uint8Array.from(reply);
    reply.push(...got.subarray(0, REPLY_SHOWN - reply.length));
  }
}

/** gaierror is an OSError, too. */
function* resolveCaught(task: TcpTask): Steps<Ip4 | PythonError> {
  try {
    return yield* task.resolve(task.ip);
  } catch (error) {
    if (error instanceof GaiError) return error.caught;
    throw error;
  }
}

/** A socket with a time-out of 0 does not wait at all, and then the error is the call's own. */
function timedOr(errno: Errno, tooEarly: Errno, timeoutNs: number): PythonError {
  return errno === tooEarly && timeoutNs > 0 ? TIMED_OUT : osError(errno);
}

function* tcpAbort(task: TcpTask): Steps<void> {
  const socket = yield* openFrom(task);
  sendOnce(socket);
  yield task.proc.sleep(ABORT_WAIT_NS);
  socket.setLinger(0);
  socket.close();
}

function* tcpSlow(task: TcpTask): Steps<void> {
  const { proc } = task;
  const socket = yield* openFrom(task);
  sendOnce(socket);
  yield proc.sleep(BETWEEN_CALLS_NS);
  raiseUnlessOk(socket.shutdown(SEND_SHUTDOWN));
  const got = yield* receiveSome(proc, socket, Infinity, SLOW_READ);
  if (typeof got === 'string') return raise(osError(got));
  proc.write(`${pythonBytes(got)}\n`);
  yield proc.sleep(SLOW_WAIT_NS);
  socket.close();
}

/** A socket bound to the third argument and connected. */
function* openFrom(task: TcpTask): Steps<TcpSocket> {
  const socket = open(task);
  const port = pythonInt(itemAt(task.args, 0));
  checkPort(port, 'bind');
  raiseUnlessOk(socket.bind(0, port));
  checkPort(task.port, 'connect');
  raiseUnlessOk(yield* connectTo(task.proc, socket, yield* task.resolve(task.ip), task.port));
  return socket;
}

function open({ proc, opened }: TcpTask): TcpSocket {
  const socket = new TcpSocket(proc.ns);
  socket.owner = { name: 'python3', pid: proc.pid };
  opened.push(socket);
  return socket;
}

function useCubic(proc: Process, socket: TcpSocket): void {
  const errno = socket.setCongestionControl('cubic');
  if (errno !== '') proc.write(`cubic: ${osError(errno).text}\n`);
}

function sendOnce(socket: TcpSocket): void {
  if (socket.send(utf8Encode('hi')) < 0) raise(osError(socket.lastError));
}

function* read(proc: Process, socket: TcpSocket): Steps<Uint8Array> {
  const got = yield* receiveSome(proc, socket);
  if (typeof got === 'string') return raise(osError(got));
  return got;
}

/** Byte i is i & 255. */
function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i & 255;
  return bytes;
}

/** Seconds of `settimeout(float(text))`. */
function timeoutOf(text: string): number {
  const seconds = pythonFloat(text);
  if (seconds < 0) throw new UncaughtError('ValueError', 'Timeout value out of range');
  return seconds;
}
