/**
 * Serf 0.9 over memberlist: members that say when they join and leave, user events, queries. Legacy overlays with a
 * key-value store tell each other by it which container is where.
 *
 *   const serf = Serf.create(config, clock, rng, (target) => openTransport(target));
 *   serf.join([{ address, port }], true, (contacted, errors) => …);
 */
import type { Rng } from '../../sim/rng.ts';
import type { Delegate, EventDelegate, MemberNode, PingDelegate } from '../delegate.ts';
import { BroadcastQueue } from '../memberlist/broadcast-queue.ts';
import { addressBytes } from '../memberlist/addresses.ts';
import type { JoinDone } from '../memberlist/memberlist.ts';
import { Memberlist } from '../memberlist/memberlist.ts';
import type { Done } from '../memberlist/waiting.ts';
import { LamportClock } from '../networkdb/lamport-clock.ts';
import type { GossipClock, GossipTimer, MemberAddress, Transport, TransportTarget } from '../transport.ts';
import { decodeCoordinate, encodeCoordinate } from './coordinate-codec.ts';
import { encodeNodeFilter } from './query-filter.ts';
import { decodeSerfMessage, encodeSerfMessage } from './serf-codec.ts';
import type { SerfConfig } from './serf-config.ts';
import { SerfEvents } from './serf-events.ts';
import type { SerfMember } from './serf-members.ts';
import { SerfMembers } from './serf-members.ts';
import type { Coordinate, SerfMessage, SerfPushPull, SerfQuery } from './serf-messages.ts';
import { QUERY_FLAG_ACK, SERF_MESSAGE } from './serf-messages.ts';
import type { QueryHandler } from './serf-queries.ts';
import { SerfQueries } from './serf-queries.ts';
import { encodeTags } from './tags.ts';
import { Vivaldi } from './vivaldi.ts';

type SerfState = 'alive' | 'leaving' | 'left' | 'shutdown';

export interface QueryOptions {
  /** 0 for the default. */
  readonly timeoutNs?: number;
  readonly requestAck?: boolean;
  /** Only these answer. */
  readonly filterNodes?: readonly string[];
}

export class Serf implements Delegate, EventDelegate, PingDelegate {
  readonly config: SerfConfig;
  readonly memberlist: Memberlist;
  private readonly hostClock: GossipClock;
  private readonly rng: Rng;
  private readonly vivaldi: Vivaldi;
  private readonly clock = new LamportClock();
  private readonly membership: SerfMembers;
  private readonly events: SerfEvents;
  private readonly queries: SerfQueries;
  /** Intents go first, then queries, then events. */
  private readonly broadcasts: BroadcastQueue;
  private readonly queryBroadcasts: BroadcastQueue;
  private readonly eventBroadcasts: BroadcastQueue;
  private readonly timers = new Set<GossipTimer>();
  private state: SerfState = 'alive';
  /** While a join is going on that is not to bring the events of before. */
  private ignoresOldEvents = false;

  private constructor(config: SerfConfig, clock: GossipClock, rng: Rng, open: (target: TransportTarget) => Transport) {
    this.config = config;
    this.hostClock = clock;
    this.rng = rng.fork('serf');
    this.vivaldi = new Vivaldi(rng.fork('coordinates'));
    this.membership = new SerfMembers(clock, config.settings, config.handler, (name) => {
      this.vivaldi.forget(name);
    });
    this.events = new SerfEvents(clock, config.settings, config.handler);
    this.queries = new SerfQueries(clock, config, (to, message) => {
      this.memberlist.sendToAddress(to, message);
    });
    const { retransmitMult } = config.memberlist.settings;
    this.broadcasts = new BroadcastQueue(retransmitMult);
    this.queryBroadcasts = new BroadcastQueue(retransmitMult);
    this.eventBroadcasts = new BroadcastQueue(retransmitMult);
    // The time 0 is that of a node which nobody has heard of.
    this.clock.increment();
    const below = { ...config.memberlist, delegate: this, events: this, ping: this };
    below.settings = { ...below.settings, delegateProtocolMin: 2, delegateProtocolMax: 5, delegateProtocolVersion: 4 };
    this.memberlist = Memberlist.create(below, clock, rng.fork('memberlist'), open);
    this.every(config.settings.reapIntervalNs, () => {
      this.membership.reap();
    });
    this.every(config.settings.reconnectIntervalNs, () => {
      this.reconnect();
    });
  }

