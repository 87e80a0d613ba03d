/**
 * One file of /proc/sys: how it reads and what it does when it is written (Linux: ctl_table and its proc_handler).
 */
import type { Errno } from './errno.ts';
import type { ConfField, DevConf } from './sysctl-conf.ts';
import { CONF_FIELDS } from './sysctl-conf.ts';
import { CONNTRACK_FILES } from './sysctl-conntrack.ts';
import type { NeighLimits, NeighParms } from './sysctl-neigh.ts';
import { NEIGH_FILES, NEIGH_LIMIT_FILES } from './sysctl-neigh.ts';
import { SYSCTL_ROWS } from './sysctl-table.ts';
import type { TcpNumberField } from './sysctl-tcp.ts';
import { tcpField } from './sysctl-tcp.ts';
import type { NumberKind } from './sysctl-value.ts';
import { INT_KIND, MS_KIND, NATURAL_KIND, rangeKind, readNumbers, SECOND_KIND, SWITCH_KIND } from './sysctl-value.ts';
import type { Sysctls } from './sysctl.ts';

export interface SysctlFile {
  readonly read: (tree: Sysctls) => string;
  /** False when the text is not a value for the file (EINVAL). */
  readonly write: (tree: Sysctls, text: string) => boolean;
  /** Why it is not a value, where that is no EINVAL. */
  readonly refusal?: Errno;
  readonly isReadOnly: boolean;
  readonly isWriteOnly: boolean;
  /** The machine has one, and only its first namespace sees it. */
  readonly isMachine: boolean;
  /** The machine has one; its other namespaces may read it. */
  readonly isShared: boolean;
}

const PLAIN = { isReadOnly: false, isWriteOnly: false, isMachine: false, isShared: false } as const;

/** The path below /proc/sys of a key: whichever of `.` and `/` comes first parts its words (procps: slashdot). */
export function sysctlPath(key: string): string {
  const separator = /[./]/.exec(key)?.[0];
  return separator === '.' ? swapSeparators(key) : key;
}

/** A path as sysctl(8) prints it. */
export function sysctlName(path: string): string {
  return swapSeparators(path);
}

function swapSeparators(text: string): string {
  return text.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}

/** A file that keeps what is written, in a map of its owner. */
export function keptFile(kept: Map<string, string>, path: string, fallback: string): SysctlFile {
  return {
    ...PLAIN,
    read: () => kept.get(path) ?? fallback,
    write: (_tree, text) => {
      kept.set(path, text.trim());
      return true;
    },
  };
}

/** What is written to `default` for these holds for new interfaces only (Linux: DEVINET_SYSCTL_FLUSHING_ENTRY). */
const STAYS_PUT: ReadonlySet<ConfField> = new Set<ConfField>([
  'disableXfrm',
  'disablePolicy',
  'promoteSecondaries',
  'routeLocalnet',
  'dropUnicastInL2Multicast',
]);

/** A file of net.ipv4.conf.X. */
export function confFile(leaf: string, conf: DevConf): SysctlFile | undefined {
  const field = CONF_FIELDS.get(leaf);
  if (field === undefined) return undefined;
  return {
    ...PLAIN,
    isReadOnly: leaf === 'mc_forwarding',
    read: () => String(conf[field]),
    write: (tree, text) => {
      const value = readNumbers(text, 1)?.[0];
      if (value === undefined || INT_KIND.keep(value) === null) return false;
      if (field === 'forwarding') setForwarding(tree, conf, value);
      else {
        conf[field] = value;
        if (!STAYS_PUT.has(field)) {
          conf.settleField(field);
          if (conf === tree.confDefault) spreadDefault(tree, field);
        }
        tree.owner?.flushRoutes();
      }
      return true;
    },
  };
}

/** Twin of devinet_copy_dflt_conf: interfaces that were left alone so far follow `default`. */
function spreadDefault(tree: Sysctls, field: ConfField): void {
  for (const dev of tree.owner?.listDevices() ?? []) {
    if (!dev.conf.settled.has(field)) dev.conf[field] = tree.confDefault[field];
  }
}

/** Twin of devinet_sysctl_forward and inet_forward_change: `all` sets every interface, and what redirects mean. */
function setForwarding(tree: Sysctls, conf: DevConf, value: number): void {
  if (conf.forwarding === value) return;
  conf.forwarding = value;
  if (conf === tree.confAll) {
    conf.acceptRedirects = value === 0 ? 1 : 0;
    tree.confDefault.forwarding = value;
    for (const dev of tree.owner?.listDevices() ?? []) dev.conf.forwarding = value;
  }
  tree.owner?.flushRoutes();
}

