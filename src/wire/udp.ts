/**
 * UDP: RFC 768.
 *
 *   0              16              31
 *   |  source port  |   dest. port  |
 *   |    length     |   checksum    |
 */
import type { ByteViews } from '../base/bytes.ts';
import { finishSum, sumBytes, sumPseudoHeader } from './checksum.ts';
import { declareHeader, off, u16 } from './layout.ts';

/** The header as an object; `length` covers header and data. */
export interface UdpRepr {
  srcPort: number;
  dstPort: number;
  length: number;
  checksum: number;
}

/** The declared header. */
export const layout = declareHeader<UdpRepr>('udp', [u16('srcPort'), u16('dstPort'), u16('length'), u16('checksum')]);

const SRC_PORT = off(layout, 'srcPort');
const DST_PORT = off(layout, 'dstPort');
const LENGTH = off(layout, 'length');
const CHECKSUM = off(layout, 'checksum');

/** Length of the header. */
export const HEADER_LEN = 8;

const PROTO_UDP = 17;

/** Whether the bytes from `o` to `end` hold the header and the length it claims. Linux: __udp4_lib_rcv(). */
export function check(v: DataView, o: number, end: number): boolean {
  if (end - o < HEADER_LEN) return false;
  const claimed = v.getUint16(o + LENGTH);
  return claimed >= HEADER_LEN && claimed <= end - o;
}

export const srcPort = (v: DataView, o: number): number => v.getUint16(o + SRC_PORT);
export const dstPort = (v: DataView, o: number): number => v.getUint16(o + DST_PORT);
/** Length of header and data in bytes. */
export const length = (v: DataView, o: number): number => v.getUint16(o + LENGTH);
/** The checksum as it stands in the header; 0 means that the sender computed none. */
export const checksum = (v: DataView, o: number): number => v.getUint16(o + CHECKSUM);

export function setSrcPort(v: DataView, o: number, port: number): void {
  v.setUint16(o + SRC_PORT, port);
}
export function setDstPort(v: DataView, o: number, port: number): void {
  v.setUint16(o + DST_PORT, port);
}
export function setLength(v: DataView, o: number, bytes: number): void {
  v.setUint16(o + LENGTH, bytes);
}
export function setChecksum(v: DataView, o: number, value: number): void {
  v.setUint16(o + CHECKSUM, value);
}

/** Writes all 8 bytes; `bytes` is the length of header and data. */
export function writeHeader(
  v: DataView,
  o: number,
  src: number,
  dst: number,
  bytes: number,
  checksumValue: number,
): void {
  v.setInt32(o + SRC_PORT, (src << 16) | (dst & 0xffff));
  v.setInt32(o + LENGTH, (bytes << 16) | (checksumValue & 0xffff));
}

/**
 * The checksum over pseudo-header, header and data (`bytes` from `o` on), whatever stands in the checksum field now.
 * A sum of zero is sent as 0xffff, because 0 says that there is none.
 */
export function computeChecksum(b: ByteViews, o: number, bytes: number, src: number, dst: number): number {
  const pseudo = sumPseudoHeader(src, dst, PROTO_UDP, bytes);
  // Taking the field's present value off again leaves the header untouched.
  const without = pseudo + (~b.view.getUint16(o + CHECKSUM) & 0xffff);
  return checksumOf(sumBytes(b, o, bytes, without));
}

/** The checksum of a sum over pseudo-header, header and data: zero is sent as 0xffff. */
export function checksumOf(sum: number): number {
  const value = finishSum(sum);
  return value === 0 ? 0xffff : value;
}

/** Whether the checksum fits `bytes` bytes from `o` on, or the sender computed none. */
export function checksumOk(b: ByteViews, o: number, bytes: number, src: number, dst: number): boolean {
  if (b.view.getUint16(o + CHECKSUM) === 0) return true;
  return sumBytes(b, o, bytes, sumPseudoHeader(src, dst, PROTO_UDP, bytes)) === 0xffff;
}

/** Reads the header at `o`; undefined when `check` refuses it. */
export function parse(v: DataView, o: number, end: number): UdpRepr | undefined {
  return check(v, o, end) ? layout.decode(v, o) : undefined;
}

/** Writes the header at `o`; returns its length. */
export function emit(v: DataView, o: number, repr: UdpRepr): number {
  return layout.encode(repr, v, o);
}

/** `40001 > 53: UDP, length 12`, the length being that of the data, as in tcpdump. */
export function format(repr: UdpRepr): string {
  return `${repr.srcPort} > ${repr.dstPort}: UDP, length ${repr.length - HEADER_LEN}`;
}
