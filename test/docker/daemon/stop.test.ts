import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';

describe('stopping a container', () => {
  it('waits as long as the command says, or the container, or ten seconds', () => {
    const cases: [options: string, command: string, seconds: number][] = [
      ['', 'stop c1', 10],
      ['', 'stop -t 3 c1', 3],
      ['--stop-timeout 2', 'stop c1', 2],
      ['--stop-timeout 2', 'restart c1', 2],
      ['--stop-timeout 2', 'stop -t 0 c1', 0],
    ];
    for (const [options, command, seconds] of cases) {
      const lab = new Lab();
      lab.ok(`run -d --name c1 ${options} busybox sleep 1000`);
      lab.ok(command);
      assert.equal(Math.floor(lab.sched.now / SECOND), seconds, `${options} ${command}`);
    }
  });

  it('tells of each step', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 1000');
    lab.ok('restart -t 1 c1');
    const told = lab.engine.events.past.filter((each) => each.type === 'container').map((each) => each.action);
    assert.deepEqual(told, ['create', 'start', 'kill', 'kill', 'die', 'stop', 'start', 'restart']);
  });
});
