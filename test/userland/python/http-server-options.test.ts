import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { PYTHON3 } from '../../../src/userland/python3.ts';
import { needTools } from '../../machine.ts';
import { EmulatedLab, PAIR } from '../net-lab.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';

describe('userland/python/http-server-options', () => {
  it('are refused in the words of the real one', function () {
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
});
