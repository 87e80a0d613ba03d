/**
 * `traceroute -T`: segments from a raw socket, each from a port that a TCP socket holds while the answer is awaited
 * (mod-tcp.c). What the target answers is read from the raw socket; its kernel, which knows of no connection, resets
 * what has half opened.
 *
 *   SYN, TTL n →            ← ICMP time exceeded (of a router), RST,ACK (closed), or SYN,ACK (open)
 *                           RST → (of the kernel, to a SYN,ACK)
 */
import { makeByteViews } from '../../base/bytes.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import { RawSocket } from '../../kernel/socket/raw-socket.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { finishSum, sumBytes, sumPseudoHeader } from '../../wire/checksum.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as tcp from '../../wire/tcp.ts';
import type { Arrival, ProbeLengths, TraceMethod } from './method.ts';
import { bindSocket, fail, isSentNow, tune } from './method.ts';
import type { TracerouteOptions } from './options.ts';
import type { Probe } from './probe.ts';
import type { TcpProbeOptions } from './tcp-keywords.ts';

const DEFAULT_PORT = 80;
/** The window is that of a few segments, as old kernels had it, in 16 bits. */
const WINDOW_SEGMENTS = 4;
const WINDOW_SHIFT = 2;
const WORD_BYTES = 4;
const HEADER_BYTES_MAX = 60;
/** Source and destination port: as much as an ICMP error must quote of a segment. */
const QUOTED_BYTES = 8;

const KIND_NOP = 1;
const KIND_MSS = 2;
const KIND_WINDOW = 3;
const KIND_SACK_PERMITTED = 4;
const KIND_TIMESTAMP = 8;

/** In the order of their bits. */
const FLAG_NAMES: readonly string[] = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'];

export class TcpMethod implements TraceMethod {
  private readonly proc: Process;
  private readonly options: TracerouteOptions;
  private readonly asked: TcpProbeOptions;
  private readonly port: number;
  private readonly raw: RawSocket;
  private readonly byPort = new Map<number, { readonly probe: Probe; readonly holder: TcpSocket }>();
  private readonly segment = makeByteViews(HEADER_BYTES_MAX);
  private headerBytes = 0;
  private window = 0;

  constructor(proc: Process, options: TracerouteOptions, asked: TcpProbeOptions) {
    this.proc = proc;
    this.options = options;
    this.asked = asked;
    this.port = (options.port === 0 ? DEFAULT_PORT : options.port) & 0xffff;
    this.raw = new RawSocket(proc.ns, ipv4.PROTO_TCP);
  }

  open(): void {
    tune(this.raw, this.options);
    const errno = this.raw.connect(this.options.target);
    if (errno !== '') fail('connect', errno);
    this.raw.recvErr = true;
    const wayMss = this.raw.pathMtu - ipv4.HEADER_LEN - tcp.HEADER_LEN;
    this.window = (wayMss * WINDOW_SEGMENTS) & 0xffff;
    this.headerBytes = tcp.HEADER_LEN + this.writeOptions(this.asked.mss === 0 ? wayMss : this.asked.mss);
  }

  /** A segment has no data, whatever length was asked for. */
  lengths(): ProbeLengths {
    return { headerBytes: ipv4.HEADER_LEN + this.headerBytes, dataBytes: 0 };
  }

  send(probe: Probe, ttl: number): boolean {
    const holder = new TcpSocket(this.proc.ns);
    holder.owner = { name: 'traceroute', pid: this.proc.pid };
    if (this.asked.reusesPorts) holder.setReuseAddress(true);
    bindSocket(holder, this.options);
    const { localPort } = holder;
    this.byPort.set(localPort, { probe, holder });
    probe.seq = localPort;
    this.raw.ttl = ttl;
    probe.sentNs = this.proc.now;
    if (isSentNow(this.raw.send(this.segmentFrom(localPort)))) return true;
    this.finish(probe);
    probe.sentNs = NaN;
    return false;
  }

