/** Go's encoding/csv for one record: how `--network name=x,alias=y`, `--mount` and lists of words are taken apart. */
import type { Value } from './value.ts';
import { fault, good, isFault } from './value.ts';

const BARE_QUOTE = 'bare " in non-quoted-field';
const LOOSE_QUOTE = 'extraneous or missing " in quoted-field';

interface Position {
  readonly line: number;
  readonly column: number;
}

/** The fields of the first record; `EOF` is the fault of a text that has none. */
export function parseCsv(text: string): Value<string[]> {
  const reader = new CsvReader(text);
  return reader.read();
}

class CsvReader {
  private readonly text: string;
  private readonly start: number;
  private at: number;

  constructor(text: string) {
    // Windows' line ends count as others do; empty lines are no records.
    this.text = text.replaceAll('\r\n', '\n');
    this.start = /^\n*/.exec(this.text)![0].length;
    this.at = this.start;
  }

  read(): Value<string[]> {
    if (this.at >= this.text.length) return fault('EOF');
    const fields: string[] = [];
    for (;;) {
      const field = this.text[this.at] === '"' ? this.readQuoted() : this.readPlain();
      if (isFault(field)) return field;
      fields.push(field.value);
      if (this.text[this.at] !== ',') return good(fields);
      this.at++;
    }
  }

  private readPlain(): Value<string> {
    const field = /^[^,\n]*/.exec(this.text.slice(this.at))![0];
    const quote = field.indexOf('"');
    if (quote >= 0) return this.complaint(this.at + quote, BARE_QUOTE);
    this.at += field.length;
    return good(field);
  }

  /** A quote in it is doubled; it may go over several lines. */
  private readQuoted(): Value<string> {
    let field = '';
    this.at++;
    for (;;) {
      const quote = this.text.indexOf('"', this.at);
      if (quote < 0) return this.complaint(this.text.length, LOOSE_QUOTE);
      field += this.text.slice(this.at, quote);
      this.at = quote + 1;
      const next = this.text[this.at];
      if (next === undefined || next === ',' || next === '\n') return good(field);
      if (next !== '"') return this.complaint(quote, LOOSE_QUOTE);
      field += next;
      this.at++;
    }
  }

  private complaint(at: number, why: string): Value<never> {
    const first = this.positionOf(this.start);
    const { line, column } = this.positionOf(at);
    const record = line === first.line ? '' : `record on line ${first.line}; `;
    return fault(`${record}parse error on line ${line}, column ${column}: ${why}`);
  }

  /** Columns are bytes. */
  private positionOf(at: number): Position {
    const lines = this.text.slice(0, at).split('\n');
    return { line: lines.length, column: new TextEncoder().encode(lines.at(-1)).length + 1 };
  }
}
