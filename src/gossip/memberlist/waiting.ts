/** Somebody waits until a broadcast has gone out, or for as long as he likes (Leave and UpdateNode, memberlist.go). */
import type { GossipClock, GossipTimer } from '../transport.ts';

/** Hears that it is done: null, or why not. */
export type Done = (error: string | null) => void;

export class Waiting {
  private readonly done: Done;
  private readonly timer: GossipTimer;
  private isOver: boolean;

  /** `what` is waited for at most `timeoutNs`, or for ever when that is 0. */
  constructor(clock: GossipClock, what: string, timeoutNs: number, done: Done) {
    this.done = done;
    this.isOver = false;
    this.timer = clock.newTimer(() => {
      this.finish(`timeout waiting for ${what}`);
    });
    if (timeoutNs > 0) this.timer.arm(timeoutNs);
  }

  /** It has come, or will not; only the first word counts. */
  finish(error: string | null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.timer.dispose();
    this.done(error);
  }
}
