/**
 * Cuts a template into items. Outside of `{{` and `}}` there is text; inside, operands, punctuation and spaces, which
 * count. `{{- ` and ` -}}` trim the text beside them here, so that nobody else knows of them.
 */
import { decodeRune, encodeRune, isDigitRune, isLetterRune, isPrintRune } from './go-string.ts';
import { quote } from './quote.ts';

export type ItemType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | 'dot'
  | Keyword;

export type Keyword =
  'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with';

const KEYWORDS: ReadonlySet<string> = new Set<Keyword>([
  ...(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'nil', 'range', 'template', 'with'] as const),
]);

export interface Item {
  readonly type: ItemType;
  /** Where it starts, in bytes. */
  readonly position: number;
  /** As typed; the complaint of an error. */
  readonly text: string;
  /** Of its start, from 1. */
  readonly line: number;
}

/** What the lexer says after its last item: it has stopped. */
export const NO_ITEM: Item = { type: 'error', position: 0, text: '', line: 0 };

const LEFT_DELIM = '{{';
const RIGHT_DELIM = '}}';
const COMMENT_END = '*/';
const TRIM_MARKER_LENGTH = 2;
const WORD_SHOWN_MAX = 10;

/** An item as complaints name it. */
export function itemText(item: Item): string {
  if (item.type === 'eof') return 'EOF';
  if (item.type === 'error') return item.text;
  if (isKeyword(item.type) || item.type === 'dot') return `<${item.text}>`;
  // Whether it is long is a question of bytes, how much of it is shown one of runes.
  if (item.text.length > WORD_SHOWN_MAX) return `${quote(firstRunes(item.text, WORD_SHOWN_MAX))}...`;
  return quote(item.text);
}

function firstRunes(bytes: string, count: number): string {
  let at = 0;
  for (let i = 0; i < count && at < bytes.length; i++) at += decodeRune(bytes, at).size;
  return bytes.slice(0, at);
}

function isKeyword(type: string): type is Keyword {
  return KEYWORDS.has(type);
}

/** The items of a template in Go's bytes; the last is `eof` or `error`. */
export function lexTemplate(source: string): Item[] {
  return new Lexer(source).run();
}

class Lexer {
  private readonly source: string;
  private readonly items: Item[] = [];
  private at = 0;
  private start = 0;
  private parenDepth = 0;

  constructor(source: string) {
    this.source = source;
  }

  run(): Item[] {
    while (this.lexText() && this.lexAction());
    return this.items;
  }

  /** Text up to the next action; false at the end. */
  private lexText(): boolean {
    const found = this.source.indexOf(LEFT_DELIM, this.at);
    let textEnd = found < 0 ? this.source.length : found;
    const isTrimmed = found >= 0 && this.isLeftTrimMarker(found + LEFT_DELIM.length);
    if (isTrimmed) while (textEnd > this.start && isSpaceChar(this.source[textEnd - 1]!)) textEnd--;
    this.at = textEnd;
    if (textEnd > this.start) this.emit('text');
    if (found < 0) {
      this.emit('eof');
      return false;
    }
    this.skipTo(found);
    return true;
  }

  /** From `{{` to behind `}}`; false if it is an error. */
  private lexAction(): boolean {
    const marker = this.isLeftTrimMarker(this.at + LEFT_DELIM.length) ? TRIM_MARKER_LENGTH : 0;
    const inside = this.at + LEFT_DELIM.length + marker;
    if (this.source.startsWith('/*', inside)) return this.lexComment(inside);
    this.at += LEFT_DELIM.length;
    this.emit('leftDelim');
    this.skipTo(inside);
    this.parenDepth = 0;
    for (;;) {
      const right = this.rightDelim();
      if (right !== null) {
        if (this.parenDepth > 0) return this.fail('unclosed left paren');
        return this.closeAction(right);
      }
      if (!this.lexInside()) return false;
    }
  }

  private lexComment(inside: number): boolean {
    this.skipTo(inside);
    const end = this.source.indexOf(COMMENT_END, inside + 2);
    if (end < 0) return this.fail('unclosed comment');
    this.at = end + COMMENT_END.length;
    const right = this.rightDelim();
    if (right === null) return this.fail('comment ends before closing delimiter');
    this.at = right.end;
    this.skipTo(right.isTrimmed ? this.skipSpaces(right.end) : right.end);
    return true;
  }

