import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pointer, readDataText, readZoneLine } from '../../../src/userland/dns/zone-text.ts';
import { formatData } from '../../../src/wire/dns-record.ts';
import { formatRecord } from '../../../src/wire/dns.ts';
import { records } from '../../wire/dns-messages.ts';

function read(line: string): readonly string[] | undefined {
  return readZoneLine(line, 300)?.map(formatRecord);
}

describe('userland/dns/zone-text', () => {
  it('reads lines of zone files', () => {
    assert.deepEqual(read('www.example A 10.0.0.1 ; here'), ['www.example. 300 IN A 10.0.0.1']);
    assert.deepEqual(read('a. 5 IN MX 10 m.example.'), ['a. 5 IN MX 10 m.example.']);
    assert.deepEqual(read('a. CH 7 TXT "b c" d'), ['a. 7 CH TXT "b c" "d"']);
    assert.deepEqual(read('a. srv 1 2 3 b.'), ['a. 300 IN SRV 1 2 3 b.']);
    assert.deepEqual(read('a. AAAA ::1'), ['a. 300 IN AAAA ::1']);
  });

  it('reads lines of files of hosts', () => {
    assert.deepEqual(read('10.0.0.1 www.example www # here'), [
      'www.example. 300 IN A 10.0.0.1',
      'www. 300 IN A 10.0.0.1',
      '1.0.0.10.in-addr.arpa. 300 IN PTR www.example.',
    ]);
    assert.deepEqual(read('::1 localhost'), ['localhost. 300 IN AAAA ::1']);
    assert.equal(formatRecord(pointer(1, 'a.', 2)), '1.0.0.0.in-addr.arpa. 2 IN PTR a.');
  });

  it('refuses what is neither, and takes empty lines', () => {
    for (const line of ['', '  ', '# a', '; b']) assert.deepEqual(read(line), []);
    const bad = ['a', 'a. A', 'a. A 1.2.3', 'a. MX x b.', 'a. MX 70000 b.', 'a..b A 1.2.3.4', 'a. SRV 1 2 b.'];
    for (const line of [...bad, 'a. SOA a. b. 1 2 3', 'a. TYPE700 x', '10.0.0.1', '10.0.0.1 a..b', 'a. NS b. c.']) {
      assert.equal(read(line), undefined, line);
    }
  });

  it('reads data as they are written', () => {
    fc.assert(
      fc.property(records(), ({ type, data }) => {
        if (data.kind === 'raw' || data.kind === 'TXT') return;
        assert.deepEqual(readDataText(type, formatData(data).split(' ')), data);
      }),
    );
  });
});
