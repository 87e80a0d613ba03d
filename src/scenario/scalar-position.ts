/**
 * From a place inside a text (line 2 of a script, column 7 of a command) back to the place in the file where that
 * character is written. YAML cuts indentation, folds lines and knows escapes, so the text is laid along its source.
 */
import type { Position } from './diagnostics.ts';
import type { SourceScalar } from './source-node.ts';

/** Hexadecimal digits behind `\x`, `\u` and `\U`. */
const ESCAPE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The place in the file of character `col` of line `line` of the scalar's text, both from 0. A column past the end of
 * its line stands for the place right behind the line's last character, a line past the last for the last.
 */
export function positionInScalar(fileText: string, scalar: SourceScalar, line: number, col: number): Position {
  const value = textOf(scalar);
  const lineStart = startOfLine(value, line);
  const lineEnd = endOfLine(value, lineStart);
  const isPastEnd = countLines(value) <= line;
  const index = isPastEnd ? lineEnd : Math.min(lineStart + Math.max(col, 0), lineEnd);
  const cursor = new SourceCursor(fileText, scalar);
  cursor.advanceTo(lineStart);
  if (index === lineStart) return cursor.position();
  // stepping from the character before keeps the place behind a line's end on that line
  cursor.advanceTo(index - 1);
  if (index < lineEnd) {
    cursor.advanceTo(index);
    return cursor.position();
  }
  const { line: fileLine, col: fileCol } = cursor.position();
  return { line: fileLine, col: fileCol + cursor.lengthWritten() };
}

/** The file's line of each line of the scalar's text; a line end at the very end begins no further line. */
export function fileLinesOf(fileText: string, scalar: SourceScalar): number[] {
  const value = textOf(scalar);
  const cursor = new SourceCursor(fileText, scalar);
  const lines: number[] = [];
  for (let start = 0; start < value.length || lines.length === 0; start = endOfLine(value, start) + 1) {
    cursor.advanceTo(start);
    lines.push(cursor.position().line);
  }
  return lines;
}

function textOf(scalar: SourceScalar): string {
  return typeof scalar.value === 'string' ? scalar.value : scalar.written;
}

/** A line end at the very end begins no further line. */
function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < text.length - 1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function startOfLine(text: string, line: number): number {
  let start = 0;
  for (let i = 0; i < line; i++) {
    const next = text.indexOf('\n', start);
    if (next < 0 || next === text.length - 1) return start;
    start = next + 1;
  }
  return start;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

/**
 * Walks a scalar's text and its source side by side. What the source has and the text lacks (indentation, folded line
 * ends, escaped ones) is stepped over.
 */
class SourceCursor {
  private readonly fileText: string;
  private readonly scalar: SourceScalar;
  private readonly value: string;
  private readonly isBlock: boolean;
  /** The character of the text that comes next, and where to look for it in the file. */
  private index = 0;
  private offset: number;
  private line: number;
  private lineStart: number;

  constructor(fileText: string, scalar: SourceScalar) {
    this.fileText = fileText;
    this.scalar = scalar;
    this.value = textOf(scalar);
    this.offset = scalar.start;
    this.line = scalar.line;
    this.lineStart = scalar.start - (scalar.col - 1);
    this.isBlock = scalar.style.startsWith('BLOCK');
    if (this.isBlock) this.moveTo(fileText.indexOf('\n', scalar.start) + 1);
    else if (scalar.style.startsWith('QUOTE')) this.moveTo(scalar.start + 1);
    if (scalar.style === 'BLOCK_LITERAL') this.stepOverIndentation();
    else this.stepOverUnmatched();
  }

  /** Goes forward to character `index` of the text. */
  advanceTo(index: number): void {
    while (this.index < index) {
      const written = this.lengthWritten();
      const isPair = written > 2 && (this.value.codePointAt(this.index) ?? 0) > 0xffff;
      const isLineEnd = this.fileText[this.offset] === '\n';
      this.moveTo(this.offset + written);
      this.index += isPair ? 2 : 1;
      if (isLineEnd && !this.isBlock) this.stepOverBlanks();
      if (isLineEnd && this.scalar.style === 'BLOCK_LITERAL') this.stepOverIndentation();
      else this.stepOverUnmatched();
    }
  }

  /** Where the next character is written. */
  position(): Position {
    return { line: this.line, col: this.offset - this.lineStart + 1 };
  }

  /** How many characters of the source make the next one of the text. */
  lengthWritten(): number {
    const char = this.fileText[this.offset];
    if (this.scalar.style === 'QUOTE_SINGLE' && char === "'") return 2;
    if (this.scalar.style !== 'QUOTE_DOUBLE' || char !== '\\') return 1;
    return 2 + (ESCAPE_DIGITS[this.fileText[this.offset + 1] ?? ''] ?? 0);
  }

  private moveTo(offset: number): void {
    for (; this.offset < offset; this.offset++) {
      if (this.fileText[this.offset] !== '\n') continue;
      this.line++;
      this.lineStart = this.offset + 1;
    }
  }

  /** Goes to the next character that can be written for the one wanted: blanks in between are YAML's own. */
  private stepOverUnmatched(): void {
    const wanted = this.value[this.index];
    while (this.offset < this.scalar.end && wanted !== undefined) {
      if (this.isEscapedLineEnd()) {
        this.moveTo(endOfLine(this.fileText, this.offset) + 1);
        this.stepOverBlanks();
      } else if (this.isUnmatched(wanted)) this.moveTo(this.offset + 1);
      else return;
    }
  }

  private isEscapedLineEnd(): boolean {
    if (this.scalar.style !== 'QUOTE_DOUBLE' || this.fileText[this.offset] !== '\\') return false;
    return /[\r\n]/.test(this.fileText[this.offset + 1] ?? '');
  }

  private isUnmatched(wanted: string): boolean {
    const char = this.fileText[this.offset]!;
    const isFold = char === '\n' && wanted === ' ';
    return char !== wanted && !isFold && /\s/.test(char);
  }

  /** Outside of blocks a line's first blanks never belong to the text. */
  private stepOverBlanks(): void {
    while (/[ \t]/.test(this.fileText[this.offset] ?? '')) this.moveTo(this.offset + 1);
  }

  /** A line of a literal block is the end of its line in the file. */
  private stepOverIndentation(): void {
    const valueLength = endOfLine(this.value, this.index) - this.index;
    let end = endOfLine(this.fileText, this.offset);
    if (this.fileText[end - 1] === '\r') end--;
    this.moveTo(Math.max(end - valueLength, this.offset));
  }
}
