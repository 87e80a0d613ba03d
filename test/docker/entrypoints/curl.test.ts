import assert from 'node:assert/strict';
import { CURL_ENTRYPOINT } from '../../../src/docker/entrypoints/curl.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';

describe('docker/entrypoints/curl', () => {
  it('takes for arguments of curl what is no command', () => {
    const run = (...words: string[]): string => {
      const kit = new TableKit();
      for (const name of ['curl', 'sh']) {
        kit.registry.add({
          name,
          run: function* (proc) {
            proc.write(proc.argv.join(' '));
            return 0;
          },
        });
      }
      return kit.run(CURL_ENTRYPOINT.run, { argv: ['/entrypoint.sh', ...words] }).stdout;
    };
    assert.equal(run('-s', 'http://web'), 'curl -s http://web');
    assert.equal(run('http://web'), 'curl http://web');
    assert.equal(run('curl', '-V'), 'curl -V');
    assert.equal(run('sh', '-c', 'x'), 'sh -c x');
    assert.equal(run(), 'curl');
  });
});
