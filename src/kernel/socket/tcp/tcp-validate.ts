/** Which segments a connection takes at all (RFC 9293, 3.10.7.4; RFC 5961; Linux: tcp_validate_incoming). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { Drop } from '../../../link/drop.ts';
import { FLAG_ACK, FLAG_RST, FLAG_SYN } from '../../../wire/tcp.ts';
import { tcpEnterQuickackMode } from './tcp-ack-policy.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpFastParseOptions } from './tcp-options-received.ts';
import { tcpSendAck } from './tcp-output.ts';
import { tcpPawsDiscard } from './tcp-paws.ts';
import { tcpReset } from './tcp-reset.ts';
import { tcpDsackSet } from './tcp-sack.ts';
import type { TcpSock } from './tcp-sock.ts';
import {
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_LAST_ACK,
  TCP_MAX_QUICKACKS,
  TCP_SYN_RECV,
  tcpf,
} from './tcp-states.ts';
import { tcpReceiveWindow } from './tcp-window.ts';

/** The segment was good for a reset: nothing is left to do, and it was no drop. */
export const TCP_WAS_RESET = -1;

const INT_MAX = 0x7fff_ffff;
const NS_PER_SECOND = 1_000_000_000;
const FIN_HAS_COME = tcpf(TCP_CLOSE_WAIT) | tcpf(TCP_LAST_ACK) | tcpf(TCP_CLOSING);

/** Twin of tcp_validate_incoming: 0 to go on, TCP_WAS_RESET, or the drop reason. */
export function tcpValidateIncoming(sk: TcpSock, incoming: TcpIncoming): number {
  const isReset = (incoming.tcpFlags & FLAG_RST) !== 0;
  const isSyn = (incoming.tcpFlags & FLAG_SYN) !== 0;
  if (tcpFastParseOptions(sk, incoming) && sk.rxOpt.sawTstamp && !isReset) {
    const reason = tcpPawsDiscard(sk, incoming);
    if (reason !== 0) return isSyn ? synChallenge(sk) : refuseOld(sk, incoming, reason);
  }
  const reason = tcpSequence(sk, incoming.seq, incoming.endSeq);
  if (reason !== 0) {
    if (isReset) return isResetAfterFin(sk, incoming) ? wasReset(sk) : reason;
    if (isSyn) return synChallenge(sk);
    const { tcpExt } = sk.ns.mib;
    if (reason !== Drop.TCP_OLD_SEQUENCE) tcpExt.BeyondWindow++;
    if (tcpOowRateLimited(sk, incoming)) tcpExt.TCPACKSkippedSeq++;
    else sendDupack(sk, incoming);
    return reason;
  }
  if (isReset) return judgeReset(sk, incoming);
  if (isSyn && !isSimultaneousSynack(sk, incoming)) return synChallenge(sk);
  return 0;
}

function refuseOld(sk: TcpSock, incoming: TcpIncoming, reason: number): number {
  const { tcpExt } = sk.ns.mib;
  if (reason === Drop.TCP_RFC7323_PAWS_ACK) {
    tcpExt.PAWSOldAck++;
    return reason;
  }
  tcpExt.PAWSEstab++;
  if (tcpOowRateLimited(sk, incoming)) tcpExt.TCPACKSkippedPAWS++;
  else sendDupack(sk, incoming);
  return reason;
}

/** Twin of tcp_sequence: what ends before the window or begins or ends behind it. */
function tcpSequence(sk: TcpSock, seq: number, endSeq: number): number {
  if (seqBefore(endSeq, sk.rcvWup)) return Drop.TCP_OLD_SEQUENCE;
  const edge = (sk.rcvNxt + tcpReceiveWindow(sk)) | 0;
  if (!seqAfter(endSeq, edge)) return 0;
  if (seqAfter(seq, edge)) return Drop.TCP_INVALID_SEQUENCE;
  // It is taken only where nothing else waits.
  const isEmpty = sk.receiveBuffer === null || sk.receiveBuffer.inOrder.count === 0;
  return isEmpty ? 0 : Drop.TCP_INVALID_END_SEQUENCE;
}

/** Twin of tcp_reset_check: some answer a FIN with a reset that does not count it. */
function isResetAfterFin(sk: TcpSock, incoming: TcpIncoming): boolean {
  return incoming.seq === ((sk.rcvNxt - 1) | 0) && (tcpf(sk.state) & FIN_HAS_COME) !== 0;
}

