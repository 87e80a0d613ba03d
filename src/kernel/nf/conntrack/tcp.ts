/** The tracker of TCP: nf_conntrack_tcp_packet() and what it calls. */
import * as ipv4 from '../../../wire/ipv4.ts';
import * as tcp from '../../../wire/tcp.ts';
import type { CtPacket } from './packet.ts';
import { CT_ACCEPT, CT_ACCEPT_AND_KILL, CT_INVALID, CT_REPEAT, KEEP_TIMEOUT } from './packet.ts';
import type { ConntrackSettings } from './settings.ts';
import { DIR_ORIGINAL, DIR_REPLY, IPCT_ASSURED, IPCT_PROTOINFO, IPS_ASSURED, IPS_CONFIRMED } from './status.ts';
import { IPS_FIXED_TIMEOUT, IPS_SEEN_REPLY } from './status.ts';
import type { ConntrackTable } from './table.ts';
import { DIR_TD_BYTES, DIR_TD_WORDS, LAST_ACK as LAST_ACK_NUMBER, LAST_DIR, LAST_END } from './tcp-columns.ts';
import { LAST_FLAGS, LAST_INDEX, LAST_SEQ, LAST_WIN, LAST_WSCALE, RETRANS, STATE } from './tcp-columns.ts';
import { TD_END, TD_FLAGS, TD_MAXACK, TD_MAXEND, TD_MAXWIN, TD_SCALE } from './tcp-columns.ts';
import { ACK_SET, CLOSE, ESTABLISHED, FIN_SET, FIN_WAIT, IGNORE, INVALID, LAST_ACK } from './tcp-state.ts';
import { NONE, NONE_SET, RST_SET, SYNACK_SET, SYN_RECV, SYN_SENT, SYN_SENT2, SYN_SET } from './tcp-state.ts';
import { TIMEOUT_RETRANS, TIMEOUT_UNACK, TIME_WAIT, getConntrackIndex, nextTcpState } from './tcp-state.ts';
import { tcpFlagsAreValid } from './tcp-state.ts';
import { FLAG_BE_LIBERAL, FLAG_CHALLENGE_ACK, FLAG_CLOSE_INIT, FLAG_DATA_UNACKNOWLEDGED } from './tcp-window.ts';
import { FLAG_MAXACK_SET, FLAG_SACK_PERM, FLAG_SIMULTANEOUS_OPEN } from './tcp-window.ts';
import { WINDOW_IGNORE, WINDOW_INVALID, readTcpOptions, segmentEnd, tcpInWindow } from './tcp-window.ts';

const SECOND_NS = 1_000_000_000;
/** Timeouts of connections out of step that are shorter than this stay. */
const SHORT_TIMEOUT_NS = 120 * SECOND_NS;

/** What the state machine makes of a packet before its numbers are looked at. */
const GO_ON = 0;
/** Its numbers are not to be looked at. */
const SKIP_WINDOW = 1;
const LEAVE_AS_IS = 2;
const REOPEN = 3;

/** The states before and after the packet at hand: written by the functions that judge it. */
const change = { oldState: NONE, newState: NONE };

/** Judges a segment, changes its connection and says how long that lives from now on. */
export function tcpPacket(table: ConntrackTable, settings: ConntrackSettings, packet: CtPacket): number {
  if (isBroken(packet)) return CT_INVALID;
  const { slot, dir } = packet;
  const index = getConntrackIndex(tcp.flags(packet.b.view, packet.l4));
  if ((table.status[slot]! & IPS_CONFIRMED) === 0 && !tcpNew(table, settings, packet, index)) return CT_INVALID;
  const bytesAt = table.tcp.bytesAt(slot);
  change.oldState = table.tcp.bytes[bytesAt + STATE]!;
  change.newState = nextTcpState(dir, index, change.oldState);
  packet.timeoutSeconds = KEEP_TIMEOUT;
  if (change.newState === INVALID) return CT_INVALID;
  const step = judgeState(table, settings, packet, index);
  if (step === REOPEN) return CT_REPEAT;
  if (step === LEAVE_AS_IS) return CT_ACCEPT;
  if (step < 0) return CT_INVALID;
  if (step === GO_ON) {
    const verdict = tcpInWindow(table, settings, packet, index);
    if (verdict === WINDOW_IGNORE) return CT_ACCEPT;
    if (verdict === WINDOW_INVALID) {
      handleInvalid(table, settings, packet, index);
      return CT_INVALID;
    }
  }
  return enterState(table, settings, packet, index);
}

