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

  it('switches a machine off: nothing is left of what it did, and it starts as at the beginning', () => {
    const result = runSteps(
      TOP,
      ping('a', 'b', WORKS),
      '{ on: b, run: "ip addr add 10.9.9.9/24 dev eth0 && ip link add va type veth peer name vb && ip netns add n1" }',
      '{ on: b, run: tc qdisc add dev eth0 root netem delay 50ms }',
      '{ on: b, run: ping -c 100 a, background: true, expect: { exit: any } }',
      'wait: 20ms',
      'fault: { kill: b }',
      'fault: { kill: b }',
      ping('a', 'b', FAILS),
      ping('a', 'c', WORKS),
      'fault: { start: b }',
      'fault: { start: b }',
      '{ on: b, run: ip -br addr, expect: { exit: 0, stdout: "192.168.50.12/24" } }',
      '{ on: b, run: ip link show va, expect: { exit: 1 } }',
      '{ on: b, run: tc qdisc show dev eth0, expect: { exit: 0, stdout: "fq_codel 0:" } }',
      ping('a', 'b', WORKS),
      ping('b', 'c', WORKS),
    );
    assert.deepEqual(
      result.steps.filter((step) => !step.ok),
      [],
    );
    assert.equal(result.frames.inFlight, 0);
  });

  it('fails a step on a machine that is switched off', () => {
    const result = runSteps(TOP, 'fault: { kill: b }', '{ on: b, run: echo here }', 'fault: { start: b }');
    assert.equal(result.exit, 1);
    assert.equal(result.steps[1]?.problem, 'b is switched off');
  });

  it('mends no cable that was cut by switching a machine on, and lights no dead machine by mending', () => {
    const result = runSteps(
      TOP,
      'fault: { cut: b/lan }',
      'fault: { kill: b }',
      'fault: { start: b }',
      ping('b', 'a', FAILS),
      'fault: { kill: a }',
      'fault: { heal: all }',
      ping('b', 'c', WORKS),
      ping('b', 'a', FAILS),
      'fault: { start: a }',
      'wait: 3s',
      ping('b', 'a', WORKS),
    );
    assert.deepEqual(
      result.steps.filter((step) => !step.ok),
      [],
    );
  });

  it('takes the other end of a wire down with a machine', () => {
    const top = TOP.replace('steps:', 'lans: { wire: { hosts: [a, b], switch: false }, lan: { hosts: [c] } }\nsteps:');
    const result = runSteps(
      top,
      'fault: { kill: a }',
      '{ on: b, run: ip link show eth0, expect: { exit: 0, stdout: NO-CARRIER } }',
      'fault: { start: a }',
      ping('b', 'a', WORKS),
    );
    assert.equal(result.exit, 0);
  });

  it('kills a container and starts it again; its engine does not outlive the machine', () => {
    const top = 'hosts: { node1: , x: { docker: false } }\nsteps:\n';
    const result = runSteps(
      top,
      '{ on: node1, run: docker run -itd --name c1 busybox }',
      '{ on: node1, run: docker run -itd --name c2 busybox }',
      'fault: { kill: node1/c1 }',
      '{ on: node1, run: docker exec c2 ping -c 1 -W 1 172.17.0.2, expect: { exit: 1 } }',
      'fault: { start: node1/c1 }',
      '{ on: node1, run: docker exec c2 ping -c 1 172.17.0.2, expect: { exit: 0 } }',
      'fault: { kill: node1 }',
      'fault: { start: node1 }',
      '{ on: node1, run: docker ps -aq, expect: { exit: 0, stdout: "/^$/" } }',
      '{ on: node1, run: docker run -itd --name c1 busybox }',
      '{ on: node1, run: docker exec c1 ping -c 1 192.168.50.11, expect: { exit: 0 } }',
    );
    assert.deepEqual(
      result.steps.filter((step) => !step.ok),
      [],
    );
    const failed = runSteps(top, 'fault: { kill: node1/c9 }', 'fault: { start: node1/c9 }');
    assert.equal(failed.exit, 1);
    assert.deepEqual(
      failed.steps.map(({ problem }) => problem),
      ['no container c9 runs on node1', 'node1 has no container c9'],
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
