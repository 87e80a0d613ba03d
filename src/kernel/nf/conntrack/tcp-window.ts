/**
 * Window tracking: whether a TCP segment can be part of its connection, by its sequence and acknowledgment number
 * (nf_conntrack_proto_tcp.c, after G. van Rooij, "Real stateful TCP packet filtering in IP Filter"):
 *
 *   I    no data beyond what the receiver has allowed:            seq <= sender.maxend
 *   II   no data that was acknowledged long ago:                  end >= sender.end - receiver.maxwin
 *   III  no acknowledgment of what was never sent:                ack <= receiver.end
 *   IV   no acknowledgment from the distant past:                 ack >= receiver.end - MAXACKWINDOW
 *
 * Sequence numbers are int32 and compared by their difference.
 */
import * as tcp from '../../../wire/tcp.ts';
import type { CtPacket } from './packet.ts';
import type { ConntrackSettings } from './settings.ts';
import { DIR_REPLY } from './status.ts';
import type { ConntrackTable } from './table.ts';
import type { TcpColumns } from './tcp-columns.ts';
import {
  DIR_TD_BYTES,
  DIR_TD_WORDS,
  LAST_ACK,
  LAST_DIR,
  LAST_END,
  LAST_SEQ,
  LAST_WIN,
  RETRANS,
} from './tcp-columns.ts';
import { STATE, TD_END, TD_FLAGS, TD_MAXACK, TD_MAXEND, TD_MAXWIN, TD_SCALE } from './tcp-columns.ts';
import { ACK_SET, SYN_RECV, SYN_SENT } from './tcp-state.ts';

/** Bits of TD_FLAGS and LAST_FLAGS: IP_CT_TCP_FLAG_…. */
export const FLAG_WINDOW_SCALE = 0x01;
export const FLAG_SACK_PERM = 0x02;
/** The side that closes first. */
export const FLAG_CLOSE_INIT = 0x04;
export const FLAG_BE_LIBERAL = 0x08;
export const FLAG_DATA_UNACKNOWLEDGED = 0x10;
export const FLAG_MAXACK_SET = 0x20;
/** Of LAST_FLAGS only: an ACK that comes next may be a challenge (RFC 5961). */
export const FLAG_CHALLENGE_ACK = 0x40;
/** Of LAST_FLAGS only: both sides have sent a SYN. */
export const FLAG_SIMULTANEOUS_OPEN = 0x80;

/** What `tcpInWindow` answers. */
export const WINDOW_ACCEPT = 0;
export const WINDOW_IGNORE = 1;
export const WINDOW_INVALID = 2;

/** An acknowledgment may be this much behind, whatever the window. */
const MAXACKWINCONST = 66_000;
const MAX_WSCALE = 14;

const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_WINDOW = 3;
const OPTION_SACK_PERM = 4;
const OPTION_SACK = 5;
const SACK_BLOCK_BYTES = 8;

/** The sequence number behind the segment: SYN and FIN count as one each. Linux: segment_seq_plus_len(). */
export function segmentEnd(packet: CtPacket): number {
  const view = packet.b.view;
  const { l4, tail } = packet;
  const flags = tcp.flags(view, l4);
  const control = ((flags & tcp.FLAG_SYN) !== 0 ? 1 : 0) + ((flags & tcp.FLAG_FIN) !== 0 ? 1 : 0);
  return (tcp.seq(view, l4) + (tail - l4) - tcp.headerLen(view, l4) + control) | 0;
}

