import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';

describe('a command for several containers', () => {
  it('goes on after what fails, and says so at the end', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 100');
    lab.ok('run -d --name c2 busybox sleep 100');
    const { exit, stdout, stderr } = lab.docker('stop -t 5 nosuch c1 nosuch2 c2');
    const error = 'Error response from daemon: No such container:';
    assert.deepEqual([exit, stdout, stderr], [1, 'c1\nc2\n', `${error} nosuch\n${error} nosuch2\n`]);
  });

  it('stops all at the same time, restarts one after the other', () => {
    for (const [command, seconds] of [
      ['stop -t 5 c1 c2', 5],
      ['restart -t 5 c1 c2', 10],
    ] as const) {
      const lab = new Lab();
      lab.ok('run -d --name c1 busybox sleep 100');
      lab.ok('run -d --name c2 busybox sleep 100');
      lab.ok(command);
      assert.equal(Math.floor(lab.sched.now / SECOND), seconds, command);
    }
  });
});
