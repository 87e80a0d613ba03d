/**
 * The rules behind a hook as one list of numbers: those of the hook's chain and, behind them, of every chain that a
 * packet may come to from there (Linux: the blob of struct ipt_entry that a table is in the kernel). A rule is a row;
 * the end of a chain is a row of its own, which leads back. What most rules ask is compared in one go, without a look
 * at the rule itself.
 *
 *    0      1        2      3             4      5          6      7    8      9     10     11
 *    flags | source | mask | destination | mask | protocol | mask | in | mask | out | mask | then
 *
 * Interfaces are numbers that stand for names (`nameNumber`). `then` is the verdict, or the row where a chain begins.
 */
import { assert } from '../../base/assert.ts';
import { nameNumber } from '../name-number.ts';
import type { NfPacket } from './packet.ts';
import type { InterfaceTest, Rule } from './rule.ts';
import { testHeader, testRest } from './rule.ts';
import type { Chain } from './table.ts';
import { XT_CONTINUE, XT_RETURN } from './verdict.ts';

export const ROW_WORDS = 12;
export const ROW_FLAGS = 0;
export const ROW_SOURCE = 1;
export const ROW_SOURCE_MASK = 2;
export const ROW_DESTINATION = 3;
export const ROW_DESTINATION_MASK = 4;
export const ROW_PROTOCOL = 5;
export const ROW_PROTOCOL_MASK = 6;
export const ROW_IN = 7;
export const ROW_IN_MASK = 8;
export const ROW_OUT = 9;
export const ROW_OUT_MASK = 10;
export const ROW_THEN = 11;

/** Something is inverted: the row asks nothing, all of the header is asked at the rule. */
const ASK_HEADER = 1;
/** Prefixes of interface names, and fragments, are asked at the rule. */
const ASK_REST = 2;
/** There are matches. */
const ASK_MATCHES = 4;
/** Anything that the row cannot say. */
export const ROW_ASKS = ASK_HEADER | ASK_REST | ASK_MATCHES;
/** To another chain, and not back here. */
export const ROW_GOTO = 8;
/** To another chain. */
export const ROW_JUMP = 16;
/** A target is asked. */
export const ROW_TARGET = 32;
/** The end of a chain. */
export const ROW_END = 64;

const ALL_BITS = -1;

/** What stands behind a hook. */
export interface RuleProgram {
  readonly rows: Int32Array;
  /** By row; null at the end of a chain. */
  readonly steps: readonly (RuleStep | null)[];
}

/**
 * A rule as packets meet it. All are of one shape, and matches and targets are functions of theirs, so that a packet's
 * way past them looks nothing up.
 */
export class RuleStep {
  readonly rule: Rule;
  readonly counters: Float64Array;
  private readonly tests: readonly ((packet: NfPacket) => boolean)[];
  private readonly apply: ((packet: NfPacket) => number) | null;

  constructor(rule: Rule) {
    this.rule = rule;
    this.counters = rule.counters;
    this.tests = rule.matches.map((match) => match.matches.bind(match));
    const { target } = rule;
    this.apply = target === null ? null : target.apply.bind(target);
  }

  /** What the row could not say about a packet that it lets through; `flags` are the row's. */
  meetsRest(flags: number, packet: NfPacket): boolean {
    if ((flags & ASK_HEADER) !== 0 && !testHeader(this.rule, packet)) return false;
    if ((flags & ASK_REST) !== 0 && !testRest(this.rule, packet)) return false;
    const { tests } = this;
    for (let i = 0; i < tests.length; i++) if (!tests[i]!(packet)) return false;
    return true;
  }

  /** The target's verdict. */
  judge(packet: NfPacket): number {
    return this.apply === null ? this.rule.standard : this.apply(packet);
  }
}

/** Makes a hook's program of its chain and those that it leads to. */
export function compileProgram(chain: Chain): RuleProgram {
  const starts = new Map<Chain, number>();
  const rules: (Rule | null)[] = [];
  placeChain(chain, starts, rules);
  const rows = new Int32Array(rules.length * ROW_WORDS);
  rules.forEach((rule, row) => {
    if (rule === null) rows[row * ROW_WORDS + ROW_FLAGS] = ROW_END;
    else fillRow(rows, row * ROW_WORDS, rule, starts);
  });
  return { rows, steps: rules.map((rule) => (rule === null ? null : new RuleStep(rule))) };
}

function placeChain(chain: Chain, starts: Map<Chain, number>, rules: (Rule | null)[]): void {
  starts.set(chain, rules.length);
  rules.push(...chain.rules, null);
  for (const { jump } of chain.rules) if (jump !== null && !starts.has(jump)) placeChain(jump, starts, rules);
}

function fillRow(rows: Int32Array, at: number, rule: Rule, starts: ReadonlyMap<Chain, number>): void {
  const ways = askingFlags(rule) | leavingFlags(rule);
  rows[at + ROW_FLAGS] = ways;
  rows[at + ROW_THEN] = thenOf(rule, starts);
  if ((ways & ASK_HEADER) !== 0) return;
  rows[at + ROW_SOURCE] = rule.source;
  rows[at + ROW_SOURCE_MASK] = rule.sourceMask;
  rows[at + ROW_DESTINATION] = rule.destination;
  rows[at + ROW_DESTINATION_MASK] = rule.destinationMask;
  rows[at + ROW_PROTOCOL] = rule.protocol;
  rows[at + ROW_PROTOCOL_MASK] = rule.protocol === 0 ? 0 : ALL_BITS;
  fillInterface(rows, at + ROW_IN, rule.inInterface);
  fillInterface(rows, at + ROW_OUT, rule.outInterface);
}

function fillInterface(rows: Int32Array, at: number, test: InterfaceTest | null): void {
  if (test === null || !isPlain(test)) return;
  rows[at] = nameNumber(test.prefix);
  rows[at + 1] = ALL_BITS;
}

/** One name, and not all but one. */
function isPlain(test: InterfaceTest): boolean {
  return !test.isPrefix && !test.isInverted;
}

function askingFlags(rule: Rule): number {
  const { inInterface, outInterface } = rule;
  const isInverted = rule.isSourceInverted || rule.isDestinationInverted || rule.isProtocolInverted;
  const hasInterfaces =
    (inInterface !== null && !isPlain(inInterface)) || (outInterface !== null && !isPlain(outInterface));
  let flags = rule.matches.length > 0 ? ASK_MATCHES : 0;
  if (isInverted) flags |= ASK_HEADER;
  else if (hasInterfaces || rule.fragments !== 0) flags |= ASK_REST;
  return flags;
}

/** A way to a chain without rules leads on at once; its own row still counts. */
function leavingFlags(rule: Rule): number {
  if (rule.jump !== null) return rule.jump.rules.length === 0 ? 0 : rule.isGoto ? ROW_JUMP | ROW_GOTO : ROW_JUMP;
  return rule.target === null ? 0 : ROW_TARGET;
}

function thenOf(rule: Rule, starts: ReadonlyMap<Chain, number>): number {
  if (rule.jump === null) return rule.standard;
  if (rule.jump.rules.length === 0) return rule.isGoto ? XT_RETURN : XT_CONTINUE;
  const start = starts.get(rule.jump);
  assert(start !== undefined, 'a chain that is jumped to has its place');
  return start;
}
