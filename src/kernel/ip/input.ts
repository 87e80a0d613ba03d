/**
 * IP input: checks, routing, delivery to the transports. Twins: ip_rcv, ip_rcv_finish, ip_local_deliver.
 */
import type { Ip4 } from '../../base/addr.ts';
import { isLoopbackIp4, isMulticastIp4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_HOST, PACKET_OTHERHOST } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { ipForward, ipUnroutable } from './forward.ts';
import { icmpSend } from './icmp-send.ts';
import { traceRoute } from './output.ts';
import { DST_BROADCAST, DST_LOCAL, DST_MULTICAST, DST_UNICAST, ipRouteInput } from './route.ts';

/** Twin of ip_rcv: a frame whose network header at `frame.l3` claims to be IPv4. Takes ownership. */
export function ipRcv(dev: NetDevice, frame: Frame): void {
  const ns = dev.ns;
  ns.mib.ipInReceives++;
  if (frame.packetType === PACKET_OTHERHOST) {
    ns.machine.stats.drop(frame, Drop.OTHERHOST, dev);
    return;
  }
  const v = frame.slab.view;
  const l3 = frame.l3;
  if (ipv4.check(v, l3, frame.tail) !== 0) {
    ns.mib.ipInHdrErrors++;
    ns.machine.stats.drop(frame, Drop.IP_INHDR, dev);
    return;
  }
  if (!ipv4.checksumOk(frame.slab, l3)) {
    ns.mib.ipInHdrErrors++;
    ns.machine.stats.drop(frame, Drop.IP_CSUM, dev);
    return;
  }
  // What follows the datagram is Ethernet padding.
  frame.tail = l3 + ipv4.totalLen(v, l3);
  frame.l4 = l3 + ipv4.headerLen(v, l3);
  ipRcvFinish(ns, dev, frame);
}

/** Twin of ip_rcv_finish: where to? */
function ipRcvFinish(ns: Netns, dev: NetDevice, frame: Frame): void {
  const v = frame.slab.view;
  const src = ipv4.src(v, frame.l3);
  const dst = ipv4.dst(v, frame.l3);
  const reason = checkAddresses(ns, dev, src, dst);
  if (reason !== 0) {
    ns.mib.ipInAddrErrors++;
    ns.machine.stats.drop(frame, reason, dev);
    return;
  }
  const entry = ipRouteInput(ns, dst);
  if (entry.type === DST_LOCAL) {
    if (ns.machine.stats.trace !== null) traceRoute(ns, frame, entry, 'input');
    ipLocalDeliver(ns, dev, frame);
  } else if (entry.type === DST_UNICAST) {
    if (frame.packetType === PACKET_HOST) ipForward(ns, dev, frame, entry);
    else ns.machine.stats.drop(frame, Drop.UNICAST_IN_L2_MULTICAST, dev);
  } else if (entry.type === DST_BROADCAST || entry.type === DST_MULTICAST) {
    if (ns.machine.stats.trace !== null) traceRoute(ns, frame, entry, 'input');
    ipLocalDeliver(ns, dev, frame);
  } else ipUnroutable(ns, dev, frame, entry);
}

/** Martian sources and destinations (Linux: ip_route_input_slow, fib_validate_source with rp_filter 0). */
function checkAddresses(ns: Netns, dev: NetDevice, src: Ip4, dst: Ip4): 0 | (typeof Drop)[keyof typeof Drop] {
  if (dev.isLoopback) return 0;
  if (isMulticastIp4(src) || src === -1) return Drop.IP_INVALID_SOURCE;
  if (isLoopbackIp4(src)) return Drop.IP_INVALID_SOURCE;
  if (isLoopbackIp4(dst) || dst === 0) return Drop.IP_INVALID_DEST;
  if (ns.localAddresses.has(src) && !isOwnBroadcast(dst, ns)) return Drop.IP_LOCAL_SOURCE;
  return 0;
}

/** This host's own broadcasts come back to it, see `ipOutput`. */
function isOwnBroadcast(dst: Ip4, ns: Netns): boolean {
  return ipRouteInput(ns, dst).type === DST_BROADCAST;
}

/** Twin of ip_local_deliver: reassembles, then hands to the transport. */
export function ipLocalDeliver(ns: Netns, dev: NetDevice, frame: Frame): void {
  if (ipv4.isFragment(frame.slab.view, frame.l3)) {
    const whole = ns.frags.defrag(ns, dev, frame);
    if (whole !== null) ipLocalDeliverFinish(ns, dev, whole);
    return;
  }
  ipLocalDeliverFinish(ns, dev, frame);
}

/** Twin of ip_protocol_deliver_rcu. */
function ipLocalDeliverFinish(ns: Netns, dev: NetDevice, frame: Frame): void {
  const protocol = ipv4.protocol(frame.slab.view, frame.l3);
  const handler = ns.handlers.transports[protocol] ?? null;
  if (handler === null) {
    ns.mib.ipInUnknownProtos++;
    icmpSend(ns, frame, icmp.DEST_UNREACH, icmp.PROTOCOL_UNREACH, 0);
    ns.machine.stats.drop(frame, Drop.IP_NOPROTO, dev);
    return;
  }
  ns.mib.ipInDelivers++;
  handler.receive(ns, dev, frame);
}
