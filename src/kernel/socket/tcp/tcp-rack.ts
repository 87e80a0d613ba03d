/**
 * RACK (Linux: net/ipv4/tcp_recovery.c; RFC 8985): a segment is lost when one that was sent later has arrived and a
 * reordering window has passed since. That is a quarter of the least round trip, more after each sign that it was too
 * short, and nothing while no reordering was ever seen.
 */
import type { TcpAckState } from './tcp-ack-state.ts';
import { tcpCwndReduction } from './tcp-cwnd.ts';
import { tcpEnterRecovery } from './tcp-enter-recovery.ts';
import { tcpXmitRetransmitQueue } from './tcp-retransmit.ts';
import { tcpSkbSentAfter } from './tcp-rate.ts';
import { roundUpToTick, tcpMinRttUs, tcpRearmRto } from './tcp-rtt.ts';
import { tcpMarkSkbLost } from './tcp-scoreboard.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { sentQueueRemove } from './tcp-sent-queue.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpPacketsInFlight } from './tcp-sock.ts';
import {
  ICSK_TIME_REO_TIMEOUT,
  ICSK_TIME_RETRANS,
  TCP_CA_RECOVERY,
  TCPCB_LOST,
  TCPCB_RETRANS,
  TCPCB_SACKED_RETRANS,
} from './tcp-states.ts';
import { tcpResetXmitTimer } from './tcp-timer.ts';

/** Bits of net.ipv4.tcp_recovery. */
const RACK_STATIC_REO_WND = 2;
const RACK_NO_DUPTHRESH = 4;
/** How many recoveries a longer window is kept for. */
export const RACK_RECOVERY_THRESH = 16;
const REO_STEPS_MAX = 255;
/** TCP_TIMEOUT_MIN_US */
const TIMEOUT_MIN_US = 2000;

function reorderingWindowUs(sk: TcpSock): number {
  const { recovery } = sk.ns.sysctls.tcp;
  if (sk.reordSeen === 0) {
    if (sk.caState >= TCP_CA_RECOVERY) return 0;
    if (sk.sackedOut >= sk.reordering && (recovery & RACK_NO_DUPTHRESH) === 0) return 0;
  }
  const stepsUs = (tcpMinRttUs(sk) >> 2) * sk.rackReoWndSteps;
  const srttUs = sk.srttUs >> 3;
  return stepsUs < srttUs ? stepsUs : srttUs;
}

/** Twin of tcp_rack_skb_timeout: until the segment counts as lost. */
export function tcpRackSkbTimeoutUs(sk: TcpSock, segment: TcpSegment, reoWndUs: number): number {
  return sk.rackRttUs + reoWndUs - ((sk.nowUs - segment.mstampUs) | 0);
}

/** Twin of tcp_rack_detect_loss: marks what is lost; the longest wait for those that may be, 0 for none. */
function detectLoss(sk: TcpSock): number {
  const reoWndUs = reorderingWindowUs(sk);
  let timeoutUs = 0;
  let segment = sk.sentHead;
  while (segment !== null) {
    const next: TcpSegment | null = segment.sentNext;
    const isLostAlready = (segment.sacked & TCPCB_LOST) !== 0 && (segment.sacked & TCPCB_SACKED_RETRANS) === 0;
    if (!isLostAlready) {
      if (!tcpSkbSentAfter(sk.rackMstampUs, segment.mstampUs, sk.rackEndSeq, segment.endSeq)) break;
      const remainingUs = tcpRackSkbTimeoutUs(sk, segment, reoWndUs);
      if (remainingUs > 0) {
        if (remainingUs > timeoutUs) timeoutUs = remainingUs;
      } else {
        tcpMarkSkbLost(sk, segment);
        sentQueueRemove(sk, segment);
      }
    }
    segment = next;
  }
  return timeoutUs;
}

/** Twin of tcp_rack_mark_lost: true when its timer was armed. */
export function tcpRackMarkLost(sk: TcpSock): boolean {
  if (!sk.rackAdvanced) return false;
  sk.rackAdvanced = false;
  const timeoutUs = detectLoss(sk);
  if (timeoutUs === 0) return false;
  const whenUs = roundUpToTick(timeoutUs + TIMEOUT_MIN_US);
  tcpResetXmitTimer(sk, ICSK_TIME_REO_TIMEOUT, whenUs < sk.rtoUs ? whenUs : sk.rtoUs);
  return true;
}

/** Twin of tcp_rack_advance: a segment that was sent at `sentUs` has arrived. */
export function tcpRackAdvance(sk: TcpSock, sacked: number, endSeq: number, sentUs: number): void {
  const rttUs = (sk.nowUs - sentUs) | 0;
  // Too soon for the copy: the original may have arrived.
  if (rttUs < tcpMinRttUs(sk) && (sacked & TCPCB_RETRANS) !== 0) return;
  sk.rackAdvanced = true;
  sk.rackRttUs = rttUs;
  if (tcpSkbSentAfter(sentUs, sk.rackMstampUs, endSeq, sk.rackEndSeq)) {
    sk.rackMstampUs = sentUs;
    sk.rackEndSeq = endSeq;
  }
}

/** Twin of tcp_rack_reo_timeout: the reordering window has passed. */
export function tcpRackReoTimeout(sk: TcpSock): void {
  const inFlight = tcpPacketsInFlight(sk);
  const { lost } = sk;
  detectLoss(sk);
  if (inFlight !== tcpPacketsInFlight(sk)) {
    if (sk.caState !== TCP_CA_RECOVERY) {
      tcpEnterRecovery(sk, false);
      tcpCwndReduction(sk, 1, sk.lost - lost, 0);
    }
    tcpXmitRetransmitQueue(sk);
  }
  if (sk.pendingTimer !== ICSK_TIME_RETRANS) tcpRearmRto(sk);
}

/** Twin of tcp_rack_update_reo_wnd: a duplicate in this round trip makes the window longer by a step. */
export function tcpRackUpdateReoWnd(sk: TcpSock, state: TcpAckState): void {
  const { priorDelivered } = state;
  if ((sk.ns.sysctls.tcp.recovery & RACK_STATIC_REO_WND) !== 0 || priorDelivered === 0) return;
  if (priorDelivered < sk.rackLastDelivered) sk.rackDsackSeen = false;
  if (sk.rackDsackSeen) {
    if (sk.rackReoWndSteps < REO_STEPS_MAX) sk.rackReoWndSteps++;
    sk.rackDsackSeen = false;
    sk.rackLastDelivered = sk.delivered;
    sk.rackReoWndPersist = RACK_RECOVERY_THRESH;
  } else if (sk.rackReoWndPersist === 0) {
    sk.rackReoWndSteps = 1;
  }
}
