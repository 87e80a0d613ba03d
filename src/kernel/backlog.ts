/**
 * The softirq backlog of a machine: frames that have reached an interface wait here for a fixed time, first in, first
 * out, before the stack looks at them (Linux: softnet_data.input_pkt_queue, net.core.netdev_max_backlog). Virtual
 * time passes here; between here and the next cable or backlog a frame runs to completion.
 */
import type { DropReason } from '../link/drop.ts';
import { Drop } from '../link/drop.ts';
import type { Frame } from '../link/frame.ts';
import { FrameLine } from '../link/frame-line.ts';
import type { FrameStats } from '../link/frame-stats.ts';
import type { EventSource, EventTarget, Scheduler } from '../sim/scheduler.ts';
import type { NetDevice } from './netdev.ts';
import { netifReceive } from './netdev.ts';

/** net.core.netdev_max_backlog */
const NETDEV_MAX_BACKLOG = 1000;

export class Backlog implements EventTarget {
  readonly waiting: FrameLine;
  private readonly sched: Scheduler;
  private readonly source: EventSource;
  private readonly stats: FrameStats;
  private readonly softirqNs: number;
  private targetId: number;

  constructor(sched: Scheduler, source: EventSource, stats: FrameStats, softirqNs: number) {
    this.waiting = new FrameLine();
    this.sched = sched;
    this.source = source;
    this.stats = stats;
    this.softirqNs = softirqNs;
    this.targetId = sched.register(this);
  }

  /** Twin of enqueue_to_backlog. */
  enqueue(dev: NetDevice, frame: Frame): void {
    const line = this.waiting;
    if (line.length >= NETDEV_MAX_BACKLOG) {
      this.refuse(dev, frame);
      return;
    }
    frame.dev = dev;
    line.append(frame, this.source);
    frame.slab.times[frame.index] = this.sched.now + this.softirqNs;
    if (line.length === 1) line.armHead(this.sched, this.targetId);
  }

  /** Slow path. */
  private refuse(dev: NetDevice, frame: Frame): void {
    dev.rxDropped++;
    this.stats.drop(frame, Drop.CPU_BACKLOG, dev);
  }

  /** All that waits is lost. */
  dropAll(reason: DropReason): void {
    while (this.waiting.length > 0) {
      const frame = this.waiting.shift();
      this.stats.drop(frame, reason, frame.dev);
    }
    // the event of the frame that was the first finds nobody any more
    this.sched.unregister(this.targetId);
    this.targetId = this.sched.register(this);
  }

  /** Twin of process_backlog, for one frame. */
  fire(): void {
    const frame = this.waiting.shift();
    if (this.waiting.length > 0) this.waiting.armHead(this.sched, this.targetId);
    const dev = frame.dev as NetDevice;
    if (dev.isUp) netifReceive(dev, frame);
    else this.stats.drop(frame, Drop.DEV_READY, dev);
  }
}
