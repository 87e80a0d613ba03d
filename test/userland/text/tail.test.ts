import assert from 'node:assert/strict';
import { Pipe } from '../../../src/kernel/proc/pipe.ts';
import { TAIL } from '../../../src/userland/text/tail.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';
import { compareWithBusybox, compareWithGnu, runEmulated } from './real-text-tools.ts';

const stdin = 'one\ntwo\nthree\nfour';
const COMMON = [
  ...[
    'tail long',
    'tail -n 2 long',
    'tail -2 long',
    'tail -n -2 long',
    'tail long -n2',
    'tail -n +11 long',
    'tail -n 1 open',
  ],
  ...[
    'tail -n 0 open',
    'tail -n 1 open long',
    'tail -q -n1 open long',
    'tail -v -n1 long',
    'tail -c 3 long',
    'tail -c +20 long',
  ],
  ...[
    'tail /nosuch',
    'tail -n 1 open /nosuch /etc long',
    'tail -n x long',
    'tail --foo',
    'tail -c',
    'tail -n +0 long',
    'tail -n +99 long',
  ],
  ...['tail -n 2', 'tail -1', 'tail -c 6', 'tail -n +2', 'tail -n 1 - long', 'tail -n 1 long -'].map((line) => ({
    line,
    stdin,
  })),
];
const GNU = [...COMMON, 'tail --lines=2 long', 'tail -n 1x long', 'tail --quiet -n1 long open'];
const BUSYBOX = [...COMMON, 'tail +11 long'];

describe('userland/text/tail:', () => {
  it('prints what the GNU one prints', function () {
    compareWithGnu(this, TAIL, GNU);
  });

  it('prints what busybox prints', function () {
    compareWithBusybox(this, TAIL, BUSYBOX);
  });

  it('-f stays for ever on a file', () => {
    assert.equal(runEmulated(TAIL.gnu, 'tail -f /dev/null').exit, null);
    assert.equal(runEmulated(TAIL.busybox, 'tail -f /dev/null').exit, null);
    assert.deepEqual(runEmulated(TAIL.gnu, 'tail -f -n 1 long'), { stdout: '12\n', stderr: '', exit: null });
    assert.equal(runEmulated(TAIL.gnu, 'tail -1f long').stdout, '12\n');
    assert.equal(runEmulated(TAIL.gnu, 'tail -f /nosuch').exit, 1);
  });

  it('waits for an input that never says anything', () => {
    assert.equal(new TableKit().run(TAIL.gnu.run, { argv: ['tail'], stdin: 'open' }).exit, null);
    assert.equal(new TableKit().run(TAIL.gnu.run, { argv: ['tail', '-f'], stdin: 'eof' }).exit, 0);
    const pipe = new Pipe();
    pipe.openWriter();
    pipe.closeWriter();
    assert.equal(new TableKit().run(TAIL.gnu.run, { argv: ['tail', '-f'], stdin: pipe }).exit, 0);
  });

  it('says what Dockwire lacks', () => {
    assert.equal(TAIL.gnu.check!(['-n', '5', '--retry', 'x'])?.argIndex, 2);
    const { stderr, exit } = runEmulated(TAIL.gnu, 'tail --retry long');
    assert.match(stderr, /^tail --retry: not supported by Dockwire; supported: -c -n -f -F -q -s -v\n$/);
    assert.equal(exit, 127);
  });
});
