/** TCP over IPv4: what comes in (Linux: tcp_v4_rcv, tcp_v4_do_rcv). */
import { assert } from '../../../base/assert.ts';
import { Drop } from '../../../link/drop.ts';
import type { Frame } from '../../../link/frame.ts';
import { PACKET_HOST } from '../../../link/frame.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import * as tcp from '../../../wire/tcp.ts';
import type { NetDevice } from '../../netdev.ts';
import type { Netns, TransportHandler } from '../../netns.ts';
import { trueSize } from '../../truesize.ts';
import { cookieV4Check, tcpCheckReq } from './tcp-check-req.ts';
import { tcpChildProcess } from './tcp-child.ts';
import { tcpConnRequest } from './tcp-conn-request.ts';
import type { TcpEntry } from './tcp-entry.ts';
import { tcpErr } from './tcp-err.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpRcvEstablished } from './tcp-input.ts';
import { tcpRcvStateProcess } from './tcp-state-process.ts';
import { tcpRequestDrop } from './tcp-listener.ts';
import { tcpSendReset, tcpTimewaitAck } from './tcp-reply.ts';
import { TcpRequest } from './tcp-request.ts';
import { tcpMstampRefresh, TcpSock } from './tcp-sock.ts';
import { TCP_ESTABLISHED, TCP_LISTEN, TCP_SEND_RESET } from './tcp-states.ts';
import { killed, TCP_TW_ACK, TCP_TW_RST, TCP_TW_SYN, TcpTimeWait, tcpTimewaitStateProcess } from './tcp-time-wait.ts';

const REASON_MASK = TCP_SEND_RESET - 1;

/** Twin of tcp_v4_rcv. Takes ownership; `frame.l4` stands at the TCP header. */
function tcpRcv(ns: Netns, dev: NetDevice, frame: Frame): void {
  const { stats } = ns.machine;
  const reason = receive(ns, dev, frame);
  ns.tcp.incoming.frame = null;
  if (reason === 0) stats.deliver(frame);
  else stats.drop(frame, reason as typeof Drop.NOT_SPECIFIED, dev);
}

/** 0 when the segment was of use, else why it dies. The frame stays the caller's. */
function receive(ns: Netns, dev: NetDevice, frame: Frame): number {
  if (frame.packetType !== PACKET_HOST) return Drop.NOT_SPECIFIED;
  const { mib } = ns;
  mib.tcpInSegs++;
  const { slab, l3, l4, tail } = frame;
  const v = slab.view;
  if (tail - l4 < tcp.HEADER_LEN) return Drop.NOT_SPECIFIED;
  const headerLen = tcp.headerLen(v, l4);
  if (headerLen < tcp.HEADER_LEN) {
    mib.tcpInErrs++;
    return Drop.PKT_TOO_SMALL;
  }
  if (headerLen > tail - l4) return Drop.NOT_SPECIFIED;
  const src = ipv4.src(v, l3);
  const dst = ipv4.dst(v, l3);
  if (!frame.hasGoodSum && !tcp.checksumOk(slab, l4, tail - l4, src, dst)) {
    mib.tcpInCsumErrors++;
    mib.tcpInErrs++;
    return Drop.TCP_CSUM;
  }
  const incoming = fillIncoming(ns, frame, headerLen);
  const entry = ns.tcp.established.find(dst, tcp.dstPort(v, l4), src, tcp.srcPort(v, l4), dev);
  if (entry === null) return receiveUnknown(ns, dev, incoming, 0);
  return entry instanceof TcpSock ? doRcv(entry, incoming) : receiveMini(ns, dev, entry, incoming);
}

/** Twin of tcp_v4_fill_cb. */
function fillIncoming(ns: Netns, frame: Frame, headerLen: number): TcpIncoming {
  const { incoming } = ns.tcp;
  const { l4 } = frame;
  const v = frame.slab.view;
  const flags = tcp.flags(v, l4);
  const dataBytes = frame.tail - l4 - headerLen;
  incoming.frame = frame;
  incoming.seq = tcp.seq(v, l4);
  incoming.endSeq = (incoming.seq + dataBytes + ((flags >> 1) & 1) + (flags & 1)) | 0;
  incoming.ackSeq = tcp.ack(v, l4);
  incoming.tcpFlags = flags;
  incoming.window = tcp.window(v, l4);
  incoming.headerLen = headerLen;
  incoming.dataOffset = l4 + headerLen;
  incoming.dataBytes = dataBytes;
  incoming.urgent = tcp.urgent(v, l4);
  incoming.ipDsfield = ipv4.tos(v, frame.l3);
  incoming.trueBytes = trueSize(frame);
  return incoming;
}

