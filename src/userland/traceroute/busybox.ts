/**
 * traceroute of busybox 1.35: one probe at a time from one UDP socket, answers read from a raw ICMP socket and paired
 * by the ports that they quote.
 *
 *   | seq 1 | TTL 1 | zeros up to 46 bytes in all |     to port 33434 + seq, from port 0x8000 | pid
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { RawDatagram } from '../../kernel/socket/raw-socket.ts';
import { RawSocket } from '../../kernel/socket/raw-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { MICROSECOND, MILLISECOND, SECOND } from '../../sim/units.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as udp from '../../wire/udp.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import { parseInteger } from '../number-text.ts';
import { nameOfHost, resolveHost } from '../resolve.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';

const FIRST_PORT = 33_434;
const LENGTH_MIN = ipv4.HEADER_LEN + udp.HEADER_LEN + 18;
const LENGTH_MAX = 32_768;
/** Set in the source port, so that it is no well-known one. */
const PORT_FLAG = 0x8000;

const LETTERS = '46Flnrvdf:m:p:q:s:t:w:z:i:I';
const LACKING = '6r';
const SUPPORTED: readonly string[] = Array.from('4FIdfilmnpqstvwz', (letter) => `-${letter}`);

const USAGE = `${BUSYBOX_BANNER}

Usage: traceroute [-46Flnrv] [-f 1ST_TTL] [-m MAXTTL] [-q PROBES] [-p PORT]
	[-t TOS] [-w WAIT_SEC] [-s SRC_IP] [-i IFACE]
	[-z PAUSE_MSEC] HOST [BYTES]

Trace the route to HOST

	-4,-6	Force IP or IPv6 name resolution
	-F	Set don't fragment bit
	-l	Display TTL value of the returned packet
	-n	Print numeric addresses
	-r	Bypass routing tables, send directly to HOST
	-v	Verbose
	-f N	First number of hops (default 1)
	-m N	Max number of hops
	-q N	Number of probes per hop (default 3)
	-p N	Base UDP port number used in probes
		(default 33434)
	-s IP	Source address
	-i IFACE Source interface
	-t N	Type-of-service in probe packets (default 0)
	-w SEC	Wait for a response (default 3)
	-z MSEC	Wait before each send`;

interface Options {
  firstTtl: number;
  maxTtl: number;
  basePort: number;
  probes: number;
  tos: number;
  waitSeconds: number;
  pauseMs: number;
  source: string;
  device: string;
  isNumeric: boolean;
  isVerbose: boolean;
  host: string;
  length: number;
}

function readOptions(args: readonly string[]): Options {
  const { options, operands, error } = getopt(args, LETTERS);
  if (error !== null) throw new ToolError(`traceroute: ${error.message}\n${USAGE}`, 1);
  if (operands.length === 0) throw new ToolError(USAGE, 1);
  const given = new Map(options.map(({ letter, value }) => [letter, value]));
  const number = (letter: string, preset: number, min: number, max: number): number => {
    const text = given.get(letter);
    return text === undefined ? preset : inRange(text, min, max);
  };
  const maxTtl = number('m', 30, 1, 255);
  return {
    maxTtl,
    firstTtl: number('f', 1, 1, maxTtl),
    basePort: number('p', FIRST_PORT, 0, 65_535),
    probes: number('q', 3, 1, 2_147_483_647),
    tos: number('t', 0, 0, 255),
    waitSeconds: number('w', 3, 1, 86_400),
    pauseMs: number('z', 0, 0, 86_400_000),
    source: given.get('s') ?? '',
    device: given.get('i') ?? '',
    isNumeric: given.has('n'),
    isVerbose: given.has('v'),
    host: operands[0]!.text,
    length: operands[1] === undefined ? LENGTH_MIN : inRange(operands[1].text, LENGTH_MIN, LENGTH_MAX),
  };
}

/** xatou_range of libbb. */
function inRange(text: string, min: number, max: number): number {
  const value = text.startsWith('+') ? undefined : parseInteger(text);
  if (value === undefined || value < 0) throw new ToolError(`traceroute: invalid number '${text}'`, 1);
  if (value >= min && value <= max) return value;
  throw new ToolError(`traceroute: number ${text} is not in ${min}..${max} range`, 1);
}

