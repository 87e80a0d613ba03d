/**
 * ARP for IPv4 over Ethernet: RFC 826.
 *
 *   0        2        4    5    6        8            14         18           24         28
 *   | htype  | ptype  |hlen|plen|  op    | sender MAC | sender IP| target MAC | target IP|
 */
import { formatIp4, formatMac } from '../base/addr.ts';
import { declareHeader, i32, off, u16, u48, u8 } from './layout.ts';

interface ArpPacket {
  hardwareType: number;
  protocolType: number;
  hardwareLen: number;
  protocolLen: number;
  op: number;
  senderMac: number;
  senderIp: number;
  targetMac: number;
  targetIp: number;
}

/** The declared packet. */
export const layout = declareHeader<ArpPacket>('arp', [
  u16('hardwareType'),
  u16('protocolType'),
  u8('hardwareLen'),
  u8('protocolLen'),
  u16('op'),
  u48('senderMac'),
  i32('senderIp'),
  u48('targetMac'),
  i32('targetIp'),
]);

const TYPES = off(layout, 'hardwareType');
const LENGTHS = off(layout, 'hardwareLen');
const OP = off(layout, 'op');
const SHA_HI = off(layout, 'senderMac');
const SHA_LO = SHA_HI + 2;
const SPA = off(layout, 'senderIp');
const THA_HI = off(layout, 'targetMac');
const THA_LO = THA_HI + 2;
const TPA = off(layout, 'targetIp');

/** Length of the packet for Ethernet and IPv4. */
export const PACKET_LEN = 28;

export const OP_REQUEST = 1;
export const OP_REPLY = 2;

/** Hardware type 1 (Ethernet) and protocol type 0x0800 (IPv4), then their address lengths 6 and 4. */
const ETHERNET_IPV4 = 0x0001_0800;
const LENGTHS_6_4 = 0x0604;

/** A packet alone, as a packet socket takes it. */
export function bytesOf(repr: ArpRepr): Uint8Array {
  const bytes = new Uint8Array(PACKET_LEN);
  emit(new DataView(bytes.buffer), 0, repr);
  return bytes;
}

/** Whether a whole packet for Ethernet and IPv4 stands between `o` and `end`. The operation is not looked at. */
export function check(v: DataView, o: number, end: number): boolean {
  return end - o >= PACKET_LEN && v.getInt32(o + TYPES) === ETHERNET_IPV4 && v.getUint16(o + LENGTHS) === LENGTHS_6_4;
}

export const op = (v: DataView, o: number): number => v.getUint16(o + OP);
/** Upper 16 bits of the sender's MAC. */
export const senderMacHi = (v: DataView, o: number): number => v.getUint16(o + SHA_HI);
/** Lower 32 bits of the sender's MAC, as an int32. */
export const senderMacLo = (v: DataView, o: number): number => v.getInt32(o + SHA_LO);
export const senderIp = (v: DataView, o: number): number => v.getInt32(o + SPA);
/** Upper 16 bits of the target's MAC. */
export const targetMacHi = (v: DataView, o: number): number => v.getUint16(o + THA_HI);
/** Lower 32 bits of the target's MAC, as an int32. */
export const targetMacLo = (v: DataView, o: number): number => v.getInt32(o + THA_LO);
export const targetIp = (v: DataView, o: number): number => v.getInt32(o + TPA);

/** Writes all 28 bytes: operation, then sender and target, each MAC (in halves) before IPv4 address. */
export function write(
  v: DataView,
  o: number,
  operation: number,
  shaHi: number,
  shaLo: number,
  spa: number,
  thaHi: number,
  thaLo: number,
  tpa: number,
): void {
  v.setInt32(o + TYPES, ETHERNET_IPV4);
  v.setUint16(o + LENGTHS, LENGTHS_6_4);
  v.setUint16(o + OP, operation);
  v.setUint16(o + SHA_HI, shaHi);
  v.setInt32(o + SHA_LO, shaLo);
  v.setInt32(o + SPA, spa);
  v.setUint16(o + THA_HI, thaHi);
  v.setInt32(o + THA_LO, thaLo);
  v.setInt32(o + TPA, tpa);
}

/** The packet as an object; MACs are 48-bit numbers, IPv4 addresses int32. */
export interface ArpRepr {
  op: number;
  senderMac: number;
  senderIp: number;
  targetMac: number;
  targetIp: number;
}

/** Reads the packet at `o`; undefined when `check` refuses it. */
export function parse(v: DataView, o: number, end: number): ArpRepr | undefined {
  if (!check(v, o, end)) return undefined;
  const packet = layout.decode(v, o);
  return {
    op: packet.op,
    senderMac: packet.senderMac,
    senderIp: packet.senderIp,
    targetMac: packet.targetMac,
    targetIp: packet.targetIp,
  };
}

/** Writes the packet at `o`; returns its length. */
export function emit(v: DataView, o: number, repr: ArpRepr): number {
  return layout.encode({ hardwareType: 1, protocolType: 0x0800, hardwareLen: 6, protocolLen: 4, ...repr }, v, o);
}

/** In tcpdump's words: `Request who-has 172.17.0.3 tell 172.17.0.2` or `Reply 172.17.0.3 is-at 02:42:ac:11:00:03`. */
export function format(repr: ArpRepr): string {
  if (repr.op === OP_REPLY) return `Reply ${formatIp4(repr.senderIp)} is-at ${formatMac(repr.senderMac)}`;
  const words = `who-has ${formatIp4(repr.targetIp)} tell ${formatIp4(repr.senderIp)}`;
  return repr.op === OP_REQUEST ? `Request ${words}` : `op ${repr.op} ${words}`;
}
