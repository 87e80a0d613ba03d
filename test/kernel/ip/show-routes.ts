/** Routes in the words of `ip route show table all`, sorted; `linkdown` is left out. */
import type { Netns } from '../../../src/kernel/netns.ts';
import { NOTHING_HIDDEN, routeRecord } from '../../../src/kernel/show/ip-route.ts';
import { PLAIN } from '../../../src/kernel/show/options.ts';

export function showRoutes(ns: Netns): string[] {
  return ns.fib
    .list()
    .filter((route) => route.dev?.isLoopback !== true)
    .map((route) => routeRecord(route, PLAIN, NOTHING_HIDDEN).text.replace('linkdown ', '').trimEnd())
    .sort((a, b) => (a < b ? -1 : 1));
}
