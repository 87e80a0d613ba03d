/** `/docker-entrypoint.sh` of nginx's image: tells what it configures, and becomes what was asked for. */
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { execCommand } from '../../userland/exec-program.ts';

const FOLDER = '/docker-entrypoint.d/';
const LISTEN_IPV6 = '10-listen-on-ipv6-by-default.sh';
const LINES = [
  `${FOLDER} is not empty, will attempt to perform configuration`,
  `Looking for shell scripts in ${FOLDER}`,
  `Launching ${FOLDER}${LISTEN_IPV6}`,
  `Sourcing ${FOLDER}15-local-resolvers.envsh`,
  `Launching ${FOLDER}20-envsubst-on-templates.sh`,
  `Launching ${FOLDER}30-tune-worker-processes.sh`,
  'Configuration complete; ready for start up',
];

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  const words = proc.argv.slice(1);
  if (words[0] === 'nginx' || words[0] === 'nginx-debug') {
    for (const line of LINES) {
      proc.write(`/docker-entrypoint.sh: ${line}\n`);
      // There is no IPv6 in these namespaces.
      if (line.endsWith(LISTEN_IPV6)) proc.write(`${LISTEN_IPV6}: info: ipv6 not available\n`);
    }
  }
  if (words.length === 0) return 0;
  return yield* execCommand(proc, words, proc.env, `/docker-entrypoint.sh: 47: exec: ${words[0]!}: not found`);
}

export const NGINX_ENTRYPOINT: ProgramEntry = { name: 'docker-entrypoint.sh', run };
