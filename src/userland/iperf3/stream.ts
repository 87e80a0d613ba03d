/**
 * One stream of a test: a connection or a pair of UDP sockets that bytes go through, and what is counted of it. Times
 * are microseconds, as iperf3 has them.
 */
import { makeByteViews } from '../../base/bytes.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import type { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import type { UdpSocket } from '../../kernel/socket/udp-socket.ts';

/** What passed between two reports. */
export interface Interval {
  readonly startUs: number;
  readonly endUs: number;
  readonly bytes: number;
  readonly isOmitted: boolean;
  /** Of the sender of a TCP stream. */
  readonly tcp: TcpFigures | null;
  readonly packets: number;
  readonly lost: number;
  readonly jitterSeconds: number;
}

/** What TCP_INFO says. */
export interface TcpFigures {
  /** Since the report before. */
  readonly retransmits: number;
  readonly cwndBytes: number;
  readonly windowBytes: number;
  readonly rttUs: number;
  readonly rttvarUs: number;
  readonly pmtu: number;
}

/** What both ends know about a stream when it is over; -1 where it does not apply. */
export interface StreamTotals {
  readonly bytes: number;
  readonly retransmits: number;
  readonly jitterSeconds: number;
  readonly lost: number;
  readonly packets: number;
  readonly seconds: number;
}

export abstract class IperfStream {
  /** Its number in reports: the descriptor that iperf3 would have. */
  readonly number: number;
  /** Its number between the two ends. */
  readonly id: number;
  readonly isSender: boolean;
  /** What comes when the test is over is read and does not count. */
  isCounting = true;
  /** The other end has closed it. */
  hasEnded = false;
  /** The rate allows it to send. */
  isGreen = true;
  startUs = 0;
  endUs = 0;
  /** Since the test began, also while nothing counts yet. */
  allSentBytes = 0;
  sentBytes = 0;
  receivedBytes = 0;
  packets = 0;
  lost = 0;
  outOfOrder = 0;
  jitterSeconds = 0;
  readonly intervals: Interval[] = [];
  /** What the other end told of it. */
  remote: StreamTotals | null = null;
  protected intervalBytes = 0;
  private intervalPackets = 0;
  private intervalLost = 0;
  private intervalStartUs = 0;

  constructor(number: number, id: number, isSender: boolean) {
    this.number = number;
    this.id = id;
    this.isSender = isSender;
  }

  abstract readonly localAddress: number;
  abstract readonly localPort: number;
  abstract readonly remoteAddress: number;
  abstract readonly remotePort: number;
  abstract readonly readable: Waitable;
  /** Null where a stream can always send. */
  abstract readonly writable: Waitable | null;

  /** Sends a block: how many bytes went out; -1 when the stream is broken. */
  abstract send(nowUs: number): number;

  /** Receives what is there; -1 when the stream is broken. */
  abstract receive(nowUs: number): number;

  /** No block is sent in part. */
  abstract readonly isBetweenBlocks: boolean;

  abstract close(): void;

  /** Resends since the connection was made; -1 for those that have none. */
  get retransmits(): number {
    return -1;
  }

  /** The counting begins, or begins anew when nothing is omitted any more. */
  start(nowUs: number): void {
    this.startUs = nowUs;
    this.endUs = nowUs;
    this.intervalStartUs = nowUs;
    this.sentBytes = 0;
    this.receivedBytes = 0;
    this.intervalBytes = 0;
    this.restartPackets();
  }

  /** Ends an interval. */
  takeInterval(nowUs: number, isOmitted: boolean): void {
    this.endUs = nowUs;
    this.intervals.push({
      startUs: this.intervalStartUs,
      endUs: nowUs,
      bytes: this.intervalBytes,
      isOmitted,
      tcp: this.isSender ? this.tcpFigures() : null,
      packets: this.packets - this.intervalPackets,
      lost: this.lost - this.intervalLost,
      jitterSeconds: this.jitterSeconds,
    });
    this.intervalStartUs = nowUs;
    this.intervalBytes = 0;
    this.intervalPackets = this.packets;
    this.intervalLost = this.lost;
  }

