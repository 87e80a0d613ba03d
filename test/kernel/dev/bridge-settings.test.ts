import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clockToJiffies, jiffiesToClock, jiffiesToNs } from '../../../src/kernel/dev/bridge-settings.ts';

describe('kernel: times of a bridge', () => {
  it('are rounded down to what a jiffy of 4 ms can hold', () => {
    assert.deepEqual(
      [1, 2, 3, 5, 100, 3124].map((ticks) => jiffiesToClock(clockToJiffies(ticks))),
      [0, 2, 2, 4, 100, 3124],
    );
    assert.equal(jiffiesToNs(clockToJiffies(30_000)), 300e9);
  });

  it('come back as they were set where a jiffy can hold them, and never longer', () => {
    fc.assert(
      fc.property(fc.nat(), (ticks) => {
        const shown = jiffiesToClock(clockToJiffies(ticks));
        assert.ok(shown === ticks || (shown === ticks - 1 && ticks % 2 === 1));
      }),
    );
  });
});
