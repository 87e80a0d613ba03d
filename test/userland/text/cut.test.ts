import { CUT } from '../../../src/userland/text/cut.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const stdin = 'a b c d\nno-blank\n e f\n';
const COMMON = [
  ...[
    'cut -d : -f 2 table',
    'cut -d: -f1,3 table',
    'cut -d : -f 2- table',
    'cut -d : -f -2 table',
    'cut -s -d: -f2 table',
  ],
  ...[
    'cut -c 1-3 table',
    'cut -c 2,4,1 table',
    'cut -b 3- table',
    'cut -f 1 blanks',
    'cut -d : -f 3,1-2,9 table',
    'cut -c -2 open',
  ],
  ...[
    'cut -f 0 table',
    'cut -f x table',
    'cut -f 3-1 table',
    'cut -f 1 /nosuch table',
    'cut table',
    'cut -d , -c 1 table',
    'cut -x',
  ],
  ...['cut -d " " -f 2', 'cut -c2', 'cut -c 1,3-'].map((line) => ({ line: line.replaceAll('"', "'"), stdin })),
];
const GNU = [
  ...[
    ...COMMON,
    'cut -s -c 1 table',
    'cut -d ab -f 1 table',
    'cut -f1 -c1 table',
    'cut -f 1 -f 2 table',
    'cut --complement -d : -f 2 table',
  ],
  ...[
    'cut -d : -f 1,3 --output-delimiter=-- table',
    'cut -c 1-2,4-5 --output-delimiter=+ table',
    'cut --fields=1 -d : table',
  ],
  ...[
    'cut -c 0 table',
    'cut -c x table',
    'cut -c 3-1 table',
    'cut -f - table',
    'cut --delimiter : --only-delimited -f 1 table',
  ],
  ...['cut --complement -c 2 table', 'cut -f 1 /etc', 'cut -c 1,2,3-4 --output-delimiter=+ table'],
];
const BUSYBOX = [
  ...COMMON,
  'cut -d ab -f 1 table',
  'cut -c 0 table',
  "cut -c '' table",
  'cut -f - -d: table',
  'cut -d: -f 1, table',
  'cut -O + -d : -f 1,3 table',
  'cut -d : -f 1-3,2 table',
  'cut -d: -f 9,8 table',
  'cut -d: -f 1,2-9,3-4 table',
  'cut -f1 -c1 table',
];

describe('userland/text/cut:', () => {
  it('cuts as the GNU one', function () {
    compareWithGnu(this, CUT, GNU);
  });

  it('cuts as busybox', function () {
    compareWithBusybox(this, CUT, BUSYBOX);
  });
});
