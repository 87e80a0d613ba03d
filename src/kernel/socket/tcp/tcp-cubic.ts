/**
 * CUBIC as Linux has it (net/ipv4/tcp_cubic.c; RFC 9438): between two losses the window follows a cubic function of
 * time whose saddle is the window at the last loss. In integers all through, so that windows are Linux's.
 *
 *   W(t) = C · (t - K)³ + Wmax      K = ∛(Wmax · (1 - β) / C)      β = 717/1024      C = 410/1024 per second³
 *
 * Times of the function are in ticks of 1/250 s, and in 1/1024 s within it.
 */
import type { CongestionOps } from './congestion.ts';
import { CA_EVENT_TX_START } from './congestion.ts';
import { cubicRoot } from './tcp-cubic-root.ts';
import { hystartReset, hystartUpdate } from './tcp-hystart.ts';
import { tcpRenoUndoCwnd } from './tcp-reno.ts';
import { roundUpToTick, TICK_US } from './tcp-rtt.ts';
import { tcpCongAvoidAi, tcpInSlowStart, tcpIsCwndLimited, tcpSlowStart } from './tcp-slow-start.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_CA_LOSS } from './tcp-states.ts';

const HZ = 250;
/** β: what is left of the window after a loss, of 1024. */
const BETA = 717;
const BETA_SCALE = 1024;
/** 1024 · C for the nominal round trip of 100 ms: bic_scale · 10. */
const CUBE_RTT_SCALE = 410;
/** 2⁴⁰ / CUBE_RTT_SCALE: the cube root of it times a difference of windows is K in 1/1024 s. */
const CUBE_FACTOR = 2_681_735_677;
/** 8 · (1 + β) / 3 / (1 - β): acknowledgments per window of standard TCP's growth, times 8. */
const FRIENDLY_SCALE = 15;
const TWO_TO_20 = 1_048_576;
const TWO_TO_24 = 16_777_216;

/** A connection's own figures (struct bictcp). */
export class Bictcp {
  /** One segment more for so many acknowledged. */
  cnt = 0;
  lastMaxCwnd = 0;
  lastCwnd = 0;
  lastTime = 0;
  originPoint = 0;
  k = 0;
  delayMinUs = 0;
  /** 0 = a new epoch begins with the next acknowledgment. */
  epochStart = 0;
  ackCnt = 0;
  /** What standard TCP would have. */
  tcpCwnd = 0;
  // HyStart
  found = false;
  sampleCnt = 0;
  roundStartUs = 0;
  endSeq = 0;
  lastAckUs = 0;
  currRttUs = 0;

  /** Twin of bictcp_reset. */
  reset(): void {
    this.cnt = 0;
    this.lastMaxCwnd = 0;
    this.lastCwnd = 0;
    this.lastTime = 0;
    this.originPoint = 0;
    this.k = 0;
    this.delayMinUs = 0;
    this.epochStart = 0;
    this.ackCnt = 0;
    this.tcpCwnd = 0;
    this.found = false;
  }
}

/** The clock of the cubic function. It does not begin at 0, which means none. */
function ticks(sk: TcpSock): number {
  return HZ * 300 + Math.floor(sk.ns.machine.sched.now / (TICK_US * 1000));
}

/** While it connects, what the kernel has set to zero. */
function bictcpOf(sk: TcpSock): Bictcp {
  if (sk.caPriv instanceof Bictcp) return sk.caPriv;
  const ca = new Bictcp();
  sk.caPriv = ca;
  return ca;
}

function cubicInit(sk: TcpSock): void {
  const ca = new Bictcp();
  sk.caPriv = ca;
  hystartReset(sk, ca);
}

/** C · offset³ for an offset in 1/1024 s, in segments (Linux: 64 bit arithmetic, of which bits 40 to 63 are left). */
export function cubicDelta(offset: number): number {
  const square = offset * offset;
  const high = Math.floor(square / TWO_TO_20);
  const low = square - high * TWO_TO_20;
  const factor = CUBE_RTT_SCALE * offset;
  return Math.floor((factor * high + Math.floor((factor * low) / TWO_TO_20)) / TWO_TO_20) % TWO_TO_24;
}

/** Twin of bictcp_update: sets `cnt`. */
export function bictcpUpdate(ca: Bictcp, cwnd: number, acked: number, now: number): void {
  ca.ackCnt += acked;
  if (ca.lastCwnd === cwnd && now - ca.lastTime <= HZ >> 5) return;
  if (ca.epochStart === 0 || now !== ca.lastTime) {
    ca.lastCwnd = cwnd;
    ca.lastTime = now;
    if (ca.epochStart === 0) beginEpoch(ca, cwnd, acked, now);
    ca.cnt = cubicCount(ca, cwnd, now);
    if (ca.lastMaxCwnd === 0 && ca.cnt > 20) ca.cnt = 20;
  }
  befriendStandardTcp(ca, cwnd);
  if (ca.cnt < 2) ca.cnt = 2;
}

