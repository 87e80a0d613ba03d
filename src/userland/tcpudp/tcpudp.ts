/**
 * `tcpudp MODE …`, also typed `python3 …/tcpudp.py MODE …`: the traffic program of the recordings. Its sockets, bytes,
 * output and errors are those of the script; of a traceback the last line is printed.
 *
 *   udpecho IP PORT [N]                   echo N datagrams, then exit
 *   udpseen IP PORT                       answer each datagram with `ip:port` of its sender, for ever
 *   udpsend IP PORT BYTES [SPORT] [N]     connected socket; N times (1): send, wait up to 1 s for the answer
 *   udpto IP PORT BYTES SPORT             unconnected socket: one datagram of BYTES zero bytes, no waiting
 *   udpburst IP PORT N SPORT              unconnected socket: N datagrams burst00, burst01 … back to back
 *   udpcollide IP PORT SPORT…             for each source port: one datagram, print `port -> answer` (1 s)
 *   tcpstray SRC DST SPORT DPORT          one bare ACK on a raw socket: seq 1000, ack 2000, window 1000
 *
 * and the modes of tcp-modes.ts.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import { makeByteViews, utf8Decode, utf8Encode } from '../../base/bytes.ts';
import type { Program, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Datagram } from '../../kernel/socket/udp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { RawSocket } from '../../kernel/socket/raw-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { finishSum, sumBytes, sumPseudoHeader } from '../../wire/checksum.ts';
import { PROTO_TCP } from '../../wire/ipv4.ts';
import * as tcp from '../../wire/tcp.ts';
import type { Resolver } from '../resolve.ts';
import { resolveIp4Host } from '../resolve.ts';
import type { PythonError } from './python.ts';
import {
  checkPort,
  GaiError,
  itemAt,
  osError,
  peerText,
  pythonInt,
  raise,
  raiseUnlessOk,
  TIMED_OUT,
  UncaughtError,
} from './python.ts';
import type { Opened } from './tcp-modes.ts';
import { TCP_MODES } from './tcp-modes.ts';

const ANSWER_WAIT_NS = SECOND;
const ECHO_WAIT_NS = 60 * SECOND;
/** recvfrom(100) */
const SHORT_READ = 100;

type Steps<T> = Generator<Wait, T, WakeReason>;

/** What a mode works with: `args` are those behind the port. */
interface Task {
  readonly proc: Process;
  readonly address: Ip4;
  readonly port: number;
  readonly args: readonly string[];
  readonly socket: UdpSocket;
}

type Mode = (task: Task) => Steps<void>;

const UDP_MODES: Readonly<Record<string, Mode>> = {
  udpecho: udpEcho,
  udpseen: udpSeen,
  udpsend: udpSend,
  udpto: udpTo,
  udpburst: udpBurst,
  udpcollide: udpCollide,
};
const RAW_MODE = 'tcpstray';

/** Makes the program; `skip` arguments stand before the mode. */
function tcpudp(resolve: Resolver, skip: (args: readonly string[]) => number): Program {
  return function* run(proc) {
    const given = proc.argv.slice(1);
    const args = given.slice(skip(given));
    const modeName = args[0] ?? '';
    const opened: Opened[] = [];
    try {
      itemAt(args, 0);
      if (modeName === RAW_MODE) {
        tcpStray(proc, args.slice(1));
        return 0;
      }
      const ip = itemAt(args, 1);
      const port = pythonInt(itemAt(args, 2));
      yield* runMode(modeName, { proc, ip, port, args: args.slice(3), resolve }, opened);
      return 0;
    } catch (error) {
      if (!(error instanceof UncaughtError)) throw error;
      proc.writeError(`${error.message}\n`);
      return 1;
    } finally {
      for (const socket of opened) socket.close();
    }
  };
}

interface Call {
  readonly proc: Process;
  readonly ip: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly resolve: Resolver;
}

/** Runs one mode; another word does nothing, as in the script. */
function* runMode(name: string, call: Call, opened: Opened[]): Steps<void> {
  const { proc, ip, port, args } = call;
  const resolve = (host: string): Steps<Ip4> => resolveHost(proc, host, call.resolve);
  const tcpMode = TCP_MODES[name];
  if (tcpMode !== undefined) return yield* tcpMode({ proc, ip, port, args, resolve, opened });
  const udpMode = UDP_MODES[name];
  if (udpMode === undefined) return;
  const socket = new UdpSocket(proc.ns);
  socket.owner = { name: 'python3', pid: proc.pid };
  opened.push(socket);
  yield* udpMode({ proc, address: yield* resolve(ip), port, args, socket });
}

/** An empty name is any address. */
function* resolveHost(proc: Process, ip: string, resolve: Resolver): Steps<Ip4> {
  if (ip === '') return 0;
  const entry = yield* resolve(proc, ip);
  if (typeof entry !== 'string') return entry.address;
  throw new GaiError(entry);
}

function* udpEcho(task: Task): Steps<void> {
  const { proc, socket, args } = task;
  bind(socket, task.address, task.port);
  const count = args.length > 0 ? pythonInt(args[0]!) : 1;
  for (let i = 0; i < count; i++) {
    const got = yield* receive(proc, socket, proc.now + ECHO_WAIT_NS);
    if ('repr' in got) raise(got);
    raiseUnlessOk(socket.sendTo(got.from, got.fromPort, got.payload));
    proc.write(`echo ${peerText(got.from, got.fromPort)} ${got.payload.length}\n`);
  }
}

