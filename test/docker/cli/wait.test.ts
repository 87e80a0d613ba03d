import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';
import { assertAnswers } from './commands.ts';

describe('docker wait', () => {
  it('answers as a real engine', () => {
    assertAnswers(new Lab(), [
      { line: 'wait nosuch', exit: 1, stderr: 'Error response from daemon: No such container: nosuch' },
      { line: 'create --name c1 bb end 2 3', stdout: 'ID:c1' },
      { line: 'wait c1', stdout: '0' },
      { line: 'start c1', stdout: 'c1' },
      { line: 'wait c1 c1', stdout: '3\n3' },
    ]);
  });

  it('ends when the container ends, also one that starts again', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 --restart always bb end 2 3');
    lab.ok('wait c1');
    assert.equal(lab.sched.now, 2 * SECOND);
    lab.ok('run -d --rm --name c2 bb sleep 100');
    const client = lab.start('wait c2');
    lab.ok('rm -f c2');
    lab.wait(SECOND);
    assert.equal(client.stdout, '137\n');
  });
});
