import assert from 'node:assert/strict';
import { Cable } from '../../src/link/cable.ts';
import { Drop } from '../../src/link/drop.ts';
import { Slab } from '../../src/link/frame.ts';
import { FrameStats } from '../../src/link/frame-stats.ts';
import { HeapQueue } from '../../src/sim/heap-queue.ts';
import { EventSource, Scheduler } from '../../src/sim/scheduler.ts';
import { PLAIN_CABLE } from '../kernel/kit.ts';

/** A cable whose frames have a sender: when he hears of which. */
class SenderLine {
  readonly sched = new Scheduler(new HeapQueue(64));
  readonly stats = new FrameStats(new Slab(), 0);
  readonly gone: { atNs: number; bytes: number }[] = [];
  readonly arrivals: number[] = [];
  readonly cable: Cable;

  constructor(rateBitsPerSecond: number, delayNs: number, queueFrames = 100) {
    const settings = { ...PLAIN_CABLE, rateBitsPerSecond, delayNs, queueFrames, framing: 'none' as const };
    const receiver = {
      receive: (frame: Parameters<FrameStats['deliver']>[0]) => {
        this.arrivals.push(this.sched.now);
        this.stats.deliver(frame);
      },
    };
    this.cable = new Cable(this.sched, this.sched, new EventSource(0), receiver, settings);
  }

  send(length: number, hasSender = true): void {
    const frame = this.stats.take(length);
    frame.tail = frame.head + length;
    if (hasSender) {
      frame.sender = { frameGone: (bytes) => this.gone.push({ atNs: this.sched.now, bytes }) };
      frame.senderBytes = length + 1000;
    }
    this.cable.send(frame);
  }
}

describe('link: departures', () => {
  it('tells the sender when the last bit of a frame is on the cable, not when it arrives', () => {
    const line = new SenderLine(1e9, 5000);
    line.send(125);
    line.send(250);
    line.sched.run(Infinity, Infinity);
    assert.deepEqual(line.gone, [
      { atNs: 1000, bytes: 1125 },
      { atNs: 3000, bytes: 1250 },
    ]);
    assert.deepEqual(line.arrivals, [6000, 8000]);
  });

  it('tells at once where a frame takes no time', () => {
    const line = new SenderLine(0, 5000);
    line.send(125);
    assert.deepEqual(line.gone, [{ atNs: 0, bytes: 1125 }]);
  });

  it('has no event for frames without a sender, and passes over them', () => {
    const line = new SenderLine(1e9, 5000);
    line.send(125, false);
    assert.equal(line.sched.queue.size, 1);
    line.send(125);
    line.send(125, false);
    line.send(125);
    line.sched.run(Infinity, Infinity);
    assert.deepEqual(
      line.gone.map((entry) => entry.atNs),
      [2000, 4000],
    );
  });

  it('tells of many in bunches, of half of those that wait each time', () => {
    const line = new SenderLine(1e9, 1_000_000);
    for (let i = 0; i < 9; i++) line.send(125);
    assert.equal(line.sched.queue.size, 2);
    line.sched.run(Infinity, Infinity);
    assert.deepEqual(
      line.gone.map((entry) => entry.atNs),
      [1000, 5000, 5000, 5000, 5000, 7000, 7000, 8000, 9000],
    );
  });

  it('tells of each once, in order, none before it has left, and of the last when it has', () => {
    const line = new SenderLine(1e9, 1_000_000);
    for (let i = 0; i < 60; i++) line.send(125 + i);
    assert.equal(line.sched.queue.size, 2);
    line.sched.run(30_500, Infinity);
    for (let i = 60; i < 80; i++) line.send(125 + i);
    line.sched.run(Infinity, Infinity);
    let leftNs = 0;
    line.gone.forEach(({ atNs, bytes }, i) => {
      assert.equal(bytes, 1125 + i);
      leftNs += (125 + i) * 8;
      assert.ok(atNs >= leftNs, `${i} is told of at ${atNs}, leaves at ${leftNs}`);
    });
    assert.deepEqual([line.gone.length, line.gone.at(-1)!.atNs], [80, leftNs]);
  });

  it('tells all of them when the cable is cut, and nothing later', () => {
    const line = new SenderLine(1e9, 5000);
    line.send(125);
    line.send(125);
    line.cable.dropAll(line.stats, Drop.X_NO_CARRIER, { fullName: 'node1/eth0' });
    assert.equal(line.gone.length, 2);
    line.send(125);
    line.sched.run(Infinity, Infinity);
    assert.equal(line.gone.length, 3);
    assert.equal(line.stats.slab.inUse, 0);
  });
});
