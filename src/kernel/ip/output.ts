/**
 * IP output: from a finished IP datagram to a frame on an interface. Twins: ip_local_out, ip_output, ip_finish_output2,
 * neigh_output.
 */
import type { Ip4 } from '../../base/addr.ts';
import { isMulticastIp4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Errno } from '../errno.ts';
import type { Mib } from '../mib.ts';
import type { NetDevice } from '../netdev.ts';
import { devQueueXmit } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { NF_INET_POST_ROUTING } from '../nf/hooks.ts';
import type { XfrmPolicy } from '../xfrm/policy.ts';
import { dstMtu, freshEntry } from './fnhe.ts';
import { ipFragment } from './fragment.ts';
import type { Neighbour } from './neigh.ts';
import { NUD_CONNECTED, NUD_NOARP } from './neigh.ts';
import type { DstEntry } from './route.ts';
import { DST_BROADCAST, DST_LOCAL, DST_MULTICAST, DST_UNICAST, ipRouteOutput } from './route.ts';

/** IP_MTU_DISCOVER of a socket: never DF, DF where it fits, always DF (linux/in.h). */
export const PMTUDISC_DONT = 0;
export const PMTUDISC_WANT = 1;
export const PMTUDISC_DO = 2;
/** DF, and what was learned of the path does not count: for those who look for it. */
export const PMTUDISC_PROBE = 3;
/** Never DF, and only the interface's MTU counts; what is longer is refused. */
export const PMTUDISC_INTERFACE = 4;
/** The same, but what is longer is fragmented. */
export const PMTUDISC_OMIT = 5;

/**
 * Writes the 20-byte IP header in front of `frame.l4` and sends (ip_build_and_send_pkt, ip_push_pending_frames). The
 * caller has filled the transport header and payload up to `frame.tail`. `flags` is the DF bit; `id` the
 * identification chosen by the caller's rules. Answers what the sender hears: '' or why netfilter did not let it go.
 */
export function ipSend(
  ns: Netns,
  dst: DstEntry,
  frame: Frame,
  src: Ip4,
  protocol: number,
  tos: number,
  ttl: number,
  flags: number,
  id: number,
): Errno {
  const v = frame.slab.view;
  ipv4.writeHeader(v, frame.l3, tos, frame.tail - frame.l3, id, flags, ttl, protocol, src, dst.dst);
  return ipLocalOut(ns, dst, frame);
}

/** Twin of ip_send_skb: a datagram of this host, whole, with its header. Answers as `ipSend` does. */
export function ipLocalOut(ns: Netns, dst: DstEntry, frame: Frame): Errno {
  ns.mib.ipOutRequests++;
  if (ns.netfilter !== null || ns.machine.stats.trace !== null) return sendOtherwise(ns, dst, frame);
  return ipOutput(ns, dst, frame);
}

/** Slow path. */
function sendOtherwise(ns: Netns, dst: DstEntry, frame: Frame): Errno {
  const errno = localOutOtherwise(ns, dst, frame);
  if (errno !== '') ns.mib.ipOutDiscards++;
  return errno;
}

/** Twin of ip_local_out: as `ipLocalOut`, but what is refused is not counted. Slow path. */
export function ipLocalOutUncounted(ns: Netns, dst: DstEntry, frame: Frame): Errno {
  ns.mib.ipOutRequests++;
  return localOutOtherwise(ns, dst, frame);
}

/** Somebody watches: behind netfilter's point for what this host sends, the way may be another. Slow path. */
function localOutOtherwise(ns: Netns, dst: DstEntry, frame: Frame): Errno {
  if (ns.machine.stats.trace !== null) traceRoute(ns, frame, dst, 'output');
  const hooks = ns.netfilter;
  if (hooks === null) return ipOutput(ns, dst, frame);
  const passed = hooks.runLocalOut(frame, dst);
  return passed === null ? hooks.errno : ipOutput(ns, hooks.dst ?? dst, passed);
}

/** Twin of ip_output / ip_mc_output: fragments what is too long for the way. Answers as `ipSend` does. */
export function ipOutput(ns: Netns, dst: DstEntry, frame: Frame): Errno {
  const dev = dst.dev;
  // The types are numbered so that one comparison finds those of plain traffic.
  if (dev === null || dst.hasOwnMtu || dst.type >= DST_BROADCAST) return outputSpecial(ns, dst, frame);
  return ipOutputSized(ns, dst, dev, frame, dev.mtu);
}

/** No way, a way to many, or a way with an MTU of its own. Slow path. */
function outputSpecial(ns: Netns, dst: DstEntry, frame: Frame): Errno {
  const dev = dst.dev;
  if (dev === null) {
    ns.mib.ipOutNoRoutes++;
    ns.machine.stats.drop(frame, Drop.IP_OUTNOROUTES, null);
    return '';
  }
  if (dst.type === DST_BROADCAST || dst.type === DST_MULTICAST) {
    if (!dev.isLoopback && !outputToMany(ns, dst, dev, frame)) return '';
  }
  if (dst.hasOwnMtu) return outputByException(ns, dst, frame);
  return ipOutputSized(ns, dst, dev, frame, dev.mtu);
}

