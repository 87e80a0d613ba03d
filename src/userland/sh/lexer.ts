/**
 * The shell's token recognition (POSIX XCU 2.2, 2.3): words with their quotes taken apart, operators, comments. Reads
 * any text to its end and throws nothing: what is wrong is noted with its place.
 */
import { CharCursor } from './char-cursor.ts';
import { readDollar, readDoubleQuoted } from './expansion-lexer.ts';
import { lackOf, syntaxError } from './syntax.ts';
import type { SyntaxMistake, Word, WordPart } from './syntax.ts';

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
  | { readonly kind: 'word'; readonly word: Word; readonly offset: number; readonly end: number }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly offset: number; readonly end: number }
  | { readonly kind: 'end'; readonly offset: number; readonly end: number };

/** A comment, which only `splitScript` looks at. */
export interface Comment {
  readonly text: string;
  readonly offset: number;
}

export interface LexedText {
  /** Ends with one `end` token. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly mistakes: readonly SyntaxMistake[];
}

/** Takes a text apart. */
export function lex(text: string): LexedText {
  const cursor = new CharCursor(text);
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  for (;;) {
    skipBlanks(cursor);
    const offset = cursor.offset;
    if (cursor.isAtEnd) break;
    const operator = OPERATORS.find((candidate) => cursor.startsWith(candidate));
    if (operator !== undefined) {
      cursor.skip(operator.length);
      tokens.push({ kind: 'operator', operator, offset, end: cursor.offset });
    } else if (cursor.peek() === '#') {
      comments.push({ text: readComment(cursor), offset });
    } else {
      const parts = readWord(cursor);
      tokens.push({ kind: 'word', word: { parts, offset }, offset, end: cursor.offset });
    }
  }
  tokens.push({ kind: 'end', offset: cursor.offset, end: cursor.offset });
  return { tokens, comments, mistakes: cursor.mistakes };
}

/** Blanks, and lines that a backslash continues. */
function skipBlanks(cursor: CharCursor): void {
  for (;;) {
    if (' \t\r'.includes(cursor.peek() || 'x')) cursor.skip(1);
    else if (cursor.startsWith('\\\n')) cursor.skip(2);
    else return;
  }
}

function readComment(cursor: CharCursor): string {
  let text = '';
  while (!cursor.isAtEnd && cursor.peek() !== '\n') text += cursor.next();
  return text;
}

function isWordEnd(char: string): boolean {
  return ' \t\r\n;&|<>()'.includes(char);
}

function readWord(cursor: CharCursor): WordPart[] {
  const parts: WordPart[] = [];
  while (!cursor.isAtEnd && !isWordEnd(cursor.peek())) readPart(cursor, parts);
  return parts;
}

function readPart(cursor: CharCursor, parts: WordPart[]): void {
  const offset = cursor.offset;
  switch (cursor.peek()) {
    case "'":
      parts.push({ kind: 'text', text: readSingleQuoted(cursor), isQuoted: true });
      return;
    case '"':
      readDoubleQuoted(cursor, parts);
      return;
    case '\\':
      readEscaped(cursor, parts);
      return;
    case '$':
      readDollar(cursor, parts, false);
      return;
    case '`':
      cursor.mistakes.push(lackOf('`…`', offset));
      cursor.skipPast('`', 1);
      // What it would have put out is not known: a part that is not literal.
      parts.push({ kind: 'parameter', name: '', isQuoted: false });
      return;
    default:
      parts.push({ kind: 'text', text: readBare(cursor), isQuoted: false });
  }
}

function readBare(cursor: CharCursor): string {
  let text = '';
  while (!cursor.isAtEnd && !isWordEnd(cursor.peek()) && !'\'"\\$`'.includes(cursor.peek())) text += cursor.next();
  return text;
}

function readSingleQuoted(cursor: CharCursor): string {
  const offset = cursor.offset;
  cursor.skip(1);
  let text = '';
  while (!cursor.isAtEnd && cursor.peek() !== "'") text += cursor.next();
  if (cursor.isAtEnd) cursor.mistakes.push(syntaxError('Unterminated quoted string', offset));
  cursor.skip(1);
  return text;
}

function readEscaped(cursor: CharCursor, parts: WordPart[]): void {
  cursor.skip(1);
  if (cursor.isAtEnd) {
    // POSIX leaves a backslash at the very end open; dash keeps it.
    parts.push({ kind: 'text', text: '\\', isQuoted: true });
    return;
  }
  const char = cursor.next();
  if (char !== '\n') parts.push({ kind: 'text', text: char, isQuoted: true });
}
