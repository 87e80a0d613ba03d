/**
 * ICMP input (RFC 792; Linux: icmp_rcv, icmp_echo, icmp_unreach): answers echo requests, hands replies to the ping
 * sockets and errors to the transport whose datagram they quote.
 */
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns, TransportHandler } from '../netns.ts';
import { pingRcv } from '../socket/ping-rcv.ts';
import { rawIcmpError } from '../socket/raw-table.ts';
import { icmpAllow } from './icmp-send.ts';
import { ipSend, routeForReply } from './output.ts';
import { DST_LOCAL, ipRouteInput } from './route.ts';

/** NR_ICMP_TYPES */
const TYPE_MAX = 18;

/** Twin of icmp_rcv. Takes ownership. */
function icmpRcv(ns: Netns, dev: NetDevice, frame: Frame): void {
  ns.mib.icmpInMsgs++;
  const length = frame.tail - frame.l4;
  if (!icmp.checksumOk(frame.slab, frame.l4, length)) {
    ns.mib.icmpInErrors++;
    ns.mib.icmpInCsumErrors++;
    ns.machine.stats.drop(frame, Drop.ICMP_CSUM, dev);
    return;
  }
  if (length < icmp.HEADER_LEN) {
    ns.mib.icmpInErrors++;
    ns.machine.stats.drop(frame, Drop.PKT_TOO_SMALL, dev);
    return;
  }
  const reason = dispatch(ns, dev, frame, icmp.type(frame.slab.view, frame.l4));
  if (reason === 0) {
    ns.machine.stats.deliver(frame);
    return;
  }
  if (reason !== Drop.NO_SOCKET) ns.mib.icmpInErrors++;
  ns.machine.stats.drop(frame, reason, dev);
}

/** 0 when the message was used, else why it dies. The frame stays the caller's. */
function dispatch(ns: Netns, dev: NetDevice, frame: Frame, type: number): DropReason | 0 {
  const isUnicast = ipRouteInput(ns, ipv4.dst(frame.slab.view, frame.l3)).type === DST_LOCAL;
  switch (type) {
    case icmp.ECHO_REQUEST:
      if (!isUnicast && ns.sysctls.icmpEchoIgnoreBroadcasts !== 0) return Drop.INVALID_PROTO;
      if (ns.sysctls.icmpEchoIgnoreAll === 0) icmpReply(ns, frame, isUnicast);
      return 0;
    case icmp.ECHO_REPLY:
      return pingRcv(ns, frame) ? 0 : Drop.NO_SOCKET;
    case icmp.DEST_UNREACH:
    case icmp.TIME_EXCEEDED:
    case icmp.PARAMETER_PROBLEM:
    case icmp.SOURCE_QUENCH:
      return isUnicast ? icmpUnreach(ns, dev, frame) : Drop.INVALID_PROTO;
    default:
      if (type > TYPE_MAX) return Drop.UNHANDLED_PROTO;
      // Redirects and the obsolete query types are consumed without an answer.
      return isUnicast ? 0 : Drop.INVALID_PROTO;
  }
}

/** Twin of icmp_echo and icmp_reply: the same data back, without DF, with the request's TOS. */
function icmpReply(ns: Netns, request: Frame, isUnicast: boolean): void {
  const dst = routeForReply(ns, ipv4.src(request.slab.view, request.l3));
  if (dst?.dev === undefined || dst.dev === null || !icmpAllow(ns, dst, icmp.ECHO_REPLY, 0)) return;
  const length = request.tail - request.l4;
  const frame = ns.machine.stats.take(ipv4.HEADER_LEN + length);
  const slab = frame.slab;
  const v = slab.view;
  frame.l4 = frame.l3 + ipv4.HEADER_LEN;
  frame.tail = frame.l4 + length;
  slab.bytes.copyWithin(frame.l4, request.l4, request.tail);
  icmp.setType(v, frame.l4, icmp.ECHO_REPLY);
  icmp.setChecksum(v, frame.l4, icmp.computeChecksum(slab, frame.l4, length));
  ns.mib.icmpOutMsgs++;
  const requestDst = ipv4.dst(v, request.l3);
  const src = isUnicast ? requestDst : dst.src;
  const tos = ipv4.tos(v, request.l3);
  frame.ignoreDf = true;
  const id = ns.idents.select(src, dst.dst, ipv4.PROTO_ICMP, ns.machine.sched.now, 1);
  ipSend(ns, dst, frame, src, ipv4.PROTO_ICMP, tos, ns.sysctls.ipDefaultTtl, 0, id);
}

/** Twin of icmp_unreach: finds the transport of the quoted datagram. */
function icmpUnreach(ns: Netns, dev: NetDevice, frame: Frame): DropReason | 0 {
  const v = frame.slab.view;
  const quoted = frame.l4 + icmp.HEADER_LEN;
  if (quoted + ipv4.HEADER_LEN > frame.tail || ipv4.version(v, quoted) !== 4) return Drop.PKT_TOO_SMALL;
  const headerLen = ipv4.headerLen(v, quoted);
  if (headerLen < ipv4.HEADER_LEN || quoted + headerLen + 8 > frame.tail) return Drop.PKT_TOO_SMALL;
  const type = icmp.type(v, frame.l4);
  const code = icmp.code(v, frame.l4);
  // That a datagram was not put together in time concerns no socket.
  if (type === icmp.TIME_EXCEEDED && code === icmp.REASSEMBLY_EXCEEDED) return 0;
  if (type === icmp.DEST_UNREACH && code > icmp.PRECEDENCE_CUTOFF) return 0;
  const isFragNeeded = type === icmp.DEST_UNREACH && code === icmp.FRAG_NEEDED;
  const protocol = ipv4.protocol(v, quoted);
  const policy = ns.sysctls.ipNoPmtuDisc;
  if (isFragNeeded && (policy === 2 || (policy === 3 && protocol !== ipv4.PROTO_TCP))) return 0;
  // Who does not listen to numbers takes the least.
  const info = isFragNeeded && (policy === 0 || policy === 3) ? icmp.nextHopMtu(v, frame.l4) : 0;
  if (ns.rawSockets !== null) rawIcmpError(ns, dev, frame, quoted, type, code, info);
  ns.handlers.transports[protocol]?.error(ns, frame, quoted, type, code, info);
  return 0;
}

/** ICMP as a transport: the error part is that of the ping sockets and is given by them. */
export function icmpTransport(pingError: TransportHandler['error']): TransportHandler {
  return { receive: icmpRcv, error: pingError };
}
