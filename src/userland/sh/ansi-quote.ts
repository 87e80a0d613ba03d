/** Dollar-single-quotes, `$'…'` (POSIX 2024 XCU 2.2.4). */
import { C_ESCAPES } from '../c-escapes.ts';
import type { CharCursor } from './char-cursor.ts';

const OCTAL = /[0-7]{1,3}/y;
const HEX_BYTE = /x[0-9a-fA-F]{1,2}/y;
const UNICODE = /u[0-9a-fA-F]{1,4}/y;

/** Reads to the closing quote; the cursor stands on the opening one. Null if it does not end. */
export function readAnsiQuoted(cursor: CharCursor): string | null {
  cursor.skip(1);
  let text = '';
  while (!cursor.isAtEnd && cursor.peek() !== "'") {
    const char = cursor.next();
    text += char === '\\' && cursor.peek() !== '' ? readAnsiEscape(cursor) : char;
  }
  if (cursor.isAtEnd) return null;
  cursor.skip(1);
  return text;
}

/** What stands behind the backslash; an escape that is none stays as it is. */
function readAnsiEscape(cursor: CharCursor): string {
  const octal = cursor.take(OCTAL);
  if (octal !== '') return String.fromCharCode(parseInt(octal, 8) & 0xff);
  const code = cursor.take(HEX_BYTE) || cursor.take(UNICODE);
  if (code !== '') return String.fromCharCode(parseInt(code.slice(1), 16));
  const char = cursor.next();
  const escape = C_ESCAPES[char];
  if (escape !== undefined) return escape;
  return '\'"\\?'.includes(char) ? char : `\\${char}`;
}
