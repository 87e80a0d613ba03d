/**
 * The hold model: so many events are pending; the earliest is taken out and a new one entered some exponentially
 * distributed time later, over and over. It is what an event queue does in a simulation, and nothing else.
 */
import { assert } from '../src/base/assert.ts';
import type { EventQueue } from '../src/sim/event-queue.ts';
import { Rng } from '../src/sim/rng.ts';

const MEAN_NS = 100_000;
/** So many delays are drawn, then used again. */
const DELAYS = 1 << 16;

export class HoldRun {
  private readonly queue: EventQueue;
  private readonly delays = new Float64Array(DELAYS);
  private readonly times = new Float64Array(1);
  private readonly keys = new Float64Array(1);
  private turns = 0;

  constructor(queue: EventQueue, pending: number) {
    this.queue = queue;
    const rng = Rng.fromSeed(1);
    for (let i = 0; i < DELAYS; i++) this.delays[i] = Math.ceil(-Math.log(1 - rng.unit()) * MEAN_NS);
    for (let i = 0; i < pending; i++) this.enter(0, i);
  }

  /** Takes `count` events out and enters as many; returns the time reached. */
  hold(count: number): number {
    const queue = this.queue;
    for (let i = 0; i < count; i++) {
      const target = queue.pop();
      this.enter(queue.time, target);
    }
    assert(queue.time >= 0, 'events come out of the queue');
    return queue.time;
  }

  private enter(fromNs: number, target: number): void {
    const turn = this.turns++;
    this.times[0] = fromNs + this.delays[turn & (DELAYS - 1)]!;
    this.keys[0] = turn;
    this.queue.pushSlot(this.times, this.keys, 0, target);
  }
}
