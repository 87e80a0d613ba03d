/**
 * The shell's token recognition (POSIX XCU 2.3), one token at a time as the parser asks: words, operators, the numbers
 * of descriptors, comments, and the here-documents that begin on the line.
 */
import type { CharCursor } from './char-cursor.ts';
import { WordReader } from './word-reader.ts';
import type { CommandReader } from './word-reader.ts';
import type { Word } from './syntax.ts';

/** Longest first, so that `&&` is not read as two `&`. */
const OPERATORS = [
  '<<-',
  '&&',
  '||',
  ';;',
  '<<',
  '>>',
  '<&',
  '>&',
  '<>',
  '>|',
  ';',
  '&',
  '|',
  '<',
  '>',
  '(',
  ')',
  '\n',
] as const;
export type Operator = (typeof OPERATORS)[number];

export type Token =
  | {
      readonly kind: 'word';
      readonly word: Word;
      readonly source: string;
      readonly offset: number;
      readonly end: number;
    }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly offset: number; readonly end: number }
  /** The `2` of `2>`. */
  | { readonly kind: 'descriptor'; readonly number: number; readonly offset: number; readonly end: number }
  | { readonly kind: 'end'; readonly offset: number; readonly end: number };

/** A comment, which only `splitScript` looks at. */
export interface Comment {
  readonly text: string;
  readonly offset: number;
}

/** A here-document whose body has yet to come. */
export interface PendingDocument {
  readonly delimiter: string;
  /** Its delimiter is quoted: the body is taken as it is. */
  readonly isQuoted: boolean;
  /** `<<-`: tabs at the start of lines are left out. */
  readonly isStripped: boolean;
  readonly take: (body: Word) => void;
}

const COMMENT = /#[^\n]*/y;
const BLANKS = /(?:[ \t\r]|\\\n)+/y;
const TABS = /\t+/y;
const LINE = /[^\n]+/y;
const NEWLINE = /\n/y;
const DESCRIPTOR = /[0-9](?=[<>])/y;

export class Lexer {
  readonly comments: Comment[] = [];
  /** Where the last here-document ended: behind its delimiter. */
  documentEnd = 0;
  private readonly cursor: CharCursor;
  private readonly readCommands: CommandReader;
  private readonly depth: number;
  private readonly words: WordReader;
  private readonly pending: PendingDocument[] = [];

  constructor(cursor: CharCursor, readCommands: CommandReader, depth: number) {
    this.cursor = cursor;
    this.readCommands = readCommands;
    this.depth = depth;
    this.words = new WordReader(cursor, readCommands, depth);
  }

  /** The token here; a newline brings the here-documents behind it. */
  next(): Token {
    const { cursor } = this;
    for (;;) {
      cursor.take(BLANKS);
      const offset = cursor.place;
      const comment = cursor.take(COMMENT);
      if (comment === '') break;
      this.comments.push({ text: comment, offset });
    }
    const offset = cursor.place;
    if (cursor.isAtEnd) return { kind: 'end', offset, end: offset };
    const operator = OPERATORS.find((candidate) => cursor.startsWith(candidate));
    if (operator !== undefined) return this.takeOperator(operator, offset);
    const number = cursor.take(DESCRIPTOR);
    if (number !== '') return { kind: 'descriptor', number: Number(number), offset, end: cursor.place };
    const start = cursor.offset;
    const word = this.words.readWord();
    return { kind: 'word', word, source: cursor.text.slice(start, cursor.offset), offset, end: cursor.place };
  }

  /** A here-document was announced; its body begins behind the next newline. */
  expectDocument(document: PendingDocument): void {
    this.pending.push(document);
  }

  /** Goes on at the next line, after a mistake. */
  skipLine(): void {
    const { cursor } = this;
    const end = cursor.text.indexOf('\n', cursor.offset);
    cursor.offset = end < 0 ? cursor.text.length : end + 1;
    this.pending.length = 0;
  }

  private takeOperator(operator: Operator, offset: number): Token {
    this.cursor.skip(operator.length);
    const token = { kind: 'operator', operator, offset, end: this.cursor.place } as const;
    if (operator === '\n') for (const document of this.pending.splice(0)) this.readDocument(document);
    return token;
  }

  private readDocument(document: PendingDocument): void {
    const { cursor } = this;
    const { delimiter, isQuoted, isStripped } = document;
    const words = new WordReader(cursor, this.readCommands, this.depth + 1);
    document.take(
      isQuoted ? this.readLiteralDocument(delimiter, isStripped) : words.readDocument(delimiter, isStripped),
    );
    // Without the newline behind the delimiter, if there is one.
    const isNewline = cursor.offset > 0 && cursor.text.charAt(cursor.offset - 1) === '\n';
    this.documentEnd = cursor.placeOf(isNewline ? cursor.offset - 1 : cursor.offset);
  }

  private readLiteralDocument(delimiter: string, isStripped: boolean): Word {
    const { cursor } = this;
    const offset = cursor.place;
    let text = '';
    while (!cursor.isAtEnd) {
      if (isStripped) cursor.take(TABS);
      const line = cursor.take(LINE);
      const newline = cursor.take(NEWLINE);
      if (line === delimiter) break;
      text += line + newline;
    }
    return { parts: [{ kind: 'text', text, isQuoted: true }], offset };
  }
}
