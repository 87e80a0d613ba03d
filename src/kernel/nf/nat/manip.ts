/**
 * Changing the headers of packets: addresses, ports and identifiers, with their checksums by increment (RFC 1624), also
 * those of the datagram that an ICMP error quotes (nf_nat_proto.c).
 */
import type { ByteViews } from '../../../base/bytes.ts';
import { finishSum, sumBytes, updateChecksum16, updateChecksum32 } from '../../../wire/checksum.ts';
import * as icmp from '../../../wire/icmp.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import * as tcp from '../../../wire/tcp.ts';
import * as udp from '../../../wire/udp.ts';
import { CT_IS_REPLY, CT_RELATED, DIR_ORIGINAL, DIR_REPLY, IPS_DST_NAT } from '../conntrack/status.ts';
import { IPS_DST_NAT_DONE, IPS_SRC_NAT, IPS_SRC_NAT_DONE } from '../conntrack/status.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_SRC, makeTuple, nfCtInvertTuple } from '../conntrack/tuple.ts';
import { MANIP_DST, MANIP_SRC, natStatusBit } from './range.ts';

const ICMP_CHECKSUM = 2;
const ICMP_ID = 4;
const UDP_CHECKSUM = 6;
const TCP_CHECKSUM = 16;
/** What stands for a UDP checksum of 0, which would say that there is none. */
const MANGLED_0 = 0xffff;
const NAT_DONE = IPS_SRC_NAT_DONE | IPS_DST_NAT_DONE;

const wanted = makeTuple();
const other = makeTuple();

/**
 * Changes a packet of a connection as was settled for it; false when it must be dropped. `ctinfo` says how it stands
 * to the connection. Linux: nf_nat_packet(), nf_nat_icmp_reply_translation().
 */
export function natPacket(
  table: ConntrackTable,
  slot: number,
  ctinfo: number,
  manip: number,
  b: ByteViews,
  l3: number,
  tail: number,
): boolean {
  const dir = ctinfo >= CT_IS_REPLY ? DIR_REPLY : DIR_ORIGINAL;
  const isRelated = ctinfo % CT_IS_REPLY === CT_RELATED && ipv4.protocol(b.view, l3) === ipv4.PROTO_ICMP;
  if (isRelated && isRedirectOfTranslated(table.status[slot]!, b.view, l3)) return false;
  if ((table.status[slot]! & natStatusBit(manip, dir)) === 0) return true;
  // It must look like the answer to what comes the other way.
  table.readTuple(2 * slot + 1 - dir, other);
  nfCtInvertTuple(other, wanted);
  if (isRelated) translateQuote(b, l3, tail, manip);
  manipPacket(b.view, l3, tail, wanted, manip);
  return true;
}

/** A redirect tells of addresses that only one side of a translation knows. */
function isRedirectOfTranslated(status: number, v: DataView, l3: number): boolean {
  if (icmp.type(v, l3 + ipv4.headerLen(v, l3)) !== icmp.REDIRECT) return false;
  return (status & NAT_DONE) !== NAT_DONE || (status & (IPS_SRC_NAT | IPS_DST_NAT)) !== 0;
}

/** The quoted datagram went the other way: what is its source there is the destination here. */
function translateQuote(b: ByteViews, l3: number, tail: number, manip: number): void {
  const l4 = l3 + ipv4.headerLen(b.view, l3);
  manipPacket(b.view, l4 + icmp.HEADER_LEN, tail, other, manip === MANIP_SRC ? MANIP_DST : MANIP_SRC);
  b.view.setUint16(l4 + ICMP_CHECKSUM, 0);
  b.view.setUint16(l4 + ICMP_CHECKSUM, finishSum(sumBytes(b, l4, tail - l4, 0)));
}

/**
 * Gives the datagram at `l3` the source or destination of `target`. Quoted datagrams may end in the middle of their
 * transport header: what is there is changed. Linux: nf_nat_ipv4_manip_pkt().
 */
export function manipPacket(v: DataView, l3: number, tail: number, target: Int32Array, manip: number): void {
  const l4 = l3 + ipv4.headerLen(v, l3);
  const oldAddress = manip === MANIP_SRC ? ipv4.src(v, l3) : ipv4.dst(v, l3);
  const newAddress = manip === MANIP_SRC ? target[TUPLE_SRC]! : target[TUPLE_DST]!;
  const ports = target[TUPLE_PORTS]!;
  const port = manip === MANIP_SRC ? ports >>> 16 : ports & 0xffff;
  const portAt = manip === MANIP_SRC ? l4 : l4 + 2;
  if (ipv4.fragmentOffset(v, l3) === 0) {
    switch (ipv4.protocol(v, l3)) {
      case ipv4.PROTO_TCP:
        if (tail - l4 >= 8) manipTcp(v, l4, tail, portAt, port, oldAddress, newAddress);
        break;
      case ipv4.PROTO_UDP:
        if (tail - l4 >= udp.HEADER_LEN) manipUdp(v, l4, portAt, port, oldAddress, newAddress);
        break;
      case ipv4.PROTO_ICMP:
        if (tail - l4 >= icmp.HEADER_LEN) manipIcmp(v, l4, ports >>> 16);
        break;
    }
  }
  ipv4.setChecksum(v, l3, updateChecksum32(ipv4.checksum(v, l3), oldAddress, newAddress));
  if (manip === MANIP_SRC) ipv4.setSrc(v, l3, newAddress);
  else ipv4.setDst(v, l3, newAddress);
}

function manipTcp(
  v: DataView,
  l4: number,
  tail: number,
  portAt: number,
  port: number,
  oldAddress: number,
  newAddress: number,
): void {
  const oldPort = v.getUint16(portAt);
  v.setUint16(portAt, port);
  if (tail - l4 < tcp.HEADER_LEN) return;
  const checksum = updateChecksum32(tcp.checksum(v, l4), oldAddress, newAddress);
  v.setUint16(l4 + TCP_CHECKSUM, updateChecksum16(checksum, oldPort, port));
}

function manipUdp(v: DataView, l4: number, portAt: number, port: number, oldAddress: number, newAddress: number): void {
  const oldPort = v.getUint16(portAt);
  v.setUint16(portAt, port);
  const old = udp.checksum(v, l4);
  if (old === 0) return;
  const checksum = updateChecksum16(updateChecksum32(old, oldAddress, newAddress), oldPort, port);
  v.setUint16(l4 + UDP_CHECKSUM, checksum === 0 ? MANGLED_0 : checksum);
}

/** Errors have no identifier. */
function manipIcmp(v: DataView, l4: number, id: number): void {
  if (!icmp.isQueryType(icmp.type(v, l4))) return;
  v.setUint16(l4 + ICMP_CHECKSUM, updateChecksum16(icmp.checksum(v, l4), icmp.echoId(v, l4), id));
  v.setUint16(l4 + ICMP_ID, id);
}