/** The route names an MTU, or something was learned, which may be too long ago by now. Slow path. */
function outputByException(ns: Netns, dst: DstEntry, frame: Frame): Errno {
  const entry = freshEntry(ns, dst);
  if (entry.dev === null) return ipOutput(ns, entry, frame);
  return ipOutputSized(ns, entry, entry.dev, frame, dstMtu(ns, entry));
}

/**
 * Twin of __ip_finish_output for what leaves, from here or forwarded, by a way that takes `mtu` bytes. Answers as
 * `ipSend` does.
 */
export function ipOutputSized(ns: Netns, dst: DstEntry, dev: NetDevice, frame: Frame, mtu: number): Errno {
  const isPlain = ns.netfilter === null && ns.xfrm === null && frame.fragMaxSize === 0;
  if (!isPlain || frame.tail - frame.l3 > mtu) return outputOtherwise(ns, dst, dev, frame, mtu);
  ipFinishOutput(ns, dst, dev, frame);
  return '';
}

/**
 * Netfilter's last point, where the datagram is whole yet; only what was forwarded has come by an interface. What is
 * too long, or came in fragments, leaves in fragments. Slow path.
 */
function outputOtherwise(ns: Netns, dst: DstEntry, dev: NetDevice, frame: Frame, mtu: number): Errno {
  const hooks = ns.netfilter;
  const from = frame.dev as NetDevice | null;
  const passed = hooks === null ? frame : hooks.runPostRouting(frame, from, dev, dst);
  if (passed === null) return hooks?.errno ?? '';
  const policy = ns.xfrm === null ? null : ns.xfrm.lookupOut(passed, dev);
  if (policy !== null) return xfrmOutput(ns, dst, dev, passed, policy);
  if (passed.tail - passed.l3 > mtu || passed.fragMaxSize !== 0) fragmentAndSend(ns, dst, dev, passed, mtu);
  else ipFinishOutput(ns, dst, dev, passed);
  return '';
}

/**
 * Twin of xfrm_output_resume: what a policy has had encrypted goes out like a datagram of this host, past netfilter's
 * points once more. Slow path.
 */
function xfrmOutput(ns: Netns, dst: DstEntry, dev: NetDevice, frame: Frame, policy: XfrmPolicy): Errno {
  const encrypted = ns.xfrm!.output(frame, policy, dev);
  if (encrypted === null) return ns.xfrm!.errno;
  ns.mib.ipOutRequests++;
  return localOutOtherwise(ns, dst, encrypted);
}

/** Slow path. */
function fragmentAndSend(ns: Netns, dst: DstEntry, dev: NetDevice, frame: Frame, mtu: number): void {
  const fragments = ipFragment(ns, frame, mtu);
  if (fragments === null) {
    ns.handlers.tooLong(ns, frame, mtu);
    ns.machine.stats.drop(frame, Drop.PKT_TOO_BIG, dev);
    return;
  }
  for (const fragment of fragments) ipFinishOutput(ns, dst, dev, fragment);
}

/** Twin of ip_finish_output2: finds the neighbour and puts the Ethernet header in front. */
function ipFinishOutput(ns: Netns, dst: DstEntry, dev: NetDevice, frame: Frame): void {
  const { mib } = ns;
  const length = frame.tail - frame.l3;
  mib.ipOutTransmits++;
  mib.ipOutOctets += length;
  if (dst.type >= DST_BROADCAST) countToMany(mib, dst.type, length);
  const neighbour = dst.neighbour;
  if (neighbour === null || neighbour.isDead) outputUnbound(ns, dst, dev, frame);
  else if (frame.confirmsNeighbour) outputConfirming(ns, neighbour, frame);
  else neighOutput(ns, neighbour, frame);
}

/** Twin of sock_confirm_neigh. */
function outputConfirming(ns: Netns, neighbour: Neighbour, frame: Frame): void {
  neighbour.confirmedNs = ns.machine.sched.now;
  neighOutput(ns, neighbour, frame);
}

/** The answer does not know its neighbour yet, or that one is gone. Slow path. */
function outputUnbound(ns: Netns, dst: DstEntry, dev: NetDevice, frame: Frame): void {
  // All that is behind lo is one neighbour (ip_neigh_gw4 of an interface that loops back).
  const ip = dev.isLoopback ? 0 : dst.nextHop;
  const neighbour = ns.neighbours.find(dev, ip) ?? createNeighbour(ns, dev, ip);
  if (neighbour === null) {
    ns.machine.stats.drop(frame, Drop.NEIGH_CREATEFAIL, dev);
    return;
  }
  dst.neighbour = neighbour;
  if (frame.confirmsNeighbour) outputConfirming(ns, neighbour, frame);
  else neighOutput(ns, neighbour, frame);
}

