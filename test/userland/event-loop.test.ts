import assert from 'node:assert/strict';
import type { Wait, WakeReason } from '../../src/kernel/proc/wait.ts';
import type { Process } from '../../src/kernel/proc/process.ts';
import { EventLoop } from '../../src/userland/event-loop.ts';
import { Bell, SECOND, TableKit } from '../kernel/proc/table-kit.ts';

type Steps = Generator<Wait, void, WakeReason>;

function* ticking(proc: Process, name: string, everyNs: number, count: number, told: string[]): Steps {
  try {
    for (let i = 0; i < count; i++) {
      yield proc.sleep(everyNs);
      told.push(`${name}@${proc.now / SECOND}`);
    }
  } finally {
    told.push(`${name} ends`);
  }
}

describe('userland/event-loop', () => {
  it('lets each task wait for its own', () => {
    const kit = new TableKit();
    const told: string[] = [];
    kit.start(function* program(proc) {
      const loop = new EventLoop(proc);
      loop.add(ticking(proc, 'a', 2 * SECOND, 2, told));
      loop.add(ticking(proc, 'b', 3 * SECOND, 1, told));
      assert.equal(loop.size, 2);
      yield* loop.run();
      told.push('done');
      return 0;
    });
    kit.runUntil(10 * SECOND);
    assert.deepEqual(told, ['a@2', 'b@3', 'b ends', 'a@4', 'a ends', 'done']);
  });

  it('says why a task goes on, and ends the others with their last words', () => {
    const kit = new TableKit();
    const told: string[] = [];
    const door = new Bell();
    let isOver = false;
    kit.start(function* program(proc) {
      const loop = new EventLoop(proc);
      const listen = function* listen(): Steps {
        told.push(yield proc.waitFor(door, 5 * SECOND));
        door.silence();
        told.push(yield proc.waitFor(door, 5 * SECOND));
        isOver = true;
      };
      loop.add(listen());
      loop.add(ticking(proc, 'b', 30 * SECOND, 1, told));
      const drop = loop.add(ticking(proc, 'c', 30 * SECOND, 1, told));
      drop();
      drop();
      yield* loop.run(() => isOver);
      return 0;
    });
    kit.runUntil(SECOND);
    door.ring();
    kit.runUntil(10 * SECOND);
    assert.deepEqual(told, ['c ends', 'ready', 'timer', 'b ends']);
  });

  it('takes a task that ends at once', () => {
    const kit = new TableKit();
    const { proc } = kit.start(function* program(process) {
      const loop = new EventLoop(process);
      loop.add(ticking(process, 'a', 1, 0, []))();
      yield* loop.run();
      return loop.size;
    });
    assert.equal(proc.exitCode, 0);
  });

  it('ends its tasks when the process is killed', () => {
    const kit = new TableKit();
    const told: string[] = [];
    const { proc } = kit.start(function* program(process) {
      const loop = new EventLoop(process);
      loop.add(ticking(process, 'a', SECOND, 5, told));
      yield* loop.run();
      return 0;
    });
    proc.kill('SIGKILL');
    assert.deepEqual(told, ['a ends']);
  });
});
