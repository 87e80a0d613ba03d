/** What a member does of its own accord beside probing (schedule, state.go): gossip, and push/pulls with somebody. */
import { formatIp4 } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import { NODE_STATE } from '../messages.ts';
import type { GossipClock, GossipTimer } from '../transport.ts';
import type { MemberlistConfig } from './config.ts';
import { pushPullScaleNs } from './formulas.ts';
import type { Membership } from './membership.ts';
import type { PacketSender } from './packet-sender.ts';
import type { Streams } from './streams.ts';

export class Ticks {
  private readonly config: MemberlistConfig;
  private readonly membership: Membership;
  private readonly sender: PacketSender;
  private readonly streams: Streams;
  private readonly rng: Rng;
  private readonly gossipTimer: GossipTimer;
  private readonly pushPullTimer: GossipTimer;
  /** Until then the timer of push/pulls runs for the stagger. */
  private isStaggered: boolean;
  private isStopped: boolean;

  constructor(
    config: MemberlistConfig,
    membership: Membership,
    sender: PacketSender,
    streams: Streams,
    clock: GossipClock,
    rng: Rng,
  ) {
    this.config = config;
    this.membership = membership;
    this.sender = sender;
    this.streams = streams;
    this.rng = rng;
    this.gossipTimer = clock.newTimer(() => {
      this.gossip();
    });
    this.pushPullTimer = clock.newTimer(() => {
      this.pushPullTick();
    });
    this.isStaggered = false;
    this.isStopped = false;
  }

  /**
   * Gossip begins after one interval: as with probes, the library's stagger makes no difference there. Of push/pulls it
   * does: the first comes after it and a whole interval.
   */
  start(): void {
    const { gossipIntervalNs, gossipNodes, pushPullIntervalNs } = this.config.settings;
    if (gossipIntervalNs > 0 && gossipNodes > 0) this.gossipTimer.arm(gossipIntervalNs);
    if (pushPullIntervalNs > 0) this.pushPullTimer.arm(this.rng.below(pushPullIntervalNs));
  }

  stop(): void {
    this.isStopped = true;
    this.gossipTimer.dispose();
    this.pushPullTimer.dispose();
  }

  private gossip(): void {
    this.gossipTimer.arm(this.config.settings.gossipIntervalNs);
    this.sender.gossip();
  }

  /** The larger the cluster, the rarer the push/pulls of each. */
  private armPushPull(): void {
    this.pushPullTimer.arm(pushPullScaleNs(this.config.settings.pushPullIntervalNs, this.membership.nodes.size));
  }

  private pushPullTick(): void {
    if (this.isStaggered) {
      this.pushPull();
    } else {
      this.isStaggered = true;
      this.armPushPull();
    }
  }

  /** Exchanges states with somebody; the next interval begins when that is over. */
  private pushPull(): void {
    const { name } = this.config;
    const [node] = this.membership.nodes.random(1, (other) => other.name === name || other.state !== NODE_STATE.alive);
    if (node === undefined) {
      this.armPushPull();
      return;
    }
    const where = `${node.name} ${formatIp4(node.address)}:${node.port}`;
    this.membership.log(`[DEBUG] memberlist: Initiating push/pull sync with: ${where}`);
    this.streams.pushPull({ address: node.address, port: node.port }, false, (error) => {
      if (this.isStopped) return;
      if (error !== null) this.membership.log(`[ERR] memberlist: Push/Pull with ${node.name} failed: ${error}`);
      this.armPushPull();
    });
  }
}
