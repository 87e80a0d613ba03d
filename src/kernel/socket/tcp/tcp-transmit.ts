/** From a segment to a frame (Linux: __tcp_transmit_skb of net/ipv4/tcp_output.c, ip_queue_xmit). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import type { Frame } from '../../../link/frame.ts';
import { finishSum, sumBytes, sumPseudoHeader } from '../../../wire/checksum.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import * as tcp from '../../../wire/tcp.ts';
import type { Errno } from '../../errno.ts';
import { isMtuLocked } from '../../ip/fnhe.ts';
import { ipSend, PMTUDISC_DO, PMTUDISC_WANT } from '../../ip/output.ts';
import type { DstEntry } from '../../ip/route.ts';
import { ipRouteOutput, ipRouteOutputVia } from '../../ip/route.ts';
import { CA_EVENT_TX_START } from './congestion.ts';
import { tcpEnterCwr } from './tcp-cwnd.ts';
import { tcpAdvertiseMss } from './tcp-mss.ts';
import {
  tcpEstablishedOptionBytes,
  tcpSynOptionBytes,
  writeEstablishedOptions,
  writeSynOptions,
} from './tcp-options-out.ts';
import { tcpRateSkbSent } from './tcp-rate.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { sentQueueMoveTail } from './tcp-sent-queue.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpPacketsInFlight } from './tcp-sock.ts';
import { ICSK_ACK_SCHED, TCP_ATO_MIN_US, TCP_ECN_DEMAND_CWR, TCP_ECN_OK, TCP_ECN_QUEUE_CWR } from './tcp-states.ts';
import { tcpClearDelackTimer } from './tcp-timer.ts';
import { tcpTimeStampTs } from './tcp-timestamp.ts';
import { tcpSelectWindow } from './tcp-window.ts';
import { EMPTY_SEGMENT_TRUE_BYTES, segmentDataBytes } from './tcp-write-queue.ts';

const WINDOW_MAX = 65_535;
const PINGPONG_MAX = 255;
/** ECT(0), RFC 3168 5. */
const ECN_ECT_0 = 2;
const ECN_MASK = 3;

/** Twin of __sk_dst_check with what ip_queue_xmit does when it fails: the way by which the next segment goes. */
export function tcpRoute(sk: TcpSock): DstEntry {
  const { dst, ns } = sk;
  if (dst !== null && dst.generation === ns.routes.generation) return dst;
  const { remoteAddress, sourceAddress, boundDevice } = sk;
  sk.dst =
    boundDevice === null
      ? ipRouteOutput(ns, remoteAddress, sourceAddress, sk.tos, sk.mark)
      : ipRouteOutputVia(ns, remoteAddress, boundDevice, sourceAddress);
  return sk.dst;
}

/**
 * Twin of tcp_transmit_skb for a segment of the queues: a frame with its bytes goes to ipSend. `moreFlags` are of this
 * frame only. Hot path.
 */
export function tcpTransmitSkb(sk: TcpSock, segment: TcpSegment, moreFlags = 0): Errno {
  segment.mstampUs = sk.nowUs;
  const dataBytes = segmentDataBytes(segment);
  const frame = buildFrame(sk, segment.seq, segment.tcpFlags | moreFlags, dataBytes);
  const trueBytes = EMPTY_SEGMENT_TRUE_BYTES + dataBytes;
  sk.wmemAlloc += trueBytes;
  segment.inHostQueue++;
  frame.sender = segment;
  frame.senderBytes = trueBytes;
  if (seqAfter(segment.endSeq, sk.sndNxt) || segment.seq === segment.endSeq) sk.ns.mib.tcpOutSegs++;
  const errno = queueXmit(sk, frame);
  if (errno === '') {
    sentQueueMoveTail(sk, segment);
    tcpRateSkbSent(sk, segment);
  }
  return errno;
}

/** The same for what stands in no queue: acknowledgments, probes and resets, which carry no data. */
export function tcpTransmitBare(sk: TcpSock, seq: number, flags: number): Errno {
  const frame = buildFrame(sk, seq, flags, 0);
  sk.ns.mib.tcpOutSegs++;
  return queueXmit(sk, frame);
}

