/** How traceroute probes: what all methods share; a UDP socket for each probe, or one raw ICMP socket for all. */
import type { Ip4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import { PMTUDISC_DONT, PMTUDISC_PROBE, RawSocket } from '../../kernel/socket/raw-socket.ts';
import type { SocketError } from '../../kernel/socket/socket-error.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as udp from '../../wire/udp.ts';
import { echoRequest } from '../icmp-echo.ts';
import { ToolError } from '../tool-error.ts';
import type { TracerouteOptions } from './options.ts';
import type { Probe } from './probe.ts';

const FIRST_UDP_PORT = 33_434;
const DEFAULT_UDP_PORT = 53;
const EXIT_FAILURE = 1;
/** All of a probe but its IP header, unless the packet's length is given. */
const DEFAULT_DATA_BYTES = 40;

/** What a socket had: an answer, or an error; about a probe, or about none that is known (null). */
export type Arrival =
  | { readonly probe: Probe; readonly reply: { readonly from: Ip4; readonly ttl: number; readonly timeNs: number } }
  | { readonly probe: Probe | null; readonly error: SocketError };

/** What a probe has: its headers, and what follows them. */
export interface ProbeLengths {
  readonly headerBytes: number;
  readonly dataBytes: number;
}

export interface TraceMethod {
  /** Opens what serves all probes. Separate from the making, so that what fails here finds a socket to close. */
  open(): void;
  /** Known once it is open. */
  lengths(): ProbeLengths;
  /** Sends a probe; false when there is no room for it now. */
  send(probe: Probe, ttl: number, length: number): boolean;
  /** One arrival from each socket that has some (poll(2), then one recvmsg(2) each). */
  receive(): Arrival[];
  /** What to wait for. */
  waitables(): readonly Waitable[];
  /** No answer to the probe is wanted any more. */
  finish(probe: Probe): void;
  close(): void;
}

/** Ends the program as perror(3) would, behind a line end. */
export function fail(what: string, errno: Errno): never {
  throw new ToolError(`\n${what}: ${errorText(errno)}`, EXIT_FAILURE);
}

/** Options that sockets of all kinds have. */
export function tune(socket: UdpSocket | TcpSocket | RawSocket, options: TracerouteOptions): void {
  bindSocket(socket, options);
  const pmtuDiscovery = options.dontFragment ? PMTUDISC_PROBE : PMTUDISC_DONT;
  if (socket instanceof TcpSocket) {
    socket.setPmtuDiscovery(pmtuDiscovery);
    socket.setTos(options.tos);
    return;
  }
  socket.pmtuDiscovery = pmtuDiscovery;
  socket.tos = options.tos;
}

/** The device, address and port that a socket is to use. */
export function bindSocket(socket: UdpSocket | TcpSocket | RawSocket, options: TracerouteOptions): void {
  if (options.device !== '') {
    const errno = socket.bindToDevice(options.device);
    if (errno !== '') fail('setsockopt SO_BINDTODEVICE', errno);
  }
  const bound =
    socket instanceof RawSocket
      ? socket.bind(options.source)
      : socket.bind(options.source, options.sourcePort & 0xffff);
  if (bound !== '') fail('bind', bound);
}

/** What is left of the length that was asked for behind the IP header and `ownHeader` bytes of the method's. */
export function askedDataBytes({ packetBytes }: TracerouteOptions, ownHeader: number): number {
  if (packetBytes < 0) return DEFAULT_DATA_BYTES - ownHeader;
  return Math.max(packetBytes - ipv4.HEADER_LEN - ownHeader, 0);
}

/** Whether send(2) has done what can be done: of some failures the error queue says more. */
export function isSentNow(errno: Errno): boolean {
  if (errno === 'ENOBUFS' || errno === 'EAGAIN') return false;
  if (errno !== '' && errno !== 'EMSGSIZE' && errno !== 'EHOSTUNREACH') fail('send', errno);
  return true;
}

/** Bytes that count up from 0x40 to 0x7f, over and over. */
function patterned(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => 0x40 + (i & 0x3f));
}

export class UdpMethod implements TraceMethod {
  private readonly proc: Process;
  private readonly options: TracerouteOptions;
  private port: number;
  private readonly sockets = new Map<Probe, UdpSocket>();

  constructor(proc: Process, options: TracerouteOptions) {
    this.proc = proc;
    this.options = options;
    const first = options.method === 'udp' ? DEFAULT_UDP_PORT : FIRST_UDP_PORT;
    this.port = options.port === 0 ? first : options.port;
  }

  /** Each probe has its own socket. */
  open(): void {}

