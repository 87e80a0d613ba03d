/** A name server's sockets: questions come by UDP and TCP, and whatever answers them is handed in. */
import type { Ip4 } from '../../base/addr.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import type { SocketOwner } from '../../kernel/socket/udp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import type { EventLoop } from '../event-loop.ts';
import { acceptOne, sendAll } from '../stream.ts';
import { readMessage } from './stream-message.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Who asks, and how. */
export interface Asker {
  readonly address: Ip4;
  readonly port: number;
  readonly isTcp: boolean;
}

/** The answer to a question, or null for silence; asking somebody else may take time. */
export type Respond = (query: DnsMessage, asker: Asker) => Steps<DnsMessage | null>;

/** How long a connection may be idle. */
const IDLE_NS = 10 * SECOND;
const BACKLOG = 10;

export class NameServer {
  private readonly proc: Process;
  private readonly loop: EventLoop;
  private readonly respond: Respond;
  private readonly udp: UdpSocket;
  /** Null for a server that knows UDP only. */
  private readonly tcp: TcpSocket | null;

  constructor(proc: Process, loop: EventLoop, respond: Respond, { name, hasTcp }: { name: string; hasTcp: boolean }) {
    this.proc = proc;
    this.loop = loop;
    this.respond = respond;
    this.udp = new UdpSocket(proc.ns);
    this.tcp = hasTcp ? new TcpSocket(proc.ns) : null;
    const owner: SocketOwner = { name, pid: proc.pid };
    this.udp.owner = { ...owner, descriptor: 3 };
    if (this.tcp !== null) this.tcp.owner = { ...owner, descriptor: 4 };
  }

  /** Listens; '' or why it cannot. */
  open(address: Ip4, port: number): Errno {
    const errno = this.udp.bind(address, port);
    if (errno !== '' || this.tcp === null) return errno;
    this.tcp.setReuseAddress(true);
    return this.tcp.bind(address, port) || this.tcp.listen(BACKLOG);
  }

  /** Begins to serve. */
  start(): void {
    this.loop.add(this.serveDatagrams());
    if (this.tcp !== null) this.loop.add(this.serveConnections(this.tcp));
  }

  close(): void {
    this.udp.close();
    this.tcp?.close();
  }

  private *serveDatagrams(): Steps<void> {
    for (;;) {
      // An error that an answer met is nobody's business.
      this.udp.takeError();
      const got = this.udp.receive();
      if (got === null) {
        yield this.proc.waitFor(this.udp);
        continue;
      }
      const asker = { address: got.from, port: got.fromPort, isTcp: false };
      this.loop.add(this.answerDatagram(got.payload, asker));
    }
  }

  private *answerDatagram(bytes: Uint8Array, asker: Asker): Steps<void> {
    const query = readQuery(bytes);
    const reply = query === null ? null : yield* this.answerTo(query, asker);
    if (query === null || reply === null) return;
    const limit = Math.max(dns.ednsOf(query)?.udpSize ?? 0, dns.UDP_MAX);
    const cut = dns.truncate(reply, limit, 'case-insensitive');
    this.udp.sendTo(asker.address, asker.port, dns.emit(cut, 'case-insensitive'));
  }

  private *serveConnections(listener: TcpSocket): Steps<void> {
    for (;;) {
      const peer = yield* acceptOne(this.proc, listener);
      if (typeof peer === 'string') return;
      this.loop.add(this.serveConnection(peer));
    }
  }

  private *serveConnection(peer: TcpSocket): Steps<void> {
    const asker = { address: peer.remoteAddress, port: peer.remotePort, isTcp: true };
    try {
      for (;;) {
        const bytes = yield* readMessage(this.proc, peer, this.proc.now + IDLE_NS);
        if (typeof bytes === 'string') return;
        const query = readQuery(bytes);
        if (query === null) return;
        const reply = yield* this.answerTo(query, asker);
        if (reply === null) continue;
        const answered = yield* sendAll(this.proc, peer, dns.emitForStream(reply, 'case-insensitive'));
        if (answered !== '') return;
      }
    } finally {
      peer.close();
    }
  }

  private *answerTo(query: DnsMessage, asker: Asker): Steps<DnsMessage | null> {
    if (dns.opcode(query.flags) !== dns.QUERY) {
      const reply = dns.replyTo(query, 0);
      return { ...reply, flags: dns.withRcode(reply.flags, dns.NOTIMP) };
    }
    return yield* this.respond(query, asker);
  }
}

/** A question; null for answers, and for what is no message or asks nothing. */
function readQuery(bytes: Uint8Array): DnsMessage | null {
  const message = dns.parseBytes(bytes);
  if (typeof message === 'string' || (message.flags & dns.QR) !== 0) return null;
  return message.questions.length === 1 ? message : null;
}
