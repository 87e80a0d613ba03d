import assert from 'node:assert/strict';
import { loadScenario } from '../../src/scenario/load.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import type { RunOptions } from '../../src/scenario/run.ts';
import { Run } from '../../src/scenario/run.ts';

const SECOND = 1_000_000_000;
const HOSTS = `hosts:
  a: { address: 10.0.0.1/24, docker: false }
  b: { address: 10.0.0.2/24, docker: false }
`;

function run(text: string, options: Partial<RunOptions> = {}): RunResult {
  const plan = loadScenario('x.yaml', new TextEncoder().encode(text));
  const running = new Run(plan, {
    queue: 'heap',
    captures: 'none',
    store: null,
    hash: false,
    keepGoing: false,
    ...options,
  });
  while (running.advance(100_000));
  return running.result();
}

const withSteps = (steps: string, more = ''): string => `${HOSTS}${more}steps:\n${steps}`;

describe('a run', () => {
  it('takes the steps one after the other, not before their time', () => {
    const { steps, virtualNs } = run(
      withSteps(`  - { on: a, run: sleep 2 }
  - { on: b, run: echo early, at: 1s }
  - { wait: 500ms }
  - { on: b, run: echo later }
  - { on: a, run: echo last, at: 10s }
`),
    );
    assert.deepEqual(
      steps.map(({ atNs, endNs, stdout }) => [atNs / SECOND, endNs / SECOND, stdout]),
      [
        [0, 2, ''],
        [2, 2, 'early\n'],
        [2.5, 2.5, 'later\n'],
        [10, 10, 'last\n'],
      ],
    );
    assert.equal(virtualNs, 10 * SECOND);
  });

  it('splits a script into commands with lines and times of their own', () => {
    const { steps } = run(
      withSteps(`  - wait: 1s
  - on: a
    script: |
      echo one
      # a comment
      #@ 2.5
      echo two
      echo three; echo four
`),
    );
    assert.deepEqual(
      steps.map(({ line, atNs, stdout }) => [line, atNs / SECOND, stdout]),
      [
        [8, 1, 'one\n'],
        [11, 3.5, 'two\n'],
        [12, 3.5, 'three\nfour\n'],
      ],
    );
  });

  it('saves the output of a step for every host', () => {
    const { steps } = run(
      withSteps(`  - { on: a, run: echo "10.0.0.1", save: target }
  - { on: b, run: ping -c 1 $target, expect: { stdout: "1 received" } }
`),
    );
    assert.ok(steps.every((step) => step.ok));
  });

  it('starts the next step while a background step runs, and checks what that has come to at the end', () => {
    const good = run(
      withSteps(`  - { on: a, run: ping -c 3 b, background: true, expect: { stdout: "3 received" } }
  - { on: b, run: sleep 5 }
`),
    );
    assert.deepEqual([good.exit, good.steps[0]!.exit, good.steps[1]!.atNs], [0, 0, 0]);
    const unmet = run(
      withSteps(`  - { on: a, run: ping b, background: true, expect: { stdout: "0 received" } }
  - { on: b, run: sleep 2 }
`),
    );
    assert.equal(unmet.exit, 1);
    assert.match(unmet.steps[0]!.problem ?? '', /0 received/);
  });

  it('ends at `until`, killing what still runs', () => {
    const result = run(withSteps('  - { on: a, run: sleep 100, expect: { exit: any } }\n', 'until: 7s\n'));
    assert.equal(result.ended, 'until');
    assert.equal(result.virtualNs, 7 * SECOND);
  });

  it('goes on for `linger` after the last step', () => {
    assert.equal(run(withSteps('  - { on: a, run: echo hi }\n', 'linger: 3s\n')).virtualNs, 3 * SECOND);
  });

  it('fails a step that does not end within its time, and a run that reaches its limit', () => {
    const step = run(withSteps('  - { on: a, run: sleep 3600 }\n'));
    assert.deepEqual([step.exit, step.ended, step.virtualNs], [1, 'step failed', 600 * SECOND]);
    assert.match(step.steps[0]!.problem ?? '', /did not end within 600 s/);
    const limit = run(withSteps('  - { wait: 3h }\n', 'limit: 2h\n'));
    assert.deepEqual([limit.exit, limit.ended], [1, 'limit']);
  });

  it('a program that Dockwire lacks, found in a variable, makes the exit code 2', () => {
    const result = run(withSteps('  - { on: a, run: "X=weave; $X b", expect: { exit: 127 } }\n'));
    assert.equal(result.exit, 2);
    assert.match(result.steps[0]!.stderr, /not supported by Dockwire/);
  });

  it('an expectation with a container name counts the frames that came before the name was known', () => {
    const { steps } = run(
      `hosts:
  node1: { address: 192.168.50.11/24 }
steps:
  - { on: node1, run: docker run -itd --name c1 busybox }
  - { on: node1, run: docker run --name c2 busybox ping -c 2 172.17.0.2 }
  - expect: { capture: node1/docker0, filter: "icmp and dst host c1", count: "== 2" }
  - expect: { capture: "node1/*/eth0", filter: "icmp and src host nosuch", count: "== 0" }
`,
      { keepGoing: true },
    );
    assert.deepEqual(
      steps.map((step) => step.ok),
      [true, true, true, false],
    );
    assert.match(steps[3]!.problem ?? '', /names a host that is not there/);
  });

  it('waits for its flows: every datagram sent, and each delivered or dropped', () => {
    const flow = (more: string): string =>
      `${HOSTS}flows:\n  - { from: a, to: b, udp: 9000, size: 100, count: 500, interval: 20us, start: 1s, ${more} }\n`;
    const result = run(flow('sourcePorts: 4000-4003, stagger: 3us'));
    assert.deepEqual([result.exit, result.frames.inFlight], [0, 0]);
    // Four warm-ups before the 500, two ARP frames.
    assert.equal(result.frames.sent, 500 + 4 + 2);
    assert.equal(result.frames.delivered, result.frames.sent);
    assert.ok(result.virtualNs >= SECOND + 499 * 20_000 && result.virtualNs < SECOND + 500 * 20_000 + 100_000);
  });

  it('a flow to a container that is not there fails the run and says so', () => {
    const result = run(`hosts: { n: {} }
flows:
  - { from: n, to: n/c9, udp: 9, size: 64, count: 3, interval: 1ms, start: 1s }
`);
    assert.equal(result.exit, 1);
    assert.match(result.problems[0] ?? '', /flow of line 3: n\/c9 is not there/);
  });
});
