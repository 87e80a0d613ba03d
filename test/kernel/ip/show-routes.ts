/** Routes in the words of `ip route show table all`, sorted; `linkdown` is left out. */
import { formatIp4 } from '../../../src/base/addr.ts';
import type { FibRoute } from '../../../src/kernel/ip/fib.ts';
import type { Netns } from '../../../src/kernel/netns.ts';

export function showRoutes(ns: Netns): string[] {
  return ns.fib
    .list()
    .filter((route) => route.dev?.isLoopback !== true)
    .map(showRoute)
    .sort((a, b) => (a < b ? -1 : 1));
}

function showRoute(route: FibRoute): string {
  const words: string[] = route.type === 'unicast' ? [] : [route.type];
  const prefix = route.prefixLen === 32 ? '' : `/${route.prefixLen}`;
  words.push(route.prefixLen === 0 ? 'default' : `${formatIp4(route.destination)}${prefix}`);
  if (route.gateway !== 0) words.push(`via ${formatIp4(route.gateway)}`);
  if (route.dev !== null) words.push(`dev ${route.dev.name}`);
  if (route.table === 'local') words.push('table local');
  if (route.protocol === 'kernel') words.push('proto kernel');
  if (route.scope !== 'global') words.push(`scope ${route.scope}`);
  if (route.prefSrc !== 0) words.push(`src ${formatIp4(route.prefSrc)}`);
  if (route.metric !== 0) words.push(`metric ${route.metric}`);
  return words.join(' ');
}
