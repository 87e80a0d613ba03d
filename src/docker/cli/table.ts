/** Docker's tables: Go's tabwriter with cells at least 10 wide and 3 blanks between; the last cell is as it is. */

const CELL_WIDTH_MIN = 10;
const PADDING = 3;

/** One line per row, each ended by a newline; all rows have as many cells as the header. */
export function goTable(rows: readonly (readonly string[])[]): string {
  const last = (rows[0]?.length ?? 0) - 1;
  const widths = Array.from({ length: last }, (_, column) =>
    Math.max(CELL_WIDTH_MIN, ...rows.map((row) => row[column]!.length + PADDING)),
  );
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(''));
  return lines.map((line) => `${line}\n`).join('');
}
