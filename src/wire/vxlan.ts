/**
 * VXLAN: RFC 7348. The payload of a UDP datagram; an Ethernet frame follows.
 *
 *    0       8                      24      31
 *   | flags |        reserved              |
 *   |  VXLAN network identifier    |reserved|
 */
import { declareHeader, off, u24, u8 } from './layout.ts';

/** The header as an object. */
export interface VxlanRepr {
  flags: number;
  vni: number;
}

interface VxlanHeader extends VxlanRepr {
  reserved: number;
  lastReserved: number;
}

/** The declared header. */
export const layout = declareHeader<VxlanHeader>('vxlan', [
  u8('flags'),
  u24('reserved'),
  u24('vni'),
  u8('lastReserved'),
]);

const FLAGS = off(layout, 'flags');
const VNI = off(layout, 'vni');

/** Length of the header. */
export const HEADER_LEN = 8;
/** IANA's port, which Docker uses. */
export const PORT = 4789;
/** What Linux uses when `ip link add … type vxlan` names no port: older than IANA's choice. */
export const LINUX_DEFAULT_PORT = 8472;
/** The identifier is valid; the only flag that RFC 7348 defines. */
export const FLAG_VNI = 0x08;

export const flags = (v: DataView, o: number): number => v.getUint8(o + FLAGS);
/** The 24-bit network identifier. */
export const vni = (v: DataView, o: number): number => v.getInt32(o + VNI) >>> 8;

/** The word with the flags, and that with the identifier: a read costs more than taking them apart. */
export const flagsWord = (v: DataView, o: number): number => v.getInt32(o + FLAGS);
export const vniWord = (v: DataView, o: number): number => v.getInt32(o + VNI);

/** Whether the flag of the identifier is set. */
export const hasVni = (flagsBits: number): boolean => (flagsBits & (FLAG_VNI << 24)) !== 0;

/** Whether nothing is set but the flag and the identifier. */
export const isPlain = (flagsBits: number, vniBits: number): boolean =>
  flagsBits === FLAG_VNI << 24 && (vniBits & 0xff) === 0;

/** Writes all 8 bytes. */
export function writeHeader(v: DataView, o: number, networkId: number): void {
  v.setInt32(o + FLAGS, FLAG_VNI << 24);
  v.setInt32(o + VNI, networkId << 8);
}

/** Reads the header at `o`; undefined when the bytes end before it does. */
export function parse(v: DataView, o: number, end: number): VxlanRepr | undefined {
  if (end - o < HEADER_LEN) return undefined;
  const header = layout.decode(v, o);
  return { flags: header.flags, vni: header.vni };
}

/** Writes the header at `o`; returns its length. */
export function emit(v: DataView, o: number, repr: VxlanRepr): number {
  return layout.encode({ ...repr, reserved: 0, lastReserved: 0 }, v, o);
}

/** `VXLAN, flags [I] (0x08), vni 4097`, as in tcpdump. */
export function format(repr: VxlanRepr): string {
  return `VXLAN, flags ${formatFlags(repr.flags)}, vni ${repr.vni}`;
}

/** The flags in tcpdump's words: `[I] (0x08)`. */
export function formatFlags(bits: number): string {
  return `[${(bits & FLAG_VNI) === 0 ? 'invalid' : 'I'}] (0x${bits.toString(16).padStart(2, '0')})`;
}