  /** The `}}` that stands here, with a trim marker or without. */
  private rightDelim(): { readonly end: number; readonly isTrimmed: boolean } | null {
    const isMarked = this.isRightTrimMarker(this.at);
    if (isMarked && this.source.startsWith(RIGHT_DELIM, this.at + TRIM_MARKER_LENGTH)) {
      return { end: this.at + TRIM_MARKER_LENGTH + RIGHT_DELIM.length, isTrimmed: true };
    }
    if (!this.source.startsWith(RIGHT_DELIM, this.at)) return null;
    return { end: this.at + RIGHT_DELIM.length, isTrimmed: false };
  }

  private closeAction(right: { readonly end: number; readonly isTrimmed: boolean }): boolean {
    if (right.isTrimmed) this.skipTo(this.at + TRIM_MARKER_LENGTH);
    this.at = right.end;
    this.emit('rightDelim');
    if (right.isTrimmed) this.skipTo(this.skipSpaces(right.end));
    return true;
  }

  /** One item inside of an action. */
  private lexInside(): boolean {
    const { code, size } = decodeRune(this.source, this.at);
    if (size === 0) return this.fail('unclosed action');
    const char = this.source[this.at]!;
    if (isSpaceChar(char)) return this.lexSpace();
    if (char === '.' && !/[0-9]/.test(this.source[this.at + 1] ?? '')) {
      // A point at the very end could still begin a number.
      return this.at + 1 < this.source.length ? this.lexFieldOrVariable('field') : this.lexNumber();
    }
    if (/[-+.0-9]/.test(char)) return this.lexNumber();
    if (isAlphaNumeric(code)) return this.lexIdentifier();
    this.at += size;
    return this.lexMark(char, code);
  }

  /** Quotes, variables and punctuation; the first character is behind. */
  private lexMark(char: string, code: number): boolean {
    if (char === '"') return this.lexQuoted('"', 'string', 'unterminated quoted string');
    if (char === "'") return this.lexQuoted("'", 'charConstant', 'unterminated character constant');
    if (char === '`') return this.lexRawQuoted();
    if (char === '$') return this.isAtTerminator() ? this.emit('variable') : this.lexFieldOrVariable('variable');
    if (char === ':') {
      const next = decodeRune(this.source, this.at);
      this.at += next.size;
      return this.source[this.at - 1] === '=' && next.size > 0 ? this.emit('declare') : this.fail('expected :=');
    }
    if (char === ')') {
      this.emit('rightParen');
      return --this.parenDepth < 0 ? this.fail(`unexpected right paren ${unicodeName(code)}`) : true;
    }
    if (char === '(') this.parenDepth++;
    const punctuation = ({ '=': 'assign', '|': 'pipe', '(': 'leftParen' } as const)[char];
    if (punctuation !== undefined) return this.emit(punctuation);
    if (code < 0x80 && isPrintRune(code)) return this.emit('char');
    return this.fail(`unrecognized character in action: ${unicodeName(code)}`);
  }

  /** A run of spaces; its last may be the one in front of `-}}`. */
  private lexSpace(): boolean {
    this.at = this.skipSpaces(this.at);
    this.at--;
    const isClosing = this.rightDelim()?.isTrimmed === true;
    if (!isClosing) this.at++;
    // The real lexer goes straight to the delimiter and leaves open parentheses to the parser.
    if (this.at === this.start) this.parenDepth = 0;
    else this.emit('space');
    return true;
  }

