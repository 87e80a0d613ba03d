import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shellPrograms } from './program-arbitrary.ts';
import { askOurShell, askRealShell, needShell } from './real-shells.ts';
import type { ShellAnswer } from './real-shells.ts';
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

  it('answers as dash does, whatever the program', () => {
    fc.assert(
      fc.property(shellPrograms(2), (text) => {
        assert.deepEqual(withoutLines(askOurShell('dash', text)), withoutLines(askRealShell('dash', text)));
      }),
      { numRuns: 100 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1) },
    );
  });
});

/** Without the numbers of lines: dash counts those of words and loops in ways of its own. */
function withoutLines({ stdout, stderr, exit }: ShellAnswer): ShellAnswer {
  const [out, errors] = [stdout, stderr].map((text) => text.replace(/sh: \d+: /g, 'sh: '));
  return { stdout: out!, stderr: errors!, exit };
}
