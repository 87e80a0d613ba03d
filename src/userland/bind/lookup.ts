/**
 * One question as dig, host and nslookup ask it (bind9: bin/dig/dighost.c): to one server after the other, each several
 * times over UDP, by TCP where the answer was cut. Every try that fails is told.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { resolvConfOf } from '../dns/resolv-conf.ts';
import { readMessage } from '../dns/stream-message.ts';
import { connectTo, sendAll } from '../stream.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Where to ask; null is ::1, which is not there. */
export interface BindServer {
  readonly address: Ip4 | null;
  /** As it was given, for `10.0.0.2#53(ns.example)`. */
  readonly name: string;
}

export interface BindReply {
  readonly message: DnsMessage;
  readonly bytes: number;
  readonly server: BindServer;
  readonly isTcp: boolean;
  /** From the question to the answer. */
  readonly tripNs: number;
}

/** What a tool wants of a lookup; `retries` goes down with every try and is kept for the next name of a search. */
export interface LookupState {
  readonly servers: readonly BindServer[];
  readonly port: number;
  readonly timeoutSeconds: number;
  retries: number;
  isTcp: boolean;
  readonly ignoresTruncation: boolean;
  /** SERVFAIL of one server leaves the next one to be asked. */
  readonly skipsServfail: boolean;
  /** It is told when an answer was cut, or a server failed. */
  readonly hasComments: boolean;
}

/** The servers of resolv.conf; without any, this machine's own. */
export function systemServers(proc: Process): readonly BindServer[] {
  const { servers, hasServers } = resolvConfOf(proc);
  const named = servers.map((address) => ({ address, name: formatIp4(address) }));
  return hasServers ? named : [{ address: null, name: '::1' }, ...named];
}

/** `10.0.0.2#53` */
export function placeText(server: BindServer, port: number): string {
  return `${server.address === null ? '::1' : formatIp4(server.address)}#${port}`;
}

/** Each failed try is told through `tell`; at last `untold` (said already) or `none` (still to be said). */
export function* bindLookup(
  proc: Process,
  state: LookupState,
  query: DnsMessage,
  name: string,
  tell: (line: string) => void,
): Steps<BindReply | 'none' | 'told'> {
  const { servers, port } = state;
  for (let i = 0; i < servers.length;) {
    const server = servers[i]!;
    const isLast = i === servers.length - 1;
    const outcome = yield* tryOnce(proc, state, query, server);
    if (typeof outcome !== 'string') {
      const rcode = outcome.message.flags & 0xf;
      if (rcode !== dns.SERVFAIL || !state.skipsServfail) return outcome;
      const next = isLast ? '' : ', trying next server';
      if (state.hasComments) tell(`;; Got SERVFAIL reply from ${server.name}${next}`);
      if (isLast) return outcome;
      i++;
    } else if (outcome === 'cut') {
      if (state.hasComments) tell(';; Truncated, retrying in TCP mode.');
      state.isTcp = true;
    } else if (outcome.startsWith('setup ')) {
      const how = state.isTcp ? 'Connection to' : 'UDP setup with';
      tell(`;; ${how} ${placeText(server, port)}(${server.name}) for ${name} failed: ${outcome.slice(6)}.`);
      if (!isLast) i++;
      else {
        tell(';; no servers could be reached');
        if (state.retries <= 1) return 'told';
        state.retries--;
      }
    } else {
      tell(`;; communications error to ${placeText(server, port)}: ${outcome}`);
      if (state.retries > 1) state.retries--;
      else i++;
    }
  }
  return 'none';
}

const RESULT_WORDS: Readonly<Partial<Record<Errno, string>>> = {
  ECONNREFUSED: 'connection refused',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
  ECONNRESET: 'connection reset',
  EADDRNOTAVAIL: 'address not available',
  ETIMEDOUT: 'timed out',
  EPERM: 'permission denied',
  EACCES: 'permission denied',
};

function wordsOf(errno: Errno): string {
  return RESULT_WORDS[errno] ?? 'unexpected error';
}

type TryOutcome = BindReply | string;

function* tryOnce(proc: Process, state: LookupState, query: DnsMessage, server: BindServer): Steps<TryOutcome> {
  if (server.address === null) return `setup ${wordsOf('EADDRNOTAVAIL')}`;
  const startNs = proc.now;
  const untilNs = startNs + state.timeoutSeconds * SECOND;
  const outcome = state.isTcp
    ? yield* tryTcp(proc, state, query, server.address, untilNs)
    : yield* tryUdp(proc, state, query, server.address, untilNs);
  if (typeof outcome === 'string') return outcome;
  const message = dns.parseBytes(outcome);
  if (typeof message === 'string') return `bad packet: ${message}`;
  if (!state.isTcp && (message.flags & dns.TC) !== 0 && !state.ignoresTruncation) return 'cut';
  return { message, bytes: outcome.length, server, isTcp: state.isTcp, tripNs: proc.now - startNs };
}

function* tryUdp(
  proc: Process,
  state: LookupState,
  query: DnsMessage,
  address: Ip4,
  untilNs: number,
): Steps<Uint8Array | string> {
  const socket = new UdpSocket(proc.ns);
  socket.owner = { name: proc.argv[0] ?? '', pid: proc.pid };
  try {
    const errno = socket.connect(address, state.port);
    if (errno !== '') return `setup ${wordsOf(errno)}`;
    const sent = socket.send(dns.emit(query, 'case-insensitive'));
    if (sent !== '') return wordsOf(sent);
    for (;;) {
      const error = socket.takeError();
      if (error !== '') return wordsOf(error);
      const got = socket.receive();
      if (got !== null && isAnswerTo(query, got.payload)) return got.payload;
      if (got !== null) continue;
      if (proc.now >= untilNs) return wordsOf('ETIMEDOUT');
      yield proc.waitFor(socket, untilNs);
    }
  } finally {
    socket.close();
  }
}

function* tryTcp(
  proc: Process,
  state: LookupState,
  query: DnsMessage,
  address: Ip4,
  untilNs: number,
): Steps<Uint8Array | string> {
  const socket = new TcpSocket(proc.ns);
  socket.owner = { name: proc.argv[0] ?? '', pid: proc.pid };
  try {
    const errno = yield* connectTo(proc, socket, address, state.port, untilNs);
    if (errno === 'EINPROGRESS') return `setup ${wordsOf('ETIMEDOUT')}`;
    if (errno !== '') return `setup ${wordsOf(errno)}`;
    const sent = yield* sendAll(proc, socket, dns.emitForStream(query, 'case-insensitive'), untilNs);
    if (sent !== '') return wordsOf(sent);
    for (;;) {
      const got = yield* readMessage(proc, socket, untilNs);
      if (got === 'end') return 'end of file';
      if (got === 'EAGAIN') return wordsOf('ETIMEDOUT');
      if (typeof got === 'string') return wordsOf(got);
      if (isAnswerTo(query, got)) return got;
    }
  } finally {
    socket.close();
  }
}

function isAnswerTo(query: DnsMessage, bytes: Uint8Array): boolean {
  return bytes.length >= dns.HEADER_LEN && ((bytes[0]! << 8) | bytes[1]!) === query.id && (bytes[2]! & 0x80) !== 0;
}
