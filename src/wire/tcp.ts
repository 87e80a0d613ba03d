/**
 * TCP: RFC 9293. What dissecting and filtering need of the header.
 *
 *    0               8              16              24            31
 *   |          source port          |        destination port       |
 *   |                        sequence number                        |
 *   |                     acknowledgment number                     |
 *   |offset |   0   |CEUAPRSF flags |            window             |
 *   |           checksum            |        urgent pointer         |
 *   |                 options, up to 40 bytes …                     |
 */
import type { ByteViews } from '../base/bytes.ts';
import { sumBytes, sumPseudoHeader } from './checksum.ts';
import { declareHeader, off, u16, u32, u8 } from './layout.ts';

interface TcpHeader {
  srcPort: number;
  dstPort: number;
  seq: number;
  ack: number;
  dataOffset: number;
  flags: number;
  window: number;
  checksum: number;
  urgent: number;
}

/** The declared header, without options. */
export const layout = declareHeader<TcpHeader>('tcp', [
  u16('srcPort'),
  u16('dstPort'),
  u32('seq'),
  u32('ack'),
  u8('dataOffset'),
  u8('flags'),
  u16('window'),
  u16('checksum'),
  u16('urgent'),
]);

const SRC_PORT = off(layout, 'srcPort');
const DST_PORT = off(layout, 'dstPort');
const SEQ = off(layout, 'seq');
const ACK = off(layout, 'ack');
const DATA_OFFSET = off(layout, 'dataOffset');
const FLAGS = off(layout, 'flags');
const WINDOW = off(layout, 'window');
const CHECKSUM = off(layout, 'checksum');
const URGENT = off(layout, 'urgent');

/** Length of the header without options. */
export const HEADER_LEN = 20;

export const FLAG_FIN = 0x01;
export const FLAG_SYN = 0x02;
export const FLAG_RST = 0x04;
export const FLAG_PSH = 0x08;
export const FLAG_ACK = 0x10;
export const FLAG_URG = 0x20;
export const FLAG_ECE = 0x40;
export const FLAG_CWR = 0x80;

const PROTO_TCP = 6;

/** Whether the bytes from `o` to `end` hold the header with its options. Linux: tcp_v4_rcv(). */
export function check(v: DataView, o: number, end: number): boolean {
  if (end - o < HEADER_LEN) return false;
  const bytes = headerLen(v, o);
  return bytes >= HEADER_LEN && bytes <= end - o;
}

export const srcPort = (v: DataView, o: number): number => v.getUint16(o + SRC_PORT);
export const dstPort = (v: DataView, o: number): number => v.getUint16(o + DST_PORT);
/** Sequence number as an int32: compare with `(a - b) | 0`. */
export const seq = (v: DataView, o: number): number => v.getInt32(o + SEQ);
/** Acknowledgment number as an int32. */
export const ack = (v: DataView, o: number): number => v.getInt32(o + ACK);
/** Header length in bytes, options included. */
export const headerLen = (v: DataView, o: number): number => (v.getUint8(o + DATA_OFFSET) >>> 4) << 2;
/** The eight flags FLAG_…. */
export const flags = (v: DataView, o: number): number => v.getUint8(o + FLAGS);
/** The window as it stands in the header, not scaled. */
export const window = (v: DataView, o: number): number => v.getUint16(o + WINDOW);
export const checksum = (v: DataView, o: number): number => v.getUint16(o + CHECKSUM);
export const urgent = (v: DataView, o: number): number => v.getUint16(o + URGENT);

/** Writes the first 20 bytes with the checksum and the urgent pointer 0; `headerBytes` counts the options. Hot path. */
export function writeHeader(
  v: DataView,
  o: number,
  srcPort: number,
  dstPort: number,
  seq: number,
  ack: number,
  headerBytes: number,
  flags: number,
  window: number,
): void {
  v.setUint32(o + SRC_PORT, (srcPort << 16) | dstPort);
  v.setInt32(o + SEQ, seq);
  v.setInt32(o + ACK, ack);
  v.setUint32(o + DATA_OFFSET, (headerBytes << 26) | (flags << 16) | window);
  v.setUint32(o + CHECKSUM, 0);
}

export function setChecksum(v: DataView, o: number, value: number): void {
  v.setUint16(o + CHECKSUM, value);
}

/** Whether the checksum fits `bytes` bytes of header and data from `o` on. */
export function checksumOk(b: ByteViews, o: number, bytes: number, src: number, dst: number): boolean {
  return sumBytes(b, o, bytes, sumPseudoHeader(src, dst, PROTO_TCP, bytes)) === 0xffff;
}

/** The header as an object. Sequence numbers are unsigned, `headerLen` is in bytes. */
export interface TcpRepr {
  srcPort: number;
  dstPort: number;
  seq: number;
  ack: number;
  headerLen: number;
  flags: number;
  window: number;
  checksum: number;
  urgent: number;
}

/** Reads the header at `o`; undefined when `check` refuses it. Options are left to the caller. */
export function parse(v: DataView, o: number, end: number): TcpRepr | undefined {
  if (!check(v, o, end)) return undefined;
  const { dataOffset, ...fields } = layout.decode(v, o);
  return { ...fields, headerLen: (dataOffset >>> 4) << 2 };
}

/** Writes the first 20 bytes of the header at `o`; returns 20. Options are the caller's. */
export function emit(v: DataView, o: number, repr: TcpRepr): number {
  const { headerLen: bytes, ...fields } = repr;
  return layout.encode({ ...fields, dataOffset: (bytes >>> 2) << 4 }, v, o);
}

/** `40001 > 80: Flags [S.], seq 1, ack 2, win 64240`, as tcpdump begins its line. */
export function format(repr: TcpRepr): string {
  const ackText = (repr.flags & FLAG_ACK) === 0 ? '' : `, ack ${repr.ack}`;
  const ports = `${repr.srcPort} > ${repr.dstPort}`;
  return `${ports}: Flags [${formatFlags(repr.flags)}], seq ${repr.seq}${ackText}, win ${repr.window}`;
}

const FLAG_LETTERS = 'FSRP.UEW';

/** The flags in tcpdump's letters: F S R P . U E W, or `none`. */
export function formatFlags(bits: number): string {
  let text = '';
  for (let i = 0; i < 8; i++) if ((bits & (1 << i)) !== 0) text += FLAG_LETTERS.charAt(i);
  return text === '' ? 'none' : text;
}
