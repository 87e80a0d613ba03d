/**
 * What `--filter` asks for: values by key. Twin of moby's api/types/filters, and of the client's opts/parse of
 * `name=value`.
 */
import { DaemonError } from '../errors.ts';

export class Filters {
  private readonly values = new Map<string, Set<string>>();

  /** Reads what was typed; each is empty or has a `=`. */
  static parse(texts: readonly string[]): Filters {
    const filters = new Filters();
    for (const text of texts.filter((each) => each !== '')) {
      const equals = text.indexOf('=');
      filters.add(text.slice(0, equals).trim().toLowerCase(), text.slice(equals + 1).trim());
    }
    return filters;
  }

  add(key: string, value: string): void {
    const known = this.values.get(key) ?? new Set();
    this.values.set(key, known.add(value));
  }

  has(key: string): boolean {
    return this.values.has(key);
  }

  get(key: string): readonly string[] {
    return [...(this.values.get(key) ?? [])];
  }

  /** Throws a DaemonError about a key that is not one of these. */
  validate(accepted: readonly string[]): void {
    for (const key of this.values.keys()) {
      if (!accepted.includes(key)) throw new DaemonError(`Invalid filter '${key}'`);
    }
  }

  /** Whether the text is one of the values, or nothing was asked of it. */
  exactMatch(key: string, text: string): boolean {
    const wanted = this.values.get(key);
    return wanted === undefined || wanted.has(text);
  }

  /** The same, or one of the values is a pattern that is found in the text. */
  match(key: string, text: string): boolean {
    return this.exactMatch(key, text) || this.get(key).some((pattern) => isFound(pattern, text));
  }

  /** Whether all that was asked is there, as a key (`a`) or a key with its value (`a=b`). */
  matchKeyValues(key: string, sources: ReadonlyMap<string, string>): boolean {
    return this.get(key).every((wanted) => {
      const equals = wanted.indexOf('=');
      if (equals < 0) return sources.has(wanted);
      return sources.get(wanted.slice(0, equals)) === wanted.slice(equals + 1);
    });
  }
}

/**
 * Go's regular expressions are a subset of ECMAScript's, but for flags at the beginning (`(?i)net`) and some escapes; a
 * pattern that is none finds nothing.
 */
function isFound(pattern: string, text: string): boolean {
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern)!;
  // Looking around and back is not in the language.
  if (/\(\?(?:[=!]|<[=!])|\\[1-9]/.test(rest)) return false;
  const source = rest.replaceAll('(?P<', '(?<').replaceAll('\\A', '^').replaceAll('\\z', '$');
  try {
    return new RegExp(source, flags).test(text);
  } catch {
    return false;
  }
}
