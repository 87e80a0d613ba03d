/**
 * Policy rules: which tables are asked, in which order (Linux: net/core/fib_rules.c, net/ipv4/fib_rules.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import { prefixMask } from '../../base/addr.ts';
import type { Errno } from '../errno.ts';
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTPROT_KERNEL } from './fib.ts';
import type { FibResult } from './fib-table.ts';
import type { Flow } from './flow.ts';

export type RuleAction = 'lookup' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit';

export interface PortRange {
  readonly start: number;
  readonly end: number;
}

/** One rule (Linux: struct fib4_rule). Fields that are not asked for are 0, '' or null. */
export interface FibRule {
  readonly priority: number;
  readonly isInverted: boolean;
  readonly src: Ip4;
  readonly srcLen: number;
  readonly dst: Ip4;
  readonly dstLen: number;
  readonly tos: number;
  readonly mark: number;
  readonly markMask: number;
  readonly iif: string;
  readonly oif: string;
  readonly ipProtocol: number;
  readonly srcPorts: PortRange | null;
  readonly dstPorts: PortRange | null;
  readonly uidRange: PortRange | null;
  readonly action: RuleAction;
  readonly table: number;
  /** Where `goto` leads. */
  readonly target: number;
  /** Answers of so short a prefix do not count; -1 for none. */
  readonly suppressPrefixLength: number;
  readonly suppressIfGroup: number;
  readonly protocol: number;
}

const PLAIN_RULE: FibRule = {
  priority: 0,
  isInverted: false,
  src: 0,
  srcLen: 0,
  dst: 0,
  dstLen: 0,
  tos: 0,
  mark: 0,
  markMask: 0,
  iif: '',
  oif: '',
  ipProtocol: 0,
  srcPorts: null,
  dstPorts: null,
  uidRange: null,
  action: 'lookup',
  table: RT_TABLE_MAIN,
  target: 0,
  suppressPrefixLength: -1,
  suppressIfGroup: -1,
  protocol: 0,
};

/** A rule that differs from the plainest in these fields. */
export function ruleOf(fields: Partial<FibRule>): FibRule {
  return { ...PLAIN_RULE, ...fields };
}

/** The three that every namespace begins with (fib_default_rules_init). */
export function defaultRules(): FibRule[] {
  return [
    ruleOf({ priority: 0, table: RT_TABLE_LOCAL, protocol: RTPROT_KERNEL }),
    ruleOf({ priority: 0x7ffe, table: RT_TABLE_MAIN, protocol: RTPROT_KERNEL }),
    ruleOf({ priority: 0x7fff, table: RT_TABLE_DEFAULT, protocol: RTPROT_KERNEL }),
  ];
}

/** What the rules answer: a route, or why there is none. */
export type RuleAnswer = FibResult | Errno;

/** Twin of fib_rules_lookup. `ask` is one table's answer; a `throw` route is none. */
export function rulesLookup(
  rules: readonly FibRule[],
  flow: Flow,
  ask: (table: number, flow: Flow) => FibResult | null,
): RuleAnswer {
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at]!;
    if (!ruleMatches(rule, flow)) continue;
    switch (rule.action) {
      case 'goto':
        at = rules.findIndex((other, i) => i > at && other.priority >= rule.target) - 1;
        if (at < -1 || rules[at + 1]!.priority !== rule.target) return 'ENETUNREACH';
        continue;
      case 'nop':
        continue;
      case 'blackhole':
        return 'EINVAL';
      case 'unreachable':
        return 'ENETUNREACH';
      case 'prohibit':
        return 'EACCES';
      default: {
        const found = ask(rule.table, flow);
        if (found === null || found.route.type === 'throw' || isSuppressed(rule, found)) continue;
        return found;
      }
    }
  }
  return 'ENETUNREACH';
}

/** Twin of fib4_rule_suppress; a refusal is never suppressed. */
function isSuppressed(rule: FibRule, found: FibResult): boolean {
  if (found.hop === null) return false;
  // All interfaces are in group 0 unless somebody moved them, which this kernel does not look at.
  return found.route.prefixLen <= rule.suppressPrefixLength || rule.suppressIfGroup === 0;
}

/** Twins of fib_rule_match and fib4_rule_match. */
function ruleMatches(rule: FibRule, flow: Flow): boolean {
  return matchesAll(rule, flow) !== rule.isInverted;
}

function matchesAll(rule: FibRule, flow: Flow): boolean {
  if (rule.iif !== '' && rule.iif !== (flow.iif?.name ?? 'lo')) return false;
  if (rule.oif !== '' && rule.oif !== flow.oif?.name) return false;
  if (((rule.mark ^ flow.mark) & rule.markMask) !== 0) return false;
  // Everything here runs as root.
  if (rule.uidRange !== null && rule.uidRange.start > 0) return false;
  if (((flow.src ^ rule.src) & prefixMask(rule.srcLen)) !== 0) return false;
  if (((flow.dst ^ rule.dst) & prefixMask(rule.dstLen)) !== 0) return false;
  if (rule.tos !== 0 && rule.tos !== (flow.tos & 0xfc)) return false;
  if (rule.ipProtocol !== 0 && rule.ipProtocol !== flow.protocol) return false;
  return inRange(rule.srcPorts, flow.srcPort) && inRange(rule.dstPorts, flow.dstPort);
}

function inRange(range: PortRange | null, port: number): boolean {
  return range === null || (port >= range.start && port <= range.end);
}
