/**
 * IPv4: RFC 791, RFC 1122, RFC 1812.
 *
 *    0       4       8              16              24            31
 *   |version| IHL   |     TOS       |         total length          |
 *   |        identification         |flags|    fragment offset      |
 *   |     TTL       |   protocol    |        header checksum        |
 *   |                        source address                         |
 *   |                     destination address                       |
 *   |                 options, up to 40 bytes …                     |
 */
import type { ByteViews } from '../base/bytes.ts';
import { formatIp4 } from '../base/addr.ts';
import { finishSum, sumBytes } from './checksum.ts';
import { declareHeader, i32, off, u16, u8 } from './layout.ts';

interface Ipv4Header {
  versionAndLen: number;
  tos: number;
  totalLen: number;
  id: number;
  flagsFragment: number;
  ttl: number;
  protocol: number;
  checksum: number;
  src: number;
  dst: number;
}

/** The declared header, without options. */
export const layout = declareHeader<Ipv4Header>('ipv4', [
  u8('versionAndLen'),
  u8('tos'),
  u16('totalLen'),
  u16('id'),
  u16('flagsFragment'),
  u8('ttl'),
  u8('protocol'),
  u16('checksum'),
  i32('src'),
  i32('dst'),
]);

const VERSION = off(layout, 'versionAndLen');
const TOS = off(layout, 'tos');
const TOTAL_LEN = off(layout, 'totalLen');
const ID = off(layout, 'id');
const FLAGS_FRAGMENT = off(layout, 'flagsFragment');
const TTL = off(layout, 'ttl');
const PROTOCOL = off(layout, 'protocol');
const CHECKSUM = off(layout, 'checksum');
const SRC = off(layout, 'src');
const DST = off(layout, 'dst');

/** Length of the header without options. */
export const HEADER_LEN = 20;
/** Length of the longest header: IHL is 4 bits of 32-bit words. */
export const MAX_HEADER_LEN = 60;

/** Don't fragment. */
export const DF = 0x4000;
/** More fragments follow. */
export const MF = 0x2000;
/** Fragment offset, in units of 8 bytes. */
export const OFFSET_MASK = 0x1fff;

export const PROTO_ICMP = 1;
export const PROTO_IGMP = 2;
export const PROTO_TCP = 6;
export const PROTO_UDP = 17;
export const PROTO_ESP = 50;

/** What `check` answers when the header can be used. */
export const CHECK_OK = 0;
/** The datagram is longer than the bytes at hand (Linux: InTruncatedPkts). */
export const CHECK_TRUNCATED = 1;
/** Not version 4. */
export const CHECK_VERSION = 2;
/** The header is shorter than 20 bytes, or longer than the bytes at hand. */
export const CHECK_HEADER_LENGTH = 3;
/** The total length does not even cover the header. */
export const CHECK_TOTAL_LENGTH = 4;

/** Version, header length, type of service and total length at once: a read costs more than taking them apart. */
export const firstWord = (v: DataView, o: number): number => v.getInt32(o + VERSION);
/** Length of the header in bytes, of its first word. */
export const headerLenOf = (word: number): number => (word >>> 22) & 0x3c;
/** Type of service, of the first word. */
export const tosOf = (word: number): number => (word >>> 16) & 0xff;
/** Total length, of the first word. */
export const totalLenOf = (word: number): number => word & 0xffff;

/**
 * Whether the bytes from `o` to `end` begin with a whole datagram: 0, or which CHECK_… says no. The checksum is not
 * looked at (see `checksumOk`). Order and meaning as in Linux's ip_rcv_core().
 */
export function check(v: DataView, o: number, end: number): number {
  const available = end - o;
  if (available < HEADER_LEN) return CHECK_HEADER_LENGTH;
  const word = firstWord(v, o);
  if (word >>> 28 !== 4) return CHECK_VERSION;
  const headerBytes = headerLenOf(word);
  if (headerBytes < HEADER_LEN || headerBytes > available) return CHECK_HEADER_LENGTH;
  const total = word & 0xffff;
  if (total > available) return CHECK_TRUNCATED;
  return total < headerBytes ? CHECK_TOTAL_LENGTH : CHECK_OK;
}

