/** Settings of a member, under hashicorp/memberlist's names (config.go); durations are in ns. */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { MILLISECOND, SECOND } from '../../sim/units.ts';
import type {
  AliveDelegate,
  ConflictDelegate,
  Delegate,
  EventDelegate,
  MergeDelegate,
  PingDelegate,
} from '../delegate.ts';
import type { Keyring } from '../keyring.ts';

/** Intervals, fan-outs and limits: what the library's profiles differ in, and what people tune. */
export interface MemberlistSettings {
  /** How long a stream may take to stand, and to bring what it is to bring. */
  tcpTimeoutNs: number;
  /** How many others are asked to ping a member that does not answer. */
  indirectChecks: number;
  /** A broadcast is sent retransmitMult * ceil(log10(n + 1)) times. */
  retransmitMult: number;
  /** A suspect is dead after at least suspicionMult * max(1, log10(n)) probe intervals. */
  suspicionMult: number;
  /** Without confirmations by others a suspect has this many times as long. */
  suspicionMaxTimeoutMult: number;
  /** 0 for no periodic push/pull. */
  pushPullIntervalNs: number;
  /** 0 for no probes. */
  probeIntervalNs: number;
  probeTimeoutNs: number;
  disableTcpPings: boolean;
  /** The health score stays below this. */
  awarenessMaxMultiplier: number;
  /** 0 for no gossip of its own accord; broadcasts still ride on pings and acknowledgments. */
  gossipIntervalNs: number;
  gossipNodes: number;
  /** Dead members are told what goes on for so long, so that they may refute. */
  gossipToTheDeadTimeNs: number;
  /** With a keyring: whether plain datagrams and streams are refused. */
  gossipVerifyIncoming: boolean;
  /** With a keyring: whether what is sent is encrypted. */
  gossipVerifyOutgoing: boolean;
  enableCompression: boolean;
  /** 1 to 5; what the library speaks of its own accord is 2. */
  protocolVersion: number;
  delegateProtocolMin: number;
  delegateProtocolMax: number;
  delegateProtocolVersion: number;
  /** Messages of one datagram that may wait to be handled. */
  handoffQueueDepth: number;
  /** The most bytes of a datagram. */
  udpBufferSize: number;
  /** After this long dead, a name may come back with another address; 0 for never. */
  deadNodeReclaimTimeNs: number;
  /** Whose addresses members may have; null for any. */
  cidrsAllowed: readonly Cidr[] | null;
}

/** Who a member is, who stands above it, and its settings. */
export interface MemberlistConfig {
  /** Unique in the cluster. */
  name: string;
  /** What others reach it at, by UDP and TCP alike. */
  advertiseAddr: Ip4;
  advertisePort: number;
  /** The port of members that do not say theirs. */
  bindPort: number;
  settings: MemberlistSettings;
  /** Null where nothing is encrypted. May change while the member runs. */
  keyring: Keyring | null;
  delegate: Delegate | null;
  events: EventDelegate | null;
  ping: PingDelegate | null;
  conflict: ConflictDelegate | null;
  merge: MergeDelegate | null;
  alive: AliveDelegate | null;
  /** Hears what the library would write to its log, without time and place. */
  log: ((line: string) => void) | null;
}

/** For members on one network: what most use (DefaultLANConfig). */
export function lanSettings(): MemberlistSettings {
  return {
    tcpTimeoutNs: 10 * SECOND,
    indirectChecks: 3,
    retransmitMult: 4,
    suspicionMult: 4,
    suspicionMaxTimeoutMult: 6,
    pushPullIntervalNs: 30 * SECOND,
    probeIntervalNs: SECOND,
    probeTimeoutNs: 500 * MILLISECOND,
    disableTcpPings: false,
    awarenessMaxMultiplier: 8,
    gossipIntervalNs: 200 * MILLISECOND,
    gossipNodes: 3,
    gossipToTheDeadTimeNs: 30 * SECOND,
    gossipVerifyIncoming: true,
    gossipVerifyOutgoing: true,
    enableCompression: true,
    protocolVersion: 2,
    delegateProtocolMin: 0,
    delegateProtocolMax: 0,
    delegateProtocolVersion: 0,
    handoffQueueDepth: 1024,
    udpBufferSize: 1400,
    deadNodeReclaimTimeNs: 0,
    cidrsAllowed: null,
  };
}

/** For members far apart (DefaultWANConfig). */
export function wanSettings(): MemberlistSettings {
  return {
    ...lanSettings(),
    tcpTimeoutNs: 30 * SECOND,
    suspicionMult: 6,
    pushPullIntervalNs: 60 * SECOND,
    probeTimeoutNs: 3 * SECOND,
    probeIntervalNs: 5 * SECOND,
    gossipNodes: 4,
    gossipIntervalNs: 500 * MILLISECOND,
    gossipToTheDeadTimeNs: 60 * SECOND,
  };
}

/** For members on one machine (DefaultLocalConfig). */
export function localSettings(): MemberlistSettings {
  return {
    ...lanSettings(),
    tcpTimeoutNs: SECOND,
    indirectChecks: 1,
    retransmitMult: 2,
    suspicionMult: 3,
    pushPullIntervalNs: 15 * SECOND,
    probeTimeoutNs: 200 * MILLISECOND,
    probeIntervalNs: SECOND,
    gossipIntervalNs: 100 * MILLISECOND,
    gossipToTheDeadTimeNs: 15 * SECOND,
  };
}

/** A member of that name at that address with nothing above it. */
export function memberlistConfig(
  name: string,
  address: Ip4,
  port: number,
  settings: MemberlistSettings = lanSettings(),
): MemberlistConfig {
  return {
    name,
    advertiseAddr: address,
    advertisePort: port,
    bindPort: port,
    settings,
    keyring: null,
    delegate: null,
    events: null,
    ping: null,
    conflict: null,
    merge: null,
    alive: null,
    log: null,
  };
}
