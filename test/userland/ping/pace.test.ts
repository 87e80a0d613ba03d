import assert from 'node:assert/strict';
import { Pace } from '../../../src/userland/ping/pace.ts';
import { MILLISECOND } from '../../kernel/proc/table-kit.ts';

describe('userland/ping/pace:', () => {
  /** When requests go out that are sent as soon as they may, or later by what is given, ms. */
  function schedule(pace: Pace, delaysMs: readonly number[]): number[] {
    let nowNs = 0;
    return delaysMs.map((delayMs) => {
      nowNs = Math.max(nowNs, pace.dueNs(nowNs, 0)) + delayMs * MILLISECOND;
      pace.markSent(nowNs);
      return nowNs / MILLISECOND;
    });
  }

  it('sends once per interval, and after a delay one interval later', () => {
    assert.deepEqual(schedule(new Pace(100 * MILLISECOND, 1), [0, 0, 0, 30, 0, 0]), [0, 100, 200, 330, 430, 530]);
  });

  it('sends as many at once as are preloaded, then one per interval', () => {
    assert.deepEqual(schedule(new Pace(100 * MILLISECOND, 3), [0, 0, 0, 0, 0]), [0, 0, 0, 100, 200]);
  });

  it('without an interval sends at once, or after 10 ms while no answer has come', () => {
    const pace = new Pace(0, 1);
    assert.equal(pace.dueNs(5, 0), 5);
    pace.markSent(5);
    assert.equal(pace.dueNs(5, 1), 5 + 10 * MILLISECOND);
    assert.equal(pace.dueNs(6, 0), 5);
  });

  it('after a failure waits an interval, at least 10 ms, whatever was saved up', () => {
    const pace = new Pace(MILLISECOND, 5);
    pace.markSent(0);
    pace.markFailed(0);
    assert.equal(pace.dueNs(0, 0), 10 * MILLISECOND);
    const slow = new Pace(200 * MILLISECOND, 1);
    slow.markFailed(7);
    assert.equal(slow.dueNs(7, 0), 7 + 200 * MILLISECOND);
    assert.equal(slow.lastSendNs, 7);
  });

  it('follows an interval that changes', () => {
    const pace = new Pace(1000 * MILLISECOND, 1);
    pace.markSent(0);
    pace.intervalNs = 20 * MILLISECOND;
    assert.equal(pace.dueNs(21 * MILLISECOND, 0), 20 * MILLISECOND);
  });
});
