/**
 * The options of an answer, made from those of the datagram that it answers (RFC 1122 3.2.2.6; Linux:
 * __ip_options_echo, ip_options_build): routes and times go on being recorded, a source route is walked backwards.
 */
import type { Ip4 } from '../../base/addr.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Netns } from '../netns.ts';
import type { IpOptions } from './ip-options.ts';
import { currentTimestamp, isUnicastOfOthers, makeIpOptions, TS_PRESPEC } from './ip-options.ts';

const OPTION_BYTES_MAX = 40;

/** Options to be sent: their bytes, a multiple of four, and what is to be filled in. */
export interface OutgoingOptions {
  readonly opt: IpOptions;
  readonly bytes: Uint8Array;
}

/** Collects the bytes of an answer's options. */
class EchoWriter {
  readonly opt = makeIpOptions(0);
  readonly bytes = new Uint8Array(OPTION_BYTES_MAX);
  readonly view = new DataView(this.bytes.buffer);

  /** Where the next option begins, from the start of the bytes. */
  get at(): number {
    return this.opt.optlen;
  }

  /** Its offset from the start of the IP header. */
  get offset(): number {
    return ipv4.HEADER_LEN + this.opt.optlen;
  }

  copy(v: DataView, from: number): number {
    const length = v.getUint8(from + 1);
    for (let i = 0; i < length; i++) this.bytes[this.at + i] = v.getUint8(from + i);
    return length;
  }
}

/** The options of an answer to the datagram at `l3`, whose options are `source`; null where they cannot be. */
export function echoOptions(ns: Netns, v: DataView, l3: number, source: IpOptions): OutgoingOptions | null {
  const writer = new EchoWriter();
  const { opt } = writer;
  if (source.rr !== 0 && !echoRecordRoute(writer, v, l3, source)) return null;
  if (source.ts !== 0 && !echoTimestamp(ns, writer, v, l3, source)) return null;
  if (source.srr !== 0) echoSourceRoute(writer, v, l3, source);
  if (source.cipso !== 0) {
    opt.cipso = writer.offset;
    opt.optlen += writer.copy(v, l3 + source.cipso);
  }
  opt.optlen = (opt.optlen + 3) & ~3;
  return { opt, bytes: writer.bytes.subarray(0, opt.optlen) };
}

function echoRecordRoute(writer: EchoWriter, v: DataView, l3: number, source: IpOptions): boolean {
  const { opt, view, at } = writer;
  const pointer = v.getUint8(l3 + source.rr + 2);
  opt.rr = writer.offset;
  const length = writer.copy(v, l3 + source.rr);
  if (source.rrNeedsAddress && pointer <= length) {
    if (pointer + 3 > length) return false;
    view.setUint8(at + 2, pointer + 4);
    opt.rrNeedsAddress = true;
  }
  opt.optlen += length;
  return true;
}

function echoTimestamp(ns: Netns, writer: EchoWriter, v: DataView, l3: number, source: IpOptions): boolean {
  const { opt, view, at } = writer;
  let pointer = v.getUint8(l3 + source.ts + 2);
  opt.ts = writer.offset;
  const length = writer.copy(v, l3 + source.ts);
  if (pointer <= length) {
    if (source.tsNeedsAddress) {
      if (pointer + 3 > length) return false;
      opt.tsNeedsAddress = true;
      pointer += 4;
    }
    if (source.tsNeedsTime) {
      if (pointer + 3 > length) return false;
      if ((view.getUint8(at + 3) & 0xf) !== TS_PRESPEC) {
        opt.tsNeedsTime = true;
        pointer += 4;
      } else if (pointer + 7 <= length && !isUnicastOfOthers(ns, view.getInt32(at + pointer - 1))) {
        opt.tsNeedsTime = true;
        pointer += 8;
      }
    }
    view.setUint8(at + 2, pointer);
  }
  opt.optlen += length;
  return true;
}

/** The way back: the addresses that were used, last one first. */
function echoSourceRoute(writer: EchoWriter, v: DataView, l3: number, source: IpOptions): void {
  const { opt, view, at } = writer;
  const start = l3 + source.srr;
  const length = v.getUint8(start + 1);
  let pointer = Math.min(v.getUint8(start + 2), length + 1) - 4;
  let filled = 0;
  let firstHop: Ip4 = 0;
  if (pointer > 3) {
    firstHop = v.getInt32(start + pointer - 1);
    filled = 4;
    for (pointer -= 4; pointer > 3; pointer -= 4, filled += 4) {
      view.setInt32(at + filled - 1, v.getInt32(start + pointer - 1));
    }
    // RFC 1812 wants illegal routes mended: the sender itself is no hop.
    if (ipv4.src(v, l3) === v.getInt32(start + pointer + 3)) filled -= 4;
  }
  if (filled <= 3) return;
  opt.firstHop = firstHop;
  view.setUint8(at, v.getUint8(start));
  view.setUint8(at + 1, filled + 3);
  view.setUint8(at + 2, 4);
  opt.srr = writer.offset;
  opt.optlen += filled + 3;
  opt.isStrictRoute = source.isStrictRoute;
}

/**
 * Puts options behind the 20-byte header at `l3` and fills them in (ip_options_build). `finalDst` ends a source route,
 * `src` is this host. The header's length and checksum are the caller's.
 */
export function buildOptions(
  ns: Netns,
  v: DataView,
  l3: number,
  outgoing: OutgoingOptions,
  finalDst: Ip4,
  src: Ip4,
): void {
  const { opt, bytes } = outgoing;
  bytes.forEach((byte, i) => {
    v.setUint8(l3 + ipv4.HEADER_LEN + i, byte);
  });
  if (opt.srr !== 0) v.setInt32(l3 + opt.srr + v.getUint8(l3 + opt.srr + 1) - 4, finalDst);
  if (opt.rrNeedsAddress) v.setInt32(l3 + opt.rr + v.getUint8(l3 + opt.rr + 2) - 5, src);
  if (opt.tsNeedsAddress) v.setInt32(l3 + opt.ts + v.getUint8(l3 + opt.ts + 2) - 9, src);
  if (opt.tsNeedsTime) v.setUint32(l3 + opt.ts + v.getUint8(l3 + opt.ts + 2) - 5, currentTimestamp(ns));
}
