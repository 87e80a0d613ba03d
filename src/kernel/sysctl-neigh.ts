/** Shared by all interfaces, most of which have either nothing written or an address. */
const NONE: ReadonlySet<NeighField> = new Set();
let every: ReadonlySet<NeighField> | null = null;

function everyField(): ReadonlySet<NeighField> {
  return (every ??= new Set([...NEIGH_FILES.values()].map(({ field }) => field)));
}

/**
 * net.ipv4.neigh: timers and limits of the neighbour table, for each interface (Linux: struct neigh_parms). New
 * interfaces start from `default`, which is the machine's and only in its first namespace.
 */
import type { NumberKind } from './sysctl-value.ts';
import {
  MS_KIND,
  NATURAL_KIND,
  POSITIVE_MS_KIND,
  QUEUE_LENGTH_KIND,
  SECOND_KIND,
  USER_HZ_KIND,
} from './sysctl-value.ts';

const SECOND_NS = 1_000_000_000;

export class NeighParms {
  anycastDelayNs = SECOND_NS;
  /** app_solicit: questions to a daemon, which nobody runs here. */
  appProbes = 0;
  baseReachableNs = 30 * SECOND_NS;
  delayProbeNs = 5 * SECOND_NS;
  gcStaleNs = 60 * SECOND_NS;
  intervalProbeNs = 5 * SECOND_NS;
  locktimeNs = SECOND_NS;
  mcastReprobes = 0;
  mcastProbes = 3;
  proxyDelayNs = 800_000_000;
  proxyQlen = 64;
  retransNs = SECOND_NS;
  ucastProbes = 3;
  unresQlenBytes = 212_992;
  /** Drawn from half to one and a half of the base, anew every 300 s; -1 before the first time. */
  reachableNs = -1;
  redrawAtNs = -1;
  /** As DevConf has it. */
  settled: ReadonlySet<NeighField> = NONE;

  copy(): NeighParms {
    const made = new NeighParms();
    for (const { field } of NEIGH_FILES.values()) made[field] = this[field];
    made.settled = this.settled;
    return made;
  }

  settle(): void {
    this.settled = everyField();
  }

  settleField(field: NeighField): void {
    if (!this.settled.has(field)) this.settled = new Set([...this.settled, field]);
  }
}

export type NeighField =
  | 'anycastDelayNs'
  | 'appProbes'
  | 'baseReachableNs'
  | 'delayProbeNs'
  | 'gcStaleNs'
  | 'intervalProbeNs'
  | 'locktimeNs'
  | 'mcastReprobes'
  | 'mcastProbes'
  | 'proxyDelayNs'
  | 'proxyQlen'
  | 'retransNs'
  | 'ucastProbes'
  | 'unresQlenBytes';

interface NeighFile {
  readonly field: NeighField;
  readonly kind: NumberKind;
}

/** Name of the file → field and kind. Two files may show one field in different units. */
export const NEIGH_FILES: ReadonlyMap<string, NeighFile> = new Map([
  ['anycast_delay', { field: 'anycastDelayNs', kind: USER_HZ_KIND }],
  ['app_solicit', { field: 'appProbes', kind: NATURAL_KIND }],
  ['base_reachable_time', { field: 'baseReachableNs', kind: SECOND_KIND }],
  ['base_reachable_time_ms', { field: 'baseReachableNs', kind: MS_KIND }],
  ['delay_first_probe_time', { field: 'delayProbeNs', kind: SECOND_KIND }],
  ['gc_stale_time', { field: 'gcStaleNs', kind: SECOND_KIND }],
  ['interval_probe_time_ms', { field: 'intervalProbeNs', kind: POSITIVE_MS_KIND }],
  ['locktime', { field: 'locktimeNs', kind: USER_HZ_KIND }],
  ['mcast_resolicit', { field: 'mcastReprobes', kind: NATURAL_KIND }],
  ['mcast_solicit', { field: 'mcastProbes', kind: NATURAL_KIND }],
  ['proxy_delay', { field: 'proxyDelayNs', kind: USER_HZ_KIND }],
  ['proxy_qlen', { field: 'proxyQlen', kind: NATURAL_KIND }],
  ['retrans_time', { field: 'retransNs', kind: USER_HZ_KIND }],
  ['retrans_time_ms', { field: 'retransNs', kind: MS_KIND }],
  ['ucast_solicit', { field: 'ucastProbes', kind: NATURAL_KIND }],
  ['unres_qlen', { field: 'unresQlenBytes', kind: QUEUE_LENGTH_KIND }],
  ['unres_qlen_bytes', { field: 'unresQlenBytes', kind: NATURAL_KIND }],
] satisfies [string, NeighFile][]);

/** Limits of the whole machine's table: files of `default` alone. */
export class NeighLimits {
  gcIntervalNs = 30 * SECOND_NS;
  gcThresh1 = 128;
  gcThresh2 = 512;
  gcThresh3 = 1024;
}

interface LimitFile {
  readonly field: keyof NeighLimits;
  readonly kind: NumberKind;
}

export const NEIGH_LIMIT_FILES: ReadonlyMap<string, LimitFile> = new Map([
  ['gc_interval', { field: 'gcIntervalNs', kind: SECOND_KIND }],
  ['gc_thresh1', { field: 'gcThresh1', kind: NATURAL_KIND }],
  ['gc_thresh2', { field: 'gcThresh2', kind: NATURAL_KIND }],
  ['gc_thresh3', { field: 'gcThresh3', kind: NATURAL_KIND }],
] satisfies [string, LimitFile][]);
