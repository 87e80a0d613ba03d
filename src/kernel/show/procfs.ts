/**
 * The files of /proc and /sys that scripts read and write: the sysctl tree, tables of the network, and what sysfs says
 * of interfaces. Each process sees those of its own namespace.
 */
import type { Errno } from '../errno.ts';
import { formatMac } from '../../base/addr.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { PseudoFiles, PseudoViewer } from '../proc/files.ts';
import { hardwareType } from './link-state.ts';
import { bridgeFiles, readBridgeFile, writeBridgeFile } from './bridge-sysfs.ts';
import { procNetNfConntrack, procNetStatNfConntrack } from './proc-conntrack.ts';
import { procMatchFiles, readProcMatch, writeProcMatch } from './proc-matches.ts';
import { procNetArp, procNetDev, procNetRoute, procNetSnmp } from './proc-net.ts';
import { procNetXfrmStat } from './proc-xfrm.ts';

const SYSCTL_ROOT = '/proc/sys/';
const CLASS_NET = '/sys/class/net';
const IFF_UP = 0x1;
const IFF_BROADCAST = 0x2;
const IFF_LOOPBACK = 0x8;
const IFF_NOARP = 0x80;
const IFF_MULTICAST = 0x1000;

const PROC_NET: Readonly<Record<string, (ns: Netns) => string>> = {
  arp: procNetArp,
  dev: procNetDev,
  nf_conntrack: procNetNfConntrack,
  route: procNetRoute,
  snmp: procNetSnmp,
  'stat/nf_conntrack': procNetStatNfConntrack,
  xfrm_stat: procNetXfrmStat,
};

const STATISTICS: Readonly<Record<string, (dev: NetDevice) => number>> = {
  collisions: () => 0,
  multicast: (dev) => dev.multicast,
  rx_bytes: (dev) => dev.rxBytes,
  rx_dropped: (dev) => dev.rxDropped,
  rx_errors: () => 0,
  rx_packets: (dev) => dev.rxPackets,
  tx_bytes: (dev) => dev.txBytes,
  tx_dropped: (dev) => dev.txDropped,
  tx_errors: () => 0,
  tx_packets: (dev) => dev.txPackets,
};

