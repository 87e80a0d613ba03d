/**
 * Flows: load without a program's overhead. A flow is a UDP socket that a timer drives and a socket that counts; what
 * lies between is the whole stack, as for any program.
 */
import type { FrameAccount } from '../link/frame.ts';
import type { Host } from '../kernel/host.ts';
import type { Errno } from '../kernel/errno.ts';
import type { Netns } from '../kernel/netns.ts';
import type { DatagramSink } from '../kernel/socket/udp-socket.ts';
import { UdpSocket } from '../kernel/socket/udp-socket.ts';
import type { Ip4 } from '../base/addr.ts';
import { makeByteViews } from '../base/bytes.ts';
import type { EventTarget } from '../sim/scheduler.ts';
import { sumBytes } from '../wire/checksum.ts';
import type { PlanFlow } from './plan.ts';

/** The first bytes of the payload are the datagram's number. */
const NUMBER_BYTES = 8;
/** Warm-up datagrams leave this far apart before the flow's start: time enough for ARP on any LAN. */
export const WARMUP_SPACING_NS = 10_000_000;

/** Counts what arrives at one UDP port. */
export class FlowSink implements DatagramSink {
  received = 0;
  isListening = false;

  onDatagram(): void {
    this.received++;
  }
}

export interface FlowEnds {
  readonly from: Host;
  readonly fromNs: Netns;
  readonly to: Ip4;
  readonly sinks: FlowSinks;
  readonly payloads: FlowPayloads;
}

/** The receiving ends of all flows: one counter per namespace and port, whichever socket a datagram comes to. */
export class FlowSinks {
  private readonly byPort = new Map<Netns, Map<number, FlowSink>>();

  /** The counter for a port; made on first use. */
  at(ns: Netns, port: number): FlowSink {
    let ports = this.byPort.get(ns);
    if (ports === undefined) this.byPort.set(ns, (ports = new Map<number, FlowSink>()));
    let sink = ports.get(port);
    if (sink === undefined) ports.set(port, (sink = new FlowSink()));
    return sink;
  }

  /** Opens the socket that flows to `port` arrive at; once per port. */
  listen(ns: Netns, port: number): Errno {
    const sink = this.at(ns, port);
    if (sink.isListening) return '';
    const socket = new UdpSocket(ns);
    socket.reuseAddress = true;
    const errno = socket.bind(0, port);
    if (errno !== '') return errno;
    socket.sink = sink;
    sink.isListening = true;
    return '';
  }
}

/** What the datagrams of one size carry. Flows share it: each number is written in the instant in which it is sent. */
class FlowPayload {
  readonly bytes: Uint8Array;
  /** Sum of the payload behind its number: it never changes. */
  readonly restSum: number;
  private readonly view: DataView;

  constructor(sizeBytes: number) {
    const views = makeByteViews((sizeBytes + 7) & ~3);
    this.bytes = views.bytes.subarray(0, sizeBytes);
    this.bytes.forEach((_, i) => (this.bytes[i] = i & 255));
    this.bytes.fill(0, 0, NUMBER_BYTES);
    this.view = views.view;
    this.restSum = sumBytes(views, 0, sizeBytes, 0);
  }

  /** Writes the datagram's number; answers the sum of the whole payload. */
  setNumber(number: number): number {
    if (this.bytes.length < NUMBER_BYTES) return this.restSum;
    const high = Math.floor(number / 0x1_0000_0000);
    const low = number >>> 0;
    this.view.setUint32(0, high);
    this.view.setUint32(4, low);
    return this.restSum + (high >>> 16) + (high & 0xffff) + (low >>> 16) + (low & 0xffff);
  }
}

/** The payloads of all flows, by size. */
export class FlowPayloads {
  private readonly bySize = new Map<number, FlowPayload>();

  ofSize(sizeBytes: number): FlowPayload {
    let payload = this.bySize.get(sizeBytes);
    if (payload === undefined) this.bySize.set(sizeBytes, (payload = new FlowPayload(sizeBytes)));
    return payload;
  }
}

