/** `ip monitor`: prints what changes, as it changes (iproute2: ipmonitor.c). */
import type { Process } from '../../kernel/proc/process.ts';
import { reportUnsupported } from '../unsupported.ts';

/** Runs behind `ip monitor`. */
export function runMonitor(proc: Process): number {
  return reportUnsupported(proc, 'ip monitor', []);
}
