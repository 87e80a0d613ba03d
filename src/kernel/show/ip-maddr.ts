/** `ip maddress show`: what interfaces listen to beside their own address (iproute2: ipmaddr.c). */
import { formatIp4, formatMac } from '../../base/addr.ts';
import { MADDR_USAGE } from '../admin/ip-maddr.ts';
import type { AdminResult } from '../admin/result.ts';
import { failure, garbage, INCOMPLETE } from '../admin/result.ts';
import { ALL_SNOOPERS_IP6_MAC } from '../dev/bridge-snooping.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { ShowOptions } from './options.ts';
import { Printer } from './printer.ts';

/** One line of the list. */
interface Listened {
  readonly family: 'link' | 'inet' | 'inet6';
  readonly address: string;
  readonly users: number;
  readonly isStatic: boolean;
}

/** `args` stand behind the verb. */
export function showMulticast(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  let only = '';
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const name = word === 'dev' ? args[++i] : word;
    if (name === undefined) return INCOMPLETE;
    if (word !== 'dev' && word !== '' && 'help'.startsWith(word)) return failure(255, MADDR_USAGE);
    if (only !== '') return garbage('dev', name);
    only = name;
  }
  const printer = new Printer(options);
  for (const dev of ns.listDevices()) {
    if (only === '' || dev.name === only) printDevice(printer, dev, listened(dev, options.family));
  }
  return printer.result();
}

function listened(dev: NetDevice, family: ShowOptions['family']): Listened[] {
  const link = dev.multicastList.entries.map(({ mac, users, isStatic }): Listened => {
    return { family: 'link', address: formatMac(mac), users, isStatic };
  });
  const inet = (dev.groups?.list() ?? []).map(({ group, users }): Listened => {
    return { family: 'inet', address: formatIp4(group), users, isStatic: false };
  });
  // IPv6 joins these whether it is used or not (ipv6_add_dev, br_multicast_join_snoopers).
  const snoopers = dev.multicastList.has(ALL_SNOOPERS_IP6_MAC) ? ['ff02::6a'] : [];
  const inet6 = [...snoopers, 'ff02::1', 'ff01::1'].map((address): Listened => {
    return { family: 'inet6', address, users: 1, isStatic: false };
  });
  return [...link, ...inet, ...inet6].filter((entry) => family === '' || entry.family === family);
}

function printDevice(printer: Printer, dev: NetDevice, entries: readonly Listened[]): void {
  if (entries.length === 0) return;
  const { oneline } = printer.options;
  const head = `${dev.ifIndex}:\t${printer.ink('ifname', dev.name)}${oneline ? '\\' : '\n'}`;
  printer.openObject();
  printer.json('ifindex', dev.ifIndex);
  printer.json('ifname', dev.name);
  printer.openArray('maddr');
  entries.forEach((entry, i) => {
    if (oneline || i === 0) printer.text(head);
    printer.text('\t');
    printer.openObject();
    printEntry(printer, entry);
    printer.close();
  });
  printer.close();
  printer.close();
}

function printEntry(printer: Printer, { family, address, users, isStatic }: Listened): void {
  printer.text(family === 'inet6' ? 'inet6 ' : `${family}  `);
  if (family !== 'link') printer.json('family', family);
  printer.inked(family === 'link' ? 'mac' : family, family === 'link' ? 'link' : 'address', address, address);
  if (users !== 1) printer.field('users', users, ` users ${users}`);
  if (isStatic) printer.field('features', 'static', ' static');
  printer.text('\n');
}
