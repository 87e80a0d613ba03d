/**
 * A member of a gossiping cluster: hashicorp/memberlist v0.4.0 as a state machine over a transport, a clock and
 * chance. Nothing here blocks: what takes time calls back.
 *
 *   const member = Memberlist.create(config, clock, rng, (target) => openTransport(target));
 *   member.join([{ address, port }], (contacted, errors) => …);
 *
 * Its parts: `membership` (who is alive, and what of it is news), `prober` (the failure detector), `packet-sender` and
 * `packet-receiver` (datagrams and gossip), `streams` (push/pull, reliable messages), `indirect-pings`.
 */
import { assert } from '../../base/assert.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import type { MemberNode } from '../delegate.ts';
import type { AckResp, IndirectPing, NackResp, Ping, Source } from '../messages.ts';
import { MESSAGE } from '../messages.ts';
import type { GossipClock, GossipStream, MemberAddress, StreamHandler } from '../transport.ts';
import type { Transport, TransportTarget } from '../transport.ts';
import { AckHandlers } from './ack-handlers.ts';
import { addressOf } from './addresses.ts';
import type { MemberlistConfig } from './config.ts';
import { Counters } from './counters.ts';
import { IndirectPings } from './indirect-pings.ts';
import { Membership } from './membership.ts';
import { PacketReceiver, type PingHandler } from './packet-receiver.ts';
import { PacketSender } from './packet-sender.ts';
import { Prober } from './prober.ts';
import { Streams } from './streams.ts';
import { Ticks } from './ticks.ts';
import { Waiting, type Done } from './waiting.ts';

/** Hears how many of the addresses answered, and of each that did not why. */
export type JoinDone = (contacted: number, errors: readonly string[]) => void;

export class Memberlist implements TransportTarget, PingHandler {
  readonly config: MemberlistConfig;
  readonly counters: Counters;
  /** Who is what, and what is to be said of it; for looking at. */
  readonly membership: Membership;
  private readonly clock: GossipClock;
  private readonly transport: Transport;
  private readonly sender: PacketSender;
  private readonly receiver: PacketReceiver;
  private readonly streams: Streams;
  private readonly acks: AckHandlers;
  private readonly indirectPings: IndirectPings;
  private readonly prober: Prober;
  private readonly ticks: Ticks;
  private readonly waiting: Set<Waiting>;
  private isShutDown: boolean;

  private constructor(
    config: MemberlistConfig,
    clock: GossipClock,
    rng: Rng,
    open: (target: TransportTarget) => Transport,
  ) {
    this.config = config;
    this.counters = new Counters();
    this.clock = clock;
    const { counters } = this;
    this.membership = new Membership(config, clock, rng.fork('nodes'), counters);
    const { membership } = this;
    this.transport = open(this);
    this.sender = new PacketSender(config, membership, this.transport, rng.fork('nonces'), counters);
    this.receiver = new PacketReceiver(config, membership, this, counters);
    this.streams = new Streams(config, membership, this.sender, this.transport, clock, counters);
    this.acks = new AckHandlers(counters);
    this.indirectPings = new IndirectPings(config, this.sender, this.acks, clock, counters);
    this.prober = new Prober(config, membership, this.sender, this.streams, this.acks, clock, counters);
    this.ticks = new Ticks(config, membership, this.sender, this.streams, clock, rng.fork('ticks'));
    this.waiting = new Set();
    this.isShutDown = false;
  }

  /** A member that knows nobody else yet, with its probes and gossip running (Create). */
  static create(
    config: MemberlistConfig,
    clock: GossipClock,
    rng: Rng,
    open: (target: TransportTarget) => Transport,
  ): Memberlist {
    const member = new Memberlist(config, clock, rng, open);
    member.membership.announceSelf(null);
    member.prober.start();
    member.ticks.start();
    return member;
  }

  /** Exchanges states with all of these, one after the other; their clusters become one with ours. */
  join(existing: readonly MemberAddress[], done: JoinDone): void {
    this.joinFrom(existing, 0, 0, [], done);
  }

  /**
   * Tells the others that this node goes, and calls back when the last of them has been told, when there is nobody to
   * tell, or after `timeoutNs` (0: never). The member goes on to gossip until it is shut down, and cannot come back.
   */
  leave(timeoutNs: number, done: Done): void {
    assert(!this.isShutDown, 'Memberlist.leave: the member is not shut down');
    if (this.membership.hasLeft) {
      done(null);
      return;
    }
    const waiting = this.wait('leave broadcast', timeoutNs, done);
    this.membership.announceLeave(() => {
      waiting.finish(null);
    });
    if (!this.membership.nodes.hasOthers(this.config.name)) waiting.finish(null);
  }

