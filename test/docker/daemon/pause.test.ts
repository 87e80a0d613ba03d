import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';

describe('a paused container', () => {
  it('stands still, and goes on where it was', () => {
    const lab = new Lab();
    const client = lab.start('run --name c1 busybox ticks');
    lab.wait(2.5 * SECOND);
    lab.ok('pause c1');
    lab.wait(10 * SECOND);
    assert.equal(client.stdout, 'tick 1\ntick 2\n');
    lab.ok('unpause c1');
    // What was due meanwhile comes at once.
    assert.equal(client.stdout, 'tick 1\ntick 2\ntick 3\n');
    lab.wait(SECOND);
    assert.equal(client.stdout, 'tick 1\ntick 2\ntick 3\ntick 4\n');
  });

  it('is still on its network: the kernel answers for it', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 1000');
    lab.ok('pause c1');
    assert.equal(lab.ok('run busybox probe 172.17.0.2'), 'reply from 172.17.0.2 ttl 64');
  });

  it('is killed, stopped and removed as others are', () => {
    const lab = new Lab();
    for (const command of ['kill c1', 'stop -t 1 c1', 'rm -f c1']) {
      lab.ok('run -d --name c1 busybox sleep 1000');
      lab.ok('pause c1');
      lab.ok(command);
      if (!command.startsWith('rm')) {
        assert.equal(lab.ok("inspect -f '{{.State.Status}} {{.State.ExitCode}}' c1"), 'exited 137', command);
        lab.ok('rm c1');
      }
      assert.equal(lab.host.processes.all.length, 0, command);
    }
  });

  it('goes on when it gets a signal', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 1000');
    lab.ok('pause c1');
    lab.ok('kill -s USR1 c1');
    assert.equal(lab.ok("inspect -f '{{.State.Status}}' c1"), 'running');
  });
});
