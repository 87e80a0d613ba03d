import assert from 'node:assert/strict';
import { IcmpLimits } from '../../../src/kernel/ip/icmp-limits.ts';
import { MILLISECOND, SECOND } from '../kit.ts';

/** How many of `count` messages to one destination may go, one every `gapNs`. */
function allowed(limits: IcmpLimits, count: number, gapNs: number, fromNs = 0): number {
  let sum = 0;
  for (let i = 0; i < count; i++) if (limits.allowPeer(7, fromNs + i * gapNs, SECOND)) sum++;
  return sum;
}

describe('kernel: limits of ICMP errors', () => {
  it('let six go at once, then one in a second', () => {
    const limits = new IcmpLimits();
    assert.equal(allowed(limits, 20, 0), 6);
    assert.equal(allowed(limits, 21, SECOND / 5, SECOND / 5), 4, 'one for each of the next seconds');
    assert.equal(allowed(limits, 10, SECOND, 10 * SECOND), 10);
  });

  it('save up six messages at most', () => {
    const limits = new IcmpLimits();
    allowed(limits, 20, 0);
    assert.equal(allowed(limits, 20, 0, 1000 * SECOND), 6);
  });

  it('count each destination for itself', () => {
    const limits = new IcmpLimits();
    allowed(limits, 20, 0);
    assert.equal(limits.allowPeer(8, 0, SECOND), true);
  });

  it('do not hold where the time between messages is 0', () => {
    const limits = new IcmpLimits();
    for (let i = 0; i < 100; i++) assert.equal(limits.allowPeer(7, 0, 0), true);
  });

  it('give a stranger what a minute has earned: fewer messages where they cost much', () => {
    const limits = new IcmpLimits();
    const costly = [0, 0, 0, 0].map(() => limits.allowPeer(7, 0, 25 * SECOND));
    assert.deepEqual(costly, [true, true, false, false]);
  });

  it('take what a missing route costs from the same purse', () => {
    const limits = new IcmpLimits();
    const errorsAt = (nowNs: number): boolean => limits.allowRouteError(7, nowNs) && limits.allowPeer(7, nowNs, SECOND);
    assert.deepEqual(
      [0, 0, 0, 0].map(() => errorsAt(0)),
      [true, true, false, false],
    );
    const later = Array.from({ length: 100 }, (_, i) => errorsAt(i * (SECOND / 5)));
    assert.equal(later.includes(true), false, 'what it earns is spent on the asking');
    assert.equal(errorsAt(100 * SECOND), true);
  });

  it('let a namespace send 50 at once, and fill up every 20 ms', () => {
    const limits = new IcmpLimits();
    const burst = (nowNs: number): number => {
      let sum = 0;
      while (sum < 1000 && limits.allowGlobal(nowNs, 1000, 50)) {
        limits.useGlobal();
        sum++;
      }
      return sum;
    };
    assert.equal(burst(0), 50);
    assert.equal(burst(19 * MILLISECOND), 0);
    assert.equal(burst(20 * MILLISECOND), 20);
    assert.equal(burst(1020 * MILLISECOND), 50);
  });

  it('do not use up what is not sent', () => {
    const limits = new IcmpLimits();
    for (let i = 0; i < 100; i++) assert.equal(limits.allowGlobal(0, 1000, 50), true);
  });

  it('never allow more for the whole than the sysctl says', () => {
    assert.equal(new IcmpLimits().allowGlobal(0, 0, 50), false);
    assert.equal(new IcmpLimits().allowGlobal(0, 1000, 0), false);
  });

  it('forget those who were silent when there are too many', () => {
    const limits = new IcmpLimits();
    for (let i = 0; i < 65_536; i++) limits.allowPeer(i, 0, SECOND);
    for (let i = 0; i < 5; i++) limits.allowPeer(1, 30 * SECOND, SECOND);
    assert.equal(limits.allowPeer(-1, 61 * SECOND, SECOND), true);
    const left = Array.from({ length: 6 }, () => limits.allowPeer(1, 61 * SECOND, SECOND));
    assert.equal(left.filter(Boolean).length, 6, 'the one that spoke 31 s ago has earned its six again');
  });
});
