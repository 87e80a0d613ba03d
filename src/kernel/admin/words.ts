/** A cursor over the words of a command line, for the hand-written grammars of iproute2. */

export class Words {
  private readonly words: readonly string[];
  private at: number;
  /** A word was asked for where the line had ended. */
  isIncomplete: boolean;

  constructor(words: readonly string[]) {
    this.words = words;
    this.at = 0;
    this.isIncomplete = false;
  }

  get isAtEnd(): boolean {
    return this.at >= this.words.length;
  }

  /** No word was asked for behind the end. */
  hasAll(): boolean {
    return !this.isIncomplete;
  }

  /** The word under the cursor, '' at the end. */
  peek(): string {
    return this.words[this.at] ?? '';
  }

  /** The word under the cursor, '' at the end; moves on. */
  next(): string {
    const word = this.peek();
    this.at++;
    return word;
  }

  /** The value that has to follow a key; `isIncomplete` tells when there was none. */
  value(): string {
    if (this.isAtEnd) this.isIncomplete = true;
    return this.next();
  }

  /** Moves on and answers true when the next word is one of these. */
  accept(...expected: readonly string[]): boolean {
    if (this.isAtEnd || !expected.includes(this.peek())) return false;
    this.at++;
    return true;
  }
}

/** The first of `full` that `word` is or abbreviates, as iproute2 takes its objects and commands; else undefined. */
export function completed(word: string, full: readonly string[]): string | undefined {
  return word === '' ? undefined : full.find((each) => each.startsWith(word));
}
