/** Sizes of memory (github.com/docker/go-units) and numbers of processors. */
import { parseFloatText } from './number.ts';
import type { Value } from './value.ts';
import { fault, good, isFault } from './value.ts';

const SIZE = /^(\d+(?:\.\d+)*) ?([kKmMgGtTpP])?[iI]?[bB]?$/;
const BYTES = new Map<string, number>([
  ['', 1],
  ['k', 1024],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
  ['t', 1024 ** 4],
  ['p', 1024 ** 5],
]);
const RATIONAL = /^([+-]?)(?:(\d+)\/(\d+)|(\d+(?:_\d+)*)?(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?)$/;
const NANO = 1_000_000_000n;

/** Bytes: `64m`, `1.5GiB`. */
export function parseBytes(text: string): Value<number> {
  const match = SIZE.exec(text);
  if (match === null) return fault(`invalid size: '${text}'`);
  const number = parseFloatText(match[1]!);
  return isFault(number) ? number : good(Math.floor(number.value * BYTES.get((match[2] ?? '').toLowerCase())!));
}

/** `--memory-swap`: -1 is no limit. */
export function parseSwapBytes(text: string): Value<number> {
  return text === '-1' ? good(-1) : parseBytes(text);
}

/** Processors, in units of 10⁻⁹: `1.5`, `1/3` is too precise. */
export function parseCpus(text: string): Value<number> {
  const noNumber = fault(`failed to parse ${text} as a rational number`);
  const hexadecimal = /^([+-]?)(0[xXbBoO][\da-fA-F]+)$/.exec(text);
  if (hexadecimal !== null) {
    const value = Number(hexadecimal[2]);
    return Number.isNaN(value) ? noNumber : good(Number(`${hexadecimal[1]!}${value}`) * Number(NANO));
  }
  const match = RATIONAL.exec(text);
  if (match === null) return noNumber;
  const [, sign, numerator, denominator, whole = '', fraction = '', exponent = '0'] = match;
  if (numerator === undefined && whole === '' && fraction === '') return noNumber;
  const isDecimal = numerator === undefined;
  const power = isDecimal ? Number(exponent) - fraction.length : 0;
  let above = BigInt(isDecimal ? `${whole.replaceAll('_', '')}${fraction}` : numerator) * NANO;
  let below = isDecimal ? 1n : BigInt(denominator!);
  if (below === 0n) return noNumber;
  if (power >= 0) above *= 10n ** BigInt(power);
  else below *= 10n ** BigInt(-power);
  if (above % below !== 0n) return fault('value is too precise');
  return good(Number(BigInt.asIntN(64, (sign === '-' ? -above : above) / below)));
}
