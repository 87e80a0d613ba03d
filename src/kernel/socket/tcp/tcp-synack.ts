/**
 * The SYN,ACK of a request (Linux: tcp_make_synack, tcp_v4_send_synack, tcp_rtx_synack) and its timer
 * (reqsk_timer_handler).
 */
import { tcpClockMs, tcpClockUs } from './tcp-timestamp.ts';
import { Timer } from '../../../sim/timer.ts';
import { finishSum, sumBytes, sumPseudoHeader } from '../../../wire/checksum.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import { synOptionsLength, writeSynOptions } from '../../../wire/tcp-options.ts';
import * as tcp from '../../../wire/tcp.ts';
import { ipSend } from '../../ip/output.ts';
import type { DstEntry } from '../../ip/route.ts';
import { DST_LOCAL, DST_UNICAST, ipRouteOutput, ipRouteOutputVia } from '../../ip/route.ts';
import { tcpRequestDrop } from './tcp-listener.ts';
import { dstMetricAdvmss, tcpMssClamp } from './tcp-mss.ts';
import type { TcpRequest } from './tcp-request.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_LISTEN, TCP_RTO_INITIAL_US } from './tcp-states.ts';
import { cookieInitTimestamp } from './tcp-syncookies.ts';

const ECN_MASK = 3;
const WINDOW_MAX = 65_535;

/** Twin of inet_csk_route_req: the way back, null when there is none. */
export function tcpRouteRequest(sk: TcpSock, req: TcpRequest): DstEntry | null {
  const { ns } = sk;
  const { localAddress, remoteAddress } = req;
  const way =
    req.boundDevice === null
      ? ipRouteOutput(ns, remoteAddress, localAddress, sk.tos & ~ECN_MASK, req.mark)
      : ipRouteOutputVia(ns, remoteAddress, req.boundDevice, localAddress);
  if (way.type !== DST_UNICAST && way.type !== DST_LOCAL) {
    ns.mib.ipOutNoRoutes++;
    return null;
  }
  return way;
}

/** Twin of tcp_v4_send_synack. False when it could not be sent. */
export function tcpSendSynackOf(req: TcpRequest): boolean {
  const sk = req.listener;
  const { ns } = sk;
  const dst = tcpRouteRequest(sk, req);
  if (dst === null) return false;
  const nowMs = tcpClockMs(ns);
  const tsval = ((req.isCookie ? cookieInitTimestamp(req, nowMs) : nowMs) + req.tsOffset) | 0;
  if (!req.isAnswered) {
    req.isAnswered = true;
    req.sntSynackUs = tcpClockUs(ns);
    req.tsvalFirst = tsval;
  }
  req.tsvalLast = tsval;
  const options = {
    mss: tcpMssClamp(sk, dstMetricAdvmss(sk, dst)),
    hasTimestamps: req.tstampOk,
    tsval,
    tsecr: req.tsRecent,
    hasSack: req.sackOk,
    wscale: req.wscaleOk ? req.rcvWscale : -1,
  };
  const headerLen = tcp.HEADER_LEN + synOptionsLength(options);
  const frame = ns.machine.stats.take(ipv4.HEADER_LEN + headerLen);
  if (sk.account !== null) ns.machine.stats.charge(frame, sk.account);
  const v = frame.slab.view;
  const l4 = frame.l3 + ipv4.HEADER_LEN;
  frame.l4 = l4;
  frame.tail = l4 + headerLen;
  frame.mark = req.mark;
  tcp.emit(v, l4, {
    srcPort: req.localPort,
    dstPort: req.remotePort,
    seq: req.sntIsn >>> 0,
    ack: req.rcvNxt >>> 0,
    headerLen,
    flags: tcp.FLAG_SYN | tcp.FLAG_ACK | (req.ecnOk ? tcp.FLAG_ECE : 0),
    window: Math.min(req.rcvWnd, WINDOW_MAX),
    checksum: 0,
    urgent: 0,
  });
  writeSynOptions(v, l4 + tcp.HEADER_LEN, options);
  const { localAddress, remoteAddress } = req;
  const pseudo = sumPseudoHeader(localAddress, remoteAddress, ipv4.PROTO_TCP, headerLen);
  tcp.setChecksum(v, l4, finishSum(sumBytes(frame.slab, l4, headerLen, pseudo)));
  frame.hasGoodSum = true;
  frame.hash = req.txHash;
  ns.mib.tcpOutSegs++;
  const tos = ns.sysctls.tcp.reflectTos === 0 ? sk.tos : req.synTos & ~ECN_MASK;
  const ttl = sk.ttl === 0 ? ns.sysctls.ipDefaultTtl : sk.ttl;
  return ipSend(ns, dst, frame, localAddress, ipv4.PROTO_TCP, tos, ttl, ipv4.DF, 0) === '';
}

/** Twin of tcp_rtx_synack. */
export function tcpRtxSynack(req: TcpRequest): boolean {
  const { mib, tcp: table } = req.listener.ns;
  req.txHash = table.nextTxHash();
  if (!tcpSendSynackOf(req)) return false;
  mib.tcpRetransSegs++;
  mib.tcpExt.TCPSynRetrans++;
  req.retransmits++;
  return true;
}

/** Twin of tcp_reqsk_timeout. */
export function tcpRequestTimeoutNs(req: TcpRequest): number {
  const maxNs = req.listener.ns.sysctls.tcp.rtoMaxMs * 1_000_000;
  return Math.min(TCP_RTO_INITIAL_US * 1000 * 2 ** req.timeouts, maxNs);
}

/** Twin of inet_csk_reqsk_queue_hash_add: the request stands in the table, and its timer runs. */
export function tcpRequestAdd(req: TcpRequest): void {
  const { ns, listener: queue } = req.listener;
  req.timer = new Timer(ns.machine.sched, ns.machine.source, () => {
    requestTimeout(req);
  });
  req.timer.arm(tcpRequestTimeoutNs(req));
  ns.tcp.established.add(req);
  queue!.requests++;
  queue!.young++;
}

/** Twin of reqsk_timer_handler. */
function requestTimeout(req: TcpRequest): void {
  const sk = req.listener;
  const { ns, listener: queue } = sk;
  if (sk.state !== TCP_LISTEN || queue === null) {
    tcpRequestDrop(req);
    return;
  }
  const isOver = req.timeouts >= retriesOf(req);
  ns.mib.tcpExt.TCPTimeouts++;
  if (isOver || (!tcpRtxSynack(req) && !req.isAcked)) {
    tcpRequestDrop(req);
    return;
  }
  if (req.timeouts++ === 0) queue.young--;
  req.timer?.arm(tcpRequestTimeoutNs(req));
}

/** A queue that is more than half full gives up the old ones sooner. */
function retriesOf(req: TcpRequest): number {
  const sk = req.listener;
  const queue = sk.listener!;
  let retries = sk.synRetries === 0 ? sk.ns.sysctls.tcp.synackRetries : sk.synRetries;
  if (queue.requests * 2 <= Math.max(8, queue.backlogMax)) return retries;
  let young = queue.young * 2;
  while (retries > 2 && queue.requests >= young) {
    retries--;
    young *= 2;
  }
  return retries;
}
