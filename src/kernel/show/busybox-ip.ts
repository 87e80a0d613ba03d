/** Interfaces and addresses as busybox prints them (busybox: networking/libiproute/ipaddress.c, interface.c). */
import { formatIp4, formatMac, prefixMask } from '../../base/addr.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { printAddressRecord } from './address-record.ts';
import type { IfconfigName } from './ifconfig.ts';
import { labelled } from './ifconfig.ts';
import { linkFlags, linkOf } from './link-state.ts';
import { PLAIN } from './options.ts';
import { Printer } from './printer.ts';

/** In the order in which busybox's ifconfig prints them. */
const IFCONFIG_FLAGS = ['UP', 'BROADCAST', 'LOOPBACK', 'NOTRAILERS', 'RUNNING', 'NOARP', 'PROMISC', 'ALLMULTI'];
const LATER_FLAGS = ['MULTICAST', 'DYNAMIC'];

/** `ip link show`: no state, no mode, no group; the other end by its index in this namespace, whoever has it here. */
export function formatBusyboxLink(dev: NetDevice, isOneline: boolean): string {
  const link = linkOf(dev);
  const flags = linkFlags(dev);
  let name = dev.name;
  if (link !== null && link !== dev) {
    const here = dev.ns.devices[link.ifIndex] ?? null;
    name = `${dev.name}@${here === null ? `if${link.ifIndex}` : here.name}`;
    // Whatever has that number here is asked, and nothing is as good as down (ll_index_to_flags).
    if (here === null || !here.isUp) flags.push('M-DOWN');
  }
  const qdisc = dev.qdisc === null ? (dev.attributes.hasBeenUp ? 'noqueue' : 'noop') : dev.qdisc.root.kind;
  const master = dev.master === null ? '' : `master ${dev.master.name} `;
  const { txQueueLen } = dev.attributes;
  const head = `${dev.ifIndex}: ${name}: <${flags.join(',')}> mtu ${dev.mtu} qdisc ${qdisc} ${master}`;
  const queue = txQueueLen === 0 ? '' : `qlen ${txQueueLen}`;
  const [type, broadcast] = dev.isLoopback ? ['loopback', '00:00:00:00:00:00'] : ['ether', 'ff:ff:ff:ff:ff:ff'];
  return `${head}${queue}${isOneline ? '\\' : '\n'}    link/${type} ${formatMac(dev.mac)} brd ${broadcast}\n`;
}

/** One address of `ip addr show`. */
export function formatBusyboxAddress(dev: NetDevice, entry: InterfaceAddress, isOneline: boolean): string {
  const printer = new Printer({ ...PLAIN, oneline: isOneline });
  printAddressRecord(printer, dev, { ...entry, metric: 0, hasNoPrefixRoute: false }, isOneline);
  return printer.toString();
}

/** One block of `ifconfig`. */
export function formatBusyboxIfconfig(name: IfconfigName): string {
  const { dev, label } = name;
  const shown = new Set(linkFlags(dev));
  if (dev.isUp && !shown.has('NO-CARRIER')) shown.add('RUNNING');
  const flags = [...IFCONFIG_FLAGS, ...LATER_FLAGS].filter((flag) => shown.has(flag));
  const encap = dev.isLoopback
    ? 'Link encap:Local Loopback  '
    : `Link encap:Ethernet  HWaddr ${formatMac(dev.mac).toUpperCase()}  `;
  const lines = [`${label.padEnd(9)} ${encap}`];
  const entry = labelled(name);
  if (entry !== undefined) {
    const broadcast = dev.isLoopback ? '' : `  Bcast:${formatIp4(entry.broadcast)}`;
    const mask = formatIp4(prefixMask(entry.prefixLen));
    lines.push(`          inet addr:${formatIp4(entry.address)}${broadcast}  Mask:${mask}`);
  }
  lines.push(`          ${flags.length === 0 ? '[NO FLAGS]' : flags.join(' ')}  MTU:${dev.mtu}  Metric:1`);
  if (!label.includes(':')) {
    lines.push(`          RX packets:${dev.rxPackets} errors:0 dropped:${dev.rxDropped} overruns:0 frame:0`);
    lines.push(`          TX packets:${dev.txPackets} errors:0 dropped:${dev.txDropped} overruns:0 carrier:0`);
    lines.push(`          collisions:0 txqueuelen:${dev.attributes.txQueueLen} `);
    lines.push(`          RX bytes:${bytesText(dev.rxBytes)}  TX bytes:${bytesText(dev.txBytes)}`);
  }
  return `${lines.join('\n')}\n\n`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function bytesText(bytes: number): string {
  let unit = 0;
  let tenths = bytes * 10;
  while (unit < UNITS.length - 1 && tenths >= 10_240) {
    tenths = Math.floor(tenths / 1024);
    unit++;
  }
  return `${bytes} (${Math.floor(tenths / 10)}.${tenths % 10} ${UNITS[unit]!})`;
}

/** The interfaces that a listing is about. */
export function busyboxDevices(ns: Netns, name: string): NetDevice[] | undefined {
  if (name === '') return ns.listDevices();
  const dev = ns.deviceByName(name);
  return dev === null ? undefined : [dev];
}
