/**
 * Ladders of one host whose peer is the text, in the manner of packetdrill:
 *
 *   == a small segment is acknowledged at once while the connection is young
 *   sysctl tcp_timestamps=0
 *   0 listen
 *   0 < S 0:1 win 5840 <mss 1460>             the peer sends
 *   0 > S. 0:1 ack 1 win 64240 <mss 1460>     the host has to
 *   10 recv 100 = EAGAIN                      a program calls, and has to be answered so
 *
 * The first column is the time in ms. `end` at the last one says how long nothing more may come. Lines `about …` say
 * where the case comes from, `emulated …` why a real kernel is not asked about it (`real-ladders.test.ts` asks it about
 * the others).
 */
import assert from 'node:assert/strict';
import type { Host } from '../../../../../src/kernel/host.ts';
import { TcpSocket } from '../../../../../src/kernel/socket/tcp/tcp-socket.ts';
import { tcpStateName } from '../../../../../src/kernel/socket/tcp/tcp-states.ts';
import { ip4 } from '../../../../../src/base/addr.ts';
import type { Peer, Seen } from '../../../kit.ts';
import { MILLISECOND, PEER_MAC, HOST_MAC, World, type, viewOf } from '../../../kit.ts';
import { ethernetBytes, ipv4Bytes, pseudoHeader } from '../../../../wire/frames.ts';
import type { LadderState } from './segment-text.ts';
import { parseSegment, showSegment } from './segment-text.ts';

export interface LadderLine {
  readonly atMs: number;
  readonly text: string;
}

export interface LadderCase {
  readonly name: string;
  /** `tcp_sack=0` */
  readonly sysctls: readonly string[];
  /** Why a real kernel is not asked; '' when it is. */
  readonly emulatedOnly: string;
  readonly lines: readonly LadderLine[];
}

/** The cases of a text. */
export function parseLadders(text: string): LadderCase[] {
  return text
    .split(/^\s*== /m)
    .slice(1)
    .map((part) => {
      const [name = '', ...rest] = part.split('\n').map((line) => line.trim());
      const settings = (word: string): string[] =>
        rest.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
      const lines = rest.filter((line) => /^[\d.]/.test(line)).map(parseLine);
      return { name, sysctls: settings('sysctl'), emulatedOnly: settings('emulated').join(' '), lines };
    });
}

function parseLine(line: string): LadderLine {
  const at = line.indexOf(' ');
  return { atMs: Number(line.slice(0, at)), text: line.slice(at + 1).trim() };
}

/** What the text makes happen: segments of the peer and calls, without their answers. */
export function inputsOf(ladder: LadderCase): LadderLine[] {
  return ladder.lines
    .filter(({ text }) => !text.startsWith('>'))
    .map(({ atMs, text }) => ({ atMs, text: text.split(' = ')[0]! }));
}

/** What has to come of it. */
export function outputsOf(ladder: LadderCase): LadderLine[] {
  return ladder.lines.filter(({ text }) => text.startsWith('>') || text.includes(' = '));
}

const PEER = '10.9.1.1';
const HOST = '10.9.0.1';
const START_MS = 10_000;
/** Until what is given has arrived. */
const ON_THE_CABLE_NS = 50_000;

/** Plays a case with an emulated host; what came of it. */
export function playLadder(ladder: LadderCase): LadderLine[] {
  const player = new Player(ladder);
  player.play();
  return player.seen;
}

/** Plays it; which frames died, by their reasons, and what TcpExt has counted. */
export function fatesOf(ladder: LadderCase): { dropped: Record<string, number>; counted: Record<string, number> } {
  const player = new Player(ladder);
  player.play();
  const counters = Object.entries(player.host.rootNs.mib.tcpExt).filter(([, count]) => count > 0);
  return { dropped: player.world.dropped(), counted: Object.fromEntries(counters) };
}

class Player {
  readonly seen: LadderLine[] = [];
  readonly world = new World();
  readonly host: Host;
  private readonly ladder: LadderCase;
  private readonly peer: Peer;
  private readonly state: LadderState;
  private readonly early: string[][] = [];
  private readonly keep = { keepidle: 0, keepintvl: 0, keepcnt: 0 };
  private listener: TcpSocket | null = null;
  private socket: TcpSocket | null = null;
  private last: Uint8Array = new Uint8Array(0);
  private readonly scratch = new Uint8Array(1_000_000);

  constructor(ladder: LadderCase) {
    this.ladder = ladder;
    this.host = this.world.host('h', { eth0: `${HOST}/16` });
    this.peer = this.world.peer(this.host);
    const mac = '02:00:00:00:00:99';
    for (const address of [PEER, '10.9.250.1']) {
      type(this.host, `ip neigh add ${address} lladdr ${mac} dev eth0 nud permanent`);
    }
    for (const setting of ladder.sysctls) configure(this.host, setting);
    const isActive = ladder.lines.some(({ text }) => text.startsWith('connect'));
    this.state = { isn: null, firstTs: null, lastTs: 0, hostPort: 10_000, peerPort: isActive ? 80 : 40_000 };
    this.world.runTo(START_MS * MILLISECOND);
  }

