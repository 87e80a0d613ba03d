import assert from 'node:assert/strict';
import { Pipe } from '../../../src/kernel/proc/pipe.ts';
import { Lab, SECOND } from '../lab.ts';
import { assertAnswers } from './commands.ts';

describe('docker attach', () => {
  it('answers as a real engine', () => {
    assertAnswers(new Lab(), [
      { line: 'attach nosuch', exit: 1, stderr: 'Error: No such container: nosuch' },
      { line: 'create --name c1 bb true', stdout: 'ID:c1' },
      { line: 'attach c1', exit: 1, stderr: 'You cannot attach to a stopped container, start it first' },
      { line: 'run -d --name c2 bb end 3 4', stdout: 'ID:c2' },
      { line: 'attach c2', exit: 4, stdout: 'ending' },
    ]);
  });

  it('shows what comes from now on, to all who are attached', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox ticks');
    lab.wait(1.5 * SECOND);
    const one = lab.start('attach c1');
    lab.wait(SECOND);
    const two = lab.start('attach c1');
    lab.wait(SECOND);
    assert.deepEqual([one.stdout, two.stdout], ['tick 2\ntick 3\n', 'tick 3\n']);
    one.proc.kill('SIGKILL');
    assert.ok(lab.engine.getContainer('c1').isRunning);
    lab.ok('kill c1');
    lab.wait(SECOND);
    assert.deepEqual([one.stdout, two.proc.exitCode], ['tick 2\ntick 3\n', 137]);
  });

  it('hands input on to a container that was started with -i', () => {
    const lab = new Lab();
    lab.ok('run -di --name c1 busybox parrot');
    const input = new Pipe();
    input.openWriter();
    const client = lab.start('attach c1', input);
    input.write('hello\n');
    lab.wait(SECOND);
    assert.equal(client.stdout, 'heard hello\n');
    input.closeWriter();
    lab.wait(SECOND);
    // Its input stays open for the next client.
    assert.ok(lab.engine.getContainer('c1').isRunning);
  });

  it('hands signals on unless told not to', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox server');
    const deaf = lab.start('attach --sig-proxy=false c1');
    deaf.proc.kill('SIGTERM');
    lab.wait(3 * SECOND);
    assert.ok(lab.engine.getContainer('c1').isRunning);
    const client = lab.start('attach c1');
    client.proc.kill('SIGTERM');
    lab.wait(3 * SECOND);
    assert.deepEqual([client.proc.exitCode, client.stdout], [7, 'goodbye\n']);
  });
});
