/** Go's strconv.Quote, in which the client puts values into its complaints. */

const ESCAPES = new Map<string, string>([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);
/** What strconv.IsPrint says no to: controls, unassigned code points, and all blanks but the common one. */
const UNPRINTABLE = /^[\p{C}\p{Z}]$/u;

export function goQuote(text: string): string {
  return `"${Array.from(text, quoteRune).join('')}"`;
}

function quoteRune(rune: string): string {
  const escape = ESCAPES.get(rune);
  if (escape !== undefined) return escape;
  if (rune === ' ' || !UNPRINTABLE.test(rune)) return rune;
  const code = rune.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x1_0000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
