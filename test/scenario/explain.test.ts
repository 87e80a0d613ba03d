import assert from 'node:assert/strict';
import { loadScenario, readFilter } from '../../src/scenario/load.ts';
import { ScenarioError } from '../../src/scenario/diagnostics.ts';
import { Run } from '../../src/scenario/run.ts';

const TEXT = `hosts:
  a: { docker: false, interfaces: { eth0: { lan: one, address: 10.0.0.2/24 } }, gateway: 10.0.0.1 }
  r:
    docker: false
    forward: true
    interfaces: { eth0: { lan: one, address: 10.0.0.1/24 }, eth1: { lan: two, address: 10.0.1.1/24 } }
  b: { docker: false, interfaces: { eth0: { lan: two, address: 10.0.1.2/24 } }, gateway: 10.0.1.1 }
lans: { one: { hosts: [a, r], switch: false, delay: 1us }, two: { hosts: [r, b], switch: false, delay: 1us } }
steps:
  - { on: a, run: ping -c 1 10.0.1.2 }
  - { on: a, run: ping -c 1 -W 1 10.7.7.7, expect: { exit: 1 } }
`;

function explain(filter: string): string[] {
  const plan = loadScenario('x.yaml', new TextEncoder().encode(TEXT));
  const lines: string[] = [];
  const run = new Run(plan, {
    queue: 'heap',
    captures: 'none',
    store: null,
    hash: false,
    keepGoing: false,
    explain: { filter: readFilter(filter, plan), print: (line) => lines.push(line) },
  });
  while (run.advance(1000));
  assert.equal(run.result().exit, 0);
  return lines;
}

describe('--explain', () => {
  it('tells a forwarded frame from end to end, decisions before its first header included', () => {
    const lines = explain('icmp[icmptype] == icmp-echo and dst host b').map((line) =>
      line.replace(/^ {2}\d\.\d+ {2}/, ''),
    );
    assert.deepEqual(lines, [
      'frame 1: IP 10.0.0.2 > 10.0.1.2: ICMP echo request, id ID, seq 1, length 64'.replace(
        'ID',
        /id (\d+)/.exec(lines[0]!)![1]!,
      ),
      'ip route: output unicast via 10.0.0.1 dev a/eth0',
      'neighbour 10.0.0.1 on a/eth0: parked, asking',
      'sent by a/eth0',
      'received by r/eth0',
      'ip route: forward unicast dev r/eth1',
      'neighbour 10.0.1.2 on r/eth1: parked, asking',
      'sent by r/eth1',
      'received by b/eth0',
      'ip route: input local dev b/eth0',
      'delivered at b/eth0',
    ]);
  });

  it('tells why a frame died', () => {
    const lines = explain('icmp and dst host 10.7.7.7');
    assert.match(lines.at(-1)!, /dropped at r\/eth0: IP_INNOROUTES$/);
  });

  it('a filter that does not compile is bad input with its place', () => {
    const plan = loadScenario('x.yaml', new TextEncoder().encode(TEXT));
    assert.throws(
      () => readFilter('icmp and', plan),
      (error) => error instanceof ScenarioError && error.diagnostics[0]!.col > 1,
    );
  });
});
