/**
 * Frames that are too long for a tunnel (Linux: skb_tunnel_check_pmtu, iptunnel_pmtud_build_icmp). A tunnel under a
 * bridge has no address of its own, so that the sender is answered as if by the frame's destination.
 */
import { isLoopbackIp4, isMulticastIp4 } from '../../base/addr.ts';
import type { Frame } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import { updatePmtu } from '../ip/fnhe.ts';
import { ipRouteOutput } from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';

/** An error is at most this long, its own IP header included. */
const ERROR_BYTES_MAX = 576;
const PREFIX_LEN = ipv4.HEADER_LEN + icmp.HEADER_LEN;

/** Twin of skb_dst_update_pmtu_no_confirm: what this host sends or routes into the tunnel has a way that learns. */
export function learnTunnelMtu(dev: NetDevice, frame: Frame, mtu: number): void {
  const v = frame.slab.view;
  const l3 = frame.head + ethernet.HEADER_LEN;
  if (ethernet.etherType(v, frame.head) !== ethernet.ETHERTYPE_IPV4) return;
  const owner = dev.master ?? dev;
  const isOurs = ethernet.srcLo(v, frame.head) === owner.macLo && ethernet.srcHi(v, frame.head) === owner.macHi;
  if (!isOurs) return;
  const entry = ipRouteOutput(dev.ns, ipv4.dst(v, l3));
  if (entry.dev === owner) updatePmtu(dev.ns, entry, mtu);
}

/**
 * Turns the frame into the ICMP error about itself, on its way back; false for one that must not be answered. The error
 * is written where the frame was: what is quoted moves back, behind the new headers.
 */
export function tunnelFragNeeded(frame: Frame, mtu: number): boolean {
  const v = frame.slab.view;
  const l3 = frame.head + ethernet.HEADER_LEN;
  if (ethernet.etherType(v, frame.head) !== ethernet.ETHERTYPE_IPV4 || !mayAnswer(frame, v, l3, mtu)) return false;
  const [src, dst, ttl] = [ipv4.src(v, l3), ipv4.dst(v, l3), ipv4.ttl(v, l3)];
  const quoted = Math.min(frame.tail - l3, ERROR_BYTES_MAX - PREFIX_LEN);
  const [dstHi, dstLo] = [ethernet.dstHi(v, frame.head), ethernet.dstLo(v, frame.head)];
  const [srcHi, srcLo] = [ethernet.srcHi(v, frame.head), ethernet.srcLo(v, frame.head)];
  frame.slab.bytes.copyWithin(l3 + PREFIX_LEN, l3, l3 + quoted);
  const l4 = l3 + ipv4.HEADER_LEN;
  icmp.writeError(v, l4, icmp.DEST_UNREACH, icmp.FRAG_NEEDED, mtu);
  icmp.setChecksum(v, l4, icmp.computeChecksum(frame.slab, l4, icmp.HEADER_LEN + quoted));
  ipv4.writeHeader(v, l3, 0, PREFIX_LEN + quoted, 0, ipv4.DF, ttl, ipv4.PROTO_ICMP, dst, src);
  ethernet.writeHeader(v, frame.head, srcHi, srcLo, dstHi, dstLo, ethernet.ETHERTYPE_IPV4);
  frame.tail = l3 + PREFIX_LEN + quoted;
  frame.l3 = l3;
  frame.l4 = l4;
  frame.hasGoodSum = false;
  frame.hash = 0;
  return true;
}

/** Twin of iptunnel_pmtud_check_icmp. */
function mayAnswer(frame: Frame, v: DataView, l3: number, mtu: number): boolean {
  if (mtu < ERROR_BYTES_MAX || ipv4.flagsFragment(v, l3) !== ipv4.DF) return false;
  const [src, dst] = [ipv4.src(v, l3), ipv4.dst(v, l3)];
  if (dst === -1 || isMulticastIp4(dst) || src === -1 || isMulticastIp4(src)) return false;
  if (isLoopbackIp4(src) || src >>> 24 === 0) return false;
  const l4 = l3 + ipv4.headerLen(v, l3);
  const isError = ipv4.protocol(v, l3) === ipv4.PROTO_ICMP && l4 < frame.tail && icmp.isError(icmp.type(v, l4));
  return !isError;
}
