import assert from 'node:assert/strict';
import type { CableSettings } from '../../src/link/cable.ts';
import { Cable } from '../../src/link/cable.ts';
import { Drop, dropReasonName } from '../../src/link/drop.ts';
import { Slab } from '../../src/link/frame.ts';
import { FrameStats } from '../../src/link/frame-stats.ts';
import type { NetemSettings } from '../../src/link/netem-settings.ts';
import { ALWAYS, NETEM_DEFAULTS } from '../../src/link/netem-settings.ts';
import { HeapQueue } from '../../src/sim/heap-queue.ts';
import { Rng } from '../../src/sim/rng.ts';
import { EventSource, Scheduler } from '../../src/sim/scheduler.ts';
import { PLAIN_CABLE } from '../kernel/kit.ts';
import { percent, randomLoss } from './netem-kit.ts';

const MS = 1_000_000;

/** An impaired cable, and what arrives at its end. */
class Line {
  readonly sched = new Scheduler(new HeapQueue(64));
  readonly stats = new FrameStats(new Slab(), 0);
  readonly arrivals: { atNs: number; number: number }[] = [];
  readonly cable: Cable;
  private count = 0;

  constructor(netem: Partial<NetemSettings>, settings: Partial<CableSettings> = {}) {
    const receive = (frame: Parameters<FrameStats['deliver']>[0]): void => {
      this.arrivals.push({ atNs: this.sched.now, number: frame.mark });
      this.stats.deliver(frame);
    };
    const impairment = {
      settings: { ...NETEM_DEFAULTS, ...netem },
      rng: Rng.fromSeed(1),
      stats: this.stats,
      where: { fullName: 'end' },
    };
    const all = { ...PLAIN_CABLE, ...settings };
    this.cable = new Cable(this.sched, this.sched, new EventSource(0), { receive }, all, impairment);
  }

  send(count: number, length = 100): number {
    let sent = 0;
    for (let i = 0; i < count; i++) {
      if (!this.cable.hasRoom()) continue;
      const frame = this.stats.take(length);
      frame.tail = frame.head + length;
      frame.mark = this.count++;
      this.cable.send(frame);
      this.check();
      sent++;
    }
    return sent;
  }

  run(untilNs = Infinity): void {
    while (this.sched.run(untilNs, 1) === 1) this.check();
  }

  dropped(): Record<string, number> {
    const byName: Record<string, number> = {};
    this.stats.dropped.forEach((count, reason) => {
      if (count > 0) byName[dropReasonName(reason)] = count;
    });
    return byName;
  }

  private check(): void {
    assert.equal(this.cable.heldFrames, this.stats.slab.inUse);
  }
}

describe('link: impaired cable', () => {
  it('adds the delays of netem and of the cable to the time that the bits take', () => {
    const line = new Line({ latencyNs: MS }, { rateBitsPerSecond: 8e6, framing: 'none' });
    line.send(2, 1000);
    line.run();
    assert.deepEqual(
      line.arrivals.map(({ atNs }) => atNs),
      [1_000_000 + MS + 10_000, 2_000_000 + MS + 10_000],
    );
  });

  it('loses with a reason, and sends copies as frames of their own', () => {
    const line = new Line({ loss: randomLoss(30), duplicate: percent(20) });
    line.send(2000);
    line.run();
    const lost = line.dropped()['X_CABLE_LOSS']!;
    assert.ok(lost > 450 && lost < 650, `${lost} lost`);
    assert.equal(line.stats.sent - 2000 + 2000 - lost, line.arrivals.length);
    assert.ok(line.stats.sent > 2200);
  });

  it('lets frames overtake each other, in the order of their times', () => {
    const line = new Line({ latencyNs: 5 * MS, jitterNs: 5 * MS });
    line.send(200);
    line.run();
    const numbers = line.arrivals.map(({ number }) => number);
    assert.equal(numbers.length, 200);
    assert.notDeepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    );
    assert.ok(line.arrivals.every(({ atNs }, i) => i === 0 || atNs >= line.arrivals[i - 1]!.atNs));
  });

  it('keeps the order of frames with the same time', () => {
    const line = new Line({ latencyNs: MS });
    line.send(50);
    line.run();
    assert.deepEqual(
      line.arrivals.map(({ number }) => number),
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  it('is never quicker than it says', () => {
    const cases: Partial<NetemSettings>[] = [
      { latencyNs: 5 * MS, jitterNs: 2 * MS },
      { latencyNs: 5 * MS, jitterNs: MS, distribution: 'normal' },
      { latencyNs: MS, jitterNs: 5 * MS, distribution: 'pareto' },
      { latencyNs: MS, gap: 3, reorder: ALWAYS },
    ];
    for (const netem of cases) {
      const line = new Line(netem);
      line.send(500);
      line.run();
      const least = Math.min(...line.arrivals.map(({ atNs }) => atNs));
      assert.ok(least >= line.cable.leastDelayNs && line.cable.leastDelayNs >= 10_000);
    }
  });

  it("drops beyond netem's limit, and has room only for so many frames before it", () => {
    const line = new Line({ latencyNs: MS, limit: 3 });
    line.send(10);
    assert.deepEqual(line.dropped(), { X_CABLE_OVERFLOW: 7 });
    const narrow = new Line({ loss: randomLoss(1) }, { rateBitsPerSecond: 8e6, queueFrames: 4 });
    assert.equal(narrow.send(20, 1000), 5);
    narrow.run(1_200_000);
    narrow.sched.advanceTo(1_200_000);
    assert.equal(narrow.send(20, 1000), 1);
  });

  it('takes the time of netem rate, frame after frame', () => {
    const line = new Line({ rateBytesPerSecond: 1_000_000, latencyNs: 0 });
    line.send(3, 1000);
    line.run();
    assert.deepEqual(
      line.arrivals.map(({ atNs }) => atNs),
      [1_010_000, 2_010_000, 3_010_000],
    );
  });

  it('loses all that is under way when it is cut, and works again after that', () => {
    for (const netem of [{ latencyNs: MS }, { latencyNs: MS, jitterNs: MS / 2 }]) {
      const line = new Line(netem);
      line.send(5);
      line.cable.dropAll(line.stats, Drop.X_CABLE_CUT, { fullName: 'end' });
      assert.equal(line.cable.heldFrames, 0);
      line.send(2);
      line.run();
      assert.deepEqual(line.dropped(), { X_CABLE_CUT: 5 });
      assert.deepEqual(
        line.arrivals.map(({ number }) => number).sort((a, b) => a - b),
        [5, 6],
      );
    }
  });
});
