/** What a receiver tells of what came out of order and twice (RFC 2018, RFC 2883; Linux: tcp_input.c). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { tcpIsOfoEmpty } from './receive-buffer.ts';
import { tcpSendAck } from './tcp-output.ts';
import type { TcpSock } from './tcp-sock.ts';

/** TCP_NUM_SACKS */
const SACKS_MAX = 4;
/** TCP_SACK_BLOCKS_EXPECTED: more fit no segment with time stamps and a duplicate. */
const SACKS_EXPECTED = 2;

/** Twin of tcp_sack_extend: block `i` of `blocks` takes in what touches it. */
function sackExtend(blocks: Int32Array, i: number, seq: number, endSeq: number): boolean {
  const start = blocks[2 * i]!;
  const end = blocks[2 * i + 1]!;
  if (seqAfter(seq, end) || seqAfter(start, endSeq)) return false;
  if (seqBefore(seq, start)) blocks[2 * i] = seq;
  if (seqAfter(endSeq, end)) blocks[2 * i + 1] = endSeq;
  return true;
}

/** Twin of tcp_dsack_set. */
export function tcpDsackSet(sk: TcpSock, seq: number, endSeq: number): void {
  if (!sk.rxOpt.sackOk || sk.ns.sysctls.tcp.dsack === 0) return;
  const { tcpExt } = sk.ns.mib;
  if (seqBefore(seq, sk.rcvNxt)) tcpExt.TCPDSACKOldSent++;
  else tcpExt.TCPDSACKOfoSent++;
  sk.hasDsack = true;
  sk.duplicateSack[0] = seq;
  sk.duplicateSack[1] = endSeq;
}

/** Twin of tcp_dsack_extend. */
export function tcpDsackExtend(sk: TcpSock, seq: number, endSeq: number): void {
  if (sk.hasDsack) sackExtend(sk.duplicateSack, 0, seq, endSeq);
  else tcpDsackSet(sk, seq, endSeq);
}

/** Twin of tcp_sack_reset. */
export function tcpSackReset(sk: TcpSock): void {
  sk.hasDsack = false;
  sk.numSacks = 0;
}

/** Twin of tcp_sack_new_ofo_skb: the block that a segment out of order belongs to comes first. */
export function tcpSackNewOfoSkb(sk: TcpSock, seq: number, endSeq: number): void {
  const blocks = sk.selectiveAcks;
  let i = 0;
  while (i < sk.numSacks && !sackExtend(blocks, i, seq, endSeq)) i++;
  const isExtended = i < sk.numSacks;
  if (i >= SACKS_EXPECTED) tcpSackCompressSendAck(sk);
  if (isExtended) {
    moveToFront(blocks, i);
    if (sk.numSacks > 1) maybeCoalesce(sk);
    return;
  }
  if (i >= SACKS_MAX) i--;
  else sk.numSacks++;
  blocks.copyWithin(2, 0, 2 * i);
  blocks[0] = seq;
  blocks[1] = endSeq;
}

function moveToFront(blocks: Int32Array, i: number): void {
  const start = blocks[2 * i]!;
  const end = blocks[2 * i + 1]!;
  blocks.copyWithin(2, 0, 2 * i);
  blocks[0] = start;
  blocks[1] = end;
}

/** Twin of tcp_sack_maybe_coalesce: the first block may have grown into others. */
function maybeCoalesce(sk: TcpSock): void {
  const blocks = sk.selectiveAcks;
  for (let i = 1; i < sk.numSacks;) {
    if (sackExtend(blocks, 0, blocks[2 * i]!, blocks[2 * i + 1]!)) removeBlock(sk, i);
    else i++;
  }
}

function removeBlock(sk: TcpSock, i: number): void {
  sk.selectiveAcks.copyWithin(2 * i, 2 * i + 2, 2 * sk.numSacks);
  sk.numSacks--;
}

/** Twin of tcp_sack_remove: `rcvNxt` has moved on. */
export function tcpSackRemove(sk: TcpSock): void {
  if (tcpIsOfoEmpty(sk)) {
    sk.numSacks = 0;
    return;
  }
  for (let i = 0; i < sk.numSacks;) {
    if (seqBefore(sk.rcvNxt, sk.selectiveAcks[2 * i]!)) i++;
    else removeBlock(sk, i);
  }
}

/** Twin of tcp_sack_compress_send_ack: the one that was held back goes before its blocks are pushed out. */
export function tcpSackCompressSendAck(sk: TcpSock): void {
  if (sk.compressedAck === 0) return;
  sk.compressedAckTimer?.cancel();
  sk.ns.mib.tcpExt.TCPAckCompressed += sk.compressedAck - 1;
  sk.compressedAck = 0;
  tcpSendAck(sk);
}
