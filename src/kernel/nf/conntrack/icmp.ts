/** The tracker of ICMP: queries are connections, errors belong to the connection that they quote. */
import * as icmp from '../../../wire/icmp.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import type { CtPacket } from './packet.ts';
import { CT_ACCEPT, CT_INVALID } from './packet.ts';
import type { ConntrackSettings } from './settings.ts';
import { CT_IS_REPLY, CT_RELATED } from './status.ts';
import type { ConntrackTable } from './table.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_WORDS, getL4Offset, makeTuple, nfCtGetTuple, nfCtInvertTuple } from './tuple.ts';

/** Highest type that Linux knows (NR_ICMP_TYPES). */
const HIGHEST_TYPE = 18;

/** Bit t is set when a message of type t may begin a connection. */
const NEW_TYPES =
  (1 << icmp.ECHO_REQUEST) |
  (1 << icmp.TIMESTAMP_REQUEST) |
  (1 << icmp.INFO_REQUEST) |
  (1 << icmp.ADDRESS_MASK_REQUEST);

/** What the error's quote says, and what an answer to that would be. */
const quoted = makeTuple();
const inner = makeTuple();

/** Judges a query or its answer. Linux: nf_conntrack_icmp_packet(). */
export function icmpPacket(table: ConntrackTable, settings: ConntrackSettings, packet: CtPacket): number {
  const type = (table.tuples[2 * packet.slot * TUPLE_WORDS + TUPLE_PORTS]! >>> 8) & 0xff;
  if (type > HIGHEST_TYPE || ((NEW_TYPES >>> type) & 1) === 0) return CT_INVALID;
  packet.timeoutSeconds = settings.icmpTimeout;
  return CT_ACCEPT;
}

/**
 * Looks at an ICMP message before its tuple is: an error is given the entry of the connection that it quotes, and that
 * is held. Anything but CT_ACCEPT leaves the message without one. Linux: nf_conntrack_icmpv4_error().
 */
export function icmpError(table: ConntrackTable, packet: CtPacket): number {
  const { b, l4, tail } = packet;
  if (tail - l4 < icmp.HEADER_LEN) return CT_INVALID;
  if (packet.shouldVerifyChecksum && !icmp.checksumOk(b, l4, tail - l4)) return CT_INVALID;
  const type = icmp.type(b.view, l4);
  if (type > HIGHEST_TYPE) return CT_INVALID;
  return icmp.isError(type) ? relateToQuoted(table, packet) : CT_ACCEPT;
}

/** Linux: nf_conntrack_inet_error(). */
function relateToQuoted(table: ConntrackTable, packet: CtPacket): number {
  const { b, l3, l4, tail, zone, replyZone } = packet;
  const innerL3 = l4 + icmp.HEADER_LEN;
  const innerL4 = getL4Offset(b.view, innerL3, tail);
  if (innerL4 < 0 || !nfCtGetTuple(b.view, innerL3, innerL4, tail, zone, quoted)) return CT_INVALID;
  if (!nfCtInvertTuple(quoted, inner)) return CT_INVALID;
  const node = table.findInZones(inner, zone, replyZone);
  if (node < 0) return CT_INVALID;
  // Who sent the quoted datagram must be the one who gets the error.
  if (table.tuples[node * TUPLE_WORDS + TUPLE_DST] !== ipv4.dst(b.view, l3)) return CT_INVALID;
  packet.slot = node >> 1;
  packet.ctinfo = (node & 1) === 0 ? CT_RELATED : CT_RELATED + CT_IS_REPLY;
  table.hold(packet.slot);
  return CT_ACCEPT;
}