type Steps<T> = Generator<Wait, T, WakeReason>;

function* runBusyboxTraceroute(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = lackingOption(args, LETTERS, LACKING);
  if (lack !== undefined) return reportUnsupported(proc, `traceroute ${args[lack.argIndex]!}`, SUPPORTED);
  const sender = new UdpSocket(proc.ns);
  const receiver = new RawSocket(proc.ns, ipv4.PROTO_ICMP);
  try {
    const options = readOptions(args);
    const found = yield* resolveHost(proc, options.host);
    if (typeof found === 'string') throw new ToolError(`traceroute: bad address '${options.host}'`, 1);
    checkReachable(proc, found.address);
    yield* new BusyboxTrace(proc, options, found.address, sender, receiver).run();
    return 0;
  } catch (error) {
    return giveUp(proc, error);
  } finally {
    sender.close();
    receiver.close();
  }
}

/** A connected socket, to see whether there is a way at all. */
function checkReachable(proc: Process, target: Ip4): void {
  const socket = new UdpSocket(proc.ns);
  const errno = socket.connect(target, 1);
  socket.close();
  if (errno === '') return;
  throw new ToolError(`traceroute: can't connect to remote host (${formatIp4(target)}): ${errorText(errno)}`, 1);
}

class BusyboxTrace {
  private readonly proc: Process;
  private readonly options: Options;
  private readonly target: Ip4;
  private readonly sender: UdpSocket;
  private readonly receiver: RawSocket;
  private readonly sourcePort: number;
  private seq = 0;

  constructor(proc: Process, options: Options, target: Ip4, sender: UdpSocket, receiver: RawSocket) {
    this.proc = proc;
    this.options = options;
    this.target = target;
    this.sender = sender;
    this.receiver = receiver;
    this.sourcePort = (proc.ownPid & 0xffff) | PORT_FLAG;
  }

  *run(): Steps<void> {
    const { proc, options } = this;
    this.openSender();
    const size = `${options.maxTtl} hops max, ${options.length} byte packets`;
    proc.write(`traceroute to ${options.host} (${formatIp4(this.target)})${this.fromText()}, ${size}\n`);
    for (let ttl = options.firstTtl; ttl <= options.maxTtl; ttl++) {
      const isOver = yield* this.hop(ttl);
      proc.write('\n');
      if (isOver) return;
    }
  }

  private fromText(): string {
    return this.options.source === '' ? '' : ` from ${this.options.source}`;
  }

  private openSender(): void {
    const { options, sender, proc } = this;
    sender.tos = options.tos;
    sender.owner = { name: 'traceroute', pid: proc.pid };
    if (options.device !== '') {
      const errno = sender.bindToDevice(options.device);
      const place = `traceroute: can't bind to interface ${options.device}`;
      if (errno !== '') proc.writeError(`${place}: ${errorText(errno)}\n`);
    }
    const source = options.source === '' ? 0 : sourceOf(options.source);
    if (sender.bind(source, this.sourcePort) !== '') {
      throw new ToolError("traceroute: can't set multicast source interface", 1);
    }
  }

  /** All probes of one TTL; true when there is no use in a larger one. */
  private *hop(ttl: number): Steps<boolean> {
    const { proc, options } = this;
    proc.write(String(ttl).padStart(2));
    let last: Ip4 | null = null;
    let isThere = false;
    let unreachable = 0;
    for (let probe = 0; probe < options.probes; probe++) {
      if (probe > 0 && options.pauseMs > 0) yield proc.sleep(options.pauseMs * MILLISECOND);
      const sentNs = proc.now;
      this.send(ttl);
      const answer = yield* this.await(sentNs + options.waitSeconds * SECOND);
      if (answer === null) {
        proc.write('  *');
        continue;
      }
      if (last !== answer.from) proc.write(yield* this.addressText(answer));
      last = answer.from;
      const us = Math.floor(proc.now / MICROSECOND) - Math.floor(sentNs / MICROSECOND);
      proc.write(`  ${(us / 1000).toFixed(3)} ms`);
      const mark = markOf(answer);
      if (mark === null) continue;
      if (mark === '' || mark === ' !P') isThere = true;
      else unreachable++;
      proc.write(mark);
    }
    return isThere || (unreachable > 0 && unreachable >= options.probes - 1);
  }

