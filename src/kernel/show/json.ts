/** The JSON that iproute2's tools write: keys in the order of printing, numbers with a text of their own. */

/** A number as it was written, such as 0.00. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Keys in their order; iproute2 may write one twice. */
export class JsonObject {
  readonly fields: [key: string, value: JsonValue][] = [];
}

export type JsonValue = string | number | boolean | null | JsonNumber | JsonObject | JsonValue[];

/** Blanks per level with `-p`. */
const INDENT = '    ';

/** One value as iproute2 lays it out; `depth` is how many objects and lists it stands in. */
export function formatJson(value: JsonValue, isPretty: boolean, depth = 0): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof JsonObject) return formatObject(value, isPretty, depth);
  if (!Array.isArray(value)) return String(value);
  const items = value.map((item) => formatJson(item, isPretty, depth + 1)).join(',');
  if (!isPretty) return `[${items}]`;
  return items === '' ? '[ ]' : `[ ${items} ]`;
}

function formatObject(object: JsonObject, isPretty: boolean, depth: number): string {
  if (object.fields.length === 0) return '{}';
  const lineEnd = (levels: number): string => (isPretty ? `\n${INDENT.repeat(levels)}` : '');
  const colon = isPretty ? ': ' : ':';
  const fields = object.fields.map(
    ([key, value]) => `${lineEnd(depth + 1)}${quoted(key)}${colon}${formatJson(value, isPretty, depth + 1)}`,
  );
  return `{${fields.join(',')}${lineEnd(depth)}}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\f': '\\f',
  '\b': '\\b',
  '\\': '\\\\',
  '"': '\\"',
};

function quoted(text: string): string {
  return `"${text.replaceAll(/[\t\n\r\f\b\\"]/g, (char) => ESCAPES[char]!)}"`;
}
