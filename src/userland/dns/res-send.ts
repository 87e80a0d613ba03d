/**
 * One question, or the two about a name's addresses, to the name servers in turn until one has answered (glibc:
 * resolv/res_send.c). Both leave by one socket; the second answer may come first. A server that does not answer in
 * time, that refuses, or that says it cannot is followed by the next one; an answer that was cut is asked for by TCP.
 */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import type { SocketOwner } from '../../kernel/socket/udp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { sameName } from '../../wire/dns-name.ts';
import { connectTo, sendAll } from '../stream.ts';
import { baseName } from './base-name.ts';
import type { ResolvConf } from './resolv-conf.ts';
import { readMessage } from './stream-message.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** One answer for each question, null where there is none; or why there are none at all. */
export type Sent =
  | { readonly answers: readonly (DnsMessage | null)[] }
  | { readonly errno: 'ECONNREFUSED' | 'ETIMEDOUT'; readonly lastRcode: number };

type Answers = (DnsMessage | null)[];

/** Asks `queries` together: one, or the two about A and AAAA. */
export function* resSend(proc: Process, conf: ResolvConf, queries: readonly DnsMessage[]): Steps<Sent> {
  const exchange = new Exchange(proc, conf, queries);
  try {
    return yield* exchange.run();
  } finally {
    exchange.close();
  }
}

class Exchange {
  private readonly proc: Process;
  private readonly conf: ResolvConf;
  private readonly queries: readonly DnsMessage[];
  private readonly sockets: (UdpSocket | null)[];
  private usesTcp: boolean;
  /** One question after the other, since a server has answered only one of two. */
  private isSingle: boolean;
  private isReopening: boolean;
  private hasBeenHeard = false;
  private lastRcode = dns.NOERROR;

  constructor(proc: Process, conf: ResolvConf, queries: readonly DnsMessage[]) {
    this.proc = proc;
    this.conf = conf;
    this.queries = queries;
    this.sockets = conf.servers.map(() => null);
    const tooLong = queries.some((query) => dns.emit(query, 'none').length > dns.UDP_MAX);
    this.usesTcp = conf.flags.has('use-vc') || tooLong;
    this.isReopening = conf.flags.has('single-request-reopen');
    this.isSingle = this.isReopening || conf.flags.has('single-request');
  }

  close(): void {
    for (const [index, socket] of this.sockets.entries()) {
      socket?.close();
      this.sockets[index] = null;
    }
  }

  *run(): Steps<Sent> {
    const { servers, attempts, flags } = this.conf;
    const first = flags.has('rotate') ? this.proc.rng.below(servers.length) : 0;
    for (let attempt = 0; attempt < attempts; attempt++) {
      for (let i = 0; i < servers.length; i++) {
        const server = (first + i) % servers.length;
        const answers = yield* this.askServer(server);
        // One round by TCP is enough.
        if (this.usesTcp) attempt = attempts;
        if (answers !== null) return { answers };
      }
    }
    return { errno: this.hasBeenHeard || this.usesTcp ? 'ETIMEDOUT' : 'ECONNREFUSED', lastRcode: this.lastRcode };
  }

  private *askServer(server: number): Steps<Answers | null> {
    if (!this.usesTcp) {
      const answers = yield* this.sendDatagrams(server);
      if (answers !== 'cut') return answers;
      this.usesTcp = true;
      this.close();
    }
    return yield* this.sendStream(server);
  }

  /** Twin of send_dg: null leaves it to the next server. */
  private *sendDatagrams(server: number): Steps<Answers | null | 'cut'> {
    for (;;) {
      const socket = this.socketTo(server);
      const outcome = socket === null ? null : yield* this.converse(server, socket);
      if (outcome !== 'again') return outcome;
    }
  }

  private socketTo(server: number): UdpSocket | null {
    const open = this.sockets[server];
    if (open !== null && open !== undefined) return open;
    const socket = new UdpSocket(this.proc.ns);
    socket.owner = this.owner;
    if (socket.connect(this.conf.servers[server]!, dns.PORT) !== '') {
      socket.close();
      this.close();
      return null;
    }
    this.sockets[server] = socket;
    return socket;
  }

  private get owner(): SocketOwner {
    return { name: baseName(this.proc.argv[0] ?? ''), pid: this.proc.pid };
  }

  private *converse(server: number, first: UdpSocket): Steps<Answers | null | 'cut' | 'again'> {
    const answers: (DnsMessage | null | undefined)[] = this.queries.map(() => undefined);
    let socket = first;
    const isOneByOne = this.isSingle && this.queries.length > 1;
    if (!this.sendQueries(socket, isOneByOne ? this.queries.slice(0, 1) : this.queries)) return this.fail();
    let untilNs = this.proc.now + this.waitNs(server);
    for (;;) {
      const message = yield* this.receive(socket, answers, untilNs);
      if (message === 'timer') return this.timedOut(answers);
      if (message === null) return this.fail();
      this.hasBeenHeard = true;
      const index = this.indexOf(message, answers);
      const verdict = this.judge(message);
      if (verdict === 'cut') return 'cut';
      answers[index] = verdict === 'next' ? null : message;
      if (verdict === 'next' && this.queries.length === 1) return this.fail();
      if (answers.every((answer) => answer !== undefined)) {
        return answers.every((answer) => answer === null) ? null : answers;
      }
      if (!isOneByOne) continue;
      if (this.isReopening) {
        this.close();
        const another = this.socketTo(server);
        if (another === null) return null;
        socket = another;
      }
      if (!this.sendQueries(socket, this.queries.slice(1))) return this.fail();
      untilNs = this.proc.now + this.waitNs(server);
    }
  }

