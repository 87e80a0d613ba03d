/**
 * Options of a TCP header (RFC 9293 3.1, RFC 7323, RFC 2018). Each is a kind, a length that counts both, and data:
 *
 *   0 end of list   1 no operation (both one byte)
 *   2 maximum segment size, 4 bytes    3 window scale, 3    4 SACK permitted, 2
 *   5 SACK, 2 + 8 per block            8 time stamps, 10
 *
 * Twins: tcp_parse_options, tcp_fast_parse_options, tcp_parse_aligned_timestamp, tcp_options_write.
 */
import { FLAG_SYN, flags, HEADER_LEN } from './tcp.ts';

const KIND_EOL = 0;
const KIND_NOP = 1;
const KIND_MSS = 2;
const KIND_WINDOW = 3;
const KIND_SACK_PERM = 4;
const KIND_SACK = 5;
const KIND_TIMESTAMP = 8;

const MSS_LEN = 4;
const WINDOW_LEN = 3;
const SACK_PERM_LEN = 2;
const SACK_BASE_LEN = 2;
const SACK_BLOCK_LEN = 8;
const TIMESTAMP_LEN = 10;
/** Two bytes of padding, then the time stamps: what nearly all segments carry, and nothing else. */
export const TIMESTAMP_ALIGNED_LEN = 12;
const TIMESTAMP_WORD = (KIND_NOP << 24) | (KIND_NOP << 16) | (KIND_TIMESTAMP << 8) | TIMESTAMP_LEN;
/** RFC 7323 2.3: no shift is larger. */
const WSCALE_MAX = 14;

/** What is read from the options, and what decides how they are read (Linux: struct tcp_options_received). */
export interface TcpOptionFields {
  rcvTsval: number;
  rcvTsecr: number;
  sawTstamp: boolean;
  tstampOk: boolean;
  wscaleOk: boolean;
  sackOk: boolean;
  sndWscale: number;
  /** Where the SACK blocks stand, and how many. */
  sackOffset: number;
  numSacks: number;
  mssClamp: number;
  /** The most that the program wants of the MSS, 0 for anything. */
  userMss: number;
}

/** The settings that decide which options of a SYN count. */
export interface TcpOptionSettings {
  readonly windowScaling: number;
  readonly timestamps: number;
  readonly sack: number;
}

/**
 * Twin of tcp_parse_options for the header of `headerBytes` at `o`. `isEstablished` says that the SYN is behind us:
 * what was agreed on then decides.
 */
export function tcpParseOptions(
  v: DataView,
  o: number,
  headerBytes: number,
  into: TcpOptionFields,
  isEstablished: boolean,
  settings: TcpOptionSettings,
): void {
  const end = o + headerBytes;
  const isSyn = !isEstablished && (flags(v, o) & FLAG_SYN) !== 0;
  into.sawTstamp = false;
  into.numSacks = 0;
  let at = o + HEADER_LEN;
  while (at < end) {
    const kind = v.getUint8(at);
    if (kind === KIND_EOL) return;
    if (kind === KIND_NOP) {
      at++;
      continue;
    }
    if (end - at < 2) return;
    const size = v.getUint8(at + 1);
    // Silly, or cut off: what came before counts.
    if (size < 2 || size > end - at) return;
    if (kind === KIND_TIMESTAMP) parseTimestamp(v, at, size, into, isEstablished, settings);
    else if (kind === KIND_SACK) parseSack(at, size, into);
    else if (isSyn) parseSynOption(v, at, kind, size, into, settings);
    at += size;
  }
}

function parseTimestamp(
  v: DataView,
  at: number,
  size: number,
  into: TcpOptionFields,
  isEstablished: boolean,
  settings: TcpOptionSettings,
): void {
  if (size !== TIMESTAMP_LEN) return;
  if (isEstablished ? !into.tstampOk : settings.timestamps === 0) return;
  into.sawTstamp = true;
  into.rcvTsval = v.getInt32(at + 2);
  into.rcvTsecr = v.getInt32(at + 6);
}

function parseSack(at: number, size: number, into: TcpOptionFields): void {
  const bytes = size - SACK_BASE_LEN;
  if (bytes < SACK_BLOCK_LEN || bytes % SACK_BLOCK_LEN !== 0 || !into.sackOk) return;
  into.sackOffset = at + SACK_BASE_LEN;
  into.numSacks = bytes / SACK_BLOCK_LEN;
}

