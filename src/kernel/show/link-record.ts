/** One interface as `ip link` and `ip address` print it (iproute2: ipaddress.c, print_linkinfo). */
import { formatMac } from '../../base/addr.ts';
import type { NetDevice } from '../netdev.ts';
import { nameFromNsid, peernetToIdAlloc } from '../netns-id.ts';
import { linkNetnsOf } from '../dev/dev-ops.ts';
import { Nic } from '../dev/nic.ts';
import { printLinkInfo } from './link-details.ts';
import { hardwareType, linkFlags, linkOf, operState } from './link-state.ts';
import { printLinkStats } from './link-stats.ts';
import type { Printer } from './printer.ts';
import { formatGroup } from './rt-names.ts';

export interface LinkView {
  /** As `ip link` does: with the link mode, the alias, and statistics within. */
  readonly isLink: boolean;
  /** `-br` is about the link-layer address. */
  readonly isAddressBrief: boolean;
  /** With the length of the queue; `ip monitor` leaves it out. */
  readonly hasQueueLen: boolean;
  /** With the line of the link-layer address. */
  readonly hasAddress: boolean;
}

const ETHERNET_MTU_MIN = 68;
const ETHERNET_MTU_MAX = 65_535;

/** Prints the record without the object around it. */
export function printLink(printer: Printer, dev: NetDevice, view: LinkView): void {
  if (printer.options.brief) {
    printBrief(printer, dev, view.isAddressBrief);
    return;
  }
  printer.field('ifindex', dev.ifIndex, `${dev.ifIndex}: `);
  printHead(printer, dev, view);
  if (view.hasAddress || printer.options.details) printAddress(printer, dev);
  printLinkNetns(printer, dev);
  if (printer.options.details) printDetails(printer, dev, view);
  const { alias, altNames } = dev.attributes;
  if ((view.isLink || printer.options.details) && alias !== '') {
    printer.text(`${printer.options.oneline ? '\\' : '\n'}    `);
    printer.field('ifalias', alias, `alias ${alias}`);
  }
  if (view.isLink && printer.options.statistics > 0) {
    printer.lineEnd();
    printLinkStats(printer, dev);
  }
  if (altNames.length > 0) {
    printer.openArray('altnames');
    for (const name of altNames) {
      printer.lineEnd();
      printer.field('', name, `    altname ${name}`);
    }
    printer.close();
  }
  printer.text('\n');
}

/** The line of names, flags and settings. */
function printHead(printer: Printer, dev: NetDevice, view: LinkView): void {
  const isMasterDown = printName(printer, dev, (name) => `${name}: `);
  printFlags(printer, dev, isMasterDown);
  const { attributes } = dev;
  printer.field('mtu', dev.mtu, `mtu ${dev.mtu} `);
  const qdisc = qdiscOf(dev);
  printer.field('qdisc', qdisc, `qdisc ${qdisc} `);
  if (dev.master !== null) printer.field('master', dev.master.name, `master ${dev.master.name} `);
  const state = operState(dev);
  printer.text('state ');
  printer.inked(state === 'UP' ? 'up' : state === 'DOWN' ? 'down' : '', 'operstate', state, `${state} `);
  if (view.isLink) printer.field('linkmode', 'DEFAULT', 'mode DEFAULT ');
  const group = formatGroup(attributes.group, printer.options.numeric);
  printer.field('group', group, `group ${group} `);
  const { txQueueLen } = attributes;
  if (view.hasQueueLen && txQueueLen !== 0) printer.field('txqlen', txQueueLen, `qlen ${txQueueLen}`);
}

/** Before it has ever been up an interface has none; one without a queue of its own has `noqueue`. */
function qdiscOf(dev: NetDevice): string {
  if (dev.qdisc !== null) return dev.qdisc.root.kind;
  if (!dev.attributes.hasBeenUp) return 'noop';
  return dev instanceof Nic && dev.attributes.txQueueLen > 0 ? 'fq_codel' : 'noqueue';
}