/** Linux: tcp_error(). */
function isBroken(packet: CtPacket): boolean {
  const { b, l3, l4, tail } = packet;
  if (!tcp.check(b.view, l4, tail)) return true;
  if (packet.shouldVerifyChecksum) {
    const isOk = tcp.checksumOk(b, l4, tail - l4, ipv4.src(b.view, l3), ipv4.dst(b.view, l3));
    if (!isOk) return true;
  }
  return !tcpFlagsAreValid(tcp.flags(b.view, l4));
}

/** The first segment of a connection, or of one that is picked up in the middle. Linux: tcp_new(). */
function tcpNew(table: ConntrackTable, settings: ConntrackSettings, packet: CtPacket, index: number): boolean {
  const state = nextTcpState(DIR_ORIGINAL, index, NONE);
  if (state >= INVALID) return false;
  if (state !== SYN_SENT && !settings.tcpLoose) return false;
  const columns = table.tcp;
  columns.clear(packet.slot);
  const { words, bytes } = columns;
  const at = columns.wordsAt(packet.slot);
  const bytesAt = columns.bytesAt(packet.slot);
  const end = segmentEnd(packet);
  const window = Math.max(tcp.window(packet.b.view, packet.l4), 1);
  words[at + TD_END] = end;
  words[at + TD_MAXWIN] = window;
  if (state === SYN_SENT) {
    const options = readTcpOptions(packet);
    words[at + TD_MAXEND] = end;
    bytes[bytesAt + TD_FLAGS] = options & 0xff;
    bytes[bytesAt + TD_SCALE] = options >> 8;
  } else {
    words[at + TD_MAXEND] = end + window;
    // Nobody knows whether the windows are scaled.
    bytes[bytesAt + TD_FLAGS] = FLAG_SACK_PERM | FLAG_BE_LIBERAL;
    bytes[bytesAt + DIR_TD_BYTES + TD_FLAGS] = FLAG_SACK_PERM | FLAG_BE_LIBERAL;
  }
  bytes[bytesAt + LAST_INDEX] = NONE_SET;
  return true;
}

/** What there is to say beyond the table of states: one of the steps above, or CT_INVALID. */
function judgeState(table: ConntrackTable, settings: ConntrackSettings, packet: CtPacket, index: number): number {
  const { bytes } = table.tcp;
  const at = table.tcp.bytesAt(packet.slot);
  switch (change.newState) {
    case SYN_SENT: {
      if (change.oldState < TIME_WAIT) return GO_ON;
      const closers = bytes[at + TD_FLAGS]! | bytes[at + DIR_TD_BYTES + TD_FLAGS]!;
      const wasReset = bytes[at + LAST_DIR] === packet.dir && bytes[at + LAST_INDEX] === RST_SET;
      if ((closers & FLAG_CLOSE_INIT) !== 0 || wasReset) return REOPEN;
      return ignorePacket(table, packet, index);
    }
    case IGNORE:
      return ignorePacket(table, packet, index);
    case TIME_WAIT:
      return isChallengeAck(table, packet, index) ? LEAVE_AS_IS : GO_ON;
    case SYN_SENT2:
      bytes[at + LAST_FLAGS]! |= FLAG_SIMULTANEOUS_OPEN;
      return GO_ON;
    case SYN_RECV:
      if (packet.dir === DIR_REPLY && index === ACK_SET && (bytes[at + LAST_FLAGS]! & FLAG_SIMULTANEOUS_OPEN) !== 0) {
        change.newState = ESTABLISHED;
      }
      return GO_ON;
    case CLOSE:
      return index === RST_SET ? judgeReset(table, settings, packet) : GO_ON;
    default:
      return GO_ON;
  }
}

/**
 * The connection may be another one than we think. What we know stays as it is, but the packet is noted: a SYN that
 * was let through and is answered puts us into step again.
 */
function ignorePacket(table: ConntrackTable, packet: CtPacket, index: number): number {
  const { words, bytes } = table.tcp;
  const at = table.tcp.wordsAt(packet.slot);
  const bytesAt = table.tcp.bytesAt(packet.slot);
  const { b, l4, dir } = packet;
  const isAnswerToSyn =
    index === SYNACK_SET &&
    bytes[bytesAt + LAST_INDEX] === SYN_SET &&
    bytes[bytesAt + LAST_DIR] !== dir &&
    tcp.ack(b.view, l4) === words[at + LAST_END];
  if (isAnswerToSyn) {
    resumeFromSyn(table, packet);
    return GO_ON;
  }
  bytes[bytesAt + LAST_INDEX] = index;
  bytes[bytesAt + LAST_DIR] = dir;
  words[at + LAST_SEQ] = tcp.seq(b.view, l4);
  words[at + LAST_END] = segmentEnd(packet);
  words[at + LAST_WIN] = tcp.window(b.view, l4);
  if (index === SYN_SET && dir === DIR_ORIGINAL) {
    const options = readTcpOptions(packet);
    bytes[bytesAt + LAST_FLAGS] = (options & 0xff) | (change.oldState === LAST_ACK ? FLAG_CHALLENGE_ACK : 0);
    bytes[bytesAt + LAST_WSCALE] = options >> 8;
  }
  if (change.oldState === SYN_SENT && index === ACK_SET && dir === DIR_REPLY) {
    words[at + LAST_ACK_NUMBER] = tcp.ack(b.view, l4);
  }
  return LEAVE_AS_IS;
}

