/**
 * Random rules of all tables and random packets that meet them, on a real kernel and on an emulated host: what comes
 * out where, byte for byte, the counters of all rules and the connections must be the same.
 * `DOCKWIRE_NETFILTER_SEED=n` repeats one case, `n-m` several.
 */
import assert from 'node:assert/strict';
import { EFFORT } from '../../kernel/kit.ts';
import { need, needTools } from '../../machine.ts';
import { differenceOf } from './compare.ts';
import { makeCase } from './generator.ts';
import { RealMachine } from './real-machine.ts';

/** They hold more than 2,000 packets. */
const CASES = Math.min(200 * EFFORT, 20_000);
/** Loading rules mostly waits for the kernel. */
const AT_A_TIME = 3;
/** So many differences are told. */
const TOLD = 3;

function seedsOf(wanted: string | undefined): number[] {
  const [first, last = first] = (wanted ?? `1-${CASES}`).split('-').map(Number);
  return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
}

describe('differential: random rules and packets against a real kernel', () => {
  const machines: RealMachine[] = [];
  const seeds = seedsOf(process.env['DOCKWIRE_NETFILTER_SEED']);

  before(function () {
    need(this, 'netns');
    needTools(this, ['iptables-restore', 'iptables-save', 'conntrack', 'bridge', 'ethtool', 'nsenter', 'python3']);
    for (let i = 0; i < Math.min(AT_A_TIME, seeds.length); i++) machines.push(new RealMachine());
  });

  after(() => {
    for (const machine of machines) machine.stop();
  });

  it(`${seeds.length} sets of rules do the same with packets and connections`, async () => {
    const differences: string[] = [];
    const waiting = [...seeds];
    const work = async (machine: RealMachine): Promise<void> => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        const found = await differenceOf(makeCase(seed), machine);
        if (found !== '' && differences.push(found) === TOLD) return;
      }
    };
    await Promise.all(machines.map(work));
    assert.deepEqual(differences.join('\n\n'), '');
  }).timeout(60_000 + 1_000 * seeds.length);
});