/** RFC 5961, 3.2: only the very next number resets, or the end of what is here out of order. */
function judgeReset(sk: TcpSock, incoming: TcpIncoming): number {
  const { seq } = incoming;
  if (seq === sk.rcvNxt || isResetAfterFin(sk, incoming)) return wasReset(sk);
  if (sk.rxOpt.sackOk && sk.numSacks > 0) {
    let last = sk.selectiveAcks[1]!;
    for (let i = 1; i < sk.numSacks; i++) {
      const end = sk.selectiveAcks[2 * i + 1]!;
      if (seqAfter(end, last)) last = end;
    }
    if (seq === last) return wasReset(sk);
  }
  tcpSendChallengeAck(sk);
  return Drop.TCP_RESET;
}

function wasReset(sk: TcpSock): number {
  tcpReset(sk);
  return TCP_WAS_RESET;
}

/** Of crossed SYNs: the SYN,ACK that answers ours. */
function isSimultaneousSynack(sk: TcpSock, incoming: TcpIncoming): boolean {
  return (
    sk.state === TCP_SYN_RECV &&
    sk.socket !== null &&
    (incoming.tcpFlags & FLAG_ACK) !== 0 &&
    ((incoming.seq + 1) | 0) === incoming.endSeq &&
    incoming.endSeq === sk.rcvNxt &&
    incoming.ackSeq === sk.sndNxt
  );
}

/** RFC 5961, 4.2: whoever has really begun anew answers with a reset. */
function synChallenge(sk: TcpSock): number {
  const { mib } = sk.ns;
  if (sk.state === TCP_ESTABLISHED) mib.tcpInErrs++;
  mib.tcpExt.TCPSYNChallenge++;
  tcpSendChallengeAck(sk);
  return Drop.TCP_INVALID_SYN;
}

/** Twin of tcp_send_dupack. */
function sendDupack(sk: TcpSock, incoming: TcpIncoming): void {
  const { seq, endSeq } = incoming;
  if (endSeq !== seq && seqBefore(seq, sk.rcvNxt)) {
    sk.ns.mib.tcpExt.DelayedACKLost++;
    tcpEnterQuickackMode(sk, TCP_MAX_QUICKACKS);
    tcpDsackSet(sk, seq, seqAfter(endSeq, sk.rcvNxt) ? sk.rcvNxt : endSeq);
  }
  tcpSendAck(sk);
}

/** Twin of tcp_oow_rate_limited: whether a duplicate acknowledgment for what is out of the window has to wait. */
export function tcpOowRateLimited(sk: TcpSock, incoming: TcpIncoming): boolean {
  // Data makes no loop of acknowledgments.
  if (incoming.seq !== incoming.endSeq && (incoming.tcpFlags & FLAG_SYN) === 0) return false;
  return isOowRateLimited(sk);
}

/** Twin of __tcp_oow_rate_limited. */
function isOowRateLimited(sk: TcpSock): boolean {
  const elapsedUs = (sk.nowUs - sk.lastOowAckUs) | 0;
  if (sk.hasOowAck && elapsedUs >= 0 && elapsedUs < sk.ns.sysctls.tcp.invalidRatelimitNs / 1000) return true;
  sk.hasOowAck = true;
  sk.lastOowAckUs = sk.nowUs;
  return false;
}

/** Twin of tcp_send_challenge_ack (RFC 5961), within its limits. */
export function tcpSendChallengeAck(sk: TcpSock): void {
  const { tcpExt } = sk.ns.mib;
  if (isOowRateLimited(sk)) {
    tcpExt.TCPACKSkippedChallenge++;
    return;
  }
  const limit = sk.ns.sysctls.tcp.challengeAckLimit;
  if (limit !== INT_MAX && !takeChallenge(sk, limit)) return;
  tcpExt.TCPChallengeACK++;
  tcpSendAck(sk);
}

/** One of those that the namespace may send in this second; how many, nobody outside is to find out. */
function takeChallenge(sk: TcpSock, limit: number): boolean {
  const table = sk.ns.tcp;
  const second = Math.floor(sk.ns.machine.sched.now / NS_PER_SECOND);
  if (second !== table.challengeSecond) {
    const half = (limit + 1) >>> 1;
    table.challengeSecond = second;
    // Linux draws from half to limit + half - 1; where that is below 0 it wraps, and a limit of 0 is none.
    table.challengeCount = limit === 0 ? table.rng.u32() : half + table.rng.below(limit);
  }
  if (table.challengeCount <= 0) return false;
  table.challengeCount--;
  return true;
}
