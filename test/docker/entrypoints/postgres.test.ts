import assert from 'node:assert/strict';
import { POSTGRES_ENTRYPOINT } from '../../../src/docker/entrypoints/postgres.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';

describe('docker/entrypoints/postgres', () => {
  it('starts no server without a password, unless everybody is trusted', () => {
    const run = (variables: Readonly<Record<string, string>>, ...words: string[]): [string, string, number | null] => {
      const kit = new TableKit();
      for (const name of ['postgres', 'bash']) {
        kit.registry.add({
          name,
          run: function* (proc) {
            proc.write(proc.argv.join(' '));
            return 0;
          },
        });
      }
      const env = new Map(Object.entries(variables));
      const { stdout, stderr, exit } = kit.run(POSTGRES_ENTRYPOINT.run, {
        argv: ['docker-entrypoint.sh', ...words],
        env,
      });
      return [stdout, stderr.split('\n')[0]!, exit];
    };
    const ready = '\nPostgreSQL init process complete; ready for start up.\n\n';
    const refusal = 'Error: Database is uninitialized and superuser password is not specified.';
    assert.deepEqual(run({}, 'postgres'), ['', refusal, 1]);
    assert.deepEqual(run({ POSTGRES_PASSWORD: '' }, 'postgres'), ['', refusal, 1]);
    assert.deepEqual(run({ POSTGRES_PASSWORD: 'x' }, 'postgres'), [`${ready}postgres`, '', 0]);
    assert.deepEqual(run({ POSTGRES_PASSWORD: 'x' }, '-c', 'port=1'), [`${ready}postgres -c port=1`, '', 0]);
    assert.deepEqual(run({ POSTGRES_HOST_AUTH_METHOD: 'trust' }, 'postgres'), [`${ready}postgres`, '*'.repeat(80), 0]);
    assert.deepEqual(run({}, 'postgres', '--version'), ['postgres --version', '', 0]);
    assert.deepEqual(run({}, 'bash'), ['bash', '', 0]);
  });
});