/** The SYN that we let through was the right one. */
function resumeFromSyn(table: ConntrackTable, packet: CtPacket): void {
  const { words, bytes } = table.tcp;
  const at = table.tcp.wordsAt(packet.slot);
  const bytesAt = table.tcp.bytesAt(packet.slot);
  change.oldState = SYN_SENT;
  change.newState = SYN_RECV;
  const opener = bytes[bytesAt + LAST_DIR]!;
  const openerAt = at + opener * DIR_TD_WORDS;
  words[openerAt + TD_END] = words[at + LAST_END]!;
  words[openerAt + TD_MAXEND] = words[at + LAST_END]!;
  words[openerAt + TD_MAXWIN] = Math.max(words[at + LAST_WIN]!, 1);
  const openerBytes = bytesAt + opener * DIR_TD_BYTES;
  bytes[bytesAt + LAST_FLAGS]! &= ~FLAG_CHALLENGE_ACK;
  bytes[openerBytes + TD_SCALE] = bytes[bytesAt + LAST_WSCALE]!;
  bytes[openerBytes + TD_FLAGS] = bytes[bytesAt + LAST_FLAGS]!;
  const answererAt = at + packet.dir * DIR_TD_WORDS;
  words.fill(0, answererAt, answererAt + DIR_TD_WORDS);
  const answererBytes = bytesAt + packet.dir * DIR_TD_BYTES;
  bytes.fill(0, answererBytes, answererBytes + DIR_TD_BYTES);
}

/** An ACK that answers a SYN out of place (RFC 5961) is not the one of the last FIN. */
function isChallengeAck(table: ConntrackTable, packet: CtPacket, index: number): boolean {
  const { bytes } = table.tcp;
  const at = table.tcp.bytesAt(packet.slot);
  const isChallenge =
    change.oldState === LAST_ACK &&
    index === ACK_SET &&
    bytes[at + LAST_DIR] !== packet.dir &&
    bytes[at + LAST_INDEX] === SYN_SET &&
    (bytes[at + LAST_FLAGS]! & FLAG_CHALLENGE_ACK) !== 0;
  if (isChallenge) bytes[at + LAST_FLAGS]! &= ~FLAG_CHALLENGE_ACK;
  return isChallenge;
}

/** Whether an entry of this state may go before its time. Linux: tcp_can_early_drop(). */
export function tcpCanEarlyDrop(state: number): boolean {
  return state >= FIN_WAIT && state <= CLOSE;
}

/** A reset closes only if its number is right; otherwise it may be a forgery, which its receiver will challenge. */
function judgeReset(table: ConntrackTable, settings: ConntrackSettings, packet: CtPacket): number {
  const { words, bytes } = table.tcp;
  const { b, l4, slot, dir } = packet;
  const at = table.tcp.wordsAt(slot);
  const bytesAt = table.tcp.bytesAt(slot);
  if (tcpCanEarlyDrop(change.oldState)) return SKIP_WINDOW;
  const status = table.status[slot]!;
  const lastIndex = bytes[bytesAt + LAST_INDEX];
  // The opener answers a challenge that we had let through: the other side still has an older connection.
  const followsAck = lastIndex === ACK_SET && bytes[bytesAt + LAST_DIR] === DIR_REPLY && dir === DIR_ORIGINAL;
  if (change.oldState === SYN_SENT && followsAck && tcp.seq(b.view, l4) === words[at + LAST_ACK_NUMBER]) {
    return SKIP_WINDOW;
  }
  const peerFlags = bytes[bytesAt + (1 - dir) * DIR_TD_BYTES + TD_FLAGS]!;
  if ((peerFlags & FLAG_MAXACK_SET) !== 0 && lastIndex !== SYN_SET) {
    const seq = tcp.seq(b.view, l4);
    const maxAck = words[at + (1 - dir) * DIR_TD_WORDS + TD_MAXACK]!;
    const isEstablished = change.oldState === ESTABLISHED && (status & IPS_ASSURED) !== 0;
    if (seq === 0 && !isEstablished) return GO_ON;
    if (((seq - maxAck) | 0) < 0 && !settings.tcpIgnoreInvalidRst) return CT_INVALID;
    if (!isEstablished || seq === maxAck) return GO_ON;
    // Right behind data of the same side.
    if (lastIndex === ACK_SET && bytes[bytesAt + LAST_DIR] === dir && seq === words[at + LAST_END]) return GO_ON;
    change.newState = change.oldState;
  }
  const answersIgnored =
    ((status & IPS_SEEN_REPLY) !== 0 && lastIndex === SYN_SET) ||
    ((status & IPS_ASSURED) === 0 && lastIndex === ACK_SET);
  return answersIgnored && tcp.ack(b.view, l4) === words[at + LAST_END] ? SKIP_WINDOW : GO_ON;
}

