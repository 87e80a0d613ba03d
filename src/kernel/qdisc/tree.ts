/**
 * The queueing disciplines of an interface: the root, what hangs below it, and the clock that wakes them (Linux:
 * __dev_xmit_skb, __qdisc_run, qdisc_watchdog). Frames leave by the interface's xmit, as soon as it can take them.
 */
import type { Frame } from '../../link/frame.ts';
import { Timer } from '../../sim/timer.ts';
import type { NetDevice } from '../netdev.ts';
import type { Qdisc } from './qdisc.ts';

export class QdiscTree {
  readonly dev: NetDevice;
  /** The copy of a duplicated frame is on its way through the tree; nobody duplicates it again (Linux: tc_depth). */
  isReentering = false;
  private currentRoot: Qdisc | null = null;
  private readonly timer: Timer;
  private wakeNs = Infinity;
  private isRunning = false;
  private isDisposed = false;

  constructor(dev: NetDevice) {
    this.dev = dev;
    const { sched, source } = dev.ns.machine;
    this.timer = new Timer(sched, source, () => {
      this.run();
    });
  }

  get root(): Qdisc {
    return this.currentRoot!;
  }

  get now(): number {
    return this.dev.ns.machine.sched.now;
  }

  /** Puts a discipline at the root; the frames of the one before are dropped. */
  setRoot(root: Qdisc): void {
    this.currentRoot?.reset();
    this.currentRoot = root;
  }

  /** The root and all below it, from the top. */
  get all(): readonly Qdisc[] {
    const found: Qdisc[] = [];
    for (let at = this.currentRoot; at !== null; at = at.child) found.push(at);
    return found;
  }

  get heldFrames(): number {
    return this.currentRoot?.heldFrames ?? 0;
  }

  /** Twin of __dev_xmit_skb: takes the frame over. */
  transmit(frame: Frame): void {
    // without a carrier the kernel puts its noop queue in the place of all others
    if (this.root.kind === 'noqueue' || !this.dev.hasCarrier) {
      this.dev.xmit(frame);
      return;
    }
    this.root.enqueue(frame);
    this.run();
  }

  /** A discipline wants to be asked again at `timeNs` (Linux: qdisc_watchdog_schedule_ns). */
  wakeAt(timeNs: number): void {
    if (timeNs < this.wakeNs) this.wakeNs = timeNs;
  }

  /** Twin of qdisc_tree_reduce_backlog: so many frames below have died, and all above had counted them. */
  reduceAbove(below: Qdisc, frames: number, bytes: number): void {
    for (const qdisc of this.all) {
      if (qdisc === below) return;
      qdisc.queueLength -= frames;
      qdisc.backlogBytes -= bytes;
      qdisc.drops += frames;
    }
  }

  /** The interface went down: what waits is lost (Linux: dev_deactivate). */
  reset(): void {
    this.currentRoot?.reset();
    this.timer.cancel();
  }

  /** The interface is going away, or gets another tree. */
  dispose(): void {
    this.reset();
    this.isDisposed = true;
    this.timer.dispose();
  }

  /** Twin of __qdisc_run: sends what is due and arms the timer for the rest. */
  run(): void {
    // what a frame sets off on its way may lead back here
    if (this.isRunning) return;
    this.isRunning = true;
    this.wakeNs = Infinity;
    for (;;) {
      const readyNs = this.dev.readyNs;
      if (readyNs > this.now) {
        this.wakeAt(readyNs);
        break;
      }
      const frame = this.root.dequeue();
      if (frame === null) break;
      this.dev.xmit(frame);
    }
    this.isRunning = false;
    if (this.isDisposed) return;
    if (this.wakeNs === Infinity) this.timer.cancel();
    else this.timer.armAt(Math.max(this.wakeNs, this.now));
  }
}

/** Twin of dev_shutdown: the disciplines go with the interface, or with its namespace. */
export function qdiscShutdown(dev: NetDevice): void {
  dev.qdisc?.dispose();
  dev.qdisc = null;
}
