import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FlowDriver } from '../../src/scenario/flow-driver.ts';
import { setUpHost } from '../../src/scenario/host-setup.ts';
import { Lab } from '../../src/scenario/lab.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Plan } from '../../src/scenario/plan.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import type { RunOptions } from '../../src/scenario/run.ts';
import { Run } from '../../src/scenario/run.ts';
import { LabWatch } from '../../src/scenario/watch.ts';
import { runInWindows } from '../../src/scenario/windows.ts';
import { builtInImages, ImageStore } from '../../src/docker/images.ts';
import { busyboxPrograms } from '../../src/userland/registry.ts';
import { QUEUE_KINDS } from '../../src/sim/queues.ts';
import { Rng } from '../../src/sim/rng.ts';
import { scenarioFiles } from '../scenario-files.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const PLAIN: RunOptions = { queue: 'heap', captures: 'none', store: null, hash: true, keepGoing: false };

function runPlan(plan: Plan, options: Partial<RunOptions> = {}, sliceEvents = 100_000): RunResult {
  const run = new Run(plan, { ...PLAIN, ...options });
  while (run.advance(sliceEvents));
  return run.result();
}

function load(text: string): Plan {
  return loadScenario('generated.yaml', new TextEncoder().encode(text));
}

/** A random network of switches, hosts and flows; every host sends to somebody, some to addresses that nobody has. */
function randomScenario(seed: number): string {
  const rng = Rng.fromSeed(seed).fork('scenario');
  const count = rng.between(2, 7);
  const names = Array.from({ length: count }, (_, i) => `h${i}`);
  const lines = ['hosts:', ...names.map((name) => `  ${name}: { docker: false }`), 'lans:'];
  const rates = ['1Gbit', '10Mbit', '3Mbit'];
  const middle = rng.between(1, count);
  const impairments = (delayUs: number): string =>
    rng.chance(0.5)
      ? ''
      : `, jitter: ${rng.below(delayUs)}us, loss: 5% 10%, duplicate: 4%, corrupt: 2%` +
        (rng.chance(0.3) ? ', netem: "rate 8mbit limit 20"' : '');
  const lan = (members: string[], more: string): string => {
    const delayUs = rng.between(1, 40);
    const knobs = `delay: ${delayUs}us, queue: ${rng.between(1, 30)}${impairments(delayUs)}${more}`;
    return `{ hosts: [${members.join(', ')}], rate: ${rates[rng.below(3)]!}, ${knobs} }`;
  };
  lines.push(`  one: ${lan(names.slice(0, middle), '')}`);
  const rest = names.slice(middle);
  const addresses = names.map((_, i) => `{ address: 10.0.0.${i + 1}/24, docker: false }`);
  lines.splice(1, count, ...names.map((name, i) => `  ${name}: ${addresses[i]!}`));
  if (rest.length > 0) lines.push(`  two: ${lan(rest, ', uplink: { to: one, rate: 100Mbit, delay: 47us }')}`);
  lines.push('flows:');
  names.forEach((name, i) => {
    const to = names[(i + 1) % count]!;
    const size = rng.between(1, 3000);
    lines.push(
      `  - { from: ${name}, to: ${to}, udp: ${9000 + i}, size: ${size}, count: ${rng.between(1, 60)}, ` +
        `interval: ${rng.between(5, 400)}us, start: ${rng.between(1, 30)}ms }`,
    );
  });
  return `seed: ${seed}\n${lines.join('\n')}\n`;
}

/** The hash of a plan's flows when its nodes are split into groups and run in windows. */
function hashInGroups(plan: Plan, groups: number): string | null {
  const watch = new LabWatch({
    epochSeconds: plan.epochSeconds,
    globs: [],
    format: 'none',
    store: null,
    hash: true,
    counters: [],
  });
  const lab = new Lab(plan, { queue: 'heap', observer: watch, groups });
  for (const lanSwitch of lab.switches) watch.watchSwitch(lanSwitch);
  const images = new ImageStore(builtInImages(busyboxPrograms()));
  const setups = plan.hosts.map((host) => setUpHost(plan, host, lab.host(host.name), images));
  const problems: string[] = [];
  new FlowDriver(
    plan.flows,
    setups,
    () => undefined,
    (problem) => problems.push(problem),
  );
  if (groups === 1) lab.sched.run(Infinity, Infinity);
  else runInWindows(lab, Number.MAX_SAFE_INTEGER);
  assert.equal(lab.census(), lab.slab.inUse);
  return watch.traceHash();
}

describe('determinism', () => {
  for (const file of scenarioFiles()) {
    const plan = (): Plan => loadScenario(file, readFileSync(file));
    it(`${file} gives the same hash twice, with every queue, sliced or not, with and without captures`, () => {
      const expected = runPlan(plan());
      assert.equal(expected.exit, 0);
      assert.match(expected.traceHash ?? '', /^[0-9a-f]{16}$/);
      for (const queue of QUEUE_KINDS) assert.equal(runPlan(plan(), { queue }).traceHash, expected.traceHash, queue);
      for (const slice of [1, 7, 1000]) {
        const sliced = runPlan(plan(), {}, slice);
        assert.deepEqual(sliced, expected, `slices of ${slice} events`);
      }
      const captured = runPlan(plan(), { captures: 'both', store: { open: () => ({ write: () => undefined }) } });
      assert.equal(captured.traceHash, expected.traceHash);
      assert.ok(captured.captures.length > 0);
    });

    it(`${file} gives another hash with another seed`, () => {
      const other = { ...plan(), seed: 77 };
      assert.notEqual(runPlan(other).traceHash, runPlan(plan()).traceHash);
    });

    it(`${file} loses no frame: the books agree with a census after every event`, () => {
      const run = new Run(plan(), {
        ...PLAIN,
        afterEvent: (lab) => {
          const { sent, delivered, dropped, inFlight } = lab.totals();
          const dead = Object.values(dropped).reduce((sum, n) => sum + n, 0);
          assert.equal(sent, delivered + dead + inFlight);
          assert.equal(lab.census(), inFlight);
        },
      });
      while (run.advance(Infinity));
      assert.equal(run.result().exit, 0);
    });
  }

  it('random networks give the same hash with every queue and in two or three groups in windows', () => {
    for (let seed = 1; seed <= 10 * EFFORT; seed++) {
      const text = randomScenario(seed);
      const expected = hashInGroups(load(text), 1);
      assert.equal(hashInGroups(load(text), 2), expected, `two groups, seed ${seed}:\n${text}`);
      assert.equal(hashInGroups(load(text), 3), expected, `three groups, seed ${seed}:\n${text}`);
      const hashes = QUEUE_KINDS.map((queue) => runPlan(load(text), { queue }).traceHash);
      assert.equal(new Set(hashes).size, 1, `queues, seed ${seed}:\n${text}`);
    }
  });

  it('random networks lose no frame', () => {
    for (let seed = 100; seed < 100 + 4 * EFFORT; seed++) {
      const run = new Run(load(randomScenario(seed)), {
        ...PLAIN,
        afterEvent: (lab) => {
          assert.equal(lab.census(), lab.slab.inUse, `seed ${seed}`);
        },
      });
      while (run.advance(Infinity));
      const { sent, delivered, dropped, inFlight } = run.result().frames;
      const dead = Object.values(dropped).reduce((sum, n) => sum + n, 0);
      assert.equal(sent, delivered + dead + inFlight, `seed ${seed}`);
    }
  });
});
