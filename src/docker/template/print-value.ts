/** How Go's fmt prints one value for a verb: by its kind, unless its type has a word in it (a String method). */
import type { FloatForm } from './float-text.ts';
import type { FormatFlags } from './format-flags.ts';
import { isIntKind, isUintKind } from './go-type.ts';
import type { GoValue } from './go-value.ts';
import { jsonText } from './json.ts';
import {
  boolData,
  complexData,
  floatData,
  intData,
  listOf,
  sortedEntries,
  stringData,
  stringValue,
  targetOf,
} from './go-value.ts';

const STRINGER_VERBS = 'vsxXq';
/** The precision of each verb when none was given; -1 for the shortest form. */
const FLOAT_VERBS: Readonly<Record<string, readonly [FloatForm, number]>> = {
  v: ['g', -1],
  b: ['b', -1],
  g: ['g', -1],
  G: ['G', -1],
  x: ['x', -1],
  X: ['X', -1],
  f: ['f', 6],
  F: ['f', 6],
  e: ['e', 6],
  E: ['E', 6],
};
const INTEGER_BASES: Readonly<Record<string, 2 | 8 | 10 | 16>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };
/** Addresses are made up, in the form and at the distance of real ones. */
const ADDRESS_FIRST = 0xc000010000n;
const ADDRESS_STEP = 0x40n;
const ADDRESS_COUNT = 0x8000;
const HASH_FACTOR = 31;

/** One operand, its interface already opened; undefined is nil. */
export function printArgument(flags: FormatFlags, value: GoValue | undefined, verb: string): string {
  if (value === undefined) return verb === 'T' || verb === 'v' ? flags.pad('<nil>') : `%!${verb}(<nil>)`;
  if (verb === 'T') return flags.string(value.type.name);
  const printer = new ValuePrinter(flags, verb, false);
  return verb === 'p' ? printer.pointer(value) : printer.print(value, 0, true);
}

/** What the type's String method says; undefined if it has none. */
export function stringerText(value: GoValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.type.kind !== 'ptr') return value.type.stringer?.(value);
  const stringer = value.type.elem!.stringer;
  const target = targetOf(value);
  return stringer === undefined || target === undefined ? undefined : stringer(target);
}

class ValuePrinter {
  private readonly flags: FormatFlags;
  private readonly verb: string;
  /** While a complaint is printed no String method is asked. */
  private readonly isComplaint: boolean;

  constructor(flags: FormatFlags, verb: string, isComplaint: boolean) {
    this.flags = flags;
    this.verb = verb;
    this.isComplaint = isComplaint;
  }

  /** What a struct keeps to itself (`isOpen` is false) has no methods for fmt. */
  print(value: GoValue, depth: number, isOpen: boolean): string {
    const { flags, verb } = this;
    // Errors are wrapped by this one, which nothing but an error's own text can do.
    if (verb === 'w') return this.badVerb(value);
    if (isOpen && !this.isComplaint && !flags.isSharpV && STRINGER_VERBS.includes(verb)) {
      const text = stringerText(value);
      if (text !== undefined) return this.string(text, value);
    }
    const { kind } = value.type;
    if (isIntKind(kind)) return this.integer(intData(value), value, true);
    if (isUintKind(kind)) return this.integer(intData(value), value, false);
    switch (kind) {
      case 'bool':
        return verb === 't' || verb === 'v' ? flags.pad(String(boolData(value))) : this.badVerb(value);
      case 'float64':
        return this.float(floatData(value), value);
      case 'complex128':
        return this.complex(value);
      case 'string':
        return this.string(stringData(value), value);
      case 'map':
        return this.map(value, depth, isOpen);
      case 'struct':
        return this.struct(value, depth, isOpen);
      case 'interface': {
        const inner = targetOf(value);
        if (inner !== undefined) return this.print(inner, depth + 1, isOpen);
        return flags.isSharpV ? `${value.type.name}(nil)` : '<nil>';
      }
      case 'slice':
      case 'array':
        return this.list(value, depth, isOpen);
      default:
        return this.pointee(value, depth, isOpen);
    }
  }

  /** A struct or a list behind a pointer is shown at the top only. */
  private pointee(value: GoValue, depth: number, isOpen: boolean): string {
    const target = targetOf(value);
    const isShown =
      depth === 0 && target !== undefined && ['array', 'slice', 'struct', 'map'].includes(target.type.kind);
    return isShown ? `&${this.print(target, depth + 1, isOpen)}` : this.pointer(value);
  }

