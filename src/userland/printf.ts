/** printf (POSIX XCU printf): formats, used again while arguments are left; numbers as C's printf(3) writes them. */
import { C_ESCAPES } from './c-escapes.ts';

/** What printf writes, what it complains of, and its exit code. */
export interface PrintfResult {
  readonly text: string;
  /** Without the program's name; in the order of the arguments. */
  readonly errors: readonly string[];
  readonly exit: number;
}

const DIRECTIVE = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d*))?([\s\S]?)/y;
const ESCAPE = /\\(?:([0-7]{1,3})|([\s\S]))/g;
const ARGUMENT_ESCAPE = /\\(?:0([0-7]{0,3})|([1-7][0-7]{0,2})|([\s\S]))/g;
const INT64_MAX = 0x7fffffffffffffffn;
const UINT64_MAX = 0xffffffffffffffffn;
const INTEGER = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/;

/** How a directive lays its value out: `%-08.3f`. */
export interface Layout {
  /** Of `-+ #0`. */
  readonly flags: string;
  readonly width: number;
  /** -1 for none. */
  readonly precision: number;
}

/** Writes the format with its arguments, once and then as often as arguments are left. */
export function printfText(format: string, args: readonly string[]): PrintfResult {
  return new Printer(format, args).run();
}

class Printer {
  private readonly format: string;
  private readonly args: readonly string[];
  private readonly errors: string[] = [];
  private at = 0;
  private text = '';
  /** `\c`, or a format that is none: nothing more is written. */
  private isOver = false;
  private exit = 0;

  constructor(format: string, args: readonly string[]) {
    this.format = format;
    this.args = args;
  }

  run(): PrintfResult {
    do {
      const before = this.at;
      this.once();
      if (this.at === before) break;
    } while (!this.isOver && this.at < this.args.length);
    return { text: this.text, errors: this.errors, exit: this.exit };
  }

  private once(): void {
    const { format } = this;
    let from = 0;
    while (from < format.length && !this.isOver) {
      const percent = format.indexOf('%', from);
      if (percent === from) {
        DIRECTIVE.lastIndex = percent;
        const match = DIRECTIVE.exec(format)!;
        from = DIRECTIVE.lastIndex;
        this.addDirective(match);
      } else {
        const end = percent < 0 ? format.length : percent;
        this.addEscaped(format.slice(from, end));
        from = end;
      }
    }
  }

  private addEscaped(text: string): void {
    this.text += text.replace(ESCAPE, (whole, octal: string | undefined, char: string | undefined) =>
      octal !== undefined
        ? String.fromCharCode(parseInt(octal, 8) & 0xff)
        : (C_ESCAPES[char!] ?? (char === '"' ? '"' : whole)),
    );
  }

  private addDirective([whole, flags = '', width, precision, conversion = '']: RegExpExecArray): void {
    if (conversion === '%' && whole === '%%') {
      this.text += '%';
      return;
    }
    let widthValue = width === '*' ? Number(this.integer()) : Number(width ?? 0);
    const isLeft = flags.includes('-') || widthValue < 0;
    widthValue = widthValue < 0 ? -widthValue : widthValue;
    const precisionValue =
      precision === '*' ? Number(this.integer()) : precision === undefined ? -1 : Number(precision);
    const layout = { flags: isLeft ? `${flags}-` : flags, width: widthValue, precision: precisionValue };
    if ('diouxX'.includes(conversion || '-'))
      this.text += formatInteger(this.integer('di'.includes(conversion)), conversion, layout);
    else if ('eEfFgGaA'.includes(conversion || '-')) this.text += formatFloat(this.float(), conversion, layout);
    else if (conversion === 'c') this.text += pad((this.next() ?? '').charAt(0), layout);
    else if (conversion === 's') this.text += pad(cut(this.next() ?? '', layout.precision), layout);
    else if (conversion === 'b') this.addUnescaped(this.next() ?? '', layout);
    else {
      this.errors.push(`${whole}: invalid directive`);
      this.exit = 2;
      this.isOver = true;
    }
  }

  private next(): string | undefined {
    return this.args[this.at++];
  }

  /** `%b`: the argument's own escapes count. */
  private addUnescaped(text: string, layout: Layout): void {
    const stop = /^(?:[^\\]|\\[^c])*?\\c/.exec(text);
    const kept = stop === null ? text : stop[0].slice(0, -2);
    const unescaped = kept.replace(ARGUMENT_ESCAPE, (whole, zero?: string, octal?: string, char?: string) => {
      const digits = zero ?? octal;
      if (digits !== undefined) return String.fromCharCode(parseInt(digits === '' ? '0' : digits, 8) & 0xff);
      return C_ESCAPES[char!] ?? whole;
    });
    this.text += pad(cut(unescaped, layout.precision), layout);
    if (stop !== null) this.isOver = true;
  }