/** Twin of tcp_v4_do_rcv for a full socket that does not listen. Hot path. */
function doRcv(sk: TcpSock, incoming: TcpIncoming): number {
  tcpMstampRefresh(sk);
  sk.rxOpt.numSacks = 0;
  sk.segsIn++;
  if (incoming.dataBytes > 0) sk.dataSegsIn++;
  const reason = sk.state === TCP_ESTABLISHED ? tcpRcvEstablished(sk, incoming) : tcpRcvStateProcess(sk, incoming);
  return reason < TCP_SEND_RESET ? reason : resetFor(sk, incoming, reason);
}

/** Slow path. */
function resetFor(sk: TcpSock, incoming: TcpIncoming, reason: number): number {
  tcpSendReset(sk.ns, incoming, true, sk.boundDevice);
  return reason & REASON_MASK;
}

/** A listener may have it, or nobody does. Slow path. */
function receiveUnknown(ns: Netns, dev: NetDevice, incoming: TcpIncoming, isn: number): number {
  const frame = incoming.frame!;
  const v = frame.slab.view;
  const { l3, l4 } = frame;
  const sk = ns.tcp.lookupListener(ipv4.src(v, l3), tcp.srcPort(v, l4), ipv4.dst(v, l3), tcp.dstPort(v, l4), dev);
  if (sk !== null) return listenRcv(sk, incoming, isn);
  tcpSendReset(ns, incoming, false, null);
  return Drop.NO_SOCKET;
}

/** Twins of tcp_v4_do_rcv and tcp_rcv_state_process for a listener. */
function listenRcv(sk: TcpSock, incoming: TcpIncoming, isn: number): number {
  const { tcpFlags } = incoming;
  if ((tcpFlags & tcp.FLAG_SYN) === 0) {
    const found = cookieV4Check(sk, incoming);
    if (typeof found === 'number') return found;
    if (found !== sk) return childRcv(sk, found, incoming);
  }
  if ((tcpFlags & tcp.FLAG_ACK) !== 0) {
    tcpSendReset(sk.ns, incoming, true, sk.boundDevice);
    return Drop.TCP_FLAGS;
  }
  if ((tcpFlags & tcp.FLAG_RST) !== 0) return Drop.TCP_RESET;
  if ((tcpFlags & tcp.FLAG_SYN) === 0 || (tcpFlags & tcp.FLAG_FIN) !== 0) return Drop.TCP_FLAGS;
  tcpConnRequest(sk, incoming, isn);
  return 0;
}

function childRcv(listener: TcpSock, child: TcpSock, incoming: TcpIncoming): number {
  child.rxOpt.numSacks = 0;
  const reason = tcpChildProcess(listener, child, incoming);
  return reason < TCP_SEND_RESET ? reason : resetFor(child, incoming, reason);
}

/** For a request or what is left of a connection. Slow path. */
function receiveMini(ns: Netns, dev: NetDevice, entry: TcpEntry, incoming: TcpIncoming): number {
  if (entry instanceof TcpTimeWait) return timeWaitRcv(ns, dev, entry, incoming);
  assert(entry instanceof TcpRequest, 'what is no socket and not in TIME_WAIT is a request');
  const req = entry;
  const { listener } = req;
  if (listener.state !== TCP_LISTEN || listener.listener === null) {
    tcpRequestDrop(req);
    return receiveUnknown(ns, dev, incoming, 0);
  }
  const found = tcpCheckReq(req, incoming);
  if (typeof found === 'number') return found;
  return found === listener ? listenRcv(listener, incoming, 0) : childRcv(listener, found, incoming);
}

const answer = { isn: 0, reason: 0 };

function timeWaitRcv(ns: Netns, dev: NetDevice, tw: TcpTimeWait, incoming: TcpIncoming): number {
  answer.reason = 0;
  const status = tcpTimewaitStateProcess(tw, incoming, answer);
  if (status === TCP_TW_SYN) {
    const frame = incoming.frame!;
    const v = frame.slab.view;
    const { remoteAddress, remotePort, localPort } = tw;
    const sk = ns.tcp.lookupListener(remoteAddress, remotePort, ipv4.dst(v, frame.l3), localPort, dev);
    if (sk !== null) {
      killed(tw);
      return listenRcv(sk, incoming, answer.isn);
    }
  }
  if (status === TCP_TW_SYN || status === TCP_TW_ACK) tcpTimewaitAck(tw, incoming);
  else if (status === TCP_TW_RST) {
    tcpSendReset(ns, incoming, true, tw.boundDevice);
    killed(tw);
  }
  return answer.reason;
}

/** TCP, for the table of transports. */
export const tcpTransport: TransportHandler = { receive: tcpRcv, error: tcpErr };
