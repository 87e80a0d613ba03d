import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

const ERROR = 'Error response from daemon:';

describe('docker top', () => {
  it('shows the processes of a container as the host sees them', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 bb sleep 1000');
    lab.ok('exec -d c1 sleep 5');
    const pid = lab.engine.getContainer('c1').process!.pid;
    const cells = (...texts: readonly string[]): string => texts.map((text) => text.padEnd(20)).join('');
    const [header, first, second] = lab.ok('top c1').split('\n');
    assert.equal(header, `${cells('UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME')}CMD`);
    assert.equal(first, `${cells('root', String(pid), '1', '0', '00:00', '?', '00:00:00')}sleep 1000`);
    assert.match(second!, /sleep 5$/);
  });

  it('answers as a real engine', () => {
    assertAnswers(new Lab(), [
      { line: 'top nosuch', exit: 1, stderr: `${ERROR} No such container: nosuch` },
      { line: 'create --name c1 bb true', stdout: 'ID:c1' },
      { line: 'top c1', exit: 1, stderr: `${ERROR} Container ID:c1 is not running` },
      { line: 'run -d --name c2 bb sleep 10', stdout: 'ID:c2' },
      { line: 'top c2 aux', exit: 127, stderr: 'docker top with ps aux: not supported by Dockwire; supported: -ef' },
    ]);
  });
});
