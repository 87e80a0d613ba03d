/**
 * Matches and targets as rules know them, each an object that was made from a command line's words and can say them
 * again (Linux: struct xt_match with struct xtables_match of the iptables tool). A new one is one file and one line
 * in `registry.ts`.
 */
import type { MatchHome } from './match-home.ts';
import type { NfPacket } from './packet.ts';
import type { RuleHeader } from './rule.ts';

/** An option of a match or target (libxtables: struct xt_option_entry). */
export interface OptionSpec {
  readonly name: string;
  readonly hasValue: boolean;
  readonly canInvert: boolean;
  readonly isMandatory: boolean;
  readonly canRepeat: boolean;
  /** Options that exclude this one. */
  readonly excludes: readonly string[];
  /** The option that must be there, too; '' for none. */
  readonly requires: string;
  /** What is said when it comes twice, '' for libxtables' own words. */
  readonly onlyOne: string;
  /** The option under whose name it counts: `--sport` is `--source-port`. */
  readonly alias: string;
}

type OptionTraits = Partial<Omit<OptionSpec, 'name' | 'hasValue'>>;

/** An option with a value. */
export function option(name: string, traits: OptionTraits = {}): OptionSpec {
  return {
    name,
    hasValue: true,
    canInvert: false,
    isMandatory: false,
    canRepeat: false,
    excludes: [],
    requires: '',
    alias: name,
    onlyOne: '',
    ...traits,
  };
}

/** An option without a value. */
export function flag(name: string, traits: OptionTraits = {}): OptionSpec {
  return { ...option(name, traits), hasValue: false };
}

/** Several options of the same traits, with values. */
export function options(names: readonly string[], traits: OptionTraits = {}): OptionSpec[] {
  return names.map((name) => option(name, traits));
}

/** What an extension hears while its words are read. */
interface Extended {
  /** What is said on standard error about a rule that is taken, '' for nothing. */
  readonly warning?: string;
  /**
   * One of its options; `text` is '' for those without a value. May take more words with `take`; of the header it
   * knows what stands in front of it.
   */
  option(name: string, text: string, isInverted: boolean, take: () => string, header: RuleHeader): void;
  /** All words are read. */
  check(header: RuleHeader): void;
  /** Its options as iptables-save prints them, each with a blank before it. */
  save(): string;
  /** Whether the kernel takes it with this header in this chain, '' for a user's. Absent: always. */
  accepts?(header: RuleHeader, chain: string): boolean;
  /** With what the kernel refuses it where that is not `Invalid argument`; '' when it does not. */
  errno?(): string;
  /** What `iptables -L` prints behind the addresses, blanks included. */
  print(isNumeric: boolean): string;
}

export interface NfMatch extends Extended {
  readonly name: string;
  /** Nothing of it is left when iptables-nft has said it in the kernel's words. */
  isVoid?(): boolean;
  /** Whether the packet is meant. */
  matches(packet: NfPacket): boolean;
  /** One of the same kind with a state of its own, for another rule. Absent: it has none. */
  copy?(): NfMatch;
  /** As it was when its rule was made: its counters were zeroed, for which iptables-nft makes the rule anew. */
  reset?(): void;
  /** The line is read: it looks for what it names, in a namespace or in tables that are none's. May refuse. */
  lookUp?(home: MatchHome | null): void;
  /**
   * It is in a rule of this namespace now: told after each change of the rules. What it keeps in `home` is kept for as
   * long as some rule asks for it (Linux: checkentry and destroy).
   */
  bind?(home: MatchHome): void;
}

export interface NfTarget extends Extended {
  readonly name: string;
  /** What `-L` calls it where that is another name. */
  readonly listName?: string;
  /** What becomes of a packet: one of the hooks' verdicts, or XT_CONTINUE or XT_RETURN. */
  apply(packet: NfPacket): number;
  /** One of the same kind with a state of its own, for another rule. Absent: it has none. */
  copy?(): NfTarget;
}

export interface Extension<T> {
  readonly name: string;
  readonly options: readonly OptionSpec[];
  /** The tables and chains where the kernel takes it; empty for everywhere. */
  readonly tables: readonly string[];
  readonly chains: readonly string[];
  /** The protocol that the kernel demands, 0 for any. */
  readonly protocol: number;
  make(): T;
}

export type MatchExtension = Extension<NfMatch>;
export type TargetExtension = Extension<NfTarget>;

/** A match for all tables. */
export function matchExtension(name: string, specs: readonly OptionSpec[], make: () => NfMatch): MatchExtension {
  return { name, options: specs, tables: [], chains: [], protocol: 0, make };
}

/** A target, with the tables and chains that take it. */
export function targetExtension(
  name: string,
  specs: readonly OptionSpec[],
  make: () => NfTarget,
  places: { tables?: readonly string[]; chains?: readonly string[] } = {},
): TargetExtension {
  return { name, options: specs, tables: places.tables ?? [], chains: places.chains ?? [], protocol: 0, make };
}

const PLAIN_TEXT = /^[-_0-9a-zA-Z]+$/;

/** A user's text as iptables-save prints it, with the blank before it (twin of xtables_save_string). */
export function saveString(text: string): string {
  return PLAIN_TEXT.test(text) ? ` ${text}` : ` "${text.replace(/["\\']/g, '\\$&')}"`;
}

/** `! ` in front of an inverted option, as iptables-save has it. */
export function saveOption(name: string, value: string, isInverted = false): string {
  return `${isInverted ? ' !' : ''} --${name}${value === '' ? '' : ` ${value}`}`;
}
