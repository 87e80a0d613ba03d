import assert from 'node:assert/strict';
import { Pipe } from '../../../src/kernel/proc/pipe.ts';
import { EGREP, FGREP, GREP } from '../../../src/userland/text/grep.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const FILES = {
  words: 'alpha\nbeta\nalphabet\nAlpha beta\n\nfoo.bar\nfoo-bar\nx_alpha\ngamma\ndelta\n',
  more: 'alpha\nomega\n',
  list: 'alpha\ngam\n',
  open: 'no end',
};
const stdin = 'eth0: <UP> mtu 1500\nlo: <UP> mtu 65536\nveth1@if2: <DOWN> mtu 1400\n';
const COMMON = [
  ...[
    'alpha',
    '-v alpha',
    '-c alpha',
    '-o alpha',
    '-i ALPHA',
    '-q alpha',
    '-n alpha',
    '-w alpha',
    '-x alpha',
    '-F foo.bar',
  ].map((args) => `grep ${args} words`),
  ...[
    '-H alpha',
    '-l alpha',
    '-L alpha',
    '-e alpha -e gamma',
    '-A 1 gamma',
    '-B 1 gamma',
    '-C 1 gamma',
    '-n -C1 beta',
  ].map((args) => `grep ${args} words`),
  ...[
    '-c alpha',
    '-l alpha',
    '-h alpha',
    '-n alpha',
    '-L omega',
    '-A1 alpha',
    '-o -n a',
    '-c zzz',
    '-vc alpha',
    '-m1 alpha',
  ].map((args) => `grep ${args} words more`),
  ...[
    'grep zzz words',
    'grep -q zzz words',
    'grep -m 2 -A 2 alpha words',
    'grep -m 1 -c alpha words',
    'grep -f list words',
  ],
  ...[
    'grep -E "alpha|gamma" words',
    'grep -oE "[a-z]+" words',
    'grep -E "^(foo)" words',
    'grep "^$" words',
    'grep -c "" words',
  ],
  ...[
    'grep -o "" words',
    'grep -xv alpha words',
    'grep -wo alpha words',
    'grep -on "a." words',
    'grep -ov alpha words',
    'grep -s a /nosuch',
  ],
  ...[
    'grep a /nosuch',
    'grep -c a /nosuch words',
    'grep -q alpha /nosuch words',
    'grep -q alpha words /nosuch',
    'grep no open',
  ],
  ...[
    'grep',
    'grep -A',
    'grep -z- --foo',
    'grep -A x a words',
    'grep -m x a words',
    'grep -E "(" words',
    'grep "[" words',
    'grep -e',
    'grep -x',
  ],
  ...[
    'grep -A 1 -m 1 alpha words',
    'grep -nB 2 "delta" words',
    'grep -C 0 alpha words',
    'grep -A1 -B2 "foo" words',
    'grep -l x words more',
  ],
  ...[
    'grep -Fx alpha words',
    'grep -Fi ALPHA words',
    'grep -F -e alpha -e "." words',
    'grep -ho alpha words more',
    'grep -cv x more words',
  ],
  ...[
    'grep UP',
    'grep -o "mtu [0-9]*"',
    'grep -c mtu -',
    'grep -H mtu',
    'grep -n lo: -',
    'grep -oE "^[^:@]+"',
    'grep -l UP',
    'grep -q mtu',
  ].map((line) => ({ line: line.replaceAll('"', "'"), stdin })),
].map((test) => (typeof test === 'string' ? test.replaceAll('"', "'") : test));
const BUSYBOX_DIFFERS = ['grep -z- --foo'];
const GNU = [
  ...COMMON.filter((test) => test !== BUSYBOX_DIFFERS[0]),
  ...[
    'grep -y ALPHA words',
    'grep --color=auto alpha words',
    'grep --count alpha words',
    'grep -1 gamma words',
    'grep --context=1 gamma words',
  ],
  ...[
    'grep -E -F a words',
    'grep alpha /etc words',
    'grep --foo',
    'grep --only-matching --regexp=alpha words',
    'grep --line-buffered alpha words',
  ],
  ...[
    'grep -Ec "*a" words',
    'grep -L alpha words more',
    'grep -L zzz words more',
    'grep -L alpha more',
    'grep -m0 alpha words',
    'grep --no',
  ],
];

describe('userland/text/grep:', () => {
  it('finds and says what the GNU one does', function () {
    compareWithGnu(this, GREP, GNU.map(quoted), FILES);
    compareWithGnu(this, EGREP, ['egrep "a|b" words', 'egrep', 'egrep "(" words', 'egrep -x'].map(quoted), FILES);
    compareWithGnu(this, FGREP, ['fgrep . words', 'fgrep -c foo.bar words'].map(quoted), FILES);
  });

  it('finds and says what busybox does', function () {
    compareWithBusybox(this, GREP, COMMON.filter((test) => test !== BUSYBOX_DIFFERS[0]).map(quoted), FILES);
    compareWithBusybox(this, EGREP, ['egrep "a|b" words', 'egrep "(" words'].map(quoted), FILES);
    compareWithBusybox(this, FGREP, ['fgrep . words'], FILES);
  });

  it('-q ends at the first match, though its input goes on', () => {
    const kit = new TableKit();
    const pipe = new Pipe();
    pipe.openWriter();
    const { proc } = kit.start(GREP.gnu.run, { argv: ['grep', '-q', 'b'], stdin: pipe });
    pipe.write('a\n');
    kit.runUntil(100_000);
    assert.equal(proc.exitCode, null);
    pipe.write('b\n');
    kit.runUntil(200_000);
    assert.equal(proc.exitCode, 0);
  });

  it('writes each line as soon as it has come', () => {
    const kit = new TableKit();
    const pipe = new Pipe();
    pipe.openWriter();
    const { output } = kit.start(GREP.gnu.run, { argv: ['grep', 'a'], stdin: pipe });
    pipe.write('a1\nb\na2');
    kit.runUntil(100_000);
    assert.equal(output.stdout, 'a1\n');
  });

  it('says what Dockwire lacks', () => {
    assert.match(GREP.gnu.check!(['-P', 'x'])!.message, /option -P is not supported/);
    assert.match(GREP.gnu.check!(['-r', 'x'])!.message, /option -r is not supported/);
    const { stderr, exit } = new TableKit().run(GREP.gnu.run, { argv: ['grep', '--color=always', 'x'] });
    assert.deepEqual(
      [stderr, exit],
      ['grep --color=always: not supported by Dockwire; supported: --color=auto\n', 127],
    );
  });
});

function quoted<T>(test: T): T {
  return typeof test === 'string' ? (test.replaceAll('"', "'") as T) : test;
}
