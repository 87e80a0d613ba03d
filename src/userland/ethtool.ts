/** The program ethtool; what it does is done by kernel/admin/ethtool.ts. */
import { ethtoolKnows, ethtoolLacks } from '../kernel/admin/ethtool.ts';
import type { CheckMistake, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { EXIT_UNSUPPORTED } from './unsupported.ts';

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  const result = proc.door.run(proc.ns, proc.argv);
  proc.write(result.stdout);
  proc.writeError(result.stderr);
  if (result.exit === EXIT_UNSUPPORTED) proc.markUnsupported();
  return result.exit;
}

function check(args: readonly string[]): CheckMistake | undefined {
  const [option = ''] = args;
  return ethtoolLacks(option) ? { argIndex: 0, message: `option ${option} is not supported by Dockwire` } : undefined;
}

function refusal(args: readonly string[]): CheckMistake | undefined {
  const [option = ''] = args;
  return ethtoolKnows(option) ? undefined : { argIndex: 0, message: 'bad command line argument(s)' };
}

export const ETHTOOL: ProgramEntry = { name: 'ethtool', run, check, refusal };
