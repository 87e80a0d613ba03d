import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

const KILL = 'Error response from daemon: Cannot kill container:';

describe('docker kill', () => {
  it('answers as a real engine', () => {
    assertAnswers(new Lab(), [
      { line: 'run -d --name c1 bb sleep 1000', stdout: 'ID:c1' },
      { line: 'kill -s FOO c1', exit: 1, stderr: 'Error response from daemon: Invalid signal: FOO' },
      { line: 'kill -s 0 c1', exit: 1, stderr: 'Error response from daemon: Invalid signal: 0' },
      { line: 'kill -s 99 c1', exit: 1, stderr: `${KILL} c1: The linux daemon does not support signal 99` },
      { line: 'kill -s USR1 c1', stdout: 'c1' },
      { line: 'kill c1 nosuch', exit: 1, stdout: 'c1', stderr: `${KILL} nosuch: No such container: nosuch` },
      { line: 'kill c1', exit: 1, stderr: `${KILL} c1: Container ID:c1 is not running` },
      { line: 'kill -s sigusr1 c1', exit: 1, stderr: `${KILL} c1: Container ID:c1 is not running` },
      { line: "inspect -f '{{.State.ExitCode}}' c1", stdout: '137' },
      { line: 'start c1', stdout: 'c1' },
      { line: "kill -s '' c1", stdout: 'c1' },
    ]);
  });
});
