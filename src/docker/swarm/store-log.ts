/**
 * The managers' log, through which every change of the store goes: Raft, with its entries put into the store of each
 * manager. A manager by itself agrees with itself at once. Twin of swarmkit's manager/state/raft/raft.go.
 */
import { Answer } from './answer.ts';
import { RpcError } from './control/rpc.ts';
import type { JsonValue } from './control/rpc.ts';
import type { ManagerHost } from './manager/context.ts';
import type { Entry, EntryData, Snapshot } from './raft/raft-log.ts';
import { RaftStorage } from './raft/raft-log.ts';
import type { RaftMessage } from './raft/raft-message.ts';
import { RaftNode } from './raft/raft-node.ts';
import type { StoreObject } from './objects.ts';
import type { Change, MemoryStore } from './store.ts';

/** A manager that has a voice in the log. */
export interface LogMember {
  readonly nodeId: string;
  /** Where others reach it: `192.168.50.11:2377`. */
  readonly addr: string;
  readonly isLeader: boolean;
  readonly isReachable: boolean;
}

/** What is known of a member before it has said anything. */
export type MemberAddress = Pick<LogMember, 'nodeId' | 'addr'>;

export interface StoreLog {
  /** Whether this manager may propose changes. */
  readonly isLeader: boolean;
  /** Who leads as far as this manager knows. */
  readonly leader: MemberAddress | null;
  /** The number of the last entry that is in the store. */
  readonly index: number;
  /** Comes when the store has that entry; at once when this manager stops. */
  whenApplied(index: number): Answer<null>;
  /** The members as far as this manager knows. */
  members(): readonly LogMember[];
  /** The answer comes when the change is in the store of this manager. */
  propose(change: Change): Answer<null>;
  /** A change of members; refused while another one is under way. */
  changeMembers(kind: 'add' | 'remove', member: MemberAddress): Answer<null>;
  /** Lets another member lead. */
  transferLeadership(): void;
  /** Calls `listener` when members come or go; the function ends that. */
  watchMembers(listener: () => void): () => void;
}

/** The way to the other members. */
export interface LogPeers {
  send(to: MemberAddress, message: RaftMessage): void;
  isReachable(nodeId: string): boolean;
}

/** Who hears of what becomes of this member. */
export interface LogListener {
  /** It leads, and its store has all that was agreed on before. */
  lead(): void;
  /** Another leads, or nobody. */
  follow(): void;
}

export interface LogParts {
  readonly host: ManagerHost;
  readonly store: MemoryStore;
  readonly self: MemberAddress;
  readonly peers: LogPeers;
}

const TICK_NS = 1_000_000_000;
const LOST_LEADERSHIP = 'raft: failed to process the request: node lost leader status';
/** The swarm's networks `bridge` and `host` are an entry of their own in swarmkit; this store does not keep them. */
const PREDEFINED_NETWORKS: Change = { actions: [], timeNs: 0 };

export class RaftStoreLog implements StoreLog {
  private readonly parts: LogParts;
  private readonly self: string;
  private readonly storage: RaftStorage;
  private readonly node: RaftNode;
  private readonly pending = new Map<number, Answer<null>>();
  private readonly waiting = new Set<{ readonly index: number; readonly answer: Answer<null> }>();
  private readonly removed = new Set<string>();
  private readonly memberWatchers = new Set<() => void>();
  private listener: LogListener | null = null;
  private cancelTick: (() => void) | null = null;
  private isStopped = false;

  /** `begins` makes the first member of a group, which leads at once; otherwise it waits to be told of the group. */
  constructor(parts: LogParts, begins: boolean) {
    this.parts = parts;
    this.self = memberName(parts.self);
    this.storage = new RaftStorage(begins ? [this.self] : [], parts.store.snapshot() as unknown as JsonValue);
    this.node = new RaftNode(this.self, this.storage, parts.host.rng.fork('raft'), {
      send: (message) => {
        parts.peers.send(memberAddress(message.to), message);
      },
      apply: (entry) => {
        this.apply(entry);
      },
      state: () => parts.store.snapshot() as unknown as JsonValue,
      restore: (snapshot) => {
        this.restore(snapshot);
      },
      leaderChanged: (leader) => {
        if (leader !== this.self) this.loseLeadership();
      },
    });
    if (begins) {
      this.node.campaign();
      this.propose(PREDEFINED_NETWORKS);
    }
    this.keepTicking();
  }

