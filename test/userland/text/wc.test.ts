import { WC } from '../../../src/userland/text/wc.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const stdin = 'one two\n\tthree\nfour';
const COMMON = [
  ...[
    'wc open',
    'wc -l open',
    'wc -lw open long',
    'wc long open empty',
    'wc -c long',
    'wc -m long',
    'wc -L blanks',
    'wc -lwcmL table',
  ],
  ...['wc /nosuch', 'wc -l /nosuch open', 'wc --foo', 'wc -x', 'wc -l empty', 'wc -wl open'],
  ...['wc -l', 'wc -w', 'wc -L', 'wc -l - open', 'wc -c'].map((line) => ({ line, stdin })),
];
const GNU = [
  ...COMMON,
  'wc --lines open',
  'wc --max open',
  'wc -l /etc open',
  'wc /etc',
  'wc --words --bytes long open',
];
const BUSYBOX = [...COMMON, 'wc /etc', { line: 'wc', stdin }, { line: 'wc -', stdin }];
const WIDE = [{ line: 'wc -m', stdin: 'ä€😀 x\n' }];

describe('userland/text/wc:', () => {
  it('counts as the GNU one', function () {
    compareWithGnu(this, WC, GNU);
    compareWithGnu(this, WC, WIDE);
  });

  it('counts as busybox', function () {
    compareWithBusybox(this, WC, BUSYBOX);
  });
});