/** A file of net.ipv4.neigh.X. */
export function neighFile(leaf: string, parms: NeighParms): SysctlFile | undefined {
  const entry = NEIGH_FILES.get(leaf);
  if (entry === undefined) return undefined;
  const { field, kind } = entry;
  return {
    ...PLAIN,
    read: () => String(kind.show(parms[field])),
    write: (tree, text) => {
      const kept = keepOne(kind, text);
      if (kept === null) return false;
      parms[field] = kept;
      parms.settleField(field);
      // Drawn anew at once (neigh_proc_base_reachable_time).
      if (field === 'baseReachableNs') parms.redrawAtNs = -1;
      if (parms === tree.neighDefault) {
        for (const each of tree.family.flatMap((other) => other.owner?.listDevices() ?? [])) {
          if (!each.arpParms.settled.has(field)) each.arpParms[field] = kept;
        }
      }
      return true;
    },
  };
}

/** A file of net.ipv4.neigh.default that is the whole table's. */
export function limitFile(leaf: string, limits: NeighLimits): SysctlFile | undefined {
  const entry = NEIGH_LIMIT_FILES.get(leaf);
  if (entry === undefined) return undefined;
  const { field, kind } = entry;
  return {
    ...PLAIN,
    read: () => String(kind.show(limits[field])),
    write: (_tree, text) => {
      const kept = keepOne(kind, text);
      if (kept === null) return false;
      limits[field] = kept;
      return true;
    },
  };
}

function keepOne(kind: NumberKind, text: string): number | null {
  const value = readNumbers(text, 1)?.[0];
  return value === undefined ? null : kind.keep(value);
}

const INT_MAX = 2 ** 31 - 1;
const KINDS: ReadonlyMap<string, NumberKind> = new Map([
  ['int', INT_KIND],
  ['ms', MS_KIND],
  ['seconds', SECOND_KIND],
  ['switch', SWITCH_KIND],
  ['ro', NATURAL_KIND],
]);

function kindOf(range: string): NumberKind {
  const known = KINDS.get(range);
  if (known !== undefined) return known;
  const [low, high] = range.split('..');
  return rangeKind(Number(low), high === '' ? INT_MAX : Number(high));
}

let scalars: Map<string, SysctlFile> | null = null;

/** The files that belong to no interface, by path. */
export function scalarFiles(): ReadonlyMap<string, SysctlFile> {
  scalars ??= makeScalars();
  return scalars;
}

function makeScalars(): Map<string, SysctlFile> {
  const files = new Map<string, SysctlFile>(Object.entries({ ...OTHER_FILES, ...CONNTRACK_FILES }));
  for (const row of SYSCTL_ROWS.trim().split('\n')) {
    const [name, where, defaults, field] = row.split(' ') as [string, string, string, NumberField | undefined];
    const path = sysctlPath(name);
    const [scope, range] = where.includes(':') ? (where.split(':') as [string, string]) : ['', where];
    const kind = kindOf(range);
    const access = field === undefined ? freeNumbers(path, defaults, kind) : fieldNumber(field, kind);
    const marks = { isReadOnly: range === 'ro', isMachine: scope === 'machine', isShared: scope === 'shared' };
    files.set(path, { ...PLAIN, ...marks, ...access });
  }
  return files;
}

/** Fields of the tree that a file shows. */
type NumberField = Exclude<{ [K in keyof Sysctls]: Sysctls[K] extends number ? K : never }[keyof Sysctls], 'ipForward'>;

type Access = Pick<SysctlFile, 'read' | 'write'>;

function fieldNumber(field: NumberField, kind: NumberKind): Access {
  return {
    read: (tree) => String(kind.show(tree[field])),
    write: (tree, text) => {
      const kept = keepOne(kind, text);
      if (kept !== null) tree[field] = kept;
      return kept !== null;
    },
  };
}

/** What is no field of the tree: TCP's own, or kept as text. */
function freeNumbers(path: string, defaults: string, kind: NumberKind): Access {
  const field = tcpField(path.slice('net/ipv4/'.length));
  return field === undefined ? keptNumbers(path, defaults, kind) : tcpNumber(field, kind);
}