function parseSynOption(
  v: DataView,
  at: number,
  kind: number,
  size: number,
  into: TcpOptionFields,
  settings: TcpOptionSettings,
): void {
  if (kind === KIND_MSS && size === MSS_LEN) {
    const mss = v.getUint16(at + 2);
    if (mss !== 0) into.mssClamp = into.userMss !== 0 && into.userMss < mss ? into.userMss : mss;
  } else if (kind === KIND_WINDOW && size === WINDOW_LEN && settings.windowScaling !== 0) {
    into.wscaleOk = true;
    into.sndWscale = Math.min(v.getUint8(at + 2), WSCALE_MAX);
  } else if (kind === KIND_SACK_PERM && size === SACK_PERM_LEN && settings.sack !== 0) {
    into.sackOk = true;
  }
}

/** Twin of tcp_parse_aligned_timestamp: whether the options are the usual time stamps. */
export function tcpParseAlignedTimestamp(v: DataView, o: number, into: TcpOptionFields): boolean {
  if (v.getInt32(o + HEADER_LEN) !== TIMESTAMP_WORD) return false;
  into.sawTstamp = true;
  into.rcvTsval = v.getInt32(o + HEADER_LEN + 4);
  into.rcvTsecr = v.getInt32(o + HEADER_LEN + 8);
  return true;
}

/** Twin of tcp_fast_parse_options: false when there are none at all. The time stamp echoed is taken as it stands. */
export function tcpFastParseOptions(
  v: DataView,
  o: number,
  headerBytes: number,
  into: TcpOptionFields,
  settings: TcpOptionSettings,
): boolean {
  into.numSacks = 0;
  if (headerBytes === HEADER_LEN) {
    into.sawTstamp = false;
    return false;
  }
  if (into.tstampOk && headerBytes === HEADER_LEN + TIMESTAMP_ALIGNED_LEN && tcpParseAlignedTimestamp(v, o, into)) {
    return true;
  }
  tcpParseOptions(v, o, headerBytes, into, true, settings);
  return true;
}

/** What a SYN says of itself. */
export interface SynOptions {
  readonly mss: number;
  readonly hasTimestamps: boolean;
  readonly tsval: number;
  readonly tsecr: number;
  readonly hasSack: boolean;
  /** -1 for no window scaling. */
  readonly wscale: number;
}

/** Bytes of the options of a SYN, all of them padded to words. */
export function synOptionsLength(options: SynOptions): number {
  let bytes = MSS_LEN;
  if (options.hasTimestamps) bytes += TIMESTAMP_ALIGNED_LEN;
  else if (options.hasSack) bytes += 4;
  return options.wscale < 0 ? bytes : bytes + 4;
}

/** Twin of tcp_options_write for a SYN: the options at `o`, in Linux's order. Returns their bytes. */
export function writeSynOptions(v: DataView, o: number, options: SynOptions): number {
  let at = o;
  v.setInt32(at, (KIND_MSS << 24) | (MSS_LEN << 16) | options.mss);
  at += 4;
  const sackPermitted = (KIND_SACK_PERM << 8) | SACK_PERM_LEN;
  const padding = (KIND_NOP << 8) | KIND_NOP;
  if (options.hasTimestamps) {
    v.setUint16(at, options.hasSack ? sackPermitted : padding);
    v.setUint16(at + 2, (KIND_TIMESTAMP << 8) | TIMESTAMP_LEN);
    v.setInt32(at + 4, options.tsval);
    v.setInt32(at + 8, options.tsecr);
    at += TIMESTAMP_ALIGNED_LEN;
  } else if (options.hasSack) {
    v.setUint16(at, padding);
    v.setUint16(at + 2, sackPermitted);
    at += 4;
  }
  if (options.wscale >= 0) {
    v.setInt32(at, (KIND_NOP << 24) | (KIND_WINDOW << 16) | (WINDOW_LEN << 8) | options.wscale);
    at += 4;
  }
  return at - o;
}

/** The time stamps at `o`, with two bytes of padding in front. Returns their bytes. */
export function writeTimestamps(v: DataView, o: number, tsval: number, tsecr: number): number {
  v.setInt32(o, TIMESTAMP_WORD);
  v.setInt32(o + 4, tsval);
  v.setInt32(o + 8, tsecr);
  return TIMESTAMP_ALIGNED_LEN;
}
