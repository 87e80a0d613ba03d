import assert from 'node:assert/strict';
import { Files } from '../../../src/kernel/proc/files.ts';
import { hostSources } from '../../../src/userland/dns/nsswitch.ts';

function sourcesOf(text: string | null): readonly string[] {
  const files = new Files();
  if (text !== null) files.write('/etc/nsswitch.conf', text);
  return hostSources(files);
}

describe('userland/dns/nsswitch', () => {
  it('asks files and then name servers where nothing is said', () => {
    assert.deepEqual(sourcesOf(null), ['files', 'dns']);
    assert.deepEqual(sourcesOf('passwd: files\n'), ['files', 'dns']);
  });

  it('reads the line of hosts, without actions and comments', () => {
    assert.deepEqual(sourcesOf('networks: dns\n hosts:\tfiles mdns4_minimal [NOTFOUND=return] dns # all\n'), [
      'files',
      'mdns4_minimal',
      'dns',
    ]);
    assert.deepEqual(sourcesOf('hosts: files\n'), ['files']);
  });
});