  /** Tells the others what the delegate now says of this node, and calls back as `leave` does. */
  updateNode(timeoutNs: number, done: Done): void {
    const waiting = this.wait('update broadcast', timeoutNs, done);
    this.membership.announceSelf(() => {
      waiting.finish(null);
    });
    if (!this.membership.nodes.hasOthers(this.config.name)) waiting.finish(null);
  }

  /** Those that are neither dead nor have left, this node among them. */
  members(): MemberNode[] {
    return this.membership.nodes.living();
  }

  numMembers(): number {
    return this.membership.nodes.livingCount();
  }

  /** All that are known, those that died lately or left included. */
  knownNodes(): readonly MemberNode[] {
    return this.membership.nodes.nodes;
  }

  localNode(): MemberNode {
    const self = this.membership.nodes.find(this.config.name);
    assert(self !== undefined, 'Memberlist.localNode: a member knows itself until it has long left');
    return self;
  }

  findNode(name: string): MemberNode | undefined {
    return this.membership.nodes.find(name);
  }

  /** A user message in one datagram, which may be lost. */
  sendBestEffort(to: MemberNode, message: Uint8Array): void {
    this.sender.sendUserMessage(to, this.membership.nodes.find(to.name) ?? null, message);
  }

  /** As `sendBestEffort`, to an address that need not be a member's. */
  sendToAddress(to: MemberAddress, message: Uint8Array): void {
    this.sender.sendUserMessage(to, null, message);
  }

  /** A user message of any size over a stream; calls back when it has been sent, or with why not. */
  sendReliable(to: MemberAddress, message: Uint8Array, done: Done): void {
    this.streams.sendUserMessage(to, message, done);
  }

  /** How well this member believes itself to be: 0 is well. */
  healthScore(): number {
    return this.membership.awareness.healthScore;
  }

  /** Messages about nodes that are still to be gossiped. */
  numQueuedBroadcasts(): number {
    return this.membership.broadcasts.numQueued;
  }

  /** Ends it without a word, so that the others have to find out. */
  shutdown(): void {
    if (this.isShutDown) return;
    this.isShutDown = true;
    this.prober.stop();
    this.ticks.stop();
    this.indirectPings.stop();
    this.streams.stop();
    this.membership.stop();
    this.transport.shutdown();
    for (const waiting of [...this.waiting]) waiting.finish('memberlist was shut down');
  }

  receivePacket(payload: Uint8Array, from: MemberAddress): void {
    if (!this.isShutDown) this.receiver.receive(payload, from);
  }

  acceptStream(stream: GossipStream): StreamHandler {
    return this.streams.acceptStream(stream);
  }

  handlePing(ping: Ping, from: MemberAddress): void {
    if (ping.node !== '' && ping.node !== this.config.name) {
      this.counters.drop('wrongNode');
      return;
    }
    const payload = this.config.ping?.ackPayload() ?? null;
    this.sender.sendMessage(this.sourceOf(ping, from), { type: MESSAGE.ackResp, seqNo: ping.seqNo, payload });
  }

  handleIndirectPing(ping: IndirectPing, from: MemberAddress): void {
    this.indirectPings.relay(ping, this.sourceOf(ping, from));
  }

  handleAck(ack: AckResp): void {
    this.acks.handleAck(ack);
  }

  handleNack(nack: NackResp): void {
    this.acks.handleNack(nack);
  }

  /** Where the answer goes: to where the asker says that it is. */
  private sourceOf(source: Source, from: MemberAddress): MemberAddress {
    const address = addressOf(source.sourceAddr);
    return address === undefined || source.sourcePort === 0 ? from : { address, port: source.sourcePort };
  }

  private joinFrom(
    existing: readonly MemberAddress[],
    index: number,
    contacted: number,
    errors: readonly string[],
    done: JoinDone,
  ): void {
    const to = existing[index];
    if (to === undefined || this.isShutDown) {
      done(contacted, errors);
      return;
    }
    this.streams.pushPull(to, true, (error) => {
      if (error === null) {
        this.joinFrom(existing, index + 1, contacted + 1, errors, done);
        return;
      }
      const line = `Failed to join ${formatIp4(to.address)}:${to.port}: ${error}`;
      this.membership.log(`[DEBUG] memberlist: ${line}`);
      this.joinFrom(existing, index + 1, contacted, [...errors, line], done);
    });
  }

  private wait(what: string, timeoutNs: number, done: Done): Waiting {
    const waiting = new Waiting(this.clock, what, timeoutNs, (error) => {
      this.waiting.delete(waiting);
      done(error);
    });
    this.waiting.add(waiting);
    return waiting;
  }
}
