import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { dissect } from '../../src/wire/dissect.ts';
import * as esp from '../../src/wire/esp.ts';
import { RUNS, assertAccessorsAgree, assertNeeds, assertWritesSame } from './codec.ts';
import { exactView, ethernetBytes, ipv4Bytes } from './frames.ts';

const HEADER = [0x5a, 0xe0, 0x42, 0x4e, 0, 0, 0, 1];

describe('wire/esp', () => {
  it('reads the header', () => {
    assert.deepEqual(esp.parse(exactView(Uint8Array.from(HEADER)), 0, 8), { spi: 0x5ae0424e, sequence: 1 });
    assert.equal(esp.layout.span, esp.HEADER_LEN);
  });

  it('reads with hot accessors what the layout decodes', () => {
    assertAccessorsAgree(esp.layout, {
      spi: { hot: esp.spi, cold: (header) => header.spi },
      sequence: { hot: esp.sequence, cold: (header) => header.sequence },
    });
  });

  it('writes the same header hot and cold', () => {
    const u32 = fc.nat(0xffff_ffff);
    fc.assert(
      fc.property(u32, u32, (spi, sequence) => {
        assertWritesSame(
          8,
          (v, o) => {
            esp.writeHeader(v, o, spi, sequence);
          },
          (v, o) => esp.emit(v, o, { spi, sequence }),
        );
      }),
      RUNS,
    );
  });

  it('refuses every header that is cut', () => {
    assertNeeds(Uint8Array.from(HEADER), 8, esp.parse);
  });

  it('pads to four bytes with 1, 2, 3 …, and finds the text again', () => {
    for (let textBytes = 1; textBytes < 40; textBytes++) {
      const bytes = new Uint8Array(64).fill(0xaa);
      const end = esp.writeTrailer(new DataView(bytes.buffer), 0, textBytes, 17);
      assert.equal(end, esp.encryptedLen(textBytes));
      assert.equal(end % 4, 0);
      const padding = end - 2 - textBytes;
      assert.ok(padding >= 0 && padding < 4);
      assert.deepEqual([...bytes.subarray(textBytes, end)], [...[1, 2, 3].slice(0, padding), padding, 17]);
      assert.deepEqual(esp.readTrailer(bytes.subarray(0, end)), { textBytes, nextHeader: 17 });
    }
  });

  it('finds no text where the padding leaves none, nor in what is too short', () => {
    assert.equal(esp.readTrailer(Uint8Array.from([])), undefined);
    assert.equal(esp.readTrailer(Uint8Array.from([17])), undefined);
    assert.equal(esp.readTrailer(Uint8Array.from([1, 17])), undefined);
    assert.equal(esp.readTrailer(Uint8Array.from([9, 9, 2, 17])), undefined);
    assert.deepEqual(esp.readTrailer(Uint8Array.from([9, 9, 1, 17])), { textBytes: 1, nextHeader: 17 });
  });

  it('speaks in the words of tcpdump, and as it does of what is cut', () => {
    const line = (payload: readonly number[]): string => {
      const bytes = ethernetBytes(0x0800, ipv4Bytes(payload, { protocol: 50 }));
      return dissect(exactView(bytes), 0, bytes.length);
    };
    const ends = 'IP 172.17.0.2 > 172.17.0.3:';
    assert.equal(line([...HEADER, 9]), `${ends} ESP(spi=0x5ae0424e,seq=0x1), length 9`);
    for (let length = 1; length <= 8; length++) assert.equal(line(HEADER.slice(0, length)), `${ends}  [|esp]`);
  });
});
