/** Queries (query.go, serf.go): questions that gossip carries to all, answered to the asker's address directly. */
import { assert } from '../../base/assert.ts';
import type { Ip4 } from '../../base/addr.ts';
import { LamportClock } from '../networkdb/lamport-clock.ts';
import type { Slice } from '../messages.ts';
import { addressOf } from '../memberlist/addresses.ts';
import type { GossipClock, GossipTimer, MemberAddress } from '../transport.ts';
import { encodeSerfMessage } from './serf-codec.ts';
import { isTargeted } from './query-filter.ts';
import type { SerfConfig } from './serf-config.ts';
import type { SerfQuery, SerfQueryResponse } from './serf-messages.ts';
import { QUERY_FLAG_ACK, QUERY_FLAG_NO_BROADCAST, SERF_MESSAGE } from './serf-messages.ts';

/** Names that serf keeps for itself. */
const INTERNAL_PREFIX = '_serf_';

/** A question that somebody asks. */
export interface IncomingQuery {
  readonly ltime: number;
  readonly name: string;
  readonly payload: Slice;
  readonly sourceNode: string;
  /** Answers, once and in time; null, or why not, in serf's words. */
  respond(payload: Uint8Array): string | null;
}

/** Who has asked. After `done` nothing more is heard. */
export interface QueryHandler {
  ack(from: string): void;
  response(from: string, payload: Slice): void;
  /** The time is over. */
  done(): void;
}

interface RunningQuery {
  readonly id: number;
  readonly handler: QueryHandler;
  readonly acks: Set<string>;
  readonly responses: Set<string>;
  readonly timer: GossipTimer;
}

export class SerfQueries {
  readonly clock = new LamportClock();
  private readonly hostClock: GossipClock;
  private readonly config: SerfConfig;
  private readonly send: (to: MemberAddress, message: Uint8Array) => void;
  /** Which queries were seen, in a ring by Lamport time. */
  private readonly ring: ({ ltime: number; ids: number[] } | null)[];
  /** Our own, by Lamport time. */
  private readonly running = new Map<number, RunningQuery>();

  constructor(hostClock: GossipClock, config: SerfConfig, send: (to: MemberAddress, message: Uint8Array) => void) {
    this.hostClock = hostClock;
    this.config = config;
    this.send = send;
    this.ring = new Array<{ ltime: number; ids: number[] } | null>(config.settings.queryBuffer).fill(null);
    this.clock.increment();
  }

  /** Waits for the answers to a query of ours, which is handled and broadcast by the caller. */
  register(query: SerfQuery, handler: QueryHandler): void {
    const timer = this.hostClock.newTimer(() => {
      this.running.delete(query.ltime);
      timer.dispose();
      handler.done();
    });
    assert(!this.running.has(query.ltime), 'SerfQueries.register: each query has a time of its own');
    this.running.set(query.ltime, { id: query.id, handler, acks: new Set(), responses: new Set(), timer });
    timer.arm(query.timeoutNs);
  }

  /** handleQuery: whether the query was news, to be passed on. */
  handle(query: SerfQuery): boolean {
    this.clock.witness(query.ltime);
    if (!this.isNews(query)) return false;
    if (isTargeted(query.filters, this.config.memberlist.name, this.config.tags)) this.answer(query);
    return (query.flags & QUERY_FLAG_NO_BROADCAST) === 0;
  }

  /** handleQueryResponse. */
  handleResponse(response: SerfQueryResponse): void {
    const query = this.running.get(response.ltime);
    if (query?.id !== response.id) return;
    const isAck = (response.flags & QUERY_FLAG_ACK) !== 0;
    const known = isAck ? query.acks : query.responses;
    if (known.has(response.from)) return;
    known.add(response.from);
    if (isAck) query.handler.ack(response.from);
    else query.handler.response(response.from, response.payload);
  }

  stop(): void {
    for (const { timer } of this.running.values()) timer.dispose();
    this.running.clear();
  }

  private isNews(query: SerfQuery): boolean {
    const size = this.ring.length;
    const now = this.clock.time;
    if (now > size && query.ltime < now - size) return false;
    const seen = this.ring[query.ltime % size];
    if (seen?.ltime !== query.ltime) {
      this.ring[query.ltime % size] = { ltime: query.ltime, ids: [query.id] };
      return true;
    }
    if (seen.ids.includes(query.id)) return false;
    seen.ids.push(query.id);
    return true;
  }

  private answer(query: SerfQuery): void {
    const address = addressOf(query.addr);
    if (address === undefined) return;
    if ((query.flags & QUERY_FLAG_ACK) !== 0) this.respond(query, address, QUERY_FLAG_ACK, null);
    if (query.name.startsWith(INTERNAL_PREFIX)) return;
    let deadlineNs = this.hostClock.now + query.timeoutNs;
    this.config.handler.query({
      ltime: query.ltime,
      name: query.name,
      payload: query.payload,
      sourceNode: query.sourceNode,
      respond: (payload) => {
        if (deadlineNs === 0) return 'response already sent';
        if (this.hostClock.now > deadlineNs) return 'response is past the deadline';
        const error = this.respond(query, address, 0, payload);
        if (error === null) deadlineNs = 0;
        return error;
      },
    });
  }

  private respond(query: SerfQuery, address: Ip4, flags: number, payload: Slice): string | null {
    const { ltime, id, port } = query;
    const from = this.config.memberlist.name;
    const bytes = encodeSerfMessage({ type: SERF_MESSAGE.queryResponse, ltime, id, from, flags, payload });
    const limit = this.config.settings.queryResponseSizeLimit;
    if (bytes.length > limit) return `response exceeds limit of ${limit} bytes`;
    this.send({ address, port }, bytes);
    return null;
  }
}
