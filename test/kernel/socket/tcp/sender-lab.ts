/**
 * A sender whose segments are said to be sent and acknowledged, to look at what it makes of that. What it sends again
 * of itself leaves by a real interface.
 */
import type { Frame } from '../../../../src/link/frame.ts';
import type { CongestionOps } from '../../../../src/kernel/socket/tcp/congestion.ts';
import type { TcpAckState } from '../../../../src/kernel/socket/tcp/tcp-ack-state.ts';
import { SendBuffer } from '../../../../src/kernel/socket/tcp/send-buffer.ts';
import { CUBIC } from '../../../../src/kernel/socket/tcp/tcp-cubic.ts';
import type { TcpIncoming } from '../../../../src/kernel/socket/tcp/tcp-incoming.ts';
import { tcpRateSkbSent } from '../../../../src/kernel/socket/tcp/tcp-rate.ts';
import { sentQueueMoveTail } from '../../../../src/kernel/socket/tcp/tcp-sent-queue.ts';
import type { TcpSegment } from '../../../../src/kernel/socket/tcp/tcp-segment.ts';
import { tcpMstampRefresh, TcpSock } from '../../../../src/kernel/socket/tcp/tcp-sock.ts';
import {
  TCP_ESTABLISHED,
  TCPCB_EVER_RETRANS,
  TCPCB_LOST,
  TCPCB_SACKED_ACKED,
  TCPCB_SACKED_RETRANS,
} from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { tcpTimeStampTs } from '../../../../src/kernel/socket/tcp/tcp-timestamp.ts';
import { allocSegment } from '../../../../src/kernel/socket/tcp/tcp-write-queue.ts';
import { FLAG_ACK } from '../../../../src/wire/tcp.ts';
import { Timer } from '../../../../src/sim/timer.ts';
import { HOST_IP, introduce, PEER_IP, withPeer } from '../../kit.ts';

/** Bytes of a segment of the lab. */
export const MSS = 1000;
const RING_BYTES = 65_536;

export class SenderLab {
  readonly sk: TcpSock;
  private readonly world = withPeer();

  /** Segment 0 begins at `firstSeq`. */
  constructor(ops: CongestionOps = CUBIC, firstSeq = 10_000) {
    const ns = this.world.host.rootNs;
    const { sched, source } = ns.machine;
    introduce(this.world.peer);
    // Times of 0 hide mistakes.
    this.world.world.runTo(1_000_000_000);
    const sk = new TcpSock(ns, ops, () => new Timer(sched, source, () => undefined));
    sk.state = TCP_ESTABLISHED;
    sk.sourceAddress = HOST_IP;
    sk.localAddress = HOST_IP;
    sk.remoteAddress = PEER_IP;
    sk.sendBuffer = new SendBuffer(sk.ns.tcp.sendRings);
    sk.sendBuffer.write(firstSeq, firstSeq, new Uint8Array(RING_BYTES), 0, RING_BYTES);
    sk.rxOpt.sackOk = true;
    sk.mssCache = MSS;
    sk.sndUna = firstSeq;
    sk.sndNxt = firstSeq;
    sk.writeSeq = firstSeq;
    sk.sndUp = firstSeq;
    sk.highSeq = firstSeq;
    sk.sndWnd = 1_000_000;
    sk.maxWindow = 1_000_000;
    this.sk = sk;
    this.firstSeq = firstSeq;
    tcpMstampRefresh(sk);
    ops.init(sk);
  }

  readonly firstSeq: number;

  /** The state of the acknowledgment at hand. */
  get state(): TcpAckState {
    return this.sk.ns.tcp.ackState;
  }

  /** Lets time pass. */
  wait(us: number): void {
    const { world } = this.world;
    world.runTo(world.sched.now + us * 1000);
    tcpMstampRefresh(this.sk);
  }

  /** Where segment `index` begins. */
  seq(index: number): number {
    return (this.firstSeq + index * MSS) | 0;
  }

