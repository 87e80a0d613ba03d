/** A segment for a request: the end of the handshake, or none (Linux: tcp_check_req, cookie_v4_check). */
import { seqAfter, seqBetween } from '../../../base/sequence.ts';
import { Drop } from '../../../link/drop.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import { tcpParseOptions } from '../../../wire/tcp-options.ts';
import * as tcp from '../../../wire/tcp.ts';
import { tcpSynRecvSock } from './tcp-child.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpRequestDrop } from './tcp-listener.ts';
import { tcpRequestAck, tcpSendReset } from './tcp-reply.ts';
import { TcpRequest } from './tcp-request.ts';
import {
  tcpChallengeIsLimited,
  tcpInWindow,
  tcpOowIsLimited,
  tcpPawsReject,
  tcpSeconds,
} from './tcp-request-checks.ts';
import { tcpOpenreqInitRwin } from './tcp-request-window.ts';
import { TcpOptionsReceived } from './tcp-sock.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpRequestTimeoutNs, tcpRouteRequest, tcpRtxSynack } from './tcp-synack.ts';
import { cookieEcnOk, cookieMss, cookieTimestampDecode } from './tcp-syncookies.ts';

const FLAGS = tcp.FLAG_RST | tcp.FLAG_SYN | tcp.FLAG_ACK;

const options = new TcpOptionsReceived();

/**
 * Twin of tcp_check_req: the child, the listener where it is none of the request's, or a drop reason (it may be
 * 0: the segment was worth it).
 */
export function tcpCheckReq(req: TcpRequest, incoming: TcpIncoming): TcpSock | number {
  const { listener } = req;
  const flags = incoming.tcpFlags & FLAGS;
  readOptions(req, incoming);
  const isOld = options.sawTstamp && tcpPawsReject(listener.ns, options, (flags & tcp.FLAG_RST) !== 0);
  if (incoming.seq === req.rcvIsn && flags === tcp.FLAG_SYN && !isOld) return synAgain(req, incoming);
  if ((flags & tcp.FLAG_RST) !== 0) return resetOfRequest(req, incoming, isOld);
  const isAck = (flags & tcp.FLAG_ACK) !== 0;
  if (isAck && incoming.ackSeq !== ((req.sntIsn + 1) | 0)) return listener;
  const reason = outOfWindow(req, incoming, isOld);
  if (reason !== 0) return reason;
  if (options.sawTstamp && !seqAfter(incoming.seq, req.rcvNxt)) req.tsRecent = options.rcvTsval;
  // A SYN at the beginning is behind us, what follows it is in the window.
  if ((flags & tcp.FLAG_SYN) !== 0 && incoming.seq !== req.rcvIsn) {
    listener.ns.mib.tcpAttemptFails++;
    return embryonicReset(req, incoming, Drop.TCP_INVALID_SYN);
  }
  if (!isAck) return Drop.TCP_FLAGS;
  const child = tcpSynRecvSock(req, incoming);
  if (child !== null) return child;
  if (listener.ns.sysctls.tcp.abortOnOverflow !== 0) return embryonicReset(req, incoming, Drop.TCP_LISTEN_OVERFLOW);
  req.isAcked = true;
  return Drop.TCP_LISTEN_OVERFLOW;
}

/** RFC 5961, 3.2: only the very next number takes a request away; another in the window is answered. */
function resetOfRequest(req: TcpRequest, incoming: TcpIncoming, isOld: boolean): number {
  const { ns } = req.listener;
  const reason = outOfWindow(req, incoming, isOld);
  if (reason !== 0) return reason;
  if (incoming.seq !== req.rcvNxt) {
    if (!tcpChallengeIsLimited(ns, req, 'TCPACKSkippedSynRecv')) tcpRequestAck(req, incoming);
    return Drop.TCP_RESET;
  }
  ns.mib.tcpAttemptFails++;
  return embryonicReset(req, incoming, Drop.TCP_RESET);
}

function readOptions(req: TcpRequest, incoming: TcpIncoming): void {
  if (incoming.headerLen === tcp.HEADER_LEN) {
    options.sawTstamp = false;
    return;
  }
  const frame = incoming.frame!;
  const { ns } = req.listener;
  tcpParseOptions(frame.slab.view, frame.l4, incoming.headerLen, options, false, ns.sysctls.tcp);
  if (!options.sawTstamp) return;
  options.tsRecent = req.tsRecent;
  options.tsRecentStamp = tcpSeconds(ns) - Math.floor(tcpRequestTimeoutNs(req) / 1_000_000_000);
}

