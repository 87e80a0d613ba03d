import { SEQ } from '../../../src/userland/text/seq.ts';
import assert from 'node:assert/strict';
import { MILLISECOND, TableKit } from '../../kernel/proc/table-kit.ts';
import { compareWithBusybox, compareWithGnu, runEmulated } from './real-text-tools.ts';

const COMMON = [
  '3',
  '2 5',
  '1 2 8',
  '5 -2 -4',
  '3 1',
  '-5 -3',
  '0.1 0.1 0.5',
  '1 0.25 2',
  '-w 8 11',
  '-s , 4',
  '-s , 1',
];
const GNU = [
  ...[...COMMON, '', '1 2 3 4', 'a', '1 x 3', '1 0 3', 'nan', '--foo', '-x', '1 -- 3', '-- -2 0', '1e1 1e1 30'],
  ...['-w -1 1', '-w 0.5 10', '-w 1 0.5 10', '-w 5 10.25', '-f %03g 3', '-f %.2f 2', "-f 'p%5.1fq%%' 2", '-f %d 3'],
  ...[
    '-f x 3',
    '-f %g%g 3',
    '-f %e 2',
    '-f % 3',
    "-f '%-5g|' 2",
    '-f %g 999999 1000001',
    '-w -f %g 3',
    '--separator=: 3',
  ],
  ...['--equal 9 10', '--sep', '9999999999 10000000001', '+3', '1.50 2', '.5 2', '5. 6', '1e-2 1e-2 3e-2', '-f %+g 2'],
];
const BUSYBOX = [...COMMON, '', '1 2 3 4', 'a', '--foo', '-x', '-w 1 10', '-w -1 1', '-s'];

describe('userland/text/seq:', () => {
  it('counts as the GNU one', function () {
    compareWithGnu(
      this,
      SEQ,
      GNU.map((args) => `seq ${args}`),
    );
  });

  it('counts as busybox', function () {
    compareWithBusybox(
      this,
      SEQ,
      BUSYBOX.map((args) => `seq ${args}`),
    );
  });

  it('adds exactly, however far it counts', () => {
    const { stdout } = runEmulated(SEQ.gnu, 'seq 0 0.1 2000');
    assert.ok(stdout.endsWith('\n1999.9\n2000.0\n'));
  });

  it('without an end it writes for as long as it is read', () => {
    const kit = new TableKit();
    const { proc, output } = kit.start(SEQ.gnu.run, { argv: ['seq', 'inf'] });
    kit.at(MILLISECOND / 10, () => {
      proc.kill('SIGPIPE');
    });
    kit.runUntil(MILLISECOND);
    assert.equal(proc.endedBySignal, 'SIGPIPE');
    assert.ok(output.stdout.startsWith('1\n2\n3\n') && output.stdout.length < 3e6, String(output.stdout.length));
  });
});
