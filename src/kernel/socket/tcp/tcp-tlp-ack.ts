/** The answer to a tail loss probe (Linux: tcp_process_tlp_ack of net/ipv4/tcp_input.c; RFC 8985, 7.4). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { FLAG_DATA_SACKED, FLAG_DSACK_TLP, FLAG_NOT_DUP, FLAG_SND_UNA_ADVANCED } from './tcp-ack-flags.ts';
import { tcpSetCaState } from './tcp-cong.ts';
import { tcpEndCwndReduction, tcpInitCwndReduction } from './tcp-cwnd.ts';
import { tcpTryKeepOpen } from './tcp-open.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_CA_CWR } from './tcp-states.ts';

/** Ends the episode. If the probe filled a hole, there was a loss that nobody else sees: the window is reduced. */
export function tcpProcessTlpAck(sk: TcpSock, ackSeq: number, flag: number): void {
  if (seqBefore(ackSeq, sk.tlpHighSeq)) return;
  if (!sk.tlpRetrans || (flag & FLAG_DSACK_TLP) !== 0) {
    sk.tlpHighSeq = 0;
  } else if (seqAfter(ackSeq, sk.tlpHighSeq)) {
    tcpInitCwndReduction(sk);
    tcpSetCaState(sk, TCP_CA_CWR);
    tcpEndCwndReduction(sk);
    tcpTryKeepOpen(sk);
    sk.ns.mib.tcpExt.TCPLossProbeRecovery++;
  } else if ((flag & (FLAG_SND_UNA_ADVANCED | FLAG_NOT_DUP | FLAG_DATA_SACKED)) === 0) {
    // A duplicate: the original and the probe have arrived.
    sk.tlpHighSeq = 0;
  }
}
