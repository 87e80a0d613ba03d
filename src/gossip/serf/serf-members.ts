/**
 * Who is in the cluster, as serf sees it (serf.go): what memberlist says of who is there, and what members have said
 * of themselves before (intents), each with a Lamport time, so that a member which has left is told from one that
 * failed.
 */
import type { Ip4 } from '../../base/addr.ts';
import type { MemberNode } from '../delegate.ts';
import type { GossipClock } from '../transport.ts';
import { decodeTags } from './tags.ts';
import type { SerfHandler, SerfSettings } from './serf-config.ts';

export type SerfStatus = 'alive' | 'leaving' | 'left' | 'failed';

export interface SerfMember {
  readonly name: string;
  readonly address: Ip4;
  readonly port: number;
  readonly tags: ReadonlyMap<string, string>;
  readonly status: SerfStatus;
}

interface MemberState {
  name: string;
  address: Ip4;
  port: number;
  tags: ReadonlyMap<string, string>;
  status: SerfStatus;
  /** The Lamport time of the last intent. */
  statusLTime: number;
  /** When it went. */
  leaveTimeNs: number;
}

interface Intent {
  readonly kind: 'join' | 'leave';
  readonly ltime: number;
  readonly timeNs: number;
}

export class SerfMembers {
  /** In the order in which they came. */
  private readonly members = new Map<string, MemberState>();
  /** Of nodes that memberlist has not told of yet. */
  private readonly intents = new Map<string, Intent>();
  private readonly clock: GossipClock;
  private readonly settings: SerfSettings;
  private readonly handler: SerfHandler;
  private readonly forgotten: (name: string) => void;

  /** `forgotten` hears of nodes that are forgotten before the handler does. */
  constructor(clock: GossipClock, settings: SerfSettings, handler: SerfHandler, forgotten: (name: string) => void) {
    this.forgotten = forgotten;
    this.clock = clock;
    this.settings = settings;
    this.handler = handler;
  }

  list(): SerfMember[] {
    return [...this.members.values()].map((member) => ({ ...member }));
  }

  withStatus(status: SerfStatus): SerfMember[] {
    return this.list().filter((member) => member.status === status);
  }

  statusLTimes(): [string, number][] {
    return [...this.members.values()].map(({ name, statusLTime }) => [name, statusLTime]);
  }

  statusLTime(name: string): number | undefined {
    return this.members.get(name)?.statusLTime;
  }

  hasAliveOthers(self: string): boolean {
    return [...this.members.values()].some(({ name, status }) => name !== self && status === 'alive');
  }

  /** handleNodeJoin. */
  nodeJoined(node: MemberNode): void {
    let member = this.members.get(node.name);
    if (member === undefined) {
      const intent = this.intents.get(node.name);
      member = { ...this.describe(node), status: 'alive', statusLTime: intent?.ltime ?? 0, leaveTimeNs: 0 };
      if (intent?.kind === 'leave') member.status = 'leaving';
      this.members.set(node.name, member);
    } else {
      Object.assign(member, this.describe(node), { status: 'alive', leaveTimeNs: 0 });
    }
    this.handler.memberJoin({ ...member });
  }

  /** handleNodeLeave: in peace when it has said so before. */
  nodeLeft(node: MemberNode): void {
    const member = this.members.get(node.name);
    if (member === undefined || (member.status !== 'leaving' && member.status !== 'alive')) return;
    const isPeaceful = member.status === 'leaving';
    member.status = isPeaceful ? 'left' : 'failed';
    member.leaveTimeNs = this.clock.now;
    if (isPeaceful) this.handler.memberLeave({ ...member });
    else this.handler.memberFailed({ ...member });
  }

  nodeUpdated(node: MemberNode): void {
    const member = this.members.get(node.name);
    if (member === undefined) return;
    Object.assign(member, this.describe(node));
    this.handler.memberUpdate({ ...member });
  }

  /** handleNodeJoinIntent; whether it was news. */
  joinIntent(name: string, ltime: number): boolean {
    const member = this.members.get(name);
    if (member === undefined) return this.upsertIntent(name, 'join', ltime);
    if (ltime <= member.statusLTime) return false;
    member.statusLTime = ltime;
    // What it said of leaving was older.
    if (member.status === 'leaving') member.status = 'alive';
    return true;
  }

  /** handleNodeLeaveIntent, but for the refutation by the node itself; whether it was news. */
  leaveIntent(name: string, ltime: number, prune: boolean): boolean {
    const member = this.members.get(name);
    if (member === undefined) return this.upsertIntent(name, 'leave', ltime);
    if (ltime <= member.statusLTime) return false;
    member.statusLTime = ltime;
    if (member.status === 'alive') {
      member.status = 'leaving';
    } else if (member.status === 'failed') {
      member.status = 'left';
      this.handler.memberLeave({ ...member });
    }
    if (prune && member.status !== 'leaving') this.forget(member);
    return true;
  }

  /** Forgets those that are long gone (handleReap). */
  reap(): void {
    for (const member of [...this.members.values()]) {
      const { reconnectTimeoutNs, tombstoneTimeoutNs } = this.settings;
      const timeoutNs = member.status === 'failed' ? reconnectTimeoutNs : tombstoneTimeoutNs;
      const isGone = member.status === 'failed' || member.status === 'left';
      if (isGone && this.clock.now - member.leaveTimeNs > timeoutNs) this.forget(member);
    }
    for (const [name, { timeNs }] of [...this.intents]) {
      if (this.clock.now - timeNs > this.settings.recentIntentTimeoutNs) this.intents.delete(name);
    }
  }

  private forget(member: MemberState): void {
    this.members.delete(member.name);
    this.forgotten(member.name);
    this.handler.memberReap({ ...member });
  }

  private describe(node: MemberNode): Pick<MemberState, 'name' | 'address' | 'port' | 'tags'> {
    const tags = decodeTags(node.meta);
    const known = typeof tags === 'string' ? new Map<string, string>() : tags;
    return { name: node.name, address: node.address, port: node.port, tags: known };
  }

  private upsertIntent(name: string, kind: Intent['kind'], ltime: number): boolean {
    const intent = this.intents.get(name);
    if (intent !== undefined && ltime <= intent.ltime) return false;
    this.intents.set(name, { kind, ltime, timeNs: this.clock.now });
    return true;
  }
}
