/**
 * Ethernet II: IEEE 802.3 clause 3, RFC 894.
 *
 *   0           6           12     14
 *   | dst MAC   | src MAC   | type | payload …
 *
 * Hot code reads a MAC as its upper 16 bits and its lower 32 bits (an int32), cold code as one 48-bit number.
 */
import { formatMac } from '../base/addr.ts';
import { declareHeader, off, u16, u48 } from './layout.ts';

/** The header as an object; addresses are 48-bit numbers. */
export interface EthernetRepr {
  dst: number;
  src: number;
  etherType: number;
}

/** The declared header. */
export const layout = declareHeader<EthernetRepr>('ethernet', [u48('dst'), u48('src'), u16('etherType')]);

const DST_HI = off(layout, 'dst');
const DST_LO = DST_HI + 2;
const SRC_HI = off(layout, 'src');
const SRC_LO = SRC_HI + 2;
const TYPE = off(layout, 'etherType');

/** Length of the header; there is no trailer, frames carry no FCS. */
export const HEADER_LEN = 14;

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_VLAN = 0x8100;
export const ETHERTYPE_IPV6 = 0x86dd;

/** Upper 16 bits of the destination. */
export const dstHi = (v: DataView, o: number): number => v.getUint16(o + DST_HI);
/** Lower 32 bits of the destination, as an int32. */
export const dstLo = (v: DataView, o: number): number => v.getInt32(o + DST_LO);
/** Upper 16 bits of the source. */
export const srcHi = (v: DataView, o: number): number => v.getUint16(o + SRC_HI);
/** Lower 32 bits of the source, as an int32. */
export const srcLo = (v: DataView, o: number): number => v.getInt32(o + SRC_LO);
export const etherType = (v: DataView, o: number): number => v.getUint16(o + TYPE);

/** The destination as a 48-bit number. Cold: the number is boxed. */
export const dst = (v: DataView, o: number): number =>
  v.getUint16(o + DST_HI) * 0x1_0000_0000 + v.getUint32(o + DST_LO);
/** The source as a 48-bit number. Cold: the number is boxed. */
export const src = (v: DataView, o: number): number =>
  v.getUint16(o + SRC_HI) * 0x1_0000_0000 + v.getUint32(o + SRC_LO);

export function setDst(v: DataView, o: number, hi: number, lo: number): void {
  v.setUint16(o + DST_HI, hi);
  v.setInt32(o + DST_LO, lo);
}

export function setSrc(v: DataView, o: number, hi: number, lo: number): void {
  v.setUint16(o + SRC_HI, hi);
  v.setInt32(o + SRC_LO, lo);
}

export function setEtherType(v: DataView, o: number, type: number): void {
  v.setUint16(o + TYPE, type);
}

/** Writes all 14 bytes. */
export function writeHeader(
  v: DataView,
  o: number,
  dstMacHi: number,
  dstMacLo: number,
  srcMacHi: number,
  srcMacLo: number,
  type: number,
): void {
  // Said to be an int32, a number is not taken through a double on its way.
  v.setUint16(o + DST_HI, dstMacHi | 0);
  v.setInt32(o + DST_LO, dstMacLo | 0);
  v.setUint16(o + SRC_HI, srcMacHi | 0);
  v.setInt32(o + SRC_LO, srcMacLo | 0);
  v.setUint16(o + TYPE, type | 0);
}

/** Whether the frame is for everyone: ff:ff:ff:ff:ff:ff. */
export function isBroadcast(v: DataView, o: number): boolean {
  return v.getInt32(o + DST_LO) === -1 && v.getUint16(o + DST_HI) === 0xffff;
}

/** Whether the destination has the group bit; broadcast is a group too. */
export function isMulticast(v: DataView, o: number): boolean {
  // It is the first bit on the wire. So written, V8 thinks the function small enough to be inlined anywhere.
  return (v.getUint8(o) & 1) !== 0;
}

/** Reads the header at `o`; undefined when the frame ends at `end` before the header does. */
export function parse(v: DataView, o: number, end: number): EthernetRepr | undefined {
  return end - o < HEADER_LEN ? undefined : layout.decode(v, o);
}

/** Writes the header at `o`; returns its length. */
export function emit(v: DataView, o: number, repr: EthernetRepr): number {
  return layout.encode(repr, v, o);
}

/** `02:42:ac:11:00:02 > ff:ff:ff:ff:ff:ff, ethertype 0x0806`. */
export function format(repr: EthernetRepr): string {
  const type = repr.etherType.toString(16).padStart(4, '0');
  return `${formatMac(repr.src)} > ${formatMac(repr.dst)}, ethertype 0x${type}`;
}
