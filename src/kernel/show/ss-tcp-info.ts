/** The line of `ss -i` about a TCP socket (iproute2 6.1, tcp_stats_print), in its order. */
import type { TcpSock } from '../socket/tcp/tcp-sock.ts';
import { TCP_CA_OPEN, TCP_CLOSE, TCP_ECN_OK, TCP_LISTEN } from '../socket/tcp/tcp-states.ts';
import { tcpClockUs } from '../socket/tcp/tcp-timestamp.ts';

const BITS_PER_BYTE = 8;
/** What the count begins with here, so that 0 can stand for none. */
const DELIVERED_AT_FIRST = 2;
/** A threshold that is none yet. */
const SSTHRESH_SHOWN_MAX = 0xffff;
const REORDERING_USUAL = 3;
const RTT_UNKNOWN = 0x7fffffff;

/** ` cubic wscale:7,7 rto:204 …` */
export function tcpInfoText(sk: TcpSock, showsOptions: boolean, isNumeric: boolean): string {
  const parts = [...(showsOptions ? optionParts(sk) : []), sk.caOps.name];
  if (sk.state === TCP_LISTEN) {
    parts.push(`cwnd:${sk.sndCwnd}`, ...counted('unacked', sk.listener?.readyCount ?? 0));
  } else if (sk.state !== TCP_CLOSE) {
    parts.push(...pathParts(sk), ...countParts(sk), ...rateParts(sk, isNumeric), ...restParts(sk));
  }
  return parts.map((part) => ` ${part}`).join('');
}

/** `name:value`, unless it is 0. */
function counted(name: string, value: number): string[] {
  return value === 0 ? [] : [`${name}:${general(value)}`];
}

/** As %g has it: six digits that count. */
function general(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

function optionParts(sk: TcpSock): string[] {
  const { rxOpt } = sk;
  const parts: string[] = [];
  if (rxOpt.tstampOk) parts.push('ts');
  if (rxOpt.sackOk) parts.push('sack');
  if ((sk.ecnFlags & TCP_ECN_OK) !== 0) parts.push('ecn');
  return parts;
}

function pathParts(sk: TcpSock): string[] {
  const { rxOpt } = sk;
  const parts = rxOpt.wscaleOk ? [`wscale:${rxOpt.sndWscale},${rxOpt.rcvWscale}`] : [];
  parts.push(...counted('rto', sk.rtoUs / 1000), ...counted('backoff', sk.backoff));
  const rttUs = sk.srttUs >> 3;
  if (rttUs !== 0) parts.push(`rtt:${general(rttUs / 1000)}/${general((sk.mdevUs >> 2) / 1000)}`);
  return [
    ...parts,
    ...counted('ato', sk.atoUs / 1000),
    ...counted('mss', sk.mssCache),
    ...counted('pmtu', sk.pmtuCookie),
    ...counted('rcvmss', sk.rcvMss),
    ...counted('advmss', sk.advMss),
    ...counted('cwnd', sk.sndCwnd),
    ...counted('ssthresh', sk.sndSsthresh < SSTHRESH_SHOWN_MAX ? sk.sndSsthresh : 0),
  ];
}

function countParts(sk: TcpSock): string[] {
  return [
    ...counted('bytes_sent', sk.bytesSent),
    ...counted('bytes_retrans', sk.bytesRetrans),
    ...counted('bytes_acked', sk.bytesAcked),
    ...counted('bytes_received', sk.bytesReceived),
    ...counted('segs_out', sk.segsOut),
    ...counted('segs_in', sk.segsIn),
    ...counted('data_segs_out', sk.dataSegsOut),
    ...counted('data_segs_in', sk.dataSegsIn),
  ];
}

function rateParts(sk: TcpSock, isNumeric: boolean): string[] {
  const parts: string[] = [];
  const rttUs = sk.srttUs >> 3;
  const rate = (name: string, bps: number): void => {
    if (bps > 0) parts.push(`${name} ${bandwidth(bps, isNumeric)}bps`);
  };
  if (rttUs > 0) rate('send', (sk.sndCwnd * sk.mssCache * BITS_PER_BYTE * 1_000_000) / rttUs);
  const nowUs = tcpClockUs(sk.ns);
  const sinceMs = (thenUs: number): number => Math.floor(((nowUs - thenUs) | 0) / 1000);
  parts.push(...counted('lastsnd', sinceMs(sk.lsndTimeUs)), ...counted('lastrcv', sinceMs(sk.ackLrcvTimeUs)));
  parts.push(...counted('lastack', sinceMs(sk.rcvTstampUs)));
  if (sk.pacingRateBps !== Infinity) rate('pacing_rate', Math.floor(sk.pacingRateBps) * BITS_PER_BYTE);
  if (sk.rateDelivered > 0 && sk.rateIntervalUs > 0) {
    const bytesPerSecond = Math.floor((sk.rateDelivered * sk.mssCache * 1_000_000) / sk.rateIntervalUs);
    rate('delivery_rate', bytesPerSecond * BITS_PER_BYTE);
  }
  parts.push(...counted('delivered', sk.delivered - DELIVERED_AT_FIRST), ...counted('delivered_ce', sk.deliveredCe));
  if (sk.rateAppLimited) parts.push('app_limited');
  return parts;
}

/** Twin of sprint_bw. */
function bandwidth(bps: number, isNumeric: boolean): string {
  if (isNumeric) return bps.toFixed(0);
  if (bps > 1e12) return `${(bps / 1e12).toFixed(1)}T`;
  if (bps > 1e9) return `${(bps / 1e9).toFixed(1)}G`;
  if (bps > 1e6) return `${(bps / 1e6).toFixed(1)}M`;
  if (bps > 1e3) return `${(bps / 1e3).toFixed(1)}k`;
  return general(bps);
}

function restParts(sk: TcpSock): string[] {
  const isRetransmitting = sk.retransOut !== 0 || sk.totalRetrans !== 0;
  const minRttUs = sk.rttMinUs[1]!;
  return [
    ...counted('unacked', sk.packetsOut),
    ...(isRetransmitting ? [`retrans:${sk.retransOut}/${sk.totalRetrans}`] : []),
    ...counted('lost', sk.caState === TCP_CA_OPEN ? 0 : sk.lostOut),
    ...counted('sacked', sk.sackedOut),
    ...counted('dsack_dups', sk.dsackDups),
    ...(sk.reordering === REORDERING_USUAL ? [] : [`reordering:${sk.reordering}`]),
    ...counted('reord_seen', sk.reordSeen),
    ...counted('rcv_rtt', (sk.rcvRttUs >> 3) / 1000),
    ...counted('rcv_space', sk.rcvqSpace),
    ...counted('rcv_ssthresh', sk.rcvSsthresh),
    ...counted('notsent', (sk.writeSeq - sk.sndNxt) | 0),
    ...(minRttUs === RTT_UNKNOWN || minRttUs === 0 ? [] : [`minrtt:${general(minRttUs / 1000)}`]),
    ...counted('rcv_ooopack', sk.rcvOooPack),
    ...counted('snd_wnd', sk.sndWnd),
  ];
}
