/**
 * Putting a frame into a datagram (Linux: vxlan_xmit_one, vxlan_build_skb, udp_tunnel_xmit_skb). Headers are written in
 * front of the frame, into its headroom; the datagram leaves by the IP output of the namespace in which the device
 * was made.
 *
 *   | outer IP 20 | UDP 8 | VXLAN 8 | Ethernet 14 | IP … |
 *   l3, head      l4                inner
 */
import type { Ip4 } from '../../base/addr.ts';
import { isMulticastIp4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { DropReason } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_HOST } from '../../link/frame.ts';
import { sumBytes, sumPseudoHeader } from '../../wire/checksum.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as udp from '../../wire/udp.ts';
import * as vxlan from '../../wire/vxlan.ts';
import { dstMtu } from '../ip/fnhe.ts';
import { NTF_ROUTER } from '../ip/neigh.ts';
import { ipSend } from '../ip/output.ts';
import type { DstEntry } from '../ip/route.ts';
import { DST_LOCAL, ipRouteOutput, ipRouteOutputVia } from '../ip/route.ts';
import { flowHash, udpFlowSrcPort } from './flow-hash.ts';
import { ecnEncapsulate, innerTos, innerTtl } from './tunnel-ecn.ts';
import { learnTunnelMtu, tunnelFragNeeded } from './tunnel-pmtu.ts';
import type { Vxlan } from './vxlan.ts';
import { TOS_INHERIT, VXLAN_DF_INHERIT, VXLAN_DF_SET } from './vxlan-config.ts';
import type { VxlanFdbEntry, VxlanRemote } from './vxlan-fdb.ts';
import { scrub, vxlanSnoop } from './vxlan-rcv.ts';
import { vxlanFindSock } from './vxlan-sock.ts';

const OUTER_LEN = ipv4.HEADER_LEN + udp.HEADER_LEN + vxlan.HEADER_LEN;
/** What the tunnel takes of an MTU (vxlan_headroom). */
export const VXLAN_HEADROOM = OUTER_LEN + ethernet.HEADER_LEN;
/** In front of the outer IP header there has to be room for that of the link. */
const HEADROOM_NEEDED = OUTER_LEN + ethernet.HEADER_LEN;
const IPV6_HEADER_LEN = 40;
const LOOPBACK: Ip4 = 0x7f000001;

/** To every endpoint a copy, to the first one the frame itself, last (vxlan_xmit). */
export function vxlanXmitToAll(dev: Vxlan, frame: Frame, remotes: readonly VxlanRemote[], isShort: boolean): void {
  const { stats } = dev.ns.machine;
  for (let i = 1; i < remotes.length; i++) vxlanXmitOne(dev, stats.clone(frame), remotes[i]!, isShort);
  vxlanXmitOne(dev, frame, remotes[0]!, isShort);
}

/** Twin of route_shortcircuit: a frame to a router goes to the neighbour behind it, if the device knows that. */
export function routeShortCircuit(dev: Vxlan, entry: VxlanFdbEntry, frame: Frame): boolean {
  const v = frame.slab.view;
  const o = frame.head;
  if ((entry.flags & NTF_ROUTER) === 0 || ethernet.etherType(v, o) !== ethernet.ETHERTYPE_IPV4) return false;
  const l3 = o + ethernet.HEADER_LEN;
  if (frame.tail - l3 < ipv4.HEADER_LEN) return false;
  const dst = ipv4.dst(v, l3);
  if (isMulticastIp4(dst)) return false;
  const neighbour = dev.ns.neighbours.find(dev, dst);
  if (neighbour === null) {
    if (dev.config.tellsL3Miss) dev.ns.events?.neighbourMiss(dev, dst, 0);
    return false;
  }
  const [hi, lo] = [ethernet.dstHi(v, o), ethernet.dstLo(v, o)];
  if (hi === neighbour.macHi && lo === neighbour.macLo) return false;
  ethernet.setSrc(v, o, hi, lo);
  ethernet.setDst(v, o, neighbour.macHi, neighbour.macLo);
  return true;
}

