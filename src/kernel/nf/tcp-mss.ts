/**
 * The option of a TCP segment that says how long segments may be (RFC 9293 3.7.1), as the target TCPMSS lowers it
 * (Linux: xt_TCPMSS.c).
 *
 *   | kind 2 | length 4 | maximum segment size |
 */
import { updateChecksum16, updateChecksum32 } from '../../wire/checksum.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as tcp from '../../wire/tcp.ts';
import { dstMtu } from '../ip/fnhe.ts';
import type { DstEntry } from '../ip/route.ts';
import { ipRouteInput, ipRouteOutput } from '../ip/route.ts';
import type { NfPacket } from './packet.ts';

const OPTION_END_OR_NOP = 1;
const OPTION_MSS = 2;
const OPTION_MSS_BYTES = 4;
/** Who says nothing is taken to have said this (RFC 1122 4.2.2.6). */
const DEFAULT_MSS = 536;
const HEADER_LEN_MAX = 60;
const HEADERS_LEN = ipv4.HEADER_LEN + tcp.HEADER_LEN;

/** What fits the way on and the way back; -1 where that is nothing. */
export function pmtuMss(packet: NfPacket): number {
  const back = ipRouteOutput(packet.state.ns, ipv4.src(packet.view, packet.network));
  const mtu = Math.min(mtuOn(packet), mtuOf(packet, back));
  return mtu <= HEADERS_LEN || mtu === Infinity ? -1 : mtu - HEADERS_LEN;
}

/** Of the way that the packet takes; over a bridge there is none but the bridge itself. */
function mtuOn(packet: NfPacket): number {
  const { frame, state } = packet;
  return frame.physOut !== null ? state.outDev!.mtu : mtuOf(packet, state.dst ?? routeOf(packet));
}

function mtuOf({ state }: NfPacket, way: DstEntry): number {
  return way.dev === null ? Infinity : dstMtu(state.ns, way);
}

/** One that this host sends itself, or one that it forwards. */
function routeOf({ frame, state, view, network }: NfPacket): DstEntry {
  const dst = ipv4.dst(view, network);
  return frame.dev === null ? ipRouteOutput(state.ns, dst) : ipRouteInput(state.ns, dst);
}

/** Twin of tcpmss_mangle_packet: never makes it more. False for what is no segment, which must be dropped. */
export function tcpmssMangle(packet: NfPacket, mss: number): boolean {
  const { view: v, transport, end } = packet;
  const length = end - transport;
  if (length < tcp.HEADER_LEN) return false;
  const headerLen = tcp.headerLen(v, transport);
  if (length < headerLen || headerLen < tcp.HEADER_LEN) return false;
  const at = findMss(v, transport, headerLen);
  if (at >= 0) lowerMss(v, transport, at, mss);
  // With data behind the header, or a full one, there is no room for it.
  else if (length === headerLen && headerLen < HEADER_LEN_MAX) insertMss(packet, Math.min(mss, DEFAULT_MSS));
  return true;
}

/** Where the option stands, or -1. */
function findMss(v: DataView, transport: number, headerLen: number): number {
  const last = transport + headerLen - OPTION_MSS_BYTES;
  for (let at = transport + tcp.HEADER_LEN; at <= last; at += optionLen(v, at)) {
    if (v.getUint8(at) === OPTION_MSS && v.getUint8(at + 1) === OPTION_MSS_BYTES) return at;
  }
  return -1;
}

/** Twin of optlen: beware of options without a length. */
function optionLen(v: DataView, at: number): number {
  return v.getUint8(at) <= OPTION_END_OR_NOP ? 1 : Math.max(v.getUint8(at + 1), 1);
}

function lowerMss(v: DataView, transport: number, at: number, mss: number): void {
  const before = v.getUint16(at + 2);
  if (before <= mss) return;
  v.setUint16(at + 2, mss);
  tcp.setChecksum(v, transport, updateChecksum16(tcp.checksum(v, transport), before, mss));
}

/** Behind the fixed header, before all other options: header, datagram and pseudo-header grow by four bytes. */
function insertMss(packet: NfPacket, mss: number): void {
  const { frame, view: v, network, transport, end } = packet;
  const at = transport + tcp.HEADER_LEN;
  frame.slab.bytes.copyWithin(at + OPTION_MSS_BYTES, at, end);
  v.setUint8(at, OPTION_MSS);
  v.setUint8(at + 1, OPTION_MSS_BYTES);
  v.setUint16(at + 2, mss);
  const offsetWord = transport + 12;
  const [length, offset] = [end - transport, v.getUint16(offsetWord)];
  v.setUint16(offsetWord, offset + (OPTION_MSS_BYTES << 10));
  let checksum = updateChecksum16(tcp.checksum(v, transport), length, length + OPTION_MSS_BYTES);
  checksum = updateChecksum32(checksum, 0, v.getUint32(at));
  tcp.setChecksum(v, transport, updateChecksum16(checksum, offset, v.getUint16(offsetWord)));
  frame.tail = end + OPTION_MSS_BYTES;
  packet.end = frame.tail;
  const total = ipv4.totalLen(v, network);
  ipv4.setChecksum(v, network, updateChecksum16(ipv4.checksum(v, network), total, total + OPTION_MSS_BYTES));
  ipv4.setTotalLen(v, network, total + OPTION_MSS_BYTES);
}
