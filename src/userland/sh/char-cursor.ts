/** A place in a text that moves forward, and the mistakes found on the way. */
import type { SyntaxMistake } from './syntax.ts';

export class CharCursor {
  readonly text: string;
  readonly mistakes: SyntaxMistake[] = [];
  offset = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** The character here or `ahead` further on; '' past the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.offset + ahead);
  }

  /** Takes the character here. */
  next(): string {
    return this.text.charAt(this.offset++);
  }

  skip(count: number): void {
    this.offset = Math.min(this.offset + count, this.text.length);
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.offset);
  }

  /** Takes the longest run here that matches; `pattern` is sticky. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.offset += found.length;
    return found;
  }

  /** Moves behind the next `end`, which is looked for `from` characters ahead; to the text's end if there is none. */
  skipPast(end: string, from: number): void {
    const at = this.text.indexOf(end, this.offset + from);
    this.offset = at < 0 ? this.text.length : at + end.length;
  }
}
