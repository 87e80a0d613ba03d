/**
 * ICMP input (RFC 792; Linux: icmp_rcv): answers queries, hands replies to the ping sockets and errors to the transport
 * whose datagram they quote.
 */
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns, TransportHandler } from '../netns.ts';
import { pingRcv } from '../socket/ping-rcv.ts';
import { icmpEcho, icmpTimestamp } from './icmp-reply.ts';
import { icmpRedirect, icmpUnreach } from './icmp-unreach.ts';
import { DST_LOCAL, ipRouteInput } from './route.ts';

/** NR_ICMP_TYPES */
const TYPE_MAX = 18;
/** Answers to extended echo requests (RFC 8335), which nobody here sends. */
const EXT_ECHO = 42;
const EXT_ECHO_REPLY = 43;

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
    ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, dev);
    return;
  }
  const type = icmp.type(frame.slab.view, frame.l4);
  ns.mib.countIcmpIn(type);
  const reason = dispatch(ns, dev, frame, type);
  if (reason === 0) ns.machine.stats.deliver(frame);
  else ns.machine.stats.drop(frame, reason, dev);
}

/** 0 when the message was used, else why it dies. The frame stays the caller's. */
function dispatch(ns: Netns, dev: NetDevice, frame: Frame, type: number): DropReason | 0 {
  // The kernel's own answer to these is off unless icmp_echo_enable_probe asks for it.
  if (type === EXT_ECHO) return 0;
  const isUnicast = ipRouteInput(ns, ipv4.dst(frame.slab.view, frame.l3)).type === DST_LOCAL;
  if (!isUnicast && !isForAll(ns, type)) return refuse(ns, Drop.INVALID_PROTO);
  switch (type) {
    case icmp.ECHO_REPLY:
    case EXT_ECHO_REPLY:
      return pingRcv(ns, frame) ? 0 : Drop.NO_SOCKET;
    case icmp.ECHO_REQUEST:
      icmpEcho(ns, frame, isUnicast);
      return 0;
    case icmp.TIMESTAMP_REQUEST:
      return icmpTimestamp(ns, frame, isUnicast);
    case icmp.DEST_UNREACH:
    case icmp.TIME_EXCEEDED:
    case icmp.PARAMETER_PROBLEM:
    case icmp.SOURCE_QUENCH:
      return icmpUnreach(ns, dev, frame);
    case icmp.REDIRECT:
      return icmpRedirect(ns, dev, frame);
    default:
      // The obsolete types are consumed without an answer (icmp_discard).
      return type > TYPE_MAX ? refuse(ns, Drop.UNHANDLED_PROTO) : 0;
  }
}

function refuse(ns: Netns, reason: DropReason): DropReason {
  ns.mib.icmpInErrors++;
  return reason;
}

/** RFC 1122 3.2.2.6 and 3.2.2.8: what may come by broadcast or to a group. */
function isForAll(ns: Netns, type: number): boolean {
  if (type === icmp.ECHO_REQUEST || type === icmp.TIMESTAMP_REQUEST) return ns.sysctls.icmpEchoIgnoreBroadcasts === 0;
  return type === icmp.ADDRESS_MASK_REQUEST || type === icmp.ADDRESS_MASK_REPLY;
}

/** ICMP as a transport: the error part is that of the ping sockets and is given by them. */
export function icmpTransport(pingError: TransportHandler['error']): TransportHandler {
  return { receive: icmpRcv, error: pingError };
}
