/**
 * What connections learn about a destination for those that come after (Linux: net/ipv4/tcp_metrics.c). A new one takes
 * the round trip for its first timeout and the reordering; the threshold only with tcp_no_ssthresh_metrics_save = 0.
 */
import type { Ip4 } from '../../../base/addr.ts';
import { tcpInInitialSlowStart } from './tcp-cwnd.ts';
import { roundUpToTick, TICK_US } from './tcp-rtt.ts';
import { tcpInSlowStart } from './tcp-slow-start.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_CA_OPEN, TCP_INFINITE_SSTHRESH } from './tcp-states.ts';

/** What was learned longer ago than an hour counts no more. */
const TIMEOUT_NS = 3_600_000_000_000;
/** TCP_TIMEOUT_FALLBACK: the first timeout when not even the handshake told of a round trip (RFC 6298, 5.7). */
const TIMEOUT_FALLBACK_US = 3_000_000;
/** Of one namespace: as Linux forgets the oldest of a long chain. */
const ENTRIES_MAX = 16_384;

/** Of one pair of addresses, as Linux keeps it: the round trip times 8, its deviation times 4; 0 = not known. */
class TcpMetrics {
  rttUs = 0;
  rttvarUs = 0;
  ssthresh = 0;
  cwnd = 0;
  reordering = 0;
  stampNs = 0;
}

/** The metrics of a namespace. */
export class TcpMetricsTable {
  private readonly entries = new Map<string, TcpMetrics>();

  get size(): number {
    return this.entries.size;
  }

  find(source: Ip4, destination: Ip4, nowNs: number): TcpMetrics | null {
    const entry = this.entries.get(`${source} ${destination}`);
    if (entry === undefined || nowNs - entry.stampNs > TIMEOUT_NS) return null;
    return entry;
  }

  make(source: Ip4, destination: Ip4): TcpMetrics {
    if (this.entries.size >= ENTRIES_MAX) this.entries.delete(this.entries.keys().next().value!);
    const entry = new TcpMetrics();
    this.entries.set(`${source} ${destination}`, entry);
    return entry;
  }

  clear(): void {
    this.entries.clear();
  }
}

function find(sk: TcpSock): TcpMetrics | null {
  return sk.ns.tcp.metrics.find(sk.sourceAddress, sk.remoteAddress, sk.ns.machine.sched.now);
}

/** Twin of tcp_init_metrics: what the destination is known for; else a cautious timeout if nothing is known at all. */
export function tcpInitMetrics(sk: TcpSock): void {
  sk.sndSsthresh = TCP_INFINITE_SSTHRESH;
  const known = find(sk);
  if (known !== null) {
    if (known.ssthresh !== 0 && sk.ns.sysctls.tcp.noSsthreshMetricsSave === 0) {
      sk.sndSsthresh = Math.min(known.ssthresh, sk.sndCwndClamp);
    }
    if (known.reordering !== 0) sk.reordering = known.reordering;
  }
  const rttUs = known === null ? 0 : known.rttUs;
  if (rttUs > sk.srttUs) {
    const ticksUs = Math.floor(rttUs / (8 * TICK_US)) * TICK_US;
    sk.rtoUs = ticksUs + Math.max(2 * ticksUs, roundUpToTick(sk.ns.sysctls.tcp.rtoMinUs));
  } else if (sk.srttUs === 0) {
    sk.rttvarUs = TIMEOUT_FALLBACK_US;
    sk.mdevUs = TIMEOUT_FALLBACK_US;
    sk.mdevMaxUs = TIMEOUT_FALLBACK_US;
    sk.rtoUs = TIMEOUT_FALLBACK_US;
  }
}

/** Twin of tcp_update_metrics: the connection has ended well. */
export function tcpUpdateMetrics(sk: TcpSock): void {
  if (sk.ns.sysctls.tcp.noMetricsSave !== 0 || sk.dst === null) return;
  const known = find(sk);
  if (sk.backoff !== 0 || sk.srttUs === 0) {
    if (known === null) return;
    known.rttUs = 0;
    known.stampNs = sk.ns.machine.sched.now;
    return;
  }
  const metrics = known ?? sk.ns.tcp.metrics.make(sk.sourceAddress, sk.remoteAddress);
  updateRoundTrip(sk, metrics);
  updateWindow(sk, metrics);
  metrics.stampNs = sk.ns.machine.sched.now;
}

/** Longer ones count at once, shorter ones by an eighth. */
function updateRoundTrip(sk: TcpSock, metrics: TcpMetrics): void {
  const lessUs = metrics.rttUs - sk.srttUs;
  metrics.rttUs = lessUs <= 0 ? sk.srttUs : metrics.rttUs - (lessUs >> 3);
  const deviationUs = Math.max(Math.abs(lessUs) >> 1, sk.mdevUs);
  if (deviationUs >= metrics.rttvarUs) metrics.rttvarUs = deviationUs;
  else metrics.rttvarUs -= (metrics.rttvarUs - deviationUs) >> 2;
}

function updateWindow(sk: TcpSock, metrics: TcpMetrics): void {
  const { noSsthreshMetricsSave, reordering } = sk.ns.sysctls.tcp;
  const savesSsthresh = noSsthreshMetricsSave === 0;
  const half = sk.sndCwnd >> 1;
  if (tcpInInitialSlowStart(sk)) {
    if (savesSsthresh && metrics.ssthresh !== 0 && half > metrics.ssthresh) metrics.ssthresh = half;
    metrics.cwnd = Math.max(metrics.cwnd, sk.sndCwnd);
  } else if (!tcpInSlowStart(sk) && sk.caState === TCP_CA_OPEN) {
    if (savesSsthresh) metrics.ssthresh = Math.max(half, sk.sndSsthresh);
    metrics.cwnd = (metrics.cwnd + sk.sndCwnd) >> 1;
  } else {
    metrics.cwnd = (metrics.cwnd + Math.min(sk.sndSsthresh, 0x3fffffff)) >> 1;
    if (savesSsthresh && metrics.ssthresh !== 0 && sk.sndSsthresh > metrics.ssthresh) metrics.ssthresh = sk.sndSsthresh;
    if (metrics.reordering < sk.reordering && sk.reordering !== reordering) metrics.reordering = sk.reordering;
  }
}
