/** Go's fmt: Sprint, Sprintln and Sprintf over values with Go's types, with its complaints inside of the text. */
import { FormatFlags } from './format-flags.ts';
import { decodeRune } from './go-string.ts';
import { isIntKind, isUintKind } from './go-type.ts';
import type { GoValue } from './go-value.ts';
import { intData, unwrap } from './go-value.ts';
import { printArgument } from './print-value.ts';

/** Widths and precisions beyond this are no such. */
const NUMBER_MAX = 1_000_000n;

/** Spaces stand between operands of which neither is a string. */
export function sprint(args: readonly (GoValue | undefined)[]): string {
  const values = args.map(unwrap);
  const flags = new FormatFlags();
  return values
    .map((value, i) => {
      const isApart = i > 0 && value?.type.kind !== 'string' && values[i - 1]?.type.kind !== 'string';
      return `${isApart ? ' ' : ''}${printArgument(flags, value, 'v')}`;
    })
    .join('');
}

export function sprintln(args: readonly (GoValue | undefined)[]): string {
  const flags = new FormatFlags();
  return `${args.map((each) => printArgument(flags, unwrap(each), 'v')).join(' ')}\n`;
}

export function sprintf(format: string, args: readonly (GoValue | undefined)[]): string {
  return new Formatter(format, args.map(unwrap)).run();
}

class Formatter {
  private readonly format: string;
  private readonly args: readonly (GoValue | undefined)[];
  private at = 0;
  private next = 0;
  private isReordered = false;
  /** Whether the argument's number in brackets was right, in this verb. */
  private isGoodNumber = true;
  /** Whether a number in brackets has just been read. */
  private isAfterNumber = false;
  private text = '';

  constructor(format: string, args: readonly (GoValue | undefined)[]) {
    this.format = format;
    this.args = args;
  }

  run(): string {
    while (this.at < this.format.length) {
      const percent = this.format.indexOf('%', this.at);
      this.text += this.format.slice(this.at, percent < 0 ? undefined : percent);
      if (percent < 0) break;
      this.at = percent + 1;
      this.verb();
    }
    if (!this.isReordered && this.next < this.args.length) this.text += this.extra();
    return this.text;
  }

  private verb(): void {
    const flags = this.flags();
    this.isGoodNumber = true;
    this.argumentNumber();
    this.width(flags);
    this.precision(flags);
    if (!this.isAfterNumber) this.argumentNumber();
    const { code, size } = decodeRune(this.format, this.at);
    if (size === 0) {
      this.text += '%!(NOVERB)';
      return;
    }
    const verb = this.format.slice(this.at, this.at + size);
    this.at += size;
    this.print(flags, verb, code);
  }

  private print(flags: FormatFlags, verb: string, code: number): void {
    if (code === 0x25) this.text += '%';
    else if (!this.isGoodNumber) this.text += `%!${verb}(BADINDEX)`;
    else if (this.next >= this.args.length) this.text += `%!${verb}(MISSING)`;
    else {
      if (verb === 'v') {
        flags.isSharpV = flags.isSharp;
        flags.isPlusV = flags.isPlus;
        flags.isSharp = flags.isPlus = false;
      }
      this.text += printArgument(flags, this.args[this.next++], verb);
    }
  }

  private flags(): FormatFlags {
    const flags = new FormatFlags();
    for (; this.at < this.format.length; this.at++) {
      const char = this.format[this.at]!;
      if (char === '#') flags.isSharp = true;
      else if (char === '0') flags.isZero = !flags.isMinus;
      else if (char === '+') flags.isPlus = true;
      else if (char === ' ') flags.isSpace = true;
      else if (char === '-') {
        flags.isMinus = true;
        flags.isZero = false;
      } else break;
    }
    return flags;
  }

  private width(flags: FormatFlags): void {
    if (this.format[this.at] !== '*') {
      flags.width = this.number() ?? -1;
      if (this.isAfterNumber && flags.width >= 0) this.isGoodNumber = false;
      return;
    }
    this.at++;
    const wanted = this.intArgument();
    if (wanted === undefined) this.text += '%!(BADWIDTH)';
    else if (wanted < 0) {
      flags.isMinus = true;
      flags.isZero = false;
    }
    flags.width = wanted === undefined ? -1 : Math.abs(wanted);
    this.isAfterNumber = false;
  }

  private precision(flags: FormatFlags): void {
    if (this.format[this.at] !== '.' || this.at + 1 >= this.format.length) return;
    this.at++;
    if (this.isAfterNumber) this.isGoodNumber = false;
    this.argumentNumber();
    if (this.format[this.at] !== '*') {
      flags.precision = this.number() ?? 0;
      return;
    }
    this.at++;
    const wanted = this.intArgument();
    if (wanted === undefined || wanted < 0) this.text += '%!(BADPREC)';
    else flags.precision = wanted;
    this.isAfterNumber = false;
  }

  /** `[3]`: which argument comes next. */
  private argumentNumber(): void {
    this.isAfterNumber = false;
    if (this.format[this.at] !== '[') return;
    this.isReordered = true;
    const close = this.format.indexOf(']', this.at);
    const digits = close < 0 ? '' : this.format.slice(this.at + 1, close);
    const isRead = /^\d{1,7}$/.test(digits);
    this.at = close < 0 ? this.at + 1 : close + 1;
    this.isAfterNumber = isRead;
    if (isRead && Number(digits) >= 1 && Number(digits) <= this.args.length) this.next = Number(digits) - 1;
    else this.isGoodNumber = false;
  }

  private number(): number | undefined {
    const digits = /^\d+/.exec(this.format.slice(this.at))?.[0];
    if (digits === undefined) return undefined;
    this.at += digits.length;
    if (BigInt(digits) <= NUMBER_MAX) return Number(digits);
    // What comes behind a number that is far too long is not looked at.
    this.at = this.format.length;
    return undefined;
  }

  private intArgument(): number | undefined {
    if (this.next >= this.args.length) return undefined;
    const value = this.args[this.next++];
    if (value === undefined || !(isIntKind(value.type.kind) || isUintKind(value.type.kind))) return undefined;
    const wanted = intData(value);
    return wanted > NUMBER_MAX || wanted < -NUMBER_MAX ? undefined : Number(wanted);
  }

  /** What is said about arguments that no verb has asked for. */
  private extra(): string {
    const shown = this.args.slice(this.next).map((value) => {
      if (value === undefined) return '<nil>';
      return `${value.type.name}=${printArgument(new FormatFlags(), value, 'v')}`;
    });
    return `%!(EXTRA ${shown.join(', ')})`;
  }
}