/** Slow path. */
function countToMany(mib: Mib, type: number, length: number): void {
  if (type === DST_MULTICAST) {
    mib.ipOutMcastPkts++;
    mib.ipOutMcastOctets += length;
  } else if (type === DST_BROADCAST) {
    mib.ipOutBcastPkts++;
    mib.ipOutBcastOctets += length;
  }
}

/** Twin of neigh_output: at once for a known address, otherwise through the state machine. */
export function neighOutput(ns: Netns, neighbour: Neighbour, frame: Frame): void {
  if ((neighbour.state & NUD_CONNECTED) === 0 && !eventSend(ns, neighbour, frame)) return;
  const dev = neighbour.dev;
  const head = frame.l3 - ethernet.HEADER_LEN;
  frame.head = head;
  ethernet.writeHeader(
    frame.slab.view,
    head,
    neighbour.macHi,
    neighbour.macLo,
    dev.macHi,
    dev.macLo,
    ethernet.ETHERTYPE_IPV4,
  );
  devQueueXmit(dev, frame);
}

/** Slow path: the address is not known, or has to be confirmed. */
function eventSend(ns: Netns, neighbour: Neighbour, frame: Frame): boolean {
  const before = neighbour.state;
  const mayGo = ns.neighbours.eventSend(neighbour, frame);
  const trace = ns.machine.stats.trace;
  if (trace !== null && (before !== neighbour.state || !mayGo)) {
    trace.onNeighbour(frame, neighbour.dev, neighbour.ip, mayGo ? 'stale, will be confirmed' : 'parked, asking');
  }
  return mayGo;
}

/** Twin of arp_constructor: broadcast, multicast and loopback destinations need no asking. Slow path. */
export function createNeighbour(ns: Netns, dev: NetDevice, ip: Ip4): Neighbour | null {
  const neighbour = ns.neighbours.create(dev, ip);
  if (neighbour === null) return null;
  if (dev.noArp) ns.neighbours.setFixed(neighbour, dev.macHi, dev.macLo, NUD_NOARP);
  else if (ns.fib.addressType(ip) === 'broadcast') ns.neighbours.setFixed(neighbour, 0xffff, -1, NUD_NOARP);
  else if (isMulticastIp4(ip)) ns.neighbours.setFixed(neighbour, 0x0100, 0x5e000000 | (ip & 0x7fffff), NUD_NOARP);
  return neighbour;
}

/**
 * Twin of ip_mc_output: a broadcast of this host, and what it sends to a group that it is in, is heard by the host
 * itself; captures do not see it twice. False for what must not leave the host. Slow path.
 */
function outputToMany(ns: Netns, dst: DstEntry, dev: NetDevice, frame: Frame): boolean {
  if (dst.type === DST_BROADCAST) {
    loopBack(ns, dev, frame, 0xffff, -1);
    return true;
  }
  if (dev.groups?.has(dst.dst) === true) loopBack(ns, dev, frame, 0x0100, 0x5e000000 | (dst.dst & 0x7fffff));
  if (ipv4.ttl(frame.slab.view, frame.l3) !== 0) return true;
  ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, dev);
  return false;
}

/** Twin of dev_loopback_xmit; the copy passes netfilter, too. */
function loopBack(ns: Netns, dev: NetDevice, frame: Frame, dstHi: number, dstLo: number): void {
  const clone = ns.machine.stats.clone(frame);
  const copy = ns.netfilter === null ? clone : ns.netfilter.run(NF_INET_POST_ROUTING, clone, null, dev);
  if (copy === null) return;
  copy.head = copy.l3 - ethernet.HEADER_LEN;
  ethernet.writeHeader(copy.slab.view, copy.head, dstHi, dstLo, dev.macHi, dev.macLo, ethernet.ETHERTYPE_IPV4);
  ns.machine.backlog.enqueue(dev, copy);
}

const ROUTE_WORDS: Record<number, string> = {
  [DST_UNICAST]: 'unicast',
  [DST_LOCAL]: 'local',
  [DST_BROADCAST]: 'broadcast',
  [DST_MULTICAST]: 'multicast',
};

/** Tells the trace sink of a routing decision; call only when there is one. */
export function traceRoute(ns: Netns, frame: Frame, dst: DstEntry, path: 'output' | 'input' | 'forward'): void {
  const kind = ROUTE_WORDS[dst.type] ?? 'no route';
  ns.machine.stats.trace?.onRoute(frame, `${path} ${kind}`, dst.dev, dst.gateway);
}

/** The route for an answer or an error to `dst`, a subnet's broadcast among them, as Linux has it; null without one. */
export function routeForReply(ns: Netns, dst: Ip4, src: Ip4 = 0, tos = 0): DstEntry | null {
  const entry = ipRouteOutput(ns, dst, src, tos);
  return entry.dev === null ? null : entry;
}
