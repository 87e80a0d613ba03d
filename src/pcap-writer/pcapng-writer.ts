/**
 * pcapng with nanoseconds, little-endian, Ethernet: many interfaces in one file, with their names, the direction of
 * each packet, and one packet id wherever the same frame is seen. The layout of blocks is drawn in pcapng-format.ts.
 *
 * All interfaces have one link type and one snaplen: libpcap from 1.10.5 on refuses files where these differ.
 */
import { assert } from '../base/assert.ts';
import type { ByteSink } from './byte-sink.ts';
import { DEFAULT_SNAPLEN, LINKTYPE_ETHERNET } from './pcap-format.ts';
import { encodeText, PcapngBlock } from './pcapng-block.ts';
import * as format from './pcapng-format.ts';
import { timestampHi, timestampLo } from './pcapng-time.ts';
import { DEFAULT_BUFFER_BYTES, RecordBuffer } from './record-buffer.ts';

/** Private copies: V8 folds a constant that is not exported into the instruction; an imported one it loads anew. */
const ENHANCED_PACKET = format.ENHANCED_PACKET;
const EPB_FLAGS_LENGTH_4 = format.EPB_FLAGS | (4 << 16);
const EPB_PACKETID_LENGTH_8 = format.EPB_PACKETID | (8 << 16);
/** Type, length, interface, time in two halves, captured and original bytes. */
const EPB_HEAD_BYTES = 28;
/** epb_flags, epb_packetid, end of options, and the length again. */
const EPB_TAIL_BYTES = 8 + 12 + 4 + 4;
const MAC_BYTES = 6;
const TWO_TO_32 = 2 ** 32;

export interface PcapngWriterOptions {
  /** What the section header says about the machine, its system and the program. */
  hardware?: string;
  os?: string;
  application?: string;
  /** Longest stretch of a frame that is kept, in bytes; one for all interfaces. 262,144 unless given. */
  snaplen?: number;
  /** Size of the reused buffer, at least 64. 32,768 unless given. */
  bufferBytes?: number;
}

export interface InterfaceDescription {
  name: string;
  description?: string;
  /** Addresses as 32-bit numbers. */
  ip4?: { address: number; prefixLen: number }[];
  /** A 48-bit number. */
  mac?: number;
  speedBitsPerSecond?: number;
  os?: string;
  hardware?: string;
  /** The capture filter, in libpcap's language. */
  filter?: string;
}

export interface InterfaceStatistics {
  received?: number;
  dropped?: number;
  osDropped?: number;
  delivered?: number;
  comment?: string;
}

export class PcapngWriter {
  private readonly snaplen: number;
  private readonly buffer: RecordBuffer;
  private interfaceCount: number;

  /** The section header is buffered; `flush` at once if an empty capture must be readable before its first frame. */
  constructor(sink: ByteSink, options: PcapngWriterOptions = {}) {
    this.snaplen = options.snaplen ?? DEFAULT_SNAPLEN;
    assert(Number.isInteger(this.snaplen) && this.snaplen > 0, 'snaplen is a positive integer');
    this.interfaceCount = 0;
    this.buffer = new RecordBuffer(sink, options.bufferBytes ?? DEFAULT_BUFFER_BYTES);
    this.writeBlock(
      new PcapngBlock(format.SECTION_HEADER)
        .u32(format.BYTE_ORDER_MAGIC)
        .u16(format.VERSION_MAJOR)
        .u16(format.VERSION_MINOR)
        // Section length unknown: it is not gone back to.
        .u32(0xffffffff)
        .u32(0xffffffff)
        .textOption(format.SHB_HARDWARE, options.hardware)
        .textOption(format.SHB_OS, options.os)
        .textOption(format.SHB_USERAPPL, options.application),
    );
  }

  /** An interface description; at any time, as containers come. Returns the number that packets refer to, from 0. */
  addInterface(description: InterfaceDescription): number {
    const { mac, filter } = description;
    const block = new PcapngBlock(format.INTERFACE_DESCRIPTION).u16(LINKTYPE_ETHERNET).u16(0).u32(this.snaplen);
    block.textOption(format.IF_NAME, description.name).textOption(format.IF_DESCRIPTION, description.description);
    for (const { address, prefixLen } of description.ip4 ?? []) {
      block.option(format.IF_IPV4ADDR, bigEndianBytes([address, netmaskOf(prefixLen)]));
    }
    if (mac !== undefined) block.option(format.IF_MACADDR, macBytes(mac));
    block.u64Option(format.IF_SPEED, description.speedBitsPerSecond);
    block.option(format.IF_TSRESOL, Uint8Array.of(format.TSRESOL_NANOSECONDS));
    // The leading NUL is the code of libpcap's filter language.
    if (filter !== undefined) block.textOption(format.IF_FILTER, `\0${filter}`);
    block.textOption(format.IF_OS, description.os).textOption(format.IF_HARDWARE, description.hardware);
    this.writeBlock(block);
    return this.interfaceCount++;
  }

  /** A name resolution block: Wireshark shows these names for these addresses. */
  addNames(records: readonly { ip4: number; names: readonly string[] }[]): void {
    const block = new PcapngBlock(format.NAME_RESOLUTION);
    for (const { ip4, names } of records) {
      // One record per name: 16 bits of length always do.
      for (const name of names) {
        assert(!name.includes('\0'), 'a name ends with NUL and holds none');
        const text = encodeText(name, 255);
        const value = new Uint8Array(4 + text.length + 1);
        value.set(bigEndianBytes([ip4]));
        value.set(text, 4);
        block.u16(format.NRB_RECORD_IPV4).u16(value.length).padded(value);
      }
    }
    this.writeBlock(block.u16(format.NRB_RECORD_END).u16(0));
  }

