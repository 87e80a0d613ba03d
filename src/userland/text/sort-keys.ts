/** The keys of sort: `-k 2,3n`, parsed and cut out of lines. */
import { compareFloats, compareGeneral, compareHuman, compareMonths, compareNumeric, compareText } from './order.ts';
import { compareVersionTexts, compareVersions } from './version-order.ts';

/** How two keys are compared: letters as of sort's options; of busybox `a` for atof(3), `v` for strverscmp(3). */
export type KeyFlags = ReadonlySet<string>;

export interface SortKey {
  /** Fields and characters count from 0; an `endField` of Infinity is the line's end. */
  readonly startField: number;
  readonly startCharacter: number;
  readonly endField: number;
  /** Up to this character of the field, not in; 0: up to the field's end. */
  readonly endCharacter: number;
  readonly skipsStartBlanks: boolean;
  readonly skipsEndBlanks: boolean;
  readonly flags: KeyFlags;
}

/** What is wrong with a key, in the words of GNU sort. */
export class KeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyError';
  }
}

const FLAG_LETTERS = /^[bdfghiMnRrV]*/;

interface Position {
  readonly field: number;
  readonly character: number;
  readonly flags: string;
  readonly rest: string;
}

function position(text: string, whole: string, isEnd: boolean): Position {
  const number = /^\d+/.exec(text)?.[0];
  if (number === undefined) {
    const where = isEnd ? "after ','" : 'at field start';
    throw new KeyError(`invalid number ${where}: invalid count at start of '${text}'`);
  }
  if (Number(number) === 0) throw new KeyError(`field number is zero: invalid field specification '${whole}'`);
  let rest = text.slice(number.length);
  let character = 0;
  if (rest.startsWith('.')) {
    const digits = /^\d+/.exec(rest.slice(1))?.[0];
    if (digits === undefined)
      throw new KeyError(`invalid number after '.': invalid count at start of '${rest.slice(1)}'`);
    character = Number(digits);
    if (character === 0 && !isEnd)
      throw new KeyError(`character offset is zero: invalid field specification '${whole}'`);
    rest = rest.slice(1 + digits.length);
  }
  const flags = FLAG_LETTERS.exec(rest)![0];
  return { field: Number(number), character, flags, rest: rest.slice(flags.length) };
}

/** Reads `2`, `2,3n`, `1.2b,1.4`; throws a KeyError. */
export function parseKey(text: string): SortKey {
  const start = position(text, text, false);
  let end: Position | null = null;
  if (start.rest.startsWith(',')) end = position(start.rest.slice(1), text, true);
  if ((end ?? start).rest !== '')
    throw new KeyError(`stray character in field spec: invalid field specification '${text}'`);
  return {
    startField: start.field - 1,
    startCharacter: Math.max(start.character - 1, 0),
    endField: end === null ? Infinity : end.field - 1,
    endCharacter: end?.character ?? 0,
    skipsStartBlanks: start.flags.includes('b'),
    skipsEndBlanks: end?.flags.includes('b') === true,
    flags: new Set(Array.from((start.flags + (end?.flags ?? '')).replaceAll('b', ''))),
  };
}

/** Where a field begins. Without a separator the blanks in front of a field are part of it. */
function fieldStart(line: string, separator: string | undefined, field: number): number {
  let at = 0;
  for (let i = 0; i < field && at < line.length; i++)
    at = fieldEnd(line, separator, at) + (separator === undefined ? 0 : 1);
  return Math.min(at, line.length);
}

function fieldEnd(line: string, separator: string | undefined, start: number): number {
  if (separator === undefined) return start + /^[ \t]*[^ \t]*/.exec(line.slice(start))![0].length;
  const found = line.indexOf(separator, start);
  return found < 0 ? line.length : found;
}

function skipBlanks(line: string, at: number): number {
  return at + /^[ \t]*/.exec(line.slice(at))![0].length;
}

/** The key's part of a line. */
export function keyText(line: string, key: SortKey, separator: string | undefined): string {
  let start = fieldStart(line, separator, key.startField);
  if (key.skipsStartBlanks) start = skipBlanks(line, start);
  start = Math.min(start + key.startCharacter, line.length);
  let end = line.length;
  if (key.endField !== Infinity) {
    end = fieldStart(line, separator, key.endField);
    if (key.endCharacter === 0) end = fieldEnd(line, separator, end);
    else {
      if (key.skipsEndBlanks) end = skipBlanks(line, end);
      end = Math.min(end + key.endCharacter, line.length);
    }
  }
  return line.slice(start, Math.max(end, start));
}

/** Compares two keys by their flags; `r` turns it round. */
export function compareByFlags(left: string, right: string, flags: KeyFlags): number {
  const order = compareForwards(left, right, flags);
  return flags.has('r') ? -order : order;
}

function compareForwards(left: string, right: string, flags: KeyFlags): number {
  if (flags.has('a')) return compareFloats(left, right);
  if (flags.has('n')) return compareNumeric(left, right);
  if (flags.has('h')) return compareHuman(left, right);
  if (flags.has('g')) return compareGeneral(left, right);
  if (flags.has('M')) return compareMonths(left, right);
  const [a, b] = [translated(left, flags), translated(right, flags)];
  if (flags.has('v')) return compareVersionTexts(a, b);
  return flags.has('V') ? compareVersions(a, b) : compareText(a, b);
}

/** `-d` leaves blanks, letters and digits, `-i` what can be printed, `-f` takes all letters for large. */
function translated(text: string, flags: KeyFlags): string {
  let result = text;
  if (flags.has('d')) result = result.replace(/[^ \tA-Za-z0-9]/g, '');
  if (flags.has('i')) result = result.replace(/[^ -~]/g, '');
  if (flags.has('f')) result = result.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return result;
}
