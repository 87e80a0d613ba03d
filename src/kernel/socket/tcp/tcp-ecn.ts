/** Explicit congestion notification, the receiver's part (RFC 3168, 6.1.3; Linux: tcp_ecn_… of tcp_input.c). */
import { FLAG_CWR, FLAG_ECE } from '../../../wire/tcp.ts';
import { tcpEnterQuickackMode } from './tcp-ack-policy.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpSock } from './tcp-sock.ts';
import { ICSK_ACK_NOW, TCP_ECN_DEMAND_CWR, TCP_ECN_OK, TCP_ECN_SEEN } from './tcp-states.ts';

const ECN_MASK = 3;
const ECN_NOT_ECT = 0;
const ECN_CE = 3;

/** Twin of tcp_ecn_check_ce: congestion that a router has marked is echoed until the sender says it has heard. */
export function tcpEcnCheckCe(sk: TcpSock, incoming: TcpIncoming): void {
  if ((sk.ecnFlags & TCP_ECN_OK) === 0) return;
  const mark = incoming.ipDsfield & ECN_MASK;
  if (mark === ECN_NOT_ECT) {
    // Others had a mark: this is a retransmission, probably.
    if ((sk.ecnFlags & TCP_ECN_SEEN) !== 0) tcpEnterQuickackMode(sk, 2);
    return;
  }
  if (mark === ECN_CE && (sk.ecnFlags & TCP_ECN_DEMAND_CWR) === 0) {
    tcpEnterQuickackMode(sk, 2);
    sk.ecnFlags |= TCP_ECN_DEMAND_CWR;
  }
  sk.ecnFlags |= TCP_ECN_SEEN;
}

/** Twin of tcp_ecn_accept_cwr. */
export function tcpEcnAcceptCwr(sk: TcpSock, incoming: TcpIncoming): void {
  if ((incoming.tcpFlags & FLAG_CWR) === 0) return;
  sk.ecnFlags &= ~TCP_ECN_DEMAND_CWR;
  // Its window may be a single segment now.
  if (incoming.seq !== incoming.endSeq) sk.ackPending |= ICSK_ACK_NOW;
}

/** Twin of tcp_ecn_rcv_synack: only ECE without CWR says yes. */
export function tcpEcnRcvSynack(sk: TcpSock, incoming: TcpIncoming): void {
  if ((incoming.tcpFlags & (FLAG_ECE | FLAG_CWR)) !== FLAG_ECE) sk.ecnFlags &= ~TCP_ECN_OK;
}

/** Twin of tcp_ecn_rcv_syn: of crossed SYNs. */
export function tcpEcnRcvSyn(sk: TcpSock, incoming: TcpIncoming): void {
  if ((incoming.tcpFlags & (FLAG_ECE | FLAG_CWR)) !== (FLAG_ECE | FLAG_CWR)) sk.ecnFlags &= ~TCP_ECN_OK;
}
