/** What a namespace reaches without a gateway, for programs that must keep out of the way of its networks. */
import type { Cidr } from '../../base/addr.ts';
import { RT_SCOPE_LINK, RT_TABLE_MAIN } from '../ip/fib.ts';
import type { Netns } from '../netns.ts';

/** The destinations of all routes of scope link in the main table, but for default routes. */
export function onLinkNetworks(ns: Netns): Cidr[] {
  return ns.fib
    .list()
    .filter((route) => route.table === RT_TABLE_MAIN && route.scope === RT_SCOPE_LINK && route.prefixLen > 0)
    .map((route) => ({ address: route.destination, prefixLen: route.prefixLen }));
}
