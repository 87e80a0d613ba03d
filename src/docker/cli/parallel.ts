/** Several things done side by side by one process, where Docker's client has a goroutine for each. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';

interface Branch<T> {
  readonly body: Generator<Wait, T, WakeReason>;
  /** Null when it has come to its end. */
  wait: Wait | null;
  result: T | undefined;
}

/** Runs all to their ends, and answers what each came to, in their order. */
export function* inParallel<T>(
  proc: Process,
  bodies: readonly Generator<Wait, T, WakeReason>[],
): Generator<Wait, T[], WakeReason> {
  const branches = bodies.map((body): Branch<T> => ({ body, wait: null, result: undefined }));
  try {
    for (const branch of branches) goOn(proc, branch, 'ready');
    for (;;) {
      const waits = branches.flatMap(({ wait }) => (wait === null ? [] : [wait]));
      if (waits.length === 0) return branches.map(({ result }) => result!);
      const untilNs = Math.min(...waits.map((wait) => wait.untilNs));
      const reason = yield proc.waitFor(
        waits.flatMap((wait) => wait.ready),
        untilNs,
      );
      for (const branch of branches) resume(proc, branch, reason);
    }
  } finally {
    for (const { body, wait } of branches) if (wait !== null) body.return(undefined as T);
  }
}

function resume<T>(proc: Process, branch: Branch<T>, reason: WakeReason): void {
  if (branch.wait === null) return;
  const due = reason === 'signal' ? reason : dueReason(proc, branch.wait);
  if (due !== null) goOn(proc, branch, due);
}

function goOn<T>(proc: Process, branch: Branch<T>, first: WakeReason): void {
  let reason: WakeReason | null = first;
  while (reason !== null) {
    const step = branch.body.next(reason);
    if (step.done === true) {
      branch.wait = null;
      branch.result = step.value;
      return;
    }
    branch.wait = step.value;
    reason = dueReason(proc, step.value);
  }
}

function dueReason(proc: Process, wait: Wait): WakeReason | null {
  if (wait.ready.some((thing) => thing.isReady())) return 'ready';
  return wait.untilNs <= proc.now ? 'timer' : null;
}
