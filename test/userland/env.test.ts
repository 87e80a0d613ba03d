import assert from 'node:assert/strict';
import { askOurShell, askRealShell, needShell } from './sh/real-shells.ts';

const TEXTS: readonly string[] = [
  'env -z; echo $?',
  'env A=1 nosuch; echo $?',
  'env -i A=1 B=2; echo $?',
  'env -u; echo $?',
  'env - A=1; env -C /tmp pwd; env -i; env --foo; echo $?',
  'env A=1 -i; echo $?',
  'env -i A=1 sh -c "echo \\$A\\$HOME"',
  'X=1 env sh -c "echo \\$X"',
  'env -u HOME printenv HOME; echo $?',
  'env A=b=c printenv A; env -0 -i A=1',
  'printenv HOME NOSUCH; echo $?',
];

describe('userland/env:', () => {
  for (const text of TEXTS) {
    it(`answers as the real one: ${text}`, function () {
      needShell(this, 'dash');
      assert.deepEqual(askOurShell('dash', text), askRealShell('dash', text));
    });
  }
});
