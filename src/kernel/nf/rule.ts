/**
 * One rule: what every packet is asked first (Linux: struct ipt_ip), further matches, and what becomes of a packet
 * that answers all of them. Addresses and masks are int32, interface names are compared by a prefix.
 */
import type { NfMatch, NfTarget } from './extension.ts';
import type { NfPacket } from './packet.ts';
import type { Chain } from './table.ts';

/** An interface name, compiled: `eth+` is the prefix `eth`. */
export interface InterfaceTest {
  /** As it was typed, `+` included. */
  readonly text: string;
  readonly prefix: string;
  readonly isPrefix: boolean;
  readonly isInverted: boolean;
}

/** No `-f`, `-f`: only fragments behind the first, `! -f`: none of them. */
export const ANY_FRAGMENT = 0;
export const LATER_FRAGMENTS = 1;
export const NO_LATER_FRAGMENTS = 2;

/** What the options of iptables itself say about a packet. */
export interface RuleHeader {
  /** 0 for all. */
  protocol: number;
  isProtocolInverted: boolean;
  source: number;
  sourceMask: number;
  isSourceInverted: boolean;
  destination: number;
  destinationMask: number;
  isDestinationInverted: boolean;
  inInterface: InterfaceTest | null;
  outInterface: InterfaceTest | null;
  fragments: number;
}

/** What happens to a packet: a target, a chain to go through, or nothing but counting. */
export interface Rule extends RuleHeader {
  readonly matches: readonly NfMatch[];
  readonly target: NfTarget | null;
  /** ACCEPT, DROP or RETURN, else ''. */
  readonly verdict: string;
  /** The same as a number, XT_CONTINUE for ''. */
  readonly standard: number;
  readonly jump: Chain | null;
  /** The jump is `-g`: RETURN there goes back to the caller of this rule's chain. */
  readonly isGoto: boolean;
  /** Packets and bytes. */
  readonly counters: Float64Array;
}

/** A header that every packet answers. */
export function anyPacket(): RuleHeader {
  return {
    protocol: 0,
    isProtocolInverted: false,
    source: 0,
    sourceMask: 0,
    isSourceInverted: false,
    destination: 0,
    destinationMask: 0,
    isDestinationInverted: false,
    inInterface: null,
    outInterface: null,
    fragments: ANY_FRAGMENT,
  };
}

/** Reads an interface's name with its `+`; `+` alone is every interface. */
export function interfaceTest(text: string, isInverted: boolean): InterfaceTest {
  const isPrefix = text.endsWith('+');
  return { text, prefix: isPrefix ? text.slice(0, -1) : text, isPrefix, isInverted };
}

/** Whether the interface is meant; a hook without one has the name ''. */
export function testInterface(test: InterfaceTest, name: string): boolean {
  const isMeant = test.isPrefix ? name.startsWith(test.prefix) : name === test.prefix;
  return isMeant !== test.isInverted;
}

const SOURCE_OFFSET = 12;
const DESTINATION_OFFSET = 16;

/** Twin of ip_packet_match. */
export function testHeader(rule: RuleHeader, packet: NfPacket): boolean {
  const { view, network } = packet;
  const source = view.getInt32(network + SOURCE_OFFSET);
  if (((source & rule.sourceMask) === rule.source) === rule.isSourceInverted) return false;
  const destination = view.getInt32(network + DESTINATION_OFFSET);
  if (((destination & rule.destinationMask) === rule.destination) === rule.isDestinationInverted) return false;
  if (rule.protocol !== 0 && (rule.protocol === packet.protocol) === rule.isProtocolInverted) return false;
  return testRest(rule, packet);
}

/** What `ip_packet_match` asks beside addresses and protocol. */
export function testRest(rule: RuleHeader, packet: NfPacket): boolean {
  if (rule.inInterface !== null && !testInterface(rule.inInterface, packet.inName)) return false;
  if (rule.outInterface !== null && !testInterface(rule.outInterface, packet.outName)) return false;
  if (rule.fragments === ANY_FRAGMENT) return true;
  return (packet.fragmentOffset !== 0) === (rule.fragments === LATER_FRAGMENTS);
}

/** Both ask the same of a packet and do the same with it; counters aside (nft_rule comparison of `iptables -D`). */
export function isSameRule(left: Rule, right: Rule): boolean {
  if (left.source !== right.source || left.destination !== right.destination) return false;
  return left.jump === right.jump && left.isGoto === right.isGoto && ruleKey(left) === ruleKey(right);
}

function ruleKey(rule: Rule): string {
  const target = rule.target === null ? rule.verdict : `${rule.target.name}${rule.target.save()}`;
  return JSON.stringify([
    [rule.protocol, rule.isProtocolInverted, rule.fragments],
    [rule.source, rule.sourceMask, rule.isSourceInverted],
    [rule.destination, rule.destinationMask, rule.isDestinationInverted],
    [rule.inInterface, rule.outInterface],
    rule.matches.map((match) => `${match.name}${match.save()}`),
    target,
  ]);
}
