/** Intervals, fan-outs and limits of NetworkDB (networkdb.go, cluster.go), each a setting; durations are in ns. */
import { HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND } from '../../sim/units.ts';

export interface NetworkDbSettings {
  /** The most bytes of a compound of table events; the daemon's control plane MTU less 100. */
  packetBufferSize: number;
  /** How often what is new in tables is gossiped, and to how many nodes of the network. */
  gossipIntervalNs: number;
  gossipNodes: number;
  /** A broadcast is sent retransmitMult * ceil(log10(n + 1)) times. */
  retransmitMult: number;
  /** How often all tables are compared with a random node of a network; how many are tried until one answers. */
  bulkSyncIntervalNs: number;
  bulkSyncNodes: number;
  bulkSyncTimeoutNs: number;
  /** What bulk syncs tell is not gossiped on while more than this waits. */
  queueLengthOnSyncMax: number;
  /** How long a deleted entry is remembered, and an attachment to a network: that one longer. */
  reapEntryIntervalNs: number;
  reapNetworkIntervalNs: number;
  reapPeriodNs: number;
  /**
   * What a pass over a network takes beyond its period. On a real machine never nothing, so that the seconds which are
   * left are a whole one less in messages.
   */
  reapCompensationNs: number;
  /** How often a failed node is tried again. */
  retryIntervalNs: number;
  /** How long nodes are remembered that failed or left. */
  nodeReapIntervalNs: number;
  nodeReapPeriodNs: number;
  /** How often it is looked whether any of the nodes is there that this one joined first; how long they are tried. */
  rejoinIntervalNs: number;
  rejoinDurationNs: number;
  /** How long a node waits until its own coming or going has been told, and memberlist's part of the latter. */
  broadcastTimeoutNs: number;
  leaveTimeoutNs: number;
  /**
   * Another name at a node's address is its earlier or its later life. libnetwork takes the one that it hears of last
   * for the later, even where the other is this node itself, which then knows of no network of its own (seen on an
   * engine that was killed and started again within seconds). With this, a node never takes itself for gone, and one
   * that was taken so is there again when the other name has died.
   */
  healsReincarnations: boolean;
  /** Over which time messages are counted for the statistics. */
  statsPeriodNs: number;
}

const REAP_PERIOD_NS = 5 * SECOND;
const REAP_ENTRY_INTERVAL_NS = 30 * MINUTE;

/** What libnetwork does in 20.10, but that it heals reincarnations. */
export function networkDbSettings(): NetworkDbSettings {
  return {
    packetBufferSize: 1400,
    gossipIntervalNs: 200 * MILLISECOND,
    gossipNodes: 3,
    retransmitMult: 4,
    bulkSyncIntervalNs: 30 * SECOND,
    bulkSyncNodes: 2,
    bulkSyncTimeoutNs: 30 * SECOND,
    queueLengthOnSyncMax: 500,
    reapEntryIntervalNs: REAP_ENTRY_INTERVAL_NS,
    // An attachment outlives the entries, whose deletion is told by it.
    reapNetworkIntervalNs: REAP_ENTRY_INTERVAL_NS + 5 * REAP_PERIOD_NS,
    reapPeriodNs: REAP_PERIOD_NS,
    reapCompensationNs: 10 * MICROSECOND,
    retryIntervalNs: SECOND,
    nodeReapIntervalNs: 24 * HOUR,
    nodeReapPeriodNs: 2 * HOUR,
    rejoinIntervalNs: 60 * SECOND,
    rejoinDurationNs: 10 * SECOND,
    broadcastTimeoutNs: 5 * SECOND,
    leaveTimeoutNs: SECOND,
    healsReincarnations: true,
    statsPeriodNs: 5 * MINUTE,
  };
}
