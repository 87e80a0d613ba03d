/** The kernel's clock as some matches count and show it (Linux: jiffies). */
import type { Scheduler } from '../../sim/scheduler.ts';

/** Ticks per second, as Debian builds the kernel (CONFIG_HZ). */
export const HZ = 250;
const JIFFY_NS = 1_000_000_000 / HZ;
const JIFFY_MS = 1000 / HZ;
/** The count when a machine starts: five minutes before 32 bits are full (INITIAL_JIFFIES). */
const INITIAL_JIFFIES = 2 ** 32 - 300 * HZ;

export function jiffiesOf(sched: Scheduler): number {
  return INITIAL_JIFFIES + Math.floor(sched.now / JIFFY_NS);
}

/** Twin of msecs_to_jiffies. */
export function msecsToJiffies(milliseconds: number): number {
  return Math.ceil(milliseconds / JIFFY_MS);
}
