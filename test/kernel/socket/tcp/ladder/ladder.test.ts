import assert from 'node:assert/strict';
import { LADDERS } from './cases/all.ts';
import { compareLadders, outputsOf, parseLadders, playLadder } from './ladder.ts';

/** Times are written in whole milliseconds. */
const TOLERANCE = { ms: 1, share: 0 };

describe('TCP, ladder by ladder', () => {
  for (const [theme, text] of Object.entries(LADDERS)) {
    describe(theme, () => {
      for (const ladder of parseLadders(text)) {
        it(ladder.name, () => {
          const got = playLadder(ladder);
          const differs = compareLadders(outputsOf(ladder), got, TOLERANCE);
          assert.equal(
            differs,
            '',
            `${differs}\nall that came:\n${got.map((each) => `${each.atMs} ${each.text}`).join('\n')}`,
          );
        });
      }
    });
  }
});
