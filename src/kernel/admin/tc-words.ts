/** The words of a tc command line, and how tc gives up on them. */
import type { AdminResult } from './result.ts';
import { failure } from './result.ts';

/** Thrown where tc prints an error and ends. */
export class TcRefusal extends Error {
  readonly result: AdminResult;

  constructor(result: AdminResult) {
    super(result.stderr);
    this.result = result;
  }
}

/** tc's exit codes: of what a discipline's parser refuses, and of what tc itself does. */
const EXIT_PARSER = 1;
const EXIT_TC = 255;

/** A discipline's parser gives up with these lines. */
export function refuseOption(text: string): never {
  throw new TcRefusal(failure(EXIT_PARSER, text));
}

/** tc itself gives up. */
export function refuseCommand(text: string): never {
  throw new TcRefusal(failure(EXIT_TC, text));
}

export class TcWords {
  /** How many words were read: where a mistake is. */
  at = 0;
  private readonly words: readonly string[];

  constructor(words: readonly string[]) {
    this.words = words;
  }

  get isAtEnd(): boolean {
    return this.at >= this.words.length;
  }

  /** The word under the cursor, '' at the end. */
  peek(): string {
    return this.words[this.at] ?? '';
  }

  next(): string {
    return this.words[this.at++] ?? '';
  }

  /** The value that has to follow a key (NEXT_ARG). */
  value(): string {
    if (this.isAtEnd) refuseCommand('Command line is not complete. Try option "help"');
    return this.next();
  }

  /** The next word if it begins with a digit (NEXT_IS_NUMBER). */
  number(): string | undefined {
    return /^\d/.test(this.peek()) ? this.next() : undefined;
  }

  /** The same, or with a minus sign (NEXT_IS_SIGNED_NUMBER). */
  signedNumber(): string | undefined {
    return /^[\d-]/.test(this.peek()) ? this.next() : undefined;
  }
}

/** Whether `word` is or abbreviates `full`, as iproute2's matches(). */
export function isShortFor(word: string, full: string): boolean {
  return full.startsWith(word);
}
