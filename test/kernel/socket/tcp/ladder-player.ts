/**
 * Ladders: what a program does with a TCP socket and what its peer, who is the test, gives it, each at its millisecond.
 * The emulated kernel plays them here, a real one in real-tcp.py; both answer in the same lines.
 */
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import type { Errno } from '../../../../src/kernel/errno.ts';
import { ethernetBytes, icmpBytes, ipv4Bytes, pseudoHeader, referenceSum } from '../../../wire/frames.ts';
import type { Peer, World } from '../../kit.ts';
import { HOST_IP, HOST_MAC, MILLISECOND, PEER_IP, PEER_MAC, type, viewOf, withPeer } from '../../kit.ts';
import * as tcp from '../../../../src/wire/tcp.ts';

/** A segment of the peer: numbers are relative to what both began with. */
export interface Given {
  /** In tcpdump's letters. */
  readonly f: string;
  readonly seq: number;
  readonly ack?: number;
  readonly len?: number;
  readonly win?: number;
  readonly mss?: number;
  readonly ws?: number;
  readonly sackok?: boolean;
  /** Whether it carries a time stamp; as the host's segments do, when left out. */
  readonly ts?: boolean;
  readonly val?: number;
  readonly ecr?: number;
  readonly sack?: readonly number[];
  readonly tos?: number;
}

/** An ICMP error about the last segment. */
export interface GivenError {
  readonly type: number;
  readonly code: number;
  readonly rest?: number;
}

/** [milliseconds, verb, …] */
export type Step =
  | readonly [number, 'gives', Given]
  | readonly [number, 'icmp', GivenError]
  | readonly [number, 'socket' | 'connect' | 'listen' | 'accept' | 'close' | 'error']
  | readonly [number, 'send' | 'recv' | 'shutdown', number]
  | readonly [number, 'option', string, ...number[]];

/** When, and what. */
export type Line = readonly [number, string];

const PORT = 2000;
const PEER_PORT = 12_000;
const PEER_ISN = 1000;
const LETTERS: readonly string[] = ['F', 'S', 'R', 'P', '.', 'U', 'E', 'W'];
const TCP_AT = 34;

export class LadderPlayer {
  readonly lines: [number, string][] = [];
  private readonly world: World;
  private readonly peer: Peer;
  private socket: TcpSocket;
  private listening: TcpSocket | null = null;
  private isn: number | null = null;
  private tsval = 0;
  private hasTs = false;
  private last: Uint8Array = new Uint8Array(0);

  constructor() {
    const { world, host, peer } = withPeer();
    this.world = world;
    this.peer = peer;
    type(host, 'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev eth0');
    this.socket = new TcpSocket(host.rootNs);
  }

  play(steps: readonly Step[]): Line[] {
    const startNs = this.world.sched.now;
    for (const step of steps) {
      const atNs = startNs + step[0] * MILLISECOND;
      for (const seen of this.peer.gets(Math.max(atNs - this.world.sched.now, 0))) {
        this.saw((seen.atNs - startNs) / MILLISECOND, seen.bytes);
      }
      const answer = this.step(step);
      if (answer !== null) this.lines.push([step[0], `${step[1]}: ${answer}`]);
    }
    for (const seen of this.peer.gets(MILLISECOND)) this.saw((seen.atNs - startNs) / MILLISECOND, seen.bytes);
    return this.lines;
  }

  private saw(ms: number, bytes: Uint8Array): void {
    const v = viewOf(bytes);
    if (v.getUint16(12) !== 0x0800 || v.getUint8(23) !== 6) return;
    this.last = bytes.slice(14, 42);
    const end = 14 + v.getUint16(16);
    const headerLen = tcp.headerLen(v, TCP_AT);
    const flags = tcp.flags(v, TCP_AT);
    this.isn ??= tcp.seq(v, TCP_AT);
    const words = this.optionWords(v, TCP_AT + tcp.HEADER_LEN, TCP_AT + headerLen);
    const text = LETTERS.filter((_, i) => (flags & (1 << i)) !== 0).join('');
    const seq = (tcp.seq(v, TCP_AT) - this.isn) >>> 0;
    const ack = (flags & tcp.FLAG_ACK) === 0 ? 0 : (tcp.ack(v, TCP_AT) - PEER_ISN) >>> 0;
    const window = tcp.window(v, TCP_AT);
    const length = end - TCP_AT - headerLen;
    this.lines.push([ms, `> ${text} seq ${seq} ack ${ack} len ${length} win ${window} [${words.join(',')}]`]);
  }

