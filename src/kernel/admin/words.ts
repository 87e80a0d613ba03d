/** A cursor over the words of a command line, for the hand-written grammars of iproute2. */

export class Words {
  private readonly words: readonly string[];
  private at: number;

  constructor(words: readonly string[]) {
    this.words = words;
    this.at = 0;
  }

  get isAtEnd(): boolean {
    return this.at >= this.words.length;
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

  /** Moves on and answers true when the next word is one of these. */
  accept(...expected: readonly string[]): boolean {
    if (this.isAtEnd || !expected.includes(this.peek())) return false;
    this.at++;
    return true;
  }
}
