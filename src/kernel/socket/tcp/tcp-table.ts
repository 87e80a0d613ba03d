/** The TCP sockets of a namespace (Linux: struct inet_hashinfo), and what they share. */
import type { Ip4 } from '../../../base/addr.ts';
import type { Rng } from '../../../sim/rng.ts';
import type { NetDevice } from '../../netdev.ts';
import { RingPool } from './ring-pool.ts';
import { SendRings } from './send-buffer.ts';
import { TcpAckState } from './tcp-ack-state.ts';
import type { TcpEntry } from './tcp-entry.ts';
import { TcpHash } from './tcp-hash.ts';
import { TcpIncoming } from './tcp-incoming.ts';
import { TcpMetricsTable } from './tcp-metrics.ts';
import { TcpSecrets } from './tcp-isn.ts';
import { TcpPorts } from './tcp-ports.ts';
import { SegmentPool } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TsqTasklet } from './tcp-tsq.ts';

/** INET_TABLE_PERTURB_SIZE, as much of it as a small machine needs. */
const PERTURB_SIZE = 1024;

export class TcpTable {
  readonly rng: Rng;
  readonly incoming = new TcpIncoming();
  readonly segments = new SegmentPool();
  readonly ackState = new TcpAckState();
  readonly metrics = new TcpMetricsTable();
  readonly rings = new RingPool();
  readonly sendRings = new SendRings();
  /** Challenge ACKs that may still be sent in this second (RFC 5961, 7). */
  challengeSecond = -1;
  challengeCount = 0;
  readonly established: TcpHash;
  readonly ports: TcpPorts;
  readonly secrets: TcpSecrets;
  timeWaitCount = 0;
  /** Connections that no program has any more. */
  orphanCount = 0;
  /** Where the search for a local port went on last time, by destination; made with the first search. */
  perturb: Int32Array | null = null;
  /** The last socket that was given up, whose timers go when the next one is: nobody is in the midst of it then. */
  buried: TcpSock | null = null;
  /** Listeners by port, the newest first. */
  private readonly listening = new Map<number, TcpSock[]>();

  private tasklet: TsqTasklet | null = null;
  private hashRng: Rng | null = null;

  constructor(rng: Rng) {
    this.rng = rng;
    this.established = new TcpHash(rng.u32() | 0);
    this.ports = new TcpPorts(rng.fork('ports'));
    this.secrets = new TcpSecrets(rng.fork('secrets'));
  }

  /** What the frames of a connection hash to; never 0 (net_tx_rndhash). */
  nextTxHash(): number {
    this.hashRng ??= this.rng.fork('txhash');
    const hash = this.hashRng.u32() | 0;
    return hash === 0 ? 1 : hash;
  }

  /** A frame of `sk` is gone: it may send more (Linux: tcp_tsq_handler in a tasklet). */
  sendMore(sk: TcpSock): void {
    this.tasklet ??= new TsqTasklet(sk.ns.machine);
    this.tasklet.add(sk);
  }

  /** Twin of __inet_lookup_listener with compute_score: address and interface decide, then who listened last. */
  lookupListener(src: Ip4, srcPort: number, dst: Ip4, port: number, dev: NetDevice | null): TcpSock | null {
    const list = this.listening.get(port);
    if (list === undefined) return null;
    return this.bestOf(list, dst, dev, src, srcPort) ?? this.bestOf(list, 0, dev, src, srcPort);
  }

  addListener(sk: TcpSock): void {
    const list = this.listening.get(sk.localPort);
    if (list === undefined) this.listening.set(sk.localPort, [sk]);
    else list.unshift(sk);
  }

  /** Takes it out; nothing happens when it is not in it. */
  removeListener(sk: TcpSock): void {
    const list = this.listening.get(sk.localPort) ?? [];
    const at = list.indexOf(sk);
    if (at >= 0) list.splice(at, 1);
    if (list.length === 0) this.listening.delete(sk.localPort);
  }

  listeners(): TcpSock[] {
    return [...this.listening.values()].flat();
  }

  /** All connections, requests and time-wait sockets, for `ss` and netstat; the listeners first. */
  list(): TcpEntry[] {
    return [...this.listeners(), ...this.established.list()];
  }

  private bestOf(
    list: readonly TcpSock[],
    address: Ip4,
    dev: NetDevice | null,
    src: Ip4,
    srcPort: number,
  ): TcpSock | null {
    let best: TcpSock | null = null;
    let bestScore = 0;
    for (const sk of list) {
      if (sk.localAddress !== address || (sk.boundDevice !== null && sk.boundDevice !== dev)) continue;
      const score = sk.boundDevice === null ? 1 : 2;
      if (score <= bestScore) continue;
      if (sk.reusePort) return this.oneOfGroup(list, sk, src, srcPort);
      best = sk;
      bestScore = score;
    }
    return best;
  }

  /** Twin of inet_lookup_reuseport: those who share the port share what comes by a hash. */
  private oneOfGroup(list: readonly TcpSock[], member: TcpSock, src: Ip4, srcPort: number): TcpSock {
    const { localAddress, localPort, boundDevice } = member;
    const group = list.filter(
      (sk) => sk.reusePort && sk.localAddress === localAddress && sk.boundDevice === boundDevice,
    );
    const hash = this.established.hashOf(localAddress, localPort, src, srcPort) >>> 0;
    return group[group.length - 1 - Math.floor((hash / 0x1_0000_0000) * group.length)]!;
  }

  /** The offsets at which the search for a local port goes on. */
  perturbTable(): Int32Array {
    this.perturb ??= Int32Array.from({ length: PERTURB_SIZE }, () => this.rng.u32() | 0);
    return this.perturb;
  }
}