/** One flow's sender. */
export class FlowSender implements EventTarget {
  readonly plan: PlanFlow;
  readonly account: FrameAccount;
  /** Datagrams sent, those of the warm-up not counted. */
  sent: number;
  /** What the socket refused, by the first error met. */
  refused: number;
  firstError: Errno;
  private readonly host: Host;
  private readonly sockets: UdpSocket[];
  private readonly payload: FlowPayload;
  private readonly targetId: number;
  private readonly firstNs: number;
  private readonly count: number;
  private readonly intervalNs: number;
  private warmupLeft: number;
  /** Time and key of the next event. */
  private readonly next: Float64Array;
  private readonly nextKey: Float64Array;

  /** `done` is called when the last datagram has met its fate. */
  constructor(plan: PlanFlow, ends: FlowEnds, done: () => void) {
    this.plan = plan;
    this.account = { outstanding: 0, isClosed: false, settled: done };
    this.sent = 0;
    this.refused = 0;
    this.firstError = '';
    this.host = ends.from;
    this.sockets = [];
    this.payload = ends.payloads.ofSize(plan.sizeBytes);
    this.targetId = ends.from.sched.register(this);
    this.count = plan.count;
    this.intervalNs = plan.intervalNs;
    this.next = new Float64Array(1);
    this.nextKey = new Float64Array(1);
    this.warmupLeft = plan.warmup * plan.sourcePortCount;
    this.firstNs = Math.max(plan.startNs, plan.warmup * WARMUP_SPACING_NS);
    for (let i = 0; i < plan.sourcePortCount; i++) this.openSocket(ends, i);
  }

  /** Enters the first event: call when the lab stands. */
  start(): void {
    const leadNs = this.plan.warmup * WARMUP_SPACING_NS;
    this.armAt(Math.max(this.firstNs - leadNs, this.host.sched.now));
  }

  fire(): void {
    if (this.warmupLeft > 0) this.fireWarmup();
    else if (this.count === 0) this.close();
    else this.sendNext();
  }

  /** Apart from `fire`, which is inlined into the event loop and has to leave room there for others. */
  private sendNext(): void {
    const i = this.sent++;
    const portCount = this.sockets.length;
    this.transmit(this.sockets[portCount === 1 ? 0 : i % portCount]!, i);
    if (this.sent >= this.count) {
      this.close();
      return;
    }
    if (portCount === 1) {
      this.next[0]! += this.intervalNs;
      this.enter();
    } else this.armAt(this.timeOf(this.sent));
  }

  /** Datagram i leaves at start + i × interval, those of later source ports by the stagger later. */
  private timeOf(i: number): number {
    const { intervalNs, staggerNs, sourcePortCount } = this.plan;
    const timeNs = this.firstNs + i * intervalNs + (i % sourcePortCount) * staggerNs;
    return Math.max(timeNs, this.host.sched.now);
  }

  private fireWarmup(): void {
    for (const socket of this.sockets) {
      this.transmit(socket, 0);
      this.warmupLeft--;
    }
    const nextNs = this.host.sched.now + WARMUP_SPACING_NS;
    if (this.warmupLeft > 0) this.armAt(nextNs);
    else if (this.plan.count > 0) this.armAt(Math.max(this.timeOf(0), nextNs));
    else this.close();
  }

  /** All is sent. A frame may have been refused, so the account can be even already. */
  private close(): void {
    this.account.isClosed = true;
    if (this.account.outstanding === 0) this.account.settled();
  }

  private transmit(socket: UdpSocket, number: number): void {
    const sum = this.payload.setNumber(number);
    const errno = socket.sendSummed(this.payload.bytes, sum);
    if (errno === '') return;
    this.refused++;
    if (this.firstError === '') this.firstError = errno;
  }

  private armAt(timeNs: number): void {
    this.next[0] = timeNs;
    this.enter();
  }

  /** Enters the event of the time in `next`. */
  private enter(): void {
    this.host.source.writeNextKey(this.nextKey, 0);
    this.host.sched.atSlot(this.next, this.nextKey, 0, this.targetId);
  }

  private openSocket(ends: FlowEnds, index: number): void {
    const socket = new UdpSocket(ends.fromNs);
    socket.reuseAddress = true;
    const port = this.plan.sourcePort === 0 ? 0 : this.plan.sourcePort + index;
    const errno = socket.bind(0, port) || socket.connect(ends.to, this.plan.port);
    if (errno !== '' && this.firstError === '') this.firstError = errno;
    socket.account = this.account;
    // What comes back to a port that flows also end at is counted there.
    socket.sink = ends.sinks.at(ends.fromNs, socket.localPort);
    this.sockets.push(socket);
  }
}