  static create(config: SerfConfig, clock: GossipClock, rng: Rng, open: (target: TransportTarget) => Transport): Serf {
    return new Serf(config, clock, rng, open);
  }

  /** Joins the clusters of these; with `ignoreOld` the user events of before are not told. */
  join(existing: readonly MemberAddress[], ignoreOld: boolean, done: JoinDone): void {
    if (this.state !== 'alive') {
      done(0, ["Serf can't Join after Leave or Shutdown"]);
      return;
    }
    this.ignoresOldEvents = ignoreOld;
    this.memberlist.join(existing, (contacted, errors) => {
      this.ignoresOldEvents = false;
      if (contacted > 0 && this.state === 'alive') this.broadcastJoin(this.clock.time);
      done(contacted, errors);
    });
  }

  /** Says that this node goes, lets memberlist say so, too, and answers probes for a while. */
  leave(done: Done): void {
    if (this.state !== 'alive') {
      done(this.state === 'leaving' ? 'Leave already in progress' : null);
      return;
    }
    this.state = 'leaving';
    const message = { type: SERF_MESSAGE.leave, ltime: this.clock.time, node: this.name, prune: false } as const;
    this.clock.increment();
    this.handleLeaveIntent(message.node, message.ltime, false);
    if (!this.membership.hasAliveOthers(this.name)) {
      this.leaveMemberlist(done);
      return;
    }
    const timeout = this.once(this.config.settings.broadcastTimeoutNs, () => {
      done('timeout while waiting for graceful leave');
    });
    this.broadcast(this.broadcasts, message, () => {
      if (!this.timers.has(timeout)) return;
      this.forgetTimer(timeout);
      this.leaveMemberlist(done);
    });
  }

  /** Tells all members something; null, or why not. */
  userEvent(name: string, payload: Uint8Array, canCoalesce: boolean): string | null {
    const limit = this.config.settings.userEventSizeLimit;
    const event = { type: SERF_MESSAGE.userEvent, ltime: this.events.clock.time, name, payload, canCoalesce } as const;
    if (name.length + payload.length > limit) {
      return `user event exceeds configured limit of ${limit} bytes before encoding`;
    }
    if (encodeSerfMessage(event).length > limit) {
      return `encoded user event exceeds configured limit of ${limit} bytes after encoding`;
    }
    this.events.clock.increment();
    this.events.handle(event);
    this.broadcast(this.eventBroadcasts, event, null);
    return null;
  }

  /** Asks all members something; null, or why not. */
  query(name: string, payload: Uint8Array, options: QueryOptions, handler: QueryHandler): string | null {
    const { address, port } = this.memberlist.localNode();
    const filters = options.filterNodes === undefined ? null : [encodeNodeFilter(options.filterNodes)];
    const timeoutNs = options.timeoutNs ?? 0;
    const query: SerfQuery = {
      type: SERF_MESSAGE.query,
      ltime: this.queries.clock.time,
      id: this.rng.below(0x8000_0000),
      addr: addressBytes(address),
      port,
      sourceNode: this.name,
      filters,
      flags: options.requestAck === true ? QUERY_FLAG_ACK : 0,
      relayFactor: 0,
      timeoutNs: timeoutNs === 0 ? this.defaultQueryTimeoutNs() : timeoutNs,
      name,
      payload,
    };
    const limit = this.config.settings.querySizeLimit;
    if (encodeSerfMessage(query).length > limit) return `query exceeds limit of ${limit} bytes`;
    this.queries.register(query, handler);
    this.queries.handle(query);
    this.broadcast(this.queryBroadcasts, query, null);
    return null;
  }

