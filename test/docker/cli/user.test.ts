import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

describe('docker run --user', () => {
  it('takes root, knows who is not there, and lacks the others', () => {
    const missing = 'unable to find user nosuch: no matching entries in passwd file';
    const lack = (name: string): string => `${name}: not supported by Dockwire; supported: root`;
    assertAnswers(new Lab(), [
      { line: 'run --rm -u root bb echo a', stdout: 'a' },
      { line: 'run --rm -u 0:0 bb echo a', stdout: 'a' },
      { line: 'run --rm -u nosuch bb echo a', exit: 125, stderr: `docker: Error response from daemon: ${missing}.` },
      { line: 'run --rm -u 1000 bb echo a', exit: 127, stderr: lack('docker run --user 1000') },
      { line: 'run -d --name c1 bb sleep 100', stdout: 'ID:c1' },
      { line: 'exec -u 1000 c1 echo a', exit: 127, stderr: lack('docker exec --user 1000') },
    ]);
  });
});
