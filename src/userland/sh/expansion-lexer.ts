/**
 * What begins with a dollar, and double quotes, in which dollars count: `$NAME`, `${NAME}`, `$?`, `$'…'`. Substitution
 * of commands and arithmetic are recognised, skipped as a whole and reported.
 */
import type { CharCursor } from './char-cursor.ts';
import { lackOf, syntaxError } from './syntax.ts';
import type { WordPart } from './syntax.ts';

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const DIGITS = /[0-9]+/y;
/** `$?`, `$$`, `$!`, `$#` and one digit. */
const SPECIAL = '?$!#0123456789';
/** Special parameters that a shell has and this one lacks. */
const LACKING_SPECIAL = '@*-';

/** Reads from `$` on, in double quotes or not, and adds what it found. */
export function readDollar(cursor: CharCursor, parts: WordPart[], isQuoted: boolean): void {
  const offset = cursor.offset;
  cursor.skip(1);
  const char = cursor.peek();
  const name = cursor.take(NAME);
  if (name !== '') parts.push({ kind: 'parameter', name, isQuoted });
  else if (char === '{') readBraced(cursor, parts, isQuoted);
  else if (char === '(') skipSubstitution(cursor, parts, isQuoted);
  else if (char === "'" && !isQuoted) parts.push({ kind: 'text', text: readAnsiQuoted(cursor), isQuoted: true });
  else if (char !== '' && SPECIAL.includes(char)) {
    cursor.skip(1);
    parts.push({ kind: 'parameter', name: char, isQuoted });
  } else if (char !== '' && LACKING_SPECIAL.includes(char)) {
    cursor.skip(1);
    cursor.mistakes.push(lackOf(`$${char}`, offset));
    parts.push({ kind: 'parameter', name: '', isQuoted });
  } else parts.push({ kind: 'text', text: '$', isQuoted });
}

/** `${NAME}`; the cursor stands on the brace. */
function readBraced(cursor: CharCursor, parts: WordPart[], isQuoted: boolean): void {
  const offset = cursor.offset - 1;
  cursor.skip(1);
  const name = cursor.take(NAME) || cursor.take(DIGITS) || takeSpecial(cursor);
  if (cursor.peek() === '}' && name !== '') {
    cursor.skip(1);
  } else if (!cursor.text.includes('}', cursor.offset)) {
    cursor.skip(cursor.text.length);
    cursor.mistakes.push(syntaxError("Missing '}'", offset));
  } else {
    cursor.mistakes.push(lackOf(name === '' ? '${…}' : `\${${name}${cursor.peek()}…}`, offset));
    cursor.skipPast('}', 0);
  }
  parts.push({ kind: 'parameter', name, isQuoted });
}

function takeSpecial(cursor: CharCursor): string {
  const char = cursor.peek();
  return char !== '' && '?$!#'.includes(char) && cursor.peek(1) === '}' ? cursor.next() : '';
}

/** `$(…)` and `$((…))`; the cursor stands on the parenthesis. */
function skipSubstitution(cursor: CharCursor, parts: WordPart[], isQuoted: boolean): void {
  const offset = cursor.offset - 1;
  cursor.mistakes.push(lackOf(cursor.startsWith('((') ? '$((…))' : '$(…)', offset));
  let depth = 0;
  do {
    const char = cursor.next();
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === '\\') cursor.skip(1);
    else if (char === "'") cursor.skipPast("'", 0);
  } while (depth > 0 && !cursor.isAtEnd);
  if (depth > 0) cursor.mistakes.push(syntaxError('end of file unexpected (expecting ")")', offset));
  parts.push({ kind: 'parameter', name: '', isQuoted });
}

/** `"…"`: a backslash quotes only what would mean something here (POSIX XCU 2.2.3). */
export function readDoubleQuoted(cursor: CharCursor, parts: WordPart[]): void {
  const offset = cursor.offset;
  cursor.skip(1);
  // An empty string in quotes is a field of its own.
  let text = '';
  const flush = (): void => {
    parts.push({ kind: 'text', text, isQuoted: true });
    text = '';
  };
  while (!cursor.isAtEnd && cursor.peek() !== '"') {
    const char = cursor.peek();
    if (char === '$') {
      flush();
      readDollar(cursor, parts, true);
    } else if (char === '`') {
      flush();
      cursor.mistakes.push(lackOf('`…`', cursor.offset));
      cursor.skipPast('`', 1);
      parts.push({ kind: 'parameter', name: '', isQuoted: true });
    } else text += readQuotedCharacter(cursor);
  }
  flush();
  if (cursor.isAtEnd) cursor.mistakes.push(syntaxError('Unterminated quoted string', offset));
  cursor.skip(1);
}

function readQuotedCharacter(cursor: CharCursor): string {
  const char = cursor.next();
  if (char !== '\\' || cursor.isAtEnd || !'$`"\\\n'.includes(cursor.peek())) return char;
  const quoted = cursor.next();
  return quoted === '\n' ? '' : quoted;
}

const ANSI_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const OCTAL = /[0-7]{1,3}/y;
const HEX_BYTE = /x[0-9a-fA-F]{1,2}/y;
const UNICODE = /u[0-9a-fA-F]{1,4}/y;

/** `$'…'`, dollar-single-quotes (POSIX 2024 XCU 2.2.4); the cursor stands on the quote. */
function readAnsiQuoted(cursor: CharCursor): string {
  const offset = cursor.offset - 1;
  cursor.skip(1);
  let text = '';
  while (!cursor.isAtEnd && cursor.peek() !== "'") {
    const char = cursor.next();
    text += char === '\\' && cursor.peek() !== '' ? readAnsiEscape(cursor) : char;
  }
  if (cursor.isAtEnd) cursor.mistakes.push(syntaxError('Unterminated quoted string', offset));
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
  const escape = ANSI_ESCAPES[char];
  if (escape !== undefined) return escape;
  return '\'"\\?'.includes(char) ? char : `\\${char}`;
}
