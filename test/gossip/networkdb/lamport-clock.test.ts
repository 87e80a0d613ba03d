import { strict as assert } from 'node:assert';
import { LamportClock } from '../../../src/gossip/networkdb/lamport-clock.ts';

describe('LamportClock', () => {
  it('goes on by one, and past what it hears', () => {
    const clock = new LamportClock();
    assert.equal(clock.increment(), 1);
    clock.witness(0);
    assert.equal(clock.time, 1);
    // What somebody else calls now is over.
    clock.witness(1);
    assert.equal(clock.time, 2);
    clock.witness(40);
    assert.equal(clock.time, 41);
    assert.equal(clock.increment(), 42);
  });
});
