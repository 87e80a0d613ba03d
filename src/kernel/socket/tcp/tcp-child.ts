/** The socket that a request becomes (Linux: tcp_v4_syn_recv_sock, tcp_create_openreq_child, tcp_child_process). */
import type { TcpIncoming } from './tcp-incoming.ts';
import { dstMetricAdvmss, tcpMssClamp, tcpPathMtu } from './tcp-mss.ts';
import { tcpCopySettings, tcpNewSock } from './tcp-new-sock.ts';
import { tcpSyncMss } from './tcp-mss.ts';
import { tcpRequestDrop } from './tcp-listener.ts';
import type { TcpRequest } from './tcp-request.ts';
import { tcpSeconds } from './tcp-request-checks.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpAckUpdateRttSynack } from './tcp-rtt.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import { tcpRcvStateProcess } from './tcp-state-process.ts';
import { TCP_ECN_OK, TCP_MSS_DEFAULT, TCP_SYN_RECV, TSTAMP_ALIGNED_BYTES } from './tcp-states.ts';
import { tcpRouteRequest } from './tcp-synack.ts';
import { tcpResetKeepaliveTimer } from './tcp-timer.ts';
import { tcpTimeStampTs } from './tcp-timestamp.ts';
import { tcpInitializeRcvMss } from './tcp-window.ts';

const TCP_HEADER_BYTES = 20;
const ECN_MASK = 3;
const WINDOW_MAX = 65_535;

/** Twin of tcp_v4_syn_recv_sock: null when there is no room, or no way back. The child waits for accept(2) then. */
export function tcpSynRecvSock(req: TcpRequest, incoming: TcpIncoming): TcpSock | null {
  const sk = req.listener;
  const { ns, listener: queue } = sk;
  if (queue === null || queue.isFull) {
    ns.mib.tcpExt.ListenOverflows++;
    ns.mib.tcpExt.ListenDrops++;
    return null;
  }
  const dst = tcpRouteRequest(sk, req);
  if (dst === null) {
    ns.mib.tcpExt.ListenDrops++;
    return null;
  }
  const child = createOpenreqChild(req, incoming);
  child.dst = dst;
  child.nextId = ns.machine.rng.below(0x1_0000);
  if (ns.sysctls.tcp.reflectTos !== 0) child.tos = req.synTos & ~ECN_MASK;
  tcpSyncMss(child, tcpPathMtu(child, dst));
  child.advMss = tcpMssClamp(sk, dstMetricAdvmss(sk, dst));
  tcpInitializeRcvMss(child);
  tcpRequestDrop(req);
  ns.tcp.ports.inherit(child, sk);
  ns.tcp.established.add(child);
  tcpAckUpdateRttSynack(child, synackRtt(child, req));
  queue.add(child);
  return child;
}

/** Twin of tcp_synack_rtt_meas: what was sent again tells nothing. */
function synackRtt(child: TcpSock, req: TcpRequest): number {
  return req.isAnswered && req.retransmits === 0 ? (child.nowUs - req.sntSynackUs) | 0 : -1;
}

/** Twin of tcp_create_openreq_child. */
function createOpenreqChild(req: TcpRequest, incoming: TcpIncoming): TcpSock {
  const sk = req.listener;
  const { ns } = sk;
  const child = tcpNewSock(ns);
  tcpCopySettings(sk, child);
  tcpMstampRefresh(child);
  child.state = TCP_SYN_RECV;
  child.localAddress = req.localAddress;
  child.sourceAddress = req.localAddress;
  child.localPort = req.localPort;
  child.remoteAddress = req.remoteAddress;
  child.remotePort = req.remotePort;
  child.mark = req.mark;
  child.txHash = req.txHash;
  setReceiver(child, req, incoming);
  const first = (req.sntIsn + 1) | 0;
  child.sndSml = first;
  child.sndUna = first;
  child.sndNxt = first;
  child.sndUp = first;
  child.writeSeq = first;
  child.pushedSeq = first;
  child.sndWl1 = req.rcvIsn;
  child.lsndTimeUs = child.nowUs;
  child.totalRetrans = req.retransmits;
  child.tsOffset = req.tsOffset;
  if (child.keepOpen) {
    const timeNs = child.keepaliveTimeNs === 0 ? ns.sysctls.tcp.keepaliveTimeNs : child.keepaliveTimeNs;
    tcpResetKeepaliveTimer(child, timeNs);
  }
  if (req.timeouts > 0) {
    child.undoMarker = req.sntIsn;
    const elapsedMs = Math.floor(((child.nowUs - req.sntSynackUs) | 0) / 1000);
    child.retransStamp = (tcpTimeStampTs(child) - elapsedMs) | 0;
  }
  ns.mib.tcpPassiveOpens++;
  return child;
}

/** What is received, and what was agreed on. */
function setReceiver(child: TcpSock, req: TcpRequest, incoming: TcpIncoming): void {
  const first = (req.rcvIsn + 1) | 0;
  const { rxOpt } = child;
  child.rcvWup = first;
  child.copiedSeq = first;
  child.rcvNxt = first;
  child.segsIn = 1;
  child.ackLrcvTimeUs = child.nowUs;
  rxOpt.tstampOk = req.tstampOk;
  rxOpt.sackOk = req.sackOk;
  rxOpt.wscaleOk = req.wscaleOk;
  rxOpt.sndWscale = req.wscaleOk ? req.sndWscale : 0;
  rxOpt.rcvWscale = req.wscaleOk ? req.rcvWscale : 0;
  rxOpt.mssClamp = req.mss;
  child.windowClamp = req.wscaleOk ? req.windowClamp : Math.min(req.windowClamp, WINDOW_MAX);
  child.rcvSsthresh = req.rcvWnd;
  child.rcvWnd = req.rcvWnd;
  child.sndWnd = incoming.window << rxOpt.sndWscale;
  child.maxWindow = child.sndWnd;
  rxOpt.tsRecent = req.tstampOk ? req.tsRecent : 0;
  rxOpt.tsRecentStamp = req.tstampOk ? tcpSeconds(child.ns) : 0;
  child.tcpHeaderLen = TCP_HEADER_BYTES + (req.tstampOk ? TSTAMP_ALIGNED_BYTES : 0);
  const bytes = incoming.headerLen + incoming.dataBytes;
  if (bytes >= TCP_MSS_DEFAULT + child.tcpHeaderLen) child.lastSegSize = bytes - child.tcpHeaderLen;
  child.ecnFlags = req.ecnOk ? TCP_ECN_OK : 0;
}

/** Twin of tcp_child_process: the segment that ended the handshake. Answers as tcpRcvStateProcess does. */
export function tcpChildProcess(listener: TcpSock, child: TcpSock, incoming: TcpIncoming): number {
  const { state } = child;
  const reason = tcpRcvStateProcess(child, incoming);
  if (state === TCP_SYN_RECV && child.state !== state) listener.socket?.readWaiters.wakeAll();
  return reason;
}