/** `NAME@LINK` and what tells that the other end is down, which only an end in the same namespace does. */
function printName(printer: Printer, dev: NetDevice, layOut: (name: string) => string): boolean {
  const link = linkOf(dev);
  let name = dev.name;
  let isLinkDown = false;
  if (link === null) {
    printer.json('link', null);
    name = `${dev.name}@NONE`;
  } else if (link !== dev || linkNetnsOf(dev) !== dev.ns) {
    if (linkNetnsOf(dev) !== dev.ns) {
      printer.json('link_index', link.ifIndex);
      name = `${dev.name}@if${link.ifIndex}`;
    } else {
      printer.json('link', link.name);
      name = `${dev.name}@${link.name}`;
      isLinkDown = !link.isUp;
    }
  }
  printer.inked('ifname', 'ifname', dev.name, layOut(name));
  return isLinkDown;
}

function printFlags(printer: Printer, dev: NetDevice, isLinkDown: boolean): void {
  const flags = linkFlags(dev);
  if (isLinkDown) flags.push('M-DOWN');
  printer.openArray('flags');
  for (const flag of flags) printer.json('', flag);
  printer.close();
  printer.text(`<${flags.join(',')}> `);
}

function printAddress(printer: Printer, dev: NetDevice): void {
  const name = dev.isLoopback ? 'loopback' : 'ether';
  const type = printer.options.numeric ? `[${hardwareType(dev)}]` : name;
  const address = formatMac(dev.mac);
  const broadcast = dev.isLoopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  printer.lineEnd();
  printer.field('link_type', type, `    link/${type} `);
  printer.inked('mac', 'address', address, address);
  printer.text(' brd ');
  printer.inked('mac', 'broadcast', broadcast, broadcast);
}

/** Where the other end is, when that is another namespace. */
function printLinkNetns(printer: Printer, dev: NetDevice): void {
  const linkNs = linkNetnsOf(dev);
  if (linkNs === dev.ns) return;
  const id = peernetToIdAlloc(dev.ns, linkNs);
  const name = nameFromNsid(dev.ns, id);
  printer.field('link_netnsid', id, name === '' ? ` link-netnsid ${id}` : ` link-netns ${name}`);
}

function printDetails(printer: Printer, dev: NetDevice, view: LinkView): void {
  const { attributes } = dev;
  printer.field('promiscuity', dev.promiscuity, ` promiscuity ${dev.promiscuity} `);
  printer.field('allmulti', dev.allmulti, ` allmulti ${dev.allmulti} `);
  const [min, max] = dev.isLoopback ? [0, 0] : [ETHERNET_MTU_MIN, ETHERNET_MTU_MAX];
  printer.field('min_mtu', min, `minmtu ${min} `);
  printer.field('max_mtu', max, `maxmtu ${max} `);
  printLinkInfo(printer, dev);
  // Interfaces without IPv6 do not have it.
  if (view.isLink && isIpv6On(dev))
    printer.field('inet6_addr_gen_mode', attributes.addrGenMode, `addrgenmode ${attributes.addrGenMode} `);
  printer.field('num_tx_queues', attributes.numTxQueues, `numtxqueues ${attributes.numTxQueues} `);
  printer.field('num_rx_queues', attributes.numRxQueues, `numrxqueues ${attributes.numRxQueues} `);
  printer.field('gso_max_size', 65_536, 'gso_max_size 65536 ');
  printer.field('gso_max_segs', 65_535, 'gso_max_segs 65535 ');
  const { tsoMaxSize } = attributes;
  printer.field('tso_max_size', tsoMaxSize, `tso_max_size ${tsoMaxSize} `);
  printer.field('tso_max_segs', 65_535, 'tso_max_segs 65535 ');
  printer.field('gro_max_size', 65_536, 'gro_max_size 65536 ');
}

function isIpv6On(dev: NetDevice): boolean {
  return dev.mtu >= 1280;
}

/** `-br`: name, state, and for `ip link` address and flags. */
function printBrief(printer: Printer, dev: NetDevice, hasAddress: boolean): void {
  const isLinkDown = printName(printer, dev, (name) => `${name.padEnd(16)} `);
  const state = operState(dev);
  printer.inked(state === 'UP' ? 'up' : state === 'DOWN' ? 'down' : '', 'operstate', state, `${state.padEnd(14)} `);
  if (!hasAddress) return;
  const address = formatMac(dev.mac);
  printer.inked('mac', 'address', address, `${address} `);
  printFlags(printer, dev, isLinkDown);
  printer.text('\n');
}
