/** A SYN comes to a listener (Linux: tcp_conn_request, tcp_v4_conn_request). */
import { formatIp4 } from '../../../base/addr.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import { tcpParseOptions } from '../../../wire/tcp-options.ts';
import * as tcp from '../../../wire/tcp.ts';
import { DST_LOCAL, ipRouteInput } from '../../ip/route.ts';
import { KERN_INFO } from '../../kernel-log.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpListener } from './tcp-listener.ts';
import { TcpRequest } from './tcp-request.ts';
import { tcpOpenreqInitRwin } from './tcp-request-window.ts';
import { TcpOptionsReceived } from './tcp-sock.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_MSS_DEFAULT } from './tcp-states.ts';
import { tcpRequestAdd, tcpRouteRequest, tcpSendSynackOf } from './tcp-synack.ts';
import { cookieInitSequence } from './tcp-syncookies.ts';

const ECN_SETUP = tcp.FLAG_ECE | tcp.FLAG_CWR;
/** The reserved bits of the header's fourth word, as they stand beside the offset. */
const RESERVED_MASK = 0x0f;
const DATA_OFFSET = 12;

/** `isn` is that of a TIME_WAIT that makes room, 0 for none. Nothing that comes of it is an error for the peer. */
export function tcpConnRequest(sk: TcpSock, incoming: TcpIncoming, isn: number): void {
  const { ns } = sk;
  const queue = sk.listener!;
  const frame = incoming.frame!;
  const v = frame.slab.view;
  const isUnicast = ipRouteInput(ns, ipv4.dst(v, frame.l3)).type === DST_LOCAL;
  if (!isUnicast) {
    ns.mib.tcpExt.ListenDrops++;
    return;
  }
  let wantsCookie = false;
  if ((ns.sysctls.tcp.syncookies === 2 || queue.hasTooManyRequests) && isn === 0) {
    wantsCookie = synFloodAction(sk, queue);
    if (!wantsCookie) {
      ns.mib.tcpExt.ListenDrops++;
      return;
    }
  }
  if (queue.isFull) {
    ns.mib.tcpExt.ListenOverflows++;
    ns.mib.tcpExt.ListenDrops++;
    return;
  }
  const req = openRequest(sk, incoming, wantsCookie);
  const dst = tcpRouteRequest(sk, req);
  if (dst === null || (!wantsCookie && isn === 0 && isOverBacklog(sk, queue))) {
    ns.mib.tcpExt.ListenDrops++;
    return;
  }
  req.dst = dst;
  setEcn(req, incoming);
  if (wantsCookie) {
    req.sntIsn = cookieInitSequence(req);
    if (!req.tstampOk) req.ecnOk = false;
  } else req.sntIsn = isn === 0 ? initialSequence(req) : isn;
  tcpOpenreqInitRwin(req, dst);
  if (!wantsCookie) tcpRequestAdd(req);
  tcpSendSynackOf(req);
}

/** Twin of tcp_syn_flood_action: whether cookies are to be sent; says so once. */
function synFloodAction(sk: TcpSock, queue: TcpListener): boolean {
  const { ns } = sk;
  const { syncookies } = ns.sysctls.tcp;
  if (syncookies === 0) ns.mib.tcpExt.TCPReqQFullDrop++;
  else ns.mib.tcpExt.TCPReqQFullDoCookies++;
  if (syncookies !== 2 && !queue.hasWarned) {
    queue.hasWarned = true;
    const where = `${formatIp4(sk.localAddress)}:${sk.localPort}`;
    const what = syncookies === 0 ? 'Dropping request' : 'Sending cookies';
    ns.machine.log.write(KERN_INFO, `TCP: request_sock_TCP: Possible SYN flooding on port ${where}. ${what}.`);
  }
  return syncookies !== 0;
}

/** Without cookies, the last quarter of the backlog is for peers that are known to live. */
function isOverBacklog(sk: TcpSock, queue: TcpListener): boolean {
  const { syncookies, maxSynBacklog } = sk.ns.sysctls.tcp;
  return syncookies === 0 && maxSynBacklog - queue.requests < maxSynBacklog >> 2;
}

/** Twin of tcp_openreq_init, with the options of the SYN. */
function openRequest(sk: TcpSock, incoming: TcpIncoming, wantsCookie: boolean): TcpRequest {
  const { ns } = sk;
  const frame = incoming.frame!;
  const v = frame.slab.view;
  const [local, remote] = [ipv4.dst(v, frame.l3), ipv4.src(v, frame.l3)];
  const req = new TcpRequest(sk, local, tcp.dstPort(v, frame.l4), remote, tcp.srcPort(v, frame.l4));
  const options = new TcpOptionsReceived();
  options.mssClamp = TCP_MSS_DEFAULT;
  options.userMss = sk.rxOpt.userMss;
  tcpParseOptions(v, frame.l4, incoming.headerLen, options, false, ns.sysctls.tcp);
  const hasOptions = !wantsCookie || options.sawTstamp;
  req.isCookie = wantsCookie;
  req.rcvIsn = incoming.seq;
  req.rcvNxt = (incoming.seq + 1) | 0;
  req.mss = options.mssClamp;
  req.tstampOk = options.sawTstamp;
  req.tsRecent = options.sawTstamp ? options.rcvTsval : 0;
  req.sackOk = hasOptions && options.sackOk;
  req.wscaleOk = hasOptions && options.wscaleOk;
  req.sndWscale = req.wscaleOk ? options.sndWscale : 0;
  req.synTos = incoming.ipDsfield;
  req.mark = sk.mark;
  if (ns.sysctls.tcp.timestamps === 1) req.tsOffset = ns.tcp.secrets.tsOffset(local, remote);
  return req;
}

function initialSequence(req: TcpRequest): number {
  const { ns } = req.listener;
  const { localAddress, localPort, remoteAddress, remotePort } = req;
  return ns.tcp.secrets.seq(localAddress, localPort, remoteAddress, remotePort, ns.machine.sched.now);
}

/** Twin of tcp_ecn_create_request. */
function setEcn(req: TcpRequest, incoming: TcpIncoming): void {
  if ((incoming.tcpFlags & ECN_SETUP) !== ECN_SETUP || req.listener.ns.sysctls.tcp.ecn === 0) return;
  const frame = incoming.frame!;
  const hasReserved = (frame.slab.view.getUint8(frame.l4 + DATA_OFFSET) & RESERVED_MASK) !== 0;
  req.ecnOk = (incoming.ipDsfield & 3) === 0 || hasReserved;
}
