/** Plays a case to both machines and tells where they differ, in as few words as repeat it. */
import assert from 'node:assert/strict';
import { textOf } from '../../kernel/kit.ts';
import type { NetfilterCase, NumberedStep } from './case.ts';
import { dumpOf } from './case.ts';
import { EmulatedMachine } from './emulated-machine.ts';
import type { Play } from './play.ts';
import { play } from './play.ts';
import type { RealMachine } from './real-machine.ts';
import { shrink } from './shrink.ts';

/** What differs must differ again: ports are chosen at random, and one may be one that a rule names. */
const ATTEMPTS = 3;

/** '' when both machines do the same with the case, else how they differ and what repeats it. */
export async function differenceOf(test: NetfilterCase, real: RealMachine): Promise<string> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) if ((await difference(test, real)) === '') return '';
  const smallest = await shrink(test, async (smaller) => (await difference(smaller, real)) !== '');
  return `DOCKWIRE_NETFILTER_SEED=${test.seed}\n${textOfCase(smallest)}${await difference(smallest, real)}`;
}

async function difference(test: NetfilterCase, real: RealMachine): Promise<string> {
  await real.restart(test.settings);
  const wanted = await play(real, test, real.restarts);
  assert.deepEqual(wanted.steps[0], [], `seed ${test.seed}: the real kernel takes the rules\n${dumpOf(test.tables)}`);
  return firstDifference(test, wanted, await play(new EmulatedMachine(real.restarts, test.settings), test));
}

function firstDifference(test: NetfilterCase, real: Play, emulated: Play): string {
  for (const [i, lines] of real.steps.entries()) {
    const found = linesThatDiffer(lines, emulated.steps[i]!);
    if (found !== '') return `${i === 0 ? 'loading the rules' : wordsOf(test.steps[i - 1]!)}\n${found}`;
  }
  const rules = linesThatDiffer(real.rules, emulated.rules);
  const connections = linesThatDiffer(real.connections, emulated.connections);
  return rules === '' && connections === '' ? '' : `in the end\n${rules}${connections}`;
}

function linesThatDiffer(real: readonly string[], emulated: readonly string[]): string {
  const mark = (mark: string, lines: readonly string[], others: readonly string[]): string =>
    lines
      .filter((line) => !others.includes(line))
      .map((line) => `  ${mark}: ${line}\n`)
      .join('');
  const found = `${mark('real    ', real, emulated)}${mark('emulated', emulated, real)}`;
  if (found !== '' || real.join('\n') === emulated.join('\n')) return found;
  return `  real    : ${real.join('\n            ')}\n  emulated: ${emulated.join('\n            ')}\n`;
}

function textOfCase({ settings, tables, steps }: NetfilterCase): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  return `${lines.join('')}${dumpOf(tables)}${steps.map((step) => `${wordsOf(step)}\n`).join('')}differ: `;
}

function wordsOf(step: NumberedStep): string {
  const { number } = step;
  switch (step.kind) {
    case 'frame':
      return `${number}: comes in by e${step.port}: ${textOf(step.bytes)} | ${Buffer.from(step.bytes).toString('hex')}`;
    case 'own':
      return `${number}: is sent by a raw socket: ${step.note} | ${Buffer.from(step.bytes).toString('hex')}`;
    case 'answer':
      return `${number}: what came of ${step.to} is answered: ${step.how} ${step.variant}`;
    case 'command':
      return `${number}: ${step.words.join(' ')}${step.input === '' ? '' : ` <<END\n${step.input}END`}`;
  }
}