  play(): void {
    for (const { atMs, text } of inputsOf(this.ladder)) {
      this.look((START_MS + atMs) * MILLISECOND);
      this.step(text);
      this.look(this.world.sched.now + ON_THE_CABLE_NS);
    }
  }

  private nowMs(): number {
    return this.world.sched.now / MILLISECOND - START_MS;
  }

  /** Lets time pass up to `untilNs` and notes what came. */
  private look(untilNs: number): void {
    const waitNs = Math.max(untilNs - this.world.sched.now, 0);
    for (const each of this.peer.gets(waitNs)) this.note(each);
  }

  private note(each: Seen): void {
    const view = viewOf(each.bytes);
    if (view.getUint16(12) !== 0x0800 || view.getUint8(23) !== 6) return;
    const l4 = 14 + (view.getUint8(14) & 15) * 4;
    this.last = each.bytes.slice(14);
    this.state.hostPort = view.getUint16(l4);
    const end = 14 + view.getUint16(16);
    const text = showSegment(view, l4, end, view.getUint8(15) & 3, this.state);
    this.seen.push({ atMs: each.atNs / MILLISECOND - START_MS, text });
  }

  private step(text: string): void {
    if (text.startsWith('<')) this.give(text.slice(1).trim());
    else if (text.startsWith('icmp')) this.icmp(text.split(/\s+/).slice(1).map(Number));
    else if (text !== 'end') this.call(text);
  }

  private give(text: string): void {
    const pseudo = (length: number): number[] => pseudoHeader(6, length, ip4(PEER), ip4(HOST));
    const { bytes, ecn } = parseSegment(text, this.state, pseudo);
    const packet = ipv4Bytes(bytes, { src: ip4(PEER), dst: ip4(HOST), protocol: 6, tos: ecn });
    this.peer.gives(ethernetBytes(0x0800, packet, HOST_MAC, PEER_MAC));
  }

  private icmp(numbers: readonly number[]): void {
    const [kind = 0, code = 0, mtu = 0, quoted = 28] = numbers;
    const body = [kind, code, 0, 0, 0, 0, mtu >> 8, mtu & 255, ...this.last.slice(0, quoted)];
    const sum = icmpSum(body);
    body[2] = sum >> 8;
    body[3] = sum & 255;
    const packet = ipv4Bytes(body, { src: ip4('10.9.250.1'), dst: ip4(HOST), protocol: 1 });
    this.peer.gives(ethernetBytes(0x0800, packet, HOST_MAC, PEER_MAC));
  }

  private call(text: string): void {
    const [verb = '', ...args] = text.split(/\s+/);
    const result = this.do(verb, args);
    if (result !== null) this.seen.push({ atMs: this.nowMs(), text: `${text} = ${result}` });
  }

  private do(verb: string, args: readonly string[]): string | null {
    switch (verb) {
      case 'listen':
        this.listener = this.open();
        this.listener.setReuseAddress(true);
        assert.equal(this.listener.bind(ip4(HOST), this.state.hostPort), '');
        assert.equal(this.listener.listen(Number(args[0] ?? 5)), '');
        return null;
      case 'connect':
        this.socket = this.open();
        return this.socket.connect(ip4(PEER), 80) || 'ok';
      case 'early':
        this.early.push([...args]);
        return null;
      case 'accept':
        return this.accept();
      case 'unlisten':
        this.listener!.close();
        return null;
      case 'set':
        this.set(this.socket!, args);
        return null;
      default:
        return this.use(this.socket!, verb, args);
    }
  }

  private open(): TcpSocket {
    const socket = new TcpSocket(this.host.rootNs);
    for (const option of this.early) this.set(socket, option);
    return socket;
  }

  private set(socket: TcpSocket, [name = '', value = '']: readonly string[]): void {
    if (name === 'keepidle' || name === 'keepintvl' || name === 'keepcnt') this.keep[name] = Number(value);
    else if (name === 'keepalive') {
      socket.setKeepalive(value !== '0', this.keep.keepidle, this.keep.keepintvl, this.keep.keepcnt);
    } else set(socket, name, value);
  }

  private accept(): string {
    const socket = this.listener!.accept();
    if (socket === null) return 'EAGAIN';
    this.socket = socket;
    return 'ok';
  }

