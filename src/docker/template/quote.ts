/** Go's quoted strings and characters: strconv's Quote, Unquote and UnquoteChar. */
import { RUNE_ERROR, decodeRune, encodeRune, isPrintRune, isValidRune } from './go-string.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const NAMES = new Map(Object.entries(ESCAPES).map(([name, char]) => [char, `\\${name}`]));
/** How many hexadecimal digits follow each letter. */
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** `"…"` with escapes for what cannot be printed, or, on demand, for all that is not ASCII. */
export function quote(bytes: string, isAsciiOnly = false): string {
  let text = '"';
  for (let at = 0; at < bytes.length;) {
    const { code, size } = decodeRune(bytes, at);
    if (size === 1 && code === RUNE_ERROR) text += `\\x${hex(bytes.charCodeAt(at), 2)}`;
    else text += escapeRune(code, '"', isAsciiOnly);
    at += size;
  }
  return `${text}"`;
}

/** The same of one character: `'x'`. */
export function quoteRune(code: number, isAsciiOnly = false): string {
  return `'${escapeRune(isValidRune(code) ? code : RUNE_ERROR, "'", isAsciiOnly)}'`;
}

function escapeRune(code: number, delimiter: string, isAsciiOnly: boolean): string {
  if (code === delimiter.charCodeAt(0) || code === 0x5c) return `\\${String.fromCharCode(code)}`;
  if (isPrintRune(code) && (code < 0x80 || !isAsciiOnly)) return encodeRune(code);
  const named = NAMES.get(String.fromCodePoint(code));
  if (named !== undefined) return named;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** Whether the text can stand between backquotes. */
export function canBackquote(bytes: string): boolean {
  for (let at = 0; at < bytes.length;) {
    const { code, size } = decodeRune(bytes, at);
    at += size;
    if (size > 1 && code !== 0xfeff) continue;
    if (code === RUNE_ERROR || code === 0xfeff || (code < 0x20 && code !== 0x09)) return false;
    if (code === 0x60 || code === 0x7f) return false;
  }
  return true;
}

/** What stands between quotes or backquotes; undefined for bad syntax. */
export function unquote(quoted: string): string | undefined {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return inner.replaceAll('\r', '');
  let text = '';
  for (let rest = inner; rest !== '';) {
    const char = unquoteChar(rest, '"');
    if (char === undefined) return undefined;
    text += char.bytes;
    rest = rest.slice(char.size);
  }
  return text;
}

export interface UnquotedChar {
  readonly code: number;
  /** Its bytes: one for `\xff` and `\377`, else its UTF-8 form. */
  readonly bytes: string;
  /** How many bytes of the source it took. */
  readonly size: number;
}

/** The first character of a quoted text; undefined for bad syntax. */
export function unquoteChar(source: string, delimiter: string): UnquotedChar | undefined {
  const first = source.charAt(0);
  if (first === '' || first === delimiter) return undefined;
  if (first !== '\\') {
    const { code, size } = decodeRune(source, 0);
    return { code, bytes: source.slice(0, size), size };
  }
  const letter = source.charAt(1);
  const simple = letter === delimiter ? letter : ESCAPES[letter];
  if (simple !== undefined) return { code: simple.charCodeAt(0), bytes: simple, size: 2 };
  return unquoteNumber(source, letter);
}

function unquoteNumber(source: string, letter: string): UnquotedChar | undefined {
  const octal = /^\\([0-7]{3})/.exec(source);
  if (octal !== null) {
    const code = parseInt(octal[1]!, 8);
    return code > 0xff ? undefined : { code, bytes: String.fromCharCode(code), size: 4 };
  }
  const count = HEX_DIGITS[letter];
  const digits = source.slice(2, 2 + (count ?? 0));
  if (count === undefined || digits.length < count || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  const code = parseInt(digits, 16);
  if (count === 2) return { code, bytes: String.fromCharCode(code), size: 4 };
  return isValidRune(code) ? { code, bytes: encodeRune(code), size: 2 + count } : undefined;
}
