/** Documents as Go values: read into the engine's types, and as plain JSON that knows no types. */
import { assert } from '../../base/assert.ts';
import { base64Decode } from '../../userland/http/base64.ts';
import { goString } from '../template/go-string.ts';
import type { GoType } from '../template/go-type.ts';
import { ANY, STRING, UINT8, definedType, isIntKind, isUintKind, mapOf, sliceOf } from '../template/go-type.ts';
import type { GoValue } from '../template/go-value.ts';
import { anyValue, boolValue, floatValue, intValue, stringData, textValue, zeroValue } from '../template/go-value.ts';
import { JSON_NUMBER_METHODS } from './go-methods.ts';
import { TIME, timeValue } from './go-time.ts';
import type { Json, JsonObject } from './json.ts';

const RAW_MAP = mapOf(STRING, ANY);
const RAW_LIST = sliceOf(ANY);
/** Numbers keep their digits. */
const JSON_NUMBER = definedType('json.Number', STRING, {
  methods: JSON_NUMBER_METHODS,
  stringer: stringData,
  marshaler: stringData,
});
/** The least that encoding/json makes room for when a list grows. */
const GROWN_CAPACITY_MIN = 4;

/** A document in the client's own types; keys without a field are left out, fields without a key are zero. */
export function typedValue(json: Json | undefined, type: GoType): GoValue {
  if (json === undefined || json === null) return zeroValue(type);
  if (type === TIME) return timeValue(textOfJson(json));
  if (isIntKind(type.kind) || isUintKind(type.kind)) return intValue(Number(json), type);
  switch (type.kind) {
    case 'string':
      return textValue(textOfJson(json), type);
    case 'bool':
      return { ...boolValue(json === true), type };
    case 'float64':
      return floatValue(Number(json));
    case 'ptr':
      return { type, data: typedValue(json, type.elem!) };
    case 'slice':
      if (typeof json === 'string') return typedBytes(json, type);
      return typedList(json as readonly Json[], type);
    case 'array':
      return { type, data: (json as readonly Json[]).map((item) => typedValue(item, type.elem!)) };
    case 'map':
      return { type, data: mapOfEntries(json as JsonObject, (item) => typedValue(item, type.elem!)) };
    default:
      assert(type.kind === 'struct', 'the types of documents have a form in JSON');
      return typedStruct(json as JsonObject, type);
  }
}

function textOfJson(json: Json): string {
  assert(typeof json === 'string', 'a text of a document is a string');
  return json;
}

function typedStruct(json: JsonObject, type: GoType): GoValue {
  const data = type.fields!.map((field) => typedValue(field.isEmbedded ? json : json[field.jsonName], field.type));
  return { type, data };
}

/** Bytes stand in JSON in base 64. */
function typedBytes(text: string, type: GoType): GoValue {
  assert(type.elem!.kind === 'uint8', 'only lists of bytes are texts in JSON');
  return { type, data: Array.from(base64Decode(text), (byte) => intValue(byte, UINT8)) };
}

/** A list has more room than it needs, which `slice` in a template can tell. */
function typedList(json: readonly Json[], type: GoType): GoValue {
  let capacity = 0;
  while (capacity < json.length) capacity = Math.max(GROWN_CAPACITY_MIN, capacity + Math.floor(capacity / 2));
  return listWithRoom(
    type,
    json.map((item) => typedValue(item, type.elem!)),
    capacity,
  );
}

function listWithRoom(type: GoType, data: readonly GoValue[], capacity: number): GoValue {
  const hidden = Array.from({ length: Math.max(capacity - data.length, 0) }, () => zeroValue(type.elem!));
  return { type, data, hidden };
}

/** The same document without types: maps, lists, texts and numbers. */
export function rawValue(json: Json): GoValue | undefined {
  if (json === null) return undefined;
  if (typeof json === 'string') return textValue(json);
  if (typeof json === 'boolean') return boolValue(json);
  if (typeof json === 'number') return textValue(String(json), JSON_NUMBER);
  if (!isList(json)) return { type: RAW_MAP, data: mapOfEntries(json, (item) => anyValue(rawValue(item))) };
  let capacity = 0;
  while (capacity < json.length) capacity = capacity === 0 ? 1 : capacity * 2;
  return listWithRoom(
    RAW_LIST,
    json.map((item) => anyValue(rawValue(item))),
    capacity,
  );
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function mapOfEntries(json: JsonObject, valueOf: (item: Json) => GoValue): Map<string, GoValue> {
  return new Map(Object.entries(json).map(([key, item]) => [goString(key), valueOf(item)]));
}
