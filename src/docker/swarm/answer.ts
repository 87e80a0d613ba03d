/** What comes later: the answer of a manager, an exchange over the network. A command waits for it as for a socket. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason, Waitable, Waiter } from '../../kernel/proc/wait.ts';
import { WaitQueue } from '../../kernel/proc/wait.ts';
import { assert } from '../../base/assert.ts';
import { DaemonError } from '../errors.ts';

/** A value of a command of the engine that takes time, or the engine's refusal. */
export class Answer<T> implements Waitable {
  private result: { readonly value: T } | DaemonError | null = null;
  private readonly waiters = new WaitQueue();
  private readonly listeners: ((answer: this) => void)[] = [];

  /** One that is there already. */
  static of<T>(value: T): Answer<T> {
    const answer = new Answer<T>();
    answer.resolve(value);
    return answer;
  }

  static refusal<T>(error: DaemonError): Answer<T> {
    const answer = new Answer<T>();
    answer.reject(error);
    return answer;
  }

  isReady(): boolean {
    return this.result !== null;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }

  resolve(value: T): void {
    this.settle({ value });
  }

  reject(error: DaemonError): void {
    this.settle(error);
  }

  /** Calls `listener` once it is there, at once if it is. */
  then(listener: (answer: this) => void): void {
    if (this.result === null) this.listeners.push(listener);
    else listener(this);
  }

  /** Null unless it has come as one. */
  get refusal(): DaemonError | null {
    return this.result instanceof DaemonError ? this.result : null;
  }

  /** The same answer in other words; a refusal stays one. */
  map<U>(change: (value: T) => U): Answer<U> {
    const changed = new Answer<U>();
    this.then(({ result }) => {
      assert(result !== null, 'listeners are called when an answer is there');
      if (result instanceof DaemonError) changed.reject(result);
      else changed.resolve(change(result.value));
    });
    return changed;
  }

  /** The value, once it is there. Throws the refusal. */
  get(): T {
    assert(this.result !== null, 'an answer is read when it is there');
    if (this.result instanceof DaemonError) throw this.result;
    return this.result.value;
  }

  private settle(result: { readonly value: T } | DaemonError): void {
    assert(this.result === null, 'an answer comes once');
    this.result = result;
    this.waiters.wakeAll();
    for (const listener of this.listeners.splice(0)) listener(this);
  }
}

/** Waits for an answer; throws a DaemonError if it is a refusal. */
export function* awaitAnswer<T>(proc: Process, answer: Answer<T>): Generator<Wait, T, WakeReason> {
  while (!answer.isReady()) yield proc.waitFor(answer);
  return answer.get();
}
