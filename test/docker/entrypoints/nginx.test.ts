import assert from 'node:assert/strict';
import { NGINX_ENTRYPOINT } from '../../../src/docker/entrypoints/nginx.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';

describe('docker/entrypoints/nginx', () => {
  const run = (...words: string[]) => {
    const kit = new TableKit();
    const program = function* (proc: { write(text: string): void; argv: readonly string[] }) {
      proc.write(`${proc.argv.join(' ')}\n`);
      return 7;
    };
    for (const name of ['nginx', 'echo']) kit.registry.add({ name, run: program });
    return kit.run(NGINX_ENTRYPOINT.run, { argv: ['/docker-entrypoint.sh', ...words] });
  };

  it('tells what it configures for nginx, and becomes it', () => {
    const { stdout, exit } = run('nginx', '-g', 'daemon off;');
    const lines = stdout.split('\n');
    assert.equal(lines.length, 10);
    assert.equal(
      lines[0],
      '/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration',
    );
    assert.equal(lines[3], '10-listen-on-ipv6-by-default.sh: info: ipv6 not available');
    assert.deepEqual([lines.at(-2), exit], ['nginx -g daemon off;', 7]);
  });

  it('becomes any other command without a word', () => {
    assert.deepEqual([run('echo', 'hi').stdout, run().exit], ['echo hi\n', 0]);
    const { stderr, exit } = run('nosuch');
    assert.deepEqual([stderr, exit], ['/docker-entrypoint.sh: 47: exec: nosuch: not found\n', 127]);
  });
});
