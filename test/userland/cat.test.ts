import assert from 'node:assert/strict';
import { BUSYBOX_CAT, GNU_CAT } from '../../src/userland/cat.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/cat:', () => {
  function kitWithFiles(): TableKit {
    const kit = new TableKit();
    kit.files.write('/etc/hostname', 'h1\n');
    kit.files.write('/srv/a', 'A');
    return kit;
  }

  it('writes files one behind the other', () => {
    const { stdout, exit } = kitWithFiles().run(GNU_CAT.run, {
      argv: ['cat', 'a', '/etc/hostname', '-', '/dev/null', '-u'],
      directory: '/srv',
    });
    assert.deepEqual([stdout, exit], ['Ah1\n', 0]);
  });

  it('refuses in the words of each', () => {
    const argv = ['cat', '/nosuch', '/etc', '/srv/a'];
    const gnu = kitWithFiles().run(GNU_CAT.run, { argv });
    assert.deepEqual(
      [gnu.stdout, gnu.stderr, gnu.exit],
      ['A', 'cat: /nosuch: No such file or directory\ncat: /etc: Is a directory\n', 1],
    );
    const busybox = kitWithFiles().run(BUSYBOX_CAT.run, { argv });
    assert.equal(
      busybox.stderr,
      "cat: can't open '/nosuch': No such file or directory\ncat: read error: Is a directory\n",
    );
    assert.equal(
      kitWithFiles().run(GNU_CAT.run, { argv: ['cat', '-z'] }).stderr,
      "cat: invalid option -- 'z'\nTry 'cat --help' for more information.\n",
    );
  });

  it('ends with its input, or waits for one that never says anything', () => {
    assert.equal(new TableKit().run(GNU_CAT.run, { argv: ['cat'], stdin: 'eof' }).exit, 0);
    assert.equal(new TableKit().run(GNU_CAT.run, { argv: ['cat'], stdin: 'open' }).exit, null);
  });

  it('says what Dockwire lacks', () => {
    const kit = new TableKit();
    const { stderr, exit } = kit.run(GNU_CAT.run, { argv: ['cat', '-n', '/etc/hostname'] });
    assert.deepEqual([stderr, exit], ['cat -n: not supported by Dockwire; supported: -u\n', 127]);
    assert.equal(kit.table.sawUnsupported, true);
    assert.equal(GNU_CAT.check!(['a', '-uv'])?.argIndex, 1);
  });
});
