import { UNIQ } from '../../../src/userland/text/uniq.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const stdin = 'a\na\nb\nA\nc 1\nc 2\nd  1\nd 1\na';
const COMMON = [
  ...[
    'uniq',
    'uniq -c',
    'uniq -d',
    'uniq -u',
    'uniq -i',
    'uniq -ci',
    'uniq -f 1',
    'uniq -s 1',
    'uniq -w 1',
    'uniq -cd',
  ].map((line) => ({ line, stdin })),
  ...[
    'uniq -c blanks',
    'uniq long',
    'uniq /nosuch',
    'uniq /etc',
    'uniq --foo',
    'uniq empty',
    'uniq - /dev/null',
    'uniq long -',
  ],
];
const GNU = [
  ...[
    ...COMMON,
    'uniq -f x long',
    'uniq -w x',
    'uniq -s -',
    'uniq a b c',
    'uniq --count blanks',
    'uniq --skip-f=1 blanks',
  ],
  ...['uniq --s'],
];

describe('userland/text/uniq:', () => {
  it('joins as the GNU one', function () {
    compareWithGnu(this, UNIQ, GNU);
  });

  it('joins as busybox', function () {
    compareWithBusybox(this, UNIQ, COMMON);
  });
});
