/**
 * Word expansion (POSIX XCU 2.6): parameters, the home directory, field splitting, quote removal. There is no pathname
 * expansion: a host has too few files for it to mean anything, so `*` stays as it is, as it does where nothing matches.
 */
import type { Word, WordPart } from './syntax.ts';

/** Gives a parameter's value; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

const DEFAULT_IFS = ' \t\n';

/** The fields that a command's words become: a word may become none, one or several. */
export function expandWords(words: readonly Word[], lookup: Lookup): string[] {
  const fields: string[] = [];
  for (const word of words) {
    const splitter = new FieldSplitter(lookup('IFS') ?? DEFAULT_IFS);
    for (const part of withHome(word.parts, lookup)) splitter.add(part, lookup);
    fields.push(...splitter.finish());
  }
  return fields;
}

/** The one field that a word becomes where nothing is split: the value of an assignment. */
export function expandWhole(word: Word, lookup: Lookup): string {
  let text = '';
  for (const part of withHome(word.parts, lookup)) {
    text += part.kind === 'text' ? part.text : (lookup(part.name) ?? '');
  }
  return text;
}

/** `~` and `~/…` at the start of a word. */
function withHome(parts: readonly WordPart[], lookup: Lookup): readonly WordPart[] {
  const [first, ...rest] = parts;
  if (first?.kind !== 'text' || first.isQuoted || !/^~(?:\/|$)/.test(first.text)) return parts;
  if (first.text === '~' && rest.length > 0) return parts;
  const home = lookup('HOME') ?? '~';
  return [
    { kind: 'text', text: home, isQuoted: true },
    { kind: 'text', text: first.text.slice(1), isQuoted: false },
    ...rest,
  ];
}

/** Collects one word's fields. Only what an unquoted parameter gave is split (POSIX XCU 2.6.5). */
class FieldSplitter {
  private readonly fields: string[] = [];
  private readonly ifs: string;
  /** Null between two fields. */
  private field: string | null = null;

  constructor(ifs: string) {
    this.ifs = ifs;
  }

  add(part: WordPart, lookup: Lookup): void {
    if (part.kind === 'text') {
      if (part.text !== '' || part.isQuoted) this.field = (this.field ?? '') + part.text;
    } else if (part.isQuoted) this.field = (this.field ?? '') + (lookup(part.name) ?? '');
    else this.split(lookup(part.name) ?? '');
  }

  finish(): readonly string[] {
    this.endField();
    return this.fields;
  }

  private split(value: string): void {
    let isAfterBlank = false;
    for (const char of value) {
      if (!this.ifs.includes(char)) {
        this.field = (this.field ?? '') + char;
        isAfterBlank = false;
      } else if (DEFAULT_IFS.includes(char)) {
        isAfterBlank ||= this.field !== null;
        this.endField();
      } else {
        // Each other separator ends a field, an empty one too; blanks around it count with it.
        if (!isAfterBlank) this.field ??= '';
        this.endField();
        isAfterBlank = false;
      }
    }
  }

  private endField(): void {
    if (this.field !== null) this.fields.push(this.field);
    this.field = null;
  }
}
