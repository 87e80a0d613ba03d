/**
 * What the target REJECT sends (Linux: nf_reject_ipv4.c): an ICMP error about the packet, or the reset of its TCP
 * connection. Both are silent about what nobody may answer. A packet of either kind goes its own way through the hooks.
 */
import type { Ip4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { finishSum, sumBytes, sumPseudoHeader } from '../../wire/checksum.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as tcp from '../../wire/tcp.ts';
import * as udp from '../../wire/udp.ts';
import { dstMtu } from '../ip/fnhe.ts';
import { icmpSend } from '../ip/icmp-send.ts';
import { ipLocalOutUncounted } from '../ip/output.ts';
import { DST_BROADCAST, DST_MULTICAST, ipRouteInput, ipRouteOutput } from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';
import { devQueueXmit } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { nfCtAttach, nfCtSetClosing } from './conntrack/attach.ts';

const RESET_BYTES = ipv4.HEADER_LEN + tcp.HEADER_LEN;

const PROTO_GRE = 47;
const PROTO_ESP = 50;
const PROTO_AH = 51;
const PROTO_SCTP = 132;
const PROTO_UDPLITE = 136;
/** Protocols whose own sum is none over all of the packet (nf_reject_verify_csum). */
const UNSUMMED: ReadonlySet<number> = new Set([PROTO_GRE, PROTO_ESP, PROTO_AH, PROTO_SCTP, PROTO_UDPLITE]);

/** Twin of nf_send_unreach: tells the sender that its destination is unreachable. The frame stays the caller's. */
export function nfSendUnreach(ns: Netns, about: Frame, code: number): void {
  const v = about.slab.view;
  if (ipv4.fragmentOffset(v, about.l3) !== 0) return;
  if (!isVerified(ns, about) && isSummed(about) && !nfIpChecksumOk(about)) return;
  icmpSend(ns, about, icmp.DEST_UNREACH, code, 0);
}

/** Twin of nf_reject_verify_csum. */
function isSummed(about: Frame): boolean {
  const v = about.slab.view;
  const protocol = ipv4.protocol(v, about.l3);
  if (protocol !== ipv4.PROTO_UDP) return !UNSUMMED.has(protocol);
  const l4 = about.l3 + ipv4.headerLen(v, about.l3);
  return l4 + udp.HEADER_LEN > about.tail || udp.checksum(v, l4) !== 0;
}

/**
 * Twin of nf_ip_checksum: over everything, whatever the protocol. The header is in it: its own sum makes it come to
 * nothing, unless an option was filled in, whose sum is mended further on.
 */
function nfIpChecksumOk(about: Frame): boolean {
  const { slab, l3, tail } = about;
  const v = slab.view;
  const protocol = ipv4.protocol(v, l3);
  const bytes = tail - l3 - ipv4.headerLen(v, l3);
  const hasPseudoHeader = protocol === ipv4.PROTO_TCP || protocol === ipv4.PROTO_UDP;
  const pseudo = hasPseudoHeader ? sumPseudoHeader(ipv4.src(v, l3), ipv4.dst(v, l3), protocol, bytes) : 0;
  return finishSum(sumBytes(slab, l3, tail - l3, pseudo)) === 0;
}

/** Connection tracking has looked already, before an option was filled in (skb->csum_valid). */
function isVerified(ns: Netns, about: Frame): boolean {
  const { conntrack } = ns;
  const protocol = ipv4.protocol(about.slab.view, about.l3);
  if (about.dev === null || conntrack === null || about.flows !== conntrack || !conntrack.settings.checksum)
    return false;
  return protocol === ipv4.PROTO_TCP || protocol === ipv4.PROTO_UDP || protocol === ipv4.PROTO_ICMP;
}

/**
 * Twin of nf_send_reset: ends the connection in the name of the packet's destination. Over a bridge the reset goes back
 * by the port that the packet came by, with the MAC address that it was for. The frame stays the caller's.
 */
export function nfSendReset(ns: Netns, about: Frame, isForwarded: boolean): void {
  if (!mayReset(ns, about, isForwarded)) return;
  const v = about.slab.view;
  const [src, dst] = [ipv4.dst(v, about.l3), ipv4.src(v, about.l3)];
  const mark = ns.sysctls.fwmarkReflect === 0 ? 0 : about.mark;
  const frame = makeReset(ns, about, src, dst);
  // Twin of ip_route_me_harder: the source need not be this host's.
  const way = ipRouteOutput(ns, dst, src, 0, mark);
  if (way.dev === null || RESET_BYTES > dstMtu(ns, way)) {
    ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, null);
    return;
  }
  frame.mark = mark;
  nfCtAttach(frame, about);
  nfCtSetClosing(about);
  if (about.physIn === null) ipLocalOutUncounted(ns, way, frame);
  else sendBackOverBridge(about, frame);
}

