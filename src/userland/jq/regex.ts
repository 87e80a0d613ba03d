/** Oniguruma's regular expressions as far as JavaScript's are the same, and jq's way of asking them. */
import { jsonText } from './json-text.ts';
import { JqError } from './value.ts';
import type { JqValue } from './value.ts';

/** One match: where, in characters, and what its groups hold. */
export interface RegexMatch {
  readonly offset: number;
  readonly text: string;
  readonly groups: readonly RegexGroup[];
}

export interface RegexGroup {
  readonly name: string | null;
  /** Null for a group that took no part. */
  readonly text: string | null;
  readonly offset: number;
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  ...{ alpha: '\\p{L}', digit: '\\d', alnum: '\\p{L}\\d', upper: '\\p{Lu}', lower: '\\p{Ll}', space: '\\s' },
  ...{ punct: '!-\\/:-@\\[-`\\{-~', xdigit: '0-9A-Fa-f', word: '\\w', blank: ' \\t' },
};

/** The source in JavaScript's words. */
function sourceOf(source: string, isExtended: boolean): string {
  const known = source
    .replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX_CLASSES[name] ?? whole)
    .replaceAll('\\h', '[0-9A-Fa-f]')
    .replaceAll('\\A', '(?<![\\s\\S])')
    .replace(/\\[zZ]/g, '(?![\\s\\S])');
  return isExtended
    ? known.replace(/\\[\s\S]|\[[^\]]*\]|\s+|#[^\n]*/g, (part) => (/^[\s#]/.test(part) ? '' : part))
    : known;
}

function compile(source: string, flags: string): RegExp {
  const isSingleLine = flags.includes('s') || flags.includes('p');
  try {
    // To Oniguruma `^` and `$` are those of lines.
    const own = `gdm${flags.includes('i') ? 'i' : ''}${isSingleLine ? 's' : ''}`;
    return compiled(sourceOf(source, flags.includes('x')), own);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JqError(`Regex failure: ${complaint(source)}`);
  }
}

/** What is fine without the flag `u` need not be with it: superfluous backslashes. */
function compiled(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    return new RegExp(source, flags);
  }
}

/** The commonest mistakes in Oniguruma's words. */
function complaint(source: string): string {
  if (/^[*+?]/.test(source)) return 'target of repeat operator is not specified';
  if (/\[[^\]]*$/.test(source)) return 'premature end of char-class';
  const opening = source.replace(/\\[\s\S]/g, '').split('(').length;
  const closing = source.replace(/\\[\s\S]/g, '').split(')').length;
  if (opening > closing) return 'end pattern with unmatched parenthesis';
  return closing > opening ? 'unmatched close parenthesis' : 'invalid pattern';
}

/** Checks the flags: texts of the letters g, i, x, s, n, p, l, or null. */
export function checkFlags(flags: JqValue): string {
  if (flags === null) return '';
  if (typeof flags !== 'string') throw new JqError(`${jsonText(flags)} is not a string`);
  const bad = Array.from(flags).find((flag) => !'gixsnpl'.includes(flag));
  if (bad !== undefined) throw new JqError(`${flags} is not a valid modifier string`);
  return flags;
}

/** All matches, or with the flag `g` missing the first. */
export function matchesOf(text: string, source: string, flags: string): RegexMatch[] {
  const found: RegexMatch[] = [];
  const characters = (units: number): number => Array.from(text.slice(0, units)).length;
  for (const match of text.matchAll(compile(source, flags))) {
    if (match[0] === '' && flags.includes('n')) continue;
    // jq looks no further once it stands at the end.
    if (match.index === text.length && found.length > 0) continue;
    const names = Object.entries(match.indices?.groups ?? {});
    const groups = match.slice(1).map((group: string | undefined, i): RegexGroup => {
      const indices = match.indices?.[i + 1];
      const name = names.find(([, other]) => isSame(other, indices));
      return {
        name: name?.[0] ?? null,
        text: group ?? null,
        offset: indices === undefined ? -1 : characters(indices[0]),
      };
    });
    found.push({ offset: characters(match.index), text: match[0], groups: named(groups, names) });
    if (!flags.includes('g')) break;
  }
  return found;
}

type Range = readonly [number, number];

function isSame(left: Range | undefined, right: Range | undefined): boolean {
  return left !== undefined && right !== undefined && left[0] === right[0] && left[1] === right[1];
}

/** With names there are no other groups: Oniguruma then captures nothing else, and names stand in their order. */
function named(groups: readonly RegexGroup[], names: readonly (readonly [string, unknown])[]): RegexGroup[] {
  return names.length === groups.length ? groups.map((group, i) => ({ ...group, name: names[i]![0] })) : [...groups];
}
