/** The sets of characters that tr takes: `a-z`, `[:upper:]`, `[=a=]`, `[x*]`, `[x*3]`, `\n`, `\101`. */
import { CHARACTER_CLASSES } from './posix-regex.ts';

/** One part of a set as it is written. */
export type SetPart =
  | { readonly kind: 'characters'; readonly codes: readonly number[] }
  | { readonly kind: 'class'; readonly name: string; readonly codes: readonly number[] }
  | { readonly kind: 'equivalence'; readonly codes: readonly number[] }
  /** A count of null fills the set up to the length of the other. */
  | { readonly kind: 'repeat'; readonly code: number; readonly count: number | null };

/** A bad set, in the words of GNU tr. */
export class SetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SetError';
  }
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };
/** In the POSIX locale there are so many characters. */
export const CHARACTER_COUNT = 256;

/** A character, and whether a backslash stood in front of it: then it is no operator. */
interface SetCharacter {
  readonly code: number;
  readonly isEscaped: boolean;
  readonly text: string;
}

/** Takes backslashes away. */
function unescape(text: string): SetCharacter[] {
  const found: SetCharacter[] = [];
  for (const [whole, octal, char] of text.matchAll(/\\([0-7]{1,3})|\\([\s\S])|[\s\S]/gu)) {
    if (octal !== undefined) {
      // \400 and above are two characters: the first two digits, then the third.
      const isTooBig = parseInt(octal, 8) >= CHARACTER_COUNT;
      const code = parseInt(isTooBig ? octal.slice(0, 2) : octal, 8);
      found.push({ code, isEscaped: true, text: whole });
      if (isTooBig) found.push({ code: octal.codePointAt(2)!, isEscaped: true, text: whole });
    } else if (char !== undefined) {
      found.push({ code: ESCAPES[char] ?? char.codePointAt(0)!, isEscaped: true, text: whole });
    } else found.push({ code: whole.codePointAt(0)!, isEscaped: false, text: whole });
  }
  return found;
}

/** All ASCII characters of a class, in their order. */
function classCodes(name: string): number[] | undefined {
  const set = CHARACTER_CLASSES[name];
  if (set === undefined) return undefined;
  const regex = new RegExp(`[${set}]`);
  return Array.from({ length: 128 }, (_, code) => code).filter((code) => regex.test(String.fromCharCode(code)));
}

class SetReader {
  readonly parts: SetPart[] = [];
  private readonly characters: readonly SetCharacter[];
  private readonly hasRepeats: boolean;
  private at = 0;

  constructor(text: string, hasRepeats: boolean) {
    this.hasRepeats = hasRepeats;
    this.characters = unescape(text);
  }

  read(): SetPart[] {
    while (this.at < this.characters.length) this.parts.push(this.part());
    return this.parts;
  }

  private part(): SetPart {
    if (this.isPlain(0, '[')) {
      const bracket = this.classPart() ?? this.equivalencePart() ?? this.repeatPart();
      if (bracket !== null) return bracket;
    }
    const first = this.characters[this.at]!;
    const last = this.characters[this.at + 2];
    if (!this.isPlain(1, '-') || last === undefined) {
      this.at++;
      return { kind: 'characters', codes: [first.code] };
    }
    if (last.code < first.code) {
      throw new SetError(`range-endpoints of '${first.text}-${last.text}' are in reverse collating sequence order`);
    }
    this.at += 3;
    return { kind: 'characters', codes: Array.from({ length: last.code - first.code + 1 }, (_, i) => first.code + i) };
  }

  private isPlain(offset: number, char: string): boolean {
    const found = this.characters[this.at + offset];
    return found !== undefined && !found.isEscaped && found.text === char;
  }

  /** What stands between `[:` and `:]`, or the like; null where it does not end. */
  private enclosed(mark: string): SetCharacter[] | null {
    if (!this.isPlain(1, mark)) return null;
    for (let end = 2; this.at + end + 1 < this.characters.length; end++) {
      if (this.isPlain(end, mark) && this.isPlain(end + 1, ']')) {
        return this.characters.slice(this.at + 2, this.at + end);
      }
    }
    return null;
  }

  private classPart(): SetPart | null {
    const inside = this.enclosed(':');
    if (inside === null) return null;
    const name = inside.map(({ text }) => text).join('');
    const codes = classCodes(name);
    if (name === '') throw new SetError("missing character class name '[::]'");
    if (codes === undefined) throw new SetError(`invalid character class '${name}'`);
    this.at += inside.length + 4;
    return { kind: 'class', name, codes };
  }

  private equivalencePart(): SetPart | null {
    const inside = this.enclosed('=');
    if (inside === null) return null;
    if (inside.length === 0) throw new SetError("missing equivalence class character '[==]'");
    if (inside.length > 1) {
      const text = inside.map((char) => char.text).join('');
      throw new SetError(`${text}: equivalence class operand must be a single character`);
    }
    this.at += 5;
    return { kind: 'equivalence', codes: [inside[0]!.code] };
  }

  /** `[x*]`, `[x*5]`; a count that begins with 0 is octal. */
  private repeatPart(): SetPart | null {
    if (!this.hasRepeats || !this.isPlain(2, '*')) return null;
    const rest = this.characters.slice(this.at + 3);
    const length = rest.findIndex((char) => !char.isEscaped && char.text === ']');
    if (length < 0) return null;
    const digits = rest
      .slice(0, length)
      .map(({ text }) => text)
      .join('');
    const isOctal = digits.startsWith('0');
    if (!(isOctal ? /^[0-7]*$/ : /^\d*$/).test(digits)) {
      throw new SetError(`invalid repeat count '${digits}' in [c*n] construct`);
    }
    const { code } = this.characters[this.at + 1]!;
    this.at += length + 4;
    return { kind: 'repeat', code, count: parseInt(digits, isOctal ? 8 : 10) || null };
  }
}

/** Reads a set, `[x*]` being a repetition or just text; throws a SetError. */
export function parseSet(text: string, hasRepeats: boolean): SetPart[] {
  return new SetReader(text, hasRepeats).read();
}

/** All characters of a set in their order; a repetition without a count fills it up to `length`. */
export function codesOf(parts: readonly SetPart[], length: number): number[] {
  const known = parts.reduce((sum, part) => sum + sizeOf(part), 0);
  return parts.flatMap((part) => {
    if (part.kind !== 'repeat') return part.codes;
    return new Array<number>(part.count ?? Math.max(length - known, 0)).fill(part.code);
  });
}

/** How many characters a part is, one without an end counting none. */
export function sizeOf(part: SetPart): number {
  return part.kind === 'repeat' ? (part.count ?? 0) : part.codes.length;
}
