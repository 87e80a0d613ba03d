/**
 * Header layouts: the one place where `buffer-layout` is touched. A header declares its fields once, in its own file;
 * hot getters take their offsets from the declaration, cold code decodes and encodes with the declaration itself, so
 * that one checks the other.
 */
import BL from 'buffer-layout';
import { assert } from '../base/assert.ts';

/** One field of a declared header: its width and its name. */
export interface LayoutField {
  readonly span: number;
  readonly property: string | undefined;
}

/** A declared header. Our own interface, because `buffer-layout` ships no types that users of ours could see. */
export interface HeaderLayout<T> {
  /** Length of the header in bytes. */
  readonly span: number;
  /** Byte offset of a field inside the header, or undefined when there is no such field. */
  offsetOf(field: string): number | undefined;
  /** Reads all fields at `o`. Cold path: an object per call. */
  decode(v: DataView, o: number): T;
  /** Writes all fields at `o`; returns the bytes written. */
  encode(header: T, v: DataView, o: number): number;
}

/** Field constructors, all big-endian as on the wire; `i32` is an IPv4 address or anything else that is signed. */
export const u8 = (field: string): LayoutField => BL.u8(field);
export const u16 = (field: string): LayoutField => BL.u16be(field);
export const u24 = (field: string): LayoutField => BL.u24be(field);
export const u32 = (field: string): LayoutField => BL.u32be(field);
export const u48 = (field: string): LayoutField => BL.u48be(field);
export const i32 = (field: string): LayoutField => BL.s32be(field);

/** Declares a header of the given fields, in wire order without gaps. */
export function declareHeader<T>(name: string, fields: readonly LayoutField[]): HeaderLayout<T> {
  const struct = BL.struct<T>(fields, name);
  return {
    span: struct.span,
    offsetOf: (field) => struct.offsetOf(field),
    decode: (v, o) => struct.decode(bufferOf(v), o),
    encode: (header, v, o) => struct.encode(header, bufferOf(v), o),
  };
}

/** The constant byte offset of a field; a name that the layout lacks is a bug found when the module loads. */
export function off<T>(layout: HeaderLayout<T>, field: keyof T & string): number {
  const offset = layout.offsetOf(field);
  assert(offset !== undefined, 'a layout has the fields that are asked of it');
  return offset;
}

/** `buffer-layout` reads with Buffer's own methods, which a plain Uint8Array lacks. */
function bufferOf(v: DataView): Buffer {
  return Buffer.from(v.buffer, v.byteOffset, v.byteLength);
}
