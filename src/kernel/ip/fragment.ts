/**
 * Fragmentation (RFC 791 3.2; Linux: ip_fragment, ip_do_fragment). Slow path.
 *
 *   | IP, MF, offset 0 | 1480 |   | IP, MF, offset 1480 | 1480 |   | IP, offset 2960 | rest |
 */
import type { Frame } from '../../link/frame.ts';
import { copyFlow } from '../../link/frame.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Netns } from '../netns.ts';

/** Option types with this bit are copied into all fragments (RFC 791 3.1). */
const OPTION_COPIED = 0x80;
const OPTION_END = 0;
const OPTION_NOOP = 1;

/**
 * Cuts the datagram at `frame.l3` into fragments that fit `mtu`. The frame itself becomes the first one; the others
 * are new frames. Null when the datagram must not be fragmented; it stays the caller's then.
 */
export function ipFragment(ns: Netns, frame: Frame, mtu: number, isBridged = false): Frame[] | null {
  const v = frame.slab.view;
  const flags = ipv4.flagsFragment(v, frame.l3);
  const headerLen = ipv4.headerLen(v, frame.l3);
  // What was put together here goes on in pieces no larger than those that came (IPCB(skb)->frag_max_size).
  const arrivedMtu = frame.fragMaxSize;
  const limit = (arrivedMtu !== 0 && arrivedMtu < mtu ? arrivedMtu : mtu) - headerLen;
  const isForbidden = (flags & ipv4.DF) !== 0 && (!frame.ignoreDf || arrivedMtu > mtu);
  if (isForbidden || limit < 8) {
    ns.mib.ipFragFails++;
    return null;
  }
  // The sum is that of the whole datagram.
  frame.hasGoodSum = false;
  const isAsItCame = arrivedMtu !== 0 && fitsAsItCame(frame, headerLen, limit);
  const sizes = isAsItCame ? frame.fragSizes : fullSizes(frame.tail - frame.l3 - headerLen, limit);
  // Pieces that leave as they came have no DF (ip_fraglist_init); a bridge has forgotten it (IPSKB_FRAG_PMTU).
  const fragments = cut(ns, frame, headerLen, sizes, isAsItCame || isBridged ? 0 : flags & ipv4.DF);
  ns.mib.ipFragOks++;
  ns.mib.ipFragCreates += fragments.length;
  return fragments;
}

/** How much each of full pieces carries; only the last one need not be a multiple of 8. */
function fullSizes(payloadBytes: number, limit: number): number[] {
  const sizes: number[] = [];
  let left = payloadBytes;
  for (; left > limit; left -= limit & ~7) sizes.push(limit & ~7);
  sizes.push(left);
  return sizes;
}

/** Whether what came in pieces can leave in the same: what ip_do_fragment asks of a frag_list. */
function fitsAsItCame(frame: Frame, headerLen: number, limit: number): boolean {
  const { fragSizes } = frame;
  const total = fragSizes.reduce((sum, size) => sum + size, 0);
  const areWhole = fragSizes.every((size, i) => size <= limit && ((size & 7) === 0 || i === fragSizes.length - 1));
  return areWhole && total === frame.tail - frame.l3 - headerLen && !ipv4.isFragment(frame.slab.view, frame.l3);
}

function cut(ns: Netns, frame: Frame, headerLen: number, sizes: readonly number[], df: number): Frame[] {
  const v = frame.slab.view;
  const lastMore = ipv4.flagsFragment(v, frame.l3) & ipv4.MF;
  const firstOffset = ipv4.fragmentOffset(v, frame.l3);
  const payload = frame.l3 + headerLen;
  const fragments: Frame[] = [frame];
  let at = payload + sizes[0]!;
  for (let i = 1; i < sizes.length; i++) {
    const length = sizes[i]!;
    const piece = makePiece(ns, frame, headerLen, at, length);
    const more = i === sizes.length - 1 ? lastMore : ipv4.MF;
    writeFragmentHeader(piece, headerLen, firstOffset + at - payload, df | more, firstOffset === 0);
    fragments.push(piece);
    at += length;
  }
  frame.tail = payload + sizes[0]!;
  // A piece like any for whoever gets it.
  frame.fragMaxSize = 0;
  writeFragmentHeader(frame, headerLen, firstOffset, df | ipv4.MF, false);
  return fragments;
}

function makePiece(ns: Netns, frame: Frame, headerLen: number, at: number, length: number): Frame {
  const piece = ns.machine.stats.take(headerLen + length);
  const bytes = frame.slab.bytes;
  bytes.copyWithin(piece.l3, frame.l3, frame.l3 + headerLen);
  bytes.copyWithin(piece.l3 + headerLen, at, at + length);
  piece.l4 = piece.l3 + headerLen;
  piece.tail = piece.l4 + length;
  piece.dev = frame.dev;
  piece.mark = frame.mark;
  piece.packetType = frame.packetType;
  if (frame.flows !== null) copyFlow(frame, piece);
  if (frame.account !== null) ns.machine.stats.charge(piece, frame.account);
  return piece;
}

/** Sets length, offset (bytes), flags and checksum; `isLater` blanks the options that only a first one carries. */
function writeFragmentHeader(frame: Frame, headerLen: number, offset: number, flags: number, isLater: boolean): void {
  const v = frame.slab.view;
  ipv4.setTotalLen(v, frame.l3, frame.tail - frame.l3);
  ipv4.setFlagsFragment(v, frame.l3, flags | (offset >> 3));
  if (isLater && headerLen > ipv4.HEADER_LEN) blankUncopiedOptions(v, frame.l3, headerLen);
  ipv4.updateHeaderChecksum(frame.slab, frame.l3);
}

/** Twin of ip_options_fragment. */
function blankUncopiedOptions(v: DataView, l3: number, headerLen: number): void {
  let at = l3 + ipv4.HEADER_LEN;
  const end = l3 + headerLen;
  while (at < end) {
    const type = v.getUint8(at);
    if (type === OPTION_END) return;
    if (type === OPTION_NOOP) {
      at++;
      continue;
    }
    const length = at + 1 < end ? v.getUint8(at + 1) : 0;
    if (length < 2 || at + length > end) return;
    if ((type & OPTION_COPIED) === 0) for (let i = 0; i < length; i++) v.setUint8(at + i, OPTION_NOOP);
    at += length;
  }
}
