/** Chains and rules as `iptables -L` prints them (twin of nft_ipv4_print_rule and print_header). */
import { formatIp4 } from '../../base/addr.ts';
import type { HostNames } from './names.ts';
import { anyName } from './names.ts';
import type { InterfaceTest, Rule } from './rule.ts';
import { ANY_FRAGMENT, NO_LATER_FRAGMENTS } from './rule.ts';
import type { Chain } from './table.ts';
import { maskText, protocolText } from './xt-values.ts';

export interface ListFormat {
  readonly isNumeric: boolean;
  readonly isVerbose: boolean;
  readonly isExact: boolean;
  readonly hasLineNumbers: boolean;
  /** For addresses, unless they shall be numbers. */
  readonly names: HostNames;
}

const TARGET_COLUMN = 9;
const PROTOCOL_COLUMN = 4;
const INTERFACE_COLUMN = 6;
const ADDRESS_COLUMN = 19;

/** A counter in at most five places: `123K` (twin of xtables_print_num). */
function shortNumber(value: number): string {
  if (value <= 99_999) return String(value);
  let rest = value;
  let unit = '';
  for (const next of ['K', 'M', 'G', 'T']) {
    rest = Math.floor((rest + 500) / 1000);
    unit = next;
    if (rest <= 9999) break;
  }
  return `${rest}${unit}`;
}

/** The line over a chain's rules, and the names of the columns. */
export function chainHeader(chain: Chain, references: number, format: ListFormat): string {
  return `Chain ${chain.name} (${chainState(chain, references, format)})\n${columnNames(format)}`;
}

function chainState({ isBuiltin, policy, counters }: Chain, references: number, format: ListFormat): string {
  if (!isBuiltin) return `${references} references`;
  if (!format.isVerbose) return `policy ${policy}`;
  const text = format.isExact ? String : shortNumber;
  return `policy ${policy} ${text(counters[0]!)} packets, ${text(counters[1]!)} bytes`;
}

function columnNames({ isVerbose, isExact, hasLineNumbers }: ListFormat): string {
  const counters = isExact ? '    pkts      bytes ' : ' pkts bytes ';
  const number = hasLineNumbers ? 'num  ' : '';
  const via = isVerbose ? 'in     out    ' : '';
  const addresses = ' source               destination         ';
  // Without interfaces the blank behind `opt` is the one in front of the address.
  return `${number}${isVerbose ? counters : ''}target     prot opt${isVerbose ? ' ' : ''}${via}${addresses}\n`;
}

/** One line of a list. */
export function ruleLine(rule: Rule, number: number, format: ListFormat): string {
  const numberText = format.hasLineNumbers ? `${String(number).padEnd(4)} ` : '';
  const protocol = protocolColumn(rule, format.isNumeric).padEnd(PROTOCOL_COLUMN);
  const target = targetName(rule).padEnd(TARGET_COLUMN);
  const start = `${target} ${sign(rule.isProtocolInverted)}${protocol} ${optionLetters(rule)} `;
  const via = format.isVerbose ? interfaces(rule, format.isNumeric) : '';
  const addresses = `${column(rule, 'source', format)}${column(rule, 'destination', format)}`;
  return `${numberText}${counterColumns(rule, format)}${start}${via}${addresses}${details(rule, format.isNumeric)}\n`;
}

function counterColumns({ counters }: Rule, { isVerbose, isExact }: ListFormat): string {
  if (!isVerbose) return '';
  const [packets, bytes] = [counters[0]!, counters[1]!];
  if (isExact) return `${String(packets).padStart(8)} ${String(bytes).padStart(8)} `;
  return `${shortNumber(packets).padStart(5)} ${shortNumber(bytes).padStart(5)} `;
}

/** What `-v` says of a rule that was added or deleted. */
export function changedRuleLine(rule: Rule): string {
  const name = targetName(rule);
  const start = `${name} ${sign(rule.isProtocolInverted)}${protocolColumn(rule, false)} opt ${optionLetters(rule)} `;
  const via = `in ${interfaceName(rule.inInterface, true)} out ${interfaceName(rule.outInterface, true)} `;
  const { destination, destinationMask, isDestinationInverted, isSourceInverted } = rule;
  const from = addressText(rule.source, rule.sourceMask, isSourceInverted, null);
  const source = `${sign(isSourceInverted)}${from} `;
  const to = addressText(destination, destinationMask, isDestinationInverted, null);
  return `${start}${via}${source}${sign(isDestinationInverted)}-> ${to}  ${details(rule, true)}\n`;
}

function sign(isInverted: boolean): string {
  return isInverted ? '!' : ' ';
}

function targetName(rule: Rule): string {
  return rule.jump?.name ?? rule.target?.listName ?? rule.target?.name ?? rule.verdict;
}

function protocolColumn({ protocol }: Rule, isNumeric: boolean): string {
  if (isNumeric) return String(protocol);
  return protocol === 0 ? 'all' : protocolText(protocol);
}

function optionLetters({ fragments }: Rule): string {
  if (fragments === ANY_FRAGMENT) return '--';
  return fragments === NO_LATER_FRAGMENTS ? '!f' : '-f';
}

function interfaces(rule: Rule, isNumeric: boolean): string {
  const inName = interfaceName(rule.inInterface, isNumeric).padEnd(INTERFACE_COLUMN);
  return ` ${inName} ${interfaceName(rule.outInterface, isNumeric).padEnd(INTERFACE_COLUMN)} `;
}

function interfaceName(test: InterfaceTest | null, isNumeric: boolean): string {
  if (test === null || (test.text === '+' && !test.isInverted)) return isNumeric ? '*' : 'any';
  return `${test.isInverted ? '!' : ''}${test.text}`;
}

function column(rule: Rule, end: 'source' | 'destination', { isNumeric, names }: ListFormat): string {
  const isSource = end === 'source';
  const isInverted = isSource ? rule.isSourceInverted : rule.isDestinationInverted;
  const mask = isSource ? rule.sourceMask : rule.destinationMask;
  const text = addressText(rule[end], mask, isInverted, isNumeric ? null : names);
  return `${sign(isInverted)}${text.padEnd(ADDRESS_COLUMN)} `;
}

/** Without names as a number. */
function addressText(address: number, mask: number, isInverted: boolean, names: HostNames | null): string {
  if (mask === 0 && !isInverted) return names === null ? '0.0.0.0/0' : 'anywhere';
  const name = names === null ? undefined : anyName(address, names);
  return `${name ?? formatIp4(address)}${maskText(mask, true)}`;
}

function details(rule: Rule, isNumeric: boolean): string {
  const matches = rule.matches.map((match) => match.print(isNumeric)).join('');
  return `${rule.isGoto ? '[goto] ' : ''}${matches}${rule.target?.print(isNumeric) ?? ''}`;
}
