import assert from 'node:assert/strict';
import { parseCount } from '../../../src/userland/text/count.ts';

describe('userland/text/count:', () => {
  it('multiplies as each of the two does', () => {
    const cases: [string, number | undefined, number | undefined][] = [
      ['7', 7, 7],
      ['+7', 7, 7],
      ['2b', 1024, 1024],
      ['2k', 2048, 2048],
      ['2K', 2048, undefined],
      ['2kB', 2000, undefined],
      ['1MiB', 1_048_576, undefined],
      ['1m', 1_048_576, 1_048_576],
      ['1G', 1_073_741_824, undefined],
      ['99999999999999999999', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      ['', undefined, undefined],
      ['-1', undefined, undefined],
      ['1x', undefined, undefined],
    ];
    for (const [text, gnu, busybox] of cases) {
      assert.deepEqual([parseCount(text, false), parseCount(text, true)], [gnu, busybox], text);
    }
  });
});
