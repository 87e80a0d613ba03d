import assert from 'node:assert/strict';
import { formatIp4, ip4 } from '../../../src/base/addr.ts';
import { Files } from '../../../src/kernel/proc/files.ts';
import * as hosts from '../../../src/userland/dns/etc-hosts.ts';

const { lookupAddress, lookupHosts } = hosts;

describe('userland/dns/etc-hosts:', () => {
  const files = new Files();
  files.write(
    '/etc/hosts',
    '# head\n127.0.0.1\tlocalhost\n\n10.0.0.2  node2.example node2 # tail\n10.0.0.3 NODE3\n10.0.0.9 node2\n' +
      '010.0.0.1 bad\nff02::1 ip6-allnodes\n10.0.0.4\n10.0.0.2 second\n',
  );

  it('a name is looked for in every line, in any case; the first one counts', () => {
    const names = ['localhost', 'node2', 'NODE2.Example', 'node3', 'second'].map((name) => lookupHosts(files, name));
    assert.deepEqual(
      names.map((entry) => [formatIp4(entry!.address), entry!.canonicalName]),
      [
        ['127.0.0.1', 'localhost'],
        ['10.0.0.2', 'node2.example'],
        ['10.0.0.2', 'node2.example'],
        ['10.0.0.3', 'NODE3'],
        ['10.0.0.2', 'second'],
      ],
    );
    for (const name of ['head', 'tail', 'bad', 'ip6-allnodes', '', 'nosuch']) {
      assert.equal(lookupHosts(files, name), undefined, name);
    }
    assert.equal(lookupHosts(new Files(), 'localhost'), undefined);
  });

  it('an address has the first name of its first line', () => {
    assert.equal(lookupAddress(files, ip4('10.0.0.2')), 'node2.example');
    assert.equal(lookupAddress(files, ip4('10.0.0.77')), undefined);
  });

  it('a name has the addresses of all its lines, an address the names of all its lines', () => {
    assert.deepEqual(lookupHosts(files, 'node2')!.addresses.map(formatIp4), ['10.0.0.2', '10.0.0.9']);
    assert.deepEqual(hosts.hostNames(files).addresses('node2').map(formatIp4), ['10.0.0.2', '10.0.0.9']);
    assert.equal(hosts.hostNames(files).nameOf(ip4('10.0.0.3')), 'NODE3');
    assert.deepEqual(
      hosts.linesAbout(files, ip4('10.0.0.2')).map(({ names }) => names),
      [['node2.example', 'node2'], ['second']],
    );
    assert.equal(hosts.linesFor(files, 'node2').length, 2);
  });

  it('lines of IPv6 are kept apart', () => {
    assert.deepEqual(
      hosts.ip6LinesFor(files, 'IP6-allnodes').map(({ names }) => names),
      [['ip6-allnodes']],
    );
    assert.deepEqual(hosts.ip6LinesFor(files, 'localhost'), []);
  });
});
