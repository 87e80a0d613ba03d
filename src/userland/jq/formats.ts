/** `@csv` and its like: values as text for other programs. */
import { jsonText, numberText, shortText } from './json-text.ts';
import { JqError, isArray, isObject, kindOf } from './value.ts';
import type { JqValue } from './value.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&apos;', '"': '&quot;' };

/** A text as it is, all else as JSON. */
export function plainText(value: JqValue): string {
  return typeof value === 'string' ? value : jsonText(value);
}

function row(value: JqValue, format: 'csv' | 'tsv', cell: (text: string) => string, separator: string): string {
  if (!isArray(value)) {
    throw new JqError(`${kindOf(value)} (${shortText(value)}) cannot be ${format}-formatted, only array`);
  }
  const cells = value.map((item) => {
    if (item === null) return '';
    if (typeof item === 'number') return numberText(item);
    if (typeof item === 'boolean') return String(item);
    if (typeof item === 'string') return cell(item);
    throw new JqError(`${kindOf(item)} (${shortText(item)}) is not valid in a csv row`);
  });
  return cells.join(separator);
}

const TSV_ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

function shellWord(value: JqValue): string {
  if (isArray(value) || isObject(value)) {
    throw new JqError(`${kindOf(value)} (${shortText(value)}) can not be escaped for shell`);
  }
  return typeof value === 'string' ? `'${value.replaceAll("'", "'\\''")}'` : jsonText(value);
}

function uri(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9\-_.~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const bits = (first! << 16) | (second << 8) | third;
    const digits = [18, 12, 6, 0].map((shift) => BASE64.charAt((bits >> shift) & 63)).join('');
    const count = Math.min(bytes.length - at, 3) + 1;
    encoded += digits.slice(0, count).padEnd(4, '=');
  }
  return encoded;
}

function fromBase64(value: JqValue): string {
  const text = plainText(value);
  const digits = Array.from(text.replace(/=+$/, ''), (char) => BASE64.indexOf(char));
  if (digits.includes(-1) || (digits.length === 1 && text !== '')) {
    throw new JqError(`${kindOf(value)} (${shortText(value)}) is not valid base64 data`);
  }
  const bytes: number[] = [];
  for (let at = 0; at + 1 < digits.length; at += 4) {
    const [first, second, third = -1, fourth = -1] = digits.slice(at, at + 4) as [number, number, number?, number?];
    bytes.push(((first << 2) | (second >> 4)) & 0xff);
    if (third >= 0) bytes.push(((second << 4) | (third >> 2)) & 0xff);
    if (fourth >= 0) bytes.push(((third << 6) | fourth) & 0xff);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** A value in the format of that name, `@` in front. */
export function formatValue(name: string, value: JqValue): string {
  switch (name) {
    case '@text':
      return plainText(value);
    case '@json':
      return jsonText(value);
    case '@csv':
      return row(value, 'csv', (text) => `"${text.replaceAll('"', '""')}"`, ',');
    case '@tsv':
      return row(value, 'tsv', (text) => text.replace(/[\t\n\r\\]/g, (char) => TSV_ESCAPES[char]!), '\t');
    case '@html':
      return plainText(value).replace(/[<>&'"]/g, (char) => HTML[char]!);
    case '@uri':
      return uri(plainText(value));
    case '@sh':
      return isArray(value) ? value.map(shellWord).join(' ') : shellWord(value);
    case '@base64':
      return toBase64(plainText(value));
    case '@base64d':
      return fromBase64(value);
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}
