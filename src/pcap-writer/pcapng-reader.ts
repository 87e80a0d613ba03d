/**
 * Reads pcapng: both byte orders, several sections, interfaces with any unit of time, enhanced and simple packets,
 * names and statistics; other blocks are passed over. The layout is drawn in pcapng-format.ts.
 */
import type { Capture, CapturedPacket } from './capture.ts';
import { CaptureError } from './capture.ts';
import * as format from './pcapng-format.ts';
import { readInterface, readNames, readSectionHeader, readStatistics } from './pcapng-blocks.ts';
import type { TimeUnit } from './pcapng-blocks.ts';
import { PcapngOptions } from './pcapng-options.ts';

/** Whether `view` begins with a section header block. */
export function isPcapng(view: DataView): boolean {
  return view.byteLength >= 4 && view.getUint32(0) === format.SECTION_HEADER;
}

/**
 * Appends all that is found to `capture`. Throws CaptureError at the first block that is not whole or not sound; what
 * was appended before is.
 */
export function readPcapng(bytes: Uint8Array, view: DataView, capture: Capture): void {
  new PcapngReader(bytes, view, capture).readBlocks();
}

class PcapngReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  littleEndian = true;
  private readonly capture: Capture;
  /** Unit of time of each interface of the capture. */
  private readonly timeUnits: TimeUnit[] = [];
  /** Index in the capture of the current section's interface 0. */
  private firstInterface = 0;

  constructor(bytes: Uint8Array, view: DataView, capture: Capture) {
    this.bytes = bytes;
    this.view = view;
    this.capture = capture;
  }

  readBlocks(): void {
    for (let offset = 0; offset < this.bytes.length;) {
      if (this.bytes.length - offset < format.BLOCK_OVERHEAD_BYTES) throw new CaptureError('block is cut', offset);
      // Its byte order comes before the length that needs it.
      if (this.view.getUint32(offset) === format.SECTION_HEADER) this.littleEndian = this.byteOrderAt(offset + 8);
      const blockBytes = this.blockBytesAt(offset);
      this.readBlock(this.view.getUint32(offset, this.littleEndian), offset, offset + blockBytes - 4);
      offset += blockBytes;
    }
  }

  private byteOrderAt(offset: number): boolean {
    if (this.view.getUint32(offset, true) === format.BYTE_ORDER_MAGIC) return true;
    if (this.view.getUint32(offset, false) === format.BYTE_ORDER_MAGIC) return false;
    throw new CaptureError('byte-order magic is unknown', offset);
  }

  /** Length of the block at `offset`, which both of its copies give and which lies inside the file. */
  private blockBytesAt(offset: number): number {
    const blockBytes = this.view.getUint32(offset + 4, this.littleEndian);
    if (blockBytes < format.BLOCK_OVERHEAD_BYTES || blockBytes % 4 !== 0) {
      throw new CaptureError(`block length of ${blockBytes} is impossible`, offset);
    }
    if (blockBytes > this.bytes.length - offset) throw new CaptureError('block is cut', offset);
    const repeated = this.view.getUint32(offset + blockBytes - 4, this.littleEndian);
    if (repeated !== blockBytes) {
      throw new CaptureError(`block lengths of ${blockBytes} and ${repeated} differ`, offset);
    }
    return blockBytes;
  }

  /** `end` is where the second block length begins. */
  private readBlock(type: number, offset: number, end: number): void {
    const { capture } = this;
    const body = offset + 8;
    switch (type) {
      case format.SECTION_HEADER:
        capture.sections.push(readSectionHeader(this, body, end));
        this.firstInterface = capture.interfaces.length;
        break;
      case format.INTERFACE_DESCRIPTION: {
        const { described, timeUnit } = readInterface(this, body, end, capture.sections.length - 1);
        capture.interfaces.push(described);
        this.timeUnits.push(timeUnit);
        break;
      }
      case format.ENHANCED_PACKET:
        capture.packets.push(this.readEnhancedPacket(body, end));
        break;
      case format.SIMPLE_PACKET:
        capture.packets.push(this.readSimplePacket(body, end));
        break;
      case format.NAME_RESOLUTION:
        // Not by spreading: a block may hold more names than a call takes arguments.
        for (const record of readNames(this, body, end)) capture.names.push(record);
        break;
      case format.INTERFACE_STATISTICS: {
        this.need(body, end, 12);
        const interfaceId = this.interfaceAt(body);
        capture.statistics.push(readStatistics(this, body, end, interfaceId, this.timeAt(body + 4, interfaceId)));
        break;
      }
      // Every other type: decryption secrets, custom blocks, what is yet to come. The draft says to pass it over.
    }
  }

  private readEnhancedPacket(body: number, end: number): CapturedPacket {
    this.need(body, end, 20);
    const interfaceId = this.interfaceAt(body);
    const capturedBytes = this.view.getUint32(body + 12, this.littleEndian);
    const start = body + 20;
    if (capturedBytes > end - start) throw new CaptureError('packet runs past its block', body + 12);
    const packet: CapturedPacket = {
      interfaceId,
      timeNs: this.timeAt(body + 4, interfaceId),
      originalLength: this.view.getUint32(body + 16, this.littleEndian),
      data: this.bytes.subarray(start, start + capturedBytes),
    };
    this.addPacketOptions(packet, new PcapngOptions(this, start + ((capturedBytes + 3) & ~3), end));
    return packet;
  }

  private addPacketOptions(packet: CapturedPacket, options: PcapngOptions): void {
    const flags = options.u32(format.EPB_FLAGS);
    const packetId = options.u64(format.EPB_PACKETID);
    const comment = options.comment();
    if (flags !== undefined) {
      packet.flags = flags;
      if ((flags & 3) === 1) packet.direction = 'in';
      if ((flags & 3) === 2) packet.direction = 'out';
    }
    if (packetId !== undefined) packet.packetId = packetId;
    if (comment !== undefined) packet.comment = comment;
  }

  /** Only a length and bytes, of interface 0, without a time; cut at that interface's snaplen. */
  private readSimplePacket(body: number, end: number): CapturedPacket {
    this.need(body, end, 4);
    const interfaceId = this.checkedInterface(0, body);
    const originalLength = this.view.getUint32(body, this.littleEndian);
    const snaplen = this.capture.interfaces[interfaceId]!.snaplen;
    const capturedBytes = snaplen === 0 ? originalLength : Math.min(originalLength, snaplen);
    const start = body + 4;
    if (capturedBytes > end - start) throw new CaptureError('packet runs past its block', body);
    return { interfaceId, timeNs: 0n, originalLength, data: this.bytes.subarray(start, start + capturedBytes) };
  }

  private need(body: number, end: number, fixedBytes: number): void {
    if (end - body < fixedBytes) throw new CaptureError('block is too short for its type', body - 8);
  }

  /** Index in the capture of the interface whose number in the section stands at `offset`. */
  private interfaceAt(offset: number): number {
    return this.checkedInterface(this.view.getUint32(offset, this.littleEndian), offset);
  }

  private checkedInterface(interfaceId: number, offset: number): number {
    if (interfaceId >= this.capture.interfaces.length - this.firstInterface) {
      throw new CaptureError(`interface ${interfaceId} is not described`, offset);
    }
    return this.firstInterface + interfaceId;
  }

  /** The time whose two halves stand at `offset`, upper one first in either byte order. */
  private timeAt(offset: number, interfaceId: number): bigint {
    const hi = BigInt(this.view.getUint32(offset, this.littleEndian));
    const lo = BigInt(this.view.getUint32(offset + 4, this.littleEndian));
    const { numerator, denominator, offsetNs } = this.timeUnits[interfaceId]!;
    return (((hi << 32n) | lo) * numerator) / denominator + offsetNs;
  }
}
