import assert from 'node:assert/strict';
import {
  INT_KIND,
  MS_KIND,
  POSITIVE_MS_KIND,
  QUEUE_LENGTH_KIND,
  rangeKind,
  readNumbers,
  SECOND_KIND,
  SWITCH_KIND,
  USER_HZ_KIND,
} from '../../src/kernel/sysctl-value.ts';

/** What a real kernel made of these texts in net.ipv4.conf.lo.tag; null for EINVAL. */
const READ: readonly [string, number | null][] = [
  ['17 18', 17],
  ['0x10', 16],
  ['010', 8],
  ['1a', null],
  ['', null],
  [' ', null],
  [' 19 ', 19],
  ['+5', null],
  ['- 5', null],
  ['-0', 0],
  ['20\t', 20],
  ['0x', null],
  ['08', null],
  ['1,2', null],
];

describe('kernel/sysctl-value', () => {
  it('reads numbers as proc_dointvec does', () => {
    for (const [text, expected] of READ) {
      const first = readNumbers(text, 1)?.[0];
      assert.equal(first === undefined ? null : first + 0, expected, JSON.stringify(text));
    }
    assert.deepEqual(readNumbers('1 2\t3 x', 3), [1, 2, 3]);
    assert.equal(readNumbers('1 x 3', 3), null);
  });

  it('keeps times in whole jiffies', () => {
    // Seen on a kernel with 250 jiffies a second: written, read.
    const shown = (kind: typeof MS_KIND, written: number): number | null => {
      const kept = kind.keep(written);
      return kept === null ? null : kind.show(kept);
    };
    const milliseconds = [0, 1, 4, 5, 10, 127, 1001].map((n) => shown(MS_KIND, n));
    assert.deepEqual(milliseconds, [0, 4, 4, 8, 12, 128, 1004]);
    const ticks = [0, 1, 2, 3, 5, 127, 1001].map((n) => shown(USER_HZ_KIND, n));
    assert.deepEqual(ticks, [0, 0, 2, 2, 4, 126, 1000]);
    assert.deepEqual([shown(SECOND_KIND, 60), shown(SECOND_KIND, 2 ** 31 - 1)], [60, null]);
    assert.deepEqual([shown(POSITIVE_MS_KIND, 0), shown(MS_KIND, -1)], [null, null]);
  });

  it('knows the ranges of the other kinds', () => {
    assert.deepEqual([INT_KIND.keep(-(2 ** 31)), INT_KIND.keep(2 ** 31)], [-(2 ** 31), null]);
    assert.deepEqual([rangeKind(1, 255).keep(0), rangeKind(1, 255).keep(255)], [null, 255]);
    assert.deepEqual([SWITCH_KIND.keep(-7), SWITCH_KIND.keep(0)], [1, 0]);
    assert.deepEqual([QUEUE_LENGTH_KIND.keep(10), QUEUE_LENGTH_KIND.show(212_992)], [20_900, 101]);
  });
});