  private use(socket: TcpSocket, verb: string, args: readonly string[]): string | null {
    switch (verb) {
      case 'send': {
        const sent = socket.send(this.scratch.subarray(0, Number(args[0])));
        return sent < 0 ? socket.lastError : String(sent);
      }
      case 'recv':
      case 'peek': {
        const max = Number(args[0]);
        const count =
          verb === 'recv' ? socket.receiveInto(this.scratch, 0, max) : socket.peekInto(this.scratch, 0, max);
        if (count < 0) return socket.lastError;
        return count === 0 ? '0' : `${count} ${this.scratch[0]!}`;
      }
      case 'inq':
        return String(socket.waitingBytes);
      case 'outq':
        return String(socket.unsentBytes);
      case 'close':
        socket.close();
        return null;
      case 'shutdown': {
        const error = socket.shutdown({ r: 1, w: 2, rw: 3 }[args[0]!]!);
        return error === '' ? null : error;
      }
      case 'error':
        return socket.takeError() || 'none';
      case 'state':
        return tcpStateName(socket.state);
      case 'poll':
        return `${socket.readable.isReady() ? 'r' : ''}${socket.writable.isReady() ? 'w' : ''}` || '-';
      default:
        throw new Error(`no call ${verb}`);
    }
  }
}

function set(socket: TcpSocket, name: string, value: string): void {
  const number = Number(value);
  const setters: Record<string, () => void> = {
    linger: () => {
      socket.setLinger(number);
    },
    nodelay: () => {
      socket.setNoDelay(number !== 0);
    },
    cork: () => {
      socket.setCork(number !== 0);
    },
    usertimeout: () => {
      socket.setUserTimeout(number);
    },
    syncnt: () => socket.setSynCount(number),
    sndbuf: () => {
      socket.setSendBuffer(number);
    },
    rcvbuf: () => {
      socket.setReceiveBuffer(number);
    },
    maxseg: () => socket.setMaxSegment(number),
    ttl: () => {
      socket.setTtl(number);
    },
    tos: () => {
      socket.setTos(number);
    },
    cc: () => socket.setCongestionControl(value),
  };
  const setter = setters[name];
  assert.ok(setter !== undefined, `there is an option ${name}`);
  setter();
}

/** A line at the door has no quotes, so that a setting of three numbers does not go through it. */
function configure(host: Host, setting: string): void {
  const [name = '', value = ''] = setting.split('=');
  if (name === 'tcp_rmem') {
    value.split(' ').forEach((bytes, i) => (host.rootNs.sysctls.tcp.rmemBytes[i] = Number(bytes)));
  } else if (name === 'mtu') {
    type(host, `ip link set eth0 mtu ${value}`);
  } else {
    type(host, `sysctl -w net.ipv4.${setting}`);
  }
}

function icmpSum(body: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < body.length; i += 2) sum += (body[i]! << 8) | (body[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export interface Tolerance {
  readonly ms: number;
  readonly share: number;
}

/**
 * What differs between what has to come and what came; '' for nothing. Segments and answers of calls are two lists: on
 * a busy machine one may come before the other.
 */
export function compareLadders(wanted: readonly LadderLine[], got: readonly LadderLine[], by: Tolerance): string {
  const isSegment = ({ text }: LadderLine): boolean => text.startsWith('>');
  const isCall = (line: LadderLine): boolean => !isSegment(line);
  return [
    ...compareLines(wanted.filter(isSegment), got.filter(isSegment), by),
    ...compareLines(wanted.filter(isCall), got.filter(isCall), by),
  ].join('\n');
}

function compareLines(wanted: readonly LadderLine[], got: readonly LadderLine[], { ms, share }: Tolerance): string[] {
  const problems: string[] = [];
  for (let i = 0; i < Math.max(wanted.length, got.length) && problems.length < PROBLEMS_TOLD; i++) {
    const [left, right] = [wanted[i], got[i]];
    const isLate = left && right && Math.abs(left.atMs - right.atMs) > ms + share * left.atMs;
    if (!left || !right || isLate === true || !matches(left.text, right.text)) {
      problems.push(`wanted ${tell(left)}\n   got ${tell(right)}`);
    }
  }
  return problems;
}

/** What comes after is a consequence, mostly. */
const PROBLEMS_TOLD = 3;

const tell = (line: LadderLine | undefined): string => (line ? `${line.atMs} ${line.text}` : 'nothing');

/** PSH depends on how much a sender hands over at once; windows and time stamps count where the text has them. */
function matches(wanted: string, got: string): boolean {
  if (wanted === got) return true;
  if (!wanted.startsWith('>')) return false;
  const plain = (text: string): string => text.replace(/^> ([FSR]*)P/, '> $1');
  let [left, right] = [plain(wanted), plain(got)];
  if (!left.includes('ts ')) right = right.replace(/nop,nop,ts \d+ \d+,?/, '').replace(' <>', '');
  if (!left.includes(' win ')) right = right.replace(/ win \d+/, '');
  if (!left.includes('<')) right = right.replace(/ <.*>/, '');
  const stamps = (text: string): number[] => [...text.matchAll(/ts (\d+)/g)].map((found) => Number(found[1]));
  const [wantedTs = 0, gotTs = 0] = [stamps(left)[0], stamps(right)[0]];
  if (Math.abs(wantedTs - gotTs) > Math.max(20, wantedTs / 10)) return false;
  left = left.replace(/ts \d+/, 'ts');
  right = right.replace(/ts \d+/, 'ts');
  return left === right;
}