export const version = (v: DataView, o: number): number => v.getUint8(o + VERSION) >>> 4;
/** Header length in bytes, options included. */
export const headerLen = (v: DataView, o: number): number => (v.getUint8(o + VERSION) & 0xf) << 2;
export const tos = (v: DataView, o: number): number => v.getUint8(o + TOS);
/** Length of header and payload in bytes. */
export const totalLen = (v: DataView, o: number): number => v.getUint16(o + TOTAL_LEN);
export const id = (v: DataView, o: number): number => v.getUint16(o + ID);
/** DF, MF and the fragment offset in units of 8 bytes, as they stand in the header. */
export const flagsFragment = (v: DataView, o: number): number => v.getUint16(o + FLAGS_FRAGMENT);
/** Fragment offset in bytes. */
export const fragmentOffset = (v: DataView, o: number): number => (v.getUint16(o + FLAGS_FRAGMENT) & OFFSET_MASK) << 3;
/** Whether this is a fragment, the first one included. */
export const isFragment = (v: DataView, o: number): boolean =>
  (v.getUint16(o + FLAGS_FRAGMENT) & (MF | OFFSET_MASK)) !== 0;
export const ttl = (v: DataView, o: number): number => v.getUint8(o + TTL);
export const protocol = (v: DataView, o: number): number => v.getUint8(o + PROTOCOL);
export const checksum = (v: DataView, o: number): number => v.getUint16(o + CHECKSUM);
export const src = (v: DataView, o: number): number => v.getInt32(o + SRC);
export const dst = (v: DataView, o: number): number => v.getInt32(o + DST);

/** Sets the version to 4 and the header length to `bytes`, a multiple of 4. */
export function setHeaderLen(v: DataView, o: number, bytes: number): void {
  v.setUint8(o + VERSION, 0x40 | (bytes >>> 2));
}
export function setTos(v: DataView, o: number, value: number): void {
  v.setUint8(o + TOS, value);
}
export function setTotalLen(v: DataView, o: number, bytes: number): void {
  v.setUint16(o + TOTAL_LEN, bytes);
}
export function setId(v: DataView, o: number, value: number): void {
  v.setUint16(o + ID, value);
}
export function setFlagsFragment(v: DataView, o: number, value: number): void {
  v.setUint16(o + FLAGS_FRAGMENT, value);
}
export function setTtl(v: DataView, o: number, value: number): void {
  v.setUint8(o + TTL, value);
}
export function setProtocol(v: DataView, o: number, value: number): void {
  v.setUint8(o + PROTOCOL, value);
}
export function setChecksum(v: DataView, o: number, value: number): void {
  v.setUint16(o + CHECKSUM, value);
}
export function setSrc(v: DataView, o: number, ip: number): void {
  v.setInt32(o + SRC, ip);
}
export function setDst(v: DataView, o: number, ip: number): void {
  v.setInt32(o + DST, ip);
}

/** Writes a header of 20 bytes with its checksum. `flags` is DF, MF and the fragment offset in units of 8 bytes. */
export function writeHeader(
  v: DataView,
  o: number,
  tosValue: number,
  totalBytes: number,
  idValue: number,
  flags: number,
  ttlValue: number,
  proto: number,
  srcIp: number,
  dstIp: number,
): void {
  const firstWord = 0x4500 | tosValue;
  const ttlAndProtocol = (ttlValue << 8) | proto;
  // Summing the values at hand spares reading the header again.
  const addresses = (srcIp >>> 16) + (srcIp & 0xffff) + (dstIp >>> 16) + (dstIp & 0xffff);
  const sum = finishSum(firstWord + totalBytes + idValue + flags + ttlAndProtocol + addresses);
  // Five stores, each of an int32: V8 takes what may be any number through a double.
  v.setInt32(o + VERSION, (firstWord << 16) | (totalBytes & 0xffff));
  v.setInt32(o + ID, (idValue << 16) | (flags & 0xffff));
  v.setInt32(o + TTL, (ttlAndProtocol << 16) | sum);
  v.setInt32(o + SRC, srcIp | 0);
  v.setInt32(o + DST, dstIp | 0);
}

