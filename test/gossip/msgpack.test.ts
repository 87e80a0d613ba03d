import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { utf8Encode } from '../../src/base/bytes.ts';
import { MsgpackReader, MsgpackWriter, msgpackKey, structFields } from '../../src/gossip/msgpack.ts';
import { EFFORT } from '../wire/machine.ts';
import { assertBytes, cuts, needVectors, unhex } from './vectors.ts';

interface ValueVector {
  readonly name: string;
  readonly hex: string;
  readonly value?: ValueText;
}

interface ValueText {
  readonly $text?: string;
  readonly go?: string;
  readonly $float?: string;
  readonly $hex?: string;
  readonly $repeat?: string;
  readonly n?: number;
}

function written(write: (writer: MsgpackWriter) => void): Uint8Array {
  const writer = new MsgpackWriter(0);
  write(writer);
  return writer.finish();
}

/** Reads one value, which has to end where the bytes do. */
function readBack<T>(text: string | Uint8Array, read: (reader: MsgpackReader) => T): T | string {
  const bytes = typeof text === 'string' ? unhex(text) : text;
  const reader = new MsgpackReader(bytes, 0);
  const value = read(reader);
  if (reader.fault !== null) return reader.fault;
  assert.equal(reader.at, bytes.length);
  return value;
}

function checkValue(vector: ValueVector, value: ValueText): void {
  const message = vector.name;
  if (value.go === 'bool') {
    assertBytes(
      written((writer) => {
        writer.bool(value.$text === 'true');
      }),
      vector.hex,
      message,
    );
    assert.equal(
      readBack(vector.hex, (reader) => reader.bool()),
      value.$text === 'true',
    );
  } else if (value.$float !== undefined) {
    const float = Number(value.$float);
    assertBytes(
      written((writer) => {
        writer.double(float);
      }),
      vector.hex,
      message,
    );
    assert.equal(
      readBack(vector.hex, (reader) => reader.double()),
      float,
    );
  } else if (value.$hex !== undefined) {
    const bytes = unhex(value.$hex);
    assertBytes(
      written((writer) => {
        writer.raw(bytes);
      }),
      vector.hex,
      message,
    );
    assert.deepEqual(
      readBack(vector.hex, (reader) => reader.raw()),
      bytes,
    );
  } else if (value.go === 'uint64' || value.go === 'int64') {
    checkInteger(vector, BigInt(value.$text!));
  } else {
    checkText(vector, value.$text ?? value.$repeat!.repeat(value.n!));
  }
}

/** Integers beyond 2^53 are refused: nothing here counts so far. */
function checkInteger(vector: ValueVector, value: bigint): void {
  const number = Number(value);
  const read = readBack(vector.hex, (reader) => reader.int());
  if (!Number.isSafeInteger(number)) {
    assert.equal(read, 'badValue', vector.name);
    return;
  }
  assert.equal(read, number, vector.name);
  assertBytes(
    written((writer) => {
      writer.int(number);
    }),
    vector.hex,
    vector.name,
  );
  if (number >= 0) {
    assert.equal(
      readBack(vector.hex, (reader) => reader.uint(53)),
      number,
    );
  }
}

function checkText(vector: ValueVector, text: string): void {
  // Bytes that are no UTF-8 are no text; as a slice they come back.
  if (text.includes('\ufffd')) {
    const raw = readBack(vector.hex, (reader) => reader.raw()) as Uint8Array;
    assertBytes(
      written((writer) => {
        writer.raw(raw);
      }),
      vector.hex,
      vector.name,
    );
  } else {
    assertBytes(
      written((writer) => {
        writer.text(text);
      }),
      vector.hex,
      vector.name,
    );
  }
  assert.equal(
    readBack(vector.hex, (reader) => reader.text()),
    text,
    vector.name,
  );
}

const FIELDS = structFields('SeqNo', 'Node');

/** Reads a struct of those two fields. */
function readStruct(reader: MsgpackReader): [number, string] {
  let seqNo = 0;
  let node = '';
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(FIELDS, size, i);
    if (field === 0) seqNo = reader.uint(32);
    else if (field === 1) node = reader.text();
  }
  return [seqNo, node];
}

function writeAny(writer: MsgpackWriter, value: unknown): void {
  if (value === null) writer.nil();
  else if (typeof value === 'boolean') writer.bool(value);
  else if (typeof value === 'number') writer.int(value);
  else if (typeof value === 'string') writer.text(value);
  else if (Array.isArray(value)) {
    writer.array(value.length);
    for (const item of value) writeAny(writer, item);
  } else {
    const entries = Object.entries(value as Record<string, unknown>);
    writer.map(entries.length);
    for (const [key, item] of entries) {
      writer.key(msgpackKey(key));
      writeAny(writer, item);
    }
  }
}

