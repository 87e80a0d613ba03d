/**
 * A timer that can be re-armed and cancelled at no cost. As Linux's mod_timer callers rely on, restarting is frequent
 * and expiring is rare, so restarting for later only moves the deadline: the event that is already pending fires
 * early, sees that, and enters a new one. Cancelling forgets the deadline and leaves the event.
 *
 * It expires as the event of its latest arming would: at that time, under the key drawn then.
 *
 * Its pending events are a stack with strictly earlier times towards the top, since one is only entered when it is
 * earlier than all others. So the one that fires is always the top, and the ones below are used again.
 */
import { assert } from '../base/assert.ts';
import type { EventSource, EventTarget, Scheduler } from './scheduler.ts';

export class Timer implements EventTarget {
  /** When it expires; Infinity while it is not armed. Set by `arm`, `armAt` and `cancel` only. */
  deadlineNs: number;
  private deadlineKey: number;
  /** The earliest pending event, the top of the stack; Infinity when none is pending. */
  private pendingNs: number;
  private pendingKey: number;
  /** The rest of the stack: pairs of time and key, the latest time first. Nearly always empty. */
  private readonly laterPending: number[];
  private readonly sched: Scheduler;
  private readonly source: EventSource;
  private readonly expired: () => void;
  /** -1 once disposed. */
  private id: number;

  /** `expired` is called at the deadline with the timer no longer armed, so that it may arm it again. */
  constructor(sched: Scheduler, source: EventSource, expired: () => void) {
    this.deadlineNs = Infinity;
    this.deadlineKey = -1;
    this.pendingNs = Infinity;
    this.pendingKey = -1;
    this.laterPending = [];
    this.sched = sched;
    this.source = source;
    this.expired = expired;
    this.id = sched.register(this);
  }

  get isArmed(): boolean {
    return this.deadlineNs !== Infinity;
  }

  /** Expires `delayNs` from now, whatever was armed before. */
  arm(delayNs: number): void {
    this.armAt(this.sched.now + delayNs);
  }

  /** Expires at `timeNs`, whatever was armed before. */
  armAt(timeNs: number): void {
    assert(this.id >= 0, 'Timer.armAt: the timer is not disposed');
    assert(timeNs >= this.sched.now, 'Timer.armAt: the deadline is not in the past');
    assert(Number.isSafeInteger(timeNs), 'Timer.armAt: the deadline is in whole nanoseconds');
    this.deadlineNs = timeNs;
    this.deadlineKey = this.source.nextKey();
    if (timeNs < this.pendingNs) this.enter();
  }

  /** Does not expire any more until it is armed again. */
  cancel(): void {
    this.deadlineNs = Infinity;
  }

  /** Lets go of the scheduler; the timer cannot be armed after that. */
  dispose(): void {
    assert(this.id >= 0, 'Timer.dispose: the timer is not disposed twice');
    this.sched.unregister(this.id);
    this.id = -1;
    this.deadlineNs = Infinity;
  }

  /** For the scheduler: one of the timer's events is due. */
  fire(): void {
    assert(this.sched.currentKey === this.pendingKey, 'Timer.fire: the earliest of its events fires');
    const key = this.pendingKey;
    this.popPending();
    if (this.deadlineNs === Infinity) return;
    if (key === this.deadlineKey) {
      this.deadlineNs = Infinity;
      this.expired();
    } else if (this.deadlineNs < this.pendingNs) {
      this.enter();
    }
  }

  /** Enters the event of the deadline, which is earlier than all that pend. */
  private enter(): void {
    if (this.pendingNs !== Infinity) this.laterPending.push(this.pendingNs, this.pendingKey);
    this.pendingNs = this.deadlineNs;
    this.pendingKey = this.deadlineKey;
    this.sched.at(this.pendingNs, this.pendingKey, this.id);
  }

  private popPending(): void {
    if (this.laterPending.length === 0) {
      this.pendingNs = Infinity;
      return;
    }
    this.pendingKey = this.laterPending.pop()!;
    this.pendingNs = this.laterPending.pop()!;
  }
}