  /** `count` segments leave now. */
  send(count: number): void {
    const { sk } = this;
    for (let i = 0; i < count; i++) {
      const segment = allocSegment(sk, sk.sndNxt, FLAG_ACK);
      segment.endSeq = (sk.sndNxt + MSS) | 0;
      sk.wmemQueued += segment.trueBytes;
      segment.mstampUs = sk.nowUs;
      tcpRateSkbSent(sk, segment);
      sk.rtxQueue.pushTail(segment);
      sentQueueMoveTail(sk, segment);
      sk.packetsOut++;
      sk.sndNxt = segment.endSeq;
      sk.writeSeq = segment.endSeq;
    }
  }

  /** Segment `index` leaves once more (Linux: tcp_retransmit_skb). */
  resend(index: number): void {
    const { sk } = this;
    const segment = this.segment(index);
    segment.mstampUs = sk.nowUs;
    if (sk.retransStamp === 0) sk.retransStamp = tcpTimeStampTs(sk);
    if ((segment.sacked & TCPCB_SACKED_RETRANS) === 0) sk.retransOut++;
    segment.sacked |= TCPCB_SACKED_RETRANS | TCPCB_EVER_RETRANS;
    sk.totalRetrans++;
    if (sk.undoRetrans < 0) sk.undoRetrans = 0;
    sk.undoRetrans++;
    sentQueueMoveTail(sk, segment);
  }

  segment(index: number): TcpSegment {
    let segment = this.sk.rtxQueue.head;
    while (segment !== null && segment.seq !== this.seq(index)) segment = segment.next;
    if (segment === null) throw new Error(`segment ${index} is not under way`);
    return segment;
  }

  /** An acknowledgment up to segment `index`, with blocks of [first, behind the last] segments. */
  incoming(index: number, blocks: readonly (readonly [number, number])[] = []): TcpIncoming {
    const { sk } = this;
    const { incoming } = sk.ns.tcp;
    const view = new DataView(new ArrayBuffer(64));
    blocks.forEach(([from, to], i) => {
      view.setInt32(8 * i, this.seq(from));
      view.setInt32(8 * i + 4, this.seq(to));
    });
    incoming.frame = { slab: { view } } as unknown as Frame;
    incoming.seq = sk.rcvNxt;
    incoming.endSeq = sk.rcvNxt;
    incoming.ackSeq = this.seq(index);
    incoming.tcpFlags = FLAG_ACK;
    incoming.window = sk.sndWnd >> sk.rxOpt.sndWscale;
    sk.rxOpt.numSacks = blocks.length;
    sk.rxOpt.sackOffset = 0;
    return incoming;
  }

  /** A letter for each segment under way: S arrived, L lost, R sent again, X lost and sent again, . nothing known. */
  get board(): string {
    let text = '';
    for (let segment = this.sk.rtxQueue.head; segment !== null; segment = segment.next) text += letter(segment.sacked);
    return text;
  }

  /** The counters, as the segments have them. */
  get counted(): object {
    const counts = { packetsOut: 0, sackedOut: 0, lostOut: 0, retransOut: 0 };
    for (let segment = this.sk.rtxQueue.head; segment !== null; segment = segment.next) {
      counts.packetsOut++;
      if ((segment.sacked & TCPCB_SACKED_ACKED) !== 0) counts.sackedOut++;
      if ((segment.sacked & TCPCB_LOST) !== 0) counts.lostOut++;
      if ((segment.sacked & TCPCB_SACKED_RETRANS) !== 0) counts.retransOut++;
    }
    return counts;
  }

  /** And as the socket has them. */
  get counters(): object {
    const { packetsOut, sackedOut, lostOut, retransOut } = this.sk;
    return { packetsOut, sackedOut, lostOut, retransOut };
  }
}

function letter(sacked: number): string {
  if ((sacked & TCPCB_SACKED_ACKED) !== 0) return 'S';
  const isLost = (sacked & TCPCB_LOST) !== 0;
  if ((sacked & TCPCB_SACKED_RETRANS) !== 0) return isLost ? 'X' : 'R';
  return isLost ? 'L' : '.';
}
