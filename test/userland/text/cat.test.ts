import assert from 'node:assert/strict';
import { CAT } from '../../../src/userland/text/cat.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const stdin = 'x\ty\u0001\u007f\n\n\nz\r';
const COMMON = [
  ...[
    'cat open long',
    'cat -u open',
    'cat /nosuch /etc open',
    'cat -q',
    'cat --foo',
    'cat empty',
    'cat -n long open long',
  ],
  ...[
    'cat -n blanks',
    'cat -b blanks',
    'cat -A blanks',
    'cat -e blanks',
    'cat -t blanks',
    'cat -v blanks',
    'cat -n open open',
  ],
  ...['cat', 'cat -', 'cat open - long', 'cat -v', 'cat -A', 'cat -n', 'cat -vt', 'cat -b -'].map((line) => ({
    line,
    stdin,
  })),
];
const GNU = [
  ...[
    ...COMMON,
    'cat -s blanks',
    'cat -ns blanks',
    'cat -E blanks',
    'cat -T blanks',
    'cat --number blanks',
    'cat -bs blanks blanks',
  ],
  ...['cat --squeeze-blank blanks', 'cat --show', 'cat -ET blanks'],
];
const UMLAUTS = [{ line: 'cat -A', stdin: 'ä€😀\n' }];

describe('userland/text/cat:', () => {
  it('writes what the GNU one writes', function () {
    compareWithGnu(this, CAT, GNU);
    compareWithGnu(this, CAT, UMLAUTS);
  });

  it('writes what busybox writes', function () {
    compareWithBusybox(this, CAT, COMMON);
    compareWithBusybox(this, CAT, UMLAUTS);
  });

  it('ends with its input, or waits for one that never says anything', () => {
    assert.equal(new TableKit().run(CAT.gnu.run, { argv: ['cat'], stdin: 'eof' }).exit, 0);
    assert.equal(new TableKit().run(CAT.gnu.run, { argv: ['cat'], stdin: 'open' }).exit, null);
    assert.equal(new TableKit().run(CAT.gnu.run, { argv: ['cat', '/dev/null'], stdin: 'open' }).exit, 0);
  });

  it('says what Dockwire lacks', () => {
    const kit = new TableKit();
    const { stderr, exit } = kit.run(CAT.gnu.run, { argv: ['cat', '--help'] });
    const list = '-u -A -b -e -E -n -s -t -T -v';
    assert.deepEqual([stderr, exit], [`cat --help: not supported by Dockwire; supported: ${list}\n`, 127]);
    assert.equal(kit.table.sawUnsupported, true);
  });
});
