/**
 * IP input: checks, routing, delivery to the transports. Twins: ip_rcv, ip_rcv_finish, ip_local_deliver.
 */
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { orphan, PACKET_HOST, PACKET_OTHERHOST } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as tcp from '../../wire/tcp.ts';
import type { Mib } from '../mib.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns, TransportHandler } from '../netns.ts';
import { NF_INET_LOCAL_IN, NF_INET_PRE_ROUTING } from '../nf/hooks.ts';
import { rawLocalDeliver } from '../socket/raw-table.ts';
import { inDevBforward, inDevDropUnicastInL2Multicast } from '../sysctl-conf.ts';
import { XFRM_POLICY_IN } from '../xfrm/policy.ts';
import type { Flow } from './flow.ts';
import { flowTo } from './flow.ts';
import { ipForward, ipUnroutable } from './forward.ts';
import { icmpSend } from './icmp-send.ts';
import { ipRcvOptions } from './input-options.ts';
import { traceRoute } from './output.ts';
import { martianAddresses, martianToGroup, validateSource } from './rp-filter.ts';
import type { DstEntry } from './route.ts';
import { DST_BROADCAST, DST_LOCAL, DST_MULTICAST, DST_UNICAST, ipRouteInput, ipRouteInputFlow } from './route.ts';

/** The two bits of the TOS that tell of congestion (RFC 3168). */
const ECN_MASK = 3;

/** Twin of ip_rcv: a frame whose network header at `frame.l3` claims to be IPv4. Takes ownership. */
export function ipRcv(dev: NetDevice, frame: Frame): void {
  const ns = dev.ns;
  if (frame.packetType === PACKET_OTHERHOST) {
    dropOtherhost(ns, dev, frame);
    return;
  }
  const v = frame.slab.view;
  const l3 = frame.l3;
  const { mib } = ns;
  mib.ipInReceives++;
  mib.ipInOctets += frame.tail - l3;
  // What its sender's host still holds it for ends here (ip_rcv_core).
  if (frame.sender !== null) orphan(frame);
  const flaw = ipv4.check(v, l3, frame.tail);
  if (flaw !== ipv4.CHECK_OK || !ipv4.checksumOk(frame.slab, l3)) {
    dropBadHeader(ns, dev, frame, flaw);
    return;
  }
  const word = ipv4.firstWord(v, l3);
  const ecn = ipv4.tosOf(word) & ECN_MASK;
  if (ecn !== 0) countEcn(mib, ecn);
  // What follows the datagram is Ethernet padding.
  frame.tail = l3 + ipv4.totalLenOf(word);
  frame.l4 = l3 + ipv4.headerLenOf(word);
  if (ns.netfilter === null) ipRcvFinish(ns, dev, frame);
  else preRouting(ns, dev, frame);
}

/** Netfilter's first point; whom the frame is for is found out behind it. Slow path. */
function preRouting(ns: Netns, dev: NetDevice, frame: Frame): void {
  const port = frame.physIn as NetDevice | null;
  // What came up a bridge has passed it there (ip_sabotage_in).
  if (port?.master === dev) {
    // ip_rcv forgets what the bridge knew of its pieces.
    frame.fragMaxSize = 0;
    ipRcvFinish(ns, dev, frame);
    return;
  }
  frame.physIn = null;
  const passed = ns.netfilter!.run(NF_INET_PRE_ROUTING, frame, dev, null);
  if (passed === null) return;
  if (passed.fragMaxSize !== 0) pullTcpHeader(passed);
  ipRcvFinish(ns, dev, passed);
}

/** What looks for a socket early pulls the header of TCP together, after which pieces cannot leave as they came. */
function pullTcpHeader(frame: Frame): void {
  const isTcp = ipv4.protocol(frame.slab.view, frame.l3) === ipv4.PROTO_TCP;
  if (isTcp && frame.packetType === PACKET_HOST && frame.fragSizes[0]! < tcp.HEADER_LEN) frame.fragSizes = [];
}

/** Slow path. */
function dropOtherhost(ns: Netns, dev: NetDevice, frame: Frame): void {
  ns.machine.stats.drop(frame, Drop.OTHERHOST, dev);
}

/** Slow path: congestion is marked here, or can be (RFC 3168). */
function countEcn(mib: Mib, ecn: number): void {
  if (ecn === 1) mib.ipInEct1Pkts++;
  else if (ecn === 2) mib.ipInEct0Pkts++;
  else mib.ipInCePkts++;
}