function buildFrame(sk: TcpSock, seq: number, flags: number, dataBytes: number): Frame {
  const { ns } = sk;
  const isSyn = (flags & tcp.FLAG_SYN) !== 0;
  const headerBytes = tcp.HEADER_LEN + (isSyn ? tcpSynOptionBytes(sk) : tcpEstablishedOptionBytes(sk));
  const window = isSyn ? Math.min(sk.rcvWnd, WINDOW_MAX) : tcpSelectWindow(sk);
  const allFlags = isSyn ? flags : flags | tcpEcnSend(sk, seq, dataBytes);
  const frame = ns.machine.stats.take(ipv4.HEADER_LEN + headerBytes + dataBytes);
  const { slab } = frame;
  const l4 = frame.l3 + ipv4.HEADER_LEN;
  frame.l4 = l4;
  frame.tail = l4 + headerBytes + dataBytes;
  frame.mark = sk.mark;
  if (sk.account !== null) ns.machine.stats.charge(frame, sk.account);
  const v = slab.view;
  // The acknowledgment number of a SYN is 0, because rcvNxt is.
  tcp.writeHeader(v, l4, sk.localPort, sk.remotePort, seq, sk.rcvNxt, headerBytes, allFlags, window);
  const tsval = (tcpTimeStampTs(sk) + sk.tsOffset) | 0;
  if (isSyn) writeSynOptions(sk, v, l4 + tcp.HEADER_LEN, tcpAdvertiseMss(sk), tsval);
  else writeEstablishedOptions(sk, v, l4 + tcp.HEADER_LEN, tsval);
  const dataSum = dataBytes > 0 ? sk.sendBuffer!.read(seq, dataBytes, slab, l4 + headerBytes) : 0;
  const tcpBytes = headerBytes + dataBytes;
  const pseudo = sumPseudoHeader(sk.sourceAddress, sk.remoteAddress, ipv4.PROTO_TCP, tcpBytes);
  tcp.setChecksum(v, l4, finishSum(sumBytes(slab, l4, headerBytes, pseudo) + dataSum));
  frame.hasGoodSum = true;
  frame.hash = sk.txHash;
  if ((flags & tcp.FLAG_ACK) !== 0) tcpEventAckSent(sk);
  if (dataBytes > 0) {
    tcpEventDataSent(sk);
    sk.dataSegsOut++;
    sk.bytesSent += dataBytes;
  }
  sk.segsOut++;
  sk.lastXmitUs = sk.nowUs;
  return frame;
}

/** Twin of __ip_queue_xmit, and of what is made of a queue of this host that is full: ENOBUFS. */
function queueXmit(sk: TcpSock, frame: Frame): Errno {
  const { ns } = sk;
  const dst = tcpRoute(sk);
  const ttl = sk.ttl === 0 ? ns.sysctls.ipDefaultTtl : sk.ttl;
  const hasDf =
    sk.pmtuDiscovery === PMTUDISC_DO || (sk.pmtuDiscovery === PMTUDISC_WANT && !(dst.hasOwnMtu && isMtuLocked(dst)));
  const id = sk.nextId;
  sk.nextId = (id + 1) & 0xffff;
  if (sk.dstPendingConfirm) {
    sk.dstPendingConfirm = false;
    frame.confirmsNeighbour = true;
  }
  const { stats } = ns.machine;
  const refusals = stats.queueRefusals;
  const errno = ipSend(ns, dst, frame, sk.sourceAddress, ipv4.PROTO_TCP, sk.tos, ttl, hasDf ? ipv4.DF : 0, id);
  if (stats.queueRefusals !== refusals) {
    tcpEnterCwr(sk);
    return 'ENOBUFS';
  }
  return errno === '' && dst.dev === null ? 'EHOSTUNREACH' : errno;
}

/** Twin of tcp_ecn_send: marks new data, and answers the flags CWR and ECE (RFC 3168 6.1). */
function tcpEcnSend(sk: TcpSock, seq: number, dataBytes: number): number {
  if ((sk.ecnFlags & TCP_ECN_OK) === 0) return 0;
  let flags = 0;
  if (dataBytes > 0 && !seqBefore(seq, sk.sndNxt)) {
    sk.tos = (sk.tos & ~ECN_MASK) | ECN_ECT_0;
    if ((sk.ecnFlags & TCP_ECN_QUEUE_CWR) !== 0) {
      sk.ecnFlags &= ~TCP_ECN_QUEUE_CWR;
      flags = tcp.FLAG_CWR;
    }
  } else sk.tos &= ~ECN_MASK;
  return (sk.ecnFlags & TCP_ECN_DEMAND_CWR) === 0 ? flags : flags | tcp.FLAG_ECE;
}

/** Twin of tcp_event_ack_sent: nothing waits to be acknowledged any more. */
function tcpEventAckSent(sk: TcpSock): void {
  if (sk.compressedAck !== 0) {
    sk.ns.mib.tcpExt.TCPAckCompressed += sk.compressedAck;
    sk.compressedAck = 0;
    sk.compressedAckTimer?.cancel();
  }
  if (sk.ackQuick !== 0) tcpDecQuickackMode(sk);
  if (sk.ackPending !== 0) tcpClearDelackTimer(sk);
}

/** Twin of tcp_dec_quickack_mode. */
function tcpDecQuickackMode(sk: TcpSock): void {
  const count = (sk.ackPending & ICSK_ACK_SCHED) === 0 ? 0 : 1;
  if (count >= sk.ackQuick) {
    sk.ackQuick = 0;
    sk.atoUs = TCP_ATO_MIN_US;
  } else sk.ackQuick -= count;
}

/** Twin of tcp_event_data_sent: an answer soon after data came makes the connection interactive. */
function tcpEventDataSent(sk: TcpSock): void {
  if (tcpPacketsInFlight(sk) === 0) sk.caOps.cwndEvent(sk, CA_EVENT_TX_START);
  sk.lsndTimeUs = sk.nowUs;
  const sinceReceivedUs = (sk.nowUs - sk.ackLrcvTimeUs) | 0;
  if (sinceReceivedUs >= 0 && sinceReceivedUs < sk.atoUs && sk.pingpong < PINGPONG_MAX) sk.pingpong++;
}
