/**
 * getopt_long(3) as iptables uses it: words in their order, long names that may be cut short as long as they are
 * unambiguous, short ones in clusters. Which options there are grows while the line is read (`-m`, `-j`).
 */

/** An option that may come: its letter, '' when it has only a name. */
export interface LongOption<Owner> {
  readonly name: string;
  readonly argument: 'none' | 'required' | 'optional';
  readonly owner: Owner;
  /** What it is called by the program; equal ones do not make a shortened name ambiguous. */
  readonly id: string;
}

export interface Found<Owner> {
  /** `option`, a word that is none, an option that is not known or whose argument is missing. */
  readonly kind: 'option' | 'word' | 'unknown' | 'incomplete';
  readonly id: string;
  readonly owner: Owner | null;
  /** The argument or the word, null for none. */
  readonly text: string | null;
}

type ShortOptions = Readonly<Record<string, LongOption<unknown>['argument']>>;

export class Getopt<Owner> {
  readonly words: readonly string[];
  /** Index of the next word (optind). */
  index = 0;
  /** Position in a cluster of letters, 0 outside. */
  private cluster = 0;
  private readonly letters: ShortOptions;
  private longOptions: readonly LongOption<Owner>[];

  constructor(words: readonly string[], letters: ShortOptions, longOptions: readonly LongOption<Owner>[]) {
    this.words = words;
    this.letters = letters;
    this.longOptions = longOptions;
  }

  /** Options that an extension brought; of two with the same name the later one is meant. */
  add(longOptions: readonly LongOption<Owner>[]): void {
    this.longOptions = [...longOptions, ...this.longOptions];
  }

  /** The word before the next one (argv[optind - 1]). */
  get last(): string {
    return this.words[this.index - 1] ?? '';
  }

  /** The word in which the last option stands. */
  lastRead = '';

  /** The names that a long option cut short may mean; the one that is exact. */
  longNames(start: string): string[] {
    const names = this.longOptions.map(({ name }) => name);
    return names.includes(start) ? [start] : names.filter((name) => name.startsWith(start));
  }

  /** Gives the last word back, to read it again with more options. */
  back(): void {
    this.index--;
    this.cluster = 0;
  }

  /** The next word when it is no option (xs_has_arg): an argument that may be left out. */
  takeArgument(): string | null {
    const word = this.words[this.index];
    if (word === undefined || word.startsWith('-') || word === '!') return null;
    this.index++;
    return word;
  }

  /** The next word, whatever it is; '' at the end. */
  takeWord(): string {
    return this.words[this.index++] ?? '';
  }

  next(): Found<Owner> | null {
    if (this.cluster > 0) return this.nextLetter();
    const word = this.words[this.index];
    if (word === '--') this.index++;
    if (word === undefined || word === '--') return null;
    if (!word.startsWith('-') || word === '-') {
      this.index++;
      return { kind: 'word', id: '', owner: null, text: word };
    }
    this.lastRead = word;
    if (word.startsWith('--')) return this.nextLong(word.slice(2));
    this.cluster = 1;
    return this.nextLetter();
  }

  private nextLetter(): Found<Owner> {
    const word = this.words[this.index]!;
    const letter = word.charAt(this.cluster);
    const argument = this.letters[letter];
    this.cluster++;
    const rest = word.slice(this.cluster);
    const takesRest = argument !== undefined && argument !== 'none';
    if (takesRest || rest === '') {
      this.cluster = 0;
      this.index++;
    }
    if (argument === undefined) return { kind: 'unknown', id: letter, owner: null, text: null };
    if (argument === 'none') return { kind: 'option', id: letter, owner: null, text: null };
    if (rest !== '') return { kind: 'option', id: letter, owner: null, text: rest };
    return this.withArgument(letter, null, argument, null);
  }

  private nextLong(text: string): Found<Owner> {
    this.index++;
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const found = this.findLong(name);
    if (found === undefined) return { kind: 'unknown', id: name, owner: null, text: null };
    const attached = equals < 0 ? null : text.slice(equals + 1);
    if (found.argument === 'none') {
      if (attached !== null) return { kind: 'unknown', id: name, owner: null, text: null };
      return { kind: 'option', id: found.id, owner: found.owner, text: null };
    }
    return this.withArgument(found.id, found.owner, found.argument, attached);
  }

  private findLong(name: string): LongOption<Owner> | undefined {
    const exact = this.longOptions.find((each) => each.name === name);
    if (exact !== undefined) return exact;
    const candidates = this.longOptions.filter((each) => each.name.startsWith(name));
    const [first] = candidates;
    const isOne = candidates.every((each) => each.id === first?.id && each.owner === first.owner);
    return isOne ? first : undefined;
  }

  private withArgument(
    id: string,
    owner: Owner | null,
    argument: 'required' | 'optional',
    attached: string | null,
  ): Found<Owner> {
    if (attached !== null || argument === 'optional') return { kind: 'option', id, owner, text: attached };
    const word = this.words[this.index];
    if (word === undefined) return { kind: 'incomplete', id, owner, text: null };
    this.index++;
    return { kind: 'option', id, owner, text: word };
  }
}
