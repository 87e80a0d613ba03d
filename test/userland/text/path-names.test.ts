import { BASENAME, DIRNAME } from '../../../src/userland/text/path-names.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const PATHS = [
  '/',
  '//',
  'a',
  '/a',
  'a/',
  '/a/b',
  '/a/b/',
  'a//b//',
  '.',
  '..',
  '/a//',
  '///x',
  '//x',
  '///',
  '//x/',
  '//a/b',
  'a.pcap',
  './a',
];
const BASE_COMMON = [
  ...PATHS.map((name) => `basename ${name}`),
  ...[
    'basename a.pcap .pcap',
    'basename .pcap .pcap',
    'basename d/a.pcap pcap',
    'basename',
    'basename a b c',
    'basename -a a/b c/d',
  ],
  ...['basename -s .c x.c y/z.c', 'basename -a', 'basename --foo'],
];
const BASE_GNU = [...BASE_COMMON, 'basename --suffix=.c x.c', 'basename --multiple a/b c', 'basename -- -a'];
const DIR_COMMON = [...PATHS.map((name) => `dirname ${name}`), 'dirname', 'dirname -x'];
const DIR_GNU = [...DIR_COMMON, 'dirname a/b c/d /e'];

describe('userland/text/path-names:', () => {
  it('basename is the GNU one, and busybox’s', function () {
    compareWithGnu(this, BASENAME, BASE_GNU);
    compareWithBusybox(this, BASENAME, BASE_COMMON);
  });

  it('dirname is the GNU one, and busybox’s', function () {
    compareWithGnu(this, DIRNAME, DIR_GNU);
    compareWithBusybox(this, DIRNAME, [...DIR_COMMON, 'dirname a b']);
  });
});
