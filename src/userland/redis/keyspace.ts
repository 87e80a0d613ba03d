/** What a Redis server keeps: keys with values of several types, some until an instant. */

export type Value =
  | { readonly type: 'string'; text: string }
  | { readonly type: 'list'; readonly items: string[] }
  | { readonly type: 'hash'; readonly fields: Map<string, string> }
  | { readonly type: 'set'; readonly members: Set<string> };

interface Entry {
  readonly value: Value;
  /** ms of virtual time; Infinity for ever. */
  untilMs: number;
}

export class Keyspace {
  private readonly entries = new Map<string, Entry>();
  private readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  get(key: string): Value | undefined {
    return this.entry(key)?.value;
  }

  /** Replaces what there was, its end, too. */
  set(key: string, value: Value, untilMs = Infinity): void {
    this.entries.set(key, { value, untilMs });
  }

  delete(key: string): boolean {
    return this.entry(key) !== undefined && this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  keys(): string[] {
    return [...this.entries.keys()].filter((key) => this.entry(key) !== undefined);
  }

  /** How many of them have an end. */
  get expiring(): number {
    return this.keys().filter((key) => this.untilMs(key) !== Infinity).length;
  }

  /** When the key goes; undefined when it is not there. */
  untilMs(key: string): number | undefined {
    return this.entry(key)?.untilMs;
  }

  expireAt(key: string, untilMs: number): boolean {
    const entry = this.entry(key);
    if (entry !== undefined) entry.untilMs = untilMs;
    return entry !== undefined;
  }

  private entry(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.untilMs > this.nowMs()) return entry;
    this.entries.delete(key);
    return undefined;
  }
}
