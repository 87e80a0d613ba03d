/** The flags of one verb of Go's fmt, `%-08.3d`, and how they shape texts and numbers. */
import type { FloatForm } from './float-text.ts';
import { formatFloat } from './float-text.ts';
import { RUNE_ERROR, decodeRune, encodeRune, isPrintRune, isValidRune, runeCount } from './go-string.ts';
import { canBackquote, quote, quoteRune } from './quote.ts';

const INT_BITS = 64;
/** What `%#g` fills up to when no precision was given. */
const SHARP_DIGITS = 6;
const UNICODE_DIGITS_MIN = 4;

export class FormatFlags {
  isMinus = false;
  isPlus = false;
  isSharp = false;
  isSpace = false;
  isZero = false;
  /** `%+v`, with which the plain flag is off. */
  isPlusV = false;
  /** `%#v`, likewise. */
  isSharpV = false;
  /** -1 for none. */
  width = -1;
  precision = -1;

  pad(text: string): string {
    return this.padWith(text, this.isZero ? '0' : ' ');
  }

  private padWith(text: string, filler: string): string {
    const lack = this.width - runeCount(text);
    if (lack <= 0) return text;
    const padding = filler.repeat(lack);
    return this.isMinus ? text + padding : padding + text;
  }

  string(text: string): string {
    return this.pad(this.cut(text));
  }

  /** The first runes, as many as the precision says. */
  private cut(text: string): string {
    if (this.precision < 0) return text;
    let at = 0;
    for (let i = 0; i < this.precision && at < text.length; i++) at += decodeRune(text, at).size;
    return text.slice(0, at);
  }

  quoted(text: string): string {
    const cut = this.cut(text);
    if (this.isSharp && canBackquote(cut)) return this.pad(`\`${cut}\``);
    return this.pad(quote(cut, this.isPlus));
  }

  /** The bytes in hexadecimal. */
  hex(text: string, isUpper: boolean): string {
    const length = this.precision >= 0 ? Math.min(this.precision, text.length) : text.length;
    if (length === 0) return this.width > 0 ? this.pad('') : '';
    const prefix = this.isSharp ? (isUpper ? '0X' : '0x') : '';
    const bytes = Array.from(text.slice(0, length), (char) => char.charCodeAt(0).toString(16).padStart(2, '0'));
    const digits = bytes.map((each) => (isUpper ? each.toUpperCase() : each));
    return this.pad(prefix + digits.join(this.isSpace ? ` ${prefix}` : ''));
  }

  character(code: bigint): string {
    return this.pad(encodeRune(runeOf(code)));
  }

  quotedCharacter(code: bigint): string {
    return this.pad(quoteRune(runeOf(code), this.isPlus));
  }

  /** `U+0078`, with `#` also the character. */
  unicode(value: bigint): string {
    const unsigned = BigInt.asUintN(INT_BITS, value);
    const digits = unsigned.toString(16).toUpperCase().padStart(Math.max(this.precision, UNICODE_DIGITS_MIN), '0');
    const code = Number(unsigned);
    const shown = this.isSharp && isValidRune(code) && isPrintRune(code) ? ` '${encodeRune(code)}'` : '';
    return this.padWith(`U+${digits}${shown}`, ' ');
  }

  integer(value: bigint, base: 2 | 8 | 10 | 16, verb = 'd'): string {
    const isNegative = value < 0n;
    const magnitude = isNegative ? -value : value;
    let least = 0;
    if (this.precision >= 0) {
      least = this.precision;
      if (least === 0 && value === 0n) return ' '.repeat(Math.max(this.width, 0));
    } else if (this.isZero && this.width >= 0) {
      least = isNegative || this.isPlus || this.isSpace ? this.width - 1 : this.width;
    }
    let digits = magnitude.toString(base).padStart(least, '0');
    if (verb === 'X') digits = digits.toUpperCase();
    if (this.isSharp) digits = sharpPrefix(digits, base, verb) + digits;
    if (verb === 'O') digits = `0o${digits}`;
    const sign = isNegative ? '-' : this.isPlus ? '+' : this.isSpace ? ' ' : '';
    return this.padWith(sign + digits, ' ');
  }

  float(value: number, form: FloatForm, precisionDefault: number): string {
    const precision = this.precision >= 0 ? this.precision : precisionDefault;
    const text = formatFloat(value, form, precision);
    const sign = text.startsWith('-') ? '-' : this.isSpace && !this.isPlus ? ' ' : '+';
    let digits = text.replace(/^[-+]/, '');
    if (this.isSharp && form !== 'b') digits = withPoint(digits, form, precision);
    if (!this.isPlus && sign === '+') return this.pad(digits);
    if (this.isZero && this.width > digits.length + 1) return sign + digits.padStart(this.width - 1, '0');
    return this.pad(sign + digits);
  }
}

function runeOf(code: bigint): number {
  return code < 0n || code > 0x10ffffn ? RUNE_ERROR : Number(code);
}

function sharpPrefix(digits: string, base: number, verb: string): string {
  if (base === 2) return '0b';
  if (base === 16) return verb === 'X' ? '0X' : '0x';
  return base === 8 && !digits.startsWith('0') ? '0' : '';
}

/** `%#g` and its like always show a point, and the zeros behind it. */
function withPoint(text: string, form: FloatForm, precision: number): string {
  const isHex = form === 'x' || form === 'X';
  const tailAt = text.search(isHex ? /[pP]/ : /[eE]/);
  const tail = tailAt < 0 ? '' : text.slice(tailAt);
  let digits = tailAt < 0 ? text : text.slice(0, tailAt);
  let lack = form === 'g' || form === 'G' || form === 'x' ? (precision < 0 ? SHARP_DIGITS : precision) : 0;
  lack -= digits.replace('.', '').replace(/^0+/, '').length;
  if (!digits.includes('.')) {
    if (digits === '0') lack--;
    digits += '.';
  }
  return digits + '0'.repeat(Math.max(lack, 0)) + tail;
}