  lengths(): ProbeLengths {
    return {
      headerBytes: ipv4.HEADER_LEN + udp.HEADER_LEN,
      dataBytes: askedDataBytes(this.options, udp.HEADER_LEN),
    };
  }

  send(probe: Probe, ttl: number, length: number): boolean {
    const socket = new UdpSocket(this.proc.ns);
    socket.owner = { name: 'traceroute', pid: this.proc.pid };
    this.sockets.set(probe, socket);
    tune(socket, this.options);
    socket.ttl = ttl;
    const connected = socket.connect(this.options.target, this.port & 0xffff);
    if (connected !== '') fail('connect', connected);
    socket.recvErr = true;
    const payload = patterned(length);
    probe.sentNs = this.proc.now;
    if (!isSentNow(socket.send(payload))) {
      this.finish(probe);
      probe.sentNs = NaN;
      return false;
    }
    if (this.options.method === 'default') this.port++;
    return true;
  }

  receive(): Arrival[] {
    const arrivals: Arrival[] = [];
    for (const [probe, socket] of this.sockets) {
      const error = socket.receiveError();
      if (error !== null) arrivals.push({ probe, error });
      else {
        const datagram = socket.receive();
        if (datagram === null) continue;
        arrivals.push({ probe, reply: { from: datagram.from, ttl: datagram.ttl, timeNs: datagram.timeNs } });
      }
    }
    return arrivals;
  }

  waitables(): readonly Waitable[] {
    return [...this.sockets.values()];
  }

  finish(probe: Probe): void {
    this.sockets.get(probe)?.close();
    this.sockets.delete(probe);
  }

  close(): void {
    for (const socket of this.sockets.values()) socket.close();
  }
}

export class IcmpMethod implements TraceMethod {
  private readonly proc: Process;
  private readonly options: TracerouteOptions;
  private readonly socket: RawSocket;
  private readonly ident: number;
  private readonly bySeq = new Map<number, Probe>();
  private seq: number;

  constructor(proc: Process, options: TracerouteOptions) {
    this.proc = proc;
    this.options = options;
    this.ident = proc.ownPid & 0xffff;
    this.seq = options.port === 0 ? 1 : options.port & 0xffff;
    this.socket = new RawSocket(proc.ns, ipv4.PROTO_ICMP);
  }

  open(): void {
    tune(this.socket, this.options);
    const errno = this.socket.connect(this.options.target);
    if (errno !== '') fail('connect', errno);
    this.socket.recvErr = true;
  }

  /** The message counts as data from its header on. */
  lengths(): ProbeLengths {
    const dataBytes = Math.max(askedDataBytes(this.options, 0), icmp.HEADER_LEN);
    return { headerBytes: ipv4.HEADER_LEN, dataBytes };
  }

  send(probe: Probe, ttl: number, length: number): boolean {
    // What counts up does so from the start of the message, which its header hides.
    const payload = patterned(Math.max(length, icmp.HEADER_LEN)).subarray(icmp.HEADER_LEN);
    const message = echoRequest(this.ident, this.seq, payload);
    this.socket.ttl = ttl;
    probe.sentNs = this.proc.now;
    if (!isSentNow(this.socket.send(message))) {
      probe.sentNs = NaN;
      return false;
    }
    probe.seq = this.seq;
    this.bySeq.set(this.seq, probe);
    this.seq = (this.seq + 1) & 0xffff;
    return true;
  }

  receive(): Arrival[] {
    const error = this.socket.receiveError();
    if (error !== null) return [{ probe: this.probeOf(error.quoted, icmp.ECHO_REQUEST), error }];
    const datagram = this.socket.receive();
    if (datagram === null) return [];
    const v = new DataView(datagram.bytes.buffer);
    const probe = this.probeOf(datagram.bytes.subarray(ipv4.headerLen(v, 0)), icmp.ECHO_REPLY);
    if (probe === null) return [];
    return [{ probe, reply: { from: datagram.from, ttl: ipv4.ttl(v, 0), timeNs: datagram.timeNs } }];
  }

  waitables(): readonly Waitable[] {
    return [this.socket];
  }

  finish(probe: Probe): void {
    this.bySeq.delete(probe.seq);
    probe.seq = 0;
  }

  close(): void {
    this.socket.close();
  }

  /** The probe that a message of `type` speaks of. */
  private probeOf(message: Uint8Array, type: number): Probe | null {
    if (message.length < icmp.HEADER_LEN) return null;
    const v = new DataView(message.buffer, message.byteOffset, message.length);
    if (icmp.type(v, 0) !== type || icmp.echoId(v, 0) !== this.ident) return null;
    return this.bySeq.get(icmp.echoSeq(v, 0)) ?? null;
  }
}
