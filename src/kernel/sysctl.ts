/**
 * The tree of /proc/sys as one namespace sees it (Linux: net/sysctl_net.c and what registers there). What the data
 * plane reads are plain fields, here, in DevConf and in NeighParms; everything else is kept so that it reads back.
 *
 *   net/ipv4/conf/{all,default,IF}/…   sysctl-conf.ts      net/ipv4/neigh/{default,IF}/…   sysctl-neigh.ts
 *   net/ipv6/…                         sysctl-ipv6.ts      all other numbers               sysctl-table.ts
 */
import type { Errno } from './errno.ts';
import type { ConntrackSettings } from './nf/conntrack/settings.ts';
import { conntrackDefaults } from './nf/conntrack/settings.ts';
import { CONF_FIELDS, DevConf } from './sysctl-conf.ts';
import type { SysctlFile } from './sysctl-file.ts';
import { confFile, keptFile, limitFile, neighFile, scalarFiles, sysctlName, sysctlPath } from './sysctl-file.ts';
import { IPV6_CONF, IPV6_FILES, IPV6_NEIGH } from './sysctl-ipv6.ts';
import { NEIGH_FILES, NEIGH_LIMIT_FILES, NeighLimits, NeighParms } from './sysctl-neigh.ts';
import { TcpSettings } from './sysctl-tcp.ts';

const SECOND = 1_000_000_000;

/** An interface as this tree sees it. */
export interface SysctlDevice {
  readonly name: string;
  readonly isLoopback: boolean;
  readonly conf: DevConf;
  readonly arpParms: NeighParms;
}

/** What the tree needs of its namespace. */
export interface SysctlOwner {
  listDevices(): readonly SysctlDevice[];
  /** The connections that are tracked; null for none. */
  readonly conntrack: { readonly table: { readonly count: number } } | null;
  /** Forgets what was decided by the old settings (rt_cache_flush). */
  flushRoutes(): void;
}

export class Sysctls {
  readonly confAll = new DevConf();
  readonly confDefault = new DevConf();
  /** net.ipv4.tcp_* */
  readonly tcp = new TcpSettings();
  /** net.ipv4.neigh.default: the machine's, shared by its namespaces. */
  readonly neighDefault: NeighParms;
  readonly neighLimits: NeighLimits;
  /** The machine's first namespace has files that the others lack. */
  readonly isFirst: boolean;
  owner: SysctlOwner | null = null;

  /** net.ipv4.ip_default_ttl */
  ipDefaultTtl = 64;
  icmpEchoIgnoreAll = 0;
  icmpEchoIgnoreBroadcasts = 1;
  icmpErrorsUseInboundIfaddr = 0;
  icmpIgnoreBogusErrorResponses = 1;
  /** net.ipv4.icmp_ratelimit: one error in this time per destination. */
  icmpRatelimitNs = SECOND;
  /** net.ipv4.icmp_ratemask: bit n limits ICMP type n; 6168 = types 3, 4, 11, 12. */
  icmpRatemask = 6168;
  icmpMsgsPerSecond = 1000;
  icmpMsgsBurst = 50;
  igmpLinkLocalMcastReports = 1;
  igmpMaxMemberships = 20;
  igmpQrv = 2;
  ipForwardUpdatePriority = 1;
  /** net.ipv4.ip_forward_use_pmtu: forwards by what was learned, too. */
  ipForwardUsePmtu = 0;
  ipLocalPortMin = 32768;
  ipLocalPortMax = 60999;
  /** net.ipv4.ip_no_pmtu_disc: 0 listens to routers, 1 takes the least, 2 and 3 do not listen (3: but for TCP). */
  ipNoPmtuDisc = 0;
  ipNonlocalBind = 0;
  ipUnprivilegedPortStart = 1024;
  fibMultipathHashFields = 7;
  fibMultipathHashPolicy = 0;
  fibMultipathUseNeigh = 0;
  fwmarkReflect = 0;
  /** net.ipv4.ipfrag_time */
  ipfragTimeNs = 30 * SECOND;
  /** net.ipv4.ipfrag_high_thresh, bytes */
  ipfragHighThreshBytes = 4 * 1024 * 1024;
  ipfragLowThreshBytes = 3 * 1024 * 1024;
  ipfragMaxDist = 64;
  rtMinAdvMss = 256;
  /** net.ipv4.route.min_pmtu: less is not believed. */
  rtMinPmtu = 552;
  /** net.ipv4.route.mtu_expires: so long is a path's MTU remembered. */
  rtMtuExpiresNs = 600 * SECOND;
  udpRmemMinBytes = 4096;
  udpWmemMinBytes = 4096;
  /** net.core.rmem_default: what a socket may hold unread. */
  rmemDefaultBytes = 212_992;
  rmemMaxBytes = 4_194_304;
  wmemDefaultBytes = 212_992;
  wmemMaxBytes = 4_194_304;
  somaxconn = 4096;
  bridgeNfCallArptables = 1;
  bridgeNfCallIptables = 1;
  bridgeNfFilterVlanTagged = 0;
  bridgeNfPassVlanInputDev = 0;
  /** net.netfilter.nf_log_all_netns, of the machine's first namespace: the others write into its log, too. */
  nfLogAllNetns = 0;
  /** net.netfilter.nf_conntrack_*; null until somebody asks. */
  private conntrackSettings: ConntrackSettings | null = null;
  /** What is in no field, by path. */
  readonly kept = new Map<string, string>();
  /** The trees of all namespaces of the machine: what is the machine's own is written to each. */
  readonly family: Sysctls[];

