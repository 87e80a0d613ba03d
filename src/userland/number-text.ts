/**
 * Numbers as C programs read them from their arguments: strtod(3) and strtol(3) with base 10.
 */

const FLOAT = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)/i;
const HEX_FLOAT = /^\s*([+-]?)0x([0-9a-f]+)(?:p([+-]?\d{1,3}))?/i;
const INTEGER = /^\s*[+-]?\d+$/;

/** The number at the start of `text` and what stands behind it; NaN and the whole text if there is none. */
export function strtod(text: string): { value: number; rest: string } {
  const hexadecimal = HEX_FLOAT.exec(text);
  if (hexadecimal !== null) {
    const [whole, sign, digits, exponent = '0'] = hexadecimal;
    const value = parseInt(digits!, 16) * 2 ** Number(exponent);
    return { value: sign === '-' ? -value : value, rest: text.slice(whole.length) };
  }
  const found = FLOAT.exec(text)?.[0] ?? '';
  const word = found.trim().toLowerCase();
  const rest = text.slice(found.length);
  if (word.includes('inf')) return { value: word.startsWith('-') ? -Infinity : Infinity, rest };
  return { value: word === '' ? NaN : Number(word), rest };
}

/** A whole decimal number, sign allowed; undefined if the text is anything else. */
export function parseInteger(text: string): number | undefined {
  return INTEGER.test(text) ? Number(text) : undefined;
}