  pointer(value: GoValue): string {
    const { flags, verb } = this;
    if (!['map', 'ptr', 'slice'].includes(value.type.kind)) return this.badVerb(value);
    const address = addressOf(value);
    if (verb === 'v' && flags.isSharpV) {
      return `(${value.type.name})(${address === 0n ? 'nil' : this.address(address, true)})`;
    }
    if (verb === 'v' && address === 0n) return flags.pad('<nil>');
    if (verb === 'v' || verb === 'p') return this.address(address, !flags.isSharp);
    return 'bodxX'.includes(verb) ? this.integer(address, value, false) : this.badVerb(value);
  }

  private address(address: bigint, hasPrefix: boolean): string {
    const { isSharp } = this.flags;
    this.flags.isSharp = hasPrefix;
    const text = this.flags.integer(address, 16);
    this.flags.isSharp = isSharp;
    return text;
  }

  private integer(number: bigint, value: GoValue, isSigned: boolean): string {
    const { flags, verb } = this;
    if (verb === 'v' && flags.isSharpV && !isSigned) return this.address(number, true);
    const base = INTEGER_BASES[verb];
    if (base !== undefined) return flags.integer(number, base, verb);
    if (verb === 'c') return flags.character(number);
    if (verb === 'q') return flags.quotedCharacter(number);
    return verb === 'U' ? flags.unicode(number) : this.badVerb(value);
  }

  private float(number: number, value: GoValue): string {
    const form = FLOAT_VERBS[this.verb];
    return form === undefined ? this.badVerb(value) : this.flags.float(number, form[0], form[1]);
  }

  /** The imaginary part always has a sign. */
  private complex(value: GoValue): string {
    if (FLOAT_VERBS[this.verb] === undefined) return this.badVerb(value);
    const { re, im } = complexData(value);
    const real = this.float(re, value);
    const { isPlus } = this.flags;
    this.flags.isPlus = true;
    const imaginary = this.float(im, value);
    this.flags.isPlus = isPlus;
    return `(${real}${imaginary}i)`;
  }

  private string(text: string, value: GoValue): string {
    const { flags, verb } = this;
    if (verb === 'q' || (verb === 'v' && flags.isSharpV)) return flags.quoted(text);
    if (verb === 'v' || verb === 's') return flags.string(text);
    return verb === 'x' || verb === 'X' ? flags.hex(text, verb === 'X') : this.badVerb(value);
  }

  private map(value: GoValue, depth: number, isOpen: boolean): string {
    const isGo = this.flags.isSharpV;
    if (isGo && value.data === null) return `${value.type.name}(nil)`;
    const entries = sortedEntries(value).map(([key, item]) => {
      const keyText = this.print(stringValue(key, value.type.key), depth + 1, isOpen);
      return `${keyText}:${this.print(item, depth + 1, isOpen)}`;
    });
    return isGo ? `${value.type.name}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
  }

  private struct(value: GoValue, depth: number, isOpen: boolean): string {
    const { isSharpV, isPlusV } = this.flags;
    const items = listOf(value).map((item, i) => {
      const field = value.type.fields![i]!;
      const inner = item.type.kind === 'interface' ? (targetOf(item) ?? item) : item;
      const text = this.print(inner, depth + 1, isOpen && field.isExported);
      return isSharpV || isPlusV ? `${field.name}:${text}` : text;
    });
    return isSharpV ? `${value.type.name}{${items.join(', ')}}` : `{${items.join(' ')}}`;
  }

  private list(value: GoValue, depth: number, isOpen: boolean): string {
    const isGo = this.flags.isSharpV;
    if (isGo && value.data === null) return `${value.type.name}(nil)`;
    const items = listOf(value).map((item) => this.print(item, depth + 1, isOpen));
    return isGo ? `${value.type.name}{${items.join(', ')}}` : `[${items.join(' ')}]`;
  }

  /** `%!d(string=hi)`. */
  private badVerb(value: GoValue): string {
    const text = new ValuePrinter(this.flags, 'v', true).print(value, 0, true);
    return `%!${this.verb}(${value.type.name}=${text})`;
  }
}

/** An address that follows from what lies there, so that a run prints the same every time. */
function addressOf(value: GoValue): bigint {
  if (value.data === null) return 0n;
  const content = jsonText(value);
  let hash = 0;
  for (let i = 0; i < content.length; i++) hash = (hash * HASH_FACTOR + content.charCodeAt(i)) % ADDRESS_COUNT;
  return ADDRESS_FIRST + ADDRESS_STEP * BigInt(hash);
}
