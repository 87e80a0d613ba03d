import assert from 'node:assert/strict';
import { REDIS_ENTRYPOINT } from '../../../src/docker/entrypoints/redis.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';

describe('docker/entrypoints/redis', () => {
  it('takes options for the server', () => {
    const run = (...words: string[]): string => {
      const kit = new TableKit();
      for (const name of ['redis-server', 'sh']) {
        kit.registry.add({
          name,
          run: function* (proc) {
            proc.write(proc.argv.join(' '));
            return 0;
          },
        });
      }
      return kit.run(REDIS_ENTRYPOINT.run, { argv: ['docker-entrypoint.sh', ...words] }).stdout;
    };
    const open = ' --protected-mode no';
    assert.equal(run('redis-server'), `redis-server${open}`);
    assert.equal(run('--port', '7000'), `redis-server --port 7000${open}`);
    assert.equal(run('/etc/r.conf'), `redis-server /etc/r.conf${open}`);
    assert.equal(run('--protected-mode', 'yes'), 'redis-server --protected-mode yes');
    assert.equal(run('sh', '-c', 'x'), 'sh -c x');
  });
});