  receive(): Arrival[] {
    const error = this.raw.receiveError();
    if (error !== null) {
      const isOfTarget = error.origin === 'local' || error.dst === this.options.target;
      return [{ probe: isOfTarget ? this.probeOf(error.quoted, tcp.srcPort, tcp.dstPort) : null, error }];
    }
    const datagram = this.raw.receive();
    if (datagram === null) return [];
    const v = new DataView(datagram.bytes.buffer);
    const segment = datagram.bytes.subarray(ipv4.headerLen(v, 0));
    const probe = this.probeOf(segment, tcp.dstPort, tcp.srcPort);
    if (probe === null) return [];
    if (this.asked.tellsFlags) probe.extraText = flagNames(tcp.flags(v, segment.byteOffset));
    return [{ probe, reply: { from: datagram.from, ttl: ipv4.ttl(v, 0), timeNs: datagram.timeNs } }];
  }

  waitables(): readonly Waitable[] {
    return [this.raw];
  }

  finish(probe: Probe): void {
    this.byPort.get(probe.seq)?.holder.close();
    this.byPort.delete(probe.seq);
    probe.seq = 0;
  }

  close(): void {
    for (const { holder } of this.byPort.values()) holder.close();
    this.raw.close();
  }

  /** The probe that left from the port that `ownPort` finds in a segment to or from the target. */
  private probeOf(
    segment: Uint8Array,
    ownPort: (v: DataView, o: number) => number,
    peerPort: (v: DataView, o: number) => number,
  ): Probe | null {
    if (segment.length < QUOTED_BYTES) return null;
    const v = new DataView(segment.buffer, segment.byteOffset, segment.length);
    return peerPort(v, 0) === this.port ? (this.byPort.get(ownPort(v, 0))?.probe ?? null) : null;
  }

  private get flags(): number {
    const isEcnSyn = (this.asked.flags & tcp.FLAG_SYN) !== 0 && this.has('hasEcn');
    return isEcnSyn ? this.asked.flags | tcp.FLAG_ECE | tcp.FLAG_CWR : this.asked.flags;
  }

  /** Whether something is asked for, or is what the kernel's settings have when it is these that count. */
  private has(what: 'hasEcn' | 'hasSack' | 'hasTimestamps' | 'hasWindowScaling'): boolean {
    const { tcp: settings } = this.proc.ns.sysctls;
    const isSet = {
      hasEcn: settings.ecn,
      hasSack: settings.sack,
      hasTimestamps: settings.timestamps,
      hasWindowScaling: settings.windowScaling,
    };
    return this.asked[what] || (this.asked.asSysctls && isSet[what] === 1);
  }

  /** Writes the options, which are the same for all; their bytes. */
  private writeOptions(mss: number): number {
    const v = this.segment.view;
    let at = tcp.HEADER_LEN;
    const put = (...bytes: number[]): void => {
      for (const byte of bytes) v.setUint8(at++, byte);
    };
    const hasTimestamps = this.has('hasTimestamps');
    const hasSack = this.has('hasSack');
    if ((this.asked.flags & tcp.FLAG_SYN) !== 0) put(KIND_MSS, 4, mss >>> 8, mss & 0xff);
    // SACK permitted stands where the two bytes of padding of the time stamps would.
    if (hasSack && !hasTimestamps) put(KIND_NOP, KIND_NOP);
    if (hasSack) put(KIND_SACK_PERMITTED, 2);
    else if (hasTimestamps) put(KIND_NOP, KIND_NOP);
    if (hasTimestamps) {
      put(KIND_TIMESTAMP, 10);
      v.setUint32(at, this.proc.rng.u32());
      v.setUint32(at + WORD_BYTES, (this.asked.flags & tcp.FLAG_ACK) === 0 ? 0 : this.proc.rng.u32());
      at += 2 * WORD_BYTES;
    }
    if (this.has('hasWindowScaling')) put(KIND_NOP, KIND_WINDOW, 3, WINDOW_SHIFT);
    return at - tcp.HEADER_LEN;
  }

  private segmentFrom(localPort: number): Uint8Array {
    const { segment, headerBytes } = this;
    const seq = this.proc.rng.u32();
    tcp.writeHeader(segment.view, 0, localPort, this.port, seq, 0, headerBytes, this.flags, this.window);
    const pseudo = sumPseudoHeader(this.raw.localAddress, this.options.target, ipv4.PROTO_TCP, headerBytes);
    tcp.setChecksum(segment.view, 0, finishSum(sumBytes(segment, 0, headerBytes, pseudo)));
    return segment.bytes.subarray(0, headerBytes);
  }
}

/** `<syn,ack>` */
function flagNames(flags: number): string {
  return `<${FLAG_NAMES.filter((_, bit) => ((flags >>> bit) & 1) !== 0).join(',')}>`;
}
