import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTool } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

/** Two listeners, a connection to one of them, and one that nobody answers. */
const OPEN: readonly Typed[] = [
  { ns: 'b', line: 'timeout 4 nc -ldn 9200' },
  { ns: 'b', line: 'timeout 4 nc -ldn -s 10.77.0.2 -p 8080' },
  { ns: 'a', line: 'timeout 4 nc -dn -p 4400 10.77.0.2 9200', atMs: 300 },
  { ns: 'a', line: 'timeout 4 nc -dn -p 4401 10.77.0.50 9', atMs: 300 },
];

const LINES: readonly Typed[] = [
  ...[
    'ss -t',
    'ss -tn',
    'ss -tan',
    'ss -tanp',
    'ss -tano',
    'ss -tanm',
    'ss -tani',
    'ss -tnmiO',
    'ss -tl',
    'ss -tan state syn-sent',
    'ss -tan state established',
    'ss -tan state connected',
    'ss -tan state time-wait',
    'ss -tan dport = 9200',
    'ss -tunap',
  ].map((line) => ({ ns: 'a', line })),
  ...['ss -tln', 'ss -tlnp', 'ss -tl', 'ss -tan', 'ss -tanp', 'ss -tan state listening', 'ss -tlni'].map((line) => ({
    ns: 'b',
    line,
  })),
];

/**
 * Rows in the order of their text, without what is measured or set on the machine: of the line of `-i` the names of
 * its figures are left. Widths come of what is masked, so blanks in a row do not count.
 */
function masked({ stdout, stderr, exit }: Result): Result {
  const rows = stdout
    .replaceAll(/\n\t/g, ' DETAIL')
    .replaceAll(/pid=\d+/g, 'pid=N')
    .replaceAll(/timer:\(\w+,\d[\w.]*,\d+\)/g, (timer) => timer.replace(/,.*/, ',N)'))
    .replaceAll(/skmem:\(\S+\)/g, (memory) => memory.replaceAll(/\d+/g, 'N'))
    .replaceAll(/ bbr:\(\S+\)| (?:busy|lastsnd|lastrcv|lastack):\w+/g, '')
    .replaceAll(/ (?:cubic|bbr|reno) /g, ' CONTROL ')
    .replaceAll(/ (pacing_rate|delivery_rate|send) \w+\.?\w*bps/g, '')
    .replaceAll(/ (wscale|rto|rtt|ato|minrtt|rcv_space|rcv_ssthresh|snd_wnd|cwnd|segs_out|segs_in):[\d.,/]+/g, ' $1')
    .replaceAll(/ +/g, ' ')
    .split('\n')
    .map((row) => row.trimEnd())
    .sort((left, right) => (left < right ? -1 : 1));
  return { stdout: rows.join('\n'), stderr, exit };
}

describe('userland/ss: TCP', function () {
  this.timeout(60_000);
  let lab: RealLab | undefined;
  after(() => lab?.dispose());

  it('shows sockets as the real one does', async function () {
    need(this, 'netns');
    needTool(this, ['ss', '-V'], 'iproute2-6.1.0');
    lab = new RealLab(PAIR, 'sst');
    const typed = LINES.map((each) => ({ ...each, atMs: 1000 }));
    const expected = (await lab.run([...OPEN, ...typed])).slice(OPEN.length);
    const emulated = new EmulatedLab(PAIR);
    const open = OPEN.map((each) => ({ ...each, line: each.line.replace('timeout 4 ', '') }));
    const actual = emulated.run(hostPrograms(), [...open, ...typed], 2).slice(OPEN.length);
    for (const [i, { line }] of LINES.entries()) assert.deepEqual(masked(actual[i]!), masked(expected[i]!), line);
  });

  it('pads its columns to what stands in them', () => {
    const emulated = new EmulatedLab(PAIR);
    const open = OPEN.map((each) => ({ ...each, line: each.line.replace('timeout 4 ', '') }));
    const [shown] = emulated.run(hostPrograms(), [...open, { ns: 'b', line: 'ss -tan', atMs: 1000 }], 2).slice(-1);
    assert.deepEqual(shown!.stdout.split('\n'), [
      'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess',
      'LISTEN 0      1            0.0.0.0:9200      0.0.0.0:*          ',
      'LISTEN 0      1          10.77.0.2:8080      0.0.0.0:*          ',
      'ESTAB  0      0          10.77.0.2:9200    10.77.0.1:4400       ',
      '',
    ]);
  });
});
