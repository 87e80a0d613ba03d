import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

describe('docker restart', () => {
  it('answers as a real engine', () => {
    assertAnswers(new Lab(), [
      { line: 'create --name c1 bb sleep 1000', stdout: 'ID:c1' },
      {
        line: 'restart -t 0 c1 nosuch',
        exit: 1,
        stdout: 'c1',
        stderr: 'Error response from daemon: No such container: nosuch',
      },
      { line: 'pause c1', stdout: 'c1' },
      { line: 'restart -t 1 c1', stdout: 'c1' },
      { line: "inspect -f '{{.State.Status}}' c1", stdout: 'running' },
      { line: 'create --name c2 bb nosuch', stdout: 'ID:c2' },
      {
        line: 'restart c2',
        exit: 1,
        stderr:
          'Error response from daemon: Cannot restart container c2: failed to create shim task: OCI runtime create ' +
          'failed: runc create failed: unable to start container process: exec: "nosuch": executable file not found ' +
          'in $PATH: unknown',
      },
    ]);
  });
});
