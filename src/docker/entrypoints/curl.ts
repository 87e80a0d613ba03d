/** `/entrypoint.sh` of curl's image: what is no command is arguments for curl. */
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { execCommand } from '../../userland/exec-program.ts';

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  const words = proc.argv.slice(1);
  const first = words[0] ?? '';
  const isCommand = first !== '' && !first.startsWith('-') && proc.registry.get(first) !== undefined;
  const argv = isCommand ? words : ['curl', ...words];
  return yield* execCommand(proc, argv, proc.env, `/entrypoint.sh: exec: ${argv[0]!}: not found`);
}

export const CURL_ENTRYPOINT: ProgramEntry = { name: 'entrypoint.sh', run };
