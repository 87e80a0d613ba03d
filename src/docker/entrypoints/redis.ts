/**
 * `docker-entrypoint.sh` of redis's image: options and files of a configuration are arguments of the server,
 * which the image builds without protected mode.
 */
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { execCommand } from '../../userland/exec-program.ts';

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  const words = proc.argv.slice(1);
  const isOfServer = words[0]?.startsWith('-') === true || words[0]?.endsWith('.conf') === true;
  const asked = isOfServer || words.length === 0 ? ['redis-server', ...words] : words;
  const isServer = asked[0] === 'redis-server' && !asked.includes('--protected-mode');
  const argv = isServer ? [...asked, '--protected-mode', 'no'] : asked;
  return yield* execCommand(
    proc,
    argv,
    proc.env,
    `/usr/local/bin/docker-entrypoint.sh: 24: exec: ${argv[0]!}: not found`,
  );
}

export const REDIS_ENTRYPOINT: ProgramEntry = { name: 'docker-entrypoint.sh', run };
