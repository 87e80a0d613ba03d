/** `ip route show | flush SELECTOR` (iproute2: iproute_list_flush_or_save and filter_nlmsg). */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { prefixMask } from '../../base/addr.ts';
import type { AdminResult } from '../admin/result.ts';
import { DONE, failure, INCOMPLETE, noDevice } from '../admin/result.ts';
import { readIp, readNumber, readPrefixText, wrongArgument } from '../admin/route-values.ts';
import { Words } from '../admin/words.ts';
import type { FibRoute } from '../ip/fib.ts';
import { RT_TABLE_MAIN } from '../ip/fib.ts';
import { flushExceptions } from '../ip/fnhe.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { cacheRecords } from './ip-route-get.ts';
import { routeRecord } from './ip-route.ts';
import type { ShowOptions } from './options.ts';
import { printRecords } from './record.ts';
import { PROTOCOL_NAMES, readDsfield, readRouteType, SCOPE_NAMES, TABLE_NAMES } from './route-names.ts';

/** What is listed; null and '' where anything goes. */
interface Filter {
  /** 0 for every table. */
  table: number;
  isTableNamed: boolean;
  isCache: boolean;
  dev: NetDevice | null;
  via: Ip4 | null;
  src: Ip4 | null;
  protocol: number | null;
  scope: number | null;
  metric: number | null;
  tos: number | null;
  types: Set<string>;
  /** Routes to what lies in it. */
  root: Cidr | null;
  /** Routes to what it lies in. */
  match: Cidr | null;
  hasWords: boolean;
  /** What a complaint calls the addresses that it expects. */
  familyWord: string;
}

type Flaw = AdminResult | null;

export function showRoutes(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const filter = readFilter(ns, args, options.family);
  if ('exit' in filter) return filter;
  if (options.family === 'inet6') return { ...DONE, stdout: printRecords([], options) };
  if (filter.isCache) return { ...DONE, stdout: printRecords(cacheRecords(ns, options), options) };
  const hidden = {
    table: filter.table !== 0,
    dev: filter.dev !== null,
    via: filter.via !== null,
    src: filter.src !== null,
    protocol: filter.protocol !== null,
    scope: filter.scope !== null,
    metric: filter.metric !== null,
    tos: filter.tos !== null,
    types: filter.types,
  };
  const routes = ns.fib.list().filter((route) => isWanted(route, filter));
  if (isMissing(ns, filter)) return failure(2, `${NO_TABLE}\nDump terminated`);
  return {
    ...DONE,
    stdout: printRecords(
      routes.map((route) => routeRecord(route, options, hidden)),
      options,
    ),
  };
}

const NO_TABLE = 'Error: ipv4: FIB table does not exist.';

/** A table that was named and was never used; who names none is not told. */
function isMissing(ns: Netns, filter: Filter): boolean {
  return filter.isTableNamed && filter.table !== 0 && !ns.fib.hasTable(filter.table);
}

/** Deletes what `show` would list. */
export function flushRoutes(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const filter = readFilter(ns, args, options.family);
  if ('exit' in filter) return filter;
  if (!filter.hasWords) return failure(1, '"ip route flush" requires arguments.');
  if (filter.isCache) {
    flushExceptions(ns);
    return { ...DONE, stdout: options.statistics > 0 ? '*** IPv4 routing cache is flushed.\n' : '' };
  }
  if (isMissing(ns, filter)) return failure(2, `${NO_TABLE}\nFlush terminated`);
  const removed = ns.fib.remove((route) => isWanted(route, filter));
  ns.routes.flush();
  if (options.statistics === 0) return DONE;
  if (removed === 0) return { ...DONE, stdout: 'Nothing to flush.\n' };
  const rounds = `\n*** Round 1, deleting ${removed} entries ***\n*** Flush is complete after 1 round ***\n`;
  return { ...DONE, stdout: rounds };
}

function isWanted(route: FibRoute, filter: Filter): boolean {
  if (filter.table !== 0 && route.table !== filter.table) return false;
  if (filter.protocol !== null && route.protocol !== filter.protocol) return false;
  if (filter.scope !== null && route.scope !== filter.scope) return false;
  if (filter.types.size > 0 && !filter.types.has(route.type)) return false;
  if (filter.tos !== null && route.tos !== filter.tos) return false;
  if (filter.metric !== null && route.metric !== filter.metric) return false;
  if (filter.src !== null && route.prefSrc !== filter.src) return false;
  const only = route.nexthops.length === 1 ? route.nexthops[0]! : null;
  if (filter.dev !== null && only?.dev !== filter.dev) return false;
  if (filter.via !== null && (only === null || only.gateway !== filter.via)) return false;
  return isWithin(route, filter.root) && covers(route, filter.match);
}

function isWithin(route: FibRoute, root: Cidr | null): boolean {
  if (root === null) return true;
  if (root.prefixLen > route.prefixLen) return false;
  return ((route.destination ^ root.address) & prefixMask(root.prefixLen)) === 0;
}