  /** The tree of a machine's first namespace, or a further one of a machine that has `first`. */
  constructor(first: Sysctls | null = null) {
    this.isFirst = first === null;
    this.neighDefault = first?.neighDefault ?? new NeighParms();
    this.neighLimits = first?.neighLimits ?? new NeighLimits();
    this.family = first?.family ?? [];
    this.family.push(this);
    this.confAll.acceptSourceRoute = 0;
    if (first === null) return;
    for (const [path, file] of scalarFiles()) {
      if (file.isShared && !path.includes('nf_conntrack')) file.write(this, file.read(first));
    }
  }

  /** net.netfilter.nf_conntrack_*; what is the machine's is that of its first namespace. */
  get conntrack(): ConntrackSettings {
    if (this.conntrackSettings === null) {
      this.conntrackSettings = conntrackDefaults();
      const first = this.family[0]!;
      if (first !== this) {
        const { max, buckets, expectMax } = first.conntrack;
        Object.assign(this.conntrackSettings, { max, buckets, expectMax });
      }
    }
    return this.conntrackSettings;
  }

  /** The namespace has ended. */
  dispose(): void {
    const at = this.family.indexOf(this);
    if (at >= 0) this.family.splice(at, 1);
  }

  /** net.ipv4.ip_forward, which is conf.all.forwarding. */
  get ipForward(): number {
    return this.confAll.forwarding;
  }

  /** The settings of an interface that comes into the namespace (inetdev_init). */
  newConf(isLoopback: boolean): DevConf {
    const conf = this.confDefault.copy();
    if (isLoopback) conf.disablePolicy = conf.disableXfrm = 1;
    return conf;
  }

  newNeighParms(): NeighParms {
    return this.neighDefault.copy();
  }

  /** The value as `sysctl -n KEY` prints it, or undefined for a key that Linux does not have. */
  read(key: string): string | undefined {
    const file = this.file(key);
    return file?.isWriteOnly === true ? undefined : file?.read(this);
  }

  /** Sets a key from text; ENOENT for an unknown key, EACCES for one that only reads, EINVAL for a bad value. */
  write(key: string, value: string): Errno {
    const file = this.file(key);
    if (file === undefined) return 'ENOENT';
    if (!this.mayWrite(file)) return 'EACCES';
    const isDone = file.isShared
      ? this.family.map((tree) => file.write(tree, value)).every(Boolean)
      : file.write(this, value);
    return isDone ? '' : (file.refusal ?? 'EINVAL');
  }

