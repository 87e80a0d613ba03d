/**
 * The options of what is sent, in Linux's order (tcp_options_write, tcp_syn_options, tcp_established_options;
 * RFC 9293 3.1, RFC 7323, RFC 2018).
 *
 *   SYN           MSS · SACK permitted, time stamp · NOP, window scale
 *   others        NOP NOP time stamp · NOP NOP SACK with as many blocks as fit
 */
import type { TcpSock } from './tcp-sock.ts';

const OPTION_BYTES_MAX = 40;
const TIMESTAMP_ALIGNED = 12;
const SACK_BASE_ALIGNED = 4;
const SACK_BLOCK_BYTES = 8;
/** MSS 2, window scale 3, SACK permitted 4, SACK 5, time stamp 8 with NOP 1 around them. */
const MSS_4 = 0x0204_0000;
const NOP_WSCALE_3 = 0x0103_0300;
const NOP_NOP_SACK_PERM = 0x0101_0402;
const SACK_PERM_TIMESTAMP = 0x0402_080a;
const NOP_NOP_TIMESTAMP = 0x0101_080a;
const NOP_NOP_SACK = 0x0101_0500;

/** How many SACK blocks the next segment carries. */
function sackBlocks(sk: TcpSock): number {
  const count = sk.numSacks + (sk.hasDsack ? 1 : 0);
  if (count === 0) return 0;
  const room = OPTION_BYTES_MAX - (sk.rxOpt.tstampOk ? TIMESTAMP_ALIGNED : 0) - SACK_BASE_ALIGNED;
  const fitting = (room / SACK_BLOCK_BYTES) | 0;
  return count < fitting ? count : fitting;
}

/** Twin of tcp_established_options: how long they are in the next segment. */
export function tcpEstablishedOptionBytes(sk: TcpSock): number {
  const timestamp = sk.rxOpt.tstampOk ? TIMESTAMP_ALIGNED : 0;
  if (sk.numSacks === 0 && !sk.hasDsack) return timestamp;
  return timestamp + SACK_BASE_ALIGNED + SACK_BLOCK_BYTES * sackBlocks(sk);
}

/** Twin of tcp_syn_options: how long those of a SYN are. */
export function tcpSynOptionBytes(sk: TcpSock): number {
  const { timestamps, windowScaling, sack } = synOptions(sk);
  return 4 + (timestamps ? TIMESTAMP_ALIGNED : sack ? 4 : 0) + (windowScaling ? 4 : 0);
}

/** What it offers. */
function synOptions(sk: TcpSock): { timestamps: boolean; windowScaling: boolean; sack: boolean } {
  const { tcp } = sk.ns.sysctls;
  return { timestamps: tcp.timestamps !== 0, windowScaling: tcp.windowScaling !== 0, sack: tcp.sack !== 0 };
}

/** Writes them at `o`; `tsval` is the time stamp with the connection's offset. Slow path. */
export function writeSynOptions(sk: TcpSock, v: DataView, o: number, mss: number, tsval: number): void {
  const { timestamps, windowScaling, sack } = synOptions(sk);
  let at = o;
  v.setInt32(at, MSS_4 | mss);
  at += 4;
  if (timestamps) {
    v.setInt32(at, sack ? SACK_PERM_TIMESTAMP : NOP_NOP_TIMESTAMP);
    v.setInt32(at + 4, tsval);
    v.setInt32(at + 8, sk.rxOpt.tsRecent);
    at += TIMESTAMP_ALIGNED;
  } else if (sack) {
    v.setInt32(at, NOP_NOP_SACK_PERM);
    at += 4;
  }
  if (windowScaling) v.setInt32(at, NOP_WSCALE_3 | sk.rxOpt.rcvWscale);
}

/** Writes those of any other segment at `o`. A duplicate is told of once. Hot path. */
export function writeEstablishedOptions(sk: TcpSock, v: DataView, o: number, tsval: number): void {
  let at = o;
  if (sk.rxOpt.tstampOk) {
    v.setInt32(at, NOP_NOP_TIMESTAMP);
    v.setInt32(at + 4, tsval);
    v.setInt32(at + 8, sk.rxOpt.tsRecent);
    at += TIMESTAMP_ALIGNED;
  }
  if (sk.numSacks !== 0 || sk.hasDsack) writeSack(sk, v, at);
}

/** Slow path. */
function writeSack(sk: TcpSock, v: DataView, o: number): void {
  const blocks = sackBlocks(sk);
  v.setInt32(o, NOP_NOP_SACK | (2 + SACK_BLOCK_BYTES * blocks));
  let at = o + SACK_BASE_ALIGNED;
  let left = blocks;
  if (sk.hasDsack) {
    v.setInt32(at, sk.duplicateSack[0]!);
    v.setInt32(at + 4, sk.duplicateSack[1]!);
    at += SACK_BLOCK_BYTES;
    left--;
    sk.hasDsack = false;
  }
  for (let i = 0; i < left; i++, at += SACK_BLOCK_BYTES) {
    v.setInt32(at, sk.selectiveAcks[2 * i]!);
    v.setInt32(at + 4, sk.selectiveAcks[2 * i + 1]!);
  }
}
