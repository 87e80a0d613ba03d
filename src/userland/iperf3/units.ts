/** How iperf3 reads and writes quantities: 128K, 1.05 Mbits. */

const SUFFIXES = 'KMGT';
const BIT_NAMES = ['bit', 'Kbit', 'Mbit', 'Gbit', 'Tbit'];
const BYTE_NAMES = ['Byte', 'KByte', 'MByte', 'GByte', 'TByte'];
const BITS_PER_BYTE = 8;

/** A number of C's strtod with a suffix K, M, G or T of that base; NaN where no number begins. */
function quantity(text: string, base: number): number {
  const found = /^\s*([+-]?(?:\d+\.?\d*|\.\d+))(.?)/.exec(text);
  if (found === null) return NaN;
  const power = found[2] === '' ? -1 : SUFFIXES.indexOf(found[2]!.toUpperCase());
  return Number(found[1]) * base ** (power + 1);
}

/** Bytes, blocks, microseconds: K is 1024. */
export function unitBytes(text: string): number {
  const value = quantity(text, 1024);
  return Number.isNaN(value) ? 0 : Math.floor(value);
}

/** Bits a second: K is 1000. */
export function unitRate(text: string): number {
  const value = quantity(text, 1000);
  return Number.isNaN(value) ? 0 : Math.floor(value);
}

/** Four places: `6.72 MByte`, ` 129 KByte`. `format` is a letter of -f; capital letters are bytes, `a` chooses. */
export function unitText(bytes: number, format: string): string {
  const isBytes = format === format.toUpperCase();
  const base = isBytes ? 1024 : 1000;
  let value = isBytes ? bytes : bytes * BITS_PER_BYTE;
  let power = SUFFIXES.indexOf(format.toUpperCase()) + 1;
  if (format.toUpperCase() === 'A') {
    for (let rest = value; rest >= base && power < SUFFIXES.length; rest /= base) power++;
  }
  value /= base ** power;
  const places = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(places).padStart(4)} ${(isBytes ? BYTE_NAMES : BIT_NAMES)[power]!}`;
}
