import assert from 'node:assert/strict';
import { ID, UNAME, WHOAMI } from '../../../src/userland/text/system-names.ts';
import { compareWithBusybox, compareWithGnu, runEmulated } from './real-text-tools.ts';

const UNAMES = ['uname', 'uname -s', 'uname -m', 'uname -o', 'uname -x', 'uname a', 'uname -sm', 'uname -p -i'];
const GNU_IDS = ['id -x', 'id nosuch', 'id -un root', 'id -ug', 'id -n', 'id -Gn root', 'id --user root', 'id -g root'];

describe('userland/text/system-names:', () => {
  it('say what the GNU tools and busybox say of a Linux on which one is root', function () {
    compareWithGnu(this, UNAME, [...UNAMES, 'uname --machine']);
    compareWithBusybox(
      this,
      UNAME,
      UNAMES.filter((line) => line !== 'uname a'),
    );
    compareWithGnu(this, ID, GNU_IDS);
    compareWithGnu(this, WHOAMI, ['whoami x', 'whoami -x']);
  });

  it('name the host and the kernel of Debian 12', () => {
    assert.equal(runEmulated(UNAME.gnu, 'uname -nr').stdout, 'h1 6.1.0-28-amd64\n');
    assert.match(
      runEmulated(UNAME.gnu, 'uname -a').stdout,
      /^Linux h1 6\.1\.0-28-amd64 #1 SMP .* x86_64 GNU\/Linux\n$/,
    );
    assert.equal(runEmulated(ID.gnu, 'id').stdout, 'uid=0(root) gid=0(root) groups=0(root)\n');
    assert.equal(runEmulated(ID.busybox, 'id').stdout, 'uid=0(root) gid=0(root)\n');
    assert.equal(runEmulated(WHOAMI.busybox, 'whoami').stdout, 'root\n');
  });
});