describe('gossip/msgpack', () => {
  it('reads and writes every value of the real library', function () {
    let count = 0;
    for (const vector of needVectors(this, 'msgpack.json') as readonly ValueVector[]) {
      if (vector.value === undefined) continue;
      checkValue(vector, vector.value);
      count++;
    }
    assert.ok(count > 60);
  });

  it('reads integers of any width', () => {
    for (const text of ['05', 'cc05', 'cd0005', 'ce00000005', 'cf0000000000000005', 'd005', 'd10005', 'd200000005']) {
      assert.equal(
        readBack(text, (reader) => reader.uint(8)),
        5,
      );
    }
    assert.equal(
      readBack('d3ffffffffffffffff', (reader) => reader.int()),
      -1,
    );
    assert.equal(
      readBack('ca40000000', (reader) => reader.double()),
      2,
    );
    assert.equal(
      readBack('07', (reader) => reader.double()),
      7,
    );
  });

  it('refuses what does not fit the field', () => {
    const refused: [string, (reader: MsgpackReader) => unknown][] = [
      ['cd0100', (reader) => reader.uint(8)],
      ['ce00010000', (reader) => reader.uint(16)],
      ['cf0000000100000000', (reader) => reader.uint(32)],
      ['ff', (reader) => reader.uint(32)],
      ['d0ff', (reader) => reader.uint(32)],
      ['a0', (reader) => reader.uint(32)],
      ['c3', (reader) => reader.uint(32)],
      ['05', (reader) => reader.text()],
      ['05', (reader) => reader.raw()],
      ['02', (reader) => reader.bool()],
      ['05', readStruct],
      ['a153', readStruct],
      [
        'c1',
        (reader) => {
          reader.skip();
        },
      ],
      ['80', (reader) => reader.beginList()],
    ];
    for (const [text, read] of refused) assert.equal(readBack(text, read), 'badValue', text);
  });

  it('reads structs with their keys in any order, keys that it does not know, and structs as arrays', () => {
    const cases: [string, [number, string]][] = [
      ['82a44e6f6465a162a55365714e6f07', [7, 'b']],
      ['82a55365714e6f07a44e6f6465a162', [7, 'b']],
      ['de0002a55365714e6f07a44e6f6465a162', [7, 'b']],
      ['df00000002a55365714e6f07a44e6f6465a162', [7, 'b']],
      ['82d9055365714e6f07da00044e6f6465d90162', [7, 'b']],
      ['83a5536f6d653f92c081a1780aa55365714e6f07a44e6f6465a162', [7, 'b']],
      ['81a44e6f6465a162', [0, 'b']],
      ['82a55365714e6fc0a44e6f6465c0', [0, '']],
      ['80', [0, '']],
      ['c0', [0, '']],
      ['9207a162', [7, 'b']],
      ['9107', [7, '']],
      ['9407a162c0a0', [7, 'b']],
      ['dc000207a162', [7, 'b']],
      ['dd0000000207a162', [7, 'b']],
    ];
    for (const [text, expected] of cases) assert.deepEqual(readBack(text, readStruct), expected, text);
  });

  it('reads byte slices of every form', () => {
    for (const text of [
      'a20102',
      'd9020102',
      'da00020102',
      'db000000020102',
      'c4020102',
      'c500020102',
      'c6000000020102',
      '920102',
    ]) {
      assert.deepEqual(
        readBack(text, (reader) => reader.raw()),
        Uint8Array.of(1, 2),
        text,
      );
    }
    assert.equal(
      readBack('c0', (reader) => reader.raw()),
      null,
    );
    // The library takes a negative fixnum for the head of a string.
    assert.equal(
      readBack(`e1${'61'.repeat(65)}`, (reader) => reader.text()),
      'a'.repeat(65),
    );
  });

  it('is not led astray by lengths that are not there', () => {
    const lies = ['dfffffffff', 'ddffffffff', 'dbffffffff', 'c6ffffffff', 'daffff', 'c5ffff', 'dfffffffffa55365714e6f'];
    for (const text of lies) {
      assert.equal(typeof readBack(text, readStruct), 'string', text);
      assert.equal(typeof readBack(text, (reader) => reader.raw()), 'string', text);
      assert.equal(
        readBack(text, (reader) => {
          reader.skip();
        }),
        'truncated',
        text,
      );
    }
    assert.equal(
      readBack('91'.repeat(5000), (reader) => {
        reader.skip();
      }),
      'tooDeep',
    );
  });

  it('passes over any value, and over none that was cut short', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const integers = JSON.parse(JSON.stringify(value), (_, v: unknown) =>
          typeof v === 'number' ? Math.trunc(v) % 2 ** 50 : v,
        ) as unknown;
        const bytes = written((writer) => {
          writeAny(writer, integers);
        });
        const skip = (reader: MsgpackReader): void => {
          reader.skip();
        };
        assert.equal(readBack(bytes, skip), undefined);
        if (bytes.length < 300) for (const cut of cuts(bytes)) assert.equal(readBack(cut, skip), 'truncated');
      }),
      { numRuns: 100 * EFFORT },
    );
    for (const text of ['c403010203', 'c7020501ff', 'd4050a', 'd80500112233445566778899aabbccddeeff', 'ca00000000']) {
      assert.equal(
        readBack(text, (reader) => {
          reader.skip();
        }),
        undefined,
        text,
      );
    }
  });

  it('writes text of any kind as UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 70 }), (text) => {
        const bytes = written((writer) => {
          writer.text(text);
        });
        const raw = written((writer) => {
          writer.raw(utf8Encode(text));
        });
        assertBytes(bytes, raw);
        assert.equal(
          readBack(bytes, (reader) => reader.text()),
          text,
        );
      }),
      { numRuns: 100 * EFFORT },
    );
  });
});
