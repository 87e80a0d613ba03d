/** What reading the text of an option's value gives: the value, or what the real client finds wrong with the text. */

export interface Fault {
  readonly fault: string;
}

export interface Good<T> {
  readonly value: T;
}

export type Value<T> = Good<T> | Fault;

export function good<T>(value: T): Good<T> {
  return { value };
}

export function fault(text: string): Fault {
  return { fault: text };
}

export function isFault(read: Value<unknown>): read is Fault {
  return 'fault' in read;
}

/** Splits at the first `=`; the second part is undefined when there is none. */
export function splitAtEquals(text: string): [string, string | undefined] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}
