import assert from 'node:assert/strict';
import { askOurShell, askRealShell, needShell } from './real-shells.ts';
import { MORE_TEXTS, TEXTS } from './texts.ts';

describe('userland/sh: against dash', () => {
  before(function () {
    needShell(this, 'dash');
  });

  for (const text of [...TEXTS, ...MORE_TEXTS]) {
    it(`answers as dash does: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(askOurShell('dash', text), askRealShell('dash', text));
    });
  }
});
