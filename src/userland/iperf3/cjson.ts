/** JSON as the cJSON library writes it: numbers of C, tabs, and members that may come twice. */

/** A number that is written as it stands: what does not fit a double. */
export class RawNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Json = number | string | boolean | null | RawNumber | JsonObject | readonly Json[];

export class JsonObject {
  readonly members: [string, Json][] = [];

  /** Appends members in their order. */
  add(members: Readonly<Record<string, Json>>): this {
    this.members.push(...Object.entries(members));
    return this;
  }

  get(name: string): Json | undefined {
    return this.members.find(([key]) => key === name)?.[1];
  }
}

/** An object of members in their order. */
export function jsonObject(members: Readonly<Record<string, Json>>): JsonObject {
  return new JsonObject().add(members);
}

/** Without blanks. */
export function compactJson(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(compactJson).join(',')}]`;
  if (!(value instanceof JsonObject)) return scalar(value as Scalar);
  return `{${value.members.map(([key, each]) => `${JSON.stringify(key)}:${compactJson(each)}`).join(',')}}`;
}

/** In lines, indented by tabs. */
export function indentedJson(value: Json, depth = 0): string {
  if (Array.isArray(value)) {
    return `[${(value as readonly Json[]).map((each) => indentedJson(each, depth + 1)).join(', ')}]`;
  }
  if (!(value instanceof JsonObject)) return scalar(value as Scalar);
  const indent = '\t'.repeat(depth + 1);
  const lines = value.members.map(
    ([key, each]) => `${indent}${JSON.stringify(key)}:\t${indentedJson(each, depth + 1)}`,
  );
  return `{\n${lines.join(',\n')}${lines.length > 0 ? '\n' : ''}${'\t'.repeat(depth)}}`;
}

type Scalar = number | string | boolean | null | RawNumber;

function scalar(value: Scalar): string {
  if (value instanceof RawNumber) return value.text;
  return typeof value === 'number' ? numberText(value) : JSON.stringify(value);
}

/** %1.15g where that is the number, or nearly; %1.17g otherwise. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  const short = Number(value.toPrecision(15));
  const isNear = Math.abs(short - value) <= Math.max(Math.abs(short), Math.abs(value)) * Number.EPSILON;
  return general(value, isNear ? 15 : 17);
}

/** %.Ng of C */
export function general(value: number, precision: number): string {
  if (value === 0) return '0';
  const [mantissa, exponentText] = value.toExponential(precision - 1).split('e');
  const exponent = Number(exponentText);
  const isPlain = exponent >= -4 && exponent < precision;
  const digits = isPlain ? value.toFixed(Math.max(precision - 1 - exponent, 0)) : mantissa!;
  const trimmed = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  if (isPlain) return trimmed;
  return `${trimmed}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Reads a JSON text; numbers beyond the integers of a double stay text. Undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  const withoutGiants = text.replace(/([:[,]\s*)(\d{17,})(?=\s*[,}\]])/g, '$1{"$raw":"$2"}');
  try {
    return fromPlain(JSON.parse(withoutGiants));
  } catch {
    return undefined;
  }
}

function fromPlain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return value as Scalar;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  if (entries[0]?.[0] === '$raw') return new RawNumber(String(entries[0][1]));
  const object = new JsonObject();
  for (const [key, each] of entries) object.members.push([key, fromPlain(each)]);
  return object;
}
