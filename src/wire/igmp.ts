/**
 * IGMPv3 membership reports (RFC 3376 4.2), as a host sends them to 224.0.0.22.
 *
 *   0      1        2          4          6                8
 *   | type | 0      | checksum | reserved | record count   | records …
 *   | kind | aux 0  | source count 0      | group address  |          one record without sources
 */
import type { ByteViews } from '../base/bytes.ts';
import { finishSum, sumBytes } from './checksum.ts';

export const TYPE_V3_REPORT = 0x22;
/** Fixed part, and each record without sources. */
export const REPORT_LEN = 8;
export const RECORD_LEN = 8;

/** Record kinds (RFC 3376 4.2.12). */
export const CHANGE_TO_INCLUDE = 3;
export const CHANGE_TO_EXCLUDE = 4;

export interface GroupRecord {
  readonly kind: number;
  readonly group: number;
}

/** Writes a report at `o`; returns its length. */
export function writeReport(slab: ByteViews, o: number, records: readonly GroupRecord[]): number {
  const v = slab.view;
  const length = REPORT_LEN + records.length * RECORD_LEN;
  v.setUint16(o, TYPE_V3_REPORT << 8);
  v.setUint16(o + 2, 0);
  v.setUint16(o + 4, 0);
  v.setUint16(o + 6, records.length);
  records.forEach((record, i) => {
    const at = o + REPORT_LEN + i * RECORD_LEN;
    v.setUint32(at, record.kind << 24);
    v.setInt32(at + 4, record.group);
  });
  v.setUint16(o + 2, finishSum(sumBytes(slab, o, length, 0)));
  return length;
}
