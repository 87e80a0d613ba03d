/** One goroutine's work, step behind step: each takes a time of its own, drawn between two bounds. */
import type { Rng } from '../../../sim/rng.ts';
import type { EngineHost } from '../../engine.ts';

export class Worker {
  private readonly host: Pick<EngineHost, 'after' | 'clock'>;
  private readonly rng: Rng;
  private busyUntilNs = 0;

  constructor(host: Pick<EngineHost, 'after' | 'clock'>, rng: Rng) {
    this.host = host;
    this.rng = rng;
  }

  /** Another goroutine beside this one. */
  another(): Worker {
    return new Worker(this.host, this.rng);
  }

  /** Does it behind what is still to be done. */
  later(action: () => void, leastNs = 100_000, mostNs = 350_000): void {
    const { now } = this.host.clock;
    const begin = Math.max(now, this.busyUntilNs);
    this.busyUntilNs = begin + leastNs + this.rng.below(mostNs - leastNs);
    this.host.after(this.busyUntilNs - now, action);
  }
}