  members(): SerfMember[] {
    return this.membership.list();
  }

  shutdown(): void {
    if (this.state === 'shutdown') return;
    this.state = 'shutdown';
    for (const timer of this.timers) timer.dispose();
    this.events.stop();
    this.queries.stop();
    this.memberlist.shutdown();
  }

  nodeMeta(): Uint8Array {
    return encodeTags(this.config.tags);
  }

  notifyMsg(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const message = decodeSerfMessage(bytes);
    if (typeof message === 'string') {
      this.config.memberlist.log?.(`[ERR] serf: Error decoding message: ${message}`);
      return;
    }
    const queue = this.handle(message);
    if (queue !== null) this.queueBytes(queue, bytes.slice(), null);
  }

  getBroadcasts(overhead: number, limit: number): Uint8Array[] {
    const messages: Uint8Array[] = [];
    let free = limit;
    for (const queue of [this.broadcasts, this.queryBroadcasts, this.eventBroadcasts]) {
      for (const message of queue.getBroadcasts(overhead, free, this.memberlist.numMembers()) ?? []) {
        messages.push(message);
        free -= message.length + overhead;
      }
    }
    return messages;
  }

  localState(): Uint8Array {
    return encodeSerfMessage({
      type: SERF_MESSAGE.pushPull,
      ltime: this.clock.time,
      statusLTimes: this.membership.statusLTimes(),
      leftMembers: this.membership.withStatus('left').map(({ name }) => name),
      eventLTime: this.events.clock.time,
      events: this.events.recent(),
      queryLTime: this.queries.clock.time,
    });
  }

  mergeRemoteState(state: Uint8Array, isJoin: boolean): void {
    const message = decodeSerfMessage(state);
    if (typeof message === 'string' || message.type !== SERF_MESSAGE.pushPull) {
      this.config.memberlist.log?.('[ERR] serf: Failed to decode remote state');
      return;
    }
    this.witness(message);
    // Those that have left first: of their leaving only that it was later than their last status is known.
    const left = new Set(message.leftMembers);
    const times = new Map(message.statusLTimes);
    for (const name of left) this.handleLeaveIntent(name, (times.get(name) ?? 0) + 1, false);
    for (const [name, ltime] of times) if (!left.has(name)) this.handleJoinIntent(name, ltime);
    if (isJoin && this.ignoresOldEvents) this.events.minTime = Math.max(this.events.minTime, message.eventLTime);
    for (const entry of message.events) {
      for (const { name, payload } of entry?.events ?? []) {
        this.events.handle({ ltime: entry!.ltime, name, payload, canCoalesce: false });
      }
    }
  }

  notifyJoin(node: MemberNode): void {
    this.membership.nodeJoined(node);
  }

  notifyLeave(node: MemberNode): void {
    this.membership.nodeLeft(node);
  }

  notifyUpdate(node: MemberNode): void {
    this.membership.nodeUpdated(node);
  }

  ackPayload(): Uint8Array {
    return encodeCoordinate(this.vivaldi.coordinate);
  }

  notifyPingComplete(node: MemberNode, rttNs: number, payload: Uint8Array | null): void {
    const coordinate = payload === null ? 'empty' : decodeCoordinate(payload);
    if (typeof coordinate !== 'string') this.vivaldi.update(node.name, coordinate, rttNs);
  }

  /** Where this node lies in the space of round-trip times. */
  get coordinate(): Coordinate {
    return this.vivaldi.coordinate;
  }

  private get name(): string {
    return this.config.memberlist.name;
  }

