/** Settings of serf under its own names (config.go), and who hears of what happens; durations are in ns. */
import { MILLISECOND, SECOND } from '../../sim/units.ts';
import type { MemberlistConfig } from '../memberlist/config.ts';
import type { Slice } from '../messages.ts';
import type { IncomingQuery } from './serf-queries.ts';
import type { SerfMember } from './serf-members.ts';

const MINUTE = 60 * SECOND;

export interface SerfSettings {
  /** Entries of the rings of recent events and queries. */
  eventBuffer: number;
  queryBuffer: number;
  /** Events of one name that may be put together wait for each other so long; 0: nothing waits. */
  userCoalescePeriodNs: number;
  /** …or until none has come for so long. */
  userQuiescentPeriodNs: number;
  /** How long a leave may take to be told. */
  broadcastTimeoutNs: number;
  /** How long a member that has left answers probes still. */
  leavePropagateDelayNs: number;
  /** How often failed members are tried again, forgotten members are looked for. */
  reconnectIntervalNs: number;
  reapIntervalNs: number;
  /** Failed members are forgotten after so long, those that have left after `tombstoneTimeoutNs`. */
  reconnectTimeoutNs: number;
  tombstoneTimeoutNs: number;
  recentIntentTimeoutNs: number;
  /** A query without a timeout has this many gossip intervals times the digits of the cluster's size. */
  queryTimeoutMult: number;
  querySizeLimit: number;
  queryResponseSizeLimit: number;
  userEventSizeLimit: number;
}

/** What serf takes when nobody says otherwise (DefaultConfig). */
export function serfSettings(): SerfSettings {
  return {
    eventBuffer: 512,
    queryBuffer: 512,
    userCoalescePeriodNs: 0,
    userQuiescentPeriodNs: 0,
    broadcastTimeoutNs: 5 * SECOND,
    leavePropagateDelayNs: SECOND,
    reconnectIntervalNs: 30 * SECOND,
    reapIntervalNs: 15 * SECOND,
    reconnectTimeoutNs: 24 * 60 * MINUTE,
    tombstoneTimeoutNs: 24 * 60 * MINUTE,
    recentIntentTimeoutNs: 5 * MINUTE,
    queryTimeoutMult: 16,
    querySizeLimit: 1024,
    queryResponseSizeLimit: 1024,
    userEventSizeLimit: 512,
  };
}

/** What libnetwork's overlay driver of old sets (ov_serf.go). */
export function overlaySerfSettings(): SerfSettings {
  return { ...serfSettings(), userCoalescePeriodNs: SECOND, userQuiescentPeriodNs: 50 * MILLISECOND };
}

/** Who stands above serf. */
export interface SerfHandler {
  memberJoin(member: SerfMember): void;
  /** Has left in peace. */
  memberLeave(member: SerfMember): void;
  memberFailed(member: SerfMember): void;
  memberUpdate(member: SerfMember): void;
  /** Is forgotten. */
  memberReap(member: SerfMember): void;
  userEvent(event: { ltime: number; name: string; payload: Slice; canCoalesce: boolean }): void;
  /** Somebody asks; the handler may answer at once or later. */
  query(query: IncomingQuery): void;
}

export interface SerfConfig {
  /** Name, address, settings and keyring of the member below; its delegates are serf's. */
  memberlist: MemberlistConfig;
  tags: ReadonlyMap<string, string>;
  settings: SerfSettings;
  handler: SerfHandler;
}