/** The SYN comes again, so the SYN,ACK goes again; 0 when it is not its turn, either. */
function synAgain(req: TcpRequest, incoming: TcpIncoming): number {
  if (tcpOowIsLimited(req.listener.ns, incoming, req, 'TCPACKSkippedSynRecv')) return 0;
  if (tcpRtxSynack(req)) req.timer?.arm(tcpRequestTimeoutNs(req));
  return 0;
}

/** What is out of the window is acknowledged and dropped; 0 when it is not. */
function outOfWindow(req: TcpRequest, incoming: TcpIncoming, isOld: boolean): number {
  const { ns } = req.listener;
  const isForged =
    options.sawTstamp &&
    options.rcvTsecr !== 0 &&
    req.tstampOk &&
    !seqBetween(options.rcvTsecr, req.tsvalFirst, req.tsvalLast);
  const end = (req.rcvNxt + req.rcvWnd) | 0;
  if (!isOld && !isForged && tcpInWindow(incoming.seq, incoming.endSeq, req.rcvNxt, end)) return 0;
  const isReset = (incoming.tcpFlags & tcp.FLAG_RST) !== 0;
  if (!isReset && !tcpOowIsLimited(ns, incoming, req, 'TCPACKSkippedSynRecv')) tcpRequestAck(req, incoming);
  if (isOld) {
    ns.mib.tcpExt.PAWSEstab++;
    return Drop.TCP_RFC7323_PAWS;
  }
  if (!isForged) return Drop.TCP_OVERWINDOW;
  ns.mib.tcpExt.TSEcrRejected++;
  return Drop.TCP_RFC7323_TSECR;
}

function embryonicReset(req: TcpRequest, incoming: TcpIncoming, reason: number): number {
  const { ns } = req.listener;
  if ((incoming.tcpFlags & tcp.FLAG_RST) === 0) tcpSendReset(ns, incoming, true, req.boundDevice);
  if (tcpRequestDrop(req)) ns.mib.tcpExt.EmbryonicRsts++;
  return reason;
}

/** Twin of cookie_v4_check: the child, the listener where it is no cookie, or why the segment dies. */
export function cookieV4Check(sk: TcpSock, incoming: TcpIncoming): TcpSock | number {
  const { ns } = sk;
  const flags = incoming.tcpFlags & (tcp.FLAG_ACK | tcp.FLAG_RST);
  if (ns.sysctls.tcp.syncookies === 0 || flags !== tcp.FLAG_ACK) return sk;
  const frame = incoming.frame!;
  const v = frame.slab.view;
  const [local, remote] = [ipv4.dst(v, frame.l3), ipv4.src(v, frame.l3)];
  const req = new TcpRequest(sk, local, tcp.dstPort(v, frame.l4), remote, tcp.srcPort(v, frame.l4));
  const mss = cookieMss(ns, sk.listener!, req, incoming);
  if (mss === 0) return sk;
  const found = new TcpOptionsReceived();
  tcpParseOptions(v, frame.l4, incoming.headerLen, found, false, ns.sysctls.tcp);
  if (ns.sysctls.tcp.timestamps === 1) req.tsOffset = ns.tcp.secrets.tsOffset(local, remote);
  if (found.sawTstamp && found.rcvTsecr !== 0) found.rcvTsecr = (found.rcvTsecr - req.tsOffset) | 0;
  if (!cookieTimestampDecode(ns, found)) return Drop.NOT_SPECIFIED;
  req.mss = mss;
  req.rcvIsn = (incoming.seq - 1) | 0;
  req.rcvNxt = incoming.seq;
  req.sntIsn = (incoming.ackSeq - 1) | 0;
  req.tstampOk = found.sawTstamp;
  req.tsRecent = found.sawTstamp ? found.rcvTsval : 0;
  req.sackOk = found.sackOk;
  req.wscaleOk = found.wscaleOk;
  req.sndWscale = found.sndWscale;
  req.mark = sk.mark;
  req.synTos = incoming.ipDsfield;
  const dst = tcpRouteRequest(sk, req);
  if (dst === null) return Drop.IP_OUTNOROUTES;
  tcpOpenreqInitRwin(req, dst);
  req.ecnOk = cookieEcnOk(ns, found);
  return tcpSynRecvSock(req, incoming) ?? Drop.TCP_LISTEN_OVERFLOW;
}
