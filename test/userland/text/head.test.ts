import assert from 'node:assert/strict';
import { Pipe } from '../../../src/kernel/proc/pipe.ts';
import { HEAD } from '../../../src/userland/text/head.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const stdin = 'one\ntwo\nthree\nfour';
const COMMON = [
  ...[
    'head long',
    'head -n 2 long',
    'head -n2 long',
    'head -3 long',
    'head -n 0 long',
    'head -n -3 long',
    'head -c 5 long',
  ],
  ...['head -c -20 long', 'head -n 100 open', 'head -n 1 open long', 'head -q -n 1 open long', 'head -v -n 1 open'],
  ...[
    'head /nosuch',
    'head -n 1 long /nosuch open',
    'head -n x long',
    'head -c',
    'head --foo',
    'head empty open',
    'head -n 1k open',
  ],
  ...['head -n 2', 'head -1', 'head -c 6', 'head -n -2', 'head -n 1 - long', 'head -c -3'].map((line) => ({
    line,
    stdin,
  })),
];
const GNU = [
  ...[
    ...COMMON,
    'head /etc',
    'head -n 1 long /etc open',
    'head --lines=2 long',
    'head --line 1 long',
    'head --bytes 3 long',
  ],
  ...[
    'head -n 1x long',
    'head -c 1kB open',
    'head --quiet -n1 long open',
    'head --v',
    'head -n',
    'head -q -v -n1 long',
  ],
];

describe('userland/text/head:', () => {
  it('prints what the GNU one prints', function () {
    compareWithGnu(this, HEAD, GNU);
  });

  it('prints what busybox prints', function () {
    compareWithBusybox(this, HEAD, COMMON);
  });

  it('ends as soon as it has its lines, though its input goes on', () => {
    const kit = new TableKit();
    const pipe = new Pipe();
    pipe.openWriter();
    const { proc, output } = kit.start(HEAD.gnu.run, { argv: ['head', '-n', '1'], stdin: pipe });
    pipe.write('fir');
    kit.runUntil(1000);
    assert.equal(proc.exitCode, null);
    pipe.write('st\nsecond\n');
    kit.runUntil(1_000_000);
    assert.deepEqual([proc.exitCode, output.stdout], [0, 'first\n']);
  });

  it('says what Dockwire lacks when the file is read', () => {
    assert.match(HEAD.gnu.check!(['long', '-z'])!.message, /option -z is not supported/);
    assert.match(HEAD.gnu.check!(['--help'])!.message, /option --help is not supported/);
    assert.equal(HEAD.gnu.refusal!(['-n', '1', '--nosuch'])!.argIndex, 2);
  });
});