  /** From the start to the last interval's end. */
  get seconds(): number {
    return (this.endUs - this.startUs) / 1e6;
  }

  get bytes(): number {
    return this.isSender ? this.sentBytes : this.receivedBytes;
  }

  get totals(): StreamTotals {
    const { bytes, jitterSeconds, lost, packets, seconds } = this;
    return { bytes, retransmits: this.isSender ? this.retransmits : -1, jitterSeconds, lost, packets, seconds };
  }

  protected tcpFigures(): TcpFigures | null {
    return null;
  }

  protected countSent(bytes: number): number {
    this.allSentBytes += bytes;
    this.sentBytes += bytes;
    this.intervalBytes += bytes;
    return bytes;
  }

  protected countReceived(bytes: number): number {
    if (!this.isCounting) return bytes;
    this.receivedBytes += bytes;
    this.intervalBytes += bytes;
    return bytes;
  }

  private restartPackets(): void {
    this.packets = 0;
    this.lost = 0;
    this.outOfOrder = 0;
    this.intervalPackets = 0;
    this.intervalLost = 0;
  }
}

/** Hands out blocks of one payload; all streams of a test share it. */
export class TcpStream extends IperfStream {
  private readonly socket: TcpSocket;
  private readonly payload: Uint8Array;
  /** How much of the block at hand has been taken. */
  private blockAt = 0;
  private startRetransmits = 0;
  private knownRetransmits = 0;

  constructor(number: number, id: number, isSender: boolean, socket: TcpSocket, payload: Uint8Array) {
    super(number, id, isSender);
    this.socket = socket;
    this.payload = payload;
  }

  get localAddress(): number {
    return this.socket.localAddress;
  }

  get localPort(): number {
    return this.socket.localPort;
  }

  get remoteAddress(): number {
    return this.socket.remoteAddress;
  }

  get remotePort(): number {
    return this.socket.remotePort;
  }

  get readable(): Waitable {
    return this.socket.readable;
  }

  get writable(): Waitable {
    return this.socket.writable;
  }

  get isBetweenBlocks(): boolean {
    return this.blockAt === 0;
  }

  override get retransmits(): number {
    return (this.socket.sk?.totalRetrans ?? this.knownRetransmits) - this.startRetransmits;
  }

  get mss(): number {
    return this.socket.sk?.mssCache ?? 0;
  }

  get congestion(): string {
    return this.socket.sk?.caOps.name ?? '';
  }

  override start(nowUs: number): void {
    super.start(nowUs);
    this.startRetransmits = this.socket.sk?.totalRetrans ?? 0;
    this.knownRetransmits = this.startRetransmits;
  }

  send(): number {
    const sent = this.socket.send(this.payload, this.blockAt, this.payload.length);
    if (sent < 0) return this.socket.lastError === 'EAGAIN' ? 0 : -1;
    this.blockAt = (this.blockAt + sent) % this.payload.length;
    return this.countSent(sent);
  }

  receive(): number {
    const got = this.socket.receiveInto(this.payload, 0, this.payload.length);
    if (got === 0) this.hasEnded = true;
    if (got >= 0) return this.countReceived(got);
    return this.socket.lastError === 'EAGAIN' ? 0 : -1;
  }

  close(): void {
    this.knownRetransmits = this.socket.sk?.totalRetrans ?? this.knownRetransmits;
    this.socket.close();
  }

  protected override tcpFigures(): TcpFigures | null {
    const { sk } = this.socket;
    if (sk === null) return null;
    const retransmits = sk.totalRetrans - this.knownRetransmits;
    this.knownRetransmits = sk.totalRetrans;
    return {
      retransmits,
      cwndBytes: sk.sndCwnd * sk.mssCache,
      windowBytes: sk.sndWnd,
      rttUs: sk.srttUs >> 3,
      rttvarUs: sk.mdevUs >> 2,
      pmtu: sk.pmtuCookie,
    };
  }
}