/** Slow path. Linux looks at version and header length first, then at the checksum, then at the total length. */
function dropBadHeader(ns: Netns, dev: NetDevice, frame: Frame, flaw: number): void {
  const { mib } = ns;
  const { slab, l3, tail } = frame;
  const isShort = tail - l3 < ipv4.HEADER_LEN;
  const hasHeader = !isShort && flaw !== ipv4.CHECK_VERSION && ipv4.headerLen(slab.view, l3) >= ipv4.HEADER_LEN;
  if (!hasHeader) mib.ipInUncheckedPkts++;
  else if ((ipv4.tos(slab.view, l3) & ECN_MASK) !== 0) countEcn(mib, ipv4.tos(slab.view, l3) & ECN_MASK);
  const isReadable = hasHeader && flaw !== ipv4.CHECK_HEADER_LENGTH;
  let reason: DropReason = Drop.IP_INHDR;
  if (isReadable && !ipv4.checksumOk(slab, l3)) {
    reason = Drop.IP_CSUM;
    mib.ipInCsumErrors++;
  } else if (flaw === ipv4.CHECK_TRUNCATED) reason = Drop.PKT_TOO_SMALL;
  if (reason === Drop.PKT_TOO_SMALL) mib.ipInTruncatedPkts++;
  else mib.ipInHdrErrors++;
  ns.machine.stats.drop(frame, reason, dev);
}

/** Twin of ip_rcv_finish: where to? */
function ipRcvFinish(ns: Netns, dev: NetDevice, frame: Frame): void {
  const v = frame.slab.view;
  const src = ipv4.src(v, frame.l3);
  const dst = ipv4.dst(v, frame.l3);
  const { routes } = ns;
  let entry = ns.fib.isPlain ? (routes.findInput(dst) ?? ipRouteInput(ns, dst)) : routeByRules(ns, dev, frame);
  const isLast = src === routes.checkedSrc && dst === routes.checkedDst && dev === routes.checkedDev;
  const isChecked = isLast || routes.wasChecked(src, dst, dev);
  if (!isChecked && !dev.isLoopback && dropsMartian(ns, dev, frame, entry)) return;
  if (frame.l4 - frame.l3 > ipv4.HEADER_LEN) {
    const routed = ipRcvOptions(ns, dev, frame, entry);
    if (routed === null) return;
    entry = routed;
  }
  if (entry.type === DST_LOCAL) {
    if (frame.packetType !== PACKET_HOST && dropsUnicast(ns, dev, frame)) return;
    if (ns.machine.stats.trace !== null) traceRoute(ns, frame, entry, 'input');
    ipLocalDeliver(ns, dev, frame);
  } else if (entry.type === DST_UNICAST) {
    if (frame.packetType !== PACKET_HOST && dropsUnicast(ns, dev, frame)) return;
    ipForward(ns, dev, frame, entry);
  } else if (entry.type === DST_BROADCAST || entry.type === DST_MULTICAST) deliverToAll(ns, dev, frame, entry);
  else ipUnroutable(ns, dev, frame, entry);
}

/** RFC 1122 3.3.6: what comes by a broadcast of the link should be one of IP, too; Linux asks for it by a setting. */
function dropsUnicast(ns: Netns, dev: NetDevice, frame: Frame): boolean {
  if (!inDevDropUnicastInL2Multicast(dev)) return false;
  ns.machine.stats.drop(frame, Drop.UNICAST_IN_L2_MULTICAST, dev);
  return true;
}

/** Broadcasts, and the groups that this host is in. Slow path. */
function deliverToAll(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): void {
  const { mib } = ns;
  const length = frame.tail - frame.l3;
  if (entry.type === DST_MULTICAST) {
    if (dev.groups?.has(entry.dst) !== true) {
      ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, dev);
      return;
    }
    mib.ipInMcastPkts++;
    mib.ipInMcastOctets += length;
  } else {
    mib.ipInBcastPkts++;
    mib.ipInBcastOctets += length;
    if (entry.dst !== -1 && entry.dev !== null && inDevBforward(dev)) {
      ipForward(ns, dev, frame, entry);
      return;
    }
  }
  if (ns.machine.stats.trace !== null) traceRoute(ns, frame, entry, 'input');
  ipLocalDeliver(ns, dev, frame);
}

/** Where rules or routes look at more than the destination. Slow path. */
function routeByRules(ns: Netns, dev: NetDevice, frame: Frame): DstEntry {
  return ipRouteInputFlow(ns, flowOf(frame, dev));
}

/** What the tables are asked about a datagram that came by `iif`; hashes look at the ports of the first fragment. */
export function flowOf(frame: Frame, iif: NetDevice): Flow {
  const v = frame.slab.view;
  const protocol = ipv4.protocol(v, frame.l3);
  const hasPorts = (protocol === ipv4.PROTO_UDP || protocol === ipv4.PROTO_TCP) && frame.tail - frame.l4 >= 4;
  const isWhole = !ipv4.isFragment(v, frame.l3);
  return flowTo(ipv4.dst(v, frame.l3), {
    src: ipv4.src(v, frame.l3),
    tos: ipv4.tos(v, frame.l3),
    mark: frame.mark,
    iif,
    protocol,
    srcPort: hasPorts && isWhole ? v.getUint16(frame.l4) : 0,
    dstPort: hasPorts && isWhole ? v.getUint16(frame.l4 + 2) : 0,
  });
}

