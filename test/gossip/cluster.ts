/**
 * A cluster of members over a network in memory: started, joined, cut off, killed and started again by a test, all in
 * virtual time and from one seed.
 */
import type { Ip4 } from '../../src/base/addr.ts';
import { ip4 } from '../../src/base/addr.ts';
import { assert } from '../../src/base/assert.ts';
import type { MemberNode } from '../../src/gossip/delegate.ts';
import type { Keyring } from '../../src/gossip/keyring.ts';
import type { MemberlistConfig, MemberlistSettings } from '../../src/gossip/memberlist/config.ts';
import { lanSettings, memberlistConfig } from '../../src/gossip/memberlist/config.ts';
import { Memberlist } from '../../src/gossip/memberlist/memberlist.ts';
import type { NodeState } from '../../src/gossip/messages.ts';
import { NODE_STATE } from '../../src/gossip/messages.ts';
import type { GossipClock, MemberAddress } from '../../src/gossip/transport.ts';
import { makeEventQueue } from '../../src/sim/queues.ts';
import { Rng } from '../../src/sim/rng.ts';
import { EventSource, Scheduler } from '../../src/sim/scheduler.ts';
import { Timer } from '../../src/sim/timer.ts';
import { Freezer } from './freezer.ts';
import { MemoryNetwork } from './memory-network.ts';

const PORT = 7946;
const FIRST_ADDRESS = ip4('10.0.0.1');

/** What a test has of a member: the member while it runs, and what it has heard of others. */
export interface ClusterNode {
  readonly index: number;
  readonly address: Ip4;
  /** Changes with every start when `ClusterOptions.renames` is set. */
  name: string;
  member: Memberlist | null;
  starts: number;
  /** Stops its process for a while. */
  freezer: Freezer;
}

/** A change that some member has seen in another. */
export interface ClusterEvent {
  readonly timeNs: number;
  readonly observer: string;
  readonly kind: 'join' | 'leave' | 'update';
  readonly node: string;
  readonly state: NodeState;
}

export interface ClusterOptions {
  readonly size: number;
  readonly seed: number;
  readonly settings?: Partial<MemberlistSettings>;
  /** One keyring for all, or none. */
  readonly keyring?: Keyring;
  /** A member that starts again has another name, as Docker's nodes have. */
  readonly renames?: boolean;
  /** Looks at a member's configuration before it starts: delegates go in here. */
  readonly configure?: (config: MemberlistConfig, node: ClusterNode) => void;
}

export class GossipCluster {
  readonly sched: Scheduler;
  readonly rng: Rng;
  readonly network: MemoryNetwork;
  readonly nodes: readonly ClusterNode[];
  /** What members have seen of each other, in order. */
  readonly events: ClusterEvent[];
  /** Hears every line of the members' logs. */
  onLog: ((node: ClusterNode, line: string) => void) | null;
  private readonly options: ClusterOptions;
  private readonly sources: EventSource[];

  constructor(options: ClusterOptions) {
    this.sched = new Scheduler(makeEventQueue('heap', 1024));
    this.rng = Rng.fromSeed(options.seed);
    this.network = new MemoryNetwork(this.sched, new EventSource(0), this.rng.fork('network'));
    this.nodes = Array.from({ length: options.size }, (_, index) => {
      return {
        index,
        address: FIRST_ADDRESS + index,
        name: `n${index}`,
        member: null,
        starts: 0,
        freezer: new Freezer(),
      };
    });
    this.events = [];
    this.onLog = null;
    this.options = options;
    this.sources = this.nodes.map(({ index }) => new EventSource(index + 1));
  }

  /** Starts a member, which knows nobody. */
  start(index: number): Memberlist {
    const node = this.nodes[index]!;
    assert(node.member === null, 'GossipCluster.start: the member does not run');
    node.starts++;
    if (this.options.renames === true) node.name = `n${index}-${node.starts}`;
    const settings = { ...lanSettings(), ...this.options.settings };
    const config = memberlistConfig(node.name, node.address, PORT, settings);
    config.keyring = this.options.keyring ?? null;
    config.events = this.eventsOf(node);
    config.log = (line) => this.onLog?.(node, line);
    this.options.configure?.(config, node);
    const rng = this.rng.fork(`${index}/${node.starts}`);
    const at = { address: node.address, port: PORT };
    node.freezer = new Freezer();
    node.member = Memberlist.create(config, node.freezer.clock(this.clock(index)), rng, (target) => {
      return this.network.open(at, node.freezer.target(target));
    });
    return node.member;
  }

