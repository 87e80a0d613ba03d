import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import * as dnsName from '../../src/wire/dns-name.ts';
import { RUNS } from './codec.ts';
import { names } from './dns-messages.ts';
import { exactView } from './frames.ts';

function read(bytes: readonly number[], o = 0): string {
  try {
    return dnsName.readName(exactView(Uint8Array.from(bytes)), 0, o, bytes.length).name;
  } catch (error) {
    assert.ok(error instanceof dnsName.DnsReadError);
    return error.fault;
  }
}

function written(name: string): number[] {
  const writer = new dnsName.DnsWriter('none');
  writer.name(dnsName.labelsOf(name)!);
  return writer.bytes;
}

describe('wire/dns-name', () => {
  it('reads text as labels and writes it back', () => {
    assert.deepEqual(dnsName.labelsOf('www.example.com'), ['www', 'example', 'com']);
    assert.deepEqual(dnsName.labelsOf('.'), []);
    assert.deepEqual(dnsName.labelsOf('a\\.b.c\\032d.'), ['a.b', 'c d']);
    assert.equal(dnsName.nameOf(['a.b', 'c d', '\x00"@']), 'a\\.b.c\\032d.\\000\\"\\@.');
    for (const bad of ['a..b', '.a', 'a\\', 'a\\25', 'a\\256', 'x'.repeat(64), 'x.'.repeat(128)]) {
      assert.equal(dnsName.labelsOf(bad), undefined, bad);
    }
    assert.equal(dnsName.canonicalName('EXAMPLE.com'), 'EXAMPLE.com.');
    assert.equal(dnsName.canonicalName(''), undefined);
  });

  it('takes 63 bytes of label and 255 of name, and no more', () => {
    const longest = `${['x'.repeat(63), 'x'.repeat(63), 'x'.repeat(63), 'x'.repeat(61)].join('.')}.`;
    assert.equal(written(longest).length, 255);
    assert.equal(read(written(longest)), longest);
    assert.equal(dnsName.labelsOf(`x${longest}`), undefined);
    const [first, ...rest] = written(longest);
    assert.equal(read([1, 120, first!, ...rest]), 'name too long');
    assert.equal(read([64, ...new Array<number>(64).fill(120), 0]), 'bad label type');
  });

  it('reads what it has written, from any place', () => {
    fc.assert(
      fc.property(names(), fc.nat(9), (name, before) => {
        const bytes = [...new Array<number>(before).fill(0xee), ...written(name)];
        const got = dnsName.readName(exactView(Uint8Array.from(bytes)), 0, before, bytes.length);
        assert.deepEqual(got, { name, next: bytes.length });
      }),
      RUNS,
    );
  });

  it('follows pointers back and refuses those that go on or round', () => {
    const message = [1, 98, 0, 1, 97, 0xc0, 0, 0xc0, 3];
    assert.equal(read(message, 3), 'a.b.');
    assert.equal(read(message, 7), 'a.b.');
    assert.equal(read([0xc0, 0]), 'bad compression pointer');
    assert.equal(read([0xc0, 2, 1, 97, 0]), 'bad compression pointer');
    assert.equal(read([1, 97, 0xc0, 0], 0), 'bad compression pointer');
    assert.equal(read([1, 97, 0xc0, 4, 0xc0, 0], 4), 'bad compression pointer');
    assert.equal(read([0x80, 0]), 'bad label type');
    for (const cut of [[], [1], [1, 97], [0xc0]]) assert.equal(read(cut), 'unexpected end of input');
  });

  it('never goes round on any bytes', () => {
    const byte = fc.oneof(fc.nat(0xff), fc.constantFrom(0xc0, 0, 1, 2, 3));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), fc.nat(39), (bytes, o) => {
        assert.equal(typeof read(bytes, Math.min(o, bytes.length)), 'string');
      }),
      RUNS,
    );
  });

  it('points at ends of names that stand already', () => {
    const write = (compression: dnsName.Compression, ...all: readonly string[]): string => {
      const writer = new dnsName.DnsWriter(compression);
      for (const name of all) writer.name(dnsName.labelsOf(name)!);
      return Buffer.from(writer.bytes).toString('hex');
    };
    assert.equal(write('none', 'a.b.', 'a.b.'), '01610162000161016200');
    assert.equal(
      write('case-sensitive', 'a.b.', 'c.b.', 'a.b.', 'A.b.'),
      '0161016200' + '0163c002' + 'c000' + '0141c002',
    );
    assert.equal(write('case-insensitive', 'a.b.', 'A.B.', '.'), '0161016200' + 'c000' + '00');
  });

  it('does not point where 14 bits do not reach', () => {
    const writer = new dnsName.DnsWriter('case-sensitive');
    writer.raw(new Array<number>(0x4000 - 2).fill(0));
    writer.name(['a', 'b']);
    const before = writer.bytes.length;
    writer.name(['a', 'b']);
    assert.deepEqual(writer.bytes.slice(before), [0xff, 0xfe]);
    writer.name(['c', 'b']);
    assert.deepEqual(writer.bytes.slice(before + 2), [1, 99, 1, 98, 0]);
  });

  it('tells names apart as the DNS does', () => {
    assert.equal(dnsName.sameName('WWW.Example.', 'www.example.'), true);
    assert.equal(dnsName.sameName('a.', 'b.'), false);
    assert.equal(dnsName.isUnder('a.example.', 'EXAMPLE.'), true);
    assert.equal(dnsName.isUnder('example.', 'example.'), true);
    assert.equal(dnsName.isUnder('notexample.', 'example.'), false);
    assert.equal(dnsName.isUnder('a\\.example.', 'example.'), false);
    assert.equal(dnsName.isUnder('a\\\\.example.', 'example.'), true);
    assert.equal(dnsName.isUnder('a.', '.'), true);
  });
});
