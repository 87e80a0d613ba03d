/** `ip link show` (iproute2: ipaddress.c, ipaddr_list_link). */
import { LINK_USAGE } from '../admin/ip-usage.ts';
import type { AdminResult } from '../admin/result.ts';
import type { Netns } from '../netns.ts';
import { isLinkDumped, isLinkWanted, readLinkFilter } from './link-filter.ts';
import type { LinkView } from './link-record.ts';
import { printLink } from './link-record.ts';
import type { ShowOptions } from './options.ts';
import { Printer } from './printer.ts';

const VIEW: LinkView = { isLink: true, isAddressBrief: true, hasQueueLen: true, hasAddress: true };

/** `[DEV] [up] [master DEV] [nomaster] [group GROUP] [type TYPE]` */
export function showLinks(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const filter = readLinkFilter(ns, args, { ...options, family: 'link' });
  if ('exit' in filter) return filter.stderr === '' ? { ...filter, stderr: LINK_USAGE } : filter;
  const printer = new Printer(options);
  for (const dev of ns.listDevices()) {
    if (!isLinkDumped(filter, dev)) continue;
    printer.openObject();
    if (filter.label === '' && isLinkWanted(filter, dev)) printLink(printer, dev, VIEW);
    printer.close();
  }
  return printer.result();
}
