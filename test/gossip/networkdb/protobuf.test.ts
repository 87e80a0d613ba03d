import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { hex } from '../../../src/base/bytes.ts';
import type { DecodeFailure } from '../../../src/gossip/networkdb/protobuf.ts';
import { ProtoReader, ProtoWriter } from '../../../src/gossip/networkdb/protobuf.ts';

const bytesOf = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

/** Reads every field as what nobody knows, and says what stopped it. */
function skipAll(digits: string): DecodeFailure | null {
  const reader = new ProtoReader(bytesOf(digits));
  while (reader.next()) reader.skip();
  return reader.failure;
}

/** Reads the first field with `read`. */
function first<T>(digits: string, read: (reader: ProtoReader) => T): { value: T; failure: DecodeFailure | null } {
  const reader = new ProtoReader(bytesOf(digits));
  reader.next();
  return { value: read(reader), failure: reader.failure };
}

describe('protobuf', () => {
  it('writes the examples of the encoding guide, and nothing for what is zero', () => {
    assert.equal(hex(new ProtoWriter().uint64(1, 150).finish()), '089601');
    assert.equal(hex(new ProtoWriter().text(2, 'testing').finish()), '120774657374696e67');
    assert.equal(hex(new ProtoWriter().int32(1, -1).finish()), '08ffffffffffffffffff01');
    assert.equal(hex(new ProtoWriter().uint64(1, 0).text(2, '').raw(3, new Uint8Array()).bool(4, false).finish()), '');
    // A list keeps its empty elements.
    assert.equal(hex(new ProtoWriter().texts(4, ['', 'a']).finish()), '2200220161');
    assert.equal(
      hex(
        new ProtoWriter()
          .bool(2, true)
          .uint64(16, 2 ** 53 - 1)
          .finish(),
      ),
      '10018001ffffffffffffff0f',
    );
  });

  it('reads back what it has written', () => {
    const uint64 = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 127, 128, 2 ** 28, 2 ** 31, 2 ** 32, 2 ** 35));
    const property = fc.property(
      uint64,
      fc.integer(),
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 900 }),
      (big, small, text, raw) => {
        const bytes = new ProtoWriter().uint64(1, big).int32(2, small).text(3, text).element(4, raw).finish();
        const reader = new ProtoReader(bytes);
        const read: unknown[] = [0, 0, '', null];
        while (reader.next()) {
          if (reader.field === 1) read[0] = reader.uint64();
          else if (reader.field === 2) read[1] = reader.int32();
          else if (reader.field === 3) read[2] = reader.text();
          else read[3] = new Uint8Array(reader.raw());
        }
        assert.equal(reader.failure, null);
        assert.deepEqual(read, [big, small, text, raw]);
      },
    );
    fc.assert(property);
  });

  it('takes numbers in any width, and cuts those of 32 bits', () => {
    assert.deepEqual(
      first('08 9680 8080 00', (reader) => reader.uint64()),
      { value: 22, failure: null },
    );
    assert.deepEqual(
      first('08 ffff ffff 1f', (reader) => reader.int32()),
      { value: -1, failure: null },
    );
    assert.deepEqual(
      first('08 ffff ffff 0f', (reader) => reader.uint32()),
      { value: 0xffff_ffff, failure: null },
    );
    assert.deepEqual(
      first('08 8080 8080 10', (reader) => reader.bool()),
      { value: true, failure: null },
    );
  });

  it('passes over fields of every kind', () => {
    for (const each of ['0805', '090102030405060708', '0a0101', '0d01020304', '0b 0801 130b 0c 14 0c']) {
      assert.equal(skipAll(each), null, each);
    }
  });

  it('tells texts apart that are alike in length and letters', () => {
    const read = (digits: string): string => first(digits, (reader) => reader.text()).value;
    // What is no UTF-8 is not what has the same number in Unicode.
    assert.equal(read('0a02 c3a9'), '\u00e9');
    assert.equal(read('0a01 e9'), '\ufffd');
    assert.equal(read('0a02 6162'), 'ab');
    assert.equal(read('0a02 6261'), 'ba');
    assert.equal(read('0a02 6162'), 'ab');
  });

  it('says what is wrong', () => {
    assert.equal(skipAll('08'), 'unexpectedEof');
    assert.equal(skipAll('0880'), 'unexpectedEof');
    assert.equal(skipAll('0a02 01'), 'unexpectedEof');
    assert.equal(skipAll('0a ffff ffff ffff ffff ff01'), 'unexpectedEof');
    assert.equal(skipAll('09 0102'), 'unexpectedEof');
    assert.equal(skipAll('0b 0801'), 'unexpectedEof');
    assert.equal(skipAll('08 ffff ffff ffff ffff ffff 01'), 'integerOverflow');
    assert.equal(skipAll('0c'), 'illegalTag');
    assert.equal(skipAll('00'), 'illegalTag');
    assert.equal(skipAll('0e'), 'illegalWireType');
    assert.equal(first('0801', (reader) => reader.text()).failure, 'wrongWireType');
    assert.equal(first('0a0101', (reader) => reader.uint64()).failure, 'wrongWireType');
    assert.equal(first('08 ffff ffff ffff ff1f', (reader) => reader.uint64()).failure, 'numberTooLarge');
  });

  it('never reads beyond the end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const reader = new ProtoReader(bytes);
        while (reader.next()) {
          if (reader.field % 4 === 0) reader.uint64();
          else if (reader.field % 4 === 1) reader.text();
          else if (reader.field % 4 === 2) assert.ok(reader.raw().length <= bytes.length);
          else reader.skip();
        }
      }),
      { numRuns: 2000 },
    );
  });
});
