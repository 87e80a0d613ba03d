/** The TCP sockets of a namespace (Linux: struct inet_hashinfo), and what they share. */
import type { Rng } from '../../../sim/rng.ts';
import { RingPool } from './ring-pool.ts';
import { TcpAckState } from './tcp-ack-state.ts';
import { TcpIncoming } from './tcp-incoming.ts';
import { TcpMetricsTable } from './tcp-metrics.ts';
import { SegmentPool } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TsqTasklet } from './tcp-tsq.ts';

export class TcpTable {
  readonly rng: Rng;
  readonly incoming = new TcpIncoming();
  readonly segments = new SegmentPool();
  readonly ackState = new TcpAckState();
  readonly metrics = new TcpMetricsTable();
  readonly rings = new RingPool();
  /** Challenge ACKs that may still be sent in this second (RFC 5961, 7). */
  challengeSecond = -1;
  challengeCount = 0;

  private tasklet: TsqTasklet | null = null;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  /** A frame of `sk` is gone: it may send more (Linux: tcp_tsq_handler in a tasklet). */
  sendMore(sk: TcpSock): void {
    this.tasklet ??= new TsqTasklet(sk.ns.machine);
    this.tasklet.add(sk);
  }

  /** All connections and listeners, request and time-wait sockets included, for `ss` and netstat. */
  list(): readonly TcpSock[] {
    return [];
  }
}