/** FLAG_WINDOW_SCALE and FLAG_SACK_PERM by the options of a segment, the shift above them. Linux: tcp_options(). */
export function readTcpOptions(packet: CtPacket): number {
  const view = packet.b.view;
  const end = packet.l4 + tcp.headerLen(view, packet.l4);
  let found = 0;
  let at = packet.l4 + tcp.HEADER_LEN;
  while (at < end) {
    const kind = view.getUint8(at);
    if (kind === OPTION_END) break;
    if (kind === OPTION_NOP) {
      at++;
      continue;
    }
    if (end - at < 2) break;
    const length = view.getUint8(at + 1);
    if (length < 2 || length > end - at) break;
    if (kind === OPTION_SACK_PERM && length === 2) found |= FLAG_SACK_PERM;
    if (kind === OPTION_WINDOW && length === 3) {
      found = (found & 0xff) | FLAG_WINDOW_SCALE | (Math.min(view.getUint8(at + 2), MAX_WSCALE) << 8);
    }
    at += length;
  }
  return found;
}

/** The highest end of a block among `sack` and the SACK option. Linux: tcp_sack(). */
function highestSack(packet: CtPacket, ack: number): number {
  const view = packet.b.view;
  const end = packet.l4 + tcp.headerLen(view, packet.l4);
  let highest = ack;
  let at = packet.l4 + tcp.HEADER_LEN;
  while (at < end) {
    const kind = view.getUint8(at);
    if (kind === OPTION_END) break;
    if (kind === OPTION_NOP) {
      at++;
      continue;
    }
    if (end - at < 2) break;
    const length = view.getUint8(at + 1);
    if (length < 2 || length > end - at) break;
    if (kind === OPTION_SACK && length >= 2 + SACK_BLOCK_BYTES && (length - 2) % SACK_BLOCK_BYTES === 0) {
      for (let block = at + 2; block < at + length; block += SACK_BLOCK_BYTES) {
        const right = view.getInt32(block + 4);
        if (((right - highest) | 0) > 0) highest = right;
      }
      break;
    }
    at += length;
  }
  return highest;
}

/** What the two sides of a segment know, by where their columns begin. */
interface Sides {
  sender: number;
  receiver: number;
  senderBytes: number;
  receiverBytes: number;
}

/** Filled in anew for each segment. */
const sides: Sides = { sender: 0, receiver: 0, senderBytes: 0, receiverBytes: 0 };

function setSides(columns: TcpColumns, slot: number, dir: number): void {
  const words = columns.wordsAt(slot);
  const bytes = columns.bytesAt(slot);
  sides.sender = words + dir * DIR_TD_WORDS;
  sides.receiver = words + (1 - dir) * DIR_TD_WORDS;
  sides.senderBytes = bytes + dir * DIR_TD_BYTES;
  sides.receiverBytes = bytes + (1 - dir) * DIR_TD_BYTES;
}

/** What the first SYN of a side says of it. Linux: tcp_init_sender(). */
function initSender(columns: TcpColumns, packet: CtPacket, end: number, window: number): void {
  const { words, bytes } = columns;
  const { sender, senderBytes, receiverBytes } = sides;
  words[sender + TD_END] = end;
  words[sender + TD_MAXEND] = end;
  words[sender + TD_MAXWIN] = Math.max(window, 1);
  const options = readTcpOptions(packet);
  bytes[senderBytes + TD_FLAGS] = (bytes[senderBytes + TD_FLAGS]! & FLAG_BE_LIBERAL) | (options & 0xff);
  bytes[senderBytes + TD_SCALE] = options >> 8;
  // RFC 7323 2.2: both must have sent the option.
  const both = bytes[senderBytes + TD_FLAGS]! & bytes[receiverBytes + TD_FLAGS]!;
  if (packet.dir === DIR_REPLY && (both & FLAG_WINDOW_SCALE) === 0) {
    bytes[senderBytes + TD_SCALE] = 0;
    bytes[receiverBytes + TD_SCALE] = 0;
  }
}