  /** From now on `listener` is told. */
  attend(listener: LogListener): void {
    this.listener = listener;
  }

  /** Nothing is said or heard any more. */
  stop(): void {
    this.isStopped = true;
    this.cancelTick?.();
    this.cancelTick = null;
    this.tellWaiting(Infinity);
  }

  get isLeader(): boolean {
    return this.node.role === 'leader';
  }

  get leader(): MemberAddress | null {
    return this.node.leader === '' ? null : memberAddress(this.node.leader);
  }

  get index(): number {
    return this.node.applied;
  }

  whenApplied(index: number): Answer<null> {
    if (index <= this.index || this.isStopped) return Answer.of(null);
    const answer = new Answer<null>();
    this.waiting.add({ index, answer });
    return answer;
  }

  members(): readonly LogMember[] {
    return [...this.node.members].map((name) => {
      const member = memberAddress(name);
      const isReachable = name === this.self || this.parts.peers.isReachable(member.nodeId);
      return { ...member, isLeader: name === this.node.leader, isReachable };
    });
  }

  propose(change: Change): Answer<null> {
    return this.enter({ kind: 'change', change: change as unknown as JsonValue });
  }

  changeMembers(kind: 'add' | 'remove', member: MemberAddress): Answer<null> {
    return this.enter({ kind, member: memberName(member) });
  }

  transferLeadership(): void {
    this.node.transferLeadership();
  }

  watchMembers(listener: () => void): () => void {
    this.memberWatchers.add(listener);
    return () => this.memberWatchers.delete(listener);
  }

  /**
   * What another member says, from whom as its connection tells. Throws an RpcError on a leader who knows that it is
   * a member no longer.
   */
  step(sender: MemberAddress, said: RaftMessage): void {
    if (this.isStopped) return;
    const message = { ...said, from: memberName(sender), to: this.self };
    if (this.isLeader && this.removed.has(message.from)) {
      throw new RpcError('NotFound', 'raft: member was removed from the cluster');
    }
    this.node.step(message);
  }

  private enter(data: EntryData): Answer<null> {
    const answer = new Answer<null>();
    const index = this.storage.lastIndex + 1;
    this.pending.set(index, answer);
    if (this.node.propose(data) !== 0) return answer;
    this.pending.delete(index);
    answer.reject(new RpcError('Unknown', LOST_LEADERSHIP));
    return answer;
  }

  private apply({ data, index, term }: Entry): void {
    if (data === null) {
      // What earlier leaders left is in the store.
      if (this.isLeader && term === this.node.term) this.listener?.lead();
    } else if (data.kind === 'change') this.parts.store.apply(data.change as unknown as Change, index);
    else this.heedMember(data.kind, data.member);
    const answer = this.pending.get(index);
    this.pending.delete(index);
    answer?.resolve(null);
    this.tellWaiting(index);
  }

  private tellWaiting(index: number): void {
    for (const each of [...this.waiting]) {
      if (each.index <= index && this.waiting.delete(each)) each.answer.resolve(null);
    }
  }

  private heedMember(kind: 'add' | 'remove', member: string): void {
    if (kind === 'add') this.removed.delete(member);
    else this.removed.add(member);
    this.tellMembers();
    this.keepTicking();
  }

  private restore({ index, state }: Snapshot): void {
    this.parts.store.restore(state as unknown as readonly (readonly StoreObject[])[]);
    this.tellMembers();
    this.tellWaiting(index);
  }

  private tellMembers(): void {
    for (const listener of [...this.memberWatchers]) listener();
  }

  private loseLeadership(): void {
    const lost = [...this.pending.values()];
    this.pending.clear();
    this.listener?.follow();
    for (const answer of lost) answer.reject(new RpcError('Unknown', LOST_LEADERSHIP));
  }

  /** A manager by itself has nobody to hear from. */
  private keepTicking(): void {
    const isAlone = this.isLeader && this.node.members.size === 1;
    if (this.cancelTick !== null || this.isStopped || isAlone) return;
    this.cancelTick = this.parts.host.after(TICK_NS, () => {
      this.cancelTick = null;
      this.node.tick();
      this.keepTicking();
    });
  }
}

/** A member as the group knows it: its node's id, and where it is. */
function memberName({ nodeId, addr }: MemberAddress): string {
  return `${nodeId} ${addr}`;
}

function memberAddress(name: string): MemberAddress {
  const [nodeId = '', addr = ''] = name.split(' ');
  return { nodeId, addr };
}
