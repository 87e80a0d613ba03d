/** Options of received segments, as a connection keeps them; the echoed time stamp without its offset. */
import * as options from '../../../wire/tcp-options.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpOptionsReceived, TcpSock } from './tcp-sock.ts';

/** Twin of tcp_parse_aligned_timestamp: true when the segment has a time stamp in its usual place and nothing else. */
export function tcpParseAlignedTimestamp(sk: TcpSock, incoming: TcpIncoming): boolean {
  const header = incoming.dataOffset - incoming.headerLen;
  if (!options.tcpParseAlignedTimestamp(incoming.frame!.slab.view, header, sk.rxOpt)) return false;
  takeOffset(sk);
  return true;
}

/** Twin of tcp_fast_parse_options: the options of a segment of a connection that stands; false when it has none. */
export function tcpFastParseOptions(sk: TcpSock, incoming: TcpIncoming): boolean {
  const header = incoming.dataOffset - incoming.headerLen;
  const { view } = incoming.frame!.slab;
  if (!options.tcpFastParseOptions(view, header, incoming.headerLen, sk.rxOpt, sk.ns.sysctls.tcp)) return false;
  takeOffset(sk);
  return true;
}

/** Twin of tcp_parse_options for what answers a SYN. */
export function tcpParseSynOptions(sk: TcpSock, incoming: TcpIncoming): void {
  const header = incoming.dataOffset - incoming.headerLen;
  const { view } = incoming.frame!.slab;
  options.tcpParseOptions(view, header, incoming.headerLen, sk.rxOpt, false, sk.ns.sysctls.tcp);
  takeOffset(sk);
}

function takeOffset(sk: TcpSock): void {
  const { rxOpt } = sk;
  if (rxOpt.sawTstamp && rxOpt.rcvTsecr !== 0) rxOpt.rcvTsecr = (rxOpt.rcvTsecr - sk.tsOffset) | 0;
}

/** Twin of tcp_clear_options. */
export function tcpClearOptions(rxOpt: TcpOptionsReceived): void {
  rxOpt.tstampOk = false;
  rxOpt.sackOk = false;
  rxOpt.wscaleOk = false;
  rxOpt.sndWscale = 0;
}
