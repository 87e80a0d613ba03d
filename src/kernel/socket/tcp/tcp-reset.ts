/** A reset of the peer (Linux: tcp_reset). */
import type { Errno } from '../../errno.ts';
import { tcpDoneWithError } from './tcp-close.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_CLOSE, TCP_CLOSE_WAIT, TCP_SYN_SENT } from './tcp-states.ts';

/** Twin of tcp_reset: a reset of the peer counts. What the program hears depends on the state. */
export function tcpReset(sk: TcpSock): void {
  if (sk.state === TCP_CLOSE) return;
  tcpDoneWithError(sk, errorOf(sk.state));
}

function errorOf(state: number): Errno {
  if (state === TCP_SYN_SENT) return 'ECONNREFUSED';
  return state === TCP_CLOSE_WAIT ? 'EPIPE' : 'ECONNRESET';
}
