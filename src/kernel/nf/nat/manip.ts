/**
 * Changing the headers of packets: addresses, ports and identifiers, with their checksums by increment (RFC 1624), also
 * those of the datagram that an ICMP error quotes (nf_nat_proto.c).
 */
import type { ByteViews } from '../../../base/bytes.ts';
import { finishSum, sumBytes, sumChange32, updateChecksum, updateChecksum16 } from '../../../wire/checksum.ts';
import * as icmp from '../../../wire/icmp.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import * as tcp from '../../../wire/tcp.ts';
import * as udp from '../../../wire/udp.ts';
import { CT_IS_REPLY, DIR_ORIGINAL, DIR_REPLY, IPS_DST_NAT } from '../conntrack/status.ts';
import { IPS_DST_NAT_DONE, IPS_SRC_NAT, IPS_SRC_NAT_DONE } from '../conntrack/status.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_SRC, TUPLE_WORDS } from '../conntrack/tuple.ts';
import { MANIP_DST, MANIP_SRC, natStatusBit } from './range.ts';

const ICMP_CHECKSUM = 2;
const ICMP_ID = 4;
const UDP_CHECKSUM = 6;
const TCP_CHECKSUM = 16;
/** What stands for a UDP checksum of 0, which would say that there is none. */
const MANGLED_0 = 0xffff;
/** What ICMP errors quote of a transport header at least (RFC 792). */
const QUOTE_BYTES = 8;
const SRC_OFFSET = 12;
const DST_OFFSET = 16;
const NAT_DONE = IPS_SRC_NAT_DONE | IPS_DST_NAT_DONE;

/**
 * Changes a packet of a connection as was settled for it. `ctinfo` says how it stands to the connection; ICMP errors
 * are not meant. Linux: nf_nat_packet().
 */
export function natPacket(
  table: ConntrackTable,
  slot: number,
  ctinfo: number,
  manip: number,
  v: DataView,
  l3: number,
  tail: number,
): boolean {
  const dir = ctinfo >= CT_IS_REPLY ? DIR_REPLY : DIR_ORIGINAL;
  if ((table.status[slot]! & natStatusBit(manip, dir)) === 0) return true;
  return manipLikeAnswer(table, 2 * slot + 1 - dir, manip, v, l3, tail);
}

/** Gives the datagram the source or destination of an answer to what the node sends: what it sends to, for a source. */
function manipLikeAnswer(
  table: ConntrackTable,
  node: number,
  manip: number,
  v: DataView,
  l3: number,
  tail: number,
): boolean {
  const at = node * TUPLE_WORDS;
  const { tuples } = table;
  const ports = tuples[at + TUPLE_PORTS]!;
  if (manip === MANIP_SRC)
    return manipPacket(v, l3, tail, tuples[at + TUPLE_DST]!, ports & 0xffff, ports >>> 16, manip);
  return manipPacket(v, l3, tail, tuples[at + TUPLE_SRC]!, ports >>> 16, ports >>> 16, manip);
}

/**
 * The same for an ICMP error, with the datagram that it quotes; false when it must be dropped.
 * Linux: nf_nat_icmp_reply_translation().
 */
export function natIcmpError(
  table: ConntrackTable,
  slot: number,
  ctinfo: number,
  manip: number,
  b: ByteViews,
  l3: number,
  tail: number,
): boolean {
  const v = b.view;
  const l4 = l3 + ipv4.headerLen(v, l3);
  if (!icmp.checksumOk(b, l4, tail - l4) || isRedirectOfTranslated(table.status[slot]!, v, l4)) return false;
  const dir = ctinfo >= CT_IS_REPLY ? DIR_REPLY : DIR_ORIGINAL;
  if ((table.status[slot]! & natStatusBit(manip, dir)) === 0) return true;
  // The quoted datagram went the other way: what is its source there is the destination here.
  const node = 2 * slot + 1 - dir;
  const at = node * TUPLE_WORDS;
  const ports = table.tuples[at + TUPLE_PORTS]!;
  const inner = l4 + icmp.HEADER_LEN;
  const isDone =
    manip === MANIP_SRC
      ? manipPacket(v, inner, tail, table.tuples[at + TUPLE_DST]!, ports & 0xffff, ports >>> 16, MANIP_DST)
      : manipPacket(v, inner, tail, table.tuples[at + TUPLE_SRC]!, ports >>> 16, ports >>> 16, MANIP_SRC);
  if (!isDone) return false;
  v.setUint16(l4 + ICMP_CHECKSUM, 0);
  v.setUint16(l4 + ICMP_CHECKSUM, finishSum(sumBytes(b, l4, tail - l4, 0)));
  return manipLikeAnswer(table, node, manip, v, l3, tail);
}

