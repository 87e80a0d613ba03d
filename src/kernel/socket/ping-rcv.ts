/** Echo replies and ICMP errors on their way to the ping socket that asked (Linux: ping_rcv, ping_err). */
import type { Ip4 } from '../../base/addr.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import { updatePmtu } from '../ip/fnhe.ts';
import { doRedirect } from '../ip/redirect.ts';
import { ipRouteOutput } from '../ip/route.ts';
import type { Netns } from '../netns.ts';
import type { SocketError } from './socket-error.ts';
import { icmpErrno } from './socket-error.ts';

/** Hands an echo reply to its socket; false when nobody waits for it. The frame stays the caller's. */
export function pingRcv(ns: Netns, frame: Frame): boolean {
  const v = frame.slab.view;
  const socket = ns.ping.find(icmp.echoId(v, frame.l4));
  if (!socket?.accepts(ipv4.dst(v, frame.l3))) return false;
  return socket.deliver({
    from: ipv4.src(v, frame.l3),
    ttl: ipv4.ttl(v, frame.l3),
    seq: icmp.echoSeq(v, frame.l4),
    id: socket.id,
    options: frame.slab.bytes.slice(frame.l3 + ipv4.HEADER_LEN, frame.l4),
    payload: frame.slab.bytes.slice(frame.l4 + icmp.HEADER_LEN, frame.tail),
    timeNs: ns.machine.sched.now,
  });
}

/** An ICMP error about an echo request of this host; the quoted IP header stands at `quoted`. */
export function pingErr(ns: Netns, frame: Frame, quoted: number, type: number, code: number, info: number): void {
  const v = frame.slab.view;
  const l4 = quoted + ipv4.headerLen(v, quoted);
  if (icmp.type(v, l4) === icmp.ECHO_REPLY) {
    replyErr(ns, frame, ipv4.dst(v, quoted), type, code, info);
    return;
  }
  if (icmp.type(v, l4) !== icmp.ECHO_REQUEST) return;
  const socket = ns.ping.find(icmp.echoId(v, l4));
  if (socket === null || type === icmp.SOURCE_QUENCH) return;
  const told: SocketError = {
    errno: icmpErrno(type, code),
    origin: 'icmp',
    type,
    code,
    info,
    offender: ipv4.src(v, frame.l3),
    ttl: ipv4.ttl(v, frame.l3),
    dst: ipv4.dst(v, quoted),
    seq: icmp.echoSeq(v, l4),
    timeNs: ns.machine.sched.now,
  };
  if (type === icmp.REDIRECT) socket.redirect(frame, told);
  else socket.reportError(told);
}

/** Twin of the end of icmp_err: what routers say about an answer that the kernel sent is about the way to `dst`. */
function replyErr(ns: Netns, frame: Frame, dst: Ip4, type: number, code: number, info: number): void {
  if (type === icmp.REDIRECT) doRedirect(ns, frame, ipRouteOutput(ns, dst));
  else if (type === icmp.DEST_UNREACH && code === icmp.FRAG_NEEDED) updatePmtu(ns, ipRouteOutput(ns, dst), info);
}
