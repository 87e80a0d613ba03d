/** The way of a packet through chains of rules (Linux: ipt_do_table). */
import * as ipv4 from '../../wire/ipv4.ts';
import type { NfVerdict } from './hooks.ts';
import { NF_ACCEPT, NF_DROP } from './hooks.ts';
import type { NfPacket } from './packet.ts';
import { compileHeads, HEAD_DESTINATION, HEAD_DESTINATION_MASK, HEAD_FLAGS, HEAD_PROTOCOL } from './rule-heads.ts';
import { HEAD_PROTOCOL_MASK, HEAD_SOURCE, HEAD_SOURCE_MASK, HEAD_WORDS, meetsRest } from './rule-heads.ts';
import type { Chain } from './table.ts';
import { XT_CONTINUE, XT_RETURN } from './verdict.ts';

/** Where to go on after the chains that the packet is in; a rule that sends a packet begins another run on top. */
const callers: Chain[] = [];
const nextRules: number[] = [];
let depth = 0;

/** Asks the rules of a chain at a hook, and of those that they lead to; the chain's policy has the last word. */
export function iptDoTable(chain: Chain, packet: NfPacket): NfVerdict {
  if (chain.rules.length === 0) return policyOf(chain, packet);
  const { view, network, protocol } = packet;
  const source = ipv4.src(view, network);
  const destination = ipv4.dst(view, network);
  const base = depth;
  let current = chain;
  let { rules } = chain;
  let heads = headsOf(chain);
  let next = 0;
  for (;;) {
    let verdict = XT_RETURN;
    if (next < rules.length) {
      const at = next * HEAD_WORDS;
      const differs =
        ((source & heads[at + HEAD_SOURCE_MASK]!) ^ heads[at + HEAD_SOURCE]!) |
        ((destination & heads[at + HEAD_DESTINATION_MASK]!) ^ heads[at + HEAD_DESTINATION]!) |
        ((protocol & heads[at + HEAD_PROTOCOL_MASK]!) ^ heads[at + HEAD_PROTOCOL]!);
      const rule = rules[next++]!;
      if (differs !== 0) continue;
      const flags = heads[at + HEAD_FLAGS]!;
      if (flags !== 0 && !meetsRest(rule, flags, packet)) {
        if (!packet.mustDrop) continue;
        depth = base;
        return NF_DROP;
      }
      count(rule.counters, packet);
      if (rule.jump !== null) {
        if (!rule.isGoto) push(current, next);
        current = rule.jump;
        ({ rules } = current);
        heads = headsOf(current);
        next = 0;
        continue;
      }
      verdict = rule.standard;
      if (rule.target?.apply !== undefined) verdict = rule.target.apply(packet);
    }
    if (verdict === XT_CONTINUE) continue;
    if (verdict !== XT_RETURN) {
      depth = base;
      return verdict as NfVerdict;
    }
    if (depth === base) return policyOf(chain, packet);
    current = callers[--depth]!;
    ({ rules } = current);
    heads = headsOf(current);
    next = nextRules[depth]!;
  }
}

function headsOf(chain: Chain): Int32Array {
  return (chain.heads ??= compileHeads(chain.rules));
}

function push(chain: Chain, next: number): void {
  callers[depth] = chain;
  nextRules[depth++] = next;
}

function policyOf(chain: Chain, packet: NfPacket): NfVerdict {
  count(chain.counters, packet);
  return chain.policy === 'ACCEPT' ? NF_ACCEPT : NF_DROP;
}

function count(counters: Float64Array, packet: NfPacket): void {
  counters[0]!++;
  counters[1]! += packet.end - packet.network;
}