  private send(ttl: number): void {
    this.seq++;
    const payload = new Uint8Array(this.options.length - ipv4.HEADER_LEN - udp.HEADER_LEN);
    payload[0] = this.seq;
    payload[1] = ttl;
    this.sender.ttl = ttl;
    this.sender.sendTo(this.target, (this.options.basePort + this.seq) & 0xffff, payload);
  }

  /** The answer to the last probe; null when there is none in time. */
  private *await(untilNs: number): Steps<RawDatagram | null> {
    for (;;) {
      for (let got = this.receiver.receive(); got !== null; got = this.receiver.receive()) {
        if (this.isAnswer(got.bytes)) return got;
      }
      if (this.proc.now >= untilNs) return null;
      yield this.proc.waitFor(this.receiver, untilNs);
    }
  }

  /** Twin of packet_ok. */
  private isAnswer(bytes: Uint8Array): boolean {
    const v = new DataView(bytes.buffer);
    const l4 = ipv4.headerLen(v, 0);
    const quoted = l4 + icmp.HEADER_LEN;
    if (bytes.length < quoted + ipv4.HEADER_LEN + udp.HEADER_LEN) return false;
    const type = icmp.type(v, l4);
    const isExceeded = type === icmp.TIME_EXCEEDED && icmp.code(v, l4) === icmp.TTL_EXCEEDED;
    if (!isExceeded && type !== icmp.DEST_UNREACH) return false;
    const ports = quoted + ipv4.headerLen(v, quoted);
    if (bytes.length < ports + udp.HEADER_LEN || ipv4.protocol(v, quoted) !== ipv4.PROTO_UDP) return false;
    const port = (this.options.basePort + this.seq) & 0xffff;
    return udp.srcPort(v, ports) === this.sourcePort && udp.dstPort(v, ports) === port;
  }

  private *addressText({ from, bytes }: RawDatagram): Steps<string> {
    const address = formatIp4(from);
    const { isNumeric, isVerbose } = this.options;
    const name = isNumeric ? undefined : yield* nameOfHost(this.proc, from);
    const text = isNumeric ? `  ${address}` : `  ${name ?? address} (${address})`;
    if (!isVerbose) return text;
    const v = new DataView(bytes.buffer);
    return `${text} ${bytes.length - ipv4.headerLen(v, 0)} bytes to ${formatIp4(ipv4.dst(v, 0))}`;
  }
}

function sourceOf(text: string): Ip4 {
  const address = parseIp4(text);
  if (address === undefined) throw new ToolError(`traceroute: bad address '${text}'`, 1);
  return address;
}

const MARKS: Readonly<Record<number, string>> = {
  [icmp.PORT_UNREACH]: '',
  [icmp.NET_UNREACH]: ' !N',
  [icmp.HOST_UNREACH]: ' !H',
  [icmp.PROTOCOL_UNREACH]: ' !P',
  [icmp.SOURCE_ROUTE_FAILED]: ' !S',
  [icmp.NET_PROHIBITED]: ' !A',
  [icmp.HOST_PROHIBITED]: ' !C',
};

/** What stands behind the time; '' for the target's own answer, null for a router's. */
function markOf({ bytes }: RawDatagram): string | null {
  const v = new DataView(bytes.buffer);
  const l4 = ipv4.headerLen(v, 0);
  if (icmp.type(v, l4) === icmp.TIME_EXCEEDED) return null;
  const code = icmp.code(v, l4);
  return code === icmp.FRAG_NEEDED ? ` !F-${icmp.nextHopMtu(v, l4)}` : (MARKS[code] ?? ` !<${code}>`);
}

function checkBusyboxTraceroute(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(args, LETTERS, LACKING);
}

function refuseBusyboxTraceroute(args: readonly string[]): CheckMistake | undefined {
  return unknownOption(args, LETTERS);
}

export const BUSYBOX_TRACEROUTE: ProgramEntry = {
  name: 'traceroute',
  run: runBusyboxTraceroute,
  check: checkBusyboxTraceroute,
  refusal: refuseBusyboxTraceroute,
};