function* udpSeen(task: Task): Steps<void> {
  const { proc, socket } = task;
  bind(socket, task.address, task.port);
  for (;;) {
    const got = yield* receive(proc, socket, Infinity);
    if ('repr' in got) raise(got);
    raiseUnlessOk(socket.sendTo(got.from, got.fromPort, utf8Encode(`${formatIp4(got.from)}:${got.fromPort}`)));
  }
}

function* udpSend(task: Task): Steps<void> {
  const { proc, socket, args } = task;
  if (args.length > 1 && pythonInt(args[1]!) !== 0) bind(socket, 0, pythonInt(args[1]!));
  checkPort(task.port, 'connect');
  raiseUnlessOk(socket.connect(task.address, task.port));
  const count = args.length > 2 ? pythonInt(args[2]!) : 1;
  for (let i = 0; i < count; i++) {
    const payload = Uint8Array.from({ length: Math.max(pythonInt(itemAt(args, 0)), 0) }, (_, at) => at & 255);
    const errno = socket.send(payload);
    const got = errno === '' ? yield* receive(proc, socket, proc.now + ANSWER_WAIT_NS) : osError(errno);
    const outcome = 'repr' in got ? `error ${got.repr}` : `reply ${got.payload.length}`;
    proc.write(`${peerText(socket.localAddress, socket.localPort)} ${outcome}\n`);
  }
}

function* udpTo(task: Task): Steps<void> {
  const { socket, args } = task;
  bind(socket, 0, pythonInt(itemAt(args, 1)));
  const length = pythonInt(itemAt(args, 0));
  if (length < 0) throw new UncaughtError('ValueError', 'negative count');
  sendTo(task, new Uint8Array(length));
}

function* udpBurst(task: Task): Steps<void> {
  const { socket, args } = task;
  bind(socket, 0, pythonInt(itemAt(args, 1)));
  const count = pythonInt(itemAt(args, 0));
  for (let i = 0; i < count; i++) sendTo(task, utf8Encode(`burst${String(i).padStart(2, '0')}`));
}

function* udpCollide(task: Task): Steps<void> {
  const { proc } = task;
  for (const portText of task.args) {
    const socket = new UdpSocket(proc.ns);
    socket.owner = { name: 'python3', pid: proc.pid };
    try {
      bind(socket, 0, pythonInt(portText));
      sendTo({ ...task, socket }, utf8Encode('x'));
      const got = yield* receive(proc, socket, proc.now + ANSWER_WAIT_NS);
      const answer = 'repr' in got ? got.text : utf8Decode(got.payload.subarray(0, SHORT_READ));
      proc.write(`${portText} -> ${answer}\n`);
    } finally {
      socket.close();
    }
  }
}

/** Both addresses are numbers, and the kernel chooses what stands in the IP header. */
function tcpStray(proc: Process, args: readonly string[]): void {
  const addresses = [0, 1].map((i) => parseIp4(itemAt(args, i)));
  const [srcPort, dstPort] = [pythonInt(itemAt(args, 2)), pythonInt(itemAt(args, 3))];
  const [src, dst] = addresses;
  if (src === undefined || dst === undefined) {
    throw new UncaughtError('OSError', 'illegal IP address string passed to inet_aton');
  }
  if (![srcPort, dstPort].every((port) => port >= 0 && port <= 0xffff)) {
    throw new UncaughtError('struct.error', "'H' format requires 0 <= number <= 65535");
  }
  const segment = makeByteViews(tcp.HEADER_LEN);
  tcp.emit(segment.view, 0, { ...STRAY, srcPort, dstPort });
  const sum = sumBytes(segment, 0, tcp.HEADER_LEN, sumPseudoHeader(src, dst, PROTO_TCP, tcp.HEADER_LEN));
  tcp.setChecksum(segment.view, 0, finishSum(sum));
  const socket = new RawSocket(proc.ns, PROTO_TCP);
  try {
    raiseUnlessOk(socket.sendTo(dst, segment.bytes.slice(0, tcp.HEADER_LEN)));
  } finally {
    socket.close();
  }
}

const STRAY = {
  seq: 1000,
  ack: 2000,
  headerLen: tcp.HEADER_LEN,
  flags: tcp.FLAG_ACK,
  window: 1000,
  checksum: 0,
  urgent: 0,
};

function bind(socket: UdpSocket, address: Ip4, port: number): void {
  checkPort(port, 'bind');
  raiseUnlessOk(socket.bind(address, port));
}

function sendTo(task: Task, payload: Uint8Array): void {
  checkPort(task.port, 'sendto');
  raiseUnlessOk(task.socket.sendTo(task.address, task.port, payload));
}

/** The next datagram, or what the call raises. */
function* receive(proc: Process, socket: UdpSocket, untilNs: number): Steps<Datagram | PythonError> {
  for (;;) {
    const errno = socket.takeError();
    if (errno !== '') return osError(errno);
    const got = socket.receive();
    if (got !== null) return got;
    if (proc.now >= untilNs) return TIMED_OUT;
    yield proc.waitFor(socket, untilNs);
  }
}

/** How many arguments of `python3` stand before the script's own; 0 when there is no tcpudp.py. */
export function argumentsBeforeMode(args: readonly string[]): number {
  const at = args.findIndex((arg) => arg !== '-u');
  return at >= 0 && isScript(args[at]!) ? at + 1 : 0;
}

function isScript(path: string): boolean {
  return path === 'tcpudp.py' || path.endsWith('/tcpudp.py');
}

const runTcpudp = tcpudp(resolveIp4Host, () => 0);
/** `python3 tcpudp.py MODE …` */
export const runTcpudpScript = tcpudp(resolveIp4Host, argumentsBeforeMode);

export const TCPUDP: ProgramEntry = { name: 'tcpudp', run: runTcpudp };
