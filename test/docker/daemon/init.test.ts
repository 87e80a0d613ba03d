import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';

describe('docker-init', () => {
  it('is the first process, and hands signals on to the command, which ends by them', () => {
    const lab = new Lab();
    lab.ok('run -d --init --name c1 busybox sleep 100');
    const first = lab.engine.getContainer('c1').process!;
    assert.deepEqual(first.argv, ['/sbin/docker-init', '--', 'sleep', '100']);
    assert.deepEqual(
      first.visible().map((each) => [each.ownPid, each.argv[0]]),
      [
        [1, '/sbin/docker-init'],
        [2, 'sleep'],
      ],
    );
    const before = lab.sched.now;
    lab.ok('stop c1');
    assert.ok(lab.sched.now - before < SECOND);
    assert.equal(lab.ok("inspect -f '{{.State.ExitCode}} {{.HostConfig.Init}}' c1"), '143 true');
  });

  it('ends as its command does', () => {
    assert.equal(new Lab().docker('run --init busybox end 1 7').exit, 7);
    assert.equal(new Lab().docker('run --init=false busybox end 1 7').exit, 7);
  });
});
