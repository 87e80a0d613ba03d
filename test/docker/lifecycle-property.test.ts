import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lab, SECOND } from './lab.ts';

const NAMES = ['c1', 'c2', 'c3'];
const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/** Each takes a container's name. */
const COMMANDS: readonly ((name: string) => string)[] = [
  (name) => `run -d --name ${name} busybox sleep 100`,
  (name) => `run -d --rm --name ${name} busybox end 3 0`,
  (name) => `run -d --restart always --name ${name} busybox end 1 1`,
  (name) => `run -d --restart on-failure:2 --name ${name} busybox end 2 1`,
  (name) => `create --init --name ${name} busybox sleep 100`,
  (name) => `start ${name}`,
  (name) => `stop -t 1 ${name}`,
  (name) => `restart -t 0 ${name}`,
  (name) => `kill ${name}`,
  (name) => `kill -s USR1 ${name}`,
  (name) => `pause ${name}`,
  (name) => `unpause ${name}`,
  (name) => `exec -d ${name} sleep 5`,
  (name) => `rename ${name} c3`,
  (name) => `rm ${name}`,
  (name) => `rm -f ${name}`,
  () => 'container prune -f',
];

/** Engine, process table and kernel have to say the same. */
function assertAgreement(lab: Lab): void {
  const running = [...lab.engine.containers.values()].filter((container) => container.isRunning);
  const alive = new Set(lab.host.processes.all);
  for (const container of lab.engine.containers.values()) {
    const { process, status } = container;
    assert.equal(process !== null, status === 'running' || status === 'paused', status);
    if (process !== null) assert.ok(alive.has(process) && process.exitCode === null);
    for (const each of container.execs.values()) assert.ok(alive.has(each));
  }
  const roots = new Set(running.map((container) => container.process));
  for (const process of alive) assert.ok(roots.has(process.pidNamespace.init), 'a process without its container');
  assert.equal(lab.host.namespaces.size, running.length, 'one namespace for each container that runs');
  assert.equal(lab.engine.getNetwork('bridge').endpoints.size, running.length);
}

describe('random lives of containers', () => {
  it('keep engine, processes and kernel in agreement, and leave nothing', () => {
    const step = fc.record({
      command: fc.constantFrom(...COMMANDS),
      name: fc.constantFrom(...NAMES),
      seconds: fc.constantFrom(0, 0, 0.05, 0.5, 2, 11),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const lab = new Lab();
        for (const { command, name, seconds } of steps) {
          lab.docker(command(name));
          lab.wait(Math.round(seconds * SECOND));
          assertAgreement(lab);
        }
        for (const { id } of [...lab.engine.containers.values()]) lab.docker(`rm -f ${id}`);
        lab.wait(100 * SECOND);
        assert.deepEqual([lab.engine.containers.size, lab.host.processes.all.length], [0, 0]);
        assertAgreement(lab);
      }),
      { numRuns: 60 * EFFORT },
    );
  });
});
