import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

const ERROR = 'Error response from daemon:';

describe('docker create', () => {
  it('answers as a real engine', () => {
    assertAnswers(new Lab({ resolvConf: 'nameserver 192.168.50.100\n' }), [
      { line: 'create --name c1 bb sleep 100', stdout: 'ID:c1' },
      {
        line: 'create --name c1 bb true',
        exit: 1,
        stderr:
          `${ERROR} Conflict. The container name "/c1" is already in use by container "ID:c1". ` +
          'You have to remove (or rename) that container to be able to reuse that name.',
      },
      {
        line: "create --name 'a b' bb true",
        exit: 1,
        stderr: `${ERROR} Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
      },
      {
        line: 'create nosuch',
        exit: 1,
        stderr:
          `Unable to find image 'nosuch:latest' locally\n${ERROR} Get "https://registry-1.docker.io/v2/": ` +
          'dial tcp: lookup registry-1.docker.io on 192.168.50.100:53: no such host',
      },
      { line: 'create --pull never nosuch', exit: 1, stderr: `${ERROR} No such image: nosuch:latest` },
      {
        line: 'create --pull always bb',
        exit: 1,
        stderr:
          `${ERROR} Get "https://registry-1.docker.io/v2/": ` +
          'dial tcp: lookup registry-1.docker.io on 192.168.50.100:53: no such host',
      },
      { line: 'create -d bb', exit: 125, stderr: "unknown shorthand flag: 'd' in -d\nSee 'docker create --help'." },
      { line: 'create --rm --name c2 bb true', stdout: 'ID:c2' },
    ]);
  });
});
