/** Integers as strtoul(3) with base 0 reads them: what is too large or negative wraps. */

const UINT_COUNT = 2 ** 32;

/** The whole text as an unsigned integer; undefined when it is none. */
export function unsignedOf(text: string): number | undefined {
  const number = leadingInteger(text);
  return number === undefined || number.rest !== '' ? undefined : wrapUnsigned(number.value);
}

export function wrapUnsigned(number: number): number {
  return ((number % UINT_COUNT) + UINT_COUNT) % UINT_COUNT;
}

/** The integer at the start of a text: decimal, octal with 0, hexadecimal with 0x. */
export function leadingInteger(text: string): { value: number; rest: string } | undefined {
  const match = /^\s*([+-]?)(0x[0-9a-f]+|\d+)/i.exec(text);
  if (match === null) return undefined;
  let digits = match[2]!;
  let rest = text.slice(match[0].length);
  let base = 10;
  if (/^0x/i.test(digits)) base = 16;
  else if (digits.startsWith('0')) {
    base = 8;
    const octal = /^[0-7]+/.exec(digits)![0];
    rest = digits.slice(octal.length) + rest;
    digits = octal;
  }
  const size = base === 16 ? parseInt(digits.slice(2), 16) : parseInt(digits, base);
  return { value: match[1] === '-' ? -size : size, rest };
}