  /**
   * An enhanced packet block: bytes [start, end) of `source`, cut at the snaplen, stamped `seconds` since 1970 (UTC)
   * and `nanoseconds` (0 to 999,999,999). `direction` is 1 in, 2 out; the reception type follows from the destination
   * MAC; the packet id is two halves of 32 bits. Allocates nothing; the source is copied before this returns.
   */
  writePacket(
    interfaceId: number,
    seconds: number,
    nanoseconds: number,
    source: Uint8Array,
    start: number,
    end: number,
    direction: 1 | 2,
    packetIdHi: number,
    packetIdLo: number,
  ): void {
    assert(interfaceId >= 0 && interfaceId < this.interfaceCount, 'interface is described before its packets');
    assert(start >= 0 && start <= end && end <= source.length, 'packet lies inside its source');
    assert(seconds >= 0 && seconds <= 0xffffffff, 'seconds fit 32 bits');
    assert(nanoseconds >= 0 && nanoseconds < 1e9, 'nanoseconds below one second');
    const originalBytes = end - start;
    const capturedBytes = originalBytes > this.snaplen ? this.snaplen : originalBytes;
    const paddingBytes = -capturedBytes & 3;
    const blockBytes = EPB_HEAD_BYTES + capturedBytes + paddingBytes + EPB_TAIL_BYTES;
    const { buffer } = this;
    const v = buffer.view;
    buffer.startRecord(blockBytes);
    let o = buffer.take(EPB_HEAD_BYTES);
    v.setUint32(o, ENHANCED_PACKET, true);
    v.setUint32(o + 4, blockBytes, true);
    v.setUint32(o + 8, interfaceId, true);
    v.setUint32(o + 12, timestampHi(seconds, nanoseconds), true);
    v.setUint32(o + 16, timestampLo(seconds, nanoseconds), true);
    v.setUint32(o + 20, capturedBytes, true);
    v.setUint32(o + 24, originalBytes, true);
    buffer.append(source, start, start + capturedBytes);
    o = buffer.take(paddingBytes + EPB_TAIL_BYTES);
    for (let i = 0; i < paddingBytes; i++) v.setUint8(o++, 0);
    v.setUint32(o, EPB_FLAGS_LENGTH_4, true);
    v.setUint32(o + 4, direction | (receptionType(source, start, end) << 2), true);
    v.setUint32(o + 8, EPB_PACKETID_LENGTH_8, true);
    v.setUint32(o + 12, packetIdLo, true);
    v.setUint32(o + 16, packetIdHi, true);
    v.setUint32(o + 20, 0, true);
    v.setUint32(o + 24, blockBytes, true);
  }

  /** An interface statistics block, usually one per interface at the end: counters as of the given time. */
  addStatistics(interfaceId: number, seconds: number, nanoseconds: number, stats: InterfaceStatistics): void {
    assert(interfaceId >= 0 && interfaceId < this.interfaceCount, 'interface is described before its statistics');
    assert(seconds >= 0 && seconds <= 0xffffffff, 'seconds fit 32 bits');
    this.writeBlock(
      new PcapngBlock(format.INTERFACE_STATISTICS)
        .u32(interfaceId)
        .u32(timestampHi(seconds, nanoseconds))
        .u32(timestampLo(seconds, nanoseconds))
        .textOption(format.OPTION_COMMENT, stats.comment)
        .u64Option(format.ISB_IFRECV, stats.received)
        .u64Option(format.ISB_IFDROP, stats.dropped)
        .u64Option(format.ISB_OSDROP, stats.osDropped)
        .u64Option(format.ISB_USRDELIV, stats.delivered),
    );
  }

  /** Hands all blocks so far to the sink. */
  flush(): void {
    this.buffer.flush();
  }

  private writeBlock(block: PcapngBlock): void {
    const bytes = block.finish();
    this.buffer.startRecord(bytes.length);
    this.buffer.append(bytes, 0, bytes.length);
  }
}

/** epb_flags' reception type of the frame at `start`, by the group bit of its destination MAC. */
function receptionType(source: Uint8Array, start: number, end: number): number {
  if (end - start < MAC_BYTES) return format.RECEPTION_UNSPECIFIED;
  if ((source[start]! & 1) === 0) return format.RECEPTION_UNICAST;
  for (let i = start; i < start + MAC_BYTES; i++) {
    if (source[i] !== 0xff) return format.RECEPTION_MULTICAST;
  }
  return format.RECEPTION_BROADCAST;
}

function netmaskOf(prefixLen: number): number {
  assert(Number.isInteger(prefixLen) && prefixLen >= 0 && prefixLen <= 32, 'prefix length of 0 to 32');
  // A shift by 32 is a shift by 0 in JavaScript.
  return prefixLen === 0 ? 0 : -1 << (32 - prefixLen);
}

function macBytes(mac: number): Uint8Array {
  return bigEndianBytes([Math.floor(mac / TWO_TO_32), mac]).subarray(2);
}

/** 32-bit numbers in network order. */
function bigEndianBytes(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((value, index) => {
    view.setUint32(4 * index, value);
  });
  return new Uint8Array(view.buffer);
}
