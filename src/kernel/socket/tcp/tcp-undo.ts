/** Takes a reduction of the window back when the loss was none (Linux: tcp_try_undo_… of net/ipv4/tcp_input.c). */
import { tcpSetCaState } from './tcp-cong.ts';
import { tcpEcnWithdrawQueuedCwr } from './tcp-ecn-sender.ts';
import { tcpTryKeepOpen } from './tcp-open.ts';
import { RACK_RECOVERY_THRESH } from './tcp-rack.ts';
import { tcpCheckSackReordering, tcpClearAllRetransHints, tcpIsReno } from './tcp-scoreboard.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_CA_LOSS, TCP_CA_OPEN, TCPCB_LOST } from './tcp-states.ts';
import { tcpAnyRetransDone, tcpPacketDelayed, tcpRetransStampCleanup } from './tcp-undo-evidence.ts';

/** Twin of tcp_undo_cwnd_reduction. */
function tcpUndoCwndReduction(sk: TcpSock, unmarkLoss: boolean): void {
  if (unmarkLoss) {
    for (let segment = sk.rtxQueue.head; segment !== null; segment = segment.next) segment.sacked &= ~TCPCB_LOST;
    sk.lostOut = 0;
    tcpClearAllRetransHints(sk);
  }
  if (sk.priorSsthresh !== 0) {
    sk.sndCwnd = sk.caOps.undoCwnd(sk);
    if (sk.priorSsthresh > sk.sndSsthresh) {
      sk.sndSsthresh = sk.priorSsthresh;
      tcpEcnWithdrawQueuedCwr(sk);
    }
  }
  sk.sndCwndStamp = sk.nowUs;
  sk.undoMarker = 0;
  sk.rackAdvanced = true;
}

/** Twin of tcp_may_undo: all retransmissions came twice, or none of them was needed. */
function tcpMayUndo(sk: TcpSock): boolean {
  return sk.undoMarker !== 0 && (sk.undoRetrans === 0 || tcpPacketDelayed(sk));
}

/** Twin of tcp_is_non_sack_preventing_reopen: NewReno waits until something above `highSeq` is acknowledged. */
function preventsReopen(sk: TcpSock): boolean {
  if (sk.sndUna !== sk.highSeq || !tcpIsReno(sk)) return false;
  tcpRetransStampCleanup(sk);
  return true;
}

/** Twin of tcp_try_undo_recovery, when all of the lossy window is acknowledged; true to stay in the old state. */
export function tcpTryUndoRecovery(sk: TcpSock): boolean {
  if (tcpMayUndo(sk)) {
    tcpUndoCwndReduction(sk, false);
    if (sk.caState === TCP_CA_LOSS) sk.ns.mib.tcpExt.TCPLossUndo++;
    else sk.ns.mib.tcpExt.TCPFullUndo++;
  } else if (sk.rackReoWndPersist !== 0) {
    sk.rackReoWndPersist--;
  }
  if (preventsReopen(sk)) return true;
  tcpSetCaState(sk, TCP_CA_OPEN);
  sk.isSackReneg = false;
  return false;
}

/** Twin of tcp_try_undo_dsack: each retransmission was answered as a duplicate. */
export function tcpTryUndoDsack(sk: TcpSock): boolean {
  if (sk.undoMarker === 0 || sk.undoRetrans !== 0) return false;
  sk.rackReoWndPersist = Math.min(RACK_RECOVERY_THRESH, sk.rackReoWndPersist + 1);
  tcpUndoCwndReduction(sk, false);
  sk.ns.mib.tcpExt.TCPDSACKUndo++;
  return true;
}

/** Twin of tcp_try_undo_loss: the timeout was spurious. */
export function tcpTryUndoLoss(sk: TcpSock, isFrtoUndo: boolean): boolean {
  if (!isFrtoUndo && !tcpMayUndo(sk)) return false;
  tcpUndoCwndReduction(sk, true);
  sk.ns.mib.tcpExt.TCPLossUndo++;
  if (isFrtoUndo) sk.ns.mib.tcpExt.TCPSpuriousRTOs++;
  sk.retransmits = 0;
  if (preventsReopen(sk)) return true;
  if (isFrtoUndo || !tcpIsReno(sk)) {
    tcpSetCaState(sk, TCP_CA_OPEN);
    sk.isSackReneg = false;
  }
  return true;
}

/** Twin of tcp_try_undo_partial, with an acknowledgment of a part of the lossy window; true when all is done. */
export function tcpTryUndoPartial(sk: TcpSock, priorSndUna: number): boolean {
  if (sk.undoMarker === 0 || !tcpPacketDelayed(sk)) return false;
  tcpCheckSackReordering(sk, priorSndUna, true);
  if (sk.retransOut !== 0) return true;
  if (!tcpAnyRetransDone(sk)) sk.retransStamp = 0;
  tcpUndoCwndReduction(sk, true);
  sk.ns.mib.tcpExt.TCPPartialUndo++;
  tcpTryKeepOpen(sk);
  return false;
}
