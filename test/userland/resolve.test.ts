import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatIp4, ip4 } from '../../src/base/addr.ts';
import { Files } from '../../src/kernel/proc/files.ts';
import { inetAton, lookupAddress, lookupHosts, resolveFromFiles } from '../../src/userland/resolve.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/resolve:', () => {
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

  const addresses: [string, string | undefined][] = [
    ['10.77.0.2', '10.77.0.2'],
    ['10.77.2', '10.77.0.2'],
    ['10.65538', '10.1.0.2'],
    ['0', '0.0.0.0'],
    ['4294967295', '255.255.255.255'],
    ['010.077.0.2', '8.63.0.2'],
    ['0x7f.1', '127.0.0.1'],
    ['256.1.1.1', undefined],
    ['1.2.3.256', undefined],
    ['1.2.65536', undefined],
    ['4294967296', undefined],
    ['1.2.3.4.5', undefined],
    ['08.1.1.1', undefined],
    ['1..2', undefined],
    ['', undefined],
    ['1.2.3.4 ', undefined],
    ['a', undefined],
  ];
  for (const [text, expected] of addresses) {
    it(`inet_aton reads "${text}"`, () => {
      const address = inetAton(text);
      assert.equal(address === undefined ? undefined : formatIp4(address), expected);
    });
  }

  it('inet_aton reads every dotted quad as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (address) => {
        assert.equal(inetAton(formatIp4(address)), address);
      }),
    );
  });

  it('a program resolves numbers first, then its files', () => {
    const kit = new TableKit();
    kit.files.write('/etc/hosts', files.read('/etc/hosts')!);
    const found: unknown[] = [];
    kit.run(function* resolves(proc) {
      for (const name of ['10.2', 'node2', 'nosuch']) found.push(yield* resolveFromFiles(proc, name));
      return 0;
    });
    assert.deepEqual(found, [
      { address: ip4('10.0.0.2'), canonicalName: '10.2', isNumeric: true },
      { address: ip4('10.0.0.2'), canonicalName: 'node2.example', isNumeric: false },
      'Name or service not known',
    ]);
  });
});
