/**
 * ESP: RFC 4303, with AES-GCM as in RFC 4106. The payload of an IP datagram, protocol 50.
 *
 *    0                                  31
 *   |   security parameters index (SPI)   |  \
 *   |           sequence number           |  / authenticated
 *   |    initialisation vector, 8 bytes   |
 *   |  text … padding 1 2 3 … |len | next |  encrypted
 *   |  integrity check value, 8, 12 or 16 |
 *
 * What is encrypted ends on a boundary of four bytes; `len` counts the padding, `next` is the protocol of the text.
 */
import { declareHeader, off, u32 } from './layout.ts';

/** The header as an object. */
export interface EspRepr {
  spi: number;
  sequence: number;
}

/** The declared header. */
export const layout = declareHeader<EspRepr>('esp', [u32('spi'), u32('sequence')]);

const SPI = off(layout, 'spi');
const SEQUENCE = off(layout, 'sequence');

/** Length of the header; the initialisation vector follows. */
export const HEADER_LEN = 8;
export const IV_LEN = 8;
/** Pad length and next header. */
export const TRAILER_LEN = 2;
const ALIGNMENT = 4;
/** A dummy packet, which carries nothing (RFC 4303 2.6). */
export const NEXT_HEADER_NONE = 59;

/** Unsigned. */
export const spi = (v: DataView, o: number): number => v.getUint32(o + SPI);
/** Unsigned. */
export const sequence = (v: DataView, o: number): number => v.getUint32(o + SEQUENCE);

/** Writes all 8 bytes. */
export function writeHeader(v: DataView, o: number, index: number, number: number): void {
  v.setUint32(o + SPI, index);
  v.setUint32(o + SEQUENCE, number);
}

/** How many bytes are encrypted for a text of `textBytes`. */
export function encryptedLen(textBytes: number): number {
  return Math.ceil((textBytes + TRAILER_LEN) / ALIGNMENT) * ALIGNMENT;
}

/** Writes padding, pad length and next header behind a text of `textBytes` at `o`; returns where they end. */
export function writeTrailer(v: DataView, o: number, textBytes: number, nextHeader: number): number {
  const end = o + encryptedLen(textBytes);
  const padding = end - TRAILER_LEN - o - textBytes;
  for (let i = 0; i < padding; i++) v.setUint8(o + textBytes + i, i + 1);
  v.setUint8(end - 2, padding);
  v.setUint8(end - 1, nextHeader);
  return end;
}

/** What was decrypted: how much of it is text, and of which protocol. */
export interface EspTrailer {
  textBytes: number;
  nextHeader: number;
}

/**
 * Reads the end of what was decrypted; undefined when the padding leaves no text. The padding's bytes are not looked
 * at, as in Linux (esp_remove_trailer).
 */
export function readTrailer(decrypted: Uint8Array): EspTrailer | undefined {
  const padding = decrypted.at(-2);
  const nextHeader = decrypted.at(-1);
  if (padding === undefined || nextHeader === undefined) return undefined;
  const textBytes = decrypted.length - TRAILER_LEN - padding;
  return textBytes > 0 ? { textBytes, nextHeader } : undefined;
}

/** Reads the header at `o`; undefined when the bytes end before it does. */
export function parse(v: DataView, o: number, end: number): EspRepr | undefined {
  return end - o < HEADER_LEN ? undefined : layout.decode(v, o);
}

/** Writes the header at `o`; returns its length. */
export function emit(v: DataView, o: number, repr: EspRepr): number {
  return layout.encode(repr, v, o);
}

/** `ESP(spi=0x5ae0424e,seq=0x1), length 140`, as in tcpdump; `length` is that of the IP payload. */
export function format(repr: EspRepr, length: number): string {
  return `ESP(spi=0x${repr.spi.toString(16).padStart(8, '0')},seq=0x${repr.sequence.toString(16)}), length ${length}`;
}