/** Twin of vxlan_xmit_one. Takes ownership. */
function vxlanXmitOne(dev: Vxlan, frame: Frame, remote: VxlanRemote, isShort: boolean): void {
  const v = frame.slab.view;
  const etherType = ethernet.etherType(v, frame.head);
  const l3 = frame.head + ethernet.HEADER_LEN;
  if (l3 + leastBytes(etherType) > frame.tail || remote.ip === 0) {
    xmitNowhere(dev, frame, remote, isShort);
    return;
  }
  const { config, linkNs } = dev;
  const inner = innerTos(v, etherType, l3);
  const tos = config.tos === TOS_INHERIT ? inner : config.tos;
  const dst = routeTo(dev, remote, tos, frame.mark);
  if (dst === null || dst.dev === dev || dev.sock === null) {
    xmitError(dev, frame, dst);
    return;
  }
  if (dst.type === DST_LOCAL) {
    bypassLocally(dev, frame, remote);
    return;
  }
  const mtu = (dst.hasOwnMtu ? dstMtu(linkNs, dst) : dst.dev!.mtu) - VXLAN_HEADROOM;
  if (frame.tail - l3 > mtu && answersTooLong(dev, frame, mtu)) return;
  let df = 0;
  if (config.df === VXLAN_DF_SET || (config.df === VXLAN_DF_INHERIT && wantsDf(v, etherType, l3))) df = ipv4.DF;
  let ttl = config.isTtlInherited ? innerTtl(v, etherType, l3) : config.ttl;
  if (ttl === 0) ttl = defaultTtl(dev, remote);
  buildAndSend(dev, frame, remote, dst, ecnEncapsulate(tos, inner), ttl, df);
}

function leastBytes(etherType: number): number {
  if (etherType === ethernet.ETHERTYPE_IPV4) return ipv4.HEADER_LEN;
  return etherType === ethernet.ETHERTYPE_IPV6 ? IPV6_HEADER_LEN : 0;
}

/** Groups are not left to the route. */
function defaultTtl(dev: Vxlan, remote: VxlanRemote): number {
  if (isMulticastIp4(remote.ip) && !dev.config.isTtlInherited) return 1;
  return isMulticastIp4(remote.ip) ? 1 : dev.linkNs.sysctls.ipDefaultTtl;
}

/** `df inherit`: IPv6 never lets routers fragment. */
function wantsDf(v: DataView, etherType: number, l3: number): boolean {
  if (etherType === ethernet.ETHERTYPE_IPV6) return true;
  return etherType === ethernet.ETHERTYPE_IPV4 && (ipv4.flagsFragment(v, l3) & ipv4.DF) !== 0;
}

/**
 * Twin of udp_tunnel_dst_lookup: the way to an endpoint, kept while the routes stay as they are (dst_cache). Null
 * without one.
 */
function routeTo(dev: Vxlan, remote: VxlanRemote, tos: number, mark: number): DstEntry | null {
  const kept = remote.dst;
  const isPlain = tos === 0 && mark === 0;
  if (kept !== null && isPlain && kept.generation === dev.linkNs.routes.generation) return kept;
  const found = lookUp(dev, remote, tos, mark);
  if (isPlain) remote.dst = found;
  return found;
}

/** Slow path. */
function lookUp(dev: Vxlan, remote: VxlanRemote, tos: number, mark: number): DstEntry | null {
  const { linkNs, config } = dev;
  // It is equivalent to asking the routing tables whether it is an address of this host.
  if (config.local !== 0 && !linkNs.localAddresses.has(config.local)) return null;
  const ifIndex = remote.ifIndex;
  const via = ifIndex === 0 ? null : (linkNs.devices[ifIndex] ?? null);
  if (ifIndex !== 0 && via === null) return null;
  const entry =
    via === null
      ? ipRouteOutput(linkNs, remote.ip, config.local, tos, mark)
      : ipRouteOutputVia(linkNs, remote.ip, via, config.local);
  return entry.dev === null ? null : entry;
}

