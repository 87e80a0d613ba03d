/** Reads classic pcap: both byte orders, microseconds and nanoseconds. The layout is drawn in pcap-format.ts. */
import type { Capture, CapturedPacket } from './capture.ts';
import { CaptureError } from './capture.ts';
import {
  DEFAULT_SNAPLEN,
  FILE_HEADER_BYTES,
  MAGIC_MICROSECONDS,
  MAGIC_NANOSECONDS,
  RECORD_HEADER_BYTES,
  VERSION_MAJOR,
} from './pcap-format.ts';

/** Upper bits of the link type field tell of FCS bytes; the type itself has 16. */
const LINKTYPE_MASK = 0xffff;

interface Layout {
  view: DataView;
  littleEndian: boolean;
  nanosecondsPerUnit: bigint;
  /** No record of a sound file is longer. */
  longestRecordBytes: number;
}

/** Whether `view` begins with a magic number of this format, in either byte order. */
export function isPcap(view: DataView): boolean {
  return view.byteLength >= 4 && byteOrderOf(view) !== undefined;
}

/**
 * Appends all records to `capture`, which comes out with its one interface. Throws CaptureError at the first record
 * that is not whole or not sound; what was appended before is.
 */
export function readPcap(bytes: Uint8Array, view: DataView, capture: Capture): void {
  const littleEndian = byteOrderOf(view) ?? true;
  if (view.byteLength < FILE_HEADER_BYTES) throw new CaptureError('pcap header is cut', 0);
  const major = view.getUint16(4, littleEndian);
  if (major !== VERSION_MAJOR) throw new CaptureError(`pcap version ${major} is unknown`, 4);
  const snaplen = view.getUint32(16, littleEndian);
  const linkType = view.getUint32(20, littleEndian) & LINKTYPE_MASK;
  capture.sections.push({ littleEndian });
  capture.interfaces.push({ name: '', linkType, snaplen, section: 0, ip4: [] });

  const isMicroseconds = view.getUint32(0, littleEndian) === MAGIC_MICROSECONDS;
  const layout: Layout = {
    view,
    littleEndian,
    nanosecondsPerUnit: isMicroseconds ? 1000n : 1n,
    longestRecordBytes: Math.max(snaplen, DEFAULT_SNAPLEN),
  };
  for (let offset = FILE_HEADER_BYTES; offset < bytes.length;) {
    const packet = readRecord(bytes, offset, layout);
    capture.packets.push(packet);
    offset += RECORD_HEADER_BYTES + packet.data.length;
  }
}

function readRecord(bytes: Uint8Array, offset: number, layout: Layout): CapturedPacket {
  const { view, littleEndian } = layout;
  if (bytes.length - offset < RECORD_HEADER_BYTES) throw new CaptureError('record header is cut', offset);
  const seconds = view.getUint32(offset, littleEndian);
  const fraction = view.getUint32(offset + 4, littleEndian);
  const capturedBytes = view.getUint32(offset + 8, littleEndian);
  const originalLength = view.getUint32(offset + 12, littleEndian);
  if (capturedBytes > layout.longestRecordBytes) {
    throw new CaptureError(`record of ${capturedBytes} bytes, longer than any frame,`, offset);
  }
  const start = offset + RECORD_HEADER_BYTES;
  if (capturedBytes > bytes.length - start) throw new CaptureError('record is cut', offset);
  return {
    interfaceId: 0,
    timeNs: BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * layout.nanosecondsPerUnit,
    originalLength,
    data: bytes.subarray(start, start + capturedBytes),
  };
}

/** True for little-endian, false for big-endian, undefined when neither reading of the magic number is known. */
function byteOrderOf(view: DataView): boolean | undefined {
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS) return littleEndian;
  }
  return undefined;
}
