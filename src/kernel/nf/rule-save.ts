/** A rule as `iptables-save` and `iptables -S` print it (twin of nft_rule_print_save). */
import { formatIp4 } from '../../base/addr.ts';
import type { InterfaceTest, Rule, RuleHeader } from './rule.ts';
import { ANY_FRAGMENT, NO_LATER_FRAGMENTS } from './rule.ts';
import { maskText, protocolText } from './xt-values.ts';

/** Everything behind `-A CHAIN`, with the blank before it. `counters` stand in front of the target (`-S -v`). */
export function ruleText(rule: Rule, counters = ''): string {
  const matches = rule.matches.map((match) => ` -m ${match.name}${match.save()}`).join('');
  return `${headerText(rule)}${matches}${counters}${targetText(rule)}`;
}

function targetText(rule: Rule): string {
  if (rule.jump !== null) return ` ${rule.isGoto ? '-g' : '-j'} ${rule.jump.name}`;
  if (rule.target !== null) return ` -j ${rule.target.name}${rule.target.save()}`;
  return rule.verdict === '' ? '' : ` -j ${rule.verdict}`;
}

function headerText(rule: RuleHeader): string {
  const source = addressText('-s', rule.source, rule.sourceMask, rule.isSourceInverted);
  const destination = addressText('-d', rule.destination, rule.destinationMask, rule.isDestinationInverted);
  const interfaces = `${interfaceText('-i', rule.inInterface)}${interfaceText('-o', rule.outInterface)}`;
  const isInverted = rule.isProtocolInverted;
  const protocol = rule.protocol === 0 ? '' : `${isInverted ? ' !' : ''} -p ${protocolText(rule.protocol)}`;
  const fragment = `${rule.fragments === NO_LATER_FRAGMENTS ? ' !' : ''} -f`;
  return `${source}${destination}${interfaces}${protocol}${rule.fragments === ANY_FRAGMENT ? '' : fragment}`;
}

function addressText(letter: string, address: number, mask: number, isInverted: boolean): string {
  if (mask === 0 && !isInverted) return '';
  return `${isInverted ? ' !' : ''} ${letter} ${formatIp4(address)}${maskText(mask)}`;
}

function interfaceText(letter: string, test: InterfaceTest | null): string {
  // `+` alone is every interface: nobody is told of it.
  if (test === null || (test.text === '+' && !test.isInverted)) return '';
  return `${test.isInverted ? ' !' : ''} ${letter} ${test.text}`;
}
