/** Options of datagrams that this host sends (Linux: ip_options_get for IP_OPTIONS, ip_options_build). Slow path. */
import type { Ip4 } from '../../base/addr.ts';
import type { Frame } from '../../link/frame.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Errno } from '../errno.ts';
import type { Netns } from '../netns.ts';
import type { OutgoingOptions } from './ip-options-echo.ts';
import { buildOptions } from './ip-options-echo.ts';
import { compileOptions, makeIpOptions } from './ip-options.ts';
import { ipLocalOut } from './output.ts';
import type { DstEntry } from './route.ts';

const OPTION_BYTES_MAX = 40;

/** What IP_OPTIONS takes: options as they stand in a header, filled up to four bytes; null for EINVAL. */
export function readSocketOptions(ns: Netns, bytes: Uint8Array): OutgoingOptions | null {
  if (bytes.length > OPTION_BYTES_MAX) return null;
  const optlen = (bytes.length + 3) & ~3;
  const header = new Uint8Array(ipv4.HEADER_LEN + optlen);
  header.set(bytes, ipv4.HEADER_LEN);
  const opt = makeIpOptions(optlen);
  if (compileOptions(ns, new DataView(header.buffer), 0, opt, null) !== 0) return null;
  return { opt, bytes: header.subarray(ipv4.HEADER_LEN) };
}

/** Whom a datagram to `dst` is sent to first. */
export function firstHopOf(options: OutgoingOptions | null, dst: Ip4): Ip4 {
  return options === null || options.opt.srr === 0 ? dst : options.opt.firstHop;
}

/**
 * Like `ipSend`, with options between the header at `frame.l3` and `frame.l4`. `dst` leads to the first hop, `finalDst`
 * is whom the datagram is for in the end.
 */
export function ipSendOptions(
  ns: Netns,
  dst: DstEntry,
  frame: Frame,
  src: Ip4,
  protocol: number,
  tos: number,
  ttl: number,
  flags: number,
  id: number,
  options: OutgoingOptions,
  finalDst: Ip4,
): Errno {
  const { slab, l3, l4 } = frame;
  const v = slab.view;
  ipv4.writeHeader(v, l3, tos, frame.tail - l3, id, flags, ttl, protocol, src, dst.dst);
  ipv4.setHeaderLen(v, l3, l4 - l3);
  buildOptions(ns, v, l3, options, finalDst, src);
  ipv4.updateHeaderChecksum(slab, l3);
  frame.options = options.opt;
  return ipLocalOut(ns, dst, frame);
}
