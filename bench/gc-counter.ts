/** Counts collections of the young generation, by when they began. */
import { constants, PerformanceObserver } from 'node:perf_hooks';
import type { PerformanceEntry } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** Longer than the runtime takes to hand over what it has noted. */
const HAND_OVER_MS = 20;

/** The kind of a collection, which Node's types leave out. */
type GcEntry = PerformanceEntry & { readonly detail?: { readonly kind: number } };

export class GcCounter {
  private readonly startTimes: number[] = [];
  private readonly observer: PerformanceObserver;

  constructor() {
    this.observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as GcEntry[]) {
        if (entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MINOR) this.startTimes.push(entry.startTime);
      }
    });
    this.observer.observe({ entryTypes: ['gc'] });
  }

  /** Minor collections that began between two readings of `performance.now()`. */
  async countBetween(from: number, to: number): Promise<number> {
    await delay(HAND_OVER_MS);
    return this.startTimes.filter((time) => time >= from && time < to).length;
  }

  stop(): void {
    this.observer.disconnect();
  }
}