function tcpNumber(field: TcpNumberField, kind: NumberKind): Access {
  return {
    read: (tree) => String(kind.show(tree.tcp[field])),
    write: (tree, text) => {
      const kept = keepOne(kind, text);
      if (kept !== null) tree.tcp[field] = kept;
      return kept !== null;
    },
  };
}

/** Three sizes of a buffer. */
function bufferSizes(field: 'rmemBytes' | 'wmemBytes'): SysctlFile {
  return {
    ...PLAIN,
    read: (tree) => tree.tcp[field].join('\t'),
    write: (tree, text) => {
      const sizes = readNumbers(text, 3) ?? [];
      if (sizes.length === 0 || sizes.some((bytes) => bytes < 1 || bytes > INT_MAX)) return false;
      for (const [i, bytes] of sizes.entries()) tree.tcp[field][i] = bytes;
      return true;
    },
  };
}

/** One number or several with tabs between, kept as text. */
function keptNumbers(path: string, defaults: string, kind: NumberKind): Access {
  const read = (tree: Sysctls): string => tree.kept.get(path) ?? defaults.replaceAll(',', '\t');
  return {
    read,
    write: (tree, text) => {
      const values = read(tree).split('\t');
      const numbers = readNumbers(text, values.length);
      const kept = numbers?.map((n) => kind.keep(n)) ?? [null];
      if (kept.includes(null)) return false;
      for (const [i, n] of kept.entries()) values[i] = String(kind.show(n!));
      tree.kept.set(path, values.join('\t'));
      return true;
    },
  };
}

/** Two numbers of which the lower may not pass the higher. */
function threshold(field: 'ipfragHighThreshBytes' | 'ipfragLowThreshBytes'): SysctlFile {
  return {
    ...PLAIN,
    read: (tree) => String(tree[field]),
    write: (tree, text) => {
      const value = readNumbers(text, 1)?.[0];
      const isHigh = field === 'ipfragHighThreshBytes';
      const [min, max] = isHigh
        ? [tree.ipfragLowThreshBytes, Number.MAX_SAFE_INTEGER]
        : [0, tree.ipfragHighThreshBytes];
      if (value === undefined || value < min || value > max) return false;
      tree[field] = value;
      return true;
    },
  };
}

const FRAG6_HIGH = 'net/netfilter/nf_conntrack_frag6_high_thresh';
const FRAG6_LOW = 'net/netfilter/nf_conntrack_frag6_low_thresh';

/** The same for fragments of IPv6. */
function frag6Threshold(isHigh: boolean): SysctlFile {
  const high = (tree: Sysctls): number => Number(tree.kept.get(FRAG6_HIGH) ?? 4_194_304);
  const low = (tree: Sysctls): number => Number(tree.kept.get(FRAG6_LOW) ?? 3_145_728);
  return {
    ...PLAIN,
    read: (tree) => String(isHigh ? high(tree) : low(tree)),
    write: (tree, text) => {
      const value = readNumbers(text, 1)?.[0];
      const [min, max] = isHigh ? [low(tree), Number.MAX_SAFE_INTEGER] : [0, high(tree)];
      if (value === undefined || value < min || value > max) return false;
      tree.kept.set(isHigh ? FRAG6_HIGH : FRAG6_LOW, String(value));
      return true;
    },
  };
}

const PORT_MAX = 65_535;
const GROUP_MAX = 2 ** 32 - 2;

const portRange: SysctlFile = {
  ...PLAIN,
  read: (tree) => `${tree.ipLocalPortMin}\t${tree.ipLocalPortMax}`,
  write: (tree, text) => {
    const [low, high = tree.ipLocalPortMax] = readNumbers(text, 2) ?? [];
    if (low === undefined || low < 1 || high > PORT_MAX || low > high) return false;
    if (low < tree.ipUnprivilegedPortStart) return false;
    tree.ipLocalPortMin = low;
    tree.ipLocalPortMax = high;
    return true;
  },
};

const PING_GROUP_RANGE = 'net/ipv4/ping_group_range';

/** The first namespace has what Debian's systemd writes, others the kernel's own, which is nobody. */
const pingGroupRange: SysctlFile = {
  ...PLAIN,
  read: (tree) => tree.kept.get(PING_GROUP_RANGE) ?? (tree.isFirst ? '0\t2147483647' : '1\t0'),
  write: (tree, text) => {
    const [low, high = Number(pingGroupRange.read(tree).split('\t')[1])] = readNumbers(text, 2) ?? [];
    if (low === undefined || low < 0 || high < 0 || low > GROUP_MAX || high > GROUP_MAX) return false;
    tree.kept.set(PING_GROUP_RANGE, low > high ? '1\t0' : `${low}\t${high}`);
    return true;
  },
};

