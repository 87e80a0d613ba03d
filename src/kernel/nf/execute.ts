/** Does what a command line of iptables says to the tables of a namespace (twin of do_commandx and nft.c). */
import { buildRules } from './build-rule.ts';
import type { RuleChange } from './check-entry.ts';
import { checkEntry, tableFlaw } from './check-entry.ts';
import type { CommandLine } from './command-line.ts';
import { errnoRefusal, kernelRefusal, OTHER_PROBLEM, refuse } from './xt-error.ts';
import type { HostNames } from './names.ts';
import type { ListFormat } from './rule-list.ts';
import { changedRuleLine, chainHeader, ruleLine } from './rule-list.ts';
import { ruleText } from './rule-save.ts';
import type { Rule } from './rule.ts';
import { isSameRule } from './rule.ts';
import type { Chain, NfTable } from './table.ts';
import { sayPolicy } from './table.ts';

const NO_CHAIN = 'No chain/target/match by that name.';
const NO_RULE = 'Bad rule (does a matching rule exist in that chain?).';

/** Whether the table is there when the line is done: who looks, empties or zeroes what is not there makes nothing. */
export function makesTable({ command, hasChain }: CommandLine): boolean {
  // One chain is looked up, and made on the way.
  return !'LSCFZX'.includes(command) || (command === 'F' && hasChain);
}

export interface Setting {
  /** The table was made for this line. */
  readonly isNew: boolean;
  readonly names: HostNames;
}

/** Executes a line on a table; answers what it prints. */
export function execute(line: CommandLine, table: NfTable, { isNew, names }: Setting): string {
  if ('LSF'.includes(line.command)) table.bringBack(line.hasChain ? line.chain : null);
  switch (line.command) {
    case 'A':
    case 'I':
    case 'R':
      return putRules(line, table);
    case 'D':
    case 'C':
      return deleteRules(line, table);
    case 'L':
      return `${list(line, table, names)}${line.alsoZero ? zero(line, table) : ''}`;
    case 'S':
      return `${listRules(line, table)}${line.alsoZero ? zero(line, table) : ''}`;
    case 'F':
      return flush(line, table);
    case 'Z':
      return zero(line, table);
    case 'X':
      return deleteChains(line, table, isNew);
    default:
      return changeChain(line, table);
  }
}

function changeChain(line: CommandLine, table: NfTable): string {
  if (line.command === 'N') {
    if (table.find(line.chain) !== undefined) errnoRefusal('Chain already exists.');
    table.add(line.chain);
  } else if (line.command === 'E') {
    if (table.find(line.newName) !== undefined) errnoRefusal('File exists.');
    const chain = table.find(line.chain);
    if (chain === undefined || chain.isBuiltin) errnoRefusal(NO_CHAIN);
    table.rename(chain, line.newName);
  } else setPolicy(line, table);
  return '';
}

function setPolicy(line: CommandLine, table: NfTable): void {
  if (line.policy !== 'ACCEPT' && line.policy !== 'DROP')
    errnoRefusal("Bad policy name. Run `dmesg' for more information.");
  const chain = table.find(line.chain);
  if (chain === undefined || !chain.isBuiltin) errnoRefusal('Bad built-in chain name.');
  table.bringBack(chain.name);
  // iptables-nft says the chain again, without counters.
  sayPolicy(chain, line.policy, [0, 0]);
}

function chainOf(line: CommandLine, table: NfTable): Chain {
  return table.find(line.chain) ?? errnoRefusal(NO_CHAIN);
}

const CHANGES: Readonly<Record<string, RuleChange>> = { A: 'RULE_APPEND', I: 'RULE_INSERT', R: 'RULE_REPLACE' };

function putRules(line: CommandLine, table: NfTable): string {
  const built = buildRules(line.rule, table);
  const chain = chainOf(line, table);
  const change = CHANGES[line.command]!;
  const before = [...chain.rules];
  if (line.command === 'R' && table.findPresent(line.chain) === undefined) errnoRefusal(NO_CHAIN);
  if (line.command === 'R' && line.ruleNumber > before.length) errnoRefusal('Index of replacement too big.');
  if (line.command === 'I' && line.ruleNumber > before.length + 1) errnoRefusal('Index of insertion too big.');
  checkEntry(change, line.rule, built, table, chain);
  // Each of several rules is put in at the same place, so that the last one stands first.
  if (line.command === 'A') chain.rules.push(...built);
  else if (line.command === 'R') chain.rules.splice(line.ruleNumber - 1, 1, built[0]!);
  else for (const rule of built) chain.rules.splice(Math.max(0, line.ruleNumber - 1), 0, rule);
  const flaw = tableFlaw(table);
  if (flaw !== '') {
    chain.rules.splice(0, chain.rules.length, ...before);
    kernelRefusal(change, flaw, `rule in chain ${chain.name}`);
  }
  table.bringBack(chain.name);
  return line.isVerbose ? built.map(changedRuleLine).join('') : '';
}

