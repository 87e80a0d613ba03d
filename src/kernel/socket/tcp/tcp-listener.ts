/**
 * What a listening socket has beside (struct request_sock_queue), and how it begins and ends to listen (Linux:
 * inet_csk_listen_start, inet_csk_listen_stop).
 */
import type { TcpRequest } from './tcp-request.ts';
import type { TcpSock } from './tcp-sock.ts';

export class TcpListener {
  /** What listen(2) asked for, at most net.core.somaxconn (sk_max_ack_backlog). */
  backlogMax = 0;
  /** Handshakes under way, and those of them that were answered once only. */
  requests = 0;
  young = 0;
  /** The kernel has complained about a flood. */
  hasWarned = false;
  /** When cookies were last sent; 0 for never. */
  overflowNs = 0;
  hasOverflowed = false;
  /** Connections that wait for accept(2), the oldest first. */
  private ready: TcpSock[] = [];
  private first = 0;

  get readyCount(): number {
    return this.ready.length - this.first;
  }

  /** Twin of sk_acceptq_is_full. */
  get isFull(): boolean {
    return this.readyCount > this.backlogMax;
  }

  /** Twin of inet_csk_reqsk_queue_is_full. */
  get hasTooManyRequests(): boolean {
    return this.requests >= this.backlogMax;
  }

  add(child: TcpSock): void {
    this.ready.push(child);
  }

  /** The oldest connection, or null. */
  take(): TcpSock | null {
    if (this.first === this.ready.length) return null;
    const child = this.ready[this.first++]!;
    if (this.first * 2 >= this.ready.length) {
      this.ready = this.ready.slice(this.first);
      this.first = 0;
    }
    return child;
  }
}

/** Twin of __reqsk_queue_drop: the request is forgotten. False when it was already. */
export function tcpRequestDrop(req: TcpRequest): boolean {
  if (!req.isHashed) return false;
  const { listener, timer } = req;
  listener.ns.tcp.established.remove(req);
  const queue = listener.listener;
  if (queue !== null) {
    queue.requests--;
    if (req.timeouts === 0) queue.young--;
  }
  req.timer = null;
  timer?.dispose();
  return true;
}