/** A side of which we have not seen the beginning. */
function pickUpSender(columns: TcpColumns, end: number, window: number, sack: number): void {
  const { words, bytes } = columns;
  const { sender, receiver, senderBytes } = sides;
  words[sender + TD_END] = end;
  const scaled = Math.max(window << bytes[senderBytes + TD_SCALE]!, 1);
  words[sender + TD_MAXWIN] = scaled;
  words[sender + TD_MAXEND] = end + scaled;
  if (words[receiver + TD_MAXWIN] === 0) {
    // Nothing seen of the other side: III and IV have to hold until there is.
    words[receiver + TD_END] = sack;
    words[receiver + TD_MAXEND] = sack;
  } else if (sack === ((words[receiver + TD_END]! + 1) | 0)) {
    // Likely the answer to a keep-alive.
    words[receiver + TD_END] = sack;
  }
}

/**
 * Judges a segment and, when it is accepted, learns from it; the caller has set the connection's state aside.
 * Linux: tcp_in_window().
 */
export function tcpInWindow(
  table: ConntrackTable,
  settings: ConntrackSettings,
  packet: CtPacket,
  index: number,
): number {
  const columns = table.tcp;
  const { words, bytes } = columns;
  const { b, l4, slot, dir } = packet;
  setSides(columns, slot, dir);
  const { sender, receiver, senderBytes, receiverBytes } = sides;
  const flags = tcp.flags(b.view, l4);
  const state = bytes[columns.bytesAt(slot) + STATE]!;
  const window = tcp.window(b.view, l4);
  let seq = tcp.seq(b.view, l4);
  let ack = tcp.ack(b.view, l4);
  let end = segmentEnd(packet);
  let sack = (bytes[receiverBytes + TD_FLAGS]! & FLAG_SACK_PERM) !== 0 ? highestSack(packet, ack) : ack;
  const isSyn = (flags & tcp.FLAG_SYN) !== 0;
  const hasAck = (flags & tcp.FLAG_ACK) !== 0;

  if (words[sender + TD_MAXWIN] === 0) {
    if (isSyn) {
      initSender(columns, packet, end, window);
      // Both open at the same time: nothing more can be judged.
      if (!hasAck) return WINDOW_ACCEPT;
    } else {
      pickUpSender(columns, end, window, sack);
    }
  } else if (isSyn && (state === SYN_SENT || state === SYN_RECV) && ((end - words[sender + TD_END]!) | 0) > 0) {
    // It may begin again, with higher numbers.
    initSender(columns, packet, end, window);
    if (dir === DIR_REPLY && !hasAck) return WINDOW_ACCEPT;
  }
  const isReset = (flags & tcp.FLAG_RST) !== 0;
  // Some put an acknowledgment of nothing into their resets.
  if (!hasAck || (isReset && ack === 0)) ack = sack = words[receiver + TD_END]!;
  // A reset that answers a SYN has no number of its own.
  if (isReset && seq === 0 && state === SYN_SENT) seq = end = words[sender + TD_END]!;

  const verdict = checkBounds(columns, seq, end, sack);
  if (verdict !== WINDOW_ACCEPT && (bytes[senderBytes + TD_FLAGS]! & FLAG_BE_LIBERAL) === 0 && !settings.tcpBeLiberal) {
    return verdict;
  }
  if (verdict !== WINDOW_ACCEPT) return WINDOW_ACCEPT;
  const scaled = isSyn ? window : window << bytes[senderBytes + TD_SCALE]!;
  learn(columns, end, ack, sack, scaled, hasAck);
  if (index === ACK_SET) noteRetransmission(columns, packet, seq, end, ack, window);
  return WINDOW_ACCEPT;
}

