import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTool } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

const OPEN: readonly Typed[] = [
  { ns: 'b', line: 'timeout 4 nc -ldn 9200' },
  { ns: 'b', line: 'timeout 4 nc -ldn -s 10.77.0.2 -p 8080' },
  { ns: 'b', line: 'timeout 4 nc -ludn 9100' },
  { ns: 'a', line: 'timeout 4 nc -dn -p 4400 10.77.0.2 9200', atMs: 300 },
  { ns: 'a', line: 'timeout 4 nc -dn -p 4401 10.77.0.50 9', atMs: 300 },
  { ns: 'a', line: 'timeout 4 nc -ud -p 4402 10.77.0.50 9', atMs: 300 },
];

const LINES: readonly Typed[] = [
  ...['netstat -tn', 'netstat -tan', 'netstat -tano', 'netstat -tanp', 'netstat -un', 'netstat -tuanp'],
  ...['netstat -tln', 'netstat --tcp --all --numeric'],
].flatMap((line) => ['a', 'b'].map((ns) => ({ ns, line })));

/** Rows in the order of their text, without process numbers and what is left of timers. */
function masked({ stdout, stderr, exit }: Result): Result {
  const rows = stdout
    .replaceAll(/\d+\/(\w[\w.-]*) +/g, (_, name: string) => `PID/${name.replace(/^nc\..*/, 'nc')} `)
    .replaceAll(/\(\d+\.\d\d\/\d+\//g, '(N/N/')
    .split('\n')
    .sort((left, right) => (left < right ? -1 : 1));
  return { stdout: rows.join('\n'), stderr, exit };
}

describe('userland/net-tools: netstat', function () {
  this.timeout(60_000);
  let lab: RealLab | undefined;
  after(() => lab?.dispose());

  it('shows sockets as the real one does', async function () {
    need(this, 'netns');
    needTool(this, ['netstat', '-V'], 'net-tools 2.10');
    lab = new RealLab(PAIR, 'nst');
    const typed = LINES.map((each) => ({ ...each, atMs: 1000 }));
    const expected = (await lab.run([...OPEN, ...typed])).slice(OPEN.length);
    const emulated = new EmulatedLab(PAIR);
    const open = OPEN.map((each) => ({ ...each, line: each.line.replace('timeout 4 ', '') }));
    const actual = emulated.run(hostPrograms(), [...open, ...typed], 2).slice(OPEN.length);
    for (const [i, { line }] of LINES.entries()) assert.deepEqual(masked(actual[i]!), masked(expected[i]!), line);
  });

  it('says what it lacks', () => {
    const run = (line: string): Result => new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line }])[0]!;
    assert.match(run('netstat -an').stderr, /^netstat without -t or -u: not supported by Dockwire/);
    assert.match(run('netstat -t').stderr, /^netstat without -n: not supported by Dockwire/);
    assert.match(run('netstat -rn').stderr, /^netstat -rn: not supported by Dockwire/);
    const { check, refusal } = hostPrograms().get('netstat')!;
    assert.equal(check!(['-t', '-s'])?.argIndex, 1);
    assert.equal(refusal!(['-t', '-y'])?.argIndex, 1);
  });
});
