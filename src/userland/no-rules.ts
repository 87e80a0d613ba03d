/**
 * `conntrack` as it answers on a machine without tracked connections: listing, flushing, counting. All else is said at
 * run time to be missing, so that scripts can be read.
 */
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { reportUnsupported } from './unsupported.ts';

type Steps = Generator<Wait, number, WakeReason>;

const CONNTRACK_NAME = 'conntrack v1.4.7 (conntrack-tools)';

function* runConntrack(proc: Process): Steps {
  const [command = '', ...rest] = proc.argv.slice(1);
  const table = rest[0] === 'conntrack' || rest[0] === undefined || rest[0].startsWith('-');
  if (table && ['-L', '--dump'].includes(command)) {
    proc.writeError(`${CONNTRACK_NAME}: 0 flow entries have been shown.\n`);
  } else if (table && ['-F', '--flush'].includes(command)) {
    proc.writeError(`${CONNTRACK_NAME}: connection tracking table has been emptied.\n`);
  } else if (table && ['-C', '--count'].includes(command)) proc.write('0\n');
  else return reportUnsupported(proc, `conntrack ${command}`.trimEnd(), ['-L', '-F', '-C']);
  return 0;
}

export const NO_RULES_PROGRAMS: readonly ProgramEntry[] = [{ name: 'conntrack', run: runConntrack }];
