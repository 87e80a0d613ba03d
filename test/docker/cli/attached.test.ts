import assert from 'node:assert/strict';
import { TextInput } from '../../../src/kernel/proc/pipe.ts';
import { Lab } from '../lab.ts';

describe('a client that is attached', () => {
  it('shows only what was asked for', () => {
    const lab = new Lab();
    assert.equal(lab.docker('run -a stderr busybox echo hi').stdout, '');
    assert.equal(lab.docker('run -a stdout busybox complain hi').stderr, '');
    assert.equal(lab.docker('run -a stdout -a stderr busybox complain hi').stderr, 'hi\n');
    assert.match(lab.docker('run -i -a stdin busybox echo hi').stdout, /^[0-9a-f]{64}\n$/);
  });

  it('needs a terminal for one', () => {
    const answer = { exit: 1, stdout: '', stderr: 'the input device is not a TTY\n' };
    const lab = new Lab();
    lab.ok('run -itd --name c1 busybox');
    for (const line of ['run -it busybox', 'exec -it c1 echo', 'attach c1']) {
      assert.deepEqual(lab.docker(line, new TextInput('x')), answer, line);
    }
    lab.ok('stop -t 0 c1');
    assert.deepEqual(lab.docker('start -ai c1', new TextInput('x')), answer);
  });

  it('gives its input to the container', () => {
    const lab = new Lab();
    assert.equal(lab.docker('run -i --name c1 busybox parrot', new TextInput('a\nb\n')).stdout, 'heard a\nb\n');
    assert.equal(lab.docker('start -ai c1', new TextInput('c\n')).stdout, 'heard c\n');
  });
});
