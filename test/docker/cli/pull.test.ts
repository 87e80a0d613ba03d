import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

const FAILED =
  'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: ' +
  'lookup registry-1.docker.io on 192.168.50.100:53: no such host';

describe('docker pull', () => {
  it('fails as on a host whose name server knows no registry, whatever images there are', () => {
    assertAnswers(new Lab({ resolvConf: 'nameserver 192.168.50.100\n' }), [
      { line: 'pull bb', exit: 1, stdout: 'Using default tag: latest', stderr: FAILED },
      { line: 'pull nosuch', exit: 1, stdout: 'Using default tag: latest', stderr: FAILED },
      { line: 'pull bb:x', exit: 1, stderr: FAILED },
      { line: 'pull -q bb', exit: 1, stderr: FAILED },
      { line: 'pull -a bb', exit: 1, stderr: FAILED },
      { line: 'pull BB', exit: 1, stderr: 'invalid reference format: repository name must be lowercase' },
    ]);
  });
});