  /** What to do with a message of another; the queue in which it is to go on, if it was news. */
  private handle(message: SerfMessage): BroadcastQueue | null {
    switch (message.type) {
      case SERF_MESSAGE.leave:
        return this.handleLeaveIntent(message.node, message.ltime, message.prune) ? this.broadcasts : null;
      case SERF_MESSAGE.join:
        return this.handleJoinIntent(message.node, message.ltime) ? this.broadcasts : null;
      case SERF_MESSAGE.userEvent:
        return this.events.handle(message) ? this.eventBroadcasts : null;
      case SERF_MESSAGE.query:
        return this.queries.handle(message) ? this.queryBroadcasts : null;
      case SERF_MESSAGE.queryResponse:
        this.queries.handleResponse(message);
        return null;
      default:
        return null;
    }
  }

  private handleJoinIntent(name: string, ltime: number): boolean {
    this.clock.witness(ltime);
    return this.membership.joinIntent(name, ltime);
  }

  private handleLeaveIntent(name: string, ltime: number, prune: boolean): boolean {
    this.clock.witness(ltime);
    const isNewer = ltime > (this.membership.statusLTime(name) ?? Infinity);
    if (name === this.name && this.state === 'alive' && isNewer) {
      // Somebody believes what this node said before it came back.
      this.broadcastJoin(this.clock.time);
      return false;
    }
    return this.membership.leaveIntent(name, ltime, prune);
  }

  /** Clocks of others are ahead of the last message by one. */
  private witness(message: SerfPushPull): void {
    if (message.ltime > 0) this.clock.witness(message.ltime - 1);
    if (message.eventLTime > 0) this.events.clock.witness(message.eventLTime - 1);
    if (message.queryLTime > 0) this.queries.clock.witness(message.queryLTime - 1);
  }

  private broadcastJoin(ltime: number): void {
    this.clock.witness(ltime);
    this.membership.joinIntent(this.name, ltime);
    this.broadcast(this.broadcasts, { type: SERF_MESSAGE.join, ltime, node: this.name }, null);
  }

  private leaveMemberlist(done: Done): void {
    this.memberlist.leave(this.config.settings.broadcastTimeoutNs, (error) => {
      if (error !== null) {
        done(error);
        return;
      }
      this.once(this.config.settings.leavePropagateDelayNs, () => {
        if (this.state !== 'shutdown') this.state = 'left';
        done(null);
      });
    });
  }

  private broadcast(queue: BroadcastQueue, message: SerfMessage, finished: (() => void) | null): void {
    this.queueBytes(queue, encodeSerfMessage(message), finished);
  }

  private queueBytes(queue: BroadcastQueue, message: Uint8Array, finished: (() => void) | null): void {
    queue.queueBroadcast({
      message,
      name: '',
      isUnique: true,
      invalidates: () => false,
      finished: () => finished?.(),
    });
  }

  private defaultQueryTimeoutNs(): number {
    let digits = 0;
    for (let power = 1; power < this.memberlist.numMembers() + 1; power *= 10) digits++;
    return this.config.memberlist.settings.gossipIntervalNs * this.config.settings.queryTimeoutMult * digits;
  }

  /** Now and then one of those that failed is tried again; the more of them, the likelier. */
  private reconnect(): void {
    const failed = this.membership.withStatus('failed');
    if (failed.length === 0) return;
    const gone = failed.length + this.membership.withStatus('left').length;
    const alive = Math.max(1, this.members().length - gone);
    if (this.rng.unit() > failed.length / alive) return;
    this.memberlist.join([failed[this.rng.below(failed.length)]!], () => {
      // Whether it is back is told as a join.
    });
  }

  private every(intervalNs: number, run: () => void): void {
    const timer = this.hostClock.newTimer(() => {
      timer.arm(intervalNs);
      run();
    });
    this.timers.add(timer);
    timer.arm(intervalNs);
  }

  private once(delayNs: number, run: () => void): GossipTimer {
    const timer = this.hostClock.newTimer(() => {
      this.forgetTimer(timer);
      run();
    });
    this.timers.add(timer);
    timer.arm(delayNs);
    return timer;
  }

  private forgetTimer(timer: GossipTimer): void {
    this.timers.delete(timer);
    timer.dispose();
  }
}
