/** The SACK blocks of an acknowledgment that can be right, in order (Linux: tcp_is_sackblock_valid; RFC 2018). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import type { TcpAckState } from './tcp-ack-state.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpSock } from './tcp-sock.ts';

const SACKS_MAX = 4;

/** Where block `index` begins: its first sequence number. */
export function sackBlockStart(sk: TcpSock, incoming: TcpIncoming, index: number): number {
  return incoming.frame!.slab.view.getInt32(sk.rxOpt.sackOffset + 8 * index);
}

/** And behind its last. */
export function sackBlockEnd(sk: TcpSock, incoming: TcpIncoming, index: number): number {
  return incoming.frame!.slab.view.getInt32(sk.rxOpt.sackOffset + 8 * index + 4);
}

/**
 * Puts the valid blocks into `state.blocks`, the lowest first; which of them told of a duplicate stands in
 * `state.dsackIndex`. How many there are.
 */
export function collectBlocks(
  sk: TcpSock,
  incoming: TcpIncoming,
  priorSndUna: number,
  hasDsack: boolean,
  state: TcpAckState,
): number {
  const sacks = Math.min(sk.rxOpt.numSacks, SACKS_MAX);
  let used = 0;
  state.dsackIndex = -1;
  for (let i = 0; i < sacks; i++) {
    const isDsack = i === 0 && hasDsack;
    const start = sackBlockStart(sk, incoming, i);
    const end = sackBlockEnd(sk, incoming, i);
    if (!isSackBlockValid(sk, isDsack, start, end)) {
      countInvalid(sk, incoming, isDsack, end);
    } else if (seqAfter(end, priorSndUna)) {
      insertBlock(state, used, start, end, isDsack);
      used++;
    }
  }
  return used;
}

/** Keeps the blocks sorted. */
function insertBlock(state: TcpAckState, used: number, start: number, end: number, isDsack: boolean): void {
  const { blocks } = state;
  let at = used;
  while (at > 0 && seqAfter(blocks[2 * at - 2]!, start)) {
    blocks[2 * at] = blocks[2 * at - 2]!;
    blocks[2 * at + 1] = blocks[2 * at - 1]!;
    at--;
  }
  blocks[2 * at] = start;
  blocks[2 * at + 1] = end;
  if (isDsack) state.dsackIndex = at;
  else if (state.dsackIndex >= at) state.dsackIndex++;
}

function countInvalid(sk: TcpSock, incoming: TcpIncoming, isDsack: boolean, end: number): void {
  const { mib } = sk.ns;
  if (isDsack) {
    if (sk.undoMarker === 0) mib.tcpExt.TCPDSACKIgnoredNoUndo++;
    else mib.tcpExt.TCPDSACKIgnoredOld++;
  } else if (incoming.ackSeq === sk.sndUna || seqAfter(end, sk.sndUna)) {
    mib.tcpExt.TCPSACKDiscard++;
  }
}

/**
 * Twin of tcp_is_sackblock_valid: within what was sent and is not acknowledged. One that tells of a duplicate may also
 * lie below, down to where the last loss began.
 *
 *      undoMarker        sndUna                sndNxt
 *          |  duplicates    |   arrived ahead     |
 */
export function isSackBlockValid(sk: TcpSock, isDsack: boolean, start: number, end: number): boolean {
  if (seqAfter(end, sk.sndNxt) || !seqBefore(start, end)) return false;
  if (!seqBefore(start, sk.sndNxt)) return false;
  if (seqAfter(start, sk.sndUna)) return true;
  if (!isDsack || sk.undoMarker === 0) return false;
  if (seqAfter(end, sk.sndUna)) return false;
  if (!seqBefore(start, sk.undoMarker)) return true;
  if (!seqAfter(end, sk.undoMarker)) return false;
  return !seqBefore(start, (end - sk.maxWindow) | 0);
}
