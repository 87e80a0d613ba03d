/** The SYN of the active side, and the SYN,ACK of a simultaneous open (Linux: tcp_connect, tcp_send_synack). */
import { assert } from '../../../base/assert.ts';
import { FLAG_ACK, FLAG_CWR, FLAG_ECE, FLAG_SYN } from '../../../wire/tcp.ts';
import type { Errno } from '../../errno.ts';
import type { DstEntry } from '../../ip/route.ts';
import { tcpCleanRtxQueueAll } from './tcp-clean-rtx.ts';
import { dstMetricAdvmss, tcpMssClamp, tcpMtupInit, tcpPathMtu, tcpSyncMss } from './tcp-mss.ts';
import { tcpClearRetrans } from './tcp-scoreboard.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import { ICSK_TIME_RETRANS, TCP_ECN_OK, TCP_RTO_INITIAL_US, TSTAMP_ALIGNED_BYTES } from './tcp-states.ts';
import { tcpClearXmitTimer, tcpResetXmitTimer } from './tcp-timer.ts';
import { tcpTimeStampTs } from './tcp-timestamp.ts';
import { tcpRoute, tcpTransmitSkb } from './tcp-transmit.ts';
import { tcpFullSpace, tcpInitializeRcvMss, tcpSelectInitialWindow } from './tcp-window.ts';
import { allocSegment } from './tcp-write-queue.ts';

const TCP_HEADER_BYTES = 20;
/** net.ipv4.tcp_ecn: asked for, and not only granted. */
const ECN_REQUESTED = 1;

/** Twin of tcp_connect: sends the SYN of a socket whose addresses are known. */
export function tcpConnect(sk: TcpSock): Errno {
  const dst = tcpRoute(sk);
  if (dst.dev === null) return 'EHOSTUNREACH';
  tcpConnectInit(sk, dst);
  tcpMstampRefresh(sk);
  sk.retransStamp = tcpTimeStampTs(sk);
  const syn = allocSegment(sk, sk.writeSeq, FLAG_SYN | ecnOfSyn(sk));
  sk.wmemQueued += syn.trueBytes;
  sk.writeSeq = syn.endSeq;
  sk.packetsOut++;
  sk.rtxQueue.pushTail(syn);
  // Armed first, so that at a tie a SYN goes before the neighbour is asked for again, or given up.
  tcpResetXmitTimer(sk, ICSK_TIME_RETRANS, sk.rtoUs);
  const errno = tcpTransmitSkb(sk, syn);
  if (errno === 'ECONNREFUSED') {
    tcpClearXmitTimer(sk);
    return errno;
  }
  // It moves on only now so that the SYN counts as sent.
  sk.sndNxt = sk.writeSeq;
  sk.pushedSeq = sk.writeSeq;
  sk.ns.mib.tcpActiveOpens++;
  return '';
}

/** Twin of tcp_ecn_send_syn. */
function ecnOfSyn(sk: TcpSock): number {
  const isAsked = sk.ns.sysctls.tcp.ecn === ECN_REQUESTED;
  sk.ecnFlags = isAsked ? TCP_ECN_OK : 0;
  return isAsked ? FLAG_ECE | FLAG_CWR : 0;
}

/** Twin of tcp_connect_init. */
function tcpConnectInit(sk: TcpSock, dst: DstEntry): void {
  const { tcp } = sk.ns.sysctls;
  sk.tcpHeaderLen = TCP_HEADER_BYTES + (tcp.timestamps === 0 ? 0 : TSTAMP_ALIGNED_BYTES);
  if (sk.rxOpt.userMss !== 0) sk.rxOpt.mssClamp = sk.rxOpt.userMss;
  sk.maxWindow = 0;
  tcpMtupInit(sk);
  tcpSyncMss(sk, tcpPathMtu(sk, dst));
  if (sk.windowClamp === 0) sk.windowClamp = windowMetric(dst);
  sk.advMss = tcpMssClamp(sk, dstMetricAdvmss(sk, dst));
  tcpInitializeRcvMss(sk);
  const fullSpace = tcpFullSpace(sk);
  if (sk.isRcvbufLocked && (sk.windowClamp > fullSpace || sk.windowClamp === 0)) sk.windowClamp = fullSpace;
  const optionBytes = sk.rxOpt.tsRecentStamp === 0 ? 0 : sk.tcpHeaderLen - TCP_HEADER_BYTES;
  tcpSelectInitialWindow(sk, fullSpace, sk.advMss - optionBytes, tcp.windowScaling !== 0);
  sk.rcvSsthresh = sk.rcvWnd;
  sk.error = '';
  sk.isDone = false;
  tcpCleanRtxQueueAll(sk);
  initSequences(sk);
  sk.rtoUs = TCP_RTO_INITIAL_US;
  sk.retransmits = 0;
  tcpClearRetrans(sk);
  sk.totalRto = 0;
}

/** The metric `window` of the route; 0 without. */
function windowMetric(dst: DstEntry): number {
  return dst.route === null || dst.route.metrics.length === 0 ? 0 : dst.route.metricNumber('window');
}

function initSequences(sk: TcpSock): void {
  sk.sndWnd = 0;
  sk.sndWl1 = 0;
  sk.sndUna = sk.writeSeq;
  sk.sndSml = sk.writeSeq;
  sk.sndUp = sk.writeSeq;
  sk.sndNxt = sk.writeSeq;
  sk.rcvNxt = 0;
  sk.rcvWup = 0;
  sk.copiedSeq = 0;
}

/** Twin of tcp_send_synack: of a socket in simultaneous open. */
export function tcpSendSynack(sk: TcpSock): void {
  const syn = sk.rtxQueue.head;
  assert(syn !== null && (syn.tcpFlags & FLAG_SYN) !== 0, 'its own SYN is under way');
  if ((syn.tcpFlags & FLAG_ACK) === 0) {
    syn.tcpFlags |= FLAG_ACK;
    // Twin of tcp_ecn_send_synack.
    syn.tcpFlags &= ~FLAG_CWR;
    if ((sk.ecnFlags & TCP_ECN_OK) === 0) syn.tcpFlags &= ~FLAG_ECE;
  }
  tcpTransmitSkb(sk, syn);
}