  private sendQueries(socket: UdpSocket, queries: readonly DnsMessage[]): boolean {
    return queries.every((query) => socket.send(dns.emit(query, 'none')) === '');
  }

  /** close_and_return_error: all sockets are closed, not only the one to this server. */
  private fail(): null {
    this.close();
    return null;
  }

  /** With several servers the later ones are given less at first, but more than the first in the end. */
  private waitNs(server: number): number {
    const { servers, timeoutSeconds } = this.conf;
    const seconds = timeoutSeconds * 2 ** server;
    return Math.max(server > 0 ? Math.floor(seconds / servers.length) : seconds, 1) * SECOND;
  }

  /** Some servers answer only one of two questions that come together: they are then asked one after the other. */
  private timedOut(answers: readonly (DnsMessage | null | undefined)[]): Answers | null | 'again' {
    const hasOne = answers.some((answer) => answer !== undefined && answer !== null);
    if (!hasOne) {
      this.hasBeenHeard = true;
      return null;
    }
    if (!this.isSingle) {
      this.isSingle = true;
      return 'again';
    }
    if (!this.isReopening) {
      this.isReopening = true;
      this.close();
      return 'again';
    }
    return answers.map((answer) => answer ?? null);
  }

  /** The next message that answers an open question; null when the server's port is closed or it is not reached. */
  private *receive(
    socket: UdpSocket,
    answers: readonly (DnsMessage | null | undefined)[],
    untilNs: number,
  ): Steps<DnsMessage | null | 'timer'> {
    for (;;) {
      if (socket.takeError() !== '') return null;
      const got = socket.receive();
      if (got !== null) {
        if (got.payload.length < dns.HEADER_LEN) return null;
        const message = readReply(got.payload);
        if (this.indexOf(message, answers) >= 0) return message;
      } else if (this.proc.now >= untilNs) {
        return 'timer';
      } else {
        yield this.proc.waitFor(socket, untilNs);
      }
    }
  }

  /** Which open question a message answers; -1 for none. */
  private indexOf(message: DnsMessage, answers: readonly (DnsMessage | null | undefined)[]): number {
    return this.queries.findIndex(
      (query, index) => answers[index] === undefined && query.id === message.id && sameQuestions(query, message),
    );
  }

  private judge(message: DnsMessage): 'good' | 'next' | 'cut' {
    const rcode = message.flags & 0xf;
    this.lastRcode = rcode;
    if (rcode === dns.SERVFAIL || rcode === dns.NOTIMP || rcode === dns.REFUSED) return 'next';
    // A referral to nowhere comes from a server that does not recurse.
    const isBare = message.answers.length === 0 && message.additional.length === 0;
    if (rcode === dns.NOERROR && isBare && (message.flags & (dns.AA | dns.RA)) === 0) return 'next';
    return (message.flags & dns.TC) === 0 ? 'good' : 'cut';
  }

  /** Twin of send_vc: both questions at once, and no time-out but the kernel's. */
  private *sendStream(server: number): Steps<Answers | null> {
    const socket = new TcpSocket(this.proc.ns);
    socket.owner = this.owner;
    try {
      if ((yield* connectTo(this.proc, socket, this.conf.servers[server]!, dns.PORT)) !== '') return null;
      const bytes = this.queries.flatMap((query) => [...dns.emitForStream(query, 'none')]);
      if ((yield* sendAll(this.proc, socket, Uint8Array.from(bytes))) !== '') return null;
      const answers: (DnsMessage | undefined)[] = this.queries.map(() => undefined);
      while (answers.includes(undefined)) {
        const got = yield* readMessage(this.proc, socket);
        if (typeof got === 'string') return null;
        const message = readReply(got);
        const index = this.indexOf(message, answers);
        if (index < 0) continue;
        answers[index] = message;
        this.lastRcode = message.flags & 0xf;
      }
      return answers as Answers;
    } finally {
      socket.close();
    }
  }
}

function sameQuestions(query: DnsMessage, reply: DnsMessage): boolean {
  const [asked, answered] = [query.questions[0], reply.questions[0]];
  if (asked === undefined || answered === undefined) return false;
  const isSame = asked.type === answered.type && asked.class === answered.class;
  return reply.questions.length === 1 && isSame && sameName(asked.name, answered.name);
}

/** What is no message counts as an answer that says so, to the question that it seems to repeat. */
function readReply(bytes: Uint8Array): DnsMessage {
  const message = dns.parseBytes(bytes);
  if (typeof message !== 'string') return message;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const onlyQuestion = Uint8Array.from(bytes);
  onlyQuestion.fill(0, 6, dns.HEADER_LEN);
  const part = dns.parseBytes(onlyQuestion);
  const questions = typeof part === 'string' ? [] : part.questions;
  const flags = dns.withRcode(dns.QR, dns.FORMERR);
  return { id: view.getUint16(0), flags, questions, answers: [], authority: [], additional: [] };
}