/** Each datagram begins with when it was sent and its number: 4 bytes each, or 8 for the number. */
export class UdpStream extends IperfStream {
  private readonly socket: UdpSocket;
  private readonly payload: Uint8Array;
  private readonly header: DataView;
  private readonly hasWideNumbers: boolean;
  /** Seconds from sending to receiving of the datagram before, whatever the clocks say. */
  private transit = NaN;
  private lastNumber = 0;
  private sentPackets = 0;

  constructor(
    numbers: { readonly number: number; readonly id: number },
    isSender: boolean,
    socket: UdpSocket,
    payload: Uint8Array,
    hasWideNumbers: boolean,
  ) {
    super(numbers.number, numbers.id, isSender);
    this.socket = socket;
    this.payload = payload.slice();
    this.header = new DataView(this.payload.buffer);
    this.hasWideNumbers = hasWideNumbers;
  }

  get localAddress(): number {
    return this.socket.localAddress;
  }

  get localPort(): number {
    return this.socket.localPort;
  }

  get remoteAddress(): number {
    return this.socket.remoteAddress;
  }

  get remotePort(): number {
    return this.socket.remotePort;
  }

  get readable(): Waitable {
    return this.socket;
  }

  get writable(): null {
    return null;
  }

  get isBetweenBlocks(): boolean {
    return true;
  }

  send(nowUs: number): number {
    this.packets++;
    this.header.setUint32(0, Math.floor(nowUs / 1e6));
    this.header.setUint32(4, nowUs % 1e6);
    this.writeNumber(++this.sentPackets);
    const errno = this.socket.send(this.payload);
    // What the kernel has no room for, and what an earlier datagram met, is lost.
    return errno === 'EMSGSIZE' ? -1 : this.countSent(this.payload.length);
  }

  receive(nowUs: number): number {
    let bytes = 0;
    for (let got = this.socket.receive(); got !== null; got = this.socket.receive()) {
      bytes += got.payload.length;
      this.count(got.payload, nowUs);
    }
    this.socket.takeError();
    return this.countReceived(bytes);
  }

  close(): void {
    this.socket.close();
  }

  private writeNumber(number: number): void {
    if (!this.hasWideNumbers) this.header.setUint32(8, number);
    else this.header.setBigUint64(8, BigInt(number));
  }

  /** What is lost and overtaken, and the jitter of RFC 1889. */
  private count(payload: Uint8Array, nowUs: number): void {
    if (payload.length < 16) return;
    const view = new DataView(payload.buffer, payload.byteOffset);
    const number = this.hasWideNumbers ? Number(view.getBigUint64(8)) : view.getUint32(8);
    if (number > this.lastNumber) {
      this.lost += number - this.lastNumber - 1;
      this.packets += number - this.lastNumber;
      this.lastNumber = number;
    } else {
      this.outOfOrder++;
      if (this.lost > 0) this.lost--;
    }
    const transit = (nowUs - view.getUint32(0) * 1e6 - view.getUint32(4)) / 1e6;
    if (!Number.isNaN(this.transit)) {
      this.jitterSeconds += (Math.abs(transit - this.transit) - this.jitterSeconds) / 16;
    }
    this.transit = transit;
  }
}

/** The block that all streams send. */
export function makePayload(proc: Process, bytes: number, isRepeating: boolean): Uint8Array {
  const views = makeByteViews((bytes + 3) & ~3);
  if (isRepeating) for (let i = 0; i < bytes; i++) views.bytes[i] = 0x30 + (i % 10);
  else for (let i = 0; i < views.u32.length; i++) views.u32[i] = proc.rng.u32();
  return views.bytes.subarray(0, bytes);
}
