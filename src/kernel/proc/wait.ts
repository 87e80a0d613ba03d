/**
 * What a program can block on, as with poll(2): things that become ready, and an instant.
 *
 * Whoever can be waited for (a socket, a process that may end, a terminal) is a `Waitable` and keeps its waiters in a
 * `WaitQueue`, Linux's wait_queue_head: woken in the order in which they came, so that the order of events does not
 * depend on anything but the program.
 */

/** Why a program goes on: something it waited for is ready, the instant has come, or a signal was handled. */
export type WakeReason = 'ready' | 'timer' | 'signal';

/** What `yield` hands to the process table. */
export interface Wait {
  /** Absolute virtual nanoseconds; Infinity for none. */
  readonly untilNs: number;
  readonly ready: readonly Waitable[];
  /** sched_yield(2): what else is due at this instant comes first. */
  readonly isYield?: boolean;
}

/** Something a program can wait for. While it is ready, a wait for it returns at once (level-triggered). */
export interface Waitable {
  /** It is ready because it has come to its end (a process, a pipe): no data, and whoever waits is woken at once. */
  readonly isAtEnd?: boolean;
  isReady(): boolean;
  addWaiter(waiter: Waiter): void;
  removeWaiter(waiter: Waiter): void;
}

/** Whoever wants to know when a `Waitable` becomes ready. */
export interface Waiter {
  /** Called when the thing becomes ready; may be called again before the waiter has taken itself off. */
  wake(): void;
}

/** The waiters of one thing. Allocates nothing while waking. */
export class WaitQueue {
  private readonly waiters: Waiter[] = [];

  /** Appends; adding twice counts once. */
  add(waiter: Waiter): void {
    if (!this.waiters.includes(waiter)) this.waiters.push(waiter);
  }

  remove(waiter: Waiter): void {
    const at = this.waiters.indexOf(waiter);
    if (at >= 0) this.waiters.splice(at, 1);
  }

  /** Wakes all, first come first served. A waiter may take itself off while it is being woken. */
  wakeAll(): void {
    let i = 0;
    while (i < this.waiters.length) {
      const waiter = this.waiters[i]!;
      waiter.wake();
      // If it took itself off, the next one has moved into its place.
      if (this.waiters[i] === waiter) i++;
    }
  }
}
