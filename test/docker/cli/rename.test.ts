import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

const FAILED = 'Error: failed to rename container named';
const TAKEN = 'Error response from daemon: Error when allocating new name: Conflict. The container name';

describe('docker rename', () => {
  it('answers as a real engine', () => {
    assertAnswers(new Lab(), [
      { line: 'run -d --name c1 bb sleep 1000', stdout: 'ID:c1' },
      { line: 'create --name c2 bb true', stdout: 'ID:c2' },
      {
        line: 'rename c1 c1',
        exit: 1,
        stderr: `Error response from daemon: Renaming a container with the same name as its current name\n${FAILED} c1`,
      },
      {
        line: 'rename c1 a',
        exit: 1,
        stderr:
          'Error response from daemon: Error when allocating new name: Invalid container name (/a), ' +
          `only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed\n${FAILED} c1`,
      },
      {
        line: 'rename c1 c2',
        exit: 1,
        stderr:
          `${TAKEN} "/c2" is already in use by container "ID:c2". ` +
          `You have to remove (or rename) that container to be able to reuse that name.\n${FAILED} c1`,
      },
      { line: 'rename c1 c3' },
      { line: 'rename c3 /c1' },
      {
        line: 'rename c3 c4',
        exit: 1,
        stderr: `Error response from daemon: No such container: c3\n${FAILED} c3`,
      },
      { line: "rename c1 ''", exit: 1, stderr: 'Error: Neither old nor new names may be empty' },
    ]);
  });
});
