/** Results as psql prints them, aligned or not (fe_utils/print.c). */

export interface Table {
  /** With their types in pg_type. */
  readonly columns: readonly { readonly name: string; readonly type: number }[];
  readonly rows: string[][];
}

/** int8, int2, int4, oid, float4, float8, numeric */
const NUMBERS: readonly number[] = [20, 21, 23, 26, 700, 701, 1700];

/** The text of a table. */
export function tableText(table: Table, style: { isAligned: boolean; isTuplesOnly: boolean }): string {
  const { columns, rows } = table;
  const footer = style.isTuplesOnly ? [] : [`(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`];
  const head = style.isTuplesOnly ? [] : [columns.map(({ name }) => name)];
  const lines = style.isAligned
    ? alignedLines(table, style.isTuplesOnly)
    : [...head, ...rows].map((row) => row.join('|'));
  return [...lines, ...footer, ...(style.isAligned ? [''] : [])].map((line) => `${line}\n`).join('');
}

function alignedLines({ columns, rows }: Table, isTuplesOnly: boolean): string[] {
  const widths = columns.map(({ name }, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  const body = rows.map((row) => {
    const cells = row.map((cell, i) => {
      if (NUMBERS.includes(columns[i]!.type)) return cell.padStart(widths[i]!);
      return i === row.length - 1 ? cell : cell.padEnd(widths[i]!);
    });
    return ` ${cells.join(' | ')}`;
  });
  if (isTuplesOnly) return body;
  const names = columns.map(({ name }, i) => {
    const left = Math.floor((widths[i]! - name.length) / 2);
    return `${' '.repeat(left)}${name}`.padEnd(widths[i]!);
  });
  return [` ${names.join(' | ')} `, widths.map((width) => '-'.repeat(width + 2)).join('+'), ...body];
}