  private lexIdentifier(): boolean {
    const next = this.skipWord();
    const word = this.source.slice(this.start, this.at);
    if (!this.isAtTerminator()) return this.fail(`bad character ${unicodeName(next)}`);
    if (isKeyword(word)) return this.emit(word);
    return this.emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  /** `.Field` or `$name`, of which the first character may be all there is. */
  private lexFieldOrVariable(type: 'field' | 'variable'): boolean {
    if (type === 'field') this.at++;
    if (this.isAtTerminator()) return this.emit(type === 'field' ? 'dot' : 'variable');
    const next = this.skipWord();
    if (!this.isAtTerminator()) return this.fail(`bad character ${unicodeName(next)}`);
    return this.emit(type);
  }

  /** Letters, digits and underscores; the rune behind them. */
  private skipWord(): number {
    for (;;) {
      const { code, size } = decodeRune(this.source, this.at);
      if (size === 0 || !isAlphaNumeric(code)) return code;
      this.at += size;
    }
  }

  private isAtTerminator(): boolean {
    const char = this.source[this.at];
    if (char === undefined || isSpaceChar(char) || '.,|:)('.includes(char)) return true;
    return this.source.startsWith(RIGHT_DELIM, this.at);
  }

  private lexQuoted(delimiter: string, type: ItemType, complaint: string): boolean {
    for (;;) {
      let char = this.source[this.at++];
      if (char === '\\') {
        char = this.source[this.at++];
        if (char !== undefined && char !== '\n') continue;
      }
      if (char === undefined || char === '\n') return this.fail(complaint);
      if (char === delimiter) return this.emit(type);
    }
  }

  private lexRawQuoted(): boolean {
    const end = this.source.indexOf('`', this.at);
    if (end < 0) return this.fail('unterminated raw quoted string');
    this.at = end + 1;
    return this.emit('rawString');
  }

  /** Whatever looks like a number; whether it is one is found by its reader. `1+2i` is one, too. */
  private lexNumber(): boolean {
    const isFirst = this.scanNumber();
    if (!isFirst) return this.failNumber();
    if (!/[-+]/.test(this.source[this.at] ?? '')) return this.emit('number');
    if (!this.scanNumber() || this.source[this.at - 1] !== 'i') return this.failNumber();
    return this.emit('complex');
  }

  private failNumber(): boolean {
    return this.fail(`bad number syntax: ${quote(this.source.slice(this.start, this.at))}`);
  }

  /** False if a letter or digit follows that belongs to no number; it is taken, too. */
  private scanNumber(): boolean {
    const rest = this.source.slice(this.at);
    const radix = /^[-+]?0([xXoObB])/.exec(rest)?.[1]?.toLowerCase();
    const pattern = {
      x: /^[-+]?0[xX][0-9a-fA-F_]*(\.[0-9a-fA-F_]*)?([pP][-+]?[0-9_]*)?i?/,
      o: /^[-+]?0[oO][0-7_]*(\.[0-7_]*)?i?/,
      b: /^[-+]?0[bB][01_]*(\.[01_]*)?i?/,
    }[radix ?? ''];
    this.at += (pattern ?? /^[-+]?[0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9_]*)?i?/).exec(rest)![0].length;
    const { code, size } = decodeRune(this.source, this.at);
    if (size === 0 || !isAlphaNumeric(code)) return true;
    this.at += size;
    return false;
  }

  private isLeftTrimMarker(at: number): boolean {
    return this.source[at] === '-' && isSpaceChar(this.source[at + 1] ?? '');
  }

  private isRightTrimMarker(at: number): boolean {
    return this.source[at + 1] === '-' && isSpaceChar(this.source[at] ?? '');
  }

  private skipSpaces(from: number): number {
    let at = from;
    while (isSpaceChar(this.source[at] ?? '')) at++;
    return at;
  }

  private skipTo(at: number): void {
    this.at = at;
    this.start = at;
  }

  private emit(type: ItemType): true {
    this.items.push(this.item(type, this.source.slice(this.start, this.at)));
    this.start = this.at;
    return true;
  }

  private fail(complaint: string): false {
    this.items.push(this.item('error', complaint));
    return false;
  }

  private item(type: ItemType, text: string): Item {
    return { type, position: this.start, text, line: this.lineAt(this.start) };
  }

  private lineAt(position: number): number {
    let line = 1;
    for (let at = this.source.indexOf('\n'); at >= 0 && at < position; at = this.source.indexOf('\n', at + 1)) line++;
    return line;
  }
}

function isSpaceChar(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

function isAlphaNumeric(code: number): boolean {
  return code === 0x5f || isLetterRune(code) || isDigitRune(code);
}

/** As `%#U` prints it: `U+002A '*'`. */
function unicodeName(code: number): string {
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  return isPrintRune(code) ? `U+${hex} '${encodeRune(code)}'` : `U+${hex}`;
}
