import assert from 'node:assert/strict';
import { PcapngOptions } from '../../src/pcap-writer/pcapng-options.ts';
import { bytesOf } from './bytes.ts';

function optionsOf(commentedHex: string): PcapngOptions {
  const bytes = bytesOf(commentedHex);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new PcapngOptions({ bytes, view, littleEndian: false }, 0, bytes.length);
}

describe('PcapngOptions', () => {
  it('stops at the end mark, or at the end of the block without one', () => {
    const marked = optionsOf('0002 0001 61000000 0000 0000 0003 0001 62000000');
    assert.equal(marked.text(2), 'a');
    assert.equal(marked.text(3), undefined);
    const unmarked = optionsOf('0002 0001 61000000 0003 0001 62000000');
    assert.equal(unmarked.text(3), 'b');
  });

  it('takes the first of several values, and all of them on demand', () => {
    const options = optionsOf('0002 0001 61000000 0002 0001 62000000 0001 0000 0001 0001 63000000');
    assert.equal(options.text(2), 'a');
    assert.deepEqual(
      options.all(2).map((value) => [...value]),
      [[0x61], [0x62]],
    );
    assert.equal(options.comment(), '\nc');
  });

  it('reads numbers of both widths and signs', () => {
    const options = optionsOf('0002 0004 80000001 0005 0008 ffffffffffffffff');
    assert.equal(options.u32(2), 0x80000001);
    assert.equal(options.u64(5), 0xffffffffffffffffn);
    assert.equal(options.i64(5), -1n);
    assert.equal(options.u32(9), undefined);
    assert.equal(options.u64(9), undefined);
  });

  it('keeps what is not UTF-8 readable', () => {
    assert.equal(optionsOf('0002 0003 61ff6200').text(2), 'a\ufffdb');
  });

  it('refuses a value that runs past the block, and one too short for its number', () => {
    assert.throws(() => optionsOf('0002 0005 61000000'), { offset: 0, message: /^option 2 runs past its block/ });
    const short = optionsOf('0001 0000 0005 0004 00000000');
    assert.throws(() => short.u64(5), { offset: 4, message: /^option 5 of 4 bytes is too short/ });
  });
});
