/** arping and traceroute of busybox and the emulated ones: the same words, exit codes and frames. */
import assert from 'node:assert/strict';
import { busyboxPrograms } from '../../src/userland/registry.ts';
import { need, needTool } from '../machine.ts';
import type { Result } from './net-lab.ts';
import { EmulatedLab, PAIR, RealLab, ROUTED } from './net-lab.ts';

const WORDS = [
  'arping -c 1 10.77.0.2',
  'arping -q -c 1 -I eth0 10.77.0.2',
  'arping -D -c 1 10.77.0.2',
  'arping -D -c 1 10.77.0.9',
  'arping -f 10.77.0.2',
  'arping -b -c 2 10.77.0.2',
  'arping -w 1 10.77.0.9',
  'arping -U -c 1 10.77.0.1',
  'arping -A -c 2 10.77.0.1',
  'arping -U -c 1 10.77.0.99',
  'arping -s 1.2.3.4 -c 1 10.77.0.2',
  'arping -s x -c 1 10.77.0.2',
  'arping -c 1 10.9.9.9',
  'arping -c 0 10.77.0.2',
  'arping -c x 10.77.0.2',
  'arping -I nodev -c 1 10.77.0.2',
  'arping -I lo -c 1 127.0.0.1',
  'arping -x',
  'arping',
  'arping 1.2.3.4 1.2.3.4',
  'traceroute -q 1 10.77.0.2',
  'traceroute -n -v -I -q 1 10.77.0.2 100',
  'traceroute -q 2 -s 10.77.0.1 -i eth0 -t 16 -z 10 10.77.0.2',
  'traceroute -n -f 3 -q 1 -F 10.77.0.2',
  'traceroute -m 2 -w 1 -q 1 10.77.0.50',
  'traceroute -q 0 10.77.0.2',
  'traceroute -q x 10.77.0.2',
  'traceroute -f 5 -m 2 10.77.0.2',
  'traceroute -m 300 10.77.0.2',
  'traceroute -w 0 10.77.0.2',
  'traceroute -p 70000 10.77.0.2',
  'traceroute -t 300 10.77.0.2',
  'traceroute -s 10.9.9.9 10.77.0.2',
  'traceroute -s xx 10.77.0.2',
  'traceroute 10.77.0.2 x',
  'traceroute 10.77.0.2 5',
  'traceroute 10.99.1.1',
  'traceroute 10.77.0.255',
  'traceroute -x',
  'traceroute',
];

/** Typed one after the other at a, their frames compared. */
const FRAMES = [
  'arping -c 2 10.77.0.2',
  'arping -U -c 1 10.77.0.1',
  'arping -A -c 1 10.77.0.1',
  'arping -D -f 10.77.0.9 -w 0',
];
const TRACES = ['traceroute -n -q 1 10.78.0.2', 'traceroute -n -q 1 10.99.0.1'];

function masked({ stdout, stderr, exit }: Result): Result {
  return { stdout: stdout.replace(/[\d.]+ ?ms/g, 'T ms'), stderr, exit };
}

describe('userland: network tools of busybox', function () {
  this.timeout(60_000);
  const labs: RealLab[] = [];
  before(function () {
    need(this, 'netns');
    needTool(this, ['busybox', '--help'], 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1');
  });
  after(() => {
    for (const lab of labs) lab.dispose();
  });

  it('say the same and end the same', async () => {
    // Each sees the answers to all in its namespace: one after the other, in several namespaces at a time.
    const groups = Array.from({ length: 8 }, (_, group) => WORDS.filter((_line, i) => i % 8 === group));
    const runs = await Promise.all(
      groups.map(async (lines, group) => {
        const lab = new RealLab(PAIR, `bb${group}`);
        labs.push(lab);
        const results: [string, Result][] = [];
        for (const line of lines) results.push([line, await lab.runOne({ ns: 'a', line: `busybox ${line}` })]);
        return results;
      }),
    );
    for (const [line, expected] of runs.flat()) {
      const [actual] = new EmulatedLab(PAIR).run(busyboxPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(masked(actual!), masked(expected), line);
    }
  });

  for (const { topology, lines, title } of [
    { topology: PAIR, lines: FRAMES, title: 'arping' },
    { topology: ROUTED, lines: TRACES, title: 'traceroute' },
  ]) {
    it(`put the same frames on the wire: ${title}`, async function () {
      need(this, 'shared');
      const lab = new RealLab(topology, `bbf${title}`);
      labs.push(lab);
      const expected: Result[] = [];
      const frames = await lab.capture('a', 'eth0', async () => {
        for (const line of lines) expected.push(masked(await lab.runOne({ ns: 'a', line: `busybox ${line}` })));
      });
      const emulated = new EmulatedLab(topology);
      const actual = lines.map((line) => masked(emulated.run(busyboxPrograms(), [{ ns: 'a', line }])[0]!));
      assert.deepEqual(actual, expected);
      assert.deepEqual(emulated.canonical('a', 'eth0'), frames);
    });
  }
});
