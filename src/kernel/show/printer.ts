/**
 * Prints records as iproute2's tools do: one description serves both the text and the JSON of a record, and what is
 * only in one of them says so (iproute2: lib/json_print.c).
 */
import { assert } from '../../base/assert.ts';
import type { AdminResult } from '../admin/result.ts';
import type { JsonValue } from './json.ts';
import { formatJson, JsonObject } from './json.ts';
import type { ShowOptions } from './options.ts';

/** What of a record may be coloured. */
export type Ink = 'ifname' | 'mac' | 'inet' | 'inet6' | 'up' | 'down' | '';

/** iproute2's palette for a light background. */
const INKS: Readonly<Record<Exclude<Ink, ''>, string>> = {
  ifname: '\u001b[36m',
  mac: '\u001b[33m',
  inet: '\u001b[35m',
  inet6: '\u001b[34m',
  up: '\u001b[32m',
  down: '\u001b[31m',
};
const INK_END = '\u001b[0m';

export class Printer {
  readonly options: ShowOptions;
  private readonly pieces: string[] = [];
  private readonly root: JsonValue[] = [];
  /** The objects and lists that are open, the innermost last. */
  private readonly open: (JsonObject | JsonValue[])[];

  constructor(options: ShowOptions) {
    this.options = options;
    this.open = [this.root];
  }

  get isJson(): boolean {
    return this.options.json;
  }

  /** Only in the text. */
  text(text: string): void {
    if (!this.isJson) this.pieces.push(text);
  }

  /** Only in the JSON; `key` is '' for an item of a list. */
  json(key: string, value: JsonValue): void {
    if (this.isJson) this.put(key, value);
  }

  /** In both: `value` under `key`, and `text` as it stands. */
  field(key: string, value: JsonValue, text: string): void {
    if (this.isJson) this.put(key, value);
    else this.pieces.push(text);
  }

  /** As `field`, in colour where colours were asked for. */
  inked(ink: Ink, key: string, value: JsonValue, text: string): void {
    this.field(key, value, this.ink(ink, text));
  }

  /** The text in colour where colours were asked for. */
  ink(ink: Ink, text: string): string {
    return this.options.color === true && ink !== '' ? `${INKS[ink]}${text}${INK_END}` : text;
  }

  /** The end of a line within a record. */
  lineEnd(): void {
    this.text(this.options.oneline ? '\\' : '\n');
  }

  /** Begins an object of the JSON; `key` is '' for an item of a list. */
  openObject(key = ''): void {
    this.begin(key, new JsonObject());
  }

  /** Begins a list of the JSON. */
  openArray(key: string): void {
    this.begin(key, []);
  }

  /** Ends the object or list that was begun last. */
  close(): void {
    if (!this.isJson) return;
    assert(this.open.length > 1, 'what is closed has been opened');
    this.open.pop();
  }

  /** All that was printed. */
  toString(): string {
    assert(this.open.length === 1, 'all that was opened is closed');
    return this.isJson ? `${formatJson(this.root, this.options.pretty)}\n` : this.pieces.join('');
  }

  /** What a command that has printed this answers. */
  result(exit = 0, stderr = ''): AdminResult {
    return { exit, stdout: this.toString(), stderr };
  }

  private begin(key: string, node: JsonObject | JsonValue[]): void {
    if (!this.isJson) return;
    this.put(key, node);
    this.open.push(node);
  }

  private put(key: string, value: JsonValue): void {
    const at = this.open[this.open.length - 1]!;
    if (at instanceof JsonObject) at.fields.push([key, value]);
    else at.push(value);
  }
}
