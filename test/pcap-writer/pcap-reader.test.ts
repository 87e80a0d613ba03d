import assert from 'node:assert/strict';
import { readCapture } from '../../src/pcap-writer/read-capture.ts';
import { countingBytes } from './bytes.ts';
import { ForeignCapture } from './foreign-capture.ts';

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;

describe('the reader of pcap', () => {
  for (const littleEndian of [true, false]) {
    for (const [magic, unit] of [[MICROSECONDS, 1000n] as const, [NANOSECONDS, 1n] as const]) {
      it(`reads ${littleEndian ? 'little' : 'big'}-endian files in units of ${unit} ns`, () => {
        const file = new ForeignCapture(littleEndian)
          .pcapHeader(magic, 1500, 113)
          .pcapRecord(1, 2, countingBytes(5), 9)
          .pcapRecord(0xffffffff, 999_999, countingBytes(0));
        const capture = readCapture(file.bytes());
        assert.equal(capture.format, 'pcap');
        assert.deepEqual(capture.sections, [{ littleEndian }]);
        assert.deepEqual(capture.interfaces, [{ name: '', linkType: 113, snaplen: 1500, section: 0, ip4: [] }]);
        assert.deepEqual(capture.packets, [
          { interfaceId: 0, timeNs: 1_000_000_000n + 2n * unit, originalLength: 9, data: countingBytes(5) },
          {
            interfaceId: 0,
            timeNs: 4_294_967_295_000_000_000n + 999_999n * unit,
            originalLength: 0,
            data: countingBytes(0),
          },
        ]);
      });
    }
  }

  it('takes a record longer than the snaplen, as libpcap does, but none longer than any frame', () => {
    const header = new ForeignCapture(true).pcapHeader(NANOSECONDS, 10);
    const longer = readCapture(header.pcapRecord(0, 0, countingBytes(20)).bytes());
    assert.equal(longer.packets[0]!.data.length, 20);
    const absurd = new ForeignCapture(true).pcapHeader(NANOSECONDS, 10).pcapRecord(0, 0, new Uint8Array(262_145));
    assert.throws(() => readCapture(absurd.bytes()), { name: 'CaptureError', offset: 24 });
  });

  it('ignores the FCS bits beside the link type', () => {
    const file = new ForeignCapture(false).pcapHeader(MICROSECONDS, 10, 0x54000001);
    assert.equal(readCapture(file.bytes()).interfaces[0]!.linkType, 1);
  });

  it('says where a file is cut', () => {
    const file = new ForeignCapture(true).pcapHeader(NANOSECONDS).pcapRecord(1, 2, countingBytes(5)).bytes();
    assert.throws(() => readCapture(file.subarray(0, 23)), { offset: 0, message: 'pcap header is cut at byte 0' });
    assert.throws(() => readCapture(file.subarray(0, 39)), { offset: 24, message: 'record header is cut at byte 24' });
    assert.throws(() => readCapture(file.subarray(0, 44)), { offset: 24, message: 'record is cut at byte 24' });
    assert.equal(readCapture(file).packets.length, 1);
  });

  it('refuses other versions', () => {
    const file = new ForeignCapture(true).u32(MICROSECONDS).u16(3).u16(0).raw(countingBytes(16));
    assert.throws(() => readCapture(file.bytes()), { offset: 4, message: 'pcap version 3 is unknown at byte 4' });
  });
});
