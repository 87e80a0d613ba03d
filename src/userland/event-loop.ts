/**
 * Many conversations in one process, as a server with epoll(7) has them: each is a generator that reads straight down,
 * and the process waits for whatever any of them waits for.
 */
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';

interface Task {
  readonly body: Generator<Wait, unknown, WakeReason>;
  /** What it waits for. */
  wait: Wait;
}

export class EventLoop {
  private readonly proc: Process;
  private readonly tasks = new Set<Task>();

  constructor(proc: Process) {
    this.proc = proc;
  }

  /** How many tasks have not ended. */
  get size(): number {
    return this.tasks.size;
  }

  /** Begins a task: it runs to its first wait. The function returned ends it early, with its `finally` blocks. */
  add(body: Generator<Wait, unknown, WakeReason>): () => void {
    const first = body.next('ready');
    if (first.done === true) {
      return () => {
        // It has ended by itself.
      };
    }
    const task = { body, wait: first.value };
    this.tasks.add(task);
    return () => {
      if (this.tasks.delete(task)) body.return(undefined);
    };
  }

  /** Runs the tasks until `isDone`, which is asked whenever something has happened, or until none is left. */
  *run(isDone: () => boolean = () => false): Generator<Wait, void, WakeReason> {
    try {
      while (this.tasks.size > 0 && !isDone()) {
        // A signal is its handler's alone: no task goes on because of it.
        yield this.nextWait();
        for (const task of [...this.tasks]) {
          if (this.tasks.has(task)) this.step(task);
        }
      }
    } finally {
      for (const { body } of this.tasks) body.return(undefined);
      this.tasks.clear();
    }
  }

  private nextWait(): Wait {
    let untilNs = Infinity;
    const ready: Wait['ready'][number][] = [];
    for (const { wait } of this.tasks) {
      untilNs = Math.min(untilNs, wait.untilNs);
      ready.push(...wait.ready);
    }
    return { untilNs, ready };
  }

  private step(task: Task): void {
    const { untilNs, ready } = task.wait;
    const isReady = ready.some((each) => each.isReady());
    if (!isReady && this.proc.now < untilNs) return;
    const next = task.body.next(isReady ? 'ready' : 'timer');
    if (next.done === true) this.tasks.delete(task);
    else task.wait = next.value;
  }
}