function covers(route: FibRoute, match: Cidr | null): boolean {
  if (match === null) return true;
  if (match.prefixLen < route.prefixLen) return false;
  return ((route.destination ^ match.address) & prefixMask(route.prefixLen)) === 0;
}

function readFilter(ns: Netns, args: readonly string[], family: string): Filter | AdminResult {
  const filter: Filter = {
    table: RT_TABLE_MAIN,
    isTableNamed: false,
    isCache: false,
    dev: null,
    via: null,
    src: null,
    protocol: null,
    scope: null,
    metric: null,
    tos: null,
    types: new Set(),
    root: null,
    match: null,
    hasWords: args.length > 0,
    familyWord: family === 'inet' ? 'inet' : 'any valid',
  };
  const words = new Words(args);
  while (!words.isAtEnd) {
    const flaw = readWord(ns, filter, words);
    if (words.isIncomplete) return INCOMPLETE;
    if (flaw !== null) return flaw;
  }
  return filter;
}

function fits(word: string, full: string): boolean {
  return word !== '' && full.startsWith(word);
}

function readWord(ns: Netns, filter: Filter, words: Words): Flaw {
  const word = words.peek();
  if (fits(word, 'table')) return readValue(words, (text) => readTable(filter, text));
  if (word === 'vrf') return failure(127, 'ip route … vrf: not supported by Dockwire; supported: table');
  if (fits(word, 'cached') || fits(word, 'cloned')) {
    words.next();
    filter.isCache = true;
    return null;
  }
  if (word === 'tos' || fits(word, 'dsfield')) {
    return readValue(words, (text) => {
      const tos = readDsfield(text);
      if (tos === undefined) return wrongArgument(text, 'TOS value is invalid\n');
      filter.tos = tos;
      return null;
    });
  }
  if (word === 'metric' || fits(word, 'priority') || word === 'preference') {
    return readValue(words, (text) => {
      const metric = readNumber(text);
      if (metric === undefined) return wrongArgument(text, '"metric" value is invalid\n');
      filter.metric = metric;
      return null;
    });
  }
  return readAttribute(ns, filter, words, word);
}

function readAttribute(ns: Netns, filter: Filter, words: Words, word: string): Flaw {
  if (fits(word, 'protocol')) {
    return readValue(words, (text) => {
      if (text === 'all') return null;
      const protocol = PROTOCOL_NAMES.read(text);
      if (protocol === undefined) return wrongArgument(text, 'invalid "protocol"\n');
      filter.protocol = protocol;
      return null;
    });
  }
  if (fits(word, 'scope')) {
    return readValue(words, (text) => {
      if (text === 'all') return null;
      const scope = SCOPE_NAMES.read(text);
      if (scope === undefined) return wrongArgument(text, 'invalid "scope"\n');
      filter.scope = scope;
      return null;
    });
  }
  if (fits(word, 'type')) {
    return readValue(words, (text) => {
      const type = readRouteType(text);
      if (type === undefined) return wrongArgument(text, 'node type value is invalid\n');
      filter.types.add(type);
      return null;
    });
  }
  if (word === 'dev' || word === 'oif' || word === 'iif') {
    return readValue(words, (text) => {
      filter.dev = ns.deviceByName(text);
      return filter.dev === null ? noDevice(text) : null;
    });
  }
  return readAddressWord(filter, words, word);
}

function readAddressWord(filter: Filter, words: Words, word: string): Flaw {
  if (word === 'via' || word === 'src') {
    return readValue(words, (text) => {
      const address = readIp(text);
      if (address === undefined)
        return failure(1, `Error: ${filter.familyWord} prefix is expected rather than "${text}".`);
      filter[word] = address;
      return null;
    });
  }
  if (fits(word, 'to')) {
    words.next();
    if (words.isAtEnd) return INCOMPLETE;
  }
  const kind = words.peek();
  if (fits(kind, 'root') || fits(kind, 'match') || fits(kind, 'exact')) words.next();
  const text = words.value();
  const prefix = readPrefixText(text);
  if (prefix === undefined) return failure(1, `Error: ${filter.familyWord} prefix is expected rather than "${text}".`);
  if (!fits(kind, 'match')) filter.root = prefix;
  if (!fits(kind, 'root')) filter.match = prefix;
  return null;
}

/** `table all`, `table cache`, `table N`. */
function readTable(filter: Filter, text: string): Flaw {
  const table = TABLE_NAMES.read(text);
  if (text === 'all') filter.table = 0;
  else if (text === 'cache') filter.isCache = true;
  else if (text === 'help') return failure(255, '');
  else if (table === undefined) return wrongArgument(text, 'table id value is invalid\n');
  else filter.table = table;
  filter.isTableNamed = true;
  return null;
}

function readValue(words: Words, read: (text: string) => Flaw): Flaw {
  words.next();
  const text = words.value();
  return words.isIncomplete ? INCOMPLETE : read(text);
}
