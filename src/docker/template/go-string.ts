/**
 * Go's strings are bytes, and templates count, cut and index them so. Inside this folder a string therefore has one
 * character, 0 to 255, for each byte of its UTF-8 form; `goString` and `textOf` are the way in and out.
 */
import { utf8Decode, utf8Encode } from '../../base/bytes.ts';

export const RUNE_ERROR = 0xfffd;
const RUNE_MAX = 0x10ffff;
const SURROGATE_MIN = 0xd800;
const SURROGATE_MAX = 0xdfff;
const RUNE_SELF = 0x80;

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;
const SPACE = /^[\t\n\v\f\r\u0085\p{Z}]$/u;

/** A rune and the number of its bytes; RUNE_ERROR of one byte for what is no UTF-8. */
export interface Rune {
  readonly code: number;
  readonly size: number;
}

/** The bytes of a text. */
export function goString(text: string): string {
  let isAscii = true;
  for (let i = 0; i < text.length && isAscii; i++) isAscii = text.charCodeAt(i) < RUNE_SELF;
  return isAscii ? text : bytesToString(utf8Encode(text));
}

/** The text of bytes; what is no UTF-8 becomes the replacement character. */
export function textOf(bytes: string): string {
  return utf8Decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

function bytesToString(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The rune at a byte; `{ RUNE_ERROR, 0 }` behind the end. */
export function decodeRune(bytes: string, at: number): Rune {
  const lead = bytes.charCodeAt(at);
  if (Number.isNaN(lead)) return { code: RUNE_ERROR, size: 0 };
  if (lead < RUNE_SELF) return { code: lead, size: 1 };
  const length = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
  let code = lead & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = bytes.charCodeAt(at + i);
    if (!(next >= 0x80 && next < 0xc0)) return { code: RUNE_ERROR, size: 1 };
    code = code * 64 + (next & 0x3f);
  }
  const isOverlong = (length === 3 && code < 0x800) || (length === 4 && code < 0x10000);
  if (length === 1 || isOverlong || !isValidRune(code)) return { code: RUNE_ERROR, size: 1 };
  return { code, size: length };
}

/** All runes in order. */
export function runesOf(bytes: string): Rune[] {
  const runes: Rune[] = [];
  for (let at = 0; at < bytes.length; at += runes.at(-1)!.size) runes.push(decodeRune(bytes, at));
  return runes;
}

export function runeCount(bytes: string): number {
  return runesOf(bytes).length;
}

export function isValidRune(code: number): boolean {
  return code >= 0 && code <= RUNE_MAX && (code < SURROGATE_MIN || code > SURROGATE_MAX);
}

/** The bytes of a rune; those of the replacement character for what is none. */
export function encodeRune(code: number): string {
  return goString(String.fromCodePoint(isValidRune(code) ? code : RUNE_ERROR));
}

export function isPrintRune(code: number): boolean {
  return isValidRune(code) && PRINTABLE.test(String.fromCodePoint(code));
}

export function isLetterRune(code: number): boolean {
  return isValidRune(code) && LETTER.test(String.fromCodePoint(code));
}

export function isDigitRune(code: number): boolean {
  return isValidRune(code) && DIGIT.test(String.fromCodePoint(code));
}

export function isSpaceRune(code: number): boolean {
  return isValidRune(code) && SPACE.test(String.fromCodePoint(code));
}

/** Changes each rune by JavaScript's tables; one that would become several stays. */
export function mapRunes(bytes: string, change: (char: string) => string): string {
  let result = '';
  for (const { code } of runesOf(bytes)) {
    const char = String.fromCodePoint(code);
    const changed = change(char);
    result += goString(Array.from(changed).length === 1 ? changed : char);
  }
  return result;
}