function beginEpoch(ca: Bictcp, cwnd: number, acked: number, now: number): void {
  ca.epochStart = now;
  ca.ackCnt = acked;
  ca.tcpCwnd = cwnd;
  if (ca.lastMaxCwnd <= cwnd) {
    ca.k = 0;
    ca.originPoint = cwnd;
  } else {
    ca.k = cubicRoot(CUBE_FACTOR * (ca.lastMaxCwnd - cwnd));
    ca.originPoint = ca.lastMaxCwnd;
  }
}

/** How many acknowledged make one more, so that the window is where the function will be a round trip from now. */
function cubicCount(ca: Bictcp, cwnd: number, now: number): number {
  const t = Math.floor(((now - ca.epochStart + roundUpToTick(ca.delayMinUs) / TICK_US) * 1024) / HZ);
  const delta = cubicDelta(t < ca.k ? ca.k - t : t - ca.k);
  const target = (t < ca.k ? ca.originPoint - delta : ca.originPoint + delta) >>> 0;
  return target > cwnd ? Math.floor(cwnd / (target - cwnd)) : 100 * cwnd;
}

/** Never slower than standard TCP with the same β would grow (RFC 9438, 4.3). */
function befriendStandardTcp(ca: Bictcp, cwnd: number): void {
  const perIncrease = (cwnd * FRIENDLY_SCALE) >> 3;
  while (ca.ackCnt > perIncrease) {
    ca.ackCnt -= perIncrease;
    ca.tcpCwnd++;
  }
  if (ca.tcpCwnd <= cwnd) return;
  const most = Math.floor(cwnd / (ca.tcpCwnd - cwnd));
  if (ca.cnt > most) ca.cnt = most;
}

function cubicCongAvoid(sk: TcpSock, _ack: number, acked: number): void {
  if (!tcpIsCwndLimited(sk)) return;
  let rest = acked;
  if (tcpInSlowStart(sk)) {
    rest = tcpSlowStart(sk, acked);
    if (rest === 0) return;
  }
  const ca = bictcpOf(sk);
  bictcpUpdate(ca, sk.sndCwnd, rest, ticks(sk));
  tcpCongAvoidAi(sk, ca.cnt, rest);
}

/** Twin of cubictcp_recalc_ssthresh, with fast convergence: who loses below the last maximum makes room (4.7). */
function cubicSsthresh(sk: TcpSock): number {
  const ca = bictcpOf(sk);
  const cwnd = sk.sndCwnd;
  ca.epochStart = 0;
  ca.lastMaxCwnd = cwnd < ca.lastMaxCwnd ? Math.floor((cwnd * (BETA_SCALE + BETA)) / (2 * BETA_SCALE)) : cwnd;
  return Math.max(Math.floor((cwnd * BETA) / BETA_SCALE), 2);
}

function cubicState(sk: TcpSock, newState: number): void {
  if (newState !== TCP_CA_LOSS) return;
  const ca = bictcpOf(sk);
  ca.reset();
  hystartReset(sk, ca);
}

/** A pause of the program is taken out of the epoch: the function stands still meanwhile. */
function cubicCwndEvent(sk: TcpSock, event: number): void {
  if (event !== CA_EVENT_TX_START) return;
  const ca = bictcpOf(sk);
  const idleTicks = Math.floor(((sk.nowUs - sk.lsndTimeUs) | 0) / TICK_US);
  if (ca.epochStart === 0 || idleTicks <= 0) return;
  ca.epochStart = Math.min(ca.epochStart + idleTicks, ticks(sk));
}

/** Twin of cubictcp_acked: the least delay, and whether slow start has to end. */
function cubicPktsAcked(sk: TcpSock, _count: number, rttUs: number): void {
  if (rttUs < 0) return;
  const ca = bictcpOf(sk);
  if (ca.epochStart !== 0 && ticks(sk) - ca.epochStart < HZ) return;
  const delayUs = rttUs === 0 ? 1 : rttUs;
  if (ca.delayMinUs === 0 || ca.delayMinUs > delayUs) ca.delayMinUs = delayUs;
  if (!ca.found && tcpInSlowStart(sk)) hystartUpdate(sk, ca, delayUs);
}

/** `cubic` */
export const CUBIC: CongestionOps = {
  name: 'cubic',
  init: cubicInit,
  ssthresh: cubicSsthresh,
  congAvoid: cubicCongAvoid,
  setState: cubicState,
  cwndEvent: cubicCwndEvent,
  pktsAcked: cubicPktsAcked,
  undoCwnd: tcpRenoUndoCwnd,
};
