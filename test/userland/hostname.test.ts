import assert from 'node:assert/strict';
import { HOSTNAME } from '../../src/userland/hostname.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/hostname:', () => {
  function hostname(
    line: string,
    hosts = '10.0.0.1 h1.example h1\n',
  ): { stdout: string; stderr: string; exit: number | null } {
    const kit = new TableKit();
    kit.files.write('/etc/hosts', hosts);
    return kit.run(HOSTNAME.run, { argv: line.split(' '), hostname: 'h1' });
  }

  it('prints the name, its parts and its address', () => {
    const lines = ['hostname', 'hostname -s', 'hostname -f', 'hostname -d', 'hostname -i'];
    assert.deepEqual(
      lines.map((line) => hostname(line).stdout),
      ['h1\n', 'h1\n', 'h1.example\n', 'example\n', '10.0.0.1\n'],
    );
    assert.equal(hostname('hostname -f', '').stdout, 'h1\n');
    assert.equal(hostname('hostname -d', '').stdout, '');
    const { stderr, exit } = hostname('hostname -i', '');
    assert.deepEqual([stderr, exit], ['hostname: Name or service not known\n', 1]);
  });

  it('says what Dockwire lacks: setting it, and all addresses', () => {
    assert.match(
      hostname('hostname other').stderr,
      /^hostname other: not supported by Dockwire; supported: -d -f -i -s\n$/,
    );
    assert.equal(hostname('hostname -I').exit, 127);
    assert.equal(HOSTNAME.check!(['-s', 'other'])?.argIndex, 1);
    assert.equal(HOSTNAME.check!(['']), undefined);
    assert.equal(hostname('hostname -z').stderr, "hostname: invalid option -- 'z'\n");
  });
});
