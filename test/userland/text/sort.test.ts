import assert from 'node:assert/strict';
import { TextInput } from '../../../src/kernel/proc/pipe.ts';
import { SORT } from '../../../src/userland/text/sort.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const FILES = {
  mixed: 'b 2\na 10\nB 3\na 9\n\n c 1\nb 2\n-5 x\n1.5 y\n0x1 z\n',
  sizes: '10K\n2M\n1G\n512\n3k\n-1K\n0\nx\n',
  fields: 'x:30:b\ny:4:a\nx:4:c\nz::a\nq\n',
  versions: 'v1.10\nv1.2\nv1.2~rc1\nv1.2.tar.gz\nv1.02\na-1\na1\n.b\n',
  months: 'mar 1\nJan 2\nfoo\nDEC 3\n',
  floats: '1e3\n20\n-1e-2\nnan\nx\ninf\n0x10\n',
};
const COMMON = [
  ...[
    '',
    '-n',
    '-r',
    '-u',
    '-nr',
    '-f',
    '-fu',
    '-b',
    '-k 2',
    '-k 2n',
    '-k2,2n -k1,1',
    '-k 2nr',
    '-s -k 1,1',
    '-d',
    '-nu',
    '-c',
    '-k 1.2',
  ].map((args) => `sort ${args} mixed`),
  ...['-t : -k 2', '-t : -k 2n', '-t: -k3,3 -k2,2nr', '-t : -k 2,2 -u', '-t: -k 1,1 -s', '-t: -k 3r'].map(
    (args) => `sort ${args} fields`,
  ),
  ...[
    'sort -V versions',
    'sort -M months',
    'sort -g floats',
    'sort /nosuch',
    'sort --foo',
    'sort -k 0 mixed',
    'sort -t ab mixed',
  ],
  ...[
    'sort mixed fields',
    'sort -',
    'sort -c versions',
    'sort -k x mixed',
    'sort -k 1,x mixed',
    'sort -o',
    'sort -i mixed',
  ],
  { line: 'sort', stdin: 'b\na\nc' },
  { line: 'sort -n - mixed', stdin: '7\n' },
];
const GNU = [
  ...[
    ...COMMON,
    'sort -h sizes',
    'sort -rh sizes',
    'sort --numeric-sort --reverse mixed',
    'sort --key=2 mixed',
    'sort -C mixed',
  ],
  ...[
    'sort -c mixed fields',
    'sort -nM mixed',
    'sort -nV mixed',
    'sort -dn mixed',
    "sort -t '' mixed",
    'sort -k 1.0 mixed',
  ],
  ...[
    'sort -k 1n,2q mixed',
    'sort --sort=version versions',
    'sort -k 1.2,1.3 mixed',
    'sort -b -k 2,2 mixed',
    'sort -k 2b,2 mixed',
    'sort -m mixed',
  ],
  ...['sort -uc mixed', 'sort --check=quiet mixed', 'sort /etc', 'sort --r', 'sort -k 2.2b mixed'],
];

describe('userland/text/sort:', () => {
  it('sorts as the GNU one', function () {
    compareWithGnu(this, SORT, GNU, FILES);
    compareWithGnu(this, SORT, [{ line: 'sort', stdin: 'ä\nz\n😀\n€\nZ\n' }]);
  });

  it('sorts as busybox', function () {
    compareWithBusybox(this, SORT, COMMON, FILES);
  });

  it('-o may name the file that is read', () => {
    const kit = new TableKit();
    kit.files.write('/w/a', '2\n1\n');
    kit.run(SORT.gnu.run, { argv: ['sort', '-o', 'a', 'a'], directory: '/w', stdin: new TextInput('') });
    assert.equal(kit.files.read('/w/a'), '1\n2\n');
  });
});
