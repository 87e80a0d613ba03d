import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { ip4 } from '../../src/base/addr.ts';
import { parseIp6 } from '../../src/base/ip6.ts';
import { DnsReadError, DnsWriter } from '../../src/wire/dns-name.ts';
import * as record from '../../src/wire/dns-record.ts';
import type { DnsData } from '../../src/wire/dns-record.ts';
import { RUNS } from './codec.ts';
import { records } from './dns-messages.ts';
import { exactView } from './frames.ts';

function dataBytes(type: number, data: DnsData): Uint8Array {
  const writer = new DnsWriter('none');
  record.writeRecord(writer, { name: '.', type, class: 1, ttl: 0, data });
  return Uint8Array.from(writer.bytes.slice(11));
}

function readData(bytes: Uint8Array, type: number): DnsData | string {
  try {
    return record.readData(exactView(bytes), 0, 0, bytes.length, type);
  } catch (error) {
    assert.ok(error instanceof DnsReadError);
    return error.fault;
  }
}

describe('wire/dns-record', () => {
  it('reads the data of all types back, and no shorter or longer data', () => {
    fc.assert(
      fc.property(records(), ({ type, data }) => {
        const bytes = dataBytes(type, data);
        assert.deepEqual(readData(bytes, type), data);
        if (data.kind === 'raw' || data.kind === 'TXT') return;
        assert.equal(readData(Uint8Array.from([...bytes, 7]), type), 'extra input data');
        for (let length = 0; length < bytes.length; length++) {
          assert.equal(readData(bytes.slice(0, length), type), 'unexpected end of input');
        }
      }),
      RUNS,
    );
  });

  it('writes data as zone files have them', () => {
    const texts: readonly [DnsData, string][] = [
      [{ kind: 'A', address: ip4('10.0.0.1') }, '10.0.0.1'],
      [{ kind: 'AAAA', address: parseIp6('2001:db8::1')! }, '2001:db8::1'],
      [{ kind: 'name', target: 'a.' }, 'a.'],
      [{ kind: 'MX', preference: 10, exchange: 'm.' }, '10 m.'],
      [{ kind: 'TXT', strings: [Buffer.from('a "b"\\'), Uint8Array.from([200, 10])] }, '"a \\"b\\"\\\\" "\\200\\010"'],
      [{ kind: 'SRV', priority: 1, weight: 2, port: 3, target: 's.' }, '1 2 3 s.'],
      [
        { kind: 'SOA', mname: 'm.', rname: 'r.', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
        'm. r. 1 2 3 4 5',
      ],
      [{ kind: 'raw', bytes: Uint8Array.from([0xab, 1]) }, '\\# 2 AB01'],
      [{ kind: 'raw', bytes: new Uint8Array(0) }, '\\# 0'],
      [{ kind: 'OPT', options: [{ code: 10, bytes: Uint8Array.from([1]) }] }, '10:01'],
    ];
    for (const [data, text] of texts) assert.equal(record.formatData(data), text);
  });

  it('keeps the names in SRV whole and shortens those of older types', () => {
    const writer = new DnsWriter('case-sensitive');
    const add = (type: number, data: DnsData): string => {
      const before = writer.bytes.length;
      record.writeRecord(writer, { name: 'a.', type, class: 1, ttl: 0, data });
      return Buffer.from(writer.bytes.slice(before)).toString('hex');
    };
    add(record.TYPE_A, { kind: 'A', address: 1 });
    assert.match(add(record.TYPE_CNAME, { kind: 'name', target: 'a.' }), /^c00000050001000000000002c000$/);
    const srv = add(record.TYPE_SRV, { kind: 'SRV', priority: 1, weight: 2, port: 3, target: 'a.' });
    assert.match(srv, /000100020003016100$/);
  });

  it('knows types and classes by name and by number', () => {
    for (let type = 0; type < 300; type++) assert.equal(record.typeNumber(record.typeName(type)), type);
    assert.equal(record.typeNumber('aaaa'), 28);
    assert.equal(record.typeNumber('type65535'), 65_535);
    assert.equal(record.typeNumber('TYPE65536'), undefined);
    assert.equal(record.typeNumber('nothing'), undefined);
    for (let number = 0; number < 300; number++) assert.equal(record.classNumber(record.className(number)), number);
    assert.equal(record.classNumber('chaos'), 3);
    assert.equal(record.classNumber('B'), undefined);
  });
});
