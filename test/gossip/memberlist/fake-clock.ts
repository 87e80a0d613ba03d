/** A clock of its own for the parts of a member. */
import type { GossipClock } from '../../../src/gossip/transport.ts';
import { makeEventQueue } from '../../../src/sim/queues.ts';
import { EventSource, Scheduler } from '../../../src/sim/scheduler.ts';
import { Timer } from '../../../src/sim/timer.ts';

export class FakeClock implements GossipClock {
  private readonly sched = new Scheduler(makeEventQueue('heap', 16));
  private readonly source = new EventSource(0);

  get now(): number {
    return this.sched.now;
  }

  newTimer(expired: () => void): Timer {
    return new Timer(this.sched, this.source, expired);
  }

  run(durationNs: number): void {
    const endNs = this.now + durationNs;
    this.sched.run(endNs, Infinity);
    if (this.now < endNs) this.sched.advanceTo(endNs);
  }
}
