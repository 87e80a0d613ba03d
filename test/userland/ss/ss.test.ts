import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTool } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

/** Sockets that are open while `ss` looks; the last one connected, and to a port whose owner does not answer. */
const OPEN: readonly Typed[] = [
  { ns: 'a', line: 'timeout 4 nc -ludn 9100' },
  { ns: 'a', line: 'timeout 4 nc -lud -s 10.77.0.1 -p 53' },
  { ns: 'a', line: 'timeout 4 nc -ud -p 4400 10.77.0.50 9' },
];

const LINES = [
  'ss -u',
  'ss -un',
  'ss -u -a',
  'ss -u -l',
  'ss -uanp',
  'ss -uanm',
  'ss -uam -O',
  'ss -uani',
  'ss -uanH',
  'ss -uanOH',
  'ss --udp --all --numeric',
  'ss -t',
  'ss -tan',
  'ss -w',
  'ss -wa',
  'ss -tuln',
  'ss -tulpn',
  'ss -ut',
  'ss -unl -4',
  'ss -uan sport = :53',
  'ss -uan dport = 9',
  'ss -uan sport != :53',
  'ss -uan dst 10.77.0.50',
  'ss -uan src 10.77.0.0/24',
  'ss -uan src 10.77.0.1:53',
  'ss -uan sport = :4400 and dst 10.77.0.50:9',
  'ss -u -a state established',
  'ss -u state closed',
  'ss -uan state all',
  'ss -u state bogus',
  'ss -u state',
  'ss -ua foo',
  'ss -u sport = :x',
  'ss -V',
  'ss -h',
  'ss -uQ',
  'ss --foo',
];

/** Rows in the order of their text: the kernel's table begins anywhere. Process numbers are as they come. */
function masked({ stdout, stderr, exit }: Result): Result {
  const hasProcess = stdout.includes('pid=');
  const text = stdout
    .replace(/pid=\d+/g, 'pid=N')
    .replace(/ +$/gm, (blanks) => (hasProcess ? '' : `${blanks.length} blanks`));
  if (!text.includes('Recv-Q') && !text.includes('ESTAB')) return { stdout: text, stderr, exit };
  const rows = text.replaceAll('\n\t', '\\n').split('\n');
  const order = (left: string, right: string): number => (left < right ? -1 : 1);
  return {
    stdout: rows
      .map((row) => row.replace(/pid=N.*/, 'pid=N'))
      .sort(order)
      .join('\n'),
    stderr,
    exit,
  };
}

describe('userland/ss:', function () {
  this.timeout(60_000);
  let lab: RealLab | undefined;
  after(() => lab?.dispose());

  it('shows sockets as the real one does', async function () {
    need(this, 'netns');
    needTool(this, ['ss', '-V'], 'iproute2-6.1.0');
    lab = new RealLab(PAIR, 'ss');
    const typed = LINES.map((line) => ({ ns: 'a', line, atMs: 700 }));
    const expected = (await lab.run([...OPEN, ...typed])).slice(OPEN.length);
    const emulated = new EmulatedLab(PAIR);
    const open = OPEN.map((each) => ({ ...each, line: each.line.replace('timeout 4 ', '') }));
    const actual = emulated.run(hostPrograms(), [...open, ...typed], 2).slice(OPEN.length);
    for (const [i, line] of LINES.entries()) assert.deepEqual(masked(actual[i]!), masked(expected[i]!), line);
  });

  it('counts the sockets of each kind that are open', () => {
    const emulated = new EmulatedLab(PAIR);
    emulated.start(hostPrograms(), { ns: 'b', line: 'nc -lukd 9100', stdin: '' });
    const server = emulated.start(hostPrograms(), { ns: 'b', line: 'nc -lu 9101' });
    server.proc.kill('SIGKILL');
    const [summary] = emulated.run(hostPrograms(), [{ ns: 'b', line: 'ss -s' }]);
    assert.match(
      summary!.stdout,
      /^Total: 1\nTCP: {3}0 \(.*\n\nTransport .*\nRAW\t {2}0 .*\nUDP\t {2}1 {9}1 {9}0 {8}\n/,
    );
  });

  it('says what it lacks', () => {
    const run = (line: string): Result => new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line }])[0]!;
    assert.match(run('ss -an').stderr, /^ss without -t, -u or -w: not supported by Dockwire/);
    assert.match(run('ss -ua not dst 10.0.0.1').stderr, /^ss … not: not supported by Dockwire/);
    const { check, refusal } = hostPrograms().get('ss')!;
    assert.equal(check!(['-u', '-x'])?.argIndex, 1);
    assert.equal(refusal!(['--udp', '--foo'])?.argIndex, 1);
  });
});
