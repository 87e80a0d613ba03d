/**
 * Tables, their chains and rules. A namespace has none of them until a command asks for one, as with iptables-nft:
 * plain hosts pay nothing.
 */
import { assert } from '../../base/assert.ts';
import type { MatchHome } from './match-home.ts';
import type { RuleProgram } from './rule-program.ts';
import type { Rule } from './rule.ts';

/** In the order in which iptables-save prints them, with the chains at the hooks. */
export const TABLE_CHAINS: readonly (readonly [name: string, chains: readonly string[]])[] = [
  ['mangle', ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']],
  ['security', ['INPUT', 'FORWARD', 'OUTPUT']],
  ['raw', ['PREROUTING', 'OUTPUT']],
  ['filter', ['INPUT', 'FORWARD', 'OUTPUT']],
  ['nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING']],
];

export type Policy = 'ACCEPT' | 'DROP';

export interface Chain {
  name: string;
  /** Bound to a hook, with a policy. */
  readonly isBuiltin: boolean;
  policy: Policy;
  readonly rules: Rule[];
  /** Of a chain at a hook: the rules behind it, see `rule-program.ts`; null until a packet comes after a change. */
  program: RuleProgram | null;
  /**
   * Somebody has said its policy or zeroed it: iptables-nft makes chains at hooks without a counter, and what meets the
   * policy is not counted until then.
   */
  isPolicyCounted: boolean;
  /** Packets and bytes that met the policy. */
  readonly counters: Float64Array;
}

/** Zeroed counters of packets and bytes. */
export function makeCounters(packets = 0, bytes = 0): Float64Array {
  return Float64Array.of(packets, bytes);
}

function makeChain(name: string, isBuiltin: boolean): Chain {
  const counters = makeCounters();
  return { name, isBuiltin, policy: 'ACCEPT', rules: [], program: null, isPolicyCounted: false, counters };
}

/** From now on what meets the policy is counted, from these packets and bytes on. */
export function sayPolicy(chain: Chain, policy: Policy, counters: readonly number[]): void {
  chain.policy = policy;
  chain.isPolicyCounted = true;
  chain.counters.set(counters);
}

export class NfTable {
  readonly name: string;
  private readonly builtin: readonly Chain[];
  private user: Chain[];
  /** Chains at hooks that the kernel does not have: nobody has spoken of them yet, or they were let go. */
  private readonly gone: Set<Chain>;

  constructor(name: string) {
    const known = TABLE_CHAINS.find(([table]) => table === name);
    assert(known !== undefined, 'a table has one of the five names');
    this.name = name;
    this.builtin = known[1].map((chain) => makeChain(chain, true));
    this.user = [];
    this.gone = new Set(this.builtin);
  }

  /** The chains at the hooks in the hooks' order, then the user's by name, as the tool lists them. */
  chains(): readonly Chain[] {
    return [...this.builtin, ...this.user];
  }

  find(name: string): Chain | undefined {
    return this.builtin.find((chain) => chain.name === name) ?? this.user.find((chain) => chain.name === name);
  }

  /** Makes a user's chain; its name must be free. */
  add(name: string): Chain {
    assert(this.find(name) === undefined, 'a chain has a name of its own');
    const chain = makeChain(name, false);
    this.user.push(chain);
    this.order();
    return chain;
  }

  remove(chain: Chain): void {
    assert(!chain.isBuiltin && this.references(chain) === 0, 'only chains that nobody goes to are removed');
    this.user = this.user.filter((other) => other !== chain);
  }

  /** Lets an empty chain at a hook go, which iptables-nft makes again as soon as somebody looks or adds a rule. */
  letGo(chain: Chain): void {
    chain.isPolicyCounted = false;
    chain.counters.fill(0);
    this.gone.add(chain);
  }

  /** The same for all of them that can go. */
  letGoAll(): void {
    for (const chain of this.builtin) if (chain.rules.length === 0 && chain.policy === 'ACCEPT') this.letGo(chain);
  }

  /** Makes the chain of that name, or all chains at hooks (null), that are gone. */
  bringBack(name: string | null): void {
    for (const chain of this.gone) if (name === null || chain.name === name) this.gone.delete(chain);
  }

  /** The chain, unless it is gone. */
  findPresent(name: string): Chain | undefined {
    const chain = this.find(name);
    return chain !== undefined && this.gone.has(chain) ? undefined : chain;
  }

  rename(chain: Chain, name: string): void {
    chain.name = name;
    this.order();
  }

  /** How many rules go to the chain. */
  references(chain: Chain): number {
    let count = 0;
    for (const { rules } of this.chains()) for (const rule of rules) if (rule.jump === chain) count++;
    return count;
  }

  /** A table of its own with the same chains and rules; they count together. */
  clone(): NfTable {
    const copy = new NfTable(this.name);
    for (const { name, isBuiltin } of this.chains()) if (!isBuiltin) copy.add(name);
    for (const chain of this.chains()) {
      const twin = copy.find(chain.name)!;
      twin.policy = chain.policy;
      if (!this.gone.has(chain)) copy.gone.delete(twin);
      twin.isPolicyCounted = chain.isPolicyCounted;
      twin.counters.set(chain.counters);
      twin.rules.push(...chain.rules.map((rule) => withJump(rule, copy)));
    }
    return copy;
  }

  /** By the bytes of their names, as strcmp(3) has it. */
  private order(): void {
    this.user.sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}

function withJump(rule: Rule, table: NfTable): Rule {
  return rule.jump === null ? rule : { ...rule, jump: table.find(rule.jump.name)! };
}

/** All tables of a namespace. */
export class NfTables {
  /** Told when something has changed. */
  listener: () => void = () => undefined;
  /** What matches keep for more than one rule; null while the tables are no namespace's. */
  home: MatchHome | null = null;
  private readonly tables = new Map<string, NfTable>();

  /** The programs say so when they may have changed something. */
  changed(): void {
    for (const table of this.tables.values()) for (const chain of table.chains()) chain.program = null;
    this.listener();
  }

  find(name: string): NfTable | undefined {
    return this.tables.get(name);
  }

  /** The table, made when it is not there. */
  table(name: string): NfTable {
    let table = this.tables.get(name);
    if (table === undefined) this.tables.set(name, (table = new NfTable(name)));
    return table;
  }

  /** Those that there are, in the order of iptables-save. */
  existing(): NfTable[] {
    return TABLE_CHAINS.flatMap(([name]) => this.tables.get(name) ?? []);
  }

  /** As if nobody had asked for it yet. */
  forget(name: string): void {
    this.tables.delete(name);
  }

  /** Puts `table` in the place of what has its name: iptables-restore takes effect at its COMMIT. */
  replace(table: NfTable): void {
    this.tables.set(table.name, table);
  }
}

/** True for the name of one of the five tables. */
export function isTableName(name: string): boolean {
  return TABLE_CHAINS.some(([table]) => table === name);
}
