/** `ip rule add | del | flush` (iproute2: iprule.c; Linux: fib_nl_newrule and fib_nl_delrule). */
import { RTPROT_KERNEL } from '../ip/fib.ts';
import type { FibRule, PortRange } from '../ip/rules.ts';
import { ruleOf } from '../ip/rules.ts';
import type { Netns } from '../netns.ts';
import { PROTOCOL_NAMES, readDsfield, readRouteType, TABLE_NAMES } from '../show/route-names.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, INCOMPLETE, netlinkResult, notSupported } from './result.ts';
import { readNumber, readPrefixText, wrongArgument } from './route-values.ts';
import { completed, Words } from './words.ts';

type Draft = { -readonly [K in keyof FibRule]?: FibRule[K] };
type Flaw = AdminResult | null;

const VERBS = 'list lst show save restore add delete flush help'.split(' ');
const RT_TABLE_MAIN = 254;
const ALL_BITS = 0xffffffff;

/** `add | del [not] [from P] [to P] [pref N] … [lookup T | goto N | nop | TYPE]`, `flush`. */
export function ipRule(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const typed = words.next();
  const verb = completed(typed, VERBS);
  if (verb === undefined) return failure(255, `Command "${typed}" is unknown, try "ip rule help".`);
  if (verb === 'flush') return flushRules(ns, words);
  if (verb !== 'add' && verb !== 'delete') return notSupported(`ip rule ${verb}`, 'add, delete, flush');
  if (words.isAtEnd) return failure(1, `"ip rule ${verb === 'add' ? 'add' : 'del'}" requires arguments.`);
  const draft: Draft = {};
  const flaw = readRuleWords(draft, words);
  if (flaw !== null) return flaw;
  return verb === 'add' ? addRule(ns, draft) : deleteRule(ns, draft);
}

/** Reads selectors and action up to the end of the line. */
export function readRuleWords(draft: Draft, words: Words): Flaw {
  while (!words.isAtEnd) {
    const flaw = readWord(draft, words);
    if (words.isIncomplete) return INCOMPLETE;
    if (flaw !== null) return flaw;
  }
  return null;
}

type Reader = (draft: Draft, text: string) => Flaw;

const READERS: readonly (readonly [name: string, isAbbreviated: boolean, read: Reader])[] = [
  ['from', false, (draft, text) => readPrefix(text, (at, length) => ((draft.src = at), (draft.srcLen = length)))],
  ['to', false, (draft, text) => readPrefix(text, (at, length) => ((draft.dst = at), (draft.dstLen = length)))],
  ['preference', true, readPreference],
  ['order', true, readPreference],
  ['priority', true, readPreference],
  ['tos', false, readTos],
  ['dsfield', true, readTos],
  ['fwmark', false, readMark],
  [
    'protocol',
    true,
    (draft, text) => readInto(draft, 'protocol', PROTOCOL_NAMES.read(text), text, '"protocol" value is invalid\n'),
  ],
  ['table', true, readTable],
  ['lookup', false, readTable],
  ['suppress_prefixlength', false, readSuppressLength],
  ['sup_pl', false, readSuppressLength],
  ['suppress_ifgroup', false, readSuppressGroup],
  ['sup_group', false, readSuppressGroup],
  ['dev', false, (draft, text) => ((draft.iif = text), null)],
  ['iif', false, (draft, text) => ((draft.iif = text), null)],
  ['oif', false, (draft, text) => ((draft.oif = text), null)],
  ['uidrange', false, readUids],
  ['ipproto', false, readIpProtocol],
  ['sport', false, (draft, text) => readPorts(text, 'sport', (range) => (draft.srcPorts = range))],
  ['dport', false, (draft, text) => readPorts(text, 'dport', (range) => (draft.dstPorts = range))],
];

function readWord(draft: Draft, words: Words): Flaw {
  const word = words.peek();
  if (word === 'not') {
    words.next();
    draft.isInverted = true;
    return null;
  }
  for (const [name, isAbbreviated, read] of READERS) {
    if (word !== name && !(isAbbreviated && word !== '' && name.startsWith(word))) continue;
    words.next();
    const text = words.value();
    return words.isIncomplete ? INCOMPLETE : read(draft, text);
  }
  if (word === 'l3mdev' || word === 'realms' || word === 'tun_id' || word === 'nat') {
    return notSupported(`ip rule … ${word}`, 'from, to, iif, oif, tos, fwmark, lookup');
  }
  return readAction(draft, words);
}

function readAction(draft: Draft, words: Words): Flaw {
  words.accept('type');
  const word = words.value();
  if (word === 'goto') {
    const text = words.value();
    const target = readNumber(text);
    if (target === undefined) return words.isIncomplete ? INCOMPLETE : wrongArgument(text, 'invalid target\n');
    draft.action = 'goto';
    draft.target = target;
    return null;
  }
  if (word === 'nop') {
    draft.action = 'nop';
    return null;
  }
  const type = readRouteType(word);
  if (type === undefined) return wrongArgument(word, 'Failed to parse rule type');
  const isRefusal = type === 'blackhole' || type === 'unreachable' || type === 'prohibit';
  if (!isRefusal && type !== 'unicast')
    return notSupported(`ip rule … ${word}`, 'lookup, goto, nop, blackhole, unreachable, prohibit');
  draft.action = isRefusal ? type : 'lookup';
  return null;
}