  /** Starts all, each at a random time within `spreadNs`, and joins each to one that was started before. */
  startAll(spreadNs: number): void {
    const times = this.nodes.map(() => this.sched.now + this.rng.below(Math.max(spreadNs, 1)));
    times.sort((left, right) => left - right);
    for (const [index, timeNs] of times.entries()) {
      this.runTo(timeNs);
      this.start(index);
      if (index > 0) this.join(index, this.rng.below(index));
    }
  }

  /** Lets a member join others. */
  join(index: number, ...others: readonly number[]): void {
    this.member(index).join(
      others.map((other) => this.addressOf(other)),
      () => {
        // Who could not be reached is seen in the views.
      },
    );
  }

  /** Kills a member without a word; with `silently` its machine, too, so that dials are not refused either. */
  crash(index: number, silently = true): void {
    const node = this.nodes[index]!;
    const { member } = node;
    assert(member !== null, 'GossipCluster.crash: the member runs');
    node.member = null;
    this.network.crash(node.address, silently);
    member.shutdown();
    node.freezer.kill();
  }

  /** Splits the network: nothing goes between the groups of members. */
  partition(groups: readonly (readonly number[])[]): void {
    this.network.partition(groups.map((group) => group.map((index) => this.nodes[index]!.address)));
  }

  heal(): void {
    this.network.heal();
  }

  member(index: number): Memberlist {
    const { member } = this.nodes[index]!;
    assert(member !== null, 'GossipCluster.member: the member runs');
    return member;
  }

  addressOf(index: number): MemberAddress {
    return { address: this.nodes[index]!.address, port: PORT };
  }

  /** The members that run. */
  running(): ClusterNode[] {
    return this.nodes.filter(({ member }) => member !== null);
  }

  run(durationNs: number): void {
    this.runTo(this.sched.now + durationNs);
  }

  runTo(timeNs: number): void {
    this.sched.run(timeNs, Infinity);
    if (this.sched.now < timeNs) this.sched.advanceTo(timeNs);
  }

  /** Runs until something holds, looked at every `stepNs`; false when it does not within `limitNs`. */
  runUntil(holds: () => boolean, limitNs: number, stepNs: number): boolean {
    const endNs = this.sched.now + limitNs;
    while (!holds()) {
      if (this.sched.now >= endNs) return false;
      this.run(stepNs);
    }
    return true;
  }

  /** Whom a member believes to be neither dead nor gone, by name, sorted. */
  view(index: number): string[] {
    const names = this.member(index).members();
    return names.map(({ name }) => name).sort((left, right) => (left < right ? -1 : 1));
  }

  /** Whether every running member knows exactly the running members, and all of them as alive. */
  agrees(): boolean {
    const running = this.running();
    const names = running.map(({ name }) => name).sort((left, right) => (left < right ? -1 : 1));
    return running.every(({ index, member }) => {
      const all = member!.members();
      return all.every(({ state }) => state === NODE_STATE.alive) && this.view(index).join() === names.join();
    });
  }

  /** The first time at which a member said that of another, undefined if never. */
  firstEvent(kind: ClusterEvent['kind'], node: string, afterNs = 0): ClusterEvent | undefined {
    return this.events.find((event) => event.kind === kind && event.node === node && event.timeNs >= afterNs);
  }

  private clock(index: number): GossipClock {
    const { sched } = this;
    const source = this.sources[index]!;
    return {
      get now() {
        return sched.now;
      },
      newTimer: (expired) => new Timer(sched, source, expired),
    };
  }

  private eventsOf(observer: ClusterNode): MemberlistConfig['events'] {
    const note = (kind: ClusterEvent['kind'], { name, state }: MemberNode): void => {
      this.events.push({ timeNs: this.sched.now, observer: observer.name, kind, node: name, state });
    };
    return {
      notifyJoin: (node) => {
        note('join', node);
      },
      notifyLeave: (node) => {
        note('leave', node);
      },
      notifyUpdate: (node) => {
        note('update', node);
      },
    };
  }
}
