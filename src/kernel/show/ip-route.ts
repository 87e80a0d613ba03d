/** `ip route show | get | flush` (iproute2: iproute.c, print_route). */
import type { Cidr } from '../../base/addr.ts';
import { formatCidr, formatIp4 } from '../../base/addr.ts';
import { RT_TABLE_MAIN, RTPROT_BOOT } from '../ip/fib.ts';
import type { FibNexthop, FibRoute } from '../ip/fib.ts';
import { formatDsfield, formatRouteType, PROTOCOL_NAMES, SCOPE_NAMES, TABLE_NAMES } from './route-names.ts';
import type { ShowOptions } from './options.ts';
import type { JsonValue } from './record.ts';
import { Record } from './record.ts';

/** What a listing leaves out because the command line says it already (iproute2: filter.*mask). */
export interface Hidden {
  readonly table: boolean;
  readonly dev: boolean;
  readonly via: boolean;
  readonly src: boolean;
  readonly protocol: boolean;
  readonly scope: boolean;
  readonly metric: boolean;
  readonly tos: boolean;
  /** A type that was asked for is shown even where it would go without saying. */
  readonly types: ReadonlySet<string>;
}

export const NOTHING_HIDDEN: Hidden = {
  table: false,
  dev: false,
  via: false,
  src: false,
  protocol: false,
  scope: false,
  metric: false,
  tos: false,
  types: new Set(),
};

/** `10.0.0.0/24`, `10.0.0.1`, `default`. */
export function formatDestination({ address, prefixLen }: Cidr): string {
  if (prefixLen === 0) return address === 0 ? 'default' : '0/0';
  return prefixLen === 32 ? formatIp4(address) : formatCidr({ address, prefixLen });
}

/** Twin of print_route for a route of a table. */
export function routeRecord(route: FibRoute, options: ShowOptions, hidden: Hidden): Record {
  const record = new Record();
  const { details, numeric } = options;
  const { type, nexthops } = route;
  const isTypeWanted = hidden.types.size === 0 || hidden.types.has(type);
  if ((type !== 'unicast' || details) && isTypeWanted) {
    const word = formatRouteType(type, numeric);
    record.add('type', `${word} `, word);
  }
  const to = formatDestination({ address: route.destination, prefixLen: route.prefixLen });
  record.add('dst', `${to} `, to);
  if (route.tos !== 0 && !hidden.tos) {
    const tos = formatDsfield(route.tos, numeric);
    record.add('tos', `tos ${tos} `, tos);
  }
  const hop = nexthops.length === 1 ? nexthops[0]! : null;
  if (hop !== null) addWay(record, hop, hidden);
  if ((route.table !== RT_TABLE_MAIN || details) && !hidden.table) {
    const table = TABLE_NAMES.format(route.table, numeric);
    record.add('table', `table ${table} `, table);
  }
  addOrigin(record, route, options, hidden);
  if (route.prefSrc !== 0 && !hidden.src) addWord(record, 'prefsrc', 'src', formatIp4(route.prefSrc));
  if (route.metric !== 0 && !hidden.metric) record.add('metric', `metric ${route.metric} `, route.metric);
  addFlags(record, hop === null ? sharedFlags(route) : hopFlags(hop, route));
  addTail(record, route);
  if (nexthops.length > 1) addHops(record, route);
  return record;
}

function addWord(record: Record, key: string, word: string, value: string): void {
  record.add(key, `${word} ${value} `, value);
}

function addWay(record: Record, hop: FibNexthop, hidden: Hidden): void {
  if (hop.gateway !== 0 && !hidden.via) addWord(record, 'gateway', 'via', formatIp4(hop.gateway));
  if (hop.dev !== null && !hidden.dev) addWord(record, 'dev', 'dev', hop.dev.name);
}

function addOrigin(record: Record, route: FibRoute, { details, numeric }: ShowOptions, hidden: Hidden): void {
  if ((route.protocol !== RTPROT_BOOT || details) && !hidden.protocol) {
    addWord(record, 'protocol', 'proto', PROTOCOL_NAMES.format(route.protocol, numeric));
  }
  if ((route.scope !== 0 || details) && !hidden.scope) {
    addWord(record, 'scope', 'scope', SCOPE_NAMES.format(route.scope, numeric));
  }
}

function hopFlags(hop: FibNexthop, route: FibRoute): string[] {
  const flags: string[] = [];
  if (hop.isDead || route.isDead) flags.push('dead');
  if (hop.isOnLink) flags.push('onlink');
  if (hop.isLinkDown) flags.push('linkdown');
  return flags;
}

/**
 * What is true of all ways of a route is said of the route (fi->fib_flags), but the kernel looks at all of them only
 * when it makes the route; later it looks at those of one interface at a time.
 */
function sharedFlags({ nexthops, wasMadeLinkDown }: FibRoute): string[] {
  const isOfOneDevice = nexthops.every((hop) => hop.dev === nexthops[0]!.dev);
  const isDown = nexthops.length > 0 && nexthops.every((hop) => hop.isLinkDown);
  return isDown && (wasMadeLinkDown || isOfOneDevice) ? ['linkdown'] : [];
}

/** Twin of print_rt_flags. */
export function addFlags(record: Record, flags: readonly string[]): void {
  record.add('flags', flags.map((flag) => `${flag} `).join(''), flags);
}

function addTail(record: Record, route: FibRoute): void {
  if (route.realm !== 0) record.add('flow', `realm ${route.realm} `, { to: String(route.realm) });
  if (route.metrics.length > 0) record.add('metrics', metricsText(route), [metricsJson(route)]);
}

const TIMES: ReadonlySet<string> = new Set(['rtt', 'rttvar', 'rto_min']);

/** `mtu lock 1400 rtt 20ms …`, each with a blank behind it (print_rta_metrics). */
export function metricsText(route: FibRoute): string {
  return route.metrics
    .map(({ name, isLocked, value }) => {
      const shown = typeof value === 'number' && TIMES.has(name) ? timeText(value) : String(value);
      return `${name} ${isLocked ? 'lock ' : ''}${shown} `;
    })
    .join('');
}

const MILLISECONDS_PER_SECOND = 1000;

function timeText(milliseconds: number): string {
  if (milliseconds >= MILLISECONDS_PER_SECOND) return `${printedG(milliseconds / MILLISECONDS_PER_SECOND)}s`;
  return `${milliseconds}ms`;
}

/** `%g` of a time in seconds. */
function printedG(value: number): string {
  return String(Number(value.toPrecision(6)));
}

const JSON_NAMES: Readonly<{ [name: string]: string }> = { congctl: 'congestion' };

export function metricsJson(route: FibRoute): { [key: string]: JsonValue } {
  const json: { [key: string]: JsonValue } = {};
  for (const { name, value } of route.metrics) {
    if (name === 'features') json['ecn'] = null;
    else json[JSON_NAMES[name] ?? name] = value;
  }
  return json;
}

function addHops(record: Record, route: FibRoute): void {
  const lines: string[] = [];
  const objects: JsonValue[] = [];
  for (const hop of route.nexthops) {
    const one = new Record();
    addWay(one, hop, NOTHING_HIDDEN);
    one.add('weight', `weight ${hop.weight} `, hop.weight);
    addFlags(one, hopFlags(hop, route));
    lines.push(`\n\tnexthop ${one.text}`);
    objects.push(one.json);
  }
  record.add('nexthops', lines.join(''), objects);
}