/** By name; null where reading answers EINVAL. */
const ATTRIBUTES: Readonly<Record<string, (dev: NetDevice) => string | null>> = {
  addr_len: () => '6',
  address: (dev) => formatMac(dev.mac),
  broadcast: (dev) => (dev.isLoopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'),
  carrier: (dev) => (dev.isUp ? (dev.hasCarrier ? '1' : '0') : null),
  flags: (dev) => `0x${interfaceFlags(dev).toString(16)}`,
  ifindex: (dev) => String(dev.ifIndex),
  mtu: (dev) => String(dev.mtu),
  operstate: (dev) => operState(dev),
  type: (dev) => String(hardwareType(dev)),
  uevent: (dev) => `INTERFACE=${dev.name}\nIFINDEX=${dev.ifIndex}`,
};

function operState(dev: NetDevice): string {
  if (dev.isLoopback) return 'unknown';
  if (!dev.isUp) return 'down';
  return dev.hasCarrier ? 'up' : 'lowerlayerdown';
}

function interfaceFlags(dev: NetDevice): number {
  let flags = dev.isUp ? IFF_UP : 0;
  if (dev.isLoopback) return flags | IFF_LOOPBACK;
  flags |= IFF_BROADCAST | IFF_MULTICAST;
  return dev.noArp ? flags | IFF_NOARP : flags;
}

export const PSEUDO_FILES: PseudoFiles = {
  owns: (path) => /^\/(?:proc|sys)(?:\/|$)/.test(path),
  read: readPseudo,
  write: writePseudo,
  list: (viewer, directory) => {
    const prefix = directory === '/' ? '/' : `${directory}/`;
    const names = new Set<string>();
    for (const path of allPaths(viewer)) {
      if (path.startsWith(prefix)) names.add(path.slice(prefix.length).split('/', 1)[0]!);
    }
    return [...names].sort((left, right) => (left < right ? -1 : 1));
  },
};

function readPseudo(viewer: PseudoViewer, path: string): { text: string } | Errno {
  const { ns } = viewer;
  if (path === `${SYSCTL_ROOT}kernel/hostname`) return { text: `${viewer.hostname}\n` };
  if (path.startsWith(SYSCTL_ROOT)) {
    const file = ns.sysctls.file(path.slice(SYSCTL_ROOT.length));
    if (file?.isWriteOnly === true) return 'EACCES';
    if (file !== undefined) return { text: `${file.read(ns.sysctls)}\n` };
  }
  const table = /^\/proc\/(?:self\/)?net\/([\w/]+)$/.exec(path);
  const make = table === null ? undefined : PROC_NET[table[1]!];
  if (make !== undefined) return { text: make(ns) };
  const ofMatch = readProcMatch(ns, path);
  if (ofMatch !== undefined) return { text: ofMatch };
  return readClassNet(ns, path) ?? (isDirectory(viewer, path) ? 'EISDIR' : 'ENOENT');
}

function readClassNet(ns: Netns, path: string): { text: string } | Errno | undefined {
  const ofBridge = bridgeFileOf(ns, path);
  const bridgeText = ofBridge === null ? undefined : readBridgeFile(...ofBridge);
  if (bridgeText !== undefined) return { text: bridgeText };
  const match = /^\/sys\/class\/net\/([^/]+)\/(statistics\/)?(\w+)$/.exec(path);
  const dev = match === null ? null : ns.deviceByName(match[1]!);
  if (match === null || dev === null) return undefined;
  const [, , statistics, leaf] = match as unknown as [string, string, string | undefined, string];
  if (statistics !== undefined) {
    const count = STATISTICS[leaf];
    return count === undefined ? undefined : { text: `${count(dev)}\n` };
  }
  const attribute = ATTRIBUTES[leaf];
  if (attribute === undefined) return undefined;
  const text = attribute(dev);
  return text === null ? 'EINVAL' : { text: `${text}\n` };
}

/** The interface, and the path below its folder, where that is of a bridge or a port. */
function bridgeFileOf(ns: Netns, path: string): readonly [NetDevice, string] | null {
  const match = /^\/sys\/class\/net\/([^/]+)\/(br(?:idge|if|port)\/.+)$/.exec(path);
  const dev = match === null ? null : ns.deviceByName(match[1]!);
  return dev === null ? null : [dev, match![2]!];
}

function isDirectory(viewer: PseudoViewer, path: string): boolean {
  return PSEUDO_FILES.list(viewer, path).length > 0;
}

function* allPaths({ ns }: PseudoViewer): Generator<string> {
  yield `${SYSCTL_ROOT}kernel/hostname`;
  for (const path of ns.sysctls.paths()) yield SYSCTL_ROOT + path;
  for (const name of Object.keys(PROC_NET)) yield `/proc/net/${name}`;
  yield* procMatchFiles(ns);
  for (const dev of ns.listDevices()) {
    for (const name of Object.keys(ATTRIBUTES)) yield `${CLASS_NET}/${dev.name}/${name}`;
    for (const name of bridgeFiles(dev)) yield `${CLASS_NET}/${dev.name}/${name}`;
    for (const name of Object.keys(STATISTICS)) yield `${CLASS_NET}/${dev.name}/statistics/${name}`;
  }
}

function writePseudo(viewer: PseudoViewer, path: string, text: string): Errno {
  const { ns } = viewer;
  if (!path.startsWith(SYSCTL_ROOT)) {
    const ofBridge = bridgeFileOf(ns, path);
    const errno = ofBridge === null ? writeProcMatch(ns, path, text) : writeBridgeFile(...ofBridge, text);
    if (errno !== undefined) return errno;
    const current = readPseudo(viewer, path);
    return typeof current === 'string' ? current : 'EACCES';
  }
  const key = path.slice(SYSCTL_ROOT.length);
  if (ns.sysctls.file(key) !== undefined) return ns.sysctls.write(key, text);
  return isDirectory(viewer, path) ? 'EISDIR' : key === 'kernel/hostname' ? 'EACCES' : 'ENOENT';
}
