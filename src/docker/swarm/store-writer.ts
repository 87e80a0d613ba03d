/**
 * Changes of the store, one after the other: each is made from what the store says when all before it are in. Twin of
 * the lock that swarmkit's MemoryStore.Update holds until its proposal is agreed upon.
 */
import { DaemonError } from '../errors.ts';
import { Answer } from './answer.ts';
import type { StoreAction } from './store.ts';
import type { StoreLog } from './store-log.ts';

/** What is to be done, told when its turn comes. Throws a DaemonError to refuse; nothing to do is no entry. */
export type BuildActions = () => readonly StoreAction[];

interface Waiting {
  readonly build: BuildActions;
  readonly answer: Answer<null>;
}

export class StoreWriter {
  private readonly log: Pick<StoreLog, 'propose'>;
  private readonly clock: { readonly now: number };
  private readonly waiting: Waiting[] = [];
  private isBusy = false;

  constructor(log: Pick<StoreLog, 'propose'>, clock: { readonly now: number }) {
    this.log = log;
    this.clock = clock;
  }

  /** The answer comes when the change is in the store, or when there was nothing to do. */
  update(build: BuildActions): Answer<null> {
    const answer = new Answer<null>();
    this.waiting.push({ build, answer });
    this.proceed();
    return answer;
  }

  private proceed(): void {
    while (!this.isBusy) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.begin(next);
    }
  }

  private begin({ build, answer }: Waiting): void {
    const actions = orError(build);
    if (actions instanceof DaemonError) {
      answer.reject(actions);
      return;
    }
    if (actions.length === 0) {
      answer.resolve(null);
      return;
    }
    this.isBusy = true;
    this.log.propose({ actions, timeNs: this.clock.now }).then((done) => {
      this.isBusy = false;
      const outcome = orError(() => done.get());
      if (outcome instanceof DaemonError) answer.reject(outcome);
      else answer.resolve(null);
      this.proceed();
    });
  }
}

function orError<T>(action: () => T): T | DaemonError {
  try {
    return action();
  } catch (error) {
    if (error instanceof DaemonError) return error;
    throw error;
  }
}
