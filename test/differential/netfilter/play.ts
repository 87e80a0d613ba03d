/** Plays a case to a machine and writes down what happens, in the words of canonical.ts. */
import { answerTo } from './answer.ts';
import { canonicalConnections, canonicalDump, canonicalFrame } from './canonical.ts';
import type { Machine, NetfilterCase, NumberedStep, StepOutcome } from './case.ts';
import { dumpOf } from './case.ts';
import { Ids } from './ids.ts';

/** Lines by what they are about. */
export interface Play {
  /** By step. */
  readonly steps: readonly (readonly string[])[];
  /** `iptables-save -c` in the end. */
  readonly rules: readonly string[];
  /** `conntrack -L` in the end. */
  readonly connections: readonly string[];
}

const L2_BYTES = 14;

/**
 * `salt` goes into all identifications, so that what a machine has kept of another case's fragments never meets this
 * one's; nothing that is told depends on it.
 */
export async function play(machine: Machine, { tables, steps }: NetfilterCase, salt = 0): Promise<Play> {
  const loaded = await machine.command(['iptables-restore'], dumpOf(tables));
  const outcomes = new Map<number, StepOutcome>();
  const ids = new Ids(salt);
  const lines: string[][] = [loaded === '' ? [] : [loaded]];
  for (const step of steps) {
    const outcome = await playStep(machine, step, outcomes, ids);
    outcomes.set(step.number, outcome);
    const frames = outcome.frames.map(({ port, bytes }) => canonicalFrame(port, bytes, ids));
    lines.push(outcome.answer === '' ? frames : [outcome.answer, ...frames]);
  }
  return {
    steps: lines,
    rules: canonicalDump(await machine.command(['iptables-save', '-c'], '')),
    connections: canonicalConnections(await machine.command(['conntrack', '-L'], '')),
  };
}

async function playStep(
  machine: Machine,
  step: NumberedStep,
  outcomes: ReadonlyMap<number, StepOutcome>,
  ids: Ids,
): Promise<StepOutcome> {
  switch (step.kind) {
    case 'frame':
      return machine.give(step.port, ids.salted(step.bytes, L2_BYTES));
    case 'own':
      return machine.own(ids.salted(step.bytes, 0));
    case 'command':
      return { answer: canonicalAnswer(step.words, await machine.command(step.words, step.input)), frames: [] };
    case 'answer': {
      const answer = answerTo(outcomes.get(step.to)?.frames ?? [], step);
      if (answer === null) return { answer: '', frames: [] };
      return machine.give(answer.port, ids.salted(answer.bytes, L2_BYTES));
    }
  }
}

function canonicalAnswer(words: readonly string[], text: string): string {
  return words[0] === 'conntrack' ? canonicalConnections(text).join('\n') : text;
}
