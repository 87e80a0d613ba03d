import assert from 'node:assert/strict';
import { RecordBuffer } from '../../src/pcap-writer/record-buffer.ts';
import { ByteCollector, countingBytes, hexOf, NullSink } from './bytes.ts';

describe('RecordBuffer', () => {
  it('flushes before a record that would straddle two chunks', () => {
    const sink = new ByteCollector();
    const buffer = new RecordBuffer(sink, 64);
    buffer.append(countingBytes(40), 0, 40);
    buffer.startRecord(24);
    assert.equal(sink.chunks.length, 0, 'it just fits');
    buffer.startRecord(25);
    assert.deepEqual(
      sink.chunks.map((chunk) => chunk.length),
      [40],
    );
    assert.equal(buffer.take(8), 0);
  });

  it('passes a large record through in full chunks', () => {
    const sink = new ByteCollector();
    const buffer = new RecordBuffer(sink, 64);
    const source = countingBytes(250);
    buffer.startRecord(200);
    buffer.append(source, 10, 210);
    buffer.flush();
    assert.deepEqual(
      sink.chunks.map((chunk) => chunk.length),
      [64, 64, 64, 8],
    );
    assert.equal(hexOf(sink.bytes()), hexOf(source.subarray(10, 210)));
  });

  it('makes room for a tail after a large record', () => {
    const sink = new ByteCollector();
    const buffer = new RecordBuffer(sink, 64);
    buffer.append(countingBytes(120), 0, 120);
    const offset = buffer.take(28);
    buffer.bytes.fill(0xee, offset, offset + 28);
    buffer.flush();
    assert.equal(hexOf(sink.bytes()), hexOf(countingBytes(120)) + 'ee'.repeat(28));
  });

  it('hands over nothing when it holds nothing', () => {
    const sink = new ByteCollector();
    const buffer = new RecordBuffer(sink, 64);
    buffer.flush();
    buffer.append(countingBytes(3), 1, 1);
    buffer.flush();
    assert.equal(sink.chunks.length, 0);
  });

  it('does not offer a chunk again that the sink refused', () => {
    const taken: number[] = [];
    const buffer = new RecordBuffer(
      {
        write(chunk) {
          if (taken.length === 0) {
            taken.push(-1);
            throw new Error('disk full');
          }
          taken.push(chunk[0]!);
        },
      },
      64,
    );
    buffer.append(Uint8Array.of(1), 0, 1);
    assert.throws(() => {
      buffer.flush();
    }, /disk full/);
    buffer.flush();
    buffer.append(Uint8Array.of(2), 0, 1);
    buffer.flush();
    assert.deepEqual(taken, [-1, 2]);
  });

  it('refuses to be smaller than the largest record head', () => {
    assert.throws(() => new RecordBuffer(new NullSink(), 63), /at least 64 bytes/);
    assert.throws(() => new RecordBuffer(new NullSink(), 100.5), /at least 64 bytes/);
  });
});
