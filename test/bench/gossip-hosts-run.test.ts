import assert from 'node:assert/strict';
import { GossipHostsRun } from '../../bench/gossip-hosts-run.ts';

describe('bench of gossip on hosts', () => {
  it('has members that know each other and ping through the sockets of their hosts', () => {
    const run = new GossipHostsRun(4);
    run.run(30);
    assert.ok(run.agrees());
    for (const { counters } of run.members) {
      assert.ok(counters.packetsReceived > 50, `${counters.packetsReceived}`);
      assert.equal(counters.failedProbes, 0);
      assert.deepEqual(counters.drops(), []);
    }
    assert.ok(run.frames > 4 * 30 * 2);
  });
});
