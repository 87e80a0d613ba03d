/** arping of Thomas Habets and the emulated one: the same words, exit codes and frames. */
import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTool } from '../../machine.ts';
import type { Result } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

const MAC_B = '02:42:0a:4d:00:02';

/** Typed one after the other, and their frames compared. */
const PINGS = [
  'arping -c 2 -W 0.1 10.77.0.2',
  'arping -A -c 1 -W 0.1 -I eth0 -S 10.77.0.1 10.77.0.1',
  `arping -A -t ${MAC_B} -c 1 -W 0.1 10.77.0.2`,
  'arping -U -c 1 -W 0.1 10.77.0.2',
  'arping -P -U -c 1 -W 0.1 10.77.0.1',
  'arping -P -c 1 -W 0.1 10.77.0.2',
  'arping -0 -u -c 1 -W 0.1 10.77.0.2',
  'arping -b -c 1 -W 0.1 10.77.0.2',
  'arping -B -c 1 -W 0.1 -i eth0',
  'arping -s 02:00:00:00:00:77 -p -c 1 -W 0.1 10.77.0.2',
  'arping -S 10.77.0.5 -c 1 -W 0.1 10.77.0.2',
  'arping -c 1 -W 0.1 10.9.9.9',
];

/** Of these only the words. */
const LINES = [
  `arping -T 10.77.0.2 -c 2 -W 0.1 ${MAC_B}`,
  `arping -r -C 1 -T 10.77.0.2 ${MAC_B}`,
  `arping -R -c 1 -W 0.1 -T 10.77.0.2 ${MAC_B}`,
  `arping -rR -c 1 -W 0.1 -T 10.77.0.2 ${MAC_B}`,
  `arping -c 1 -W 0.1 ${MAC_B}`,
  'arping -r -c 2 -W 0.1 10.77.0.2',
  'arping -R -C 2 -W 0.1 10.77.0.2',
  'arping -rR -c 1 -W 0.1 10.77.0.2',
  'arping -q -c 1 -W 0.1 10.77.0.2',
  'arping -q -e -c 1 -W 0.1 10.77.0.9',
  'arping -D -a -c 3 -W 0.1 10.77.0.2',
  'arping -D -e -c 3 -W 0.1 10.77.0.9',
  'arping -v -c 1 -W 0.1 10.77.0.2',
  'arping -d -i eth0 -W 0.1',
  'arping -d -c 2 -W 0.1 10.77.0.2',
  'arping -w 0.3 -W 0.2 10.77.0.9',
  'arping -w 1 -W 0.4 -C 1 10.77.0.9',
  'arping -w 0.5 10.77.0.2',
  'arping -w 0 10.77.0.2',
  'arping -w x -c 1 10.77.0.2',
  'arping -W x -c 1 10.77.0.2',
  'arping -c 0 10.77.0.2',
  'arping -c x 10.77.0.2',
  'arping -C 1 -m host -g nogroup -z 10.77.2',
  'arping -c 1 -W 0.1 -I lo 10.77.0.1',
  'arping -F -c 1 -W 0.1 10.77.0.2',
  'arping',
  'arping -h',
  'arping --help',
  'arping -x',
  'arping -c',
  'arping -m xx 10.77.0.2',
  'arping -g xx 10.77.0.2',
  'arping -I nodev 10.77.0.2',
  'arping -i eth0:1 10.77.0.2',
  'arping -s x 10.77.0.2',
  'arping -t xx 10.77.0.2',
  'arping 10.77.0.2 10.77.0.3',
  `arping -T 10.77.0.2 -t ${MAC_B} 10.77.0.2`,
  `arping -t ${MAC_B} ${MAC_B}`,
  'arping -T 10.77.0.2 10.77.0.2',
  'arping -i eth0 a:b',
];

function masked({ stdout, stderr, exit }: Result): Result {
  const text = stdout.replace(/time=[\d.]+ \w+/g, 'time=T').replace(/(std-dev = ).*( ms)/, '$1T$2');
  return { stdout: text, stderr, exit };
}

describe('userland/arping against the real one:', function () {
  this.timeout(60_000);
  const labs: RealLab[] = [];

  before(function () {
    need(this, 'netns');
    needTool(this, ['arping', '-h'], 'ARPing 2.23');
  });

  after(() => {
    for (const lab of labs) lab.dispose();
  });

  it('its words and exit codes', async () => {
    // Each sees the answers to all in its namespace: one after the other, in several namespaces at a time.
    const groups = Array.from({ length: 6 }, (_, group) => LINES.filter((_line, i) => i % 6 === group));
    const runs = await Promise.all(
      groups.map(async (lines, group) => {
        const lab = new RealLab(PAIR, `arpw${group}`);
        labs.push(lab);
        const results: [string, Result][] = [];
        for (const line of lines) results.push([line, await lab.runOne({ ns: 'a', line })]);
        return results;
      }),
    );
    for (const [line, expected] of runs.flat()) {
      const [actual] = new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(masked(actual!), masked(expected), line);
    }
  });

  it('its frames', async function () {
    need(this, 'shared');
    const lab = new RealLab(PAIR, 'arpf');
    labs.push(lab);
    const expected: Result[] = [];
    const frames = await lab.capture('a', 'eth0', async () => {
      for (const line of PINGS) expected.push(masked(await lab.runOne({ ns: 'a', line })));
    });
    const emulated = new EmulatedLab(PAIR);
    const actual = PINGS.map((line) => masked(emulated.run(hostPrograms(), [{ ns: 'a', line }])[0]!));
    assert.deepEqual(actual, expected);
    assert.deepEqual(emulated.canonical('a', 'eth0'), frames);
  });
});
