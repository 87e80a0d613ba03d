/** Go's time.ParseDuration: `1h30m`, `1.5s`, `-2ms`. */
import type { Fault, Value } from './value.ts';
import { fault, good } from './value.ts';

const UNIT_NANOSECONDS = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const PART = /^(\d*)(?:\.(\d*))?/;
const UNIT = /^[^.\d]*/;
const MAX_NANOSECONDS = 2n ** 63n - 1n;

/** Nanoseconds. */
export function parseDuration(text: string): Value<number> {
  const sign = /^[+-]/.test(text) ? text[0]! : '';
  let rest = text.slice(sign.length);
  if (rest === '0') return good(0);
  if (rest === '') return invalid(text);
  let total = 0n;
  while (rest !== '') {
    const [number, whole = '', fraction = ''] = PART.exec(rest)!;
    if (whole === '' && fraction === '') return invalid(text);
    rest = rest.slice(number.length);
    const name = UNIT.exec(rest)![0];
    if (name === '') return fault(`time: missing unit in duration ${quote(text)}`);
    rest = rest.slice(name.length);
    const unit = UNIT_NANOSECONDS.get(name);
    if (unit === undefined) return fault(`time: unknown unit ${quote(name)} in duration ${quote(text)}`);
    total += BigInt(whole === '' ? 0 : whole) * unit + fractionOf(fraction, unit);
    if (total > MAX_NANOSECONDS + 1n) return invalid(text);
  }
  if (sign === '-') return good(Number(-total));
  return total > MAX_NANOSECONDS ? invalid(text) : good(Number(total));
}

/** Digits beyond what a unit can show are cut off. */
function fractionOf(digits: string, unit: bigint): bigint {
  return digits === '' ? 0n : (BigInt(digits) * unit) / 10n ** BigInt(digits.length);
}

function invalid(text: string): Fault {
  return fault(`time: invalid duration ${quote(text)}`);
}

/** The package has a quoting of its own: bytes beyond ASCII stand as `\xc2`. */
function quote(text: string): string {
  let quoted = '';
  for (const rune of text) {
    const code = rune.codePointAt(0)!;
    if (rune === '"' || rune === '\\') quoted += `\\${rune}`;
    else if (code >= 0x20 && code < 0x80) quoted += rune;
    else
      quoted += [...new TextEncoder().encode(rune)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  }
  return `"${quoted}"`;
}
