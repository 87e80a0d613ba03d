/** ICMP errors about segments (Linux: tcp_v4_err, tcp_v4_mtu_reduced, tcp_ld_RTO_revert, tcp_req_err; RFC 6069). */
import { seqBetween } from '../../../base/sequence.ts';
import type { Frame } from '../../../link/frame.ts';
import * as icmp from '../../../wire/icmp.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import * as tcp from '../../../wire/tcp.ts';
import { isMtuLocked, updatePmtu } from '../../ip/fnhe.ts';
import { PMTUDISC_DO, PMTUDISC_DONT, PMTUDISC_INTERFACE, PMTUDISC_OMIT, PMTUDISC_PROBE } from '../../ip/output.ts';
import { doRedirect } from '../../ip/redirect.ts';
import { ipRouteOutput, ipRouteOutputVia } from '../../ip/route.ts';
import type { DstEntry } from '../../ip/route.ts';
import type { NetDevice } from '../../netdev.ts';
import type { Netns } from '../../netns.ts';
import { icmpErrno } from '../socket-error.ts';
import { tcpSimpleRetransmit } from './tcp-enter-recovery.ts';
import { tcpSetRto } from './tcp-rtt.ts';
import { tcpDoneWithError } from './tcp-close.ts';
import { tcpRequestDrop } from './tcp-listener.ts';
import { tcpPathMtu, tcpSyncMss } from './tcp-mss.ts';
import { TcpRequest } from './tcp-request.ts';
import { tcpMstampRefresh, TcpSock } from './tcp-sock.ts';
import { ICSK_TIME_RETRANS, TCP_CLOSE, TCP_RTO_INITIAL_US, TCP_SYN_RECV, TCP_SYN_SENT } from './tcp-states.ts';
import { TcpTimeWait } from './tcp-time-wait.ts';
import { tcpResetXmitTimer, tcpWriteTimerHandler } from './tcp-timer.ts';

/** Twin of tcp_v4_err: the quoted segment tells which socket sent it. */
export function tcpErr(ns: Netns, frame: Frame, quoted: number, type: number, code: number, info: number): void {
  const v = frame.slab.view;
  const l4 = quoted + ipv4.headerLen(v, quoted);
  const dev = frame.dev as NetDevice | null;
  const [local, remote] = [ipv4.src(v, quoted), ipv4.dst(v, quoted)];
  const entry = ns.tcp.established.find(local, tcp.srcPort(v, l4), remote, tcp.dstPort(v, l4), dev);
  if (entry === null) {
    ns.mib.icmpInErrors++;
    return;
  }
  if (entry instanceof TcpTimeWait) return;
  const seq = tcp.seq(v, l4);
  if (entry instanceof TcpRequest) {
    requestErr(entry, seq, isFatalForRequest(type, code));
    return;
  }
  if (!(entry instanceof TcpSock) || entry.state === TCP_CLOSE) return;
  const sk = entry;
  if (!seqBetween(seq, sk.sndUna, sk.sndNxt)) {
    ns.mib.tcpExt.OutOfWindowIcmps++;
    return;
  }
  tcpMstampRefresh(sk);
  if (type === icmp.REDIRECT) doRedirect(ns, frame, routeOf(sk));
  else if (type === icmp.DEST_UNREACH && code === icmp.FRAG_NEEDED) tcpV4MtuReduced(sk, info);
  else if (type !== icmp.SOURCE_QUENCH) unreachable(sk, seq, type, code);
}

function isFatalForRequest(type: number, code: number): boolean {
  if (type === icmp.PARAMETER_PROBLEM || type === icmp.TIME_EXCEEDED) return true;
  return type === icmp.DEST_UNREACH && (code === icmp.NET_UNREACH || code === icmp.HOST_UNREACH);
}

/** Twin of tcp_req_err. */
function requestErr(req: TcpRequest, seq: number, isFatal: boolean): void {
  const { ns } = req.listener;
  if (seq !== req.sntIsn) ns.mib.tcpExt.OutOfWindowIcmps++;
  else if (isFatal) {
    tcpRequestDrop(req);
    ns.mib.tcpExt.ListenDrops++;
  }
}

/** While it connects it is over; one that stands only notes what to say when it gives up (RFC 1122 4.2.3.9). */
function unreachable(sk: TcpSock, seq: number, type: number, code: number): void {
  const errno = icmpErrno(type, code);
  const isPassing = code === icmp.NET_UNREACH || code === icmp.HOST_UNREACH;
  if (type === icmp.DEST_UNREACH && isPassing) revertRto(sk, seq);
  if (sk.state === TCP_SYN_SENT || sk.state === TCP_SYN_RECV) tcpDoneWithError(sk, errno);
  else sk.errorSoft = errno;
}

/** Twin of tcp_ld_RTO_revert (RFC 6069): the way was broken, not crowded. */
function revertRto(sk: TcpSock, seq: number): void {
  if (seq !== sk.sndUna || sk.retransmits === 0 || sk.backoff === 0) return;
  const segment = sk.rtxQueue.head;
  if (segment === null) return;
  sk.backoff--;
  if (sk.srttUs === 0) sk.rtoUs = TCP_RTO_INITIAL_US;
  else tcpSetRto(sk);
  sk.rtoUs = Math.min(sk.rtoUs * 2 ** sk.backoff, sk.ns.sysctls.tcp.rtoMaxMs * 1000);
  const remainingUs = sk.rtoUs - ((sk.nowUs - segment.mstampUs) | 0);
  if (remainingUs > 0) tcpResetXmitTimer(sk, ICSK_TIME_RETRANS, remainingUs);
  else tcpWriteTimerHandler(sk);
}

function routeOf(sk: TcpSock): DstEntry {
  const { ns, remoteAddress, sourceAddress, boundDevice } = sk;
  if (boundDevice !== null) return ipRouteOutputVia(ns, remoteAddress, boundDevice, sourceAddress);
  return ipRouteOutput(ns, remoteAddress, sourceAddress, sk.tos & ~3, sk.mark);
}

/** Twin of tcp_v4_mtu_reduced: smaller segments, and those that were too long again. */
function tcpV4MtuReduced(sk: TcpSock, mtu: number): void {
  const { ns, pmtuDiscovery } = sk;
  updatePmtu(ns, routeOf(sk), mtu);
  const dst = routeOf(sk);
  if (dst.dev === null) return;
  sk.dst = dst;
  const pathMtu = tcpPathMtu(sk, dst);
  const isDfSet = pmtuDiscovery === PMTUDISC_DO || (pmtuDiscovery !== PMTUDISC_DONT && !isMtuLocked(dst));
  if (mtu < pathMtu && isDfSet) sk.errorSoft = 'EMSGSIZE';
  const isDeaf =
    pmtuDiscovery === PMTUDISC_DONT || pmtuDiscovery === PMTUDISC_INTERFACE || pmtuDiscovery === PMTUDISC_OMIT;
  if (isDeaf || pmtuDiscovery === PMTUDISC_PROBE || sk.pmtuCookie <= pathMtu) return;
  tcpSyncMss(sk, pathMtu);
  tcpSimpleRetransmit(sk);
}
