import assert from 'node:assert/strict';
import { BUSYBOX_TAIL, GNU_TAIL } from '../../src/userland/tail.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/tail:', () => {
  function run(line: string, entry = GNU_TAIL): { stdout: string; stderr: string; exit: number | null } {
    const kit = new TableKit();
    kit.files.write('/long', Array.from({ length: 12 }, (_, i) => `${i + 1}\n`).join(''));
    kit.files.write('/open', 'a\nb');
    return kit.run(entry.run, { argv: line.split(' ') });
  }

  it('writes the last ten lines, or as many as asked for', () => {
    assert.equal(run('tail /long').stdout, '3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n');
    for (const line of ['tail -n 2 /long', 'tail -2 /long', 'tail -n -2 /long', 'tail /long -n2']) {
      assert.equal(run(line).stdout, '11\n12\n', line);
    }
    assert.equal(run('tail -n +11 /long').stdout, '11\n12\n');
    assert.equal(run('tail -n 1 /open').stdout, 'b');
    assert.equal(run('tail -n 0 /open').stdout, '');
    assert.equal(run('tail -n 1 /open /long').stdout, '==> /open <==\nb\n==> /long <==\n12\n');
  });

  it('-f stays for ever', () => {
    assert.equal(run('tail -f /dev/null').exit, null);
    assert.equal(run('tail -f /dev/null', BUSYBOX_TAIL).exit, null);
    assert.deepEqual(run('tail -f -n 1 /long').stdout, '12\n');
  });

  it('refuses in the words of each', () => {
    const gnu = run('tail -f /nosuch');
    assert.deepEqual(
      [gnu.stderr, gnu.exit],
      ["tail: cannot open '/nosuch' for reading: No such file or directory\n", 1],
    );
    const busybox = run('tail /nosuch', BUSYBOX_TAIL);
    assert.equal(busybox.stderr, "tail: can't open '/nosuch': No such file or directory\ntail: no files\n");
    assert.equal(run('tail -n x /long').stderr, "tail: invalid number of lines: 'x'\n");
    assert.equal(run('tail -n x /long', BUSYBOX_TAIL).stderr, "tail: invalid number 'x'\n");
  });

  it('says what Dockwire lacks', () => {
    assert.equal(GNU_TAIL.check!(['-c', '5', 'x'])?.argIndex, 0);
    const { stderr, exit } = run('tail -c 5 /long');
    assert.deepEqual([stderr, exit], ['tail -c: not supported by Dockwire; supported: -f -n -q -s\n', 127]);
  });
});
