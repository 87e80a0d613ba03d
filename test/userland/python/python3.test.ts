import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { PYTHON3 } from '../../../src/userland/python/python3.ts';
import { needTools } from '../../machine.ts';
import { EmulatedLab, PAIR } from '../net-lab.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';

describe('userland/python/python3', () => {
  it('refuses arguments of its server in the words of the real one', function () {
    needTools(this, ['python3']);
    const lab = new EmulatedLab(PAIR);
    const registry = new ProgramRegistry();
    registry.add(PYTHON3);
    for (const args of ['x', '--bogus', '-b', '80 81', '-h', '8000x', '--directory']) {
      const line = `python3 -m http.server ${args}`;
      const real = spawnSync('sh', ['-c', line], { encoding: 'utf8', env: { ...process.env, COLUMNS: '80' } });
      const [ours] = lab.run(registry, [{ ns: 'a', line }]);
      assert.deepEqual(ours, { stdout: real.stdout, stderr: real.stderr, exit: real.status }, line);
    }
  });

  it('lacks everything else', () => {
    assert.equal(PYTHON3.check!(['-m', 'http.server', '80']), undefined);
    assert.equal(PYTHON3.check!(['-u', '-m', 'http.server']), undefined);
    assert.equal(PYTHON3.check!(['./tcpudp.py', 'udpecho']), undefined);
    assert.match(PYTHON3.check!(['-c', 'print(1)'])!.message, /but for tcpudp\.py and -m http\.server$/);
  });
});
