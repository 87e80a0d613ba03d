/** Tail loss probe: nothing tells that the last segments of a flight are lost (RFC 8985 7; tcp_send_loss_probe). */
import { tcpRearmRto, tcpRtoDeltaUs } from './tcp-rtt.ts';
import { tcpCurrentMss } from './tcp-mss.ts';
import { tcpSndWndTest, tcpWriteXmit } from './tcp-output.ts';
import { retransmit } from './tcp-retransmit.ts';
import type { TcpSock } from './tcp-sock.ts';
import {
  ICSK_TIME_LOSS_PROBE,
  ICSK_TIME_NONE,
  TCP_CA_CWR,
  TCP_CA_OPEN,
  TCP_NAGLE_OFF,
  TCP_RTO_INITIAL_US,
} from './tcp-states.ts';
import { tcpClearXmitTimer, tcpResetXmitTimer, tcpRtoMinUs } from './tcp-timer.ts';
import { tcpStillInHostQueue } from './tcp-tsq.ts';

/** TCP_TIMEOUT_MIN_US */
const TIMEOUT_MIN_US = 2000;
/** tcp_early_retrans: with loss probes. */
const EARLY_RETRANS_TLP = 3;
const EARLY_RETRANS_TLP_TOO = 4;

/** Twin of tcp_schedule_loss_probe: whether one is due before the RTO. */
export function tcpScheduleLossProbe(sk: TcpSock, isAdvancingRto: boolean): boolean {
  const { earlyRetrans } = sk.ns.sysctls.tcp;
  if (earlyRetrans !== EARLY_RETRANS_TLP && earlyRetrans !== EARLY_RETRANS_TLP_TOO) return false;
  if (sk.packetsOut === 0 || !sk.rxOpt.sackOk) return false;
  if (sk.caState !== TCP_CA_OPEN && sk.caState !== TCP_CA_CWR) return false;
  let timeoutUs = TCP_RTO_INITIAL_US;
  if (sk.srttUs !== 0) timeoutUs = (sk.srttUs >> 2) + (sk.packetsOut === 1 ? tcpRtoMinUs(sk) : TIMEOUT_MIN_US);
  const rtoLeftUs = isAdvancingRto ? sk.rtoUs : tcpRtoDeltaUs(sk);
  if (rtoLeftUs > 0 && rtoLeftUs < timeoutUs) timeoutUs = rtoLeftUs;
  tcpResetXmitTimer(sk, ICSK_TIME_LOSS_PROBE, timeoutUs);
  return true;
}

/** Twin of tcp_send_loss_probe: something new if there is, else the last segment once more. */
export function tcpSendLossProbe(sk: TcpSock): void {
  if (sk.tlpHighSeq !== 0) {
    tcpRearmRto(sk);
    return;
  }
  sk.tlpRetrans = false;
  const mss = tcpCurrentMss(sk);
  const next = sk.writeQueue.head;
  if (next !== null && tcpSndWndTest(sk, next, mss)) {
    const before = sk.packetsOut;
    tcpWriteXmit(sk, mss, TCP_NAGLE_OFF, 2);
    if (sk.packetsOut > before) probeSent(sk);
    tcpRearmRto(sk);
    return;
  }
  const { tail } = sk.rtxQueue;
  if (tail === null) {
    tcpClearXmitTimer(sk);
    return;
  }
  if (!tcpStillInHostQueue(sk, tail) && retransmit(sk, tail) === 0) {
    sk.tlpRetrans = true;
    probeSent(sk);
  }
  tcpRearmRto(sk);
}

/** At most one of a flight. */
function probeSent(sk: TcpSock): void {
  sk.tlpHighSeq = sk.sndNxt;
  sk.ns.mib.tcpExt.TCPLossProbes++;
  sk.pendingTimer = ICSK_TIME_NONE;
}
