import assert from 'node:assert/strict';
import { Lab, SECOND, WAKEUP_NS } from '../lab.ts';

describe('docker stop', () => {
  it('asks first, and kills after ten seconds what does not end', () => {
    const lab = new Lab();
    lab.ok('run -itd --name c1 busybox');
    assert.equal(lab.ok('stop c1'), 'c1');
    assert.equal(lab.sched.now, 10 * SECOND);
    assert.equal(lab.engine.getContainer('c1').exitCode, 137);
  });

  it('waits no longer than it takes, or than asked', () => {
    const lab = new Lab();
    lab.ok('run -d --name polite busybox server');
    lab.ok('run -itd --name deaf busybox');
    assert.equal(lab.ok('stop polite'), 'polite');
    // It takes the host's wake-up time to see the signal.
    assert.equal(lab.sched.now, 2 * SECOND + WAKEUP_NS);
    assert.equal(lab.engine.getContainer('polite').exitCode, 7);
    lab.ok('stop --time 1 deaf');
    assert.equal(lab.sched.now, 3 * SECOND + WAKEUP_NS);
  });

  it('stops several at the same time', () => {
    const lab = new Lab();
    for (const name of ['c1', 'c2', 'c3']) lab.ok(`run -itd --name ${name} busybox`);
    assert.equal(lab.ok('stop -t 4 c1 c2 c3'), 'c1\nc2\nc3');
    assert.equal(lab.sched.now, 4 * SECOND);
  });

  it('waits as long as it takes for a negative time', () => {
    const lab = new Lab();
    lab.ok('run -itd --name c1 busybox');
    const client = lab.start('stop -t -1 c1');
    lab.wait(3600 * SECOND);
    assert.equal(client.proc.exitCode, null);
    lab.ok('rm -f c1');
    lab.wait(0);
    assert.equal(client.proc.exitCode, 0);
  });

  it('is content with a stopped container, and not with an unknown one', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const stderr = 'Error response from daemon: No such container: c9\n';
    assert.deepEqual(lab.docker('stop c9 c1'), { exit: 1, stdout: 'c1\n', stderr });
  });
});

describe('docker start', () => {
  it('starts what is stopped and is content with what runs', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 1');
    lab.wait(2 * SECOND);
    assert.equal(lab.ok('start c1'), 'c1');
    assert.ok(lab.engine.getContainer('c1').isRunning);
    assert.equal(lab.ok('start c1'), 'c1');
  });

  it('names those that it could not start', () => {
    const lab = new Lab();
    lab.docker('run --name bad busybox nosuch');
    lab.ok('run -d --name good busybox');
    const { exit, stdout, stderr } = lab.docker('start bad good c9');
    assert.deepEqual([exit, stdout], [1, 'good\n']);
    const lines = stderr.split('\n');
    assert.match(lines[0]!, /^Error response from daemon: failed to create shim task: .*: unknown$/);
    assert.equal(lines[1], 'Error response from daemon: No such container: c9');
    assert.equal(lines[2], 'Error: failed to start containers: bad, c9');
  });
});

describe('docker rm', () => {
  it('removes what has ended, by name or id', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const second = lab.ok('run -d busybox');
    assert.equal(lab.ok(`rm c1 ${second.slice(0, 8)}`), `c1\n${second.slice(0, 8)}`);
    assert.equal(lab.ok('ps -aq'), '');
  });

  it('refuses what runs, unless forced', () => {
    const lab = new Lab();
    const containerId = lab.ok('run -itd --name c1 busybox');
    const advice = 'Stop the container before attempting removal or force remove';
    const stderr = `Error response from daemon: You cannot remove a running container ${containerId}. ${advice}\n`;
    assert.deepEqual(lab.docker('container rm c1'), { exit: 1, stdout: '', stderr });
    assert.equal(lab.ok('rm -fv /c1'), '/c1');
    assert.equal(lab.sched.now, 0);
  });

  it('tells the client that was attached that the container was killed', () => {
    const lab = new Lab();
    const client = lab.start('run --rm --name c1 busybox sleep 100');
    assert.equal(lab.ok('rm -f c1'), 'c1');
    lab.wait(0);
    assert.equal(client.proc.exitCode, 137);
  });

  it('says what is not there; forced, it is no failure', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const stderr = 'Error: No such container: c9\n';
    assert.deepEqual(lab.docker('rm -f c9'), { exit: 0, stdout: '', stderr });
    assert.deepEqual(lab.docker('rm c9 c1'), { exit: 1, stdout: 'c1\n', stderr });
    assert.deepEqual(lab.docker('rm /'), { exit: 1, stdout: '', stderr: 'Container name cannot be empty\n' });
  });
});
