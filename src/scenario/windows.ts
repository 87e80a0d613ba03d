/**
 * Runs a lab whose nodes are split into groups, each with its own scheduler, in windows of virtual time: no frame that
 * is sent within a window arrives in it, so the groups do not need to look at each other until its end. The total order
 * of events makes the outcome that of a run in one group.
 */
import { assert } from '../base/assert.ts';
import type { Lab } from './lab.ts';

/** The longest window that is safe: the smallest delay that a cable can have. */
export function windowNsOf(lab: Lab): number {
  return Math.min(...lab.cables.map((cable) => cable.leastDelayNs));
}

/** Fires all events up to `untilNs`, or until none is left. */
export function runInWindows(lab: Lab, untilNs: number): void {
  const windowNs = windowNsOf(lab);
  assert(windowNs > 0, 'windows need cables with a delay');
  for (;;) {
    const startNs = Math.min(...lab.schedulers.map((sched) => sched.nextTime()));
    if (startNs > untilNs || startNs === Infinity) return;
    const endNs = Math.min(startNs + windowNs, untilNs + 1);
    for (const sched of lab.schedulers) sched.runBefore(endNs);
  }
}
