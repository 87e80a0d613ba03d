import assert from 'node:assert/strict';
import { DISCARD } from '../../../src/docker/container.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import { requireRunning, startExec } from '../../../src/docker/daemon/exec.ts';
import { Lab, SECOND } from '../lab.ts';

describe('a further process in a container', () => {
  it('needs a container that runs', () => {
    const lab = new Lab();
    const containerId = lab.ok('run -d --name c1 busybox');
    const container = lab.engine.getContainer('c1');
    const refusal = new DaemonError(`Container ${containerId} is not running`);
    assert.throws(() => {
      requireRunning(container, 'c1');
    }, refusal);
    const request = {
      command: ['sleep', '1'],
      isTty: false,
      stdin: 'null',
      env: [],
      workingDir: '',
      user: '',
      output: DISCARD,
    } as const;
    assert.throws(() => startExec(lab.engine, container, request), refusal);
  });

  it('writes to its own output, on a terminal to one stream', () => {
    const lab = new Lab();
    lab.ok('run -itd --name c1 busybox');
    const container = lab.engine.getContainer('c1');
    for (const isTty of [false, true]) {
      const written: string[] = [];
      const output = {
        stdout: (text: string): unknown => written.push(`out ${text}`),
        stderr: (text: string): unknown => written.push(`err ${text}`),
      };
      const proc = startExec(lab.engine, container, {
        command: ['complain', 'x'],
        isTty,
        stdin: 'null',
        env: [],
        workingDir: '',
        user: '',
        output,
      });
      assert.equal(proc.exitCode, 3);
      assert.deepEqual(written, [isTty ? 'out x\n' : 'err x\n']);
    }
  });

  it('does not end the container when it ends', () => {
    const lab = new Lab();
    lab.ok('run -itd --name c1 busybox');
    lab.ok('exec c1 sleep 1');
    lab.wait(SECOND);
    assert.ok(lab.engine.getContainer('c1').isRunning);
  });
});
