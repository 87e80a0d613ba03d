/** A congestion control as Linux knows it (struct tcp_congestion_ops); `net.ipv4.tcp_congestion_control` names one. */
import type { TcpSock } from './tcp-sock.ts';

/** Events of cwnd_event (enum tcp_ca_event). */
export const CA_EVENT_TX_START = 0;
export const CA_EVENT_CWND_RESTART = 1;
export const CA_EVENT_COMPLETE_CWR = 2;
export const CA_EVENT_LOSS = 3;

export interface CongestionOps {
  /** As the sysctl, `ss -i` and TCP_CONGESTION spell it. */
  readonly name: string;
  /** Room for the connection's own figures; null when it has none. */
  init(sk: TcpSock): void;
  /** The slow start threshold after a loss, in segments. */
  ssthresh(sk: TcpSock): number;
  /** In Open and Disorder: `acked` more segments have been acknowledged. */
  congAvoid(sk: TcpSock, ack: number, acked: number): void;
  setState(sk: TcpSock, newState: number): void;
  cwndEvent(sk: TcpSock, event: number): void;
  /** Segments that were acknowledged at once, with the round trip that they tell of; -1 for none. */
  pktsAcked(sk: TcpSock, count: number, rttUs: number, inFlight: number): void;
  undoCwnd(sk: TcpSock): number;
}
