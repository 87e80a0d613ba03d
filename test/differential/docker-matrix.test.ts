/**
 * Set-ups of networks and containers from seeds (`docker-setups.ts`): after each command the emulated host must be what
 * a simple model says, by what its kernel tells, and so must a real engine's. `DOCKWIRE_SETUP_SEED=n` repeats one and
 * prints its lines.
 *
 * Who can reach whom is compared within networks; between bridges netfilter decides, which is not there yet.
 */
import assert from 'node:assert/strict';
import { EngineLab } from '../docker/engine-lab.ts';
import { startRealEngine } from '../docker/real-engine.ts';
import { EFFORT } from '../kernel/kit.ts';
import type { DockerCommand } from './docker-commands.ts';
import { lineOf } from './docker-commands.ts';
import { DockerModel } from './docker-model.ts';
import { pingToNobody, pingsOf } from './docker-pings.ts';
import { makeSetup } from './docker-setups.ts';
import type { AnyEngine } from './docker-view.ts';
import { emulated, engineView, modelView, real } from './docker-view.ts';

const WANTED = process.env['DOCKWIRE_SETUP_SEED'];
/** Sixty where continuous integration runs. */
const EMULATED_SETUPS = Math.min(10 * EFFORT, 1000);
/** Looking takes longer than doing. */
const REAL_LOOK = 3;
const REAL_SETUPS = Math.min(EFFORT, 30);

const seeds = (count: number): number[] =>
  WANTED === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(WANTED)];

describe('differential: generated set-ups of networks and containers', () => {
  it(`${seeds(REAL_SETUPS).length} set-ups on real engines`, function () {
    for (const seed of seeds(REAL_SETUPS)) {
      // A new one each time, since the address pools go on where they were.
      const engine = startRealEngine(this);
      try {
        compare(seed, makeSetup(seed), new DockerModel(), real(engine), REAL_LOOK);
      } finally {
        engine.stop();
      }
    }
  }).timeout(600_000);

  it(`${seeds(EMULATED_SETUPS).length} set-ups on the emulated host`, () => {
    for (const seed of seeds(EMULATED_SETUPS))
      compare(seed, makeSetup(seed), new DockerModel(), emulated(new EngineLab(seed)), 1);
  }).timeout(600_000);
});

/** Runs a set-up on both and compares what is the case after so many commands each. */
function compare(
  seed: number,
  commands: readonly DockerCommand[],
  model: DockerModel,
  engine: AnyEngine,
  each: number,
): void {
  const typed: string[] = [];
  for (const command of commands) {
    const line = lineOf(command);
    const exit = model.apply(command);
    const answer = engine.sh(line);
    typed.push(`${line}   # ${answer.exit} ${answer.stderr.trimEnd()}`);
    if (WANTED !== undefined) console.log(`      ${typed.at(-1)!}`);
    const where = `DOCKWIRE_SETUP_SEED=${seed}\n${typed.join('\n')}`;
    assert.equal(answer.exit, exit, where);
    if (typed.length % each === 0) assert.deepEqual(engineView(engine), modelView(model), where);
  }
  comparePings(model, engine, `DOCKWIRE_SETUP_SEED=${seed}\n${typed.join('\n')}`);
}

function comparePings(model: DockerModel, engine: AnyEngine, where: string): void {
  const pings = [...pingsOf(model), ...[pingToNobody(model) ?? []].flat()];
  for (const from of new Set(pings.map((ping) => ping.from))) {
    const own = pings.filter((ping) => ping.from === from);
    const answers = engine.ping(
      from,
      own.map(({ address }) => address),
    );
    const seen = own.map((ping, i) => ({ ...ping, isAnswered: answers[i] }));
    assert.deepEqual(seen, own, where);
  }
}
