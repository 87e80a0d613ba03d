import assert from 'node:assert/strict';
import type { PlanFault } from '../../src/scenario/plan.ts';
import { assertMistakes, planOf } from './plan-helper.ts';

const TOP = `hosts: { a: { docker: false }, b: { docker: false }, c: { docker: false } }
lans: { lan: { hosts: [a, b] }, far: { hosts: [b, c], switch: false } }
steps:
`;

function faultsOf(...faults: readonly string[]): PlanFault[] {
  const { steps } = planOf(`${TOP}${faults.map((fault) => `  - fault: ${fault}\n`).join('')}`);
  return steps.flatMap((step) => (step.kind === 'fault' ? [step.fault] : []));
}

describe('faults of a scenario', () => {
  it('are read with their hosts and LANs', () => {
    assert.deepEqual(
      faultsOf('{ cut: a/lan }', '{ heal: b/far }', '{ heal: all }', '{ partition: [[a], [b]] }', '{ partition: [] }'),
      [
        { action: 'cut', host: 'a', lan: 'lan' },
        { action: 'heal', host: 'b', lan: 'far' },
        { action: 'heal all' },
        { action: 'partition', groups: [['a'], ['b']] },
        { action: 'partition', groups: [] },
      ],
    );
  });

  it('wait for their time, as other steps', () => {
    const { steps } = planOf(`${TOP}  - { fault: { cut: a/lan }, at: 60s, note: dark }\n`);
    assert.deepEqual(steps[0], {
      kind: 'fault',
      fault: { action: 'cut', host: 'a', lan: 'lan' },
      atNs: 60e9,
      note: 'dark',
      line: 4,
      col: 5,
    });
  });

  it('are refused where the name stands that is wrong', () => {
    const text = `${TOP}${[
      'fault: { cut: ‹1›a/lam }',
      'fault: { cut: ‹2›d/lan }',
      'fault: ‹3›{}',
      'fault: ‹4›{ cut: a/lan, heal: a/lan }',
      'fault: ‹5›cut',
      'fault: { heal: ‹6›a }',
      'fault: { cut: ‹7›a/far }',
      'fault: { partition: ‹8›[[a], [a, c]] }',
      'fault: { partition: ‹9›[[b], [c]] }',
      'fault: { partition: ‹10›[[a], [d]] }',
      'fault: { cut: ‹11›all }',
      'fault: { kill: ‹12›d }',
      'fault: { start: ‹13›a/c1 }',
    ]
      .map((step) => `  - ${step}\n`)
      .join('')}`;
    assertMistakes(text, [
      'unknown LAN "lam"; did you mean "lan"?',
      'unknown host "d"; expected one of a, b, c',
      'the fault has no action; expected one of cut, heal, partition, kill, start',
      'the fault has cut and heal; expected one of cut, heal, partition, kill, start',
      'a fault is "cut"; expected a mapping',
      'heal is "a"; expected a host and its LAN, such as node1/lan, or all',
      'host "a" does not hang on LAN "far"; expected a/lan',
      'host "a" is in the groups twice; expected it once',
      'LAN "far" between two groups has no switch that could part them; expected fault: { cut: b/far }',
      'unknown host "d"; expected one of a, b, c',
      'cut is "all"; expected a host and its LAN, such as node1/lan',
      'unknown host "d"; expected one of a, b, c',
      'host "a" has no engine; expected a host that runs containers',
    ]);
  });
});
