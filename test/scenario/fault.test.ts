import assert from 'node:assert/strict';
import { faultText } from '../../src/scenario/fault.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import { Run } from '../../src/scenario/run.ts';

const TOP = `hosts: { a: { docker: false }, b: { docker: false }, c: { docker: false } }\nsteps:\n`;

/** Runs steps, one a line; after every event the books agree with a census. */
function runSteps(top: string, ...steps: readonly string[]): RunResult {
  const text = `${top}${steps.map((step) => `  - ${step}\n`).join('')}`;
  const run = new Run(loadScenario('t.yaml', new TextEncoder().encode(text)), {
    queue: 'heap',
    captures: 'none',
    store: null,
    hash: false,
    keepGoing: true,
    afterEvent: (lab) => {
      assert.equal(lab.census(), lab.slab.inUse);
    },
  });
  while (run.advance(1000));
  return run.result();
}

const ping = (on: string, to: string, expect: string): string =>
  `{ on: ${on}, run: ping -c 1 -W 1 ${to}, expect: ${expect} }`;
const WORKS = '{ exit: 0, stdout: "1 received" }';
const FAILS = '{ exit: 1, stdout: "100% packet loss" }';

describe('faults', () => {
  it('a cut cable carries nothing, and its card has no carrier, until it is mended', () => {
    const result = runSteps(
      TOP,
      ping('a', 'b', WORKS),
      'fault: { cut: b/lan }',
      '{ on: b, run: ip link show eth0, expect: { exit: 0, stdout: "<NO-CARRIER,BROADCAST,MULTICAST,UP>" } }',
      '{ on: b, run: ip link show eth0, expect: { exit: 0, stdout: "state DOWN" } }',
      ping('a', 'b', FAILS),
      ping('a', 'c', WORKS),
      'fault: { cut: b/lan }',
      'fault: { heal: b/lan }',
      '{ on: b, run: ip link show eth0, expect: { exit: 0, stdout: "<BROADCAST,MULTICAST,UP,LOWER_UP>" } }',
      ping('a', 'b', WORKS),
      ping('b', 'a', WORKS),
    );
    assert.deepEqual(
      result.steps.filter((step) => !step.ok),
      [],
    );
    assert.equal(result.exit, 0);
    assert.ok(result.steps.some((step) => step.run === 'fault cut b/lan'));
  });

  it('fails a scenario that expects what a cut cable cannot do', () => {
    const result = runSteps(TOP, 'fault: { cut: b/lan }', ping('a', 'b', WORKS));
    assert.equal(result.exit, 1);
    assert.equal(result.steps.at(-1)?.problem, 'expected exit 0, got 1');
  });

  it('loses what is on a cable when it is cut, or waits for it', () => {
    const top = TOP.replace('steps:', 'lans: { lan: { hosts: [a, b, c], delay: 10ms } }\nsteps:');
    const result = runSteps(
      top,
      ping('a', 'b', WORKS),
      '{ on: a, run: ping -c 5 -i 0.002 -q b, background: true, expect: { exit: any } }',
      'wait: 9ms',
      'fault: { cut: a/lan }',
      'wait: 5s',
    );
    assert.equal(result.frames.dropped['X_CABLE_CUT'], 5);
    assert.equal(result.frames.inFlight, 0);
  });

  it('lets a bridge know that the card which is its port has no carrier', () => {
    const result = runSteps(
      TOP,
      '{ on: b, run: "ip link add br0 type bridge && ip link set br0 up && ip link set eth0 master br0" }',
      '{ on: b, run: ip link show br0, expect: { exit: 0, stdout: "LOWER_UP" } }',
      'fault: { cut: b/lan }',
      '{ on: b, run: ip link show br0, expect: { exit: 0, stdout: "NO-CARRIER" } }',
      'fault: { heal: all }',
      '{ on: b, run: ip link show br0, expect: { exit: 0, stdout: "LOWER_UP" } }',
    );
    assert.equal(result.exit, 0);
  });

  it('cuts the one cable of a LAN without a switch for both of its ends', () => {
    const top = TOP.replace('steps:', 'lans: { wire: { hosts: [a, b], switch: false }, lan: { hosts: [c] } }\nsteps:');
    const result = runSteps(
      top,
      'fault: { cut: a/wire }',
      '{ on: a, run: ip link show eth0, expect: { exit: 0, stdout: NO-CARRIER } }',
      '{ on: b, run: ip link show eth0, expect: { exit: 0, stdout: NO-CARRIER } }',
      'fault: { heal: b/wire }',
      ping('a', 'b', WORKS),
    );
    assert.equal(result.exit, 0);
  });

  it('lets nothing pass between groups, while every card keeps its carrier', () => {
    const result = runSteps(
      TOP,
      ping('a', 'c', WORKS),
      'fault: { partition: [[a, b], [c]] }',
      ping('a', 'b', WORKS),
      ping('a', 'c', FAILS),
      ping('c', 'b', FAILS),
      '{ on: c, run: ip link show eth0, expect: { exit: 0, stdout: LOWER_UP } }',
      'fault: { partition: [[a], [b]] }',
      ping('a', 'b', FAILS),
      ping('c', 'a', WORKS),
      ping('c', 'b', WORKS),
      'fault: { heal: all }',
      ping('a', 'b', WORKS),
    );
    assert.deepEqual(
      result.steps.filter((step) => !step.ok),
      [],
    );
    assert.ok(result.frames.dropped['X_PARTITION']! >= 3);
  });

  it('parts groups that hang on two switches', () => {
    const top = TOP.replace(
      'hosts: { a: { docker: false }, b: { docker: false }, c: { docker: false } }',
      'hosts: { a: { address: 10.0.0.1/24, docker: false }, b: { address: 10.0.0.2/24, docker: false }, ' +
        'c: { address: 10.0.0.3/24, docker: false } }',
    ).replace('steps:', 'lans: { one: { hosts: [a] }, two: { hosts: [b, c], uplink: one } }\nsteps:');
    const result = runSteps(
      top,
      ping('a', 'b', WORKS),
      'fault: { partition: [[a, c], [b]] }',
      ping('a', 'b', FAILS),
      ping('b', 'a', FAILS),
      ping('a', 'c', WORKS),
      'fault: { partition: [] }',
      ping('b', 'a', WORKS),
    );
    assert.deepEqual(
      result.steps.filter((step) => !step.ok),
      [],
    );
  });

  it('keeps to its time', () => {
    const result = runSteps(TOP, '{ fault: { cut: a/lan }, at: 7s }', 'fault: { heal: all }');
    assert.deepEqual(
      result.steps.map(({ run, atNs }) => [run, atNs]),
      [
        ['fault cut a/lan', 7e9],
        ['fault heal all', 7e9],
      ],
    );
  });

  it('has a name for the terminal', () => {
    assert.equal(faultText({ action: 'partition', groups: [['a', 'b'], ['c']] }), 'partition a b | c');
    assert.equal(faultText({ action: 'partition', groups: [] }), 'partition');
  });
});
