import assert from 'node:assert/strict';
import { GossipRun } from '../../bench/gossip-run.ts';

describe('bench of gossip', () => {
  it('has members that know each other from the start, and ping once a second', () => {
    const run = new GossipRun(6);
    assert.ok(run.agrees());
    run.run(60);
    assert.ok(run.agrees());
    // A ping and its answer; now and then a tick is lost to oneself.
    const { packets } = run.cluster.network;
    assert.ok(packets > 6 * 60 * 2 * 0.93 && packets <= 6 * 61 * 2, `${packets}`);
  });
});