/** First byte of a header without options: version 4, five 32-bit words. */
const PLAIN_HEADER = 0x45;

/** Whether the checksum fits the header and its options. */
export function checksumOk(b: ByteViews, o: number): boolean {
  if ((o & 1) === 0 && b.bytes[o] === PLAIN_HEADER) {
    return (o & 3) === 0 ? plainChecksumOk(b.u32, o >> 2) : shiftedChecksumOk(b, o >> 1);
  }
  return sumBytes(b, o, headerLen(b.view, o), 0) === 0xffff;
}

/** The same for five aligned lanes: a sum of all ones is the same in either byte order. */
function plainChecksumOk(u32: Uint32Array, at: number): boolean {
  const w0 = u32[at]!;
  const w1 = u32[at + 1]!;
  const w2 = u32[at + 2]!;
  const w3 = u32[at + 3]!;
  const w4 = u32[at + 4]!;
  const upper = (w0 >>> 16) + (w1 >>> 16) + (w2 >>> 16) + (w3 >>> 16) + (w4 >>> 16);
  const lower = (w0 & 0xffff) + (w1 & 0xffff) + (w2 & 0xffff) + (w3 & 0xffff) + (w4 & 0xffff);
  const sum = upper + lower;
  const once = (sum >>> 16) + (sum & 0xffff);
  return (once & 0xffff) + (once >>> 16) === 0xffff;
}

/** The same for a header that begins in the middle of a lane, as one in front of another frame does. */
function shiftedChecksumOk(b: ByteViews, at: number): boolean {
  const { u16, u32 } = b;
  const lane = (at + 1) >> 1;
  const w0 = u32[lane]!;
  const w1 = u32[lane + 1]!;
  const w2 = u32[lane + 2]!;
  const w3 = u32[lane + 3]!;
  const upper = (w0 >>> 16) + (w1 >>> 16) + (w2 >>> 16) + (w3 >>> 16);
  const lower = (w0 & 0xffff) + (w1 & 0xffff) + (w2 & 0xffff) + (w3 & 0xffff);
  const sum = upper + lower + u16[at]! + u16[at + 9]!;
  const once = (sum >>> 16) + (sum & 0xffff);
  return (once & 0xffff) + (once >>> 16) === 0xffff;
}

/** Computes and sets the checksum over the header and its options. */
export function updateHeaderChecksum(b: ByteViews, o: number): void {
  b.view.setUint16(o + CHECKSUM, 0);
  b.view.setUint16(o + CHECKSUM, finishSum(sumBytes(b, o, headerLen(b.view, o), 0)));
}

/** Takes one off the TTL, which must not be 0, and updates the checksum. Linux: ip_decrease_ttl(). */
export function decrementTtl(v: DataView, o: number): void {
  v.setUint8(o + TTL, v.getUint8(o + TTL) - 1);
  // The TTL is the upper byte of its word: one less there is 0x0100 more in the complement, with the carry put back.
  const sum = v.getUint16(o + CHECKSUM) + 0x0100;
  v.setUint16(o + CHECKSUM, sum >= 0xffff ? sum + 1 : sum);
}

/** Kinds of options: RFC 791 3.1, RFC 2113, RFC 1108. */
export const OPTION_END = 0;
export const OPTION_NOP = 1;
export const OPTION_RECORD_ROUTE = 7;
export const OPTION_TIMESTAMP = 68;
export const OPTION_SECURITY = 130;
export const OPTION_LSRR = 131;
export const OPTION_SSRR = 137;
export const OPTION_ROUTER_ALERT = 148;

