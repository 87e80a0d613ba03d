/** Cases by chance: rules, flows that meet them, and changes in between. */
import type { CaseStep, NetfilterCase, NumberedStep } from './case.ts';
import { Chance } from './chance.ts';
import { Flow } from './packets.ts';
import { someChange, someTables } from './rules.ts';
import { CASE_SETTINGS } from './topology.ts';

/** So many steps a case has on average. */
const STEPS = 14;

/** The case of a seed: always the same. */
export function makeCase(seed: number): NetfilterCase {
  const chance = Chance.of(seed, 'case');
  const tables = someTables(chance);
  const flows = Array.from({ length: 1 + chance.below(4) }, () => new Flow(chance));
  const steps: NumberedStep[] = [];
  const add = (step: CaseStep): number => {
    const number = steps.length;
    steps.push({ ...step, number });
    return number;
  };
  while (steps.length < STEPS - 3 + chance.below(6)) {
    const flow = chance.among(flows);
    const what = chance.below(20);
    if (what === 0) {
      const change = chance.once(4) ? someForgetting(chance) : someChange(chance, tables);
      if (change !== null) add({ kind: 'command', ...change });
    } else if (what < 8 && flow.steps.length > 0) {
      const how = chance.once(4) ? 'error' : 'reply';
      flow.steps.push(add({ kind: 'answer', to: flow.steps.at(-1)!, how, variant: chance.below(7) }));
    } else {
      for (const step of flow.next(steps.length)) flow.steps.push(add(step));
    }
  }
  return { seed, settings: someSettings(chance), tables, steps };
}

/** A command that lets connections go. */
function someForgetting(chance: Chance): { words: string[]; input: string } {
  const protocol = chance.among(['tcp', 'udp', 'icmp']);
  return { words: ['conntrack', ...chance.among([['-F'], ['-D', '-p', protocol]])], input: '' };
}

function someSettings(chance: Chance): Record<string, number> {
  const settings = { ...CASE_SETTINGS };
  for (const name of Object.keys(settings)) if (chance.once(4)) settings[name] = 1 - settings[name]!;
  return settings;
}
