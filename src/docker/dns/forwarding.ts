/**
 * Questions that the engine cannot answer go to the servers of the container's configuration, one after the other, by
 * the transport by which they came. Twin of the second half of libnetwork's ServeDNS, in newer ones of forwardExtDNS.
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { WaitQueue } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import type { SocketOwner } from '../../kernel/socket/udp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { connectTo, sendAll } from '../../userland/stream.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import * as dns from '../../wire/dns.ts';
import type { LenientMessage } from '../../wire/dns-lenient.ts';
import { parseLenient } from '../../wire/dns-lenient.ts';
import type { NetnsHandle } from '../engine.ts';
import { reply } from './local-answer.ts';
import type { ResolverHabits } from './resolver-habits.ts';
import { readFramed } from './stream-message.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

export const SERVERS_MAX = 3;
/** For connecting, and again for question and answer. */
const TIMEOUT_NS = 4_000_000_000;
const QUESTIONS_MAX = 1024;
const UDP_BYTES_MAX = 65_535;

/** A server outside. */
export interface ExternalServer {
  /** Undefined for one that is no IPv4 address: nothing leads to it. */
  readonly address: Ip4 | undefined;
  /** It is asked from the host's namespace, else from the container's. */
  readonly isOnHost: boolean;
}

/** What forwarding needs to know. */
export interface Upstream {
  readonly servers: readonly ExternalServer[];
  readonly habits: ResolverHabits;
  readonly slots: QuestionSlots;
  /** Whether the container is on a network that leads outside. */
  readonly hasWayOut: () => boolean;
  readonly hostNs: NetnsHandle;
  readonly containerNs: NetnsHandle;
  readonly owner: SocketOwner;
}

/** How many questions one server has on their way. */
export class QuestionSlots {
  private count = 0;
  private readonly waiters = new WaitQueue();

  take(): boolean {
    if (this.count === QUESTIONS_MAX) return false;
    this.count++;
    return true;
  }

  giveBack(): void {
    this.count--;
    this.waiters.wakeAll();
  }

  isReady(): boolean {
    return this.count < QUESTIONS_MAX;
  }

  addWaiter(waiter: Parameters<WaitQueue['add']>[0]): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Parameters<WaitQueue['remove']>[0]): void {
    this.waiters.remove(waiter);
  }
}

/** The bytes of the answer; null when there is to be none. */
export function* forward(
  proc: Process,
  query: DnsMessage,
  isTcp: boolean,
  upstream: Upstream,
): Steps<Uint8Array | null> {
  const { habits } = upstream;
  // What the last server has said, however bad: older engines pass that on when no server says anything better.
  let last: DnsMessage | null = null;
  for (const server of upstream.servers) {
    if (habits.keepsInternal && server.isOnHost && !upstream.hasWayOut()) continue;
    if (habits.queuesQuestions && !(yield* waitForSlot(proc, upstream.slots))) return refusal(query, dns.REFUSED);
    const said = yield* ask(proc, query, isTcp, server, upstream);
    if (said === 'unreachable') continue;
    last = said?.message ?? null;
    if (said !== null && isFinal(said, habits)) return dns.emit(said.message, 'case-sensitive');
  }
  if (habits.admitsFailure) return refusal(query, dns.SERVFAIL);
  return last === null ? null : dns.emit(last, 'none');
}

function refusal(query: DnsMessage, rcode: number): Uint8Array {
  return dns.emit(reply(query, rcode), 'none');
}

/** Whether a server's answer is the client's. */
function isFinal({ message, isWhole }: LenientMessage, habits: ResolverHabits): boolean {
  const rcode = message.flags & 0xf;
  if (habits.trustsServers) return rcode !== dns.SERVFAIL && rcode !== dns.REFUSED;
  // A truncated answer sends the client to TCP.
  if (!isWhole && (message.flags & dns.TC) === 0) return false;
  return rcode === dns.NOERROR || (rcode === dns.NXDOMAIN && (message.flags & dns.AA) !== 0);
}

function* waitForSlot(proc: Process, slots: QuestionSlots): Steps<boolean> {
  const untilNs = proc.now + TIMEOUT_NS;
  while (!slots.isReady() && proc.now < untilNs) yield proc.waitFor(slots, untilNs);
  return slots.isReady();
}

type Said = LenientMessage | null;

/** What a server says; null for nothing; `unreachable` when it could not be asked. */
function* ask(
  proc: Process,
  query: DnsMessage,
  isTcp: boolean,
  server: ExternalServer,
  upstream: Upstream,
): Steps<Said | 'unreachable'> {
  if (server.address === undefined) return 'unreachable';
  const ns = server.isOnHost ? upstream.hostNs : upstream.containerNs;
  const exchange = isTcp ? exchangeTcp : exchangeUdp;
  const said = yield* exchange(proc, query, { ...upstream, ns, address: server.address });
  if (said === 'unreachable' || said === null) return said;
  const isAccepted = said.isWhole && said.message.id === query.id;
  return upstream.habits.checksAnswers && !isAccepted ? null : said;
}

function parsed(bytes: Uint8Array): Said {
  return parseLenient(bytes) ?? null;
}

interface Exchange extends Upstream {
  readonly ns: NetnsHandle;
  readonly address: Ip4;
}

function* exchangeUdp(proc: Process, query: DnsMessage, exchange: Exchange): Steps<Said | 'unreachable'> {
  const socket = new UdpSocket(exchange.ns);
  socket.owner = exchange.owner;
  const { slots, habits } = exchange;
  if (socket.connect(exchange.address, dns.PORT) !== '') return 'unreachable';
  if (!slots.take()) {
    socket.close();
    return 'unreachable';
  }
  try {
    if (socket.send(dns.emit(query, 'none')) !== '') return 'unreachable';
    const untilNs = proc.now + TIMEOUT_NS;
    for (;;) {
      if (socket.takeError() !== '') return null;
      const datagram = socket.receive();
      if (datagram === null) {
        if (proc.now >= untilNs) return null;
        yield proc.waitFor(socket, untilNs);
        continue;
      }
      const said = parsed(datagram.payload.subarray(0, answerLimit(query, habits)));
      if (!habits.checksAnswers || said?.isWhole !== true || said.message.id === query.id) return said;
    }
  } finally {
    slots.giveBack();
    socket.close();
  }
}

/** The size of the buffer that an answer is read into. */
function answerLimit(query: DnsMessage, habits: ResolverHabits): number {
  const asked = dns.ednsOf(query)?.udpSize;
  if (habits.checksAnswers) return asked !== undefined && asked >= dns.UDP_MAX ? asked : UDP_BYTES_MAX;
  return Math.max(asked ?? 0, dns.UDP_MAX);
}

function* exchangeTcp(proc: Process, query: DnsMessage, exchange: Exchange): Steps<Said | 'unreachable'> {
  const socket = new TcpSocket(exchange.ns);
  socket.owner = exchange.owner;
  const { slots } = exchange;
  let hasSlot = false;
  try {
    if ((yield* connectTo(proc, socket, exchange.address, dns.PORT, proc.now + TIMEOUT_NS)) !== '')
      return 'unreachable';
    hasSlot = slots.take();
    if (!hasSlot) return 'unreachable';
    socket.setNoDelay(true);
    const untilNs = proc.now + TIMEOUT_NS;
    if ((yield* sendAll(proc, socket, dns.emitForStream(query, 'none'), untilNs)) !== '') return 'unreachable';
    const bytes = yield* readFramed(proc, socket, untilNs);
    return bytes === null ? null : parsed(bytes);
  } finally {
    if (hasSlot) slots.giveBack();
    socket.close();
  }
}
