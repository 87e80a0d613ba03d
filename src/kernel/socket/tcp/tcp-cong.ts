/**
 * Congestion controls by name, and what all of them share (Linux: net/ipv4/tcp_cong.c): slow start and the increase by
 * one segment per window (RFC 5681).
 */
import { assert } from '../../../base/assert.ts';
import type { Errno } from '../../errno.ts';
import type { CongestionOps } from './congestion.ts';
import { CUBIC } from './tcp-cubic.ts';
import { RENO } from './tcp-reno.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_CLOSE, TCP_LISTEN, tcpf } from './tcp-states.ts';

/** A function, since these files also need one another: which is read first does not matter then. */
function controls(): readonly CongestionOps[] {
  return [RENO, CUBIC];
}

/** The congestion control of this name, or null. */
export function tcpCaFind(name: string): CongestionOps | null {
  return controls().find((ops) => ops.name === name) ?? null;
}

/** Twin of tcp_assign_congestion_control: what a new socket of a namespace gets. */
export function tcpDefaultCongestionControl(name: string): CongestionOps {
  const ops = tcpCaFind(name);
  assert(ops !== null, 'the sysctl only takes names that there are');
  return ops;
}

/** Twin of tcp_init_congestion_control: the connection begins. */
export function tcpInitCongestionControl(sk: TcpSock): void {
  sk.priorSsthresh = 0;
  sk.caOps.init(sk);
}

/** Twin of tcp_set_congestion_control: TCP_CONGESTION, also in the midst of a connection. */
export function tcpSetCongestionControl(sk: TcpSock, name: string): Errno {
  const ops = tcpCaFind(name);
  if (ops === null) return 'ENOENT';
  if (ops === sk.caOps) return '';
  sk.caOps = ops;
  sk.caPriv = null;
  const isIdle = (tcpf(sk.state) & (tcpf(TCP_CLOSE) | tcpf(TCP_LISTEN))) !== 0;
  if (!isIdle) tcpInitCongestionControl(sk);
  return '';
}

/** Twin of tcp_set_ca_state. */
export function tcpSetCaState(sk: TcpSock, state: number): void {
  sk.caOps.setState(sk, state);
  sk.caState = state;
}