/** Twin of vxlan_build_skb and udp_tunnel_xmit_skb. Takes ownership. */
function buildAndSend(
  dev: Vxlan,
  given: Frame,
  remote: VxlanRemote,
  dst: DstEntry,
  tos: number,
  ttl: number,
  df: number,
): void {
  const { config, linkNs } = dev;
  const frame = given.head - given.base < HEADROOM_NEEDED ? makeRoom(dev, given) : given;
  if (frame === null) return;
  const v = frame.slab.view;
  const inner = frame.head;
  const l4 = inner - vxlan.HEADER_LEN - udp.HEADER_LEN;
  const src = config.local === 0 ? dst.src : config.local;
  const port = sourcePort(dev, frame.hash === 0 ? flowHash(frame, dev.flowKey) : frame.hash);
  const bytes = frame.tail - l4;
  const innerBytes = frame.tail - inner - ethernet.HEADER_LEN;
  vxlan.writeHeader(v, inner - vxlan.HEADER_LEN, remote.vni);
  const checksum = config.hasUdpChecksum ? outerChecksum(frame, remote, port, src, bytes) : 0;
  udp.writeHeader(v, l4, port, remote.port, bytes, checksum);
  frame.l4 = l4;
  frame.l3 = l4 - ipv4.HEADER_LEN;
  frame.head = frame.l3;
  frame.packetType = PACKET_HOST;
  frame.dev = null;
  if (dev.isElsewhere) frame.mark = 0;
  scrub(frame);
  dev.countSent(innerBytes);
  const id = linkNs.idents.select(src, remote.ip, ipv4.PROTO_UDP, 1);
  const errno = ipSend(linkNs, dst, frame, src, ipv4.PROTO_UDP, tos, ttl, df, id);
  if (errno !== '') dev.uncountSent(innerBytes);
}

function sourcePort(dev: Vxlan, hash: number): number {
  const { portMin, portMax } = dev.config;
  if (portMin < portMax) return udpFlowSrcPort(hash, portMin, portMax);
  const { ipLocalPortMin, ipLocalPortMax } = dev.ns.sysctls;
  return udpFlowSrcPort(hash, ipLocalPortMin, ipLocalPortMax);
}

/**
 * The checksum of a datagram whose VXLAN header stands, but not that of UDP. An inner datagram whose sum its sender has
 * made adds up to what its pseudo-header says, so that its bytes need not be read again (Linux: lco_csum).
 */
function outerChecksum(frame: Frame, remote: VxlanRemote, port: number, src: Ip4, bytes: number): number {
  const { slab, tail } = frame;
  const v = slab.view;
  const inner = frame.head;
  const l3 = inner + ethernet.HEADER_LEN;
  const isIp4 = ethernet.etherType(v, inner) === ethernet.ETHERTYPE_IPV4;
  const word = frame.hasGoodSum && isIp4 ? ipv4.firstWord(v, l3) : 0;
  const isKnown = word !== 0 && ipv4.totalLenOf(word) === tail - l3;
  const sum = isKnown
    ? headerSum(v, inner, remote.vni) + innerSum(v, l3, word)
    : sumBytes(slab, inner - vxlan.HEADER_LEN, bytes - udp.HEADER_LEN, 0);
  const pseudo = sumPseudoHeader(src, remote.ip, ipv4.PROTO_UDP, bytes);
  return udp.checksumOf(sum + pseudo + port + remote.port + bytes);
}

/** Of VXLAN and Ethernet, as values: what was just written a field at a time is slow to read in lanes. */
function headerSum(v: DataView, inner: number, vni: number): number {
  const dstLo = ethernet.dstLo(v, inner);
  const srcLo = ethernet.srcLo(v, inner);
  const macLows = (dstLo >>> 16) + (dstLo & 0xffff) + (srcLo >>> 16) + (srcLo & 0xffff);
  const macs = ethernet.dstHi(v, inner) + ethernet.srcHi(v, inner) + macLows;
  return macs + ethernet.ETHERTYPE_IPV4 + (vxlan.FLAG_VNI << 8) + (vni >>> 8) + ((vni & 0xff) << 8);
}