/** Slow path. */
function dropsMartian(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): boolean {
  const reason = martianReason(ns, dev, frame, entry);
  if (reason === 0) return false;
  ns.machine.stats.drop(frame, reason, dev);
  return true;
}

/**
 * Why a pair of addresses cannot be, 0 when it can; remembers the last good pair. Slow path. This host's own broadcasts
 * come back to it with its own MAC, see `ipOutput`.
 */
function martianReason(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): DropReason | 0 {
  const v = frame.slab.view;
  const src = ipv4.src(v, frame.l3);
  const dst = ipv4.dst(v, frame.l3);
  if (entry.type === DST_MULTICAST && dev.groups?.has(dst) !== true) return 0;
  const martian =
    entry.type === DST_MULTICAST
      ? martianToGroup(dev, src, dst, ipv4.protocol(v, frame.l3))
      : martianAddresses(dev, src, dst);
  if (martian !== 0) return martian;
  const reason = validateSource(ns, dev, src, entry, { tos: ipv4.tos(v, frame.l3), mark: frame.mark });
  if (reason !== 0) {
    if (reason === Drop.IP_LOCAL_SOURCE && isOwnBroadcast(dev, frame, entry)) return 0;
    return reason;
  }
  ns.routes.keepChecked(src, dst, dev);
  return 0;
}

function isOwnBroadcast(dev: NetDevice, frame: Frame, entry: DstEntry): boolean {
  const v = frame.slab.view;
  if (ethernet.srcLo(v, frame.head) !== dev.macLo || ethernet.srcHi(v, frame.head) !== dev.macHi) return false;
  return entry.type === DST_BROADCAST || entry.type === DST_MULTICAST;
}

/** Twin of ip_local_deliver: reassembles, then hands to the transport. */
export function ipLocalDeliver(ns: Netns, dev: NetDevice, frame: Frame): void {
  if (ns.netfilter !== null || ipv4.isFragment(frame.slab.view, frame.l3)) localDeliverOtherwise(ns, dev, frame);
  else ipLocalDeliverFinish(ns, dev, frame);
}

/** A fragment, or netfilter wants to see the datagram. Slow path. */
function localDeliverOtherwise(ns: Netns, dev: NetDevice, frame: Frame): void {
  const whole = ipv4.isFragment(frame.slab.view, frame.l3) ? ns.frags.defrag(ns, dev, frame) : frame;
  if (whole === null) return;
  const passed = ns.netfilter === null ? whole : ns.netfilter.run(NF_INET_LOCAL_IN, whole, dev, null);
  if (passed !== null) ipLocalDeliverFinish(ns, dev, passed);
}

/** Twin of ip_protocol_deliver_rcu. */
function ipLocalDeliverFinish(ns: Netns, dev: NetDevice, frame: Frame): void {
  const protocol = ipv4.protocol(frame.slab.view, frame.l3);
  const handler = ns.handlers.transports[protocol] ?? espHandler(ns, protocol);
  if (ns.xfrm !== null && handler !== ns.handlers.esp && !ns.xfrm.checkPolicy(XFRM_POLICY_IN, dev, frame)) return;
  const isRaw = ns.rawSockets !== null && rawLocalDeliver(ns, dev, frame);
  if (handler === null) {
    if (isRaw) {
      ns.mib.ipInDelivers++;
      ns.machine.stats.deliver(frame);
      return;
    }
    ns.mib.ipInUnknownProtos++;
    icmpSend(ns, frame, icmp.DEST_UNREACH, icmp.PROTOCOL_UNREACH, 0);
    ns.machine.stats.drop(frame, Drop.IP_NOPROTO, dev);
    return;
  }
  ns.mib.ipInDelivers++;
  handler.receive(ns, dev, frame);
}

/** Linux loads ESP with the first association of the machine. Slow path. */
function espHandler(ns: Netns, protocol: number): TransportHandler | null {
  return protocol === ipv4.PROTO_ESP && ns.machine.modules.has('esp4') ? ns.handlers.esp : null;
}

/**
 * Twin of xfrm4_transport_finish: what came out of ESP passes netfilter like a datagram that has just come, and is for
 * this host unless a rule has another destination for it. Takes ownership.
 */
export function xfrm4TransportFinish(ns: Netns, dev: NetDevice, frame: Frame): void {
  const dst = ipv4.dst(frame.slab.view, frame.l3);
  const passed = ns.netfilter === null ? frame : ns.netfilter.run(NF_INET_PRE_ROUTING, frame, dev, null);
  if (passed === null) return;
  if (ipv4.dst(passed.slab.view, passed.l3) === dst) ipLocalDeliver(ns, dev, passed);
  else ipRcvFinish(ns, dev, passed);
}
