import assert from 'node:assert/strict';
import { askOurShell, askRealShell, needShell } from './real-shells.ts';
import { BUSYBOX_TEXTS } from './texts.ts';

describe('userland/sh: against busybox', () => {
  before(function () {
    needShell(this, 'busybox');
  });

  for (const text of BUSYBOX_TEXTS) {
    it(`answers as busybox does: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(askOurShell('busybox', text), askRealShell('busybox', text));
    });
  }
});