/** Of a datagram with sums that are right: `word` is the first one of its header, which adds up to nothing. */
function innerSum(v: DataView, l3: number, word: number): number {
  const innerBytes = ipv4.totalLenOf(word) - ipv4.headerLenOf(word);
  return ~sumPseudoHeader(ipv4.src(v, l3), ipv4.dst(v, l3), ipv4.protocol(v, l3), innerBytes) & 0xffff;
}

/** A frame with many headers in front of it already: its bytes move back in their slot (skb_cow_head). Slow path. */
function makeRoom(dev: Vxlan, frame: Frame): Frame | null {
  const { stats } = dev.ns.machine;
  const shift = HEADROOM_NEEDED - (frame.head - frame.base);
  const needed = frame.tail + shift - frame.base;
  const roomy = stats.enlarge(frame, needed);
  if (needed > roomy.capacity) {
    dropInError(dev, roomy, Drop.NOMEM);
    return null;
  }
  roomy.slab.bytes.copyWithin(roomy.head + shift, roomy.head, roomy.tail);
  roomy.head += shift;
  roomy.l3 += shift;
  roomy.l4 += shift;
  roomy.tail += shift;
  return roomy;
}

/** An address that leads nowhere, or a frame that ends in its own headers. Slow path. */
function xmitNowhere(dev: Vxlan, frame: Frame, remote: VxlanRemote, isShort: boolean): void {
  if (remote.ip === 0 && isShort) {
    encapBypass(dev, frame, dev, true);
    return;
  }
  dev.txDropped++;
  dev.ns.machine.stats.drop(frame, remote.ip === 0 ? Drop.NOT_SPECIFIED : Drop.PKT_TOO_SMALL, dev);
}

/** There is no way to the endpoint, or it leads into the tunnel itself. Slow path. */
function xmitError(dev: Vxlan, frame: Frame, dst: DstEntry | null): void {
  if (dst === null) dev.countErrors().txCarrierErrors++;
  else if (dst.dev === dev) dev.countErrors().collisions++;
  dropInError(dev, frame, dev.sock === null ? Drop.DEV_READY : Drop.IP_OUTNOROUTES);
}

function dropInError(dev: Vxlan, frame: Frame, reason: DropReason): void {
  dev.countErrors().txErrors++;
  dev.ns.machine.stats.drop(frame, reason, dev);
}

/** Twin of encap_bypass_if_local: the endpoint is this host. Slow path. */
function bypassLocally(dev: Vxlan, frame: Frame, remote: VxlanRemote): void {
  const target = vxlanFindSock(dev.linkNs, remote.port, dev.config.receiveFlags)?.find(remote.vni) ?? null;
  if (target === null) dropInError(dev, frame, Drop.VXLAN_VNI_NOT_FOUND);
  else encapBypass(dev, frame, target, true);
}

/** Twin of vxlan_encap_bypass: the frame goes up from `target` without ever having been a datagram. Slow path. */
function encapBypass(dev: Vxlan, frame: Frame, target: Vxlan, isSnooped: boolean): void {
  const { stats } = dev.ns.machine;
  if (!target.isUp) {
    target.rxDropped++;
    stats.drop(frame, Drop.DEV_READY, target);
    return;
  }
  if (target.config.learns && isSnooped) {
    const v = frame.slab.view;
    vxlanSnoop(target, LOOPBACK, ethernet.srcHi(v, frame.head), ethernet.srcLo(v, frame.head));
  }
  dev.countSent(frame.tail - frame.head);
  target.arriveLocally(frame);
}

/**
 * Twin of skb_tunnel_check_pmtu: the frame is too long for the tunnel. Whoever sent it from here learns so; a port of a
 * bridge has the frame answered in the name of its destination. False when the frame goes on, to be cut on its way.
 */
function answersTooLong(dev: Vxlan, frame: Frame, mtu: number): boolean {
  learnTunnelMtu(dev, frame, mtu);
  if (dev.master === null || !tunnelFragNeeded(frame, mtu)) return false;
  encapBypass(dev, frame, dev, false);
  return true;
}