/** One option: its kind, its length with kind and length byte, and where its data begins in the view. */
export interface Ipv4Option {
  readonly kind: number;
  readonly length: number;
  readonly dataOffset: number;
}

/**
 * The options of a checked header, END and NOP left out; or, when an option does not fit the header, the offset of
 * the bad byte from the start of the header: what an ICMP parameter problem points at. Linux: ip_options_compile().
 */
export function parseOptions(v: DataView, o: number): readonly Ipv4Option[] | number {
  const options: Ipv4Option[] = [];
  const end = o + headerLen(v, o);
  let at = o + HEADER_LEN;
  while (at < end) {
    const kind = v.getUint8(at);
    if (kind === OPTION_END) break;
    if (kind === OPTION_NOP) {
      at++;
      continue;
    }
    if (at + 1 >= end) return at - o;
    const length = v.getUint8(at + 1);
    if (length < 2 || at + length > end) return at + 1 - o;
    options.push({ kind, length, dataOffset: at + 2 });
    at += length;
  }
  return options;
}

/** The header as an object. Addresses are int32, `options` the bytes after the first 20. */
export interface Ipv4Repr {
  tos: number;
  totalLen: number;
  id: number;
  flagsFragment: number;
  ttl: number;
  protocol: number;
  src: number;
  dst: number;
  options: Uint8Array;
}

/** Reads the header at `o`; undefined when `check` refuses it. The checksum is not looked at. */
export function parse(v: DataView, o: number, end: number): Ipv4Repr | undefined {
  if (check(v, o, end) !== CHECK_OK) return undefined;
  const header = layout.decode(v, o);
  const optionBytes = headerLen(v, o) - HEADER_LEN;
  return {
    tos: header.tos,
    totalLen: header.totalLen,
    id: header.id,
    flagsFragment: header.flagsFragment,
    ttl: header.ttl,
    protocol: header.protocol,
    src: header.src,
    dst: header.dst,
    options: new Uint8Array(v.buffer, v.byteOffset + o + HEADER_LEN, optionBytes).slice(),
  };
}

/** Writes the header with its options, padded to 32 bits with END, and its checksum; returns its length. */
export function emit(v: DataView, o: number, repr: Ipv4Repr): number {
  const { options, ...fields } = repr;
  const length = HEADER_LEN + ((options.length + 3) & ~3);
  layout.encode({ versionAndLen: 0x40 | (length >>> 2), checksum: 0, ...fields }, v, o);
  for (let i = 0; i < length - HEADER_LEN; i++) v.setUint8(o + HEADER_LEN + i, options[i] ?? OPTION_END);
  let sum = 0;
  for (let at = o; at < o + length; at += 2) sum += v.getUint16(at);
  v.setUint16(o + CHECKSUM, finishSum(sum));
  return length;
}

/** `172.17.0.2 > 172.17.0.3: proto 1, ttl 64, id 7, offset 0, flags [DF], length 84`. */
export function format(repr: Ipv4Repr): string {
  const offset = (repr.flagsFragment & OFFSET_MASK) << 3;
  const where = `${formatIp4(repr.src)} > ${formatIp4(repr.dst)}`;
  const fragment = `id ${repr.id}, offset ${offset}, flags [${formatFlags(repr.flagsFragment)}]`;
  return `${where}: proto ${repr.protocol}, ttl ${repr.ttl}, ${fragment}, length ${repr.totalLen}`;
}

/** The flags in tcpdump's words: `none`, `+` (more fragments), `DF`, `+, DF`, and `rsvd` for the reserved bit. */
export function formatFlags(flags: number): string {
  const names = [];
  if ((flags & MF) !== 0) names.push('+');
  if ((flags & DF) !== 0) names.push('DF');
  if ((flags & 0x8000) !== 0) names.push('rsvd');
  return names.length === 0 ? 'none' : names.join(', ');
}
