/**
 * The failure detector (probe and probeNode, state.go): one node after the other is pinged; if it does not answer in
 * time, others are asked to ping it and a stream is tried; if nothing comes of that either, it is suspected. One node
 * is probed at a time, so that one object serves all probes.
 */
import type { IndirectPing, Ping, Slice } from '../messages.ts';
import { MESSAGE, NODE_STATE } from '../messages.ts';
import type { GossipClock, GossipTimer } from '../transport.ts';
import type { AckHandler, AckHandlers } from './ack-handlers.ts';
import { addressBytes } from './addresses.ts';
import type { MemberlistConfig } from './config.ts';
import type { Counters } from './counters.ts';
import type { Membership } from './membership.ts';
import type { MemberState } from './node-state.ts';
import type { PacketSender } from './packet-sender.ts';
import type { Streams } from './streams.ts';

/** From this version on, a node answers pings on streams. */
const TCP_PING_PROTOCOL_VERSION = 3;
/** From this version on, who was asked to ping says when there was no answer. */
const NACK_PROTOCOL_VERSION = 4;

/**
 * How much later than it is due a timer is heard of. Tickers that are due at the same time come first, so that what a
 * failed probe finds out just misses a tick of gossip, as recordings of the library show.
 */
const TIMER_LATENCY_NS = 50_000;

/** What a probe waits for. */
const STAGE = { idle: 0, direct: 1, indirect: 2 } as const;
type Stage = (typeof STAGE)[keyof typeof STAGE];

/** Where a node was when its probe began: what is said of it in the meantime does not change the probe. */
interface Target {
  readonly node: MemberState;
  readonly address: number;
  readonly port: number;
  readonly incarnation: number;
}

export class Prober implements AckHandler {
  private readonly config: MemberlistConfig;
  private readonly membership: Membership;
  private readonly sender: PacketSender;
  private readonly streams: Streams;
  private readonly acks: AckHandlers;
  private readonly clock: GossipClock;
  private readonly counters: Counters;
  private readonly ticker: GossipTimer;
  private readonly timer: GossipTimer;
  /** The next node's place in the list. */
  private probeIndex: number;
  private stage: Stage;
  private target: Target | null;
  private seqNo: number;
  private sentNs: number;
  private deadlineNs: number;
  private expectedNacks: number;
  private nacks: number;
  private hasTcpContact: boolean;
  private abandonTcp: (() => void) | null;
  /** A tick fell into a probe: the next one begins as soon as that is over. */
  private missedTick: boolean;

  constructor(
    config: MemberlistConfig,
    membership: Membership,
    sender: PacketSender,
    streams: Streams,
    acks: AckHandlers,
    clock: GossipClock,
    counters: Counters,
  ) {
    this.config = config;
    this.membership = membership;
    this.sender = sender;
    this.streams = streams;
    this.acks = acks;
    this.clock = clock;
    this.counters = counters;
    this.ticker = clock.newTimer(() => {
      this.tick();
    });
    this.timer = clock.newTimer(() => {
      this.timeout();
    });
    this.probeIndex = 0;
    this.stage = STAGE.idle;
    this.target = null;
    this.seqNo = 0;
    this.sentNs = 0;
    this.deadlineNs = 0;
    this.expectedNacks = 0;
    this.nacks = 0;
    this.hasTcpContact = false;
    this.abandonTcp = null;
    this.missedTick = false;
  }

  /**
   * Probes once in every interval from now on. The library's random stagger is shorter than the interval, and its
   * ticker runs meanwhile, so that the first probe comes after one interval whatever was drawn.
   */
  start(): void {
    if (this.config.settings.probeIntervalNs > 0) this.ticker.arm(this.config.settings.probeIntervalNs);
  }

  stop(): void {
    this.ticker.dispose();
    this.timer.dispose();
    this.abandonTcp?.();
    this.abandonTcp = null;
    this.acks.forget(this.seqNo);
    this.stage = STAGE.idle;
  }

  acked(payload: Slice): void {
    const { node } = this.target!;
    if (this.stage === STAGE.direct) {
      this.config.ping?.notifyPingComplete(node, this.clock.now - this.sentNs, payload);
    }
    this.finish(-1);
  }

  nacked(): void {
    // No more than the channel of the library holds.
    if (this.nacks <= this.config.settings.indirectChecks) this.nacks++;
  }

  private tick(): void {
    this.ticker.arm(this.config.settings.probeIntervalNs);
    if (this.stage === STAGE.idle) this.probe();
    else this.missedTick = true;
  }

