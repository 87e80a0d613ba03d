import assert from 'node:assert/strict';
import { WaitQueue } from '../../../src/kernel/proc/wait.ts';
import type { Waiter } from '../../../src/kernel/proc/wait.ts';

describe('kernel/proc/wait: a wait queue', () => {
  function waiter(log: string[], name: string, after?: () => void): Waiter {
    return {
      wake: () => {
        log.push(name);
        after?.();
      },
    };
  }

  it('wakes in the order in which waiters came, each once', () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    const [one, two, three] = ['one', 'two', 'three'].map((name) => waiter(log, name));
    for (const each of [two!, one!, two!, three!]) queue.add(each);
    queue.wakeAll();
    assert.deepEqual(log, ['two', 'one', 'three']);
  });

  it('wakes nobody who was taken off', () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    const [one, two] = ['one', 'two'].map((name) => waiter(log, name));
    queue.add(one!);
    queue.add(two!);
    queue.remove(one!);
    queue.remove(one!);
    queue.wakeAll();
    assert.deepEqual(log, ['two']);
  });

  it('leaves out no one when waiters take themselves off while being woken', () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    const waiters: Waiter[] = ['one', 'two', 'three'].map((name, i) =>
      waiter(log, name, () => {
        queue.remove(waiters[i]!);
      }),
    );
    for (const each of waiters) queue.add(each);
    queue.wakeAll();
    queue.wakeAll();
    assert.deepEqual(log, ['one', 'two', 'three']);
  });
});
