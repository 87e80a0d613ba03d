/** Options of received segments, as a connection keeps them (Linux: tcp_parse_options, tcp_fast_parse_options). */
import { FLAG_SYN } from '../../../wire/tcp.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpOptionsReceived, TcpSock } from './tcp-sock.ts';
import { TCP_MAX_WSCALE } from './tcp-states.ts';

const HEADER_BYTES = 20;
const OPTION_EOL = 0;
const OPTION_NOP = 1;
const OPTION_MSS = 2;
const OPTION_WINDOW = 3;
const OPTION_SACK_PERM = 4;
const OPTION_SACK = 5;
const OPTION_TIMESTAMP = 8;
/** NOP, NOP, time stamp, 10: how nearly all segments of a connection with time stamps begin. */
const ALIGNED_TIMESTAMP = 0x0101_080a;

/** Twin of tcp_parse_aligned_timestamp: true when the segment has a time stamp in its usual place. */
export function tcpParseAlignedTimestamp(sk: TcpSock, incoming: TcpIncoming): boolean {
  const { view } = incoming.frame!.slab;
  const at = incoming.dataOffset - incoming.headerLen + HEADER_BYTES;
  if (view.getInt32(at) !== ALIGNED_TIMESTAMP) return false;
  const { rxOpt } = sk;
  rxOpt.sawTstamp = true;
  rxOpt.rcvTsval = view.getInt32(at + 4);
  const echo = view.getInt32(at + 8);
  rxOpt.rcvTsecr = echo === 0 ? 0 : (echo - sk.tsOffset) | 0;
  return true;
}

/** Twin of tcp_fast_parse_options: the options of a segment of a connection that stands; false when it has none. */
export function tcpFastParseOptions(sk: TcpSock, incoming: TcpIncoming): boolean {
  const { rxOpt } = sk;
  rxOpt.numSacks = 0;
  rxOpt.sawTstamp = false;
  if (incoming.headerLen === HEADER_BYTES) return false;
  if (rxOpt.tstampOk && incoming.headerLen === HEADER_BYTES + 12 && tcpParseAlignedTimestamp(sk, incoming)) return true;
  tcpParseOptions(sk, rxOpt, incoming, true);
  if (rxOpt.sawTstamp && rxOpt.rcvTsecr !== 0) rxOpt.rcvTsecr = (rxOpt.rcvTsecr - sk.tsOffset) | 0;
  return true;
}

/** Twin of tcp_parse_options: `isEstablished` for segments of connections, false for those that begin one. */
export function tcpParseOptions(
  sk: TcpSock,
  rxOpt: TcpOptionsReceived,
  incoming: TcpIncoming,
  isEstablished: boolean,
): void {
  const { view } = incoming.frame!.slab;
  rxOpt.sawTstamp = false;
  rxOpt.numSacks = 0;
  const end = incoming.dataOffset;
  const isSyn = !isEstablished && (incoming.tcpFlags & FLAG_SYN) !== 0;
  for (let at = end - incoming.headerLen + HEADER_BYTES; at < end;) {
    const kind = view.getUint8(at);
    if (kind === OPTION_EOL) return;
    if (kind === OPTION_NOP) {
      at++;
      continue;
    }
    if (at + 1 >= end) return;
    const size = view.getUint8(at + 1);
    if (size < 2 || at + size > end) return;
    if (isSyn) parseSynOption(sk, rxOpt, view, at, size);
    if (kind === OPTION_TIMESTAMP) parseTimestamp(sk, rxOpt, view, at, size, isEstablished);
    else if (kind === OPTION_SACK) parseSack(rxOpt, at, size);
    at += size;
  }
}

function parseSynOption(sk: TcpSock, rxOpt: TcpOptionsReceived, view: DataView, at: number, size: number): void {
  const { tcp } = sk.ns.sysctls;
  const kind = view.getUint8(at);
  if (kind === OPTION_MSS && size === 4) {
    const mss = view.getUint16(at + 2);
    if (mss !== 0) rxOpt.mssClamp = rxOpt.userMss !== 0 && rxOpt.userMss < mss ? rxOpt.userMss : mss;
  } else if (kind === OPTION_WINDOW && size === 3 && tcp.windowScaling !== 0) {
    rxOpt.wscaleOk = true;
    rxOpt.sndWscale = Math.min(view.getUint8(at + 2), TCP_MAX_WSCALE);
  } else if (kind === OPTION_SACK_PERM && size === 2 && tcp.sack !== 0) {
    rxOpt.sackOk = true;
  }
}

function parseTimestamp(
  sk: TcpSock,
  rxOpt: TcpOptionsReceived,
  view: DataView,
  at: number,
  size: number,
  isEstablished: boolean,
): void {
  const isWanted = isEstablished ? rxOpt.tstampOk : sk.ns.sysctls.tcp.timestamps !== 0;
  if (size !== 10 || !isWanted) return;
  rxOpt.sawTstamp = true;
  rxOpt.rcvTsval = view.getInt32(at + 2);
  rxOpt.rcvTsecr = view.getInt32(at + 6);
}

function parseSack(rxOpt: TcpOptionsReceived, at: number, size: number): void {
  if (!rxOpt.sackOk || size < 10 || (size - 2) % 8 !== 0) return;
  rxOpt.sackOffset = at + 2;
  rxOpt.numSacks = (size - 2) >> 3;
}

/** Twin of tcp_clear_options. */
export function tcpClearOptions(rxOpt: TcpOptionsReceived): void {
  rxOpt.tstampOk = false;
  rxOpt.sackOk = false;
  rxOpt.wscaleOk = false;
  rxOpt.sndWscale = 0;
}