  private optionWords(v: DataView, from: number, end: number): string[] {
    const words: string[] = [];
    for (let at = from; at < end;) {
      const kind = v.getUint8(at);
      if (kind === 0) break;
      if (kind === 1) {
        words.push('nop');
        at++;
        continue;
      }
      const length = v.getUint8(at + 1);
      if (kind === 2) words.push(`mss ${v.getUint16(at + 2)}`);
      else if (kind === 3) words.push(`ws ${v.getUint8(at + 2)}`);
      else if (kind === 4) words.push('sackOK');
      else if (kind === 8) {
        this.tsval = v.getUint32(at + 2);
        this.hasTs = true;
        words.push(`ts ${v.getUint32(at + 6)}`);
      } else if (kind === 5) {
        const numbers = Array.from({ length: (length - 2) / 4 }, (_, i) => v.getUint32(at + 2 + 4 * i));
        words.push(`sack ${numbers.map((number) => (number - PEER_ISN) >>> 0).join(' ')}`);
      }
      at += length;
    }
    return words;
  }

  private step(step: Step): string | null {
    switch (step[1]) {
      case 'gives':
        this.gives(step[2]);
        return null;
      case 'icmp':
        this.givesError(step[2]);
        return null;
      case 'option':
        this.option(step[2], step.slice(3) as number[]);
        return null;
      default:
        return this.call(step);
    }
  }

  private call(step: readonly [number, string, number?]): string | null {
    const { socket } = this;
    const [, verb, count = 0] = step;
    switch (verb) {
      case 'socket':
        return orNull(socket.bind(HOST_IP, PORT));
      case 'connect':
        return socket.connect(PEER_IP, PEER_PORT);
      case 'listen':
        this.listening = socket;
        return orNull(socket.listen(5));
      case 'accept': {
        const accepted = this.listening!.accept();
        if (accepted === null) return 'EAGAIN';
        this.socket = accepted;
        return 'yes';
      }
      case 'send': {
        const sent = socket.send(new Uint8Array(count));
        return sent < 0 ? socket.lastError : String(sent);
      }
      case 'recv': {
        const got = socket.receiveInto(new Uint8Array(count), 0, count);
        return got < 0 ? socket.lastError : String(got);
      }
      case 'shutdown':
        return orNull(socket.shutdown(count + 1));
      case 'error':
        return socket.takeError();
      default:
        socket.close();
        return null;
    }
  }

  private option(name: string, values: readonly number[]): void {
    const { socket } = this;
    const [value = 0, second = 0, third = 0] = values;
    if (name === 'nodelay') socket.setNoDelay(value !== 0);
    else if (name === 'cork') socket.setCork(value !== 0);
    else if (name === 'linger') socket.setLinger(value);
    else if (name === 'sndbuf') socket.setSendBuffer(value);
    else if (name === 'rcvbuf') socket.setReceiveBuffer(value);
    else if (name === 'maxseg') socket.setMaxSegment(value);
    else if (name === 'usertimeout') socket.setUserTimeout(value);
    else if (name === 'syncnt') socket.setSynCount(value);
    else socket.setKeepalive(true, value, second, third);
  }

  private gives(given: Given): void {
    const isn = this.isn ?? 0;
    const options = this.givenOptions(given, isn);
    const flags = LETTERS.reduce((sum, letter, i) => sum + (given.f.includes(letter) ? 1 << i : 0), 0);
    const length = given.len ?? 0;
    const segment = new Uint8Array(tcp.HEADER_LEN + options.length + length);
    const v = viewOf(segment);
    const ack = given.ack === undefined ? 0 : (isn + given.ack) | 0;
    const headerLen = tcp.HEADER_LEN + options.length;
    tcp.writeHeader(v, 0, PEER_PORT, PORT, (PEER_ISN + given.seq) | 0, ack, headerLen, flags, given.win ?? 1000);
    segment.set(options, tcp.HEADER_LEN);
    const sum = referenceSum([...pseudoHeader(6, segment.length, PEER_IP, HOST_IP), ...segment]);
    tcp.setChecksum(v, 0, ~sum & 0xffff);
    this.givesIp([...segment], 6, given.tos ?? 0);
  }

  private givenOptions(given: Given, isn: number): number[] {
    const options: number[] = [];
    if (given.mss !== undefined) options.push(2, 4, given.mss >> 8, given.mss & 255);
    if (given.sackok === true) options.push(1, 1, 4, 2);
    if (given.ws !== undefined) options.push(1, 3, 3, given.ws);
    if (given.ts ?? this.hasTs) options.push(1, 1, 8, 10, ...word(given.val ?? 5000), ...word(given.ecr ?? this.tsval));
    if (given.sack !== undefined) {
      options.push(1, 1, 5, 2 + 4 * given.sack.length, ...given.sack.flatMap((number) => word(isn + number)));
    }
    return options;
  }

  private givesError(given: GivenError): void {
    this.givesIp(icmpBytes(given.type, given.code, given.rest ?? 0, [...this.last]), 1, 0);
  }

  private givesIp(payload: readonly number[], protocol: number, tos: number): void {
    const fields = { protocol, tos, src: PEER_IP, dst: HOST_IP, ttl: 64 };
    this.peer.gives(ethernetBytes(0x0800, ipv4Bytes(payload, fields), HOST_MAC, PEER_MAC));
  }
}

const word = (number: number): number[] => [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
const orNull = (errno: Errno): string | null => (errno === '' ? null : errno);