/** Conditions I to IV. */
function checkBounds(columns: TcpColumns, seq: number, end: number, sack: number): number {
  const { words, bytes } = columns;
  const { sender, receiver, senderBytes } = sides;
  const senderEnd = words[sender + TD_END]!;
  const senderMaxEnd = words[sender + TD_MAXEND]!;
  const receiverEnd = words[receiver + TD_END]!;
  const receiverWindow = words[receiver + TD_MAXWIN]!;
  const isInReceiveWindow = ((end - (senderEnd - receiverWindow - 1)) | 0) > 0;
  const ackWindow = Math.max(words[sender + TD_MAXWIN]!, MAXACKWINCONST);
  const isAckRecent = ((sack - (receiverEnd - ackWindow - 1)) | 0) > 0;
  const isAckSeen = ((sack - (receiverEnd + 1)) | 0) < 0;
  if (((seq - (senderMaxEnd + 1)) | 0) >= 0) {
    const overshot = (end - senderMaxEnd + 1) >>> 0;
    // Some send more than they may. If that gets through and is acknowledged, all that follows would be invalid.
    if (receiverWindow !== 0 && isInReceiveWindow && isAckRecent && isAckSeen && overshot <= receiverWindow) {
      words[sender + TD_END] = end;
      bytes[senderBytes + TD_FLAGS]! |= FLAG_DATA_UNACKNOWLEDGED;
      return WINDOW_IGNORE;
    }
    return WINDOW_INVALID;
  }
  if (!isAckSeen) return WINDOW_INVALID;
  if (receiverWindow !== 0 && !isInReceiveWindow) return WINDOW_IGNORE;
  return isAckRecent ? WINDOW_ACCEPT : WINDOW_IGNORE;
}

/** What an accepted segment says of its sender, and of what its receiver may do. */
function learn(columns: TcpColumns, end: number, ack: number, sack: number, window: number, hasAck: boolean): void {
  const { words, bytes } = columns;
  const { sender, receiver, senderBytes, receiverBytes } = sides;
  const widest = window + ((sack - ack) | 0);
  if (words[sender + TD_MAXWIN]! < widest) words[sender + TD_MAXWIN] = widest;
  if (((end - words[sender + TD_END]!) | 0) > 0) {
    words[sender + TD_END] = end;
    bytes[senderBytes + TD_FLAGS]! |= FLAG_DATA_UNACKNOWLEDGED;
  }
  if (hasAck) {
    const isFirst = (bytes[senderBytes + TD_FLAGS]! & FLAG_MAXACK_SET) === 0;
    if (isFirst || ((ack - words[sender + TD_MAXACK]!) | 0) > 0) words[sender + TD_MAXACK] = ack;
    bytes[senderBytes + TD_FLAGS]! |= FLAG_MAXACK_SET;
  }
  const beyond = (end - words[sender + TD_MAXEND]!) | 0;
  if (words[receiver + TD_MAXWIN] !== 0 && beyond > 0) words[receiver + TD_MAXWIN]! += beyond;
  const allowed = (sack + window) | 0;
  if (((allowed - (words[receiver + TD_MAXEND]! - 1)) | 0) > 0) {
    // A closed window may still be probed with one byte.
    words[receiver + TD_MAXEND] = window === 0 ? allowed + 1 : allowed;
  }
  if (ack === words[receiver + TD_END]) bytes[receiverBytes + TD_FLAGS]! &= ~FLAG_DATA_UNACKNOWLEDGED;
}

/** Counts segments that are the same as the latest. */
function noteRetransmission(
  columns: TcpColumns,
  packet: CtPacket,
  seq: number,
  end: number,
  ack: number,
  window: number,
): void {
  const { words, bytes } = columns;
  const at = columns.wordsAt(packet.slot);
  const bytesAt = columns.bytesAt(packet.slot);
  const isSame =
    bytes[bytesAt + LAST_DIR] === packet.dir &&
    words[at + LAST_SEQ] === seq &&
    words[at + LAST_ACK] === ack &&
    words[at + LAST_END] === end &&
    words[at + LAST_WIN] === window;
  if (isSame) {
    bytes[bytesAt + RETRANS] = Math.min(bytes[bytesAt + RETRANS]! + 1, 255);
    return;
  }
  bytes[bytesAt + LAST_DIR] = packet.dir;
  words[at + LAST_SEQ] = seq;
  words[at + LAST_ACK] = ack;
  words[at + LAST_END] = end;
  words[at + LAST_WIN] = window;
  bytes[bytesAt + RETRANS] = 0;
}