function deleteRules(line: CommandLine, table: NfTable): string {
  if (line.command === 'D' && line.ruleNumber > 0) {
    const { rules } = table.findPresent(line.chain) ?? errnoRefusal(NO_CHAIN);
    if (line.ruleNumber > rules.length) errnoRefusal('Index of deletion too big.');
    rules.splice(line.ruleNumber - 1, 1);
    return '';
  }
  const wanted = buildRules(line.rule, table);
  const rules = table.find(line.chain)?.rules ?? [];
  let text = '';
  for (const rule of wanted) {
    const index = rules.findIndex((other) => isSameRule(rule, other));
    if (index < 0) errnoRefusal(NO_RULE);
    if (line.isVerbose) text += changedRuleLine(rule);
    if (line.command === 'D') rules.splice(index, 1);
  }
  return text;
}

function chainsOf(line: CommandLine, table: NfTable): readonly Chain[] {
  return line.hasChain ? [chainOf(line, table)] : table.chains();
}

function flush(line: CommandLine, table: NfTable): string {
  const chains = chainsOf(line, table);
  for (const chain of chains) chain.rules.splice(0);
  if (line.hasChain) table.bringBack(line.chain);
  return line.isVerbose && !line.hasChain ? chains.map(({ name }) => `Flushing chain \`${name}'\n`).join('') : '';
}

function zero(line: CommandLine, table: NfTable): string {
  if (line.command === 'Z' && line.ruleNumber > 0 && table.findPresent(line.chain) === undefined) errnoRefusal(NO_RULE);
  const chains = line.hasChain ? [table.findPresent(line.chain) ?? errnoRefusal(NO_CHAIN)] : table.chains();
  for (const chain of chains) zeroChain(table, chain, line.command === 'Z' ? line.ruleNumber : 0);
  const isTold = line.isVerbose && line.command === 'Z' && line.ruleNumber === 0;
  return isTold ? chains.map(({ name }) => `Zeroing chain \`${name}'\n`).join('') : '';
}

function zeroChain(table: NfTable, chain: Chain, ruleNumber: number): void {
  const { rules } = chain;
  if (ruleNumber > 0) {
    const rule = rules[ruleNumber - 1];
    if (rule !== undefined) zeroRule(rule);
    return;
  }
  if (table.findPresent(chain.name) !== undefined) sayPolicy(chain, chain.policy, [0, 0]);
  // Only rules that have counted something are made anew.
  for (const rule of rules) if (rule.counters[0] !== 0 || rule.counters[1] !== 0) zeroRule(rule);
}

function zeroRule({ counters, matches }: Rule): void {
  counters.fill(0);
  for (const match of matches) match.reset?.();
}

function deleteChains(line: CommandLine, table: NfTable, isNew: boolean): string {
  if (line.hasChain) {
    const chain = table.findPresent(line.chain);
    if (chain === undefined || isNew) errnoRefusal(NO_CHAIN);
    if (chain.isBuiltin && chain.policy !== 'ACCEPT') errnoRefusal('Directory not empty.');
    return deleteChain(line, table, chain);
  }
  const user = table.chains().filter((chain) => !chain.isBuiltin);
  const busy = user.find((chain) => isBusy(table, chain));
  if (busy !== undefined) refuseBusy(busy);
  table.letGoAll();
  return user.map((chain) => deleteChain(line, table, chain)).join('');
}

function isBusy(table: NfTable, chain: Chain): boolean {
  return chain.rules.length > 0 || table.references(chain) > 0;
}

function refuseBusy(chain: Chain): never {
  return kernelRefusal('CHAIN_DEL', 'Device or resource busy', `chain ${chain.name}`);
}

function deleteChain(line: CommandLine, table: NfTable, chain: Chain): string {
  if (isBusy(table, chain)) refuseBusy(chain);
  if (chain.isBuiltin) table.letGo(chain);
  else table.remove(chain);
  return line.isVerbose ? `Deleting chain \`${chain.name}'\n` : '';
}

function listedChains(line: CommandLine, table: NfTable): readonly Chain[] {
  if (!line.hasChain) return table.chains();
  const chain = table.find(line.chain);
  const what = `chain \`${line.chain}' in table \`${table.name}'`;
  return chain === undefined ? refuse(`${what} is incompatible, use 'nft' tool.`, OTHER_PROBLEM) : [chain];
}

function list(line: CommandLine, table: NfTable, names: HostNames): string {
  const format: ListFormat = { ...line, names };
  const texts = listedChains(line, table).map((chain) => {
    const rules = chain.rules.map((rule, i) => ruleLine(rule, i + 1, format));
    if (line.ruleNumber > 0) return rules[line.ruleNumber - 1] ?? '';
    return `${chainHeader(chain, table.references(chain), format)}${rules.join('')}`;
  });
  return texts.join('\n');
}

function listRules(line: CommandLine, table: NfTable): string {
  const chains = listedChains(line, table);
  const heads = chains.map((chain) => {
    if (!chain.isBuiltin) return `-N ${chain.name}\n`;
    return `-P ${chain.name} ${chain.policy}${line.isVerbose ? countersText(chain) : ''}\n`;
  });
  const rules = chains.map(({ name, rules: all }) => {
    const texts = all.map((rule) => `-A ${name}${ruleText(rule, line.isVerbose ? countersText(rule) : '')}\n`);
    return line.ruleNumber > 0 ? (texts[line.ruleNumber - 1] ?? '') : texts.join('');
  });
  return `${line.ruleNumber > 0 ? '' : heads.join('')}${rules.join('')}`;
}

function countersText({ counters }: Pick<Rule, 'counters'>): string {
  return ` -c ${counters[0]} ${counters[1]}`;
}
