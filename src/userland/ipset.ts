/** The program ipset; what it does is done by kernel/nf/ipset. */
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { EXIT_UNSUPPORTED } from './unsupported.ts';

export const IPSET: ProgramEntry = {
  name: 'ipset',
  *run(proc): Generator<Wait, number, WakeReason> {
    const { exit, stdout, stderr } = proc.door.run(proc.ns, ['ipset', ...proc.argv.slice(1)]);
    proc.write(stdout);
    proc.writeError(stderr);
    if (exit === EXIT_UNSUPPORTED) proc.markUnsupported();
    return exit;
  },
};
