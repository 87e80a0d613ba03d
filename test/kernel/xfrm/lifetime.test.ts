import { deepEqual } from 'node:assert/strict';
import type { Limits } from '../../../src/kernel/xfrm/lifetime.ts';
import { hasTimedOut, NO_LIMITS } from '../../../src/kernel/xfrm/lifetime.ts';

function over(limits: Partial<Limits>, usedSeconds: number, nowSeconds: number): boolean {
  const lifetime = { bytes: 0, packets: 0, addedSeconds: 100, usedSeconds };
  return hasTimedOut({ ...NO_LIMITS, ...limits }, lifetime, nowSeconds);
}

describe('kernel/xfrm/lifetime', () => {
  it('ends so many seconds after it was added, or first used', () => {
    deepEqual([over({}, 0, 1e9), over({ softAddSeconds: 1 }, 0, 1e9)], [false, false]);
    deepEqual([over({ hardAddSeconds: 5 }, 0, 104), over({ hardAddSeconds: 5 }, 0, 105)], [false, true]);
    deepEqual([over({ hardUseSeconds: 5 }, 0, 999), over({ hardUseSeconds: 5 }, 101, 105)], [false, false]);
    deepEqual(over({ hardUseSeconds: 5 }, 101, 106), true);
  });
});
