/** What an established connection receives (Linux: tcp_rcv_established of net/ipv4/tcp_input.c). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { Drop } from '../../../link/drop.ts';
import { FLAG_ACK, FLAG_RST, FLAG_SYN } from '../../../wire/tcp.ts';
import { tcpAckSndCheck, tcpAckSndCheckScheduled } from './tcp-ack-policy.ts';
import { FLAG_DATA } from './tcp-ack-flags.ts';
import { tcpAck } from './tcp-ack.ts';
import { tcpDataQueue, tcpDataReady, tcpEventDataRecv, tcpQueueRcv } from './tcp-data-queue.ts';
import { tcpPredWord } from './tcp-fast-path.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpParseAlignedTimestamp } from './tcp-options-received.ts';
import { tcpStoreTsRecent } from './tcp-paws.ts';
import { tcpRcvRttMeasureTs } from './tcp-rcv-rtt.ts';
import { tcpDataSndCheck } from './tcp-sndbuf.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import { ACK_FLAG_SLOWPATH, ACK_FLAG_UPDATE_TS_RECENT, ICSK_ACK_SCHED } from './tcp-states.ts';
import { tcpUrg } from './tcp-urgent.ts';
import { TCP_WAS_RESET, tcpValidateIncoming } from './tcp-validate.ts';
import { tcpReceiveWindow } from './tcp-window.ts';

/** A header with a time stamp and nothing else. */
const TSTAMP_HEADER_BYTES = 32;

/** Twin of tcp_rcv_established: 0 when the frame was taken, or the drop reason. The frame stays the caller's. */
export function tcpRcvEstablished(sk: TcpSock, incoming: TcpIncoming): number {
  tcpMstampRefresh(sk);
  sk.rxOpt.sawTstamp = false;
  if (isPredicted(sk, incoming)) {
    sk.rxOpt.numSacks = 0;
    if (incoming.dataBytes === 0) receivePredictedAck(sk, incoming);
    else receivePredictedData(sk, incoming);
    return 0;
  }
  if ((incoming.tcpFlags & (FLAG_ACK | FLAG_RST | FLAG_SYN)) === 0) return Drop.TCP_FLAGS;
  const refused = tcpValidateIncoming(sk, incoming);
  if (refused !== 0) return refused === TCP_WAS_RESET ? 0 : refused;
  const acked = tcpAck(sk, incoming, ACK_FLAG_SLOWPATH | ACK_FLAG_UPDATE_TS_RECENT);
  if (acked < 0) return -acked;
  tcpRcvRttMeasureTs(sk, incoming);
  tcpUrg(sk, incoming);
  const reason = tcpDataQueue(sk, incoming);
  tcpDataSndCheck(sk);
  tcpAckSndCheck(sk);
  return reason;
}

/** Whether it is the plain next segment, with nothing in its header that would need a look. */
function isPredicted(sk: TcpSock, incoming: TcpIncoming): boolean {
  if (tcpPredWord(incoming) !== sk.predFlags || incoming.seq !== sk.rcvNxt) return false;
  const { ackSeq, dataBytes } = incoming;
  if (seqAfter(ackSeq, sk.sndNxt) || (dataBytes > 0 && seqBefore(ackSeq, sk.sndUna))) return false;
  if (dataBytes > sk.rcvbufBytes - sk.rmemAlloc || dataBytes > tcpReceiveWindow(sk)) return false;
  if (sk.tcpHeaderLen !== TSTAMP_HEADER_BYTES) return true;
  if (!tcpParseAlignedTimestamp(sk, incoming)) return false;
  return ((sk.rxOpt.rcvTsval - sk.rxOpt.tsRecent) | 0) >= 0;
}

/** The time stamp of a predicted segment is the one to echo where it covers all that was acknowledged. */
function storePredictedTimestamp(sk: TcpSock): void {
  if (sk.tcpHeaderLen === TSTAMP_HEADER_BYTES && sk.rcvNxt === sk.rcvWup) tcpStoreTsRecent(sk);
}

function receivePredictedAck(sk: TcpSock, incoming: TcpIncoming): void {
  storePredictedTimestamp(sk);
  tcpAck(sk, incoming, 0);
  tcpDataSndCheck(sk);
  sk.rcvRttLastTsecr = sk.rxOpt.rcvTsecr;
}

function receivePredictedData(sk: TcpSock, incoming: TcpIncoming): void {
  storePredictedTimestamp(sk);
  sk.ns.mib.tcpExt.TCPHPHits++;
  if (sk.tcpHeaderLen === TSTAMP_HEADER_BYTES) tcpRcvRttMeasureTs(sk, incoming);
  tcpQueueRcv(sk, incoming);
  tcpEventDataRecv(sk, incoming);
  let isAckDue = true;
  if (incoming.ackSeq === sk.sndUna) {
    sk.sndWl1 = incoming.seq;
  } else {
    tcpAck(sk, incoming, FLAG_DATA);
    tcpDataSndCheck(sk);
    isAckDue = (sk.ackPending & ICSK_ACK_SCHED) !== 0;
  }
  if (isAckDue) tcpAckSndCheckScheduled(sk, false);
  tcpDataReady(sk);
}
