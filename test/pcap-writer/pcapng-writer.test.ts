import assert from 'node:assert/strict';
import { PcapngWriter } from '../../src/pcap-writer/pcapng-writer.ts';
import { readCapture } from '../../src/pcap-writer/read-capture.ts';
import { heapGrowthOf } from './heap-growth.ts';
import { ByteCollector, bytesOf, countingBytes, hexOf, NullSink } from './bytes.ts';

const BARE_SECTION = `
  0a0d0d0a 1c000000
  4d3c2b1a 0100 0000      # byte-order magic, version 1.0
  ffffffffffffffff        # section length unknown
  1c000000`;
const INTERFACE_X = `
  01000000 28000000
  0100 0000 00000400      # Ethernet, snaplen 262,144
  0200 0100 78000000      # if_name "x"
  0900 0100 09000000      # if_tsresol: nanoseconds
  0000 0000
  28000000`;

function written(fill: (writer: PcapngWriter) => void): string {
  const sink = new ByteCollector();
  const writer = new PcapngWriter(sink);
  fill(writer);
  writer.flush();
  return hexOf(sink.bytes());
}

describe('PcapngWriter', () => {
  it('writes a section header byte for byte', () => {
    const sink = new ByteCollector();
    new PcapngWriter(sink, { hardware: 'none', os: 'Dockwire', application: 'dockwire 0.1.0', snaplen: 96 }).flush();
    const golden = `
      0a0d0d0a 48000000
      4d3c2b1a 0100 0000 ffffffffffffffff
      0200 0400 6e6f6e65                          # shb_hardware
      0300 0800 446f636b77697265                  # shb_os
      0400 0e00 646f636b7769726520302e312e30 0000 # shb_userappl, padded
      0000 0000
      48000000`;
    assert.equal(hexOf(sink.bytes()), hexOf(bytesOf(golden)));
  });

  it('writes an interface description byte for byte', () => {
    const golden = `${BARE_SECTION}
      01000000 84000000
      0100 0000 00000400
      0200 0a00 6e6f6465312f65746830 0000  # if_name "node1/eth0"
      0300 0300 4e494300                   # if_description "NIC"
      0400 0800 c0a8320b ffffff00          # if_IPv4addr 192.168.50.11 255.255.255.0
      0400 0800 0a000001 00000000          # if_IPv4addr 10.0.0.1/0
      0600 0600 52540000500b 0000          # if_MACaddr
      0800 0800 00ca9a3b 00000000          # if_speed 10^9
      0900 0100 09000000                   # if_tsresol
      0b00 0500 00 61727020 000000         # if_filter, code 0, "arp "
      0c00 0100 4c000000                   # if_os "L"
      0f00 0100 48000000                   # if_hardware "H"
      0000 0000
      84000000`;
    const hex = written((writer) => {
      const id = writer.addInterface({
        name: 'node1/eth0',
        description: 'NIC',
        ip4: [
          { address: 0xc0a8320b | 0, prefixLen: 24 },
          { address: 0x0a000001, prefixLen: 0 },
        ],
        mac: 0x52540000500b,
        speedBitsPerSecond: 1e9,
        filter: 'arp ',
        os: 'L',
        hardware: 'H',
      });
      assert.equal(id, 0);
    });
    assert.equal(hex, hexOf(bytesOf(golden)));
  });

  it('writes packets byte for byte', () => {
    const golden = `${BARE_SECTION} ${INTERFACE_X}
      06000000 44000000
      00000000                # interface 0
      7e681618 000057c0       # 2025-01-01T00:00:00Z: 1816687ec0570000 ns, upper half first
      0a000000 0a000000       # 10 bytes captured of 10
      000102030405060708090000
      0200 0400 06000000      # epb_flags: out, unicast
      0500 0800 f0debc9a 78563412 # epb_packetid 123456789abcdef0
      0000 0000
      44000000`;
    const hex = written((writer) => {
      writer.addInterface({ name: 'x' });
      writer.writePacket(0, 1735689600, 0, countingBytes(20), 0, 10, 2, 0x12345678, 0x9abcdef0 | 0);
    });
    assert.equal(hex, hexOf(bytesOf(golden)));
  });

  it('writes names byte for byte', () => {
    const golden = `${BARE_SECTION}
      04000000 34000000
      0100 0700 ac110002 633100 00    # 172.17.0.2 c1
      0100 0800 ac110002 77656200     # the same, web
      0100 0700 ac110003 633200 00    # 172.17.0.3 c2
      0000 0000
      34000000`;
    const hex = written((writer) => {
      writer.addNames([
        { ip4: 0xac110002 | 0, names: ['c1', 'web'] },
        { ip4: 0xac110003, names: ['c2'] },
        { ip4: 1, names: [] },
      ]);
    });
    assert.equal(hex, hexOf(bytesOf(golden)));
  });

  it('writes statistics byte for byte', () => {
    const golden = `${BARE_SECTION} ${INTERFACE_X}
      05000000 54000000
      00000000 00000000 01000000      # interface 0, 1 ns
      0100 0200 6f6b0000              # comment "ok"
      0400 0800 0900000000000000      # isb_ifrecv 9
      0500 0800 0000000001000000      # isb_ifdrop 2^32
      0700 0800 0000000000000000      # isb_osdrop
      0800 0800 0800000000000000      # isb_usrdeliv
      0000 0000
      54000000`;
    const hex = written((writer) => {
      writer.addInterface({ name: 'x' });
      writer.addStatistics(0, 0, 1, { received: 9, dropped: 2 ** 32, osDropped: 0, delivered: 8, comment: 'ok' });
    });
    assert.equal(hex, hexOf(bytesOf(golden)));
  });

  it('tells unicast, multicast and broadcast by the destination MAC, and nothing of a stub of a frame', () => {
    const sink = new ByteCollector();
    const writer = new PcapngWriter(sink);
    writer.addInterface({ name: 'x' });
    const frames = ['024200000001 0242', 'ffffffffffff 0242', '01005e000001 0242', 'fffffffffffe 0242', 'ffffffffff'];
    for (const frame of frames) writer.writePacket(0, 0, 0, bytesOf(frame), 0, bytesOf(frame).length, 1, 0, 0);
    writer.flush();
    const receptionTypes = readCapture(sink.bytes()).packets.map((packet) => packet.flags! >> 2);
    assert.deepEqual(receptionTypes, [1, 3, 2, 2, 0]);
  });

  it('cuts packets at the snaplen, which all interfaces share', () => {
    const sink = new ByteCollector();
    const writer = new PcapngWriter(sink, { snaplen: 5 });
    writer.addInterface({ name: 'x' });
    writer.addInterface({ name: 'y' });
    writer.writePacket(1, 0, 0, countingBytes(20), 2, 12, 1, 0, 0);
    writer.flush();
    const { interfaces, packets } = readCapture(sink.bytes());
    assert.deepEqual(
      interfaces.map(({ snaplen }) => snaplen),
      [5, 5],
    );
    assert.equal(packets[0]!.originalLength, 10);
    assert.deepEqual([...packets[0]!.data], [2, 3, 4, 5, 6]);
  });

  it('writes the same bytes with any buffer, in chunks that end where a block ends', () => {
    const fill = (writer: PcapngWriter): void => {
      writer.addInterface({ name: 'an interface whose description is longer than the smallest buffer' });
      for (let i = 0; i < 60; i++) writer.writePacket(0, i, i, countingBytes(200), 0, (i * 7) % 200, 2, 0, i);
      writer.addStatistics(0, 60, 0, { received: 60 });
      writer.flush();
    };
    const whole = new ByteCollector();
    fill(new PcapngWriter(whole));
    for (const bufferBytes of [64, 65, 127, 300]) {
      const sink = new ByteCollector();
      fill(new PcapngWriter(sink, { bufferBytes }));
      assert.equal(hexOf(sink.bytes()), hexOf(whole.bytes()));
      assert.ok(sink.chunks.every((chunk) => chunk.length <= bufferBytes));
      // 256 bytes are the longest packet block here.
      if (bufferBytes > 256) assertWholeBlocks(sink.chunks);
    }
  });

  it('writes nothing of its old buffer into the padding', () => {
    const sink = new ByteCollector();
    const writer = new PcapngWriter(sink, { bufferBytes: 128 });
    writer.addInterface({ name: 'x' });
    for (let i = 0; i < 20; i++) writer.writePacket(0, 0, 0, new Uint8Array(64).fill(0xff), 0, 61 - (i & 3), 1, 0, 0);
    writer.flush();
    for (const { data, originalLength } of readCapture(sink.bytes()).packets) {
      const padding = new Uint8Array(data.buffer, data.byteOffset + originalLength, -originalLength & 3);
      assert.ok(padding.every((byte) => byte === 0));
    }
  });

  it('leaves no garbage behind per packet', () => {
    const writer = new PcapngWriter(new NullSink());
    writer.addInterface({ name: 'x' });
    const slab = new Uint8Array(64 * 2048);
    const packets = 20_000;
    const grownBytes = heapGrowthOf(() => {
      for (let i = 0; i < packets; i++) {
        const start = (i & 63) * 2048 + 114;
        writer.writePacket(0, 1735689600, i * 10_000, slab, start, start + 98, 2, 7, i);
      }
    });
    assert.ok(grownBytes < 8 * packets, `${grownBytes} bytes for ${packets} packets`);
  });

  it('refuses packets and statistics of interfaces it has not described', () => {
    const writer = new PcapngWriter(new NullSink());
    assert.throws(() => {
      writer.writePacket(0, 0, 0, countingBytes(8), 0, 8, 1, 0, 0);
    }, /described before its packets/);
    assert.throws(() => {
      writer.addStatistics(0, 0, 0, {});
    }, /described before its statistics/);
    assert.throws(() => {
      writer.addNames([{ ip4: 1, names: ['a\0b'] }]);
    }, /holds none/);
  });
});

function assertWholeBlocks(chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) {
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let offset = 0;
    while (offset < chunk.length) offset += view.getUint32(offset + 4, true);
    assert.equal(offset, chunk.length);
  }
}
