import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

const ERROR = 'Error response from daemon:';

describe('docker pause, docker unpause', () => {
  it('answer as a real engine', () => {
    assertAnswers(new Lab(), [
      { line: 'run -d --name c1 bb sleep 1000', stdout: 'ID:c1' },
      { line: 'create --name c2 bb true', stdout: 'ID:c2' },
      { line: 'pause c1', stdout: 'c1' },
      { line: 'pause c1', exit: 1, stderr: `${ERROR} Container ID:c1 is already paused` },
      { line: "inspect -f '{{.State.Status}} {{.State.Running}} {{.State.Paused}}' c1", stdout: 'paused true true' },
      { line: 'exec c1 true', exit: 1, stderr: `${ERROR} Container c1 is paused, unpause the container before exec` },
      {
        line: 'start c1',
        exit: 1,
        stderr: `${ERROR} cannot start a paused container, try unpause instead\nError: failed to start containers: c1`,
      },
      { line: 'attach c1', exit: 1, stderr: 'You cannot attach to a paused container, unpause it first' },
      {
        line: 'rm c1',
        exit: 1,
        stderr:
          `${ERROR} You cannot remove a paused container ID:c1. ` +
          'Unpause and then stop the container before attempting removal or force remove',
      },
      { line: 'unpause c1', stdout: 'c1' },
      { line: 'unpause c1', exit: 1, stderr: `${ERROR} Container ID:c1 is not paused` },
      { line: 'pause c2', exit: 1, stderr: `${ERROR} Container ID:c2 is not running` },
      { line: 'unpause c2', exit: 1, stderr: `${ERROR} Container ID:c2 is not paused` },
      { line: 'pause nosuch c1', exit: 1, stdout: 'c1', stderr: `${ERROR} No such container: nosuch` },
    ]);
  });
});
