import assert from 'node:assert/strict';
import { askOurShell, askRealShell, needShell } from './sh/real-shells.ts';

const TEXTS: readonly string[] = [
  'nohup; echo $?',
  'nohup nosuch; echo $?',
  'nohup --foo; echo $?',
  'nohup -z; echo $?',
  'nohup echo a b',
  "nohup sh -c 'kill -HUP $$; echo lives'; echo $?",
];

describe('userland/nohup:', () => {
  for (const text of TEXTS) {
    it(`answers as the real one: ${text}`, function () {
      needShell(this, 'dash');
      assert.deepEqual(askOurShell('dash', text), askRealShell('dash', text));
    });
  }
});
