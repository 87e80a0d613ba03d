import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';
import { assertAnswers } from './commands.ts';

describe('docker logs', () => {
  it('answers as a real engine', () => {
    const lab = new Lab();
    lab.docker('run --name c1 bb complain err');
    for (let i = 0; i < 2; i++) lab.docker('start -a c1');
    lab.docker('run --name c2 bb echo out');
    assertAnswers(lab, [
      { line: 'logs nosuch', exit: 1, stderr: 'Error: No such container: nosuch' },
      { line: 'logs c1', stderr: 'err\nerr\nerr' },
      { line: 'logs --tail 1 c1', stderr: 'err' },
      { line: 'logs --tail 0 c1' },
      { line: 'logs --tail x c1', stderr: 'err\nerr\nerr' },
      { line: 'logs --tail -1 c1', stderr: 'err\nerr\nerr' },
      {
        line: 'logs --since foo c1',
        exit: 1,
        stderr: 'invalid value for "since": failed to parse value as time or duration: "foo"',
      },
      { line: 'logs --since 1h c2', stdout: 'out' },
      { line: 'logs --since 0 c2', stdout: 'out' },
      { line: 'logs --until 0s c2', stdout: 'out' },
      { line: 'logs --until 1h c2' },
      { line: 'logs -t c2', stdout: '2025-01-01T00:00:00.000000000Z out' },
      { line: 'logs --details c2', stdout: ' out' },
      { line: 'logs -f c2', stdout: 'out' },
    ]);
  });

  it('follows until the container ends, or the time asked for has come', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox ticks');
    lab.wait(1.5 * SECOND);
    const client = lab.start('logs -f c1');
    const brief = lab.start('logs -f --until 2025-01-01T00:00:02.500 c1');
    lab.wait(2 * SECOND);
    assert.deepEqual([brief.stdout, brief.proc.exitCode], ['tick 1\ntick 2\n', 0]);
    lab.ok('kill c1');
    lab.wait(SECOND);
    assert.deepEqual([client.stdout, client.proc.exitCode], ['tick 1\ntick 2\ntick 3\n', 0]);
  });
});
