/**
 * ESP in transport mode over IPv4: what stands behind the IP header is encrypted, and the header is kept but for
 * protocol and length (RFC 4303 3.1.1; Linux: net/ipv4/esp4.c, xfrm4_transport_output, xfrm4_transport_input).
 *
 *   | IP |            UDP, TCP, …            |
 *   | IP | ESP | IV | text … padding len next | ICV |
 */
import type { Frame } from '../../link/frame.ts';
import { HEADROOM } from '../../link/frame.ts';
import type { FrameStats } from '../../link/frame-stats.ts';
import * as esp from '../../wire/esp.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import { SALT_BYTES } from './state.ts';
import type { XfrmState } from './state.ts';

/** What stands in front of the text (Linux: props.header_len). */
export const ESP_HEAD_BYTES = esp.HEADER_LEN + esp.IV_LEN;
/** Padding, pad length, next header: what stands behind the text at most, without the value. */
export const ESP_TAIL_BYTES_MAX = 3 + esp.TRAILER_LEN;
const NONCE_BYTES = SALT_BYTES + esp.IV_LEN;
const LINK_HEADER_BYTES = ethernet.HEADER_LEN;

/**
 * Encrypts the datagram at `frame.l3` under the next sequence number of `state`, which has been counted. The frame may
 * move to a larger slot; answers the one that goes on. Twin of esp_output.
 */
export function espOutput(stats: FrameStats, given: Frame, state: XfrmState): Frame {
  const view = given.slab.view;
  const nextHeader = ipv4.protocol(view, given.l3);
  const ihl = ipv4.headerLen(view, given.l3);
  const frame = makeRoom(stats, given, state);
  const { slab } = frame;
  const textAt = frame.l3 + ihl;
  const textBytes = frame.tail - textAt;
  const textEnd = esp.writeTrailer(slab.view, textAt, textBytes, nextHeader);
  const text = slab.bytes.slice(textAt, textEnd);
  frame.l3 -= ESP_HEAD_BYTES;
  frame.head = frame.l3;
  frame.l4 = frame.l3 + ihl;
  slab.bytes.copyWithin(frame.l3, frame.l3 + ESP_HEAD_BYTES, textAt);
  esp.writeHeader(slab.view, frame.l4, state.id.spi, state.replay.outgoing);
  state.writeIv(slab.view, frame.l4 + esp.HEADER_LEN, state.replay.outgoing);
  const aad = slab.bytes.slice(frame.l4, frame.l4 + esp.HEADER_LEN);
  const sealed = state.cipher.seal(nonceAt(frame, state), text, aad);
  slab.bytes.set(sealed, textAt);
  frame.tail = textAt + sealed.length;
  frame.hasGoodSum = false;
  setPayload(frame, ipv4.PROTO_ESP);
  return frame;
}

/** Room for the header in front and trailer and value behind (xfrm_skb_check_space). */
function makeRoom(stats: FrameStats, frame: Frame, state: XfrmState): Frame {
  const behind = ESP_TAIL_BYTES_MAX + state.icvBytes;
  const needed = frame.tail - frame.base + behind;
  const roomy = needed <= frame.capacity ? frame : stats.enlarge(frame, needed);
  const before = roomy.l3 - roomy.base;
  return before >= ESP_HEAD_BYTES + LINK_HEADER_BYTES ? roomy : moveBack(stats, roomy, behind);
}

/** The datagram goes to where a fresh frame has its network header. Slow path. */
function moveBack(stats: FrameStats, frame: Frame, behind: number): Frame {
  const length = frame.tail - frame.l3;
  const roomy = stats.enlarge(frame, HEADROOM + length + behind);
  const to = roomy.base + HEADROOM;
  roomy.slab.bytes.copyWithin(to, roomy.l3, roomy.tail);
  roomy.l4 += to - roomy.l3;
  roomy.l3 = to;
  roomy.head = to;
  roomy.tail = to + length;
  return roomy;
}

/** Salt and initialisation vector, which stands behind the header at `frame.l4`. */
function nonceAt(frame: Frame, state: XfrmState): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  const ivAt = frame.l4 + esp.HEADER_LEN;
  nonce.set(state.salt);
  nonce.set(frame.slab.bytes.subarray(ivAt, ivAt + esp.IV_LEN), SALT_BYTES);
  return nonce;
}

function setPayload(frame: Frame, protocol: number): void {
  const { slab, l3 } = frame;
  ipv4.setTotalLen(slab.view, l3, frame.tail - l3);
  ipv4.setProtocol(slab.view, l3, protocol);
  ipv4.updateHeaderChecksum(slab, l3);
}

/** What became of a datagram that came in. */
export type EspInputResult =
  | ''
  /** The value does not fit: another key, or somebody has changed it (EBADMSG). */
  | 'integrity'
  /** Too short, or padded to nothing (EINVAL). */
  | 'garbage';

/**
 * Decrypts the datagram whose ESP header stands at `frame.l4`, in place: the headers before it move up to the text.
 * Twin of esp_input; the frame is as it was unless the answer is ''.
 */
export function espInput(frame: Frame, state: XfrmState): EspInputResult {
  const { slab, l3, l4 } = frame;
  const sealedAt = l4 + ESP_HEAD_BYTES;
  if (frame.tail - sealedAt < state.icvBytes + 1) return 'garbage';
  const aad = slab.bytes.slice(l4, l4 + esp.HEADER_LEN);
  const text = state.cipher.open(nonceAt(frame, state), slab.bytes.slice(sealedAt, frame.tail), aad);
  if (text === null) return 'integrity';
  const trailer = esp.readTrailer(text);
  // A dummy, which carries nothing, is dropped without a word (RFC 4303 2.6).
  if (trailer === undefined || trailer.nextHeader === esp.NEXT_HEADER_NONE) return 'garbage';
  slab.bytes.set(text, sealedAt);
  slab.bytes.copyWithin(frame.head + ESP_HEAD_BYTES, frame.head, l4);
  frame.head += ESP_HEAD_BYTES;
  frame.l3 = l3 + ESP_HEAD_BYTES;
  frame.l4 = sealedAt;
  frame.tail = sealedAt + trailer.textBytes;
  // Nobody has summed up what came out.
  frame.hasGoodSum = false;
  setPayload(frame, trailer.nextHeader);
  return '';
}

/**
 * Twin of xfrm_state_mtu: how long a datagram may be so that it is no longer than `mtu` when it is encrypted, for an IP
 * header without options.
 */
export function espMtu(mtu: number, icvBytes: number): number {
  const encrypted = mtu - ipv4.HEADER_LEN - ESP_HEAD_BYTES - icvBytes;
  return (encrypted & ~3) + ipv4.HEADER_LEN - esp.TRAILER_LEN;
}
