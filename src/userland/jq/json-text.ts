/** JSON as jq writes it: 17 digits at most, `1e+17`, and its few escapes. */
import { isArray, isObject, sortedKeys } from './value.ts';
import type { JqValue } from './value.ts';

export interface JsonStyle {
  /** What one level is moved in by; null: all in one line. */
  readonly indent: string | null;
  readonly sortsKeys: boolean;
  /** Characters beyond ASCII as `\u` escapes. */
  readonly isAscii: boolean;
}

const COMPACT: JsonStyle = { indent: null, sortsKeys: false, isAscii: false };
const DIGITS_BEFORE_EXPONENT = 15;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** David Gay's freedtoa format: the shortest digits that read back as the same number. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return numberText(value > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [, sign, first, rest = '', exponentText] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential())!;
  const digits = first! + rest;
  const point = Number(exponentText) + 1;
  if (point <= -4 || point > digits.length + DIGITS_BEFORE_EXPONENT) {
    const exponent = Math.abs(point - 1);
    const mantissa = rest === '' ? first! : `${first!}.${rest}`;
    return `${sign!}${mantissa}e${point - 1 < 0 ? '-' : '+'}${String(exponent).padStart(2, '0')}`;
  }
  if (point <= 0) return `${sign!}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign! + digits.padEnd(point, '0');
  return `${sign!}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function stringText(text: string, isAscii: boolean): string {
  const unit = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const escaped = text.replace(/["\\\u0000-\u001f\u007f]/g, (char) => ESCAPES[char] ?? unit(char));
  return `"${isAscii ? escaped.replace(/[\u0080-\uffff]/g, unit) : escaped}"`;
}

/** A value as JSON text. */
export function jsonText(value: JqValue, style: JsonStyle = COMPACT, depth = 0): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return stringText(value, style.isAscii);
  const line = style.indent === null ? '' : `\n${style.indent.repeat(depth + 1)}`;
  const end = style.indent === null ? '' : `\n${style.indent.repeat(depth)}`;
  if (isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${value.map((item) => line + jsonText(item, style, depth + 1)).join(',')}${end}]`;
  }
  if (isObject(value)) {
    const keys = style.sortsKeys ? sortedKeys(value) : [...value.keys()];
    if (keys.length === 0) return '{}';
    const colon = style.indent === null ? ':' : ': ';
    const pairs = keys.map(
      (key) => `${line}${stringText(key, style.isAscii)}${colon}${jsonText(value.get(key)!, style, depth + 1)}`,
    );
    return `{${pairs.join(',')}${end}}`;
  }
  return String(value);
}

/** As errors show a value: at most `bytes` of it, the last three being dots. */
export function shortText(value: JqValue, bytes = 14): string {
  const text = jsonText(value);
  const length = new TextEncoder().encode(text).length;
  return length <= bytes ? text : `${text.slice(0, bytes - 3)}...`;
}
