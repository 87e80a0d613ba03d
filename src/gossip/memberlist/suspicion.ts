/** The time that a suspect has left; it shrinks as others confirm the suspicion (suspicion.go). */
import type { GossipClock, GossipTimer } from '../transport.ts';
import { remainingSuspicionTimeNs } from './formulas.ts';

export class Suspicion {
  /** Others that have confirmed it. */
  confirmations: number;
  /** How many confirmations bring the time down to its minimum; 0 when nobody can confirm. */
  readonly k: number;
  private readonly minNs: number;
  private readonly maxNs: number;
  private readonly startNs: number;
  private readonly clock: GossipClock;
  private readonly timer: GossipTimer;
  /** Who said so, the first one included, whose word counts once. */
  private readonly from: string[];

  /** `expired` is called at the end unless the suspicion was cancelled. */
  constructor(clock: GossipClock, from: string, k: number, minNs: number, maxNs: number, expired: () => void) {
    this.confirmations = 0;
    this.k = k;
    this.minNs = minNs;
    this.maxNs = maxNs;
    this.startNs = clock.now;
    this.clock = clock;
    this.from = [from];
    this.timer = clock.newTimer(expired);
    this.timer.arm(k < 1 ? minNs : maxNs);
  }

  /** Somebody suspects the node, too. Whether that is news, to be gossiped on. */
  confirm(from: string): boolean {
    if (this.confirmations >= this.k || this.from.includes(from)) return false;
    this.from.push(from);
    this.confirmations++;
    const elapsedNs = this.clock.now - this.startNs;
    const remainingNs = remainingSuspicionTimeNs(this.confirmations, this.k, elapsedNs, this.minNs, this.maxNs);
    this.timer.arm(Math.max(remainingNs, 0));
    return true;
  }

  /** Nothing comes of it any more. */
  cancel(): void {
    this.timer.dispose();
  }
}
