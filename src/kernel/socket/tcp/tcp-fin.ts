/** The peer has nothing more to send (Linux: tcp_fin). */
import { tcpTimeWait, tcpSetState } from './tcp-close.ts';
import { tcpSendAck } from './tcp-output.ts';
import { tcpSackReset } from './tcp-sack.ts';
import type { TcpSock } from './tcp-sock.ts';
import { ICSK_ACK_SCHED, RCV_SHUTDOWN, TCP_CLOSE_WAIT, TCP_CLOSING, TCP_ESTABLISHED } from './tcp-states.ts';
import { TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_SYN_RECV, TCP_TIME_WAIT } from './tcp-states.ts';

/** Twin of tcp_fin: its FIN has come in order. */
export function tcpFin(sk: TcpSock): void {
  sk.ackPending |= ICSK_ACK_SCHED;
  sk.shutdown |= RCV_SHUTDOWN;
  sk.isDone = true;
  advanceState(sk);
  // What stands behind it was never sent.
  if (sk.receiveBuffer !== null) sk.rmemAlloc -= sk.receiveBuffer.outOfOrder.clear();
  if (sk.rxOpt.sackOk) tcpSackReset(sk);
  if (sk.isDead) return;
  sk.socket?.readWaiters.wakeAll();
  sk.socket?.writeWaiters.wakeAll();
}

function advanceState(sk: TcpSock): void {
  const { state } = sk;
  if (state === TCP_SYN_RECV || state === TCP_ESTABLISHED) {
    tcpSetState(sk, TCP_CLOSE_WAIT);
    sk.pingpong = sk.ns.sysctls.tcp.pingpongThresh;
  } else if (state === TCP_FIN_WAIT1) {
    tcpSendAck(sk);
    tcpSetState(sk, TCP_CLOSING);
  } else if (state === TCP_FIN_WAIT2) {
    tcpSendAck(sk);
    tcpTimeWait(sk, TCP_TIME_WAIT, 0);
  }
}
