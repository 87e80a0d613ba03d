/** The programs iptables, iptables-save and iptables-restore; what they do is done by kernel/admin/iptables.ts. */
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { readAllInput } from './input.ts';
import { EXIT_UNSUPPORTED } from './unsupported.ts';

type Steps = Generator<Wait, number, WakeReason>;

function* run(proc: Process): Steps {
  return finish(proc, '');
}

function* runRestore(proc: Process): Steps {
  return finish(proc, yield* readAllInput(proc));
}

function finish(proc: Process, input: string): number {
  const result = proc.door.run(proc.ns, proc.argv, input);
  proc.write(result.stdout);
  proc.writeError(result.stderr);
  if (result.exit === EXIT_UNSUPPORTED) proc.markUnsupported();
  return result.exit;
}

export const IPTABLES_PROGRAMS: readonly ProgramEntry[] = [
  { name: 'iptables', run },
  { name: 'iptables-save', run },
  { name: 'iptables-restore', run: runRestore },
];
