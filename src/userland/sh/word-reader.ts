/**
 * Reads words (POSIX XCU 2.2, 2.6): quotes taken apart, and what begins with a dollar or a backquote. The commands in
 * `$(…)` are read by the parser, which is handed in: only the grammar knows where they end.
 */
import { readAnsiQuoted } from './ansi-quote.ts';
import { RewrittenText } from './char-cursor.ts';
import type { CharCursor } from './char-cursor.ts';
import { SyntaxFailure } from './syntax.ts';
import type { AndOrList, ParameterOperator, ParameterPart, Word, WordPart } from './syntax.ts';

/** Reads commands from the cursor on: up to and with the parenthesis that closes them, or to the text's end. */
export type CommandReader = (cursor: CharCursor, closing: ')' | '', depth: number) => readonly AndOrList[];

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const DIGITS = /[0-9]+/y;
const SPECIAL = '?$!#@*-';
const OPERATOR = /:?[-=?+]|%%?|##?/y;
const BARE = /[^ \t\r\n;&|<>()'"\\$`]+/y;
const OPERAND_TEXT = /[^'"\\$`}]+/y;
const QUOTED_TEXT = /[^"\\$`]+/y;
const DOCUMENT_TEXT = /[^\\$`\n]+/y;
const TABS = /\t+/y;
const QUOTED_OPERAND_TEXT = /[^"\\$`}]+/y;
const ARITHMETIC_TEXT = /[^\\$`()"]+/y;
/** Words in words in commands in words: deeper than this nobody writes, and the reader's own stack has an end. */
const DEPTH_MAX = 200;

export class WordReader {
  private readonly cursor: CharCursor;
  private readonly readCommands: CommandReader;
  private depth: number;

  constructor(cursor: CharCursor, readCommands: CommandReader, depth: number) {
    this.cursor = cursor;
    this.readCommands = readCommands;
    this.depth = depth;
  }

  /** A word, up to a blank or an operator. */
  readWord(): Word {
    const { cursor } = this;
    const offset = cursor.place;
    const parts: WordPart[] = [];
    while (!cursor.isAtEnd && !isWordEnd(cursor.peek())) {
      const text = cursor.take(BARE);
      if (text !== '') parts.push({ kind: 'text', text, isQuoted: false });
      else this.readSpecial(parts);
    }
    return { parts, offset };
  }

  /**
   * The body of a here-document, up to and with the line that is its delimiter: only dollars, backquotes and
   * backslashes count. A line inside `$(…)` is none of its lines.
   */
  readDocument(delimiter: string, isStripped: boolean): Word {
    const { cursor } = this;
    const offset = cursor.place;
    const parts: WordPart[] = [];
    let isLineStart = true;
    while (!cursor.isAtEnd) {
      if (isLineStart && isStripped) cursor.take(TABS);
      if (isLineStart && this.takeDelimiter(delimiter)) break;
      isLineStart = cursor.peek() === '\n';
      if (isLineStart) addQuoted(parts, cursor.next());
      else this.readQuoted(parts, DOCUMENT_TEXT, '$`\\\n');
    }
    return { parts, offset };
  }

  private takeDelimiter(delimiter: string): boolean {
    const { cursor } = this;
    const behind = cursor.peek(delimiter.length);
    if (!cursor.startsWith(delimiter) || (behind !== '\n' && behind !== '')) return false;
    cursor.skip(delimiter.length + 1);
    return true;
  }

  /** One quote, escape or expansion where nothing is quoted yet. */
  private readSpecial(parts: WordPart[]): void {
    const { cursor } = this;
    switch (cursor.peek()) {
      case "'":
        parts.push({ kind: 'text', text: this.readSingleQuoted(), isQuoted: true });
        break;
      case '"':
        this.readDoubleQuoted(parts);
        break;
      case '\\':
        this.readEscaped(parts);
        break;
      case '$':
        this.readDollar(parts, false);
        break;
      default:
        this.readBackquoted(parts, false);
    }
  }

  private readSingleQuoted(): string {
    const { cursor } = this;
    const offset = cursor.place;
    cursor.skip(1);
    const end = cursor.text.indexOf("'", cursor.offset);
    if (end < 0) this.failUnterminated(offset);
    const text = cursor.text.slice(cursor.offset, end);
    cursor.offset = end + 1;
    return text;
  }

  private failUnterminated(offset: number): never {
    throw new SyntaxFailure('Unterminated quoted string', offset, this.cursor.placeOf(this.cursor.text.length));
  }

  private readEscaped(parts: WordPart[]): void {
    const { cursor } = this;
    cursor.skip(1);
    // POSIX leaves a backslash at the very end open; dash keeps it.
    const char = cursor.isAtEnd ? '\\' : cursor.next();
    if (char !== '\n') parts.push({ kind: 'text', text: char, isQuoted: true });
  }

  /** `"…"`: a backslash quotes only what would mean something here (POSIX XCU 2.2.3). */
  private readDoubleQuoted(parts: WordPart[]): void {
    const { cursor } = this;
    const offset = cursor.place;
    cursor.skip(1);
    // An empty string in quotes is a field of its own.
    parts.push({ kind: 'text', text: '', isQuoted: true });
    while (cursor.peek() !== '"') {
      if (cursor.isAtEnd) this.failUnterminated(offset);
      this.readQuoted(parts, QUOTED_TEXT, '$`"\\\n');
    }
    cursor.skip(1);
  }

  /** One piece of quoted text. */
  private readQuoted(parts: WordPart[], plain: RegExp, escapable: string): void {
    const { cursor } = this;
    const text = cursor.take(plain);
    if (text !== '') addQuoted(parts, text);
    else if (cursor.peek() === '$') this.readDollar(parts, true);
    else if (cursor.peek() === '`') this.readBackquoted(parts, true, escapable);
    else {
      let char = cursor.next();
      if (!cursor.isAtEnd && escapable.includes(cursor.peek())) char = cursor.next();
      if (char !== '\n') addQuoted(parts, char);
    }
  }

  /** Reads from `$` on, in double quotes or not. */
  private readDollar(parts: WordPart[], isQuoted: boolean): void {
    const { cursor } = this;
    const offset = cursor.place;
    cursor.skip(1);
    const char = cursor.peek();
    const name = cursor.take(NAME);
    if (name !== '') parts.push({ kind: 'parameter', name, isQuoted });
    else if (char === '{') this.nest(offset, () => parts.push(this.readBraced(isQuoted, offset)));
    else if (cursor.startsWith('((')) {
      this.nest(offset, () => parts.push({ kind: 'arithmetic', expression: this.readArithmetic(offset), isQuoted }));
    } else if (char === '(') {
      this.nest(offset, () => {
        cursor.skip(1);
        parts.push({ kind: 'command', lists: this.readCommands(cursor, ')', this.depth), isQuoted });
      });
    } else if (char === "'" && !isQuoted) {
      const text = readAnsiQuoted(cursor);
      if (text === null) this.failUnterminated(offset);
      parts.push({ kind: 'text', text, isQuoted: true });
    } else if (char !== '' && (SPECIAL.includes(char) || (char >= '0' && char <= '9'))) {
      cursor.skip(1);
      parts.push({ kind: 'parameter', name: char, isQuoted });
    } else parts.push({ kind: 'text', text: '$', isQuoted });
  }

  private nest(offset: number, read: () => void): void {
    this.depth++;
    if (this.depth > DEPTH_MAX) throw new SyntaxFailure('nested too deeply', offset);
    read();
    this.depth--;
  }

  /** `${…}`; the cursor stands on the brace. */
  private readBraced(isQuoted: boolean, offset: number): ParameterPart {
    const { cursor } = this;
    cursor.skip(1);
    const isLength = cursor.peek() === '#' && !'}:-=?+%#'.includes(cursor.peek(1) || '}');
    if (isLength) cursor.skip(1);
    const name = this.readParameterName();
    if (cursor.peek() === '}' && name !== '') {
      cursor.skip(1);
      return isLength
        ? { kind: 'parameter', name, isQuoted, operator: 'length' }
        : { kind: 'parameter', name, isQuoted };
    }
    const symbol = name === '' || isLength ? '' : cursor.take(OPERATOR);
    const operator = (symbol === '' ? 'bad' : symbol) as ParameterOperator;
    const isPattern = '%#'.includes(symbol.charAt(0) || '-');
    const operand = this.readOperand(isQuoted && !isPattern, offset);
    return { kind: 'parameter', name, isQuoted, operator, operand };
  }

  private readParameterName(): string {
    const { cursor } = this;
    const name = cursor.take(NAME) || cursor.take(DIGITS);
    if (name !== '') return name;
    const char = cursor.peek();
    return char !== '' && SPECIAL.includes(char) ? cursor.next() : '';
  }

  /** The word behind the operator, and the brace that ends it. */
  private readOperand(isQuoted: boolean, start: number): Word {
    const { cursor } = this;
    const offset = cursor.place;
    const parts: WordPart[] = [];
    while (cursor.peek() !== '}') {
      if (cursor.isAtEnd) throw new SyntaxFailure("Missing '}'", start, cursor.place);
      if (isQuoted && cursor.peek() === '"') this.readDoubleQuoted(parts);
      else if (isQuoted) this.readQuoted(parts, QUOTED_OPERAND_TEXT, '$`"\\}\n');
      else {
        const text = cursor.take(OPERAND_TEXT);
        if (text !== '') parts.push({ kind: 'text', text, isQuoted: false });
        else this.readSpecial(parts);
      }
    }
    cursor.skip(1);
    return { parts, offset };
  }

  /** `((…))`; the cursor stands on the first parenthesis. */
  private readArithmetic(start: number): Word {
    const { cursor } = this;
    cursor.skip(2);
    const offset = cursor.place;
    const parts: WordPart[] = [];
    let open = 0;
    while (open > 0 || !cursor.startsWith('))')) {
      if (cursor.isAtEnd || (open === 0 && cursor.peek() === ')')) {
        throw new SyntaxFailure("Missing '))'", start, cursor.place);
      }
      const char = cursor.peek();
      if (char === '(' || char === ')') {
        open += char === '(' ? 1 : -1;
        addQuoted(parts, cursor.next());
      } else if (char === '"') cursor.skip(1);
      else this.readQuoted(parts, ARITHMETIC_TEXT, '$`\\\n');
    }
    cursor.skip(2);
    return { parts, offset };
  }

  /** Backquotes: a backslash in them quotes only `$`, a backquote, itself, and what it quotes around them. */
  private readBackquoted(parts: WordPart[], isQuoted: boolean, outer = ''): void {
    const { cursor } = this;
    const start = cursor.place;
    const inner = new RewrittenText();
    const escapable = outer.includes('"') ? '$`\\"' : '$`\\';
    cursor.skip(1);
    while (cursor.peek() !== '`') {
      if (cursor.isAtEnd) throw new SyntaxFailure('EOF in backquote substitution', start, cursor.place);
      if (cursor.peek() === '\\' && escapable.includes(cursor.peek(1) || ' ')) cursor.skip(1);
      const { place } = cursor;
      inner.add(cursor.next(), place);
    }
    const end = cursor.place;
    cursor.skip(1);
    this.nest(start, () => {
      parts.push({ kind: 'command', lists: this.readCommands(inner.cursor(end), '', this.depth), isQuoted });
    });
  }
}

/** Joins quoted text to quoted text before it. */
function addQuoted(parts: WordPart[], text: string): void {
  const last = parts[parts.length - 1];
  if (last?.kind === 'text' && last.isQuoted) parts[parts.length - 1] = { ...last, text: last.text + text };
  else parts.push({ kind: 'text', text, isQuoted: true });
}

function isWordEnd(char: string): boolean {
  return ' \t\r\n;&|<>()'.includes(char);
}
