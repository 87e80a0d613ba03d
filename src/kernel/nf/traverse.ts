/** The way of a packet through chains of rules (Linux: ipt_do_table). */
import type { NfVerdict } from './hooks.ts';
import { NF_ACCEPT, NF_DROP } from './hooks.ts';
import type { NfPacket } from './packet.ts';
import type { Rule } from './rule.ts';
import { testHeader } from './rule.ts';
import type { Chain } from './table.ts';
import { XT_CONTINUE, XT_RETURN } from './verdict.ts';

/** Where to go on after the chains that the packet is in; a rule that sends a packet begins another run on top. */
const callers: Chain[] = [];
const nextRules: number[] = [];
let depth = 0;

/** Asks the rules of a chain at a hook, and of those that they lead to; the chain's policy has the last word. */
export function iptDoTable(chain: Chain, packet: NfPacket): NfVerdict {
  const base = depth;
  let { rules } = chain;
  let current = chain;
  let next = 0;
  for (;;) {
    let verdict = XT_RETURN;
    if (next < rules.length) {
      const rule = rules[next++]!;
      if (!meets(rule, packet)) {
        if (!packet.mustDrop) continue;
        depth = base;
        return NF_DROP;
      }
      count(rule.counters, packet);
      if (rule.jump !== null) {
        if (!rule.isGoto) push(current, next);
        current = rule.jump;
        rules = current.rules;
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
    rules = current.rules;
    next = nextRules[depth]!;
  }
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

function meets(rule: Rule, packet: NfPacket): boolean {
  if (!testHeader(rule, packet)) return false;
  const { matches } = rule;
  for (let i = 0; i < matches.length; i++) {
    const match = matches[i]!;
    if (match.matches === undefined || !match.matches(packet)) return false;
  }
  return true;
}
