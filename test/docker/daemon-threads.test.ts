import assert from 'node:assert/strict';
import { DaemonThreads } from '../../src/docker/daemon-threads.ts';
import { SwarmLab } from './swarm-lab.ts';

describe('threads of the daemon', () => {
  it('run in the host’s namespace until they are stopped, seen by nobody', () => {
    const lab = new SwarmLab({ hosts: 1 });
    const { host } = lab.engine(1);
    const threads = new DaemonThreads(host);
    const events: string[] = [];
    const thread = threads.start(function* (proc) {
      assert.equal(proc.ns, host.rootNs);
      try {
        for (;;) {
          yield proc.sleep(1_000_000_000);
          events.push('tick');
        }
      } finally {
        events.push('stopped');
      }
    });
    assert.equal(lab.sh(1, 'pgrep dockerd').exit, 1);
    lab.wait(2.5);
    threads.stopAll();
    assert.deepEqual(events, ['tick', 'tick', 'stopped']);
    assert.ok(thread!.isReady());
    lab.wait(2);
    assert.equal(events.length, 3);
  });

  it('are not started on a machine without room', () => {
    const lab = new SwarmLab({ hosts: 1 });
    const { host } = lab.engine(1);
    const none = (): never => assert.fail('there is no room');
    const full = { ...host, processes: { spawn: none, hasRoom: false } };
    assert.equal(new DaemonThreads(full).start(none), null);
  });
});
