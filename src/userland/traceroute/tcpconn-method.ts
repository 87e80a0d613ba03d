/**
 * `traceroute -M tcpconn`: a connect(2) for each probe (mod-tcpconn.c). One that succeeds or is refused has met the
 * target; what routers answer is read from a raw ICMP socket.
 */
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import type { RawDatagram } from '../../kernel/socket/raw-socket.ts';
import { RawSocket } from '../../kernel/socket/raw-socket.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as tcp from '../../wire/tcp.ts';
import type { Arrival, ProbeLengths, TraceMethod } from './method.ts';
import { askedDataBytes, bindSocket, fail, tune } from './method.ts';
import type { TracerouteOptions } from './options.ts';
import type { Probe } from './probe.ts';

const DEFAULT_PORT = 80;
/** Ports, which is what an ICMP error must quote of a segment. */
const QUOTED_BYTES = 8;

export class TcpConnMethod implements TraceMethod {
  private readonly proc: Process;
  private readonly options: TracerouteOptions;
  private readonly port: number;
  private readonly raw: RawSocket;
  private readonly sockets = new Map<Probe, TcpSocket>();

  constructor(proc: Process, options: TracerouteOptions) {
    this.proc = proc;
    this.options = options;
    this.port = (options.port === 0 ? DEFAULT_PORT : options.port) & 0xffff;
    this.raw = new RawSocket(proc.ns, ipv4.PROTO_ICMP);
  }

  open(): void {
    bindSocket(this.raw, this.options);
  }

  /** The length is told only: the kernel makes the segments. */
  lengths(): ProbeLengths {
    return { headerBytes: ipv4.HEADER_LEN, dataBytes: askedDataBytes(this.options, 0) };
  }

  send(probe: Probe, ttl: number): boolean {
    const socket = new TcpSocket(this.proc.ns);
    socket.owner = { name: 'traceroute', pid: this.proc.pid };
    this.sockets.set(probe, socket);
    tune(socket, this.options);
    socket.setTtl(ttl);
    probe.sentNs = this.proc.now;
    const errno = socket.connect(this.options.target, this.port);
    if (errno !== '' && errno !== 'EINPROGRESS') fail('connect', errno);
    probe.seq = socket.localPort;
    return true;
  }

  /** What ICMP tells, before sockets are asked: an error of ICMP ends a handshake, too. */
  receive(): Arrival[] {
    const datagram = this.raw.receive();
    const told = datagram === null ? null : this.readIcmp(datagram);
    const arrivals: Arrival[] = told === null ? [] : [told];
    for (const [probe, socket] of this.sockets) {
      if (probe === told?.probe || !socket.writable.isReady()) continue;
      const errno = socket.connect(this.options.target, this.port);
      const hasMet = errno === '' || errno === 'EISCONN' || errno === 'ECONNREFUSED';
      if (hasMet) arrivals.push({ probe, reply: { from: this.options.target, ttl: 0, timeNs: this.proc.now } });
    }
    return arrivals;
  }

  waitables(): readonly Waitable[] {
    return [this.raw, ...Array.from(this.sockets.values(), (socket) => socket.writable)];
  }

  finish(probe: Probe): void {
    this.sockets.get(probe)?.close();
    this.sockets.delete(probe);
    probe.seq = 0;
  }

  close(): void {
    for (const socket of this.sockets.values()) socket.close();
    this.raw.close();
  }

  /** An error about a probe; null for all else. */
  private readIcmp({ bytes, from, timeNs }: RawDatagram): Arrival | null {
    const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const message = ipv4.headerLen(v, 0);
    const quoted = message + icmp.HEADER_LEN;
    if (bytes.length < quoted + ipv4.HEADER_LEN) return null;
    const type = icmp.type(v, message);
    if (type !== icmp.TIME_EXCEEDED && type !== icmp.DEST_UNREACH) return null;
    const segment = quoted + ipv4.headerLen(v, quoted);
    const isOfTrace = ipv4.protocol(v, quoted) === ipv4.PROTO_TCP && ipv4.dst(v, quoted) === this.options.target;
    if (!isOfTrace || bytes.length < segment + QUOTED_BYTES || tcp.dstPort(v, segment) !== this.port) return null;
    const ownPort = tcp.srcPort(v, segment);
    const probe = [...this.sockets.keys()].find((each) => each.seq === ownPort);
    if (probe === undefined) return null;
    const code = icmp.code(v, message);
    const info = type === icmp.DEST_UNREACH && code === icmp.FRAG_NEEDED ? icmp.nextHopMtu(v, message) : 0;
    const about = { type, code, info, offender: from, ttl: ipv4.ttl(v, 0), dst: this.options.target };
    return { probe, error: { errno: '', origin: 'icmp', seq: 0, timeNs, ...about } };
  }
}
