/** Tables of rules by chance. */
import { TABLE_CHAINS } from '../../../src/kernel/nf/table.ts';
import type { CaseTable } from './case.ts';
import type { Chance } from './chance.ts';
import type { Protocol } from './matches.ts';
import { headerWords, matchWords, protocolWords } from './matches.ts';
import { targetWords } from './targets.ts';

/** How often a table is there out of ten times, and how many rules a chain of it has on average. */
const TABLES: Readonly<Record<string, readonly [tenths: number, rules: number]>> = {
  raw: [4, 1],
  mangle: [5, 2],
  nat: [6, 2],
  filter: [9, 3],
  security: [2, 1],
};

const USER_CHAINS = ['U1', 'U2', 'U3'];

/** A chain with what leads to it. */
interface PlannedChain {
  readonly name: string;
  readonly hooks: readonly string[];
  readonly isUser: boolean;
}

/** Some tables. */
export function someTables(chance: Chance): CaseTable[] {
  return TABLE_CHAINS.filter(([name]) => chance.below(10) < TABLES[name]![0]).map(([name, builtin]) =>
    someTable(chance, name, builtin),
  );
}

function someTable(chance: Chance, table: string, builtin: readonly string[]): CaseTable {
  const chains: PlannedChain[] = [
    ...builtin.map((name) => ({ name, hooks: [name], isUser: false })),
    ...USER_CHAINS.slice(0, chance.below(USER_CHAINS.length + 1)).map((name) => {
      return { name, hooks: someHooks(chance, table, builtin), isUser: true };
    }),
  ];
  const rules = chains.flatMap((chain) => {
    const count = chance.below(2 * TABLES[table]![1] + (chain.isUser ? 3 : 1));
    return Array.from({ length: count }, () => `-A ${chain.name} ${someRule(chance, table, chain, chains)}`.trimEnd());
  });
  // Of a chain that is not named the policy is not counted.
  const said = chains.filter(({ isUser }) => isUser || !chance.once(10));
  return {
    name: table,
    chains: said.map(({ name, isUser }) => ({ name, policy: isUser ? '-' : somePolicy(chance, table) })),
    rules,
  };
}

function somePolicy(chance: Chance, table: string): string {
  return table !== 'nat' && chance.once(12) ? 'DROP' : 'ACCEPT';
}

/** The kernel takes targets of NAT only where all ways lead to the same side. */
function someHooks(chance: Chance, table: string, builtin: readonly string[]): readonly string[] {
  if (table !== 'nat') return chance.some(builtin);
  return chance.some(chance.once(2) ? ['PREROUTING', 'OUTPUT'] : ['INPUT', 'POSTROUTING']);
}

/** A rule for a chain, without `-A`. */
function someRule(chance: Chance, table: string, chain: PlannedChain, chains: readonly PlannedChain[]): string {
  const protocol = chance.weighted<Protocol>([
    [5, ''],
    [4, 'tcp'],
    [4, 'udp'],
    [2, 'icmp'],
    [1, 'other'],
  ]);
  const place = { table, hooks: chain.hooks, isUser: chain.isUser, protocol };
  // Only onwards, so that there is no loop.
  const later = chains.slice(chains.indexOf(chain) + 1);
  const userChains = later.filter(({ isUser, hooks }) => isUser && chain.hooks.every((hook) => hooks.includes(hook)));
  const words = [...headerWords(chance, place), ...protocolWords(chance, protocol), ...matchWords(chance, place)];
  const hasTcpMatch = words.some((word) => word.startsWith('-m tcp'));
  words.push(targetWords(chance, { ...place, hasTcpMatch, userChains: userChains.map(({ name }) => name) }));
  return words.filter((word) => word !== '').join(' ');
}

/** A command that changes the rules of one of these tables, or null. */
export function someChange(chance: Chance, tables: readonly CaseTable[]): { words: string[]; input: string } | null {
  if (tables.length === 0) return null;
  const table = chance.among(tables);
  const chain = chance.among(TABLE_CHAINS.find(([name]) => name === table.name)![1]);
  const planned = { name: chain, hooks: [chain], isUser: false };
  const at = (line: string): { words: string[]; input: string } => ({
    words: ['iptables', '-t', table.name, ...line.split(' ')],
    input: '',
  });
  const more = (): string => `*${table.name}\n-A ${chain} ${someRule(chance, table.name, planned, [])}\nCOMMIT\n`;
  return chance.weighted([
    [4, (): { words: string[]; input: string } => ({ words: ['iptables-restore', '-n'], input: more() })],
    [2, (): { words: string[]; input: string } => at(`-D ${chain} 1`)],
    [2, (): { words: string[]; input: string } => at(`-F ${chain}`)],
    [
      1,
      (): { words: string[]; input: string } =>
        at(`-P ${chain} ${chance.once(3) && table.name !== 'nat' ? 'DROP' : 'ACCEPT'}`),
    ],
    [1, (): { words: string[]; input: string } => at(`-Z`)],
  ])();
}
