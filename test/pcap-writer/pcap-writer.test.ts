import assert from 'node:assert/strict';
import { PcapWriter } from '../../src/pcap-writer/pcap-writer.ts';
import { heapGrowthOf } from './heap-growth.ts';
import { ByteCollector, bytesOf, countingBytes, hexOf, NullSink } from './bytes.ts';

const GOLDEN_HEADER = `
  4d3cb2a1    # magic a1b23c4d: nanoseconds, little-endian
  0200 0400   # version 2.4
  00000000    # zone
  00000000    # sigfigs
  00000400    # snaplen 262,144
  01000000    # link type Ethernet`;

describe('PcapWriter', () => {
  it('writes header and records byte for byte', () => {
    const sink = new ByteCollector();
    const writer = new PcapWriter(sink);
    const source = bytesOf('ffff 0242ac110003 0242ac110002 0806 0001 ffff');
    writer.writeRecord(1735689600, 0, source, 2, 18);
    writer.writeRecord(1735689601, 999_999_999, source, 2, 5);
    writer.writeRecord(4294967295, 1, source, 7, 7);
    writer.flush();
    const golden = `${GOLDEN_HEADER}
      80857467    # 2025-01-01T00:00:00Z
      00000000    # and 0 ns
      10000000 10000000 # 16 bytes captured of 16
      0242ac110003 0242ac110002 0806 0001
      81857467    # a second later
      ffc99a3b    # and 999,999,999 ns
      03000000 03000000
      0242ac
      ffffffff    # the last second of the format
      01000000
      00000000 00000000 # an empty record`;
    assert.equal(hexOf(sink.bytes()), hexOf(bytesOf(golden)));
    assert.equal(writer.frameCount, 3);
  });

  it('writes a header and nothing else when there are no frames', () => {
    const sink = new ByteCollector();
    const writer = new PcapWriter(sink);
    writer.flush();
    writer.flush();
    assert.equal(hexOf(sink.bytes()), hexOf(bytesOf(GOLDEN_HEADER)));
    assert.equal(sink.chunks.length, 1);
    assert.equal(writer.frameCount, 0);
  });

  it('cuts frames at the snaplen and keeps their length', () => {
    const sink = new ByteCollector();
    const writer = new PcapWriter(sink, { snaplen: 4 });
    writer.writeRecord(1, 2, countingBytes(10), 3, 9);
    writer.flush();
    const bytes = sink.bytes();
    assert.equal(hexOf(bytes.subarray(16, 20)), '04000000', 'snaplen in the header');
    assert.equal(hexOf(bytes.subarray(24)), '01000000' + '02000000' + '04000000' + '06000000' + '03040506');
  });

  it('hands over chunks of at most its buffer that end where a record ends', () => {
    const sink = new ByteCollector();
    const writer = new PcapWriter(sink, { bufferBytes: 128 });
    for (let i = 0; i < 50; i++) writer.writeRecord(i, i, countingBytes(40), 0, i % 40);
    writer.flush();
    let firstBytes = 24;
    for (const chunk of sink.chunks) {
      assert.ok(chunk.length <= 128);
      let offset = firstBytes;
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      while (offset < chunk.length) offset += 16 + view.getUint32(offset + 8, true);
      assert.equal(offset, chunk.length);
      firstBytes = 0;
    }
    assert.ok(sink.chunks.length > 10);
  });

  it('writes a record larger than its buffer in pieces and goes on', () => {
    const source = countingBytes(1000);
    const small = new ByteCollector();
    const large = new ByteCollector();
    for (const [sink, bufferBytes] of [[small, 64] as const, [large, 32_768] as const]) {
      const writer = new PcapWriter(sink, { bufferBytes });
      writer.writeRecord(1, 1, source, 0, 20);
      writer.writeRecord(2, 2, source, 0, 1000);
      writer.writeRecord(3, 3, source, 1, 21);
      writer.flush();
    }
    assert.equal(hexOf(small.bytes()), hexOf(large.bytes()));
    assert.ok(small.chunks.every((chunk) => chunk.length <= 64));
    assert.equal(large.chunks.length, 1);
  });

  it('refuses a record outside its source and a nanosecond too many', () => {
    const writer = new PcapWriter(new NullSink());
    const source = countingBytes(8);
    assert.throws(() => {
      writer.writeRecord(0, 0, source, 0, 9);
    }, /record lies inside its source/);
    assert.throws(() => {
      writer.writeRecord(0, 0, source, 5, 4);
    }, /record lies inside its source/);
    assert.throws(() => {
      writer.writeRecord(0, 1e9, source, 0, 8);
    }, /nanoseconds below one second/);
    assert.throws(() => {
      writer.writeRecord(2 ** 32, 0, source, 0, 8);
    }, /seconds fit 32 bits/);
    assert.equal(writer.frameCount, 0);
  });

  it('writes whole microseconds, another link type, and frames that were cut elsewhere', () => {
    const sink = new ByteCollector();
    const writer = new PcapWriter(sink, { microseconds: true, linkType: 276 });
    writer.writeCutRecord(1, 2999, countingBytes(4), 0, 4, 1500);
    writer.flush();
    const bytes = hexOf(sink.bytes());
    assert.equal(bytes.slice(0, 8), 'd4c3b2a1');
    assert.equal(bytes.slice(40, 48), '14010000');
    assert.equal(bytes.slice(48, 80), '010000000200000004000000dc050000');
  });

  it('leaves no garbage behind per record', () => {
    const writer = new PcapWriter(new NullSink());
    const slab = new Uint8Array(64 * 2048);
    const records = 20_000;
    const grownBytes = heapGrowthOf(() => {
      for (let i = 0; i < records; i++) {
        const start = (i & 63) * 2048 + 114;
        writer.writeRecord(1735689600, i * 10_000, slab, start, start + 98);
      }
    });
    // A fresh view per record is about 100 bytes; allowed is the one per chunk, and the measurement's own.
    assert.ok(grownBytes < 8 * records, `${grownBytes} bytes for ${records} records`);
  });
});