/** Twin of nf_reject_ip_tcphdr_get, and of the look at the packet's route. */
function mayReset(ns: Netns, about: Frame, isForwarded: boolean): boolean {
  const { slab, l3, tail } = about;
  const v = slab.view;
  if (ipv4.fragmentOffset(v, l3) !== 0 || ipv4.protocol(v, l3) !== ipv4.PROTO_TCP) return false;
  const l4 = l3 + ipv4.headerLen(v, l3);
  if (l4 + tcp.HEADER_LEN > tail || (tcp.flags(v, l4) & tcp.FLAG_RST) !== 0) return false;
  // Who forwards forgets that the sum was right (skb_forward_csum).
  if ((isForwarded || !isVerified(ns, about)) && !nfIpChecksumOk(about)) return false;
  const { type } = ipRouteInput(ns, ipv4.dst(v, l3));
  return type !== DST_BROADCAST && type !== DST_MULTICAST;
}

/** Twins of nf_reject_iphdr_put and nf_reject_ip_tcphdr_put. */
function makeReset(ns: Netns, about: Frame, src: Ip4, dst: Ip4): Frame {
  const frame = ns.machine.stats.take(RESET_BYTES);
  const { slab, l3 } = frame;
  const v = slab.view;
  frame.l4 = l3 + ipv4.HEADER_LEN;
  frame.tail = frame.l4 + tcp.HEADER_LEN;
  ipv4.writeHeader(v, l3, 0, RESET_BYTES, 0, ipv4.DF, ns.sysctls.ipDefaultTtl, ipv4.PROTO_TCP, src, dst);
  const old = about.l3 + ipv4.headerLen(v, about.l3);
  const isAck = (tcp.flags(v, old) & tcp.FLAG_ACK) !== 0;
  tcp.emit(v, frame.l4, {
    srcPort: tcp.dstPort(v, old),
    dstPort: tcp.srcPort(v, old),
    seq: isAck ? tcp.ack(v, old) >>> 0 : 0,
    ack: isAck ? 0 : (tcp.seq(v, old) + segmentLen(about, old)) >>> 0,
    headerLen: tcp.HEADER_LEN,
    flags: isAck ? tcp.FLAG_RST : tcp.FLAG_RST | tcp.FLAG_ACK,
    window: 0,
    checksum: 0,
    urgent: 0,
  });
  const sum = sumBytes(slab, frame.l4, tcp.HEADER_LEN, sumPseudoHeader(src, dst, ipv4.PROTO_TCP, tcp.HEADER_LEN));
  tcp.setChecksum(v, frame.l4, finishSum(sum));
  return frame;
}

/** What the segment takes of the sequence space (RFC 9293, SEG.LEN). */
function segmentLen(about: Frame, l4: number): number {
  const v = about.slab.view;
  const flags = tcp.flags(v, l4);
  const marks = ((flags & tcp.FLAG_SYN) === 0 ? 0 : 1) + ((flags & tcp.FLAG_FIN) === 0 ? 0 : 1);
  return about.tail - l4 - tcp.headerLen(v, l4) + marks;
}

/** Without the hook points, as if the destination had sent it. */
function sendBackOverBridge(about: Frame, frame: Frame): void {
  const port = about.physIn as NetDevice;
  const v = frame.slab.view;
  frame.head = frame.l3 - ethernet.HEADER_LEN;
  ethernet.writeHeader(
    v,
    frame.head,
    ethernet.srcHi(v, about.head),
    ethernet.srcLo(v, about.head),
    ethernet.dstHi(v, about.head),
    ethernet.dstLo(v, about.head),
    ethernet.ETHERTYPE_IPV4,
  );
  devQueueXmit(port, frame);
}