function readPrefix(text: string, keep: (address: number, length: number) => void): Flaw {
  const prefix = readPrefixText(text);
  if (prefix === undefined) return failure(1, `Error: any valid prefix is expected rather than "${text}".`);
  keep(prefix.address, prefix.prefixLen);
  return null;
}

type NumberKey = 'protocol' | 'priority' | 'tos' | 'table' | 'suppressPrefixLength' | 'suppressIfGroup';

function readInto(draft: Draft, key: NumberKey, value: number | undefined, text: string, words: string): Flaw {
  if (value === undefined) return wrongArgument(text, words);
  draft[key] = value;
  return null;
}

function readPreference(draft: Draft, text: string): Flaw {
  return readInto(draft, 'priority', readNumber(text), text, 'preference value is invalid\n');
}

function readTos(draft: Draft, text: string): Flaw {
  return readInto(draft, 'tos', readDsfield(text), text, 'TOS value is invalid\n');
}

function readTable(draft: Draft, text: string): Flaw {
  return readInto(draft, 'table', TABLE_NAMES.read(text), text, 'invalid table ID\n');
}

function readSuppressLength(draft: Draft, text: string): Flaw {
  const words = 'suppress_prefixlength value is invalid\n';
  return readInto(draft, 'suppressPrefixLength', readNumber(text), text, words);
}

function readSuppressGroup(draft: Draft, text: string): Flaw {
  const group = text === 'default' ? 0 : readNumber(text);
  return readInto(draft, 'suppressIfGroup', group, text, 'suppress_ifgroup value is invalid\n');
}

function readMark(draft: Draft, text: string): Flaw {
  const [markText = '', maskText] = text.split('/');
  const mark = readNumber(markText);
  if (mark === undefined) return wrongArgument(text, 'fwmark value is invalid\n');
  const mask = maskText === undefined ? ALL_BITS : readNumber(maskText);
  if (mask === undefined) return wrongArgument(maskText!, 'fwmask value is invalid\n');
  draft.mark = mark;
  draft.markMask = mask;
  return null;
}

function readUids(draft: Draft, text: string): Flaw {
  const match = /^(\d+)-(\d+)$/.exec(text);
  if (match === null) return wrongArgument(text, 'invalid UID range\n');
  draft.uidRange = { start: Number(match[1]), end: Number(match[2]) };
  return null;
}

/** Names of /etc/protocols that filters may use. */
export const IP_PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['igmp', 2],
  ['tcp', 6],
  ['udp', 17],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['sctp', 132],
]);
const U8_MAX = 255;

function readIpProtocol(draft: Draft, text: string): Flaw {
  const value = IP_PROTOCOLS.get(text) ?? readNumber(text);
  if (value === undefined || value > U8_MAX) return wrongArgument(text, 'Invalid "ipproto" value\n');
  draft.ipProtocol = value;
  return null;
}

function readPorts(text: string, name: string, keep: (range: PortRange) => void): Flaw {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return wrongArgument(text, `invalid "${name}"`);
  keep({ start: Number(match[1]), end: Number(match[2] ?? match[1]) });
  return null;
}

/** Just in front of what stood second: so the youngest of those without a place of their own comes first. */
function defaultPriority(rules: readonly FibRule[]): number {
  const second = rules[1];
  return second === undefined || second.priority === 0 ? 0 : second.priority - 1;
}

function addRule(ns: Netns, draft: Draft): AdminResult {
  const { rules } = ns.fib;
  const rule = ruleOf({ table: RT_TABLE_MAIN, ...draft, priority: draft.priority ?? defaultPriority(rules) });
  if (rule.action === 'goto' && rule.target <= rule.priority) {
    return failure(2, 'Error: Backward goto not supported.');
  }
  if (rules.some((other) => isSameRule(other, rule))) return netlinkResult('EEXIST');
  const at = rules.findIndex((other) => other.priority > rule.priority);
  const place = at < 0 ? rules.length : at;
  ns.fib.setRules([...rules.slice(0, place), rule, ...rules.slice(place)]);
  ns.routes.flush();
  return DONE;
}

function isSameRule(left: FibRule, right: FibRule): boolean {
  return (Object.keys(left) as (keyof FibRule)[]).every((key) => {
    const [a, b] = [left[key], right[key]];
    return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
  });
}

function deleteRule(ns: Netns, draft: Draft): AdminResult {
  const at = ns.fib.rules.findIndex((rule) =>
    (Object.keys(draft) as (keyof FibRule)[]).every((key) => {
      // The kernel does not look at these when it looks for a rule.
      if (key === 'isInverted' || key === 'protocol') return true;
      const [a, b] = [rule[key], draft[key]];
      return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
    }),
  );
  if (at < 0) return netlinkResult('ENOENT');
  ns.fib.setRules(ns.fib.rules.filter((_, i) => i !== at));
  ns.routes.flush();
  return DONE;
}

/** All but those of priority 0, which the tool does not see the priority of. */
function flushRules(ns: Netns, words: Words): AdminResult {
  let protocol: number | null = null;
  if (!words.isAtEnd) {
    const text = words.accept('protocol', 'proto') ? words.value() : '';
    protocol = PROTOCOL_NAMES.read(text) ?? RTPROT_KERNEL;
  }
  const keeps = (rule: FibRule): boolean => rule.priority === 0 || (protocol !== null && rule.protocol !== protocol);
  ns.fib.setRules(ns.fib.rules.filter(keeps));
  ns.routes.flush();
  return DONE;
}
