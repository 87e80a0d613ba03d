/**
 * Random labs, in real namespaces and in an emulated machine: the same commands at the same times must print the same
 * and put the same frames on the same interfaces. `DOCKWIRE_LAB_SEED=n` repeats one, and keeps its files.
 */
import assert from 'node:assert/strict';
import { need, needTools } from '../machine.ts';
import { EFFORT } from '../kernel/kit.ts';
import { differencesOf } from './lab-compare.ts';
import type { LabScript } from './lab-generator.ts';
import { makeLab } from './lab-generator.ts';
import { dispose, runReally } from './real-lab.ts';

/** 60 in continuous integration, whose effort is 4. */
const LABS = Math.min(15 * EFFORT, 300);
/** They mostly wait. */
const AT_A_TIME = 12;

/** Seeds whose labs differ, each with the reason why no two real kernels need agree there. */
const DIFFERS: Readonly<Record<number, string>> = {};

describe('differential: random labs against a real kernel', () => {
  const wanted = process.env['DOCKWIRE_LAB_SEED'];
  const seeds = wanted === undefined ? Array.from({ length: LABS }, (_, i) => i + 1) : [Number(wanted)];

  before(function () {
    need(this, 'netns');
    need(this, 'shared');
    needTools(this, ['bridge', 'tcpdump', 'ethtool', 'ping', 'traceroute', 'arping', 'python3']);
  });

  it(`${seeds.length} labs print the same and put the same frames on the same interfaces`, async () => {
    const differences: string[] = [];
    const waiting = seeds.filter((seed) => DIFFERS[seed] === undefined);
    const work = async (): Promise<void> => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        const lab = makeLab(seed, `dw${process.pid}-${seed}-`);
        // A loaded machine may type late, once: what differs must differ again.
        const first = await compare(lab, wanted !== undefined);
        const found = first === '' ? '' : await compare(lab, false);
        if (found !== '') differences.push(found);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    assert.deepEqual(differences.join('\n\n'), '');
  }).timeout(600_000);
});

async function compare(lab: LabScript, keepsFiles: boolean): Promise<string> {
  const real = await runReally(lab);
  try {
    const found = differencesOf(lab, real);
    if (found.length === 0) return '';
    return `lab ${lab.seed}, DOCKWIRE_LAB_SEED=${lab.seed}:\n${found.join('\n')}`;
  } finally {
    if (keepsFiles) console.log(`      ${real.folder}`);
    else dispose(real);
  }
}
