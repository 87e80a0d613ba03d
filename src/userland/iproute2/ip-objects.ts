/**
 * The objects of `ip` and their verbs, each list in the order in which iproute2 tries an abbreviation. Verbs that show
 * have a function here; all others go through the door.
 */
import type { AdminResult } from '../../kernel/admin/result.ts';
import {
  ADDRESS_USAGE,
  LINK_USAGE,
  MONITOR_USAGE,
  NEIGH_USAGE,
  NETNS_USAGE,
  ROUTE_USAGE,
  RULE_USAGE,
} from '../../kernel/admin/ip-usage.ts';
import { completed } from '../../kernel/admin/words.ts';
import { XFRM_USAGE } from '../../kernel/admin/ip-xfrm-usage.ts';
import { MADDR_USAGE } from '../../kernel/admin/ip-maddr.ts';
import { flushAddresses, showAddresses } from '../../kernel/show/ip-addr.ts';
import { showMulticast } from '../../kernel/show/ip-maddr.ts';
import { showLinks } from '../../kernel/show/ip-link.ts';
import { flushNeighbours, getNeighbour, showNeighbours } from '../../kernel/show/ip-neigh.ts';
import { getRoute } from '../../kernel/show/ip-route-get.ts';
import { flushRoutes, showRoutes } from '../../kernel/show/ip-route-list.ts';
import { showRules } from '../../kernel/show/ip-rule.ts';
import type { ShowOptions } from '../../kernel/show/options.ts';
import type { Process } from '../../kernel/proc/process.ts';

/** Answers a verb that shows; `args` stand behind the verb. */
export type Show = (ns: Process['ns'], args: readonly string[], options: ShowOptions) => AdminResult;

export interface IpObject {
  /** All names under which it is known, in the order in which they are tried. */
  readonly name: string;
  /** What the error about an unknown verb calls it. */
  readonly helpName: string;
  readonly usage: string;
  readonly verbs: readonly string[];
  readonly shows: ReadonlyMap<string, Show>;
  /** Verbs that Dockwire does not have. */
  readonly lacking: ReadonlySet<string>;
}

/** Shows with these verbs; the first of them is meant when no verb is given. */
function shows(verbs: string, show: Show): [string, Show][] {
  return verbs.split(' ').map((verb) => [verb, show]);
}

const LISTS = 'list show lst';

const LINK: Omit<IpObject, 'name'> = {
  helpName: 'link',
  usage: LINK_USAGE,
  verbs: 'add set change replace delete show lst list xstats afstats property help'.split(' '),
  shows: new Map(shows(LISTS, showLinks)),
  lacking: new Set(['xstats', 'afstats']),
};
const ADDRESS: Omit<IpObject, 'name'> = {
  helpName: 'address',
  usage: ADDRESS_USAGE,
  verbs: 'add change chg replace delete list show lst flush save showdump restore help'.split(' '),
  shows: new Map([...shows(LISTS, showAddresses), ...shows('flush', flushAddresses)]),
  lacking: new Set(['save', 'showdump', 'restore']),
};
const MADDRESS: Omit<IpObject, 'name'> = {
  helpName: 'maddr',
  usage: MADDR_USAGE,
  verbs: 'add delete list show lst help'.split(' '),
  shows: new Map(shows(LISTS, showMulticast)),
  lacking: new Set(),
};
const ROUTE: Omit<IpObject, 'name'> = {
  helpName: 'route',
  usage: ROUTE_USAGE,
  verbs: 'list show lst get add append prepend change chg replace test delete flush save restore showdump help'.split(
    ' ',
  ),
  shows: new Map([...shows(LISTS, showRoutes), ...shows('get', getRoute), ...shows('flush', flushRoutes)]),
  lacking: new Set(['save', 'restore', 'showdump']),
};
const RULE: Omit<IpObject, 'name'> = {
  helpName: 'rule',
  usage: RULE_USAGE,
  verbs: 'list lst show save restore add delete flush help'.split(' '),
  shows: new Map(shows(LISTS, showRules)),
  lacking: new Set(['save', 'restore']),
};
const NEIGH: Omit<IpObject, 'name'> = {
  helpName: 'neigh',
  usage: NEIGH_USAGE,
  verbs: 'add change chg replace delete get show lst list flush help'.split(' '),
  shows: new Map([
    ...shows('show list lst', showNeighbours),
    ...shows('get', getNeighbour),
    ...shows('flush', flushNeighbours),
  ]),
  lacking: new Set(),
};
/** What the program itself does: it starts children, or waits. */
const NETNS: Omit<IpObject, 'name'> = {
  helpName: 'netns',
  usage: NETNS_USAGE,
  verbs: 'list show lst list-id help add set delete identify pids exec monitor attach'.split(' '),
  shows: new Map(),
  lacking: new Set(['list-id', 'monitor']),
};
const MONITOR: Omit<IpObject, 'name'> = {
  helpName: 'monitor',
  usage: MONITOR_USAGE,
  verbs: [],
  shows: new Map(),
  lacking: new Set(),
};

/** It has objects of its own, whose verbs the kernel's door knows. */
const XFRM: Omit<IpObject, 'name'> = {
  helpName: 'xfrm',
  usage: XFRM_USAGE,
  verbs: [],
  shows: new Map(),
  lacking: new Set(),
};

/** Every object of iproute2 in its order; null for one that Dockwire does not have. */
const OBJECTS: readonly (readonly [name: string, object: Omit<IpObject, 'name'> | null])[] = [
  ['address', ADDRESS],
  ['addrlabel', null],
  ['maddress', MADDRESS],
  ['route', ROUTE],
  ['rule', RULE],
  ['neighbor', NEIGH],
  ['neighbour', NEIGH],
  ['ntable', null],
  ['ntbl', null],
  ['link', LINK],
  ['l2tp', null],
  ['fou', null],
  ['ila', null],
  ['macsec', null],
  ['tunnel', null],
  ['tunl', null],
  ['tuntap', null],
  ['tap', null],
  ['token', null],
  ['tcpmetrics', null],
  ['tcp_metrics', null],
  ['monitor', MONITOR],
  ['xfrm', XFRM],
  ['mroute', null],
  ['mrule', null],
  ['netns', NETNS],
  ['netconf', null],
  ['vrf', null],
  ['sr', null],
  ['nexthop', null],
  ['mptcp', null],
  ['ioam', null],
  ['help', null],
  ['stats', null],
];
const NAMES = OBJECTS.map(([name]) => name);

/** The names of the objects that Dockwire has. */
export const SUPPORTED_OBJECTS = 'address, maddress, route, rule, neighbour, link, monitor, xfrm, netns';

/** The object that a word names or abbreviates; undefined for none, a name alone for one that Dockwire lacks. */
export function findObject(word: string): IpObject | string | undefined {
  const name = completed(word, NAMES);
  if (name === undefined) return undefined;
  const object = OBJECTS[NAMES.indexOf(name)]![1];
  return object === null ? name : { name, ...object };
}
