/** `docker-entrypoint.sh` of postgres's image: no server without a password, unless everybody is trusted. */
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { execCommand } from '../../userland/exec-program.ts';

const UNINITIALIZED = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
`;
const STARS = '*'.repeat(80);
const TRUSTING = `${STARS}
WARNING: POSTGRES_HOST_AUTH_METHOD has been set to "trust". This will allow
         anyone with access to the Postgres port to access your database without
         a password, even if POSTGRES_PASSWORD is set. See PostgreSQL
         documentation about "trust":
         https://www.postgresql.org/docs/current/auth-trust.html
         In Docker's default configuration, this is effectively any other
         container on the same system.

         It is not recommended to use POSTGRES_HOST_AUTH_METHOD=trust. Replace
         it with "-e POSTGRES_PASSWORD=password" instead to set a password in
         "docker run".
${STARS}
`;

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  const words = proc.argv.slice(1);
  const argv = words.length === 0 || words[0]!.startsWith('-') ? ['postgres', ...words] : words;
  const isAsking = argv.some((word) => ['-?', '--help', '--describe-config', '-V', '--version'].includes(word));
  if (argv[0] === 'postgres' && !isAsking) {
    const isTrusting = proc.env.get('POSTGRES_HOST_AUTH_METHOD') === 'trust';
    if ((proc.env.get('POSTGRES_PASSWORD') ?? '') === '' && !isTrusting) {
      proc.writeError(UNINITIALIZED);
      return 1;
    }
    if (isTrusting) proc.writeError(TRUSTING);
    proc.write('\nPostgreSQL init process complete; ready for start up.\n\n');
  }
  const missing = `/usr/local/bin/docker-entrypoint.sh: line 376: exec: ${argv[0]!}: not found`;
  return yield* execCommand(proc, argv, proc.env, missing);
}

export const POSTGRES_ENTRYPOINT: ProgramEntry = { name: 'docker-entrypoint.sh', run };
