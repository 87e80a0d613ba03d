import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { declareHeader, i32, off, u16, u24, u32, u48, u8 } from '../../src/wire/layout.ts';
import { exactView } from './frames.ts';
import { PLAIN, RUNS } from './codec.ts';

interface Sample {
  byte: number;
  half: number;
  three: number;
  word: number;
  mac: number;
  ip: number;
}

const layout = declareHeader<Sample>('sample', [
  u8('byte'),
  u16('half'),
  u24('three'),
  u32('word'),
  u48('mac'),
  i32('ip'),
]);

describe('wire/layout', () => {
  it('adds up spans and offsets in the order of declaration', () => {
    assert.equal(layout.span, 20);
    const fields = ['byte', 'half', 'three', 'word', 'mac', 'ip'] as const;
    assert.deepEqual(
      fields.map((field) => off(layout, field)),
      [0, 1, 3, 6, 10, 16],
    );
  });

  it('refuses the offset of a field that does not exist', () => {
    assert.equal(layout.offsetOf('nothing'), undefined);
    assert.throws(() => off(layout, 'nothing' as 'byte'), { name: 'AssertionError' });
  });

  it('reads and writes big-endian, addresses signed', () => {
    const v = exactView(Uint8Array.of(9, 1, 1, 2, 1, 2, 3, 0xff, 0, 0, 4, 1, 2, 3, 4, 5, 6, 255, 255, 255, 254));
    assert.deepEqual(layout.decode(v, 1), {
      byte: 1,
      half: 0x102,
      three: 0x10203,
      word: 0xff000004,
      mac: 0x010203040506,
      ip: -2,
    });
  });

  it('decodes what it has encoded', () => {
    const header = fc.record(
      {
        byte: fc.nat(0xff),
        half: fc.nat(0xffff),
        three: fc.nat(0xff_ffff),
        word: fc.nat(0xffff_ffff),
        mac: fc.nat(0xffff_ffff_ffff),
        ip: fc.integer(),
      },
      PLAIN,
    );
    fc.assert(
      fc.property(header, fc.nat(8), (value, o) => {
        const v = new DataView(new ArrayBuffer(32));
        assert.equal(layout.encode(value, v, o), 20);
        assert.deepEqual(layout.decode(v, o), value);
      }),
      RUNS,
    );
  });

  it('works in a view that begins inside its buffer', () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => i);
    const v = new DataView(bytes.buffer, 7, 25);
    assert.equal(layout.decode(v, 3).byte, 10);
  });
});
