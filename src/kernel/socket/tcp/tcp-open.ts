/** Back to Open, or to Disorder while something is amiss (Linux: tcp_try_to_open of net/ipv4/tcp_input.c). */
import { FLAG_ECE } from './tcp-ack-flags.ts';
import { tcpSetCaState } from './tcp-cong.ts';
import { tcpEnterCwr } from './tcp-cwnd.ts';
import { tcpLeftOut } from './tcp-scoreboard.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_CA_CWR, TCP_CA_DISORDER, TCP_CA_OPEN } from './tcp-states.ts';
import { tcpAnyRetransDone, tcpRetransStampCleanup } from './tcp-undo-evidence.ts';

/** Twin of tcp_try_keep_open. */
export function tcpTryKeepOpen(sk: TcpSock): void {
  const state = tcpLeftOut(sk) !== 0 || tcpAnyRetransDone(sk) ? TCP_CA_DISORDER : TCP_CA_OPEN;
  if (sk.caState === state) return;
  tcpSetCaState(sk, state);
  sk.highSeq = sk.sndNxt;
}

/** Twin of tcp_try_to_open. */
export function tcpTryToOpen(sk: TcpSock, flag: number): void {
  tcpRetransStampCleanup(sk);
  if ((flag & FLAG_ECE) !== 0) tcpEnterCwr(sk);
  if (sk.caState !== TCP_CA_CWR) tcpTryKeepOpen(sk);
}
