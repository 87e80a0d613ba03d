import assert from 'node:assert/strict';
import { askOurShell, askRealShell, needShell } from './sh/real-shells.ts';

const TEXTS: readonly string[] = [
  'timeout 0.2 sleep 5; echo $?',
  'timeout 5 sleep 0.1; echo $?',
  'timeout; echo $?',
  'timeout 1; echo $?',
  'timeout x sleep 1; echo $?',
  'timeout -s FOO 1 sleep 1; echo $?',
  'timeout -z 1 sleep 1; echo $?',
  'timeout 1 nosuch; echo $?',
  'timeout -k x 1 sleep 1; echo $?',
  'timeout -s KILL 0.1 sleep 1; echo $?',
  'timeout --preserve-status 0.1 sleep 1; echo $?',
  'timeout -v 0.1 sleep 1; echo $?',
  'timeout --signal=INT -k 1 0.1 sleep 1; echo $?',
  'timeout -k 0.1 0.1 sh -c \'trap "" TERM; sleep 0.3; sleep 0.3\'; echo $?',
  'timeout -v -k 0.1 0.1 sh -c \'trap "" TERM; sleep 0.3; sleep 0.3\'; echo $?',
  'timeout --foo 1 x; echo $?',
  'timeout 5 -s KILL ls; echo $?',
  "timeout 0.2 sh -c 'sleep 1; echo x'; echo $?",
  "timeout 1 sh -c 'kill -9 $$'; echo $?",
  "timeout 1 sh -c 'kill -15 $$'; echo $?",
  "timeout 1 sh -c 'exit 7'; echo $?",
  'timeout 0 true; echo $?',
  'timeout 0.1 cat | cat; echo $?',
  'echo a | timeout 1 cat',
  'timeout 0.1 timeout 5 sleep 9; echo $?',
];

describe('userland/timeout:', () => {
  for (const text of TEXTS) {
    it(`answers as the real one: ${text}`, function () {
      needShell(this, 'dash');
      assert.deepEqual(askOurShell('dash', text), askRealShell('dash', text));
    });
  }
});
