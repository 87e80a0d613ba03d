import assert from 'node:assert/strict';
import { TextInput } from '../../../src/kernel/proc/pipe.ts';
import { TEE } from '../../../src/userland/text/tee.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';
import { compareWithBusybox, compareWithGnu } from './real-text-tools.ts';

const stdin = 'x\ny';
const CASES = [
  'tee',
  'tee new',
  'tee /etc',
  'tee -a new other',
  'tee --foo',
  'tee -x',
  'tee /dev/null',
  'tee -i /dev/stderr',
];

describe('userland/text/tee:', () => {
  it('passes on as the GNU one and as busybox', function () {
    compareWithGnu(
      this,
      TEE,
      CASES.map((line) => ({ line, stdin })),
    );
    compareWithBusybox(
      this,
      TEE,
      CASES.map((line) => ({ line, stdin })),
    );
  });

  it('writes files anew, or with -a at their end', () => {
    const kit = new TableKit();
    const files = (): (string | undefined)[] => ['/w/a', '/w/b'].map((path) => kit.files.read(path));
    kit.files.write('/w/a', 'old\n');
    const tee = (line: string): void => {
      kit.run(TEE.gnu.run, { argv: line.split(' '), directory: '/w', stdin: new TextInput(stdin) });
    };
    tee('tee a b');
    assert.deepEqual(files(), ['x\ny', 'x\ny']);
    tee('tee -a b');
    assert.deepEqual(files(), ['x\ny', 'x\nyx\ny']);
  });
});