  /** The next argument as an integer: decimal, octal, hexadecimal, or the code of what stands behind a quote. */
  private integer(isSigned = true): bigint {
    const text = this.next();
    if (text === undefined || text === '') return 0n;
    if (text.startsWith("'") || text.startsWith('"')) return BigInt(text.codePointAt(1) ?? 0);
    const match = INTEGER.exec(text);
    this.judge(text, match?.[0].length ?? 0);
    if (match === null) return 0n;
    const digits = match[2]!;
    const isOctal = /^0[0-7]+$/.test(digits);
    const value = BigInt(isOctal ? `0o${digits}` : digits);
    const largest = match[1] === '-' ? INT64_MAX + 1n : isSigned ? INT64_MAX : UINT64_MAX;
    if (value > largest) {
      this.errors.push(`${text}: Numerical result out of range`);
      this.exit = 1;
    }
    const kept = value > largest ? largest : value;
    return match[1] === '-' ? -kept : kept;
  }

  private float(): number {
    const text = this.next();
    if (text === undefined || text === '') return 0;
    if (text.startsWith("'") || text.startsWith('"')) return text.codePointAt(1) ?? 0;
    const match = /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)/i.exec(text);
    this.judge(text, match?.[0].length ?? 0);
    if (match === null) return 0;
    const number = match[0].trim().toLowerCase();
    if (number.includes('inf')) return number.startsWith('-') ? -Infinity : Infinity;
    return Number(number);
  }

  private judge(text: string, used: number): void {
    if (used === text.length) return;
    this.errors.push(used === 0 ? `${text}: expected numeric value` : `${text}: not completely converted`);
    this.exit = 1;
  }
}

function cut(text: string, precision: number): string {
  return precision < 0 ? text : text.slice(0, precision);
}

function pad(text: string, { flags, width }: Layout): string {
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}

/** `%d`, `%i`, `%u`, `%o`, `%x`, `%X` of a 64-bit integer. */
export function formatInteger(value: bigint, conversion: string, layout: Layout): string {
  const { flags, precision } = layout;
  const isSigned = conversion === 'd' || conversion === 'i';
  const bits = isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  const magnitude = bits < 0n ? -bits : bits;
  const radix = conversion === 'o' ? 8 : conversion.toLowerCase() === 'x' ? 16 : 10;
  let digits = magnitude === 0n && precision === 0 ? '' : magnitude.toString(radix);
  if (conversion === 'X') digits = digits.toUpperCase();
  if (conversion === 'o' && flags.includes('#') && !digits.startsWith('0')) digits = `0${digits}`;
  digits = digits.padStart(precision, '0');
  const isPrefixed = radix === 16 && flags.includes('#') && magnitude !== 0n;
  const sign = isSigned ? signOf(bits < 0n, flags) : isPrefixed ? `0${conversion}` : '';
  return layOut(sign, digits, layout, precision < 0);
}

function signOf(isNegative: boolean, flags: string): string {
  return isNegative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function layOut(sign: string, digits: string, layout: Layout, mayFill: boolean): string {
  const { flags, width } = layout;
  if (!flags.includes('0') || flags.includes('-') || !mayFill) return pad(sign + digits, layout);
  return sign + digits.padStart(width - sign.length, '0');
}

/** `%e`, `%f`, `%g` and their capitals. */
export function formatFloat(value: number, conversion: string, layout: Layout): string {
  const { flags } = layout;
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = signOf(isNegative, flags);
  const magnitude = isNegative ? -value : value;
  if (!Number.isFinite(magnitude)) return pad(sign + (Number.isNaN(magnitude) ? 'nan' : 'inf'), layout);
  const precision = layout.precision < 0 ? 6 : layout.precision;
  const lower = conversion.toLowerCase();
  const digits =
    lower === 'f'
      ? fixed(magnitude, Math.min(precision, 100))
      : lower === 'e'
        ? exponential(magnitude, precision)
        : general(magnitude, precision === 0 ? 1 : precision, flags.includes('#'));
  return layOut(sign, conversion === lower ? digits : digits.toUpperCase(), layout, true);
}

/** C rounds what lies exactly between two to the even one, JavaScript away from zero. */
function fixed(magnitude: number, precision: number): string {
  const rounded = magnitude.toFixed(precision);
  const exact = magnitude.toFixed(100);
  const end = exact.indexOf('.') + 1 + precision;
  if (!/^50*$/.test(exact.slice(end)) || magnitude >= 1e21) return rounded;
  const down = exact.slice(0, precision === 0 ? end - 1 : end);
  return Number(down.slice(-1)) % 2 === 0 ? down : rounded;
}

/** An exponent has two digits at least. */
function exponential(magnitude: number, precision: number): string {
  return magnitude.toExponential(Math.min(precision, 100)).replace(/e([-+])(\d)$/, 'e$10$2');
}

/** `%g`: the shorter of the two, without zeros at its end unless `#` keeps them. */
function general(magnitude: number, precision: number, keepsZeros: boolean): string {
  const exponent = Number(/e([-+]\d+)$/.exec(magnitude.toExponential(Math.min(precision, 101) - 1))![1]);
  const isFixed = exponent >= -4 && exponent < precision;
  const text = isFixed ? fixed(magnitude, precision - 1 - exponent) : exponential(magnitude, precision - 1);
  if (keepsZeros) return text;
  return text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
}
