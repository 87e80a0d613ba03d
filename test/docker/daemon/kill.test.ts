import assert from 'node:assert/strict';
import { DaemonError } from '../../../src/docker/errors.ts';
import { sendSignal, stopSignalOf } from '../../../src/docker/daemon/kill.ts';
import { Lab, SECOND } from '../lab.ts';

describe('a signal for a container', () => {
  it('is told of, and ends only what lets it', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 100');
    const container = lab.engine.getContainer('c1');
    sendSignal(lab.engine, container, 15);
    assert.ok(container.isRunning);
    const { action, attributes } = lab.engine.events.past.at(-1)!;
    assert.deepEqual([action, attributes['signal']], ['kill', '15']);
    sendSignal(lab.engine, container, 9);
    lab.wait(SECOND);
    assert.throws(
      () => {
        sendSignal(lab.engine, container, 9);
      },
      new DaemonError(`Container ${container.id} is not running`),
    );
  });

  it('SIGSTOP and SIGCONT hold the first process', () => {
    const lab = new Lab();
    const client = lab.start('run --name c1 busybox ticks');
    lab.ok('kill -s STOP c1');
    lab.wait(5 * SECOND);
    assert.equal(client.stdout, '');
    lab.ok('kill -s CONT c1');
    assert.equal(client.stdout, 'tick 1\n');
  });

  it('is the container’s own when it is asked to stop', () => {
    const lab = new Lab();
    lab.ok('create --stop-signal USR1 --name c1 busybox');
    lab.ok('create --name c2 busybox');
    assert.deepEqual(
      ['c1', 'c2'].map((name) => stopSignalOf(lab.engine.getContainer(name))),
      [10, 15],
    );
  });
});
