/** When what was received is acknowledged (RFC 1122, 4.2.3.2; RFC 5681, 4.2; Linux: tcp_input.c). */
import { Timer } from '../../../sim/timer.ts';
import { tcpIsOfoEmpty } from './receive-buffer.ts';
import { tcpSendAck, tcpSendDelayedAck } from './tcp-output.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import { ICSK_ACK_NOW, ICSK_ACK_PUSHED, ICSK_ACK_PUSHED2, ICSK_ACK_SCHED, RCV_SHUTDOWN } from './tcp-states.ts';
import { TCP_ATO_MIN_US } from './tcp-states.ts';
import { tcpReceiveWindow, tcpSelectWindowBytes } from './tcp-window.ts';

/** TCP_FASTRETRANS_THRESH: so many duplicates a sender has to see. */
const DUPLICATES_UNCOMPRESSED = 3;

/** Twin of inet_csk_in_pingpong_mode: both sides speak in turn, so that acknowledgments ride on answers. */
export const inPingpongMode = (sk: TcpSock): boolean => sk.pingpong >= sk.ns.sysctls.tcp.pingpongThresh;

/** Twin of tcp_incr_quickack. */
export function tcpIncrQuickack(sk: TcpSock, maxQuickacks: number): void {
  const segments = Math.floor(sk.rcvWnd / (2 * sk.rcvMss));
  const quick = Math.min(segments === 0 ? 2 : segments, maxQuickacks);
  if (quick > sk.ackQuick) sk.ackQuick = quick;
}

/** Twin of tcp_enter_quickack_mode. */
export function tcpEnterQuickackMode(sk: TcpSock, maxQuickacks: number): void {
  tcpIncrQuickack(sk, maxQuickacks);
  sk.pingpong = 0;
  sk.atoUs = TCP_ATO_MIN_US;
}

/** Twin of tcp_ack_snd_check. */
export function tcpAckSndCheck(sk: TcpSock): void {
  if ((sk.ackPending & ICSK_ACK_SCHED) !== 0) tcpAckSndCheckScheduled(sk, true);
}

/** Twin of __tcp_ack_snd_check: at once, delayed, or compressed with others. */
export function tcpAckSndCheckScheduled(sk: TcpSock, isOfoPossible: boolean): void {
  const unacked = (sk.rcvNxt - sk.rcvWup) | 0;
  // A second segment, unless the program's reading will open the window further than now.
  const isSecond =
    unacked > sk.rcvMss && (((sk.rcvNxt - sk.copiedSeq) | 0) < sk.rcvlowat || tcpSelectWindowBytes(sk) >= sk.rcvWnd);
  const isQuick = sk.ackQuick > 0 && !inPingpongMode(sk);
  if (isSecond || isQuick || (sk.ackPending & ICSK_ACK_NOW) !== 0) {
    tcpSendAck(sk);
    return;
  }
  if (!isOfoPossible || tcpIsOfoEmpty(sk)) tcpSendDelayedAck(sk);
  else sendCompressed(sk);
}

function sendCompressed(sk: TcpSock): void {
  const { tcp } = sk.ns.sysctls;
  if (!sk.rxOpt.sackOk || sk.compressedAck >= tcp.compSackNr) {
    tcpSendAck(sk);
    return;
  }
  if (sk.compressedAckRcvNxt !== sk.rcvNxt) {
    sk.compressedAckRcvNxt = sk.rcvNxt;
    sk.dupAckCounter = 0;
  }
  if (sk.dupAckCounter < DUPLICATES_UNCOMPRESSED) {
    sk.dupAckCounter++;
    tcpSendAck(sk);
    return;
  }
  sk.compressedAck++;
  const timer = (sk.compressedAckTimer ??= makeCompressedAckTimer(sk));
  if (timer.isArmed) return;
  // A twentieth of the round trip; both estimates count eighths.
  const rttUs = sk.srttUs !== 0 && sk.srttUs < sk.rcvRttUs ? sk.srttUs : sk.rcvRttUs;
  timer.arm(Math.min(tcp.compSackDelayNs, Math.floor((rttUs * 125) / 20)));
}

/** Twin of tcp_compressed_ack_kick. */
function makeCompressedAckTimer(sk: TcpSock): Timer {
  const { machine } = sk.ns;
  return new Timer(machine.sched, machine.source, () => {
    if (sk.compressedAck === 0) return;
    tcpMstampRefresh(sk);
    sk.compressedAck--;
    tcpSendAck(sk);
  });
}

/** Twin of tcp_cleanup_rbuf: an acknowledgment, if the window has opened. */
export function tcpCleanupRbuf(sk: TcpSock, copied: number): void {
  let isDue = false;
  if ((sk.ackPending & ICSK_ACK_SCHED) !== 0) {
    const isPushed =
      (sk.ackPending & ICSK_ACK_PUSHED2) !== 0 || ((sk.ackPending & ICSK_ACK_PUSHED) !== 0 && !inPingpongMode(sk));
    isDue = ((sk.rcvNxt - sk.rcvWup) | 0) > sk.rcvMss || (copied > 0 && isPushed && sk.rmemAlloc === 0);
  }
  if (!isDue && copied > 0 && (sk.shutdown & RCV_SHUTDOWN) === 0) {
    const now = tcpReceiveWindow(sk);
    if (2 * now <= sk.windowClamp) {
      const window = tcpSelectWindowBytes(sk);
      isDue = window > 0 && window >= 2 * now;
    }
  }
  if (!isDue) return;
  tcpMstampRefresh(sk);
  tcpSendAck(sk);
}
