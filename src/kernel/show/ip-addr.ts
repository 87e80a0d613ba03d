/** `ip address show | flush` (iproute2: ipaddress.c, ipaddr_list_flush_or_save). */
import { ADDRESS_USAGE } from '../admin/ip-usage.ts';
import type { AdminResult } from '../admin/result.ts';
import { failure } from '../admin/result.ts';
import { inetDelEntry } from '../ip/devinet.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { printAddressRecord } from './address-record.ts';
import type { LinkFilter } from './link-filter.ts';
import { isAddressWanted, isLinkDumped, isLinkWanted, readLinkFilter } from './link-filter.ts';
import { printLink } from './link-record.ts';
import { printLinkStats } from './link-stats.ts';
import type { ShowOptions } from './options.ts';
import { Printer } from './printer.ts';

/** `[DEV] [scope SCOPE] [to PREFIX] [FLAGS] [label PATTERN] [up] [master DEV] [nomaster] [type TYPE]` */
export function showAddresses(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const filter = readLinkFilter(ns, args, options);
  if ('exit' in filter) return filter.stderr === '' ? { ...filter, stderr: ADDRESS_USAGE } : filter;
  const printer = new Printer(options);
  for (const dev of ns.listDevices()) {
    if (filter.family !== 'link' && !hasWantedAddress(filter, dev)) continue;
    if (!isLinkDumped(filter, dev)) continue;
    printer.openObject();
    printOne(printer, filter, dev);
    printer.close();
  }
  return printer.result();
}

/** Twin of ipaddr_filter: an interface stays for an address that is wanted, or when it has none at all. */
function hasWantedAddress(filter: LinkFilter, dev: NetDevice): boolean {
  if (dev.addresses.length === 0) return filter.family === '';
  return dev.addresses.some((entry) => isAddressWanted(filter, entry));
}

function printOne(printer: Printer, filter: LinkFilter, dev: NetDevice): void {
  const { options } = printer;
  const isLine = options.oneline && filter.family !== 'link';
  if (options.brief || !isLine) {
    if (filter.isUp && !dev.isUp) return;
    if (filter.label === '') {
      if (!isLinkWanted(filter, dev)) return;
      const hasAddress = filter.family === '' || filter.family === 'link';
      printLink(printer, dev, {
        isLink: false,
        isAddressBrief: filter.family === 'link',
        hasQueueLen: true,
        hasAddress,
      });
    }
  }
  if (filter.family !== 'link') printAddresses(printer, filter, dev, isLine);
  if (!isLine && !options.brief && filter.label === '' && options.statistics > 0) {
    printLinkStats(printer, dev);
    printer.lineEnd();
  }
}

function printAddresses(printer: Printer, filter: LinkFilter, dev: NetDevice, isAlone: boolean): void {
  printer.openArray('addr_info');
  for (const entry of dev.addresses) {
    if (filter.isUp && !dev.isUp) continue;
    printer.openObject();
    if (isAddressWanted(filter, entry)) printAddressRecord(printer, dev, entry, isAlone);
    printer.close();
  }
  printer.close();
  if (printer.options.brief) printer.text('\n');
}

/** `ip address flush`: with `-s` it says how far it is, with `-s -s` it also shows what goes. */
export function flushAddresses(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  if (args.length === 0) return failure(1, 'Flush requires arguments.');
  if (options.family === 'link') return failure(1, 'Cannot flush link addresses.');
  const filter = readLinkFilter(ns, args, options);
  if ('exit' in filter) return filter.stderr === '' ? { ...filter, stderr: ADDRESS_USAGE } : filter;
  const printer = new Printer({ ...options, json: false, brief: false });
  const isPrimaryOnly = filter.flags.get('secondary') === false;
  let round = 0;
  for (;;) {
    const found = addressesToFlush(ns, filter);
    if (options.statistics > 1) for (const [dev, entry] of found) printAddressRecord(printer, dev, entry, true);
    if (found.length === 0 || (round > 0 && isPrimaryOnly)) break;
    round++;
    for (const [dev, entry] of found) if (dev.addresses.includes(entry)) inetDelEntry(dev, entry);
    if (options.statistics > 0) printer.text(`\n*** Round ${round}, deleting ${found.length} addresses ***\n`);
    if (isPrimaryOnly) break;
  }
  if (options.statistics > 0) {
    const end = `*** Flush is complete after ${round} round${round > 1 ? 's' : ''} ***\n`;
    printer.text(round === 0 ? 'Nothing to flush.\n' : end);
  }
  return printer.result();
}

function addressesToFlush(ns: Netns, filter: LinkFilter): [NetDevice, InterfaceAddress][] {
  const found: [NetDevice, InterfaceAddress][] = [];
  for (const dev of ns.listDevices()) {
    if (filter.dev !== null && dev !== filter.dev) continue;
    for (const entry of dev.addresses) if (isAddressWanted(filter, entry)) found.push([dev, entry]);
  }
  return found;
}