const RESERVED_PORTS = 'net/ipv4/ip_local_reserved_ports';

const reservedPorts: SysctlFile = {
  ...PLAIN,
  read: (tree) => tree.kept.get(RESERVED_PORTS) ?? '',
  write: (tree, text) => {
    const ranges = text.trim() === '' ? [] : text.trim().split(',');
    const isRange = (range: string): boolean => {
      const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
      return (
        match !== null && Number(match[1]) <= Number(match[2] ?? match[1]) && Number(match[2] ?? match[1]) <= PORT_MAX
      );
    };
    if (!ranges.every(isRange)) return false;
    tree.kept.set(RESERVED_PORTS, ranges.join(','));
    return true;
  },
};

const CONGESTION_CONTROLS = ['reno', 'cubic'];

const congestionControl: SysctlFile = {
  ...PLAIN,
  read: (tree) => tree.tcp.congestionControl,
  write: (tree, text) => {
    const isKnown = CONGESTION_CONTROLS.includes(text.trim());
    if (isKnown) tree.tcp.congestionControl = text.trim();
    return isKnown;
  },
};

function constant(text: string): SysctlFile {
  return { ...PLAIN, isReadOnly: true, read: () => text, write: () => false };
}

const ipForward: SysctlFile = {
  ...PLAIN,
  read: (tree) => String(tree.confAll.forwarding),
  write: (tree, text) => confFile('forwarding', tree.confAll)!.write(tree, text),
};

/** Forgets the kept routes; there is nothing to read. */
const routeFlush: SysctlFile = {
  ...PLAIN,
  isWriteOnly: true,
  read: () => '',
  write: (tree) => {
    tree.owner?.flushRoutes();
    return true;
  },
};

/** Who logs packets of a protocol family, by the family's number (net/netfilter/nf_log.c); `nfnetlink_log` does any. */
const NF_LOGGERS = [
  'NONE',
  'NONE',
  'nf_log_ipv4',
  'nf_log_arp',
  'NONE',
  'nf_log_netdev',
  'NONE',
  'nf_log_bridge',
].concat(['NONE', 'NONE', 'nf_log_ipv6']);

function nfLogger(family: number, usual: string): [path: string, file: SysctlFile] {
  const path = `net/netfilter/nf_log/${family}`;
  const write = (tree: Sysctls, text: string): boolean => {
    const isKnown = ['NONE', 'nfnetlink_log', usual].includes(text.trim());
    if (isKnown) tree.kept.set(path, text.trim());
    return isKnown;
  };
  return [path, { ...PLAIN, refusal: 'ENOENT', read: (tree) => tree.kept.get(path) ?? usual, write }];
}

const OTHER_FILES: Readonly<Record<string, SysctlFile>> = {
  'net/ipv4/ip_forward': ipForward,
  'net/ipv4/ip_local_port_range': portRange,
  'net/ipv4/ip_local_reserved_ports': reservedPorts,
  [PING_GROUP_RANGE]: pingGroupRange,
  'net/ipv4/ipfrag_high_thresh': threshold('ipfragHighThreshBytes'),
  'net/ipv4/ipfrag_low_thresh': threshold('ipfragLowThreshBytes'),
  'net/ipv4/route/flush': routeFlush,
  'net/ipv4/tcp_allowed_congestion_control': constant(CONGESTION_CONTROLS.join(' ')),
  'net/ipv4/tcp_available_congestion_control': constant(CONGESTION_CONTROLS.join(' ')),
  'net/ipv4/tcp_congestion_control': congestionControl,
  'net/ipv4/tcp_rmem': bufferSizes('rmemBytes'),
  'net/ipv4/tcp_wmem': bufferSizes('wmemBytes'),
  'net/netfilter/nf_conntrack_frag6_high_thresh': frag6Threshold(true),
  'net/netfilter/nf_conntrack_frag6_low_thresh': frag6Threshold(false),
  'kernel/osrelease': constant('6.18.44'),
  'kernel/ostype': constant('Linux'),
  ...Object.fromEntries(NF_LOGGERS.map((usual, family) => nfLogger(family, usual))),
};
