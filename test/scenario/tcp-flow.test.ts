import assert from 'node:assert/strict';
import { ImageStore } from '../../src/docker/images.ts';
import { setUpHost } from '../../src/scenario/host-setup.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { FlowDriver } from '../../src/scenario/flow-driver.ts';
import { Lab } from '../../src/scenario/lab.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import { Run } from '../../src/scenario/run.ts';

const HOSTS = `hosts:
  a: { address: 10.0.0.1/24, docker: false }
  b: { address: 10.0.0.2/24, docker: false }
`;

function load(text: string): ReturnType<typeof loadScenario> {
  return loadScenario('x.yaml', new TextEncoder().encode(text));
}

function run(text: string): RunResult {
  const running = new Run(load(text), {
    queue: 'calendar',
    captures: 'none',
    store: null,
    hash: true,
    keepGoing: false,
  });
  while (running.advance(100_000));
  return running.result();
}

/** The driver of a plan's flows after all of them have ended. */
function driven(text: string): { driver: FlowDriver; endNs: number; problems: string[]; left: number } {
  const plan = load(text);
  const lab = new Lab(plan, { queue: 'heap', observer: null });
  const images = new ImageStore([]);
  const setups = plan.hosts.map((host) => setUpHost(plan, host, lab.host(host.name), images));
  const problems: string[] = [];
  const driver: FlowDriver = new FlowDriver(
    plan.flows,
    setups,
    () => {
      if (driver.isDone) lab.sched.stop();
    },
    (problem) => problems.push(problem),
  );
  lab.sched.run(Infinity, Infinity);
  return { driver, endNs: lab.sched.now, problems, left: lab.slab.inUse };
}

describe('TCP flows', () => {
  it('carry what they are told to, as fast as the cable takes it', () => {
    const flows =
      'flows:\n  - { from: a, to: b, tcp: 5001, bytes: 20MB }\n  - { from: b, to: a, tcp: 5001, bytes: 10MB }\n';
    const { driver, endNs, problems, left } = driven(HOSTS + flows);
    assert.deepEqual(problems, []);
    assert.equal(driver.receivedBytesAt({ host: 'b' }, 5001), 20_000_000);
    assert.equal(driver.receivedBytesAt({ host: 'a' }, 5001), 10_000_000);
    // 20 MB at 1448 of 1538 bytes of a gigabit, and the beginning.
    const wireNs = (20_000_000 * 8 * 1538) / 1448;
    assert.ok(endNs > wireNs && endNs < wireNs * 1.1, `${endNs} ns`);
    assert.equal(left, 0);
  });

  it('write a piece in each interval where one is given, from the port that is given', () => {
    const flow =
      'flows:\n  - { from: a, to: b, tcp: 80, size: 10, count: 5, interval: 1ms, start: 2s, sourcePort: 7 }\n';
    const { driver, endNs } = driven(HOSTS + flow);
    assert.equal(driver.receivedBytesAt({ host: 'b' }, 80), 50);
    assert.equal(driver.tcpSenders[0]?.sentBytes, 50);
    assert.ok(endNs > 2_004_000_000 && endNs < 2_010_000_000, `${endNs} ns`);
  });

  it('are the same bytes at the same times in every run', () => {
    const flow = 'lans: { lan: { loss: 1% } }\nflows:\n  - { from: a, to: b, tcp: 80, bytes: 1MB }\n';
    const [first, second] = [run(HOSTS + flow), run(HOSTS + flow)];
    assert.equal(first.ok, true);
    assert.notEqual(first.traceHash, null);
    assert.equal(first.traceHash, second.traceHash);
  });

  it('that find nobody fail the run and say so', () => {
    const flow =
      'flows:\n  - { from: a, to: b, tcp: 80, count: 1, start: 1s }\n' +
      'steps:\n  - { on: b, run: ip link set eth0 down }\n';
    const result = run(HOSTS + flow);
    assert.equal(result.ok, false);
    assert.match(result.problems[0] ?? '', /flow of line 5: the connection failed: EHOSTUNREACH/);
  });
});
