import { TR } from '../../../src/userland/text/tr.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const stdin = 'aAbB 12\t\n\n\nzz--xx\\';
const COMMON = [
  ...[
    'a-z A-Z',
    "-d '[:space:]'",
    "-s 'a-z\\n'",
    "-c 'a-z\\n' '*'",
    "-cd '[:alnum:]'",
    "'[:lower:]' '[:upper:]'",
    'a-c x',
    'abc xyz1',
  ],
  ...[
    "'[a-c]' '[x-z]'",
    "'\\n' ' '",
    "'\\\\' /",
    "'\\141' Q",
    "abc '[x*]'",
    '-s a-zA-Z x',
    '-ds ab x',
    '- _',
    'a- xy',
    "'[:alpha:]' x",
  ],
  ...[
    "-d '\\n'",
    "-d ''",
    "-s ''",
    '--foo',
    "'[:upper:]' '[:lower:]'",
    '-c a bc',
    "-s ' ' '\\n'",
    '-sc a-z',
    "-s '[:space:]' ' '",
  ],
].map((args) => ({ line: `tr ${args}`, stdin }));
const GNU = [
  ...COMMON,
  ...[
    '-t abc x',
    "'a[b*3]c' x",
    "abcB '1[x*]2'",
    "abc '[x*2]y'",
    "'[=a=]' b",
    '-C a b',
    '-- -a _b',
    "'[:upper:]a' '[:lower:]b'",
  ],
  ...[
    "a-z '[:upper:]'",
    "'\\x41' z",
    "'\\9' a",
    "'a\\' b",
    "'[:upper:]' '[:digit:]'",
    "'[b*x]' a",
    "a '[b*0]'",
    "-d 'a[b*]'",
    'b-a x',
  ],
  ...[
    "-c '[:upper:]' '[:lower:]'",
    "-c '[:upper:]' x",
    '',
    'a',
    'a b c',
    '-d a b',
    '-d a b c',
    '-ds a',
    "'[:foo:]' b",
    "a ''",
    "a '[=b=]'",
  ],
  ...[
    "a '[x*][y*]'",
    "-ds a '[x*]'",
    "-c 'a-z' '[x*]'",
    "'[' x",
    "'[:' xy",
    "'[a' xy",
    '--delete a',
    '--squeeze z',
    '--complement a x',
    "'[==]' x",
  ],
  ...["'[=ab=]' x", "'[::]' x", '-tc a-z xy', "'[:lower:]' A-Z"].map(String),
].map((test) => (typeof test === 'string' ? { line: `tr ${test}`, stdin } : test));

describe('userland/text/tr:', () => {
  it('translates, deletes and squeezes as the GNU one', function () {
    compareWithGnu(this, TR, GNU);
  });

  it('translates, deletes and squeezes as busybox', function () {
    compareWithBusybox(this, TR, [...COMMON, { line: 'tr', stdin }]);
  });
});