/**
 * FIN or RST that do not fit: the second of a pair from both sides makes a connection that would live for days go
 * soon. Linux: nf_tcp_handle_invalid().
 */
function handleInvalid(table: ConntrackTable, settings: ConntrackSettings, packet: CtPacket, index: number): void {
  const { slot, dir } = packet;
  const status = table.status[slot]!;
  if ((status & IPS_ASSURED) === 0 || (status & IPS_FIXED_TIMEOUT) !== 0) return;
  if (index !== RST_SET && index !== FIN_SET) return;
  const { bytes } = table.tcp;
  const at = table.tcp.bytesAt(slot);
  const lastIndex = bytes[at + LAST_INDEX];
  if (bytes[at + LAST_DIR] === dir || (lastIndex !== FIN_SET && lastIndex !== RST_SET)) {
    bytes[at + LAST_INDEX] = index;
    bytes[at + LAST_DIR] = dir;
    return;
  }
  const leftNs = table.expiresNs[slot]! - table.nowNs[0]!;
  const unackSeconds = settings.tcpTimeouts[TIMEOUT_UNACK]!;
  if (leftNs >= SHORT_TIMEOUT_NS && leftNs > unackSeconds * SECOND_NS) packet.timeoutSeconds = unackSeconds;
}

/** The packet is part of the connection. */
function enterState(table: ConntrackTable, settings: ConntrackSettings, packet: CtPacket, index: number): number {
  const { slot, dir } = packet;
  const { bytes } = table.tcp;
  const at = table.tcp.bytesAt(slot);
  const { oldState, newState } = change;
  bytes[at + LAST_INDEX] = index;
  bytes[at + LAST_DIR] = dir;
  bytes[at + STATE] = newState;
  if (oldState !== newState) {
    if (newState === FIN_WAIT) bytes[at + dir * DIR_TD_BYTES + TD_FLAGS]! |= FLAG_CLOSE_INIT;
    table.events[slot]! |= IPCT_PROTOINFO;
  }
  let timeout = timeoutOf(table, settings, packet, index);
  const status = table.status[slot]!;
  if ((status & IPS_SEEN_REPLY) === 0) {
    // A reset as the only answer: there never was a connection.
    if (index === RST_SET) return CT_ACCEPT_AND_KILL;
    // A SYN that is sent again and again must not keep an entry alive.
    if (index === SYN_SET && oldState === SYN_SENT) return CT_ACCEPT;
    if (newState === ESTABLISHED) timeout = Math.min(timeout, settings.tcpTimeouts[TIMEOUT_UNACK]!);
  } else if (
    (status & IPS_ASSURED) === 0 &&
    (oldState === SYN_RECV || oldState === ESTABLISHED) &&
    newState === ESTABLISHED
  ) {
    table.status[slot]! |= IPS_ASSURED;
    table.events[slot]! |= IPCT_ASSURED;
  }
  packet.timeoutSeconds = timeout;
  return CT_ACCEPT;
}

/** How long the connection lives without another packet. */
function timeoutOf(table: ConntrackTable, settings: ConntrackSettings, packet: CtPacket, index: number): number {
  const { words, bytes } = table.tcp;
  const at = table.tcp.bytesAt(packet.slot);
  const timeouts = settings.tcpTimeouts;
  const own = timeouts[change.newState]!;
  const retransmitting = timeouts[TIMEOUT_RETRANS]!;
  if (bytes[at + RETRANS]! >= settings.tcpMaxRetrans && own > retransmitting) return retransmitting;
  if (index === RST_SET) return timeouts[CLOSE]!;
  const flags = bytes[at + TD_FLAGS]! | bytes[at + DIR_TD_BYTES + TD_FLAGS]!;
  const unacknowledged = timeouts[TIMEOUT_UNACK]!;
  if ((flags & FLAG_DATA_UNACKNOWLEDGED) !== 0 && own > unacknowledged) return unacknowledged;
  const isWindowClosed = words[table.tcp.wordsAt(packet.slot) + LAST_WIN] === 0;
  return isWindowClosed && own > retransmitting ? retransmitting : own;
}
