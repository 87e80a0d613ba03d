/**
 * The embedded DNS server of one sandbox: sockets of the daemon in the container's namespace, at 127.0.0.11 and ports
 * that the kernel chooses, to which rules of that namespace lead from port 53. Twin of libnetwork's resolver and of
 * miekg/dns's server, with a thread where those have a goroutine.
 *
 *   container ──▶ 127.0.0.11:53 ══rules══▶ 127.0.0.11:41973 ──▶ what the engine knows
 *                                                          └──▶ a server outside, from a socket of its own
 */
import { ip4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Program } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Datagram, SocketOwner } from '../../kernel/socket/udp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { sendAll } from '../../userland/stream.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import * as dns from '../../wire/dns.ts';
import { DaemonThreads } from '../daemon-threads.ts';
import type { EngineHost } from '../engine.ts';
import { forward } from './forwarding.ts';
import type { Upstream } from './forwarding.ts';
import { answerLocally, localBytes, reply } from './local-answer.ts';
import type { LocalNames } from './local-answer.ts';
import { readQuery } from './query.ts';
import { readFramed } from './stream-message.ts';

/** Where it listens. */
export const RESOLVER_ADDRESS = '127.0.0.11';
/** Go listens with the kernel's longest queue (net.core.somaxconn). */
const BACKLOG = 4096;
/** Of a connection: until its first question is there, and between later ones. */
const FIRST_QUESTION_NS = 2_000_000_000;
const IDLE_NS = 8_000_000_000;
const QUESTIONS_PER_CONNECTION = 128;
/** Longer questions are cut off over UDP. */
const QUESTION_BYTES_MAX = dns.UDP_MAX;
const TCP_BYTES_MAX = 65_534;
const KEEPALIVE_SECONDS = 15;

/** What a server knows and whom it asks. */
export interface ResolverBackend {
  readonly names: () => LocalNames;
  readonly upstream: Omit<Upstream, 'owner'>;
  readonly host: Pick<EngineHost, 'processes' | 'hostName' | 'files'>;
  /** For each socket a descriptor of its own. */
  readonly owner: () => SocketOwner;
}

export class Resolver {
  private readonly backend: ResolverBackend;
  private readonly udp: UdpSocket;
  private readonly tcp: TcpSocket;
  /** A daemon without room for a thread leaves the question unanswered. */
  private readonly threads: DaemonThreads;

  /** Opens the sockets; `start` serves them. */
  constructor(backend: ResolverBackend) {
    this.backend = backend;
    this.threads = new DaemonThreads({ ...backend.host, rootNs: backend.upstream.hostNs });
    const ns = backend.upstream.containerNs;
    this.udp = new UdpSocket(ns);
    this.udp.owner = backend.owner();
    this.udp.bind(ip4(RESOLVER_ADDRESS), 0);
    this.tcp = new TcpSocket(ns);
    this.tcp.owner = backend.owner();
    this.tcp.setReuseAddress(true);
    this.tcp.bind(ip4(RESOLVER_ADDRESS), 0);
    this.tcp.listen(BACKLOG);
  }

  get udpPort(): number {
    return this.udp.localPort;
  }

  get tcpPort(): number {
    return this.tcp.localPort;
  }

  start(): void {
    this.threads.start((proc) => this.serveUdp(proc));
    this.threads.start((proc) => this.serveTcp(proc));
  }

  stop(): void {
    this.threads.stopAll();
    this.udp.close();
    this.tcp.close();
  }

  private *serveUdp(proc: Process): ReturnType<Program> {
    for (;;) {
      yield proc.waitFor(this.udp);
      this.udp.takeError();
      for (let next = this.udp.receive(); next !== null; next = this.udp.receive()) this.answerUdp(next);
    }
  }

  private answerUdp(datagram: Datagram): void {
    const read = readQuery(datagram.payload.subarray(0, QUESTION_BYTES_MAX));
    if (read === null) return;
    const { message, isRejected } = read;
    const answer = isRejected ? dns.emit(message, 'none') : this.ownAnswer(message, false);
    if (answer !== 'forward') {
      this.replyUdp(datagram, answer);
      return;
    }
    this.threads.start((proc) => this.forwardUdp(proc, message, datagram));
  }

  private *forwardUdp(proc: Process, query: DnsMessage, datagram: Datagram): ReturnType<Program> {
    this.replyUdp(datagram, yield* forward(proc, query, false, this.upstream));
    return 0;
  }

  private replyUdp(datagram: Datagram, answer: Uint8Array | null): void {
    if (answer !== null) this.udp.sendTo(datagram.from, datagram.fromPort, answer);
  }

  private *serveTcp(proc: Process): ReturnType<Program> {
    for (;;) {
      yield proc.waitFor(this.tcp.readable);
      for (let peer = this.tcp.accept(); peer !== null; peer = this.tcp.accept()) {
        const connection = peer;
        this.threads.start((thread) => this.serveConnection(thread, connection));
      }
    }
  }

  private *serveConnection(proc: Process, socket: TcpSocket): ReturnType<Program> {
    socket.owner = this.backend.owner();
    socket.setNoDelay(true);
    socket.setKeepalive(true, KEEPALIVE_SECONDS, KEEPALIVE_SECONDS);
    try {
      for (let count = 0; count < QUESTIONS_PER_CONNECTION; count++) {
        const bytes = yield* readFramed(proc, socket, proc.now + (count === 0 ? FIRST_QUESTION_NS : IDLE_NS));
        if (bytes === null) break;
        const answer = yield* this.answerTcp(proc, bytes);
        if (answer !== null) yield* sendAll(proc, socket, dns.framed(answer));
      }
    } finally {
      socket.close();
    }
    return 0;
  }

  private *answerTcp(proc: Process, bytes: Uint8Array): Generator<Wait, Uint8Array | null, WakeReason> {
    const read = readQuery(bytes);
    if (read === null) return null;
    if (read.isRejected) return dns.emit(read.message, 'none');
    const answer = this.ownAnswer(read.message, true);
    return answer === 'forward' ? yield* forward(proc, read.message, true, this.upstream) : answer;
  }

  private get upstream(): Upstream {
    return { ...this.backend.upstream, owner: this.backend.owner() };
  }

  /** Null for none at all. */
  private ownAnswer(query: DnsMessage, isTcp: boolean): Uint8Array | null | 'forward' {
    const names = this.backend.names();
    const answer = answerLocally(query, names);
    if (answer === 'forward') return 'forward';
    const { habits } = names;
    if (answer === 'none') return habits.admitsFailure ? dns.emit(reply(query, dns.SERVFAIL), 'none') : null;
    const limit = isTcp ? TCP_BYTES_MAX : Math.max(dns.ednsOf(query)?.udpSize ?? 0, dns.UDP_MAX);
    return localBytes(answer, limit, isTcp, habits);
  }
}
