import assert from 'node:assert/strict';
import { inParallel } from '../../../src/docker/cli/parallel.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../../src/kernel/proc/wait.ts';
import { Lab, SECOND } from '../lab.ts';

describe('several things side by side', () => {
  it('take as long as the longest, and answer in their order', () => {
    const lab = new Lab();
    const log: string[] = [];
    const proc = lab.host.processes.spawn({
      argv: ['side-by-side'],
      program: function* (self) {
        function* sleeper(seconds: number): Generator<Wait, number, WakeReason> {
          if (seconds > 0) yield self.sleep(seconds * SECOND);
          log.push(`${seconds} at ${self.now / SECOND}`);
          return seconds * 10;
        }
        log.push((yield* inParallel(self, [3, 0, 1, 2].map(sleeper))).join());
        log.push((yield* inParallel(self, [])).join());
        return 0;
      },
      ns: lab.host.rootNs,
      hostname: 'h1',
      files: lab.files,
      env: new Map(),
      registry: new ProgramRegistry(),
      stdin: 'null',
      stdout: () => undefined,
      stderr: () => undefined,
    });
    lab.wait(5 * SECOND);
    assert.equal(proc.exitCode, 0);
    assert.deepEqual(log, ['0 at 0', '1 at 1', '2 at 2', '3 at 3', '30,0,10,20', '']);
  });
});
