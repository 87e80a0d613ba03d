/** `ip monitor`: prints what changes, as it changes (iproute2: ipmonitor.c). */
import type { Process } from '../../kernel/proc/process.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { IpOptions } from './ip-options.ts';
import type { Run } from './run.ts';

/** `args` stand behind `monitor`. */
// eslint-disable-next-line require-yield
export function* runMonitor(proc: Process, _ns: Process['ns'], _args: readonly string[], _options: IpOptions): Run {
  return reportUnsupported(proc, 'ip monitor', []);
}
