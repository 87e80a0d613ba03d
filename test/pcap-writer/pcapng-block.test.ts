import assert from 'node:assert/strict';
import { encodeText, PcapngBlock } from '../../src/pcap-writer/pcapng-block.ts';
import { bytesOf, countingBytes, hexOf } from './bytes.ts';

describe('PcapngBlock', () => {
  it('has its length at both ends', () => {
    assert.equal(hexOf(new PcapngBlock(5).u32(7).finish()), '05000000' + '10000000' + '07000000' + '10000000');
  });

  it('pads options to four bytes and ends them', () => {
    const golden = `
      01000000 30000000
      0200 0300 65746800        # text of 3 bytes and a NUL of padding
      0300 0000                 # an empty text is not an absent one
      0800 0800 ffffffff ffff1f00 # 2^53 - 1
      0900 0100 09000000
      0000 0000                 # end of options
      30000000`;
    const block = new PcapngBlock(1)
      .textOption(2, 'eth')
      .textOption(3, '')
      .textOption(4, undefined)
      .u64Option(8, Number.MAX_SAFE_INTEGER)
      .u64Option(8, undefined)
      .option(9, Uint8Array.of(9));
    assert.equal(hexOf(block.finish()), hexOf(bytesOf(golden)));
  });

  it('grows with what is put into it', () => {
    const block = new PcapngBlock(4);
    for (let i = 0; i < 100; i++) block.padded(countingBytes(101));
    const bytes = block.finish();
    assert.equal(bytes.length, 100 * 104 + 12);
    for (let i = 0; i < 100; i++) {
      assert.equal(hexOf(bytes.subarray(8 + 104 * i, 8 + 104 * (i + 1))), hexOf(countingBytes(101)) + '000000');
    }
  });

  it('grows in the midst of numbers and of its last length', () => {
    for (let wordCount = 50; wordCount < 140; wordCount++) {
      const block = new PcapngBlock(4);
      for (let i = 0; i < wordCount; i++) block.u16(i).u16(0xffff - i);
      const bytes = block.finish();
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      assert.equal(bytes.length, 4 * wordCount + 12);
      assert.equal(view.getUint32(4, true), bytes.length);
      assert.equal(view.getUint32(bytes.length - 4, true), bytes.length);
      for (let i = 0; i < wordCount; i++) assert.equal(view.getUint32(8 + 4 * i, true), (0xffff - i) * 0x10000 + i);
    }
  });

  it('refuses counts that a double does not hold exactly', () => {
    for (const count of [-1, 1.5, 2 ** 53, NaN]) {
      assert.throws(() => new PcapngBlock(5).u64Option(4, count), /whole number/);
    }
  });
});

describe('encodeText', () => {
  it('cuts text that is too long after a whole character', () => {
    assert.equal(encodeText('x'.repeat(70_000)).length, 65_535);
    const euros = encodeText('€'.repeat(30_000));
    assert.equal(euros.length, 65_535);
    const cut = encodeText('x' + '€'.repeat(30_000));
    assert.equal(cut.length, 65_533);
    assert.equal(new TextDecoder('utf-8', { fatal: true }).decode(cut).length, 1 + 21_844);
  });
});