/** A redirect tells of addresses that only one side of a translation knows. */
function isRedirectOfTranslated(status: number, v: DataView, l4: number): boolean {
  if (icmp.type(v, l4) !== icmp.REDIRECT) return false;
  return (status & NAT_DONE) !== NAT_DONE || (status & (IPS_SRC_NAT | IPS_DST_NAT)) !== 0;
}

/**
 * Gives the datagram at `l3` another source or destination; `id` is what ICMP's queries have for a port. False when
 * there is too little of its transport header, as in a short quote. Linux: nf_nat_ipv4_manip_pkt().
 */
export function manipPacket(
  v: DataView,
  l3: number,
  tail: number,
  newAddress: number,
  port: number,
  id: number,
  manip: number,
): boolean {
  const l4 = l3 + ipv4.headerLen(v, l3);
  const addressAt = manip === MANIP_SRC ? l3 + SRC_OFFSET : l3 + DST_OFFSET;
  // What both checksums change by.
  const change = sumChange32(v.getInt32(addressAt), newAddress);
  const portAt = manip === MANIP_SRC ? l4 : l4 + 2;
  const protocol = ipv4.protocol(v, l3);
  if (protocol === ipv4.PROTO_TCP) {
    if (tail - l4 < QUOTE_BYTES) return false;
    manipTcp(v, l4, tail, portAt, port, change);
  } else if (protocol === ipv4.PROTO_UDP) {
    if (tail - l4 < udp.HEADER_LEN) return false;
    manipUdp(v, l4, portAt, port, change);
  } else if (protocol === ipv4.PROTO_ICMP) {
    if (tail - l4 < icmp.HEADER_LEN) return false;
    manipIcmp(v, l4, id);
  }
  ipv4.setChecksum(v, l3, updateChecksum(ipv4.checksum(v, l3), change));
  v.setInt32(addressAt, newAddress);
  return true;
}

function manipTcp(v: DataView, l4: number, tail: number, portAt: number, port: number, change: number): void {
  const oldPort = v.getUint16(portAt);
  v.setUint16(portAt, port);
  if (tail - l4 < tcp.HEADER_LEN) return;
  v.setUint16(l4 + TCP_CHECKSUM, updateChecksum(tcp.checksum(v, l4), change + (~oldPort & 0xffff) + port));
}

function manipUdp(v: DataView, l4: number, portAt: number, port: number, change: number): void {
  const oldPort = v.getUint16(portAt);
  v.setUint16(portAt, port);
  const old = udp.checksum(v, l4);
  if (old === 0) return;
  const checksum = updateChecksum(old, change + (~oldPort & 0xffff) + port);
  v.setUint16(l4 + UDP_CHECKSUM, checksum === 0 ? MANGLED_0 : checksum);
}

/** Errors have no identifier. */
function manipIcmp(v: DataView, l4: number, id: number): void {
  if (!icmp.isQueryType(icmp.type(v, l4))) return;
  v.setUint16(l4 + ICMP_CHECKSUM, updateChecksum16(icmp.checksum(v, l4), icmp.echoId(v, l4), id));
  v.setUint16(l4 + ICMP_ID, id);
}
