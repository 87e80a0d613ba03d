/**
 * Docker's tables: Go's text/tabwriter with cells at least 10 wide and 3 blanks between. A cell ends with a tab; what
 * stands behind a line's last tab is no cell. A column is a run of lines that have a cell there, and is as wide as the
 * widest of them: lines with fewer cells end it.
 */

const CELL_WIDTH_MIN = 10;
const PADDING = 3;

interface Cell {
  readonly text: string;
  /** In characters. */
  readonly width: number;
}

type Line = readonly Cell[];

/** The text with its tabs made blanks. `\v` is a tab, too; `\f` ends a line and the table. */
export function alignTabs(text: string): string {
  let output = '';
  for (const table of tablesOf(text)) output += new TableWriter(table).write();
  return /[\n\f]$/.test(text) ? output : output.slice(0, -1);
}

/** A line of a single cell says nothing about columns, so that the table ends with it. */
function tablesOf(text: string): Line[][] {
  const tables: Line[][] = [[]];
  for (const [whole, line = '', end] of text.matchAll(/([^\n\f]*)([\n\f]|$)/g)) {
    if (whole === '') continue;
    const texts = line.split(/[\t\v]/);
    // What has not begun when the text ends is nothing, and the cell before it the last.
    if (end === '' && texts.at(-1) === '') texts.pop();
    const cells = texts.map((cell) => ({ text: cell, width: Array.from(cell).length }));
    tables.at(-1)!.push(cells);
    if (end === '\f' || cells.length === 1) tables.push([]);
  }
  return tables;
}

class TableWriter {
  private readonly lines: readonly Line[];
  /** Of the columns to the left of the one that is looked at. */
  private readonly widths: number[] = [];
  private output = '';

  constructor(lines: readonly Line[]) {
    this.lines = lines;
  }

  write(): string {
    this.format(0, this.lines.length);
    return this.output;
  }

  /** Writes the lines from `start` to before `end`, column block by column block. */
  private format(start: number, end: number): void {
    const column = this.widths.length;
    let written = start;
    for (let i = start; i < end; i++) {
      if (!this.hasCell(i, column)) continue;
      this.writeLines(written, i);
      written = i;
      let width = CELL_WIDTH_MIN;
      for (; i < end && this.hasCell(i, column); i++) width = Math.max(width, this.lines[i]![column]!.width + PADDING);
      this.widths.push(width);
      this.format(written, i);
      this.widths.pop();
      written = i;
    }
    this.writeLines(written, end);
  }

  private hasCell(line: number, column: number): boolean {
    return column < this.lines[line]!.length - 1;
  }

  private writeLines(start: number, end: number): void {
    for (const line of this.lines.slice(start, end)) {
      const cells = line.map(({ text, width }, i) => text + ' '.repeat(Math.max((this.widths[i] ?? 0) - width, 0)));
      this.output += `${cells.join('')}\n`;
    }
  }
}
