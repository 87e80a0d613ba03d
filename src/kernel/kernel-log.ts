/** What the kernel says for people to read: the ring buffer behind dmesg(1) (Linux: kernel/printk). */
import type { Scheduler } from '../sim/scheduler.ts';

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
  private readonly sched: Scheduler;

  constructor(sched: Scheduler) {
    this.sched = sched;
  }

  /** Adds a line, without a newline (Linux: printk). */
  write(level: number, text: string): void {
    if (this.lines.length >= MAX_LINES) this.lines.shift();
    this.lines.push({ timeNs: this.sched.now, level, text });
  }
}
