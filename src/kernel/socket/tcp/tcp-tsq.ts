/**
 * Small queues (Linux: tcp_small_queue_check, tcp_wfree, tcp_tasklet_func): a sender keeps few of its frames in the
 * queues of its own host, and goes on when one of them has left. Its turn comes as an event of the same instant, since
 * a frame may die in the middle of anything.
 */
import type { EventTarget } from '../../../sim/scheduler.ts';
import type { Machine } from '../../netns.ts';
import { tcpWriteXmit } from './tcp-output.ts';
import { tcpXmitRetransmitQueue } from './tcp-retransmit.ts';
import { tcpCurrentMss } from './tcp-mss.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh, tcpPacketsInFlight } from './tcp-sock.ts';
import {
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_LAST_ACK,
  tcpf,
  TSQ_QUEUED,
  TSQ_THROTTLED,
} from './tcp-states.ts';

const SENDING =
  tcpf(TCP_ESTABLISHED) | tcpf(TCP_FIN_WAIT1) | tcpf(TCP_CLOSING) | tcpf(TCP_CLOSE_WAIT) | tcpf(TCP_LAST_ACK);
/** Of the pacing rate, what is sent in about a millisecond (sk_pacing_shift). */
const PACING_PARTS = 1024;

/** Those of a namespace whose turn it is. */
export class TsqTasklet implements EventTarget {
  private readonly machine: Machine;
  private readonly id: number;
  private first: TcpSock | null = null;
  private last: TcpSock | null = null;

  constructor(machine: Machine) {
    this.machine = machine;
    this.id = machine.sched.register(this);
  }

  /** It was held up, and a frame of it has gone. */
  add(sk: TcpSock): void {
    sk.tsqFlags = TSQ_QUEUED;
    const { machine } = this;
    if (this.last === null) {
      this.first = sk;
      machine.sched.at(machine.sched.now, machine.source.nextKey(), this.id);
    } else this.last.nextThrottled = sk;
    this.last = sk;
  }

  fire(): void {
    let sk = this.first;
    this.first = null;
    this.last = null;
    while (sk !== null) {
      const next: TcpSock | null = sk.nextThrottled;
      sk.nextThrottled = null;
      sk.tsqFlags &= ~TSQ_QUEUED;
      tcpTsqWrite(sk);
      sk = next;
    }
  }
}

/** Twin of tcp_tsq_write. */
function tcpTsqWrite(sk: TcpSock): void {
  if ((tcpf(sk.state) & SENDING) === 0) return;
  tcpMstampRefresh(sk);
  if (sk.lostOut > sk.retransOut && sk.sndCwnd > tcpPacketsInFlight(sk)) tcpXmitRetransmitQueue(sk);
  tcpWriteXmit(sk, tcpCurrentMss(sk), sk.nonagle, 0);
}

/** Twin of tcp_small_queue_check for an skb of `trueBytes`: true when enough waits in this host. Hot path. */
export function tcpSmallQueueCheck(sk: TcpSock, trueBytes: number, factor: number): boolean {
  const least = 2 * trueBytes;
  if (sk.wmemAlloc <= least) return false;
  const paced = sk.pacingRateBps / PACING_PARTS;
  const most = sk.ns.sysctls.tcp.limitOutputBytes;
  const limit = Math.min(paced > least ? paced : least, most) * (1 << factor);
  if (sk.wmemAlloc <= limit) return false;
  // One that waits for the acknowledgment of at most one burst is not held up.
  const { head, tail } = sk.rtxQueue;
  if (head === null || head.burst === tail!.burst) return false;
  tcpSetThrottled(sk);
  return true;
}

/** It goes on when a frame of it has gone. */
export function tcpSetThrottled(sk: TcpSock): void {
  sk.tsqFlags |= TSQ_THROTTLED;
}

/** Twin of skb_still_in_host_queue: its last frame has not left yet, so it makes no sense to send it again. */
export function tcpStillInHostQueue(sk: TcpSock, segment: TcpSegment): boolean {
  if (segment.inHostQueue === 0) return false;
  tcpSetThrottled(sk);
  sk.ns.mib.tcpExt.TCPSpuriousRtxHostQueues++;
  return true;
}
