/**
 * Does something at whole multiples of a period from its start on, as long as there is need. Twin of the goroutines
 * that wait at a time.Ticker: work that takes longer than a period is followed at once by that of one missed tick.
 */
import type { GossipClock, GossipTimer } from '../transport.ts';

export interface TickerWork {
  /** Whether anything is to be done at the next tick; where nothing is the ticker sleeps until `wake`. */
  isNeeded(): boolean;
  /** Calls `done` at its end, which may be later. */
  run(done: () => void): void;
}

export class Ticker {
  private readonly clock: GossipClock;
  private readonly periodNs: number;
  private readonly startNs: number;
  private readonly work: TickerWork;
  private timer: GossipTimer | null;
  /** When the work that goes on was begun; -1 while none goes on. */
  private runningSinceNs = -1;

  /** With a period of 0 nothing is ever done. */
  constructor(clock: GossipClock, periodNs: number, work: TickerWork) {
    this.clock = clock;
    this.periodNs = periodNs;
    this.startNs = clock.now;
    this.work = work;
    this.timer =
      periodNs > 0
        ? clock.newTimer(() => {
            this.run();
          })
        : null;
    this.wake();
  }

  /** There may be something to do. */
  wake(): void {
    const { timer } = this;
    if (timer === null || timer.isArmed || this.runningSinceNs >= 0 || !this.work.isNeeded()) return;
    timer.armAt(this.tickAfter(this.clock.now));
  }

  stop(): void {
    this.timer?.dispose();
    this.timer = null;
  }

  private run(): void {
    const sinceNs = this.clock.now;
    this.runningSinceNs = sinceNs;
    this.work.run(() => {
      this.runningSinceNs = -1;
      if (this.timer === null || !this.work.isNeeded()) return;
      if (this.tickAfter(sinceNs) <= this.clock.now) this.run();
      else this.wake();
    });
  }

  private tickAfter(timeNs: number): number {
    return this.startNs + (Math.floor((timeNs - this.startNs) / this.periodNs) + 1) * this.periodNs;
  }
}

/** Calls `expired` once, after `delayNs`. The function returned gives up. */
export function after(clock: GossipClock, delayNs: number, expired: () => void): () => void {
  let timer: GossipTimer | null = clock.newTimer(() => {
    stop();
    expired();
  });
  const stop = (): void => {
    timer?.dispose();
    timer = null;
  };
  timer.arm(delayNs);
  return stop;
}
