/** `ip rule show` (iproute2: iprule.c, print_rule). */
import { formatIp4 } from '../../base/addr.ts';
import { IP_PROTOCOLS, readRuleWords } from '../admin/ip-rule.ts';
import type { AdminResult } from '../admin/result.ts';
import { DONE, failure } from '../admin/result.ts';
import { Words } from '../admin/words.ts';
import { RTPROT_KERNEL } from '../ip/fib.ts';
import type { FibRule, PortRange } from '../ip/rules.ts';
import type { Netns } from '../netns.ts';
import type { ShowOptions } from './options.ts';
import { printRecords, Record } from './record.ts';
import { formatDsfield, PROTOCOL_NAMES, routeTypeNumber, TABLE_NAMES } from './route-names.ts';

const ALL_BITS = 0xffffffff;

export function showRules(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const wanted: { -readonly [K in keyof FibRule]?: FibRule[K] } = {};
  const flaw = readRuleWords(wanted, new Words(args));
  // Here a word that is no key is a destination.
  const stray = /^Error: argument "(.*)" is wrong: Failed to parse rule type/.exec(flaw?.stderr ?? '')?.[1];
  if (stray !== undefined) return failure(1, `Error: inet prefix is expected rather than "${stray}".`);
  if (flaw !== null) return flaw;
  const keys = Object.keys(wanted) as (keyof FibRule)[];
  const rules = ns.fib.rules.filter((rule) =>
    keys.every((key) => JSON.stringify(rule[key]) === JSON.stringify(wanted[key])),
  );
  return {
    ...DONE,
    stdout: printRecords(
      rules.map((rule) => ruleRecord(ns, rule, options)),
      options,
    ),
  };
}

/** The words of one rule, a blank between each two. */
class RuleRecord extends Record {
  word(key: string, text: string, value: Parameters<Record['add']>[2]): void {
    this.add(key, this.text.endsWith('\t') ? text : ` ${text}`, value);
  }
}

function ruleRecord(ns: Netns, rule: FibRule, options: ShowOptions): Record {
  const record = new RuleRecord();
  record.add('priority', `${rule.priority}:\t`, rule.priority);
  if (rule.isInverted) record.word('not', 'not', null);
  addPrefix(record, 'src', 'from', rule.src, rule.srcLen);
  if (rule.dstLen > 0) addPrefix(record, 'dst', 'to', rule.dst, rule.dstLen);
  addSelectors(ns, record, rule, options);
  addAction(ns, record, rule, options);
  const isKnown = rule.protocol !== 0 && rule.protocol !== RTPROT_KERNEL;
  if (isKnown || options.details) {
    const name = PROTOCOL_NAMES.format(rule.protocol, options.numeric);
    record.word('protocol', `proto ${name}`, name);
  }
  return record;
}

function addPrefix(record: RuleRecord, key: string, word: string, address: number, length: number): void {
  if (length === 0) {
    record.word(key, `${word} all`, 'all');
    return;
  }
  record.word(key, `${word} ${formatIp4(address)}${length === 32 ? '' : `/${length}`}`, formatIp4(address));
  if (length !== 32) record.json[`${key}len`] = length;
}

function addSelectors(ns: Netns, record: RuleRecord, rule: FibRule, { numeric }: ShowOptions): void {
  if (rule.tos !== 0) {
    const tos = formatDsfield(rule.tos, numeric);
    record.word('tos', `tos ${tos}`, tos);
  }
  if (rule.markMask !== 0) {
    const [mark, mask] = [`0x${rule.mark.toString(16)}`, `0x${rule.markMask.toString(16)}`];
    record.word('fwmark', `fwmark ${mark}`, mark);
    if (rule.markMask !== ALL_BITS) record.add('fwmask', `/${mask}`, mask);
  }
  for (const key of ['iif', 'oif'] as const) {
    if (rule[key] === '') continue;
    record.word(key, `${key} ${rule[key]}`, rule[key]);
    if (ns.deviceByName(rule[key]) === null) record.word(`${key}_detached`, '[detached]', null);
  }
  if (rule.uidRange !== null) {
    const { start, end } = rule.uidRange;
    record.word('uid_start', `uidrange ${start}-${end}`, start);
    record.json['uid_end'] = end;
  }
  if (rule.ipProtocol !== 0) {
    const name = [...IP_PROTOCOLS].find(([, number]) => number === rule.ipProtocol)?.[0];
    const shown = numeric || name === undefined ? `ipproto-${rule.ipProtocol}` : name;
    record.word('ipproto', `ipproto ${shown}`, shown);
  }
  addPorts(record, 'sport', rule.srcPorts);
  addPorts(record, 'dport', rule.dstPorts);
}

function addPorts(record: RuleRecord, key: string, range: PortRange | null): void {
  if (range === null) return;
  const { start, end } = range;
  if (start === end) record.word(key, `${key} ${start}`, start);
  else {
    record.word(`${key}_start`, `${key} ${start}-${end}`, start);
    record.json[`${key}_end`] = end;
  }
}

function addAction(ns: Netns, record: RuleRecord, rule: FibRule, { numeric }: ShowOptions): void {
  const { action } = rule;
  if (action === 'lookup') {
    const table = TABLE_NAMES.format(rule.table, numeric);
    record.word('table', `lookup ${table}`, table);
    const { suppressPrefixLength: length, suppressIfGroup: group } = rule;
    if (length >= 0) record.word('suppress_prefixlen', `suppress_prefixlength ${length}`, length);
    if (group >= 0) {
      const name = group === 0 && !numeric ? 'default' : String(group);
      record.word('suppress_ifgroup', `suppress_ifgroup ${name}`, name);
    }
  } else if (action === 'goto') {
    record.word('goto', `goto ${rule.target}`, rule.target);
    if (!ns.fib.rules.some((other) => other.priority === rule.target)) record.word('unresolved', '[unresolved]', null);
  } else if (action === 'nop') record.word('nop', 'nop', null);
  else {
    const word = numeric ? String(routeTypeNumber(action)) : action;
    record.word('action', word, word);
  }
}
