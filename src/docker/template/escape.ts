/** html, js and urlquery of templates. */
import { decodeRune, encodeRune, isPrintRune } from './go-string.ts';

const HTML: Readonly<Record<string, string>> = {
  '\0': '\xef\xbf\xbd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};
const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

export function escapeHtml(bytes: string): string {
  return bytes.replaceAll(/[\0"'&<>]/g, (char) => HTML[char]!);
}

export function escapeJs(bytes: string): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const { code, size } = decodeRune(bytes, at);
    const char = bytes[at]!;
    if (code >= 0x80) text += isPrintRune(code) ? bytes.slice(at, at + size) : `\\u${hex(code, 4)}`;
    else text += JS[char] ?? (code < 0x20 ? `\\u00${hex(code, 2)}` : encodeRune(code));
    at += size;
  }
  return text;
}

/** As in the query of a URL: a space becomes a plus. */
export function escapeQuery(bytes: string): string {
  return bytes.replaceAll(/[^A-Za-z0-9\-_.~]/g, (char) => (char === ' ' ? '+' : `%${hex(char.charCodeAt(0), 2)}`));
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
