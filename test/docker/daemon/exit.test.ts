import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';

const STATE = "inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}' c1";

describe('the end of a container', () => {
  it('is followed by a new beginning, later each time, as often as the policy says', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 --restart on-failure:2 busybox end 1 3');
    lab.wait(SECOND);
    assert.equal(lab.ok(STATE), 'restarting 3 1');
    lab.wait(0.1 * SECOND);
    assert.equal(lab.ok(STATE), 'running 0 1');
    lab.wait(1.1 * SECOND);
    assert.equal(lab.ok(STATE), 'restarting 3 2');
    lab.wait(10 * SECOND);
    assert.equal(lab.ok(STATE), 'exited 3 2');
    lab.ok('start c1');
    assert.equal(lab.ok(STATE), 'running 0 0');
  });

  it('is the last when somebody wants it', () => {
    for (const command of ['stop c1', 'kill c1', 'kill -s USR1 c1']) {
      const lab = new Lab();
      lab.ok('run -d --name c1 --restart always busybox end 30 0');
      lab.ok(command);
      lab.wait(100 * SECOND);
      assert.match(lab.ok(STATE), /^exited /, command);
      assert.deepEqual(lab.host.processes.all, []);
    }
  });

  it('can be made the last while the next beginning is waited for', () => {
    for (const [command, left] of [
      ['stop c1', /^exited 1 1$/],
      ['rm -f c1', /^$/],
    ] as const) {
      const lab = new Lab();
      lab.ok('run -d --name c1 --restart always busybox end 1 1');
      lab.wait(SECOND);
      assert.equal(lab.ok(STATE), 'restarting 1 1');
      lab.ok(command);
      lab.wait(10 * SECOND);
      assert.match(lab.docker(STATE).stdout.trim(), left, command);
    }
  });

  it('removes what removes itself, but not for docker restart', () => {
    const lab = new Lab();
    lab.ok('run -d --rm --name c1 busybox sleep 100');
    lab.ok('restart -t 0 c1');
    assert.equal(lab.ok(STATE), 'running 0 0');
    lab.ok('stop -t 0 c1');
    assert.equal(lab.ok('ps -aq'), '');
  });
});
