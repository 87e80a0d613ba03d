/** What a command line of iptables says, and the options that it may have (twin of xtables.c and xshared.c). */
import { refuse } from './xt-error.ts';
import type { LongOption } from './getopt.ts';
import type { Loaded } from './loaded.ts';
import type { RuleHeader } from './rule.ts';
import { anyPacket } from './rule.ts';
import type { Network } from './xt-values.ts';

export type CommandLetter = 'A' | 'D' | 'C' | 'I' | 'R' | 'L' | 'S' | 'F' | 'Z' | 'N' | 'X' | 'E' | 'P' | 'V' | 'h';

/** A rule as it was typed: several addresses make several rules, the chain to jump to is still a name. */
export interface RuleDraft {
  readonly header: RuleHeader;
  sources: readonly Network[];
  destinations: readonly Network[];
  readonly matches: Loaded[];
  target: Loaded | null;
  /** What `-j` or `-g` names when it is no target. */
  jumpName: string;
  isGoto: boolean;
  packets: number;
  bytes: number;
}

export interface CommandLine {
  /** '' for none. */
  command: CommandLetter | '';
  table: string;
  chain: string;
  /** A chain was named, if only by ''. */
  hasChain: boolean;
  /** 0 for none. */
  ruleNumber: number;
  newName: string;
  policy: string;
  isVerbose: boolean;
  isNumeric: boolean;
  isExact: boolean;
  hasLineNumbers: boolean;
  /** `-Z` beside `-L` or `-S`. */
  alsoZero: boolean;
  /** `! -V`. */
  isInverted: boolean;
  /** `-6`, and `-4` of ip6tables: not for this tool; iptables-restore passes over such lines. */
  isForOther: boolean;
  /** A warning on standard error that does not end the command, '' for none. */
  warning: string;
  readonly rule: RuleDraft;
}

/** An empty line. */
export function makeCommandLine(): CommandLine {
  const any = [{ address: 0, mask: 0 }];
  return {
    command: '',
    table: 'filter',
    chain: '',
    hasChain: false,
    ruleNumber: 0,
    newName: '',
    policy: '',
    isVerbose: false,
    isNumeric: false,
    isExact: false,
    hasLineNumbers: false,
    alsoZero: false,
    isInverted: false,
    isForOther: false,
    warning: '',
    rule: {
      header: anyPacket(),
      sources: any,
      destinations: any,
      matches: [],
      target: null,
      jumpName: '',
      isGoto: false,
      packets: 0,
      bytes: 0,
    },
  };
}

type Argument = LongOption<null>['argument'];

export const SHORT_OPTIONS: Readonly<Record<string, Argument>> = {
  A: 'required',
  C: 'required',
  D: 'required',
  R: 'required',
  I: 'required',
  L: 'optional',
  S: 'optional',
  M: 'required',
  F: 'optional',
  Z: 'optional',
  N: 'required',
  X: 'optional',
  E: 'required',
  P: 'required',
  V: 'none',
  h: 'optional',
  o: 'required',
  p: 'required',
  s: 'required',
  d: 'required',
  j: 'required',
  i: 'required',
  f: 'none',
  v: 'none',
  w: 'optional',
  W: 'optional',
  n: 'none',
  t: 'required',
  m: 'required',
  x: 'none',
  c: 'required',
  g: 'required',
  4: 'none',
  6: 'none',
};

const LONG_NAMES: readonly (readonly [name: string, letter: string])[] = [
  ['append', 'A'],
  ['delete', 'D'],
  ['check', 'C'],
  ['insert', 'I'],
  ['replace', 'R'],
  ['list', 'L'],
  ['list-rules', 'S'],
  ['flush', 'F'],
  ['zero', 'Z'],
  ['new-chain', 'N'],
  ['delete-chain', 'X'],
  ['rename-chain', 'E'],
  ['policy', 'P'],
  ['source', 's'],
  ['destination', 'd'],
  ['src', 's'],
  ['dst', 'd'],
  ['protocol', 'p'],
  ['in-interface', 'i'],
  ['jump', 'j'],
  ['table', 't'],
  ['match', 'm'],
  ['numeric', 'n'],
  ['out-interface', 'o'],
  ['verbose', 'v'],
  ['wait', 'w'],
  ['wait-interval', 'W'],
  ['exact', 'x'],
  ['fragments', 'f'],
  ['version', 'V'],
  ['help', 'h'],
  ['line-numbers', '0'],
  ['modprobe', 'M'],
  ['set-counters', 'c'],
  ['goto', 'g'],
  ['ipv4', '4'],
  ['ipv6', '6'],
];

export const LONG_OPTIONS: readonly LongOption<Loaded | null>[] = LONG_NAMES.map(([name, letter]) => ({
  name,
  argument: SHORT_OPTIONS[letter] ?? 'none',
  owner: null,
  id: letter,
}));

/** Options in the order in which they are complained about, as they are named. */
const CHECKED: readonly (readonly [letter: string, name: string])[] = [
  ['n', '-n'],
  ['s', '-s'],
  ['d', '-d'],
  ['p', '-p'],
  ['j', '-j'],
  ['v', '-v'],
  ['x', '-x'],
  ['i', '-i'],
  ['o', '-o'],
  ['0', '-0'],
  ['c', '-c'],
  ['f', '-f'],
];
const WITH_RULE = 'sdpjviof';
const ALLOWED: Readonly<Record<CommandLetter, string>> = {
  A: `${WITH_RULE}c`,
  I: `${WITH_RULE}c`,
  R: `${WITH_RULE}c`,
  D: WITH_RULE,
  C: WITH_RULE,
  L: 'nvx0',
  P: 'vc',
  S: 'v',
  F: 'v',
  Z: 'v',
  N: 'v',
  X: 'v',
  E: 'v',
  V: 'nvx0',
  h: 'nvx0',
};

/** Twin of generic_opt_check. */
export function checkOptions({ command, ruleNumber }: CommandLine, given: ReadonlySet<string>): void {
  if (command === '') return;
  const allowed = command === 'D' && ruleNumber > 0 ? 'v' : ALLOWED[command];
  const illegal = CHECKED.find(([letter]) => given.has(letter) && !allowed.includes(letter));
  if (illegal !== undefined) refuse(`Illegal option \`${illegal[1]}' with this command`);
}
