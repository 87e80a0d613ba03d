/**
 * When iputils ping sends next. It is a bucket that gains one request per interval and holds `preload` of them
 * (pinger() of ping/ping_common.c), kept here as the instant at which the schedule's next request is due.
 */
import { MILLISECOND } from '../../sim/units.ts';

/** The shortest wait after a failure, and between requests of a flood that nobody answers. */
const MIN_INTERVAL_NS = 10 * MILLISECOND;

export class Pace {
  /** May change between requests: `-A` follows the round trips. */
  intervalNs: number;
  private readonly preload: number;
  /** Where the last request stands in a schedule of one per interval; ahead of time while it is preloaded. */
  private slotNs = -1;
  private lastNs = -1;

  constructor(intervalNs: number, preload: number) {
    this.intervalNs = intervalNs;
    this.preload = preload;
  }

  /** When the next request may go out. */
  dueNs(nowNs: number, inFlight: number): number {
    if (this.lastNs < 0) return nowNs;
    if (this.intervalNs === 0 && inFlight >= this.preload) return this.lastNs + MIN_INTERVAL_NS;
    return this.slotNs + this.intervalNs - (this.preload - 1) * this.intervalNs;
  }

  markSent(nowNs: number): void {
    this.slotNs = this.lastNs < 0 ? nowNs : Math.max(this.slotNs + this.intervalNs, nowNs);
    this.lastNs = nowNs;
  }

  /** A request could not be sent: what was saved up is lost, and the next wait is never short. */
  markFailed(nowNs: number): void {
    const waitNs = Math.max(this.intervalNs, MIN_INTERVAL_NS);
    this.slotNs = nowNs + waitNs + (this.preload - 2) * this.intervalNs;
    this.lastNs = nowNs;
  }

  /** When the last request went out, or failed to; -1 before the first. */
  get lastSendNs(): number {
    return this.lastNs;
  }
}
