/** What the kernel says for people to read: the ring buffer behind dmesg(1) (Linux: kernel/printk). */
import type { Scheduler } from '../sim/scheduler.ts';
import type { Waiter } from './proc/wait.ts';
import { WaitQueue } from './proc/wait.ts';

/** syslog's severities, by number. */
export const KERN_EMERG = 0;
export const KERN_ALERT = 1;
export const KERN_CRIT = 2;
export const KERN_ERR = 3;
export const KERN_WARNING = 4;
export const KERN_NOTICE = 5;
export const KERN_INFO = 6;
export const KERN_DEBUG = 7;

export interface KernelLogLine {
  /** Virtual time. */
  readonly timeNs: number;
  readonly level: number;
  readonly text: string;
}

/** The oldest lines make room for new ones, as in a ring of 256 KiB with lines of common length. */
const MAX_LINES = 4096;

export class KernelLog {
  /** The oldest first. */
  lines: KernelLogLine[] = [];
  /** The number of the first of them, counted from the first line ever written. */
  firstNumber = 0;
  /** Lines before this one were cleared: who begins to read does not see them. */
  clearedNumber = 0;
  private readonly sched: Scheduler;
  private readonly waiters = new WaitQueue();

  constructor(sched: Scheduler) {
    this.sched = sched;
  }

  /** The number that the next line will have. */
  get nextNumber(): number {
    return this.firstNumber + this.lines.length;
  }

  /** Adds a line, without a newline (Linux: printk). */
  write(level: number, text: string): void {
    if (this.lines.length >= MAX_LINES) {
      this.lines.shift();
      this.firstNumber++;
    }
    this.lines.push({ timeNs: this.sched.now, level, text });
    this.waiters.wakeAll();
  }

  /** Twin of SYSLOG_ACTION_CLEAR. */
  clear(): void {
    this.clearedNumber = this.nextNumber;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }
}
