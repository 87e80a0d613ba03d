/** What `ifconfig` of net-tools 2.10 prints (net-tools: lib/interface.c, ife_print_long and ife_print_short). */
import { formatIp4, formatMac, prefixMask } from '../../base/addr.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { linkFlags } from './link-state.ts';

/** In the order in which they are printed: name, bit, letter of the short form. */
const FLAGS: readonly (readonly [name: string, bit: number, letter: string])[] = [
  ['UP', 0x1, ''],
  ['BROADCAST', 0x2, 'B'],
  ['LOOPBACK', 0x8, 'L'],
  ['NOTRAILERS', 0x20, 'N'],
  ['RUNNING', 0x40, 'R'],
  ['NOARP', 0x80, 'O'],
  ['PROMISC', 0x100, 'P'],
  ['ALLMULTI', 0x200, 'A'],
  ['MULTICAST', 0x1000, 'M'],
  ['DYNAMIC', 0x8000, ''],
];
const SHORT_HEAD = 'Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n';
const SHORT_LETTERS: readonly string[] = ['B', 'L', 'M', 'P', 'O', 'R', 'U'];
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** An interface, or an alias of it: a label with a colon. */
export interface IfconfigName {
  readonly dev: NetDevice;
  readonly label: string;
}

/** The interfaces and their aliases, by name; those that are down only where all are asked for. */
export function ifconfigNames(ns: Netns, isAll: boolean): IfconfigName[] {
  const found: IfconfigName[] = [];
  for (const dev of ns.listDevices()) {
    if (!dev.isUp && !isAll) continue;
    const aliases = new Set(dev.addresses.map((entry) => entry.label).filter((label) => label !== dev.name));
    for (const label of [dev.name, ...aliases]) found.push({ dev, label });
  }
  return found.sort((left, right) => compareNames(left.label, right.label));
}

/** Twin of nstrcmp: numbers at the end count as numbers. */
function compareNames(left: string, right: string): number {
  const split = (name: string): [string, number] => {
    const digits = /\d*$/.exec(name)![0];
    return [name.slice(0, name.length - digits.length), Number(digits)];
  };
  const [[leftStem, leftNumber], [rightStem, rightNumber]] = [split(left), split(right)];
  if (leftStem !== rightStem) return leftStem < rightStem ? -1 : 1;
  return leftNumber - rightNumber;
}

/** The interface or alias of that name. */
export function ifconfigName(ns: Netns, label: string): IfconfigName | undefined {
  const dev = ns.deviceByName(label.split(':', 1)[0]!);
  return dev === null ? undefined : { dev, label };
}

/** The first address of that name. */
export function labelled({ dev, label }: IfconfigName): InterfaceAddress | undefined {
  return dev.addresses.find((entry) => entry.label === label);
}

function flagsOf(dev: NetDevice): { names: string[]; number: number; letters: string } {
  const shown = new Set(linkFlags(dev));
  if (dev.isUp && !shown.has('NO-CARRIER')) shown.add('RUNNING');
  const set = FLAGS.filter(([name]) => shown.has(name));
  const letters = set.map(([name, , letter]) => (name === 'UP' ? 'U' : letter)).join('');
  return {
    names: set.map(([name]) => name),
    number: set.reduce((sum, [, bit]) => sum | bit, 0),
    letters: SHORT_LETTERS.filter((letter) => letters.includes(letter)).join(''),
  };
}

/** `ifconfig [-a] [NAME]`: one block an interface. */
export function formatIfconfig(name: IfconfigName): string {
  const { dev, label } = name;
  const flags = flagsOf(dev);
  const lines = [`${label}: flags=${flags.number}<${flags.names.join(',')}>  mtu ${dev.mtu}`];
  const entry = labelled(name);
  if (entry !== undefined) lines.push(`        ${addressText(dev, entry)}`);
  const { txQueueLen } = dev.attributes;
  if (dev.isLoopback) lines.push(`        loop  txqueuelen ${txQueueLen}  (Local Loopback)`);
  else lines.push(`        ether ${formatMac(dev.mac)}  txqueuelen ${txQueueLen}  (Ethernet)`);
  if (!label.includes(':')) {
    lines.push(`        RX packets ${dev.rxPackets}  bytes ${dev.rxBytes} (${humanBytes(dev.rxBytes)})`);
    lines.push(`        RX errors 0  dropped ${dev.rxDropped}  overruns 0  frame 0`);
    lines.push(`        TX packets ${dev.txPackets}  bytes ${dev.txBytes} (${humanBytes(dev.txBytes)})`);
    lines.push(`        TX errors 0  dropped ${dev.txDropped} overruns 0  carrier 0  collisions 0`);
  }
  return `${lines.join('\n')}\n\n`;
}

function addressText(dev: NetDevice, entry: InterfaceAddress): string {
  const text = `inet ${formatIp4(entry.address)}  netmask ${formatIp4(prefixMask(entry.prefixLen))}`;
  return dev.isLoopback ? text : `${text}  broadcast ${formatIp4(entry.broadcast)}`;
}

/** With one digit behind the point, cut off. */
function humanBytes(bytes: number): string {
  let unit = 0;
  let scale = 1;
  while (unit < UNITS.length - 1 && bytes > scale * 1024) {
    scale *= 1024;
    unit++;
  }
  const tenths = Math.floor((bytes * 10) / scale);
  return `${Math.floor(tenths / 10)}.${tenths % 10} ${UNITS[unit]!}`;
}

/** `ifconfig -s`: one line an interface under a head. */
export function formatIfconfigShort(names: readonly IfconfigName[]): string {
  return SHORT_HEAD + names.map(shortLine).join('');
}

function shortLine({ dev, label }: IfconfigName): string {
  const start = `${label.padEnd(15)} ${String(dev.mtu).padStart(5)} `;
  const letters = flagsOf(dev).letters;
  if (label.includes(':')) return `${start}     - no statistics available -                        ${letters}\n`;
  const pad = (value: number, width: number): string => String(value).padStart(width);
  const received = `${pad(dev.rxPackets, 8)} ${pad(0, 6)} ${pad(dev.rxDropped, 6)} ${'0'.padEnd(6)}`;
  const sent = `${pad(dev.txPackets, 8)} ${pad(0, 6)} ${pad(dev.txDropped, 6)} ${pad(0, 6)}`;
  return `${start}${received} ${sent} ${letters}\n`;
}