  mayWrite(file: SysctlFile): boolean {
    return !file.isReadOnly && (!file.isShared || this.isFirst);
  }

  /** The file of a key (`net.ipv4.ip_forward`) or path (`net/ipv4/ip_forward`). */
  file(key: string): SysctlFile | undefined {
    const path = sysctlPath(key);
    const parts = path.split('/');
    const [root, family, group, name = '', leaf = ''] = parts;
    if (root === 'net' && parts.length === 5 && (group === 'conf' || group === 'neigh')) {
      return this.interfaceFile(family!, group, name, leaf);
    }
    if (path.startsWith('net/ipv6/')) {
      const fallback = IPV6_FILES.get(path.slice('net/ipv6/'.length).replaceAll('/', '.'));
      return fallback === undefined ? undefined : keptFile(this.kept, path, fallback);
    }
    const file = scalarFiles().get(path);
    return file !== undefined && file.isMachine && !this.isFirst ? undefined : file;
  }

  private interfaceFile(family: string, group: string, name: string, leaf: string): SysctlFile | undefined {
    const dev = this.owner?.listDevices().find((each) => each.name === name);
    if (family === 'ipv6') {
      const fallback = (group === 'conf' ? IPV6_CONF : IPV6_NEIGH).get(leaf);
      if (fallback === undefined) return undefined;
      if (dev !== undefined) return keptFile(dev.conf.keptIpv6, `${group}/${leaf}`, fallback);
      const isShared = name === 'default' ? group === 'conf' || this.isFirst : name === 'all' && group === 'conf';
      return isShared ? keptFile(this.kept, `${group}/${name}/${leaf}`, fallback) : undefined;
    }
    if (family !== 'ipv4') return undefined;
    if (group === 'conf') {
      if (name === 'all') return confFile(leaf, this.confAll);
      return name === 'default' ? confFile(leaf, this.confDefault) : dev && confFile(leaf, dev.conf);
    }
    if (name !== 'default') return dev && neighFile(leaf, dev.arpParms);
    if (!this.isFirst) return undefined;
    return limitFile(leaf, this.neighLimits) ?? neighFile(leaf, this.neighDefault);
  }

  /** All paths, in the order of the files below /proc/sys. */
  paths(): string[] {
    const names = (this.owner?.listDevices() ?? []).map((dev) => dev.name);
    const paths = [...scalarFiles().keys()].filter((path) => this.isFirst || !scalarFiles().get(path)!.isMachine);
    for (const path of IPV6_FILES.keys()) paths.push(`net/ipv6/${path.replaceAll('.', '/')}`);
    for (const name of ['all', 'default', ...names]) {
      for (const leaf of CONF_FIELDS.keys()) paths.push(`net/ipv4/conf/${name}/${leaf}`);
      for (const leaf of IPV6_CONF.keys()) paths.push(`net/ipv6/conf/${name}/${leaf}`);
    }
    for (const name of this.isFirst ? ['default', ...names] : names) {
      for (const leaf of NEIGH_FILES.keys()) paths.push(`net/ipv4/neigh/${name}/${leaf}`);
      for (const leaf of IPV6_NEIGH.keys()) paths.push(`net/ipv6/neigh/${name}/${leaf}`);
    }
    if (this.isFirst) for (const leaf of NEIGH_LIMIT_FILES.keys()) paths.push(`net/ipv4/neigh/default/${leaf}`);
    const sortable = paths.map((path) => ({ path, key: path.replaceAll('/', '\0') }));
    return sortable.sort((left, right) => (left.key < right.key ? -1 : 1)).map(({ path }) => path);
  }

  /** Whether a path names a directory of the tree. */
  isDirectory(path: string): boolean {
    const prefix = path === '' ? '' : `${path}/`;
    return this.paths().some((each) => each.startsWith(prefix));
  }

  /** The path below /proc/sys of a key as it is typed. */
  pathOf(key: string): string {
    return sysctlPath(key);
  }

  /** `net.ipv4.conf.eth0/10.tag` for a path. */
  nameOf(path: string): string {
    return sysctlName(path);
  }
}
