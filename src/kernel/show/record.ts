/**
 * One record of a listing, built once and printed as iproute2 prints it: in words, on one line, or as JSON
 * (iproute2: lib/json_print.c).
 */
import type { ShowOptions } from './options.ts';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export class Record {
  text = '';
  readonly json: { [key: string]: JsonValue } = {};

  /** Words for people, and a value under a key for programs. */
  add(key: string, text: string, value: JsonValue): void {
    this.text += text;
    this.json[key] = value;
  }
}

/** All records as the options want them. */
export function printRecords(
  records: readonly Record[],
  options: Pick<ShowOptions, 'json' | 'pretty' | 'oneline'>,
): string {
  if (options.json) {
    const objects = records.map((record) => record.json);
    return `${options.pretty ? prettyJson(objects, 0) : JSON.stringify(objects)}\n`;
  }
  return records.map((record) => `${options.oneline ? oneLine(record.text) : record.text}\n`).join('');
}

/** `-o`: what would begin a new line stands behind a backslash. */
function oneLine(text: string): string {
  return text.replaceAll('\n', '\\');
}

const INDENT = '    ';

/** JSON as iproute2's json_writer lays it out. */
function prettyJson(value: JsonValue, depth: number): string {
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    if (items.length === 0) return '[ ]';
    return `[ ${items.map((item) => prettyJson(item, depth + 1)).join(',')} ]`.replaceAll('},{', '},{');
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = INDENT.repeat(depth + 1);
  const pairs = Object.entries(value).map(
    ([key, each]) => `${inner}${JSON.stringify(key)}: ${prettyJson(each, depth + 1)}`,
  );
  return `{\n${pairs.join(',\n')}\n${INDENT.repeat(depth)}}`;
}
