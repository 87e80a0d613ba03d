/**
 * What the shell's lexer and parser produce: words in parts, simple commands, lists; and the mistakes found on the way.
 * The grammar is the Shell Command Language of POSIX (XCU chapter 2), as far as it goes, with `$'…'`.
 */

/** A piece of a word. What is quoted is neither split into fields nor taken for a keyword. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'parameter'; readonly name: string; readonly isQuoted: boolean };

/** A word; `offset` counts characters from the start of the text, here and below. */
export interface Word {
  readonly parts: readonly WordPart[];
  readonly offset: number;
}

/** `NAME=value` before a command, or alone. */
export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

/** Assignments and words: at least one of them. */
export interface SimpleCommand {
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly offset: number;
}

/** One command of an and-or list; it runs if the exit code before it suits the operator. */
export interface AndOrItem {
  readonly operator: '' | '&&' | '||';
  readonly command: SimpleCommand;
}

/** `a && b || c`, and whether `&` ends it. */
export interface AndOrList {
  readonly items: readonly AndOrItem[];
  readonly isBackground: boolean;
}

/**
 * What is wrong with a text. `isLack`: a real shell would take it and Dockwire does not yet; otherwise the message is
 * the real shell's.
 */
export interface SyntaxMistake {
  readonly offset: number;
  readonly message: string;
  readonly isLack: boolean;
}

/** A mistake for what a real shell knows and Dockwire lacks. */
export function lackOf(name: string, offset: number): SyntaxMistake {
  return { offset, message: `${name} is not supported yet`, isLack: true };
}

/** A mistake that any shell would find; the words are dash's. */
export function syntaxError(message: string, offset: number): SyntaxMistake {
  return { offset, message: `Syntax error: ${message}`, isLack: false };
}

/** The word's text if no parameter stands in it, else undefined. */
export function literalText(word: Word): string | undefined {
  let text = '';
  for (const part of word.parts) {
    if (part.kind === 'parameter') return undefined;
    text += part.text;
  }
  return text;
}

/** The word's text if nothing in it is quoted either: only such a word can be a keyword. */
export function bareText(word: Word): string | undefined {
  return word.parts.every((part) => !part.isQuoted) ? literalText(word) : undefined;
}

/** A place in a text, both from 0. */
export interface Place {
  readonly line: number;
  readonly col: number;
}

/** Lines and columns of offsets that ascend, in one pass over the text. */
export class LineCounter {
  private readonly text: string;
  private line = 0;
  private lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  placeOf(offset: number): Place {
    for (;;) {
      const end = this.text.indexOf('\n', this.lineStart);
      if (end < 0 || end >= offset) return { line: this.line, col: offset - this.lineStart };
      this.line++;
      this.lineStart = end + 1;
    }
  }
}
