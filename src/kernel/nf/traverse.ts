/** The way of a packet through the rules behind a hook (Linux: ipt_do_table). */
import type { Frame } from '../../link/frame.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NfHookState, NfVerdict } from './hooks.ts';
import { NF_ACCEPT, NF_DROP } from './hooks.ts';
import { packetAt } from './packet.ts';
import { compileProgram, ROW_ASKS, ROW_DESTINATION, ROW_DESTINATION_MASK, ROW_END } from './rule-program.ts';
import {
  ROW_FLAGS,
  ROW_GOTO,
  ROW_IN,
  ROW_IN_MASK,
  ROW_JUMP,
  ROW_OUT,
  ROW_OUT_MASK,
  ROW_PROTOCOL,
} from './rule-program.ts';
import { ROW_PROTOCOL_MASK, ROW_SOURCE, ROW_SOURCE_MASK, ROW_TARGET, ROW_THEN, ROW_WORDS } from './rule-program.ts';
import type { Chain } from './table.ts';
import { XT_CONTINUE, XT_RETURN } from './verdict.ts';

/** Rows to go on at after the chains that the packet is in; a rule that sends a packet begins another run on top. */
const nextRows: number[] = [];
let depth = 0;

/** Asks the rules of a chain at a hook, and of those that they lead to; the chain's policy has the last word. */
export function iptDoTable(chain: Chain, state: NfHookState, frame: Frame): NfVerdict {
  let bytes = frame.tail - frame.l3;
  if (chain.rules.length === 0) return policyOf(chain, bytes);
  const { rows, steps } = (chain.program ??= compileProgram(chain));
  const { view } = frame.slab;
  const source = ipv4.src(view, frame.l3);
  const destination = ipv4.dst(view, frame.l3);
  const protocol = ipv4.protocol(view, frame.l3);
  const inNumber = state.inDev === null ? 0 : state.inDev.nameNumber;
  const outNumber = state.outDev === null ? 0 : state.outDev.nameNumber;
  const base = depth;
  let isFilled = false;
  for (let row = 0; ;) {
    const at = row * ROW_WORDS;
    const differs =
      ((source & rows[at + ROW_SOURCE_MASK]!) ^ rows[at + ROW_SOURCE]!) |
      ((destination & rows[at + ROW_DESTINATION_MASK]!) ^ rows[at + ROW_DESTINATION]!) |
      ((protocol & rows[at + ROW_PROTOCOL_MASK]!) ^ rows[at + ROW_PROTOCOL]!) |
      ((inNumber & rows[at + ROW_IN_MASK]!) ^ rows[at + ROW_IN]!) |
      ((outNumber & rows[at + ROW_OUT_MASK]!) ^ rows[at + ROW_OUT]!);
    if (differs !== 0) {
      row++;
      continue;
    }
    const flags = rows[at + ROW_FLAGS]!;
    let verdict = rows[at + ROW_THEN]!;
    if ((flags & ROW_END) !== 0) verdict = XT_RETURN;
    else {
      const step = steps[row++]!;
      if ((flags & (ROW_ASKS | ROW_TARGET)) !== 0) {
        if (!isFilled) packetAt(state, frame);
        isFilled = true;
        const packet = state.packet!;
        if ((flags & ROW_ASKS) !== 0 && !step.meetsRest(flags, packet)) {
          if (!packet.mustDrop) continue;
          depth = base;
          return NF_DROP;
        }
      }
      count(step.counters, bytes);
      if ((flags & ROW_JUMP) !== 0) {
        if ((flags & ROW_GOTO) === 0) nextRows[depth++] = row;
        row = verdict;
        continue;
      }
      if ((flags & ROW_TARGET) !== 0) {
        verdict = step.judge(state.packet!);
        // TCPMSS may have made it longer.
        bytes = frame.tail - frame.l3;
      }
      if (verdict === XT_CONTINUE) continue;
    }
    if (verdict !== XT_RETURN) {
      depth = base;
      return verdict as NfVerdict;
    }
    if (depth === base) return policyOf(chain, bytes);
    row = nextRows[--depth]!;
  }
}

function policyOf(chain: Chain, bytes: number): NfVerdict {
  if (chain.isPolicyCounted) count(chain.counters, bytes);
  return chain.policy === 'ACCEPT' ? NF_ACCEPT : NF_DROP;
}

function count(counters: Float64Array, bytes: number): void {
  counters[0]!++;
  counters[1]! += bytes;
}
