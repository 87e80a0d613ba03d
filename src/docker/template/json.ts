/** `json` of Docker's templates: Go's encoding/json over values with Go's types, `<`, `>` and `&` left as they are. */
import { base64Encode } from '../../userland/http/base64.ts';
import { formatFloat } from './float-text.ts';
import { RUNE_ERROR, decodeRune } from './go-string.ts';
import { isIntKind, isUintKind } from './go-type.ts';
import type { GoValue } from './go-value.ts';
import { boolData, floatData, intData, lengthOf, listOf, sortedEntries, stringData, targetOf } from './go-value.ts';

const NAMED: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** From here on, and below the other one, floats have an exponent. */
const PLAIN_MAX = 1e21;
const PLAIN_MIN = 1e-6;

/** What a value is in JSON; nothing at all for what has no form in it. */
export function jsonText(value: GoValue | undefined): string {
  return encode(value) ?? '';
}

function encode(value: GoValue | undefined): string | undefined {
  if (value === undefined) return 'null';
  if (value.type.marshaler !== undefined) return value.type.marshaler(value);
  const { kind } = value.type;
  if (isIntKind(kind) || isUintKind(kind)) return String(intData(value));
  switch (kind) {
    case 'bool':
      return String(boolData(value));
    case 'string':
      return jsonString(stringData(value));
    case 'float64':
      return floatText(floatData(value));
    case 'ptr':
    case 'interface':
      return encode(targetOf(value));
    case 'array':
    case 'slice':
      if (value.data === null) return 'null';
      if (value.type.elem!.kind === 'uint8') return bytesText(value);
      return wrapped('[', listOf(value).map(encode), ']');
    case 'map': {
      if (value.data === null) return 'null';
      return wrapped(
        '{',
        sortedEntries(value).map(([key, item]) => member(key, item)),
        '}',
      );
    }
    case 'struct':
      return wrapped('{', membersOf(value), '}');
    default:
      return undefined;
  }
}

/** Bytes stand in base 64; an array of them does not. */
function bytesText(value: GoValue): string | undefined {
  if (value.type.kind === 'array') return wrapped('[', listOf(value).map(encode), ']');
  return jsonString(base64Encode(Uint8Array.from(listOf(value), (byte) => Number(intData(byte)))));
}

function wrapped(open: string, parts: readonly (string | undefined)[], close: string): string | undefined {
  return parts.includes(undefined) ? undefined : `${open}${parts.join(',')}${close}`;
}

function member(key: string, value: GoValue): string | undefined {
  const text = encode(value);
  return text === undefined ? undefined : `${jsonString(key)}:${text}`;
}

/** An embedded struct's fields stand beside the others. */
function membersOf(value: GoValue): (string | undefined)[] {
  return listOf(value).flatMap((item, i) => {
    const field = value.type.fields![i]!;
    if (field.isEmbedded) {
      const inner = item.type.kind === 'ptr' ? targetOf(item) : item;
      return inner === undefined ? [] : membersOf(inner);
    }
    if (!field.isExported || (field.omitsEmpty && isEmpty(item))) return [];
    return [member(field.jsonName, item)];
  });
}

/** Structs never are. */
function isEmpty(value: GoValue): boolean {
  const length = lengthOf(value);
  if (length !== undefined) return length === 0;
  return value.data === null || value.data === false || value.data === 0n || value.data === 0;
}

function floatText(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= PLAIN_MIN && size < PLAIN_MAX)) return formatFloat(value, 'f', -1);
  return formatFloat(value, 'e', -1).replace(/e-0(\d)$/, 'e-$1');
}

/** A string in JSON; with `isHtmlSafe` as Go writes it where nobody has asked for less. */
export function jsonString(bytes: string, isHtmlSafe = false): string {
  let text = '"';
  for (let at = 0; at < bytes.length;) {
    const { code, size } = decodeRune(bytes, at);
    const char = bytes.slice(at, at + size);
    at += size;
    const isEscaped = code < 0x20 || code === 0x2028 || code === 0x2029 || (isHtmlSafe && /[<>&]/.test(char));
    if (NAMED[char] !== undefined) text += NAMED[char];
    else if (code === RUNE_ERROR && size === 1) text += '\\ufffd';
    else text += isEscaped ? `\\u${code.toString(16).padStart(4, '0')}` : char;
  }
  return `${text}"`;
}
