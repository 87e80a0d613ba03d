/**
 * What a chain's rules ask of every packet, as rows of eight numbers beside each other: most rules of a long list are
 * passed by with three comparisons and without a look at the rule itself.
 *
 *    0      1       2            3            4                 5         6
 *    flags | source | its mask | destination | its mask | protocol | its mask | (nothing)
 */
import type { NfPacket } from './packet.ts';
import type { Rule } from './rule.ts';
import { testHeader, testRest } from './rule.ts';

export const HEAD_WORDS = 8;
export const HEAD_FLAGS = 0;
export const HEAD_SOURCE = 1;
export const HEAD_SOURCE_MASK = 2;
export const HEAD_DESTINATION = 3;
export const HEAD_DESTINATION_MASK = 4;
export const HEAD_PROTOCOL = 5;
export const HEAD_PROTOCOL_MASK = 6;

/** The row asks nothing, all of the header is asked at the rule: something is inverted. */
const ASK_HEADER = 1;
/** Interfaces or fragments are asked at the rule. */
const ASK_REST = 2;
/** There are matches. */
const ASK_MATCHES = 4;

const ALL_BITS = -1;

/** The rows of a list of rules. */
export function compileHeads(rules: readonly Rule[]): Int32Array {
  const heads = new Int32Array(rules.length * HEAD_WORDS);
  rules.forEach((rule, i) => {
    fillRow(heads, i * HEAD_WORDS, rule);
  });
  return heads;
}

function fillRow(heads: Int32Array, at: number, rule: Rule): void {
  const isInverted = rule.isSourceInverted || rule.isDestinationInverted || rule.isProtocolInverted;
  const hasRest = rule.inInterface !== null || rule.outInterface !== null || rule.fragments !== 0;
  let flags = rule.matches.length > 0 ? ASK_MATCHES : 0;
  if (isInverted) flags |= ASK_HEADER;
  else if (hasRest) flags |= ASK_REST;
  heads[at + HEAD_FLAGS] = flags;
  if (isInverted) return;
  heads[at + HEAD_SOURCE] = rule.source;
  heads[at + HEAD_SOURCE_MASK] = rule.sourceMask;
  heads[at + HEAD_DESTINATION] = rule.destination;
  heads[at + HEAD_DESTINATION_MASK] = rule.destinationMask;
  heads[at + HEAD_PROTOCOL] = rule.protocol;
  heads[at + HEAD_PROTOCOL_MASK] = rule.protocol === 0 ? 0 : ALL_BITS;
}

/** What the row could not say about a packet that it lets through; `flags` are the row's. */
export function meetsRest(rule: Rule, flags: number, packet: NfPacket): boolean {
  if ((flags & ASK_HEADER) !== 0 && !testHeader(rule, packet)) return false;
  if ((flags & ASK_REST) !== 0 && !testRest(rule, packet)) return false;
  const { matches } = rule;
  for (let i = 0; i < matches.length; i++) {
    const match = matches[i]!;
    if (match.matches === undefined || !match.matches(packet)) return false;
  }
  return true;
}