  /** Probes the next node that is neither this one nor dead; everybody is passed once at most. */
  private probe(): void {
    const { nodes } = this.membership;
    for (let checked = 0; checked < nodes.size; checked++) {
      if (this.probeIndex >= nodes.size) {
        nodes.reset(this.clock.now, this.config.settings.gossipToTheDeadTimeNs);
        this.probeIndex = 0;
        continue;
      }
      const node = nodes.nodes[this.probeIndex++]!;
      if (node.name !== this.config.name && !node.isDeadOrLeft) {
        this.probeNode(node);
        return;
      }
    }
  }

  private probeNode(node: MemberState): void {
    const { settings, name } = this.config;
    const { address, port, incarnation } = node;
    const intervalNs = this.membership.awareness.scaleTimeoutNs(settings.probeIntervalNs);
    this.counters.probes++;
    this.target = { node, address, port, incarnation };
    this.seqNo = this.acks.nextSeqNo();
    this.sentNs = this.clock.now;
    this.deadlineNs = this.sentNs + intervalNs;
    this.nacks = 0;
    this.stage = STAGE.direct;
    this.timer.arm(Math.min(settings.probeTimeoutNs, intervalNs));
    this.acks.await(this.seqNo, this);
    const ping = this.ping(node.name);
    if (node.state === NODE_STATE.alive) {
      this.sender.sendMessage(node, ping);
    } else {
      // So that it can refute as soon as it hears.
      const suspect = { type: MESSAGE.suspect, incarnation, node: node.name, from: name } as const;
      this.sender.sendCompound(node, node, [ping, suspect]);
    }
  }

  private ping(node: string): Ping {
    const { name, advertiseAddr, advertisePort } = this.config;
    return {
      type: MESSAGE.ping,
      seqNo: this.seqNo,
      node,
      sourceAddr: addressBytes(advertiseAddr),
      sourcePort: advertisePort,
      sourceNode: name,
    };
  }

  private timeout(): void {
    if (this.stage === STAGE.direct) {
      this.membership.log(`[DEBUG] memberlist: Failed UDP ping: ${this.target!.node.name} (timeout reached)`);
      this.askOthers();
      this.stage = STAGE.indirect;
      // A process that was stopped meanwhile is late.
      this.timer.armAt(Math.max(this.deadlineNs + TIMER_LATENCY_NS, this.clock.now));
    } else if (this.stage === STAGE.indirect) {
      this.giveUp();
    }
  }

  /** Asks others to ping the node, and tries it on a stream. */
  private askOthers(): void {
    const { settings, name } = this.config;
    const { node, address, port } = this.target!;
    const peers = this.membership.nodes.random(settings.indirectChecks, (other) => {
      return other.name === name || other.name === node.name || other.state !== NODE_STATE.alive;
    });
    this.expectedNacks = 0;
    for (const peer of peers) {
      const nack = peer.protocolMax >= NACK_PROTOCOL_VERSION;
      if (nack) this.expectedNacks++;
      const { seqNo, sourceAddr, sourcePort, sourceNode } = this.ping(node.name);
      const source = { sourceAddr, sourcePort, sourceNode };
      const target = addressBytes(address);
      const type = MESSAGE.indirectPing;
      const request: IndirectPing = { type, seqNo, target, port, node: node.name, nack, ...source };
      this.sender.sendMessage(peer, request);
    }
    this.hasTcpContact = false;
    if (settings.disableTcpPings || node.protocolMax < TCP_PING_PROTOCOL_VERSION) return;
    this.abandonTcp = this.streams.ping({ address, port }, this.ping(node.name), this.deadlineNs, () => {
      this.hasTcpContact = true;
    });
  }

  /** The interval is over. */
  private giveUp(): void {
    const { node, incarnation } = this.target!;
    this.acks.forget(this.seqNo);
    this.counters.failedProbes++;
    if (this.hasTcpContact) {
      this.membership.log(
        `[WARN] memberlist: Was able to connect to ${node.name} over TCP but UDP probes failed, ` +
          'network may be misconfigured',
      );
      this.finish(-1);
      return;
    }
    // Others who were asked and said nothing are a sign that it is this node that hears nothing.
    const delta = this.expectedNacks > 0 ? Math.max(this.expectedNacks - this.nacks, 0) : 1;
    this.membership.log(`[INFO] memberlist: Suspect ${node.name} has failed, no acks received`);
    this.membership.suspectNode({ type: MESSAGE.suspect, incarnation, node: node.name, from: this.config.name });
    this.finish(delta);
  }

  private finish(awarenessDelta: number): void {
    this.stage = STAGE.idle;
    this.timer.cancel();
    this.abandonTcp?.();
    this.abandonTcp = null;
    this.membership.awareness.applyDelta(awarenessDelta);
    if (!this.missedTick) return;
    this.missedTick = false;
    this.probe();
  }
}
