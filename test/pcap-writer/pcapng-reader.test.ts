import assert from 'node:assert/strict';
import { readCapture } from '../../src/pcap-writer/read-capture.ts';
import { countingBytes } from './bytes.ts';
import { ForeignCapture, text } from './foreign-capture.ts';

for (const littleEndian of [true, false]) {
  describe(`the reader of ${littleEndian ? 'little' : 'big'}-endian pcapng`, () => {
    const foreign = (): ForeignCapture => new ForeignCapture(littleEndian).section();

    it('reads enhanced packets with flags, packet id and comments', () => {
      const file = foreign()
        .interface()
        .enhancedPacket(0, 0x1234567890n, countingBytes(5), (body) => {
          body.option(1, text('first')).option(2, new ForeignCapture(littleEndian).u32(0x10009).bytes());
          body.option(5, new ForeignCapture(littleEndian).u64(0xfedcba9876543210n).bytes());
          body.option(1, text('second')).option(0, []);
        })
        .enhancedPacket(0, 1n, countingBytes(4));
      assert.deepEqual(readCapture(file.bytes()).packets, [
        {
          interfaceId: 0,
          timeNs: 0x1234567890n * 1000n,
          originalLength: 5,
          data: countingBytes(5),
          direction: 'in',
          flags: 0x10009,
          packetId: 0xfedcba9876543210n,
          comment: 'first\nsecond',
        },
        { interfaceId: 0, timeNs: 1000n, originalLength: 4, data: countingBytes(4) },
      ]);
    });

    it('reads simple packets, cut at the snaplen of interface 0', () => {
      const file = foreign()
        .interface(() => undefined, 6)
        .block(3, (body) => body.u32(4).raw(countingBytes(4)))
        .block(3, (body) => body.u32(99).raw(countingBytes(6)));
      assert.deepEqual(readCapture(file.bytes()).packets, [
        { interfaceId: 0, timeNs: 0n, originalLength: 4, data: countingBytes(4) },
        { interfaceId: 0, timeNs: 0n, originalLength: 99, data: countingBytes(6) },
      ]);
    });

    it('passes over blocks and options it does not know', () => {
      const file = foreign()
        .block(0x80000001, (body) => body.raw(countingBytes(77)))
        .interface((body) => body.option(2, text('eth0')).option(2988, text('\0\0\0\0custom')))
        .block(10, (body) => body.u32(0x544c534b).raw(countingBytes(9)))
        .enhancedPacket(0, 0n, countingBytes(1), (body) => body.option(4711, countingBytes(3)))
        .block(0xbad, () => undefined);
      const { interfaces, packets } = readCapture(file.bytes());
      assert.deepEqual([interfaces.length, interfaces[0]!.name, packets.length], [1, 'eth0', 1]);
    });

    it('counts interfaces anew in each section, and in the capture throughout', () => {
      const other = new ForeignCapture(!littleEndian)
        .section()
        .interface((body) => body.option(2, text('c')).option(9, [9]))
        .enhancedPacket(0, 5n, countingBytes(3));
      const file = foreign()
        .interface((body) => body.option(2, text('a')))
        .interface((body) => body.option(2, text('b')))
        .enhancedPacket(1, 5n, countingBytes(2))
        .raw(other.bytes());
      const { sections, interfaces, packets } = readCapture(file.bytes());
      assert.deepEqual(
        sections.map((section) => section.littleEndian),
        [littleEndian, !littleEndian],
      );
      assert.deepEqual(
        interfaces.map(({ name, section }) => [name, section]),
        [
          ['a', 0],
          ['b', 0],
          ['c', 1],
        ],
      );
      assert.deepEqual(
        packets.map(({ interfaceId, timeNs }) => [interfaceId, timeNs]),
        [
          [1, 5000n],
          [2, 5n],
        ],
      );
    });

    it('says where a file is unsound', () => {
      const head = foreign().interface().bytes();
      const unsound = (fill: (file: ForeignCapture) => void, offset: number, problem: RegExp): void => {
        const file = new ForeignCapture(littleEndian).raw(head);
        fill(file);
        assert.throws(() => readCapture(file.bytes()), { name: 'CaptureError', offset, message: problem });
      };
      const at = head.length;
      unsound((file) => file.u32(6).u32(12), at, /^block is cut/);
      unsound((file) => file.u32(6).u32(16).u32(16), at, /^block is cut/);
      unsound((file) => file.u32(6).u32(8).u32(8), at, /^block length of 8 is impossible/);
      unsound((file) => file.u32(6).u32(0).u32(0), at, /^block length of 0 is impossible/);
      unsound((file) => file.u32(6).u32(14).raw(countingBytes(8)), at, /^block length of 14 is impossible/);
      unsound((file) => file.u32(9).u32(12).u32(16), at, /^block lengths of 12 and 16 differ/);
      unsound((file) => file.block(6, (body) => body.u32(0)), at, /^block is too short for its type/);
      unsound((file) => file.block(1, (body) => body.u32(1)), at, /^block is too short for its type/);
      unsound((file) => file.block(3, () => undefined), at, /^block is too short for its type/);
      unsound((file) => file.block(5, (body) => body.u32(0)), at, /^block is too short for its type/);
      unsound((file) => file.enhancedPacket(1, 0n, countingBytes(1)), at + 8, /^interface 1 is not described/);
      unsound((file) => file.block(3, (body) => body.u32(9)), at + 8, /^packet runs past its block/);
      unsound(
        (file) => file.block(6, (body) => body.u32(0).u64(0n).u32(9).u32(9).u64(0n)),
        at + 20,
        /^packet runs past its block/,
      );
      unsound((file) => file.block(0x0a0d0d0a, (body) => body.u32(1).u64(0n)), at + 8, /^byte-order magic/);
      unsound((file) => file.block(0x0a0d0d0a, (body) => body.u32(0x1a2b3c4d)), at, /^block is too short/);
    });

    it('refuses a simple packet before any interface', () => {
      const file = foreign().block(3, (body) => body.u32(1).raw([1]));
      assert.throws(() => readCapture(file.bytes()), { offset: 36, message: /^interface 0 is not described/ });
    });
  });
}
