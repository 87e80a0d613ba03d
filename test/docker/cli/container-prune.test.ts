import assert from 'node:assert/strict';
import { TextInput } from '../../../src/kernel/proc/pipe.ts';
import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

describe('docker container prune', () => {
  it('answers as a real engine', () => {
    const lab = new Lab();
    const id = lab.ok('create --name c1 bb true');
    const question = 'WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ';
    const refused = `${question}Total reclaimed space: 0B\n`;
    assert.deepEqual(lab.docker('container prune'), { exit: 0, stdout: refused, stderr: '' });
    assertAnswers(lab, [
      {
        line: 'container prune -f --filter foo=x',
        exit: 1,
        stderr: "Error response from daemon: Invalid filter 'foo'",
      },
      {
        line: 'container prune -f --filter until=x',
        exit: 1,
        stderr: 'Error response from daemon: failed to parse value as time or duration: "x"',
      },
      { line: 'container prune -f --filter until=1h', stdout: 'Total reclaimed space: 0B' },
      { line: 'container prune -f', stdout: `Deleted Containers:\n${id}\n\nTotal reclaimed space: 0B` },
      { line: 'container prune -f', stdout: 'Total reclaimed space: 0B' },
    ]);
    lab.ok('create --name c2 bb true');
    assert.match(lab.docker('container prune', new TextInput('y\n')).stdout, /\[y\/N\] Deleted Containers:\n/);
  });
});
