/**
 * Values of Go as package reflect shows them: data with a type. Where Go has the zero reflect.Value (a missing key, the
 * inside of a nil interface) there is `undefined` here.
 */
import { assert } from '../../base/assert.ts';
import { goString } from './go-string.ts';
import type { GoType } from './go-type.ts';
import { ANY, BOOL, COMPLEX128, FLOAT64, INT, STRING, isIntKind, isUintKind, sliceOf } from './go-type.ts';
import type { Complex } from './number.ts';

/**
 * By kind: boolean, bigint, number (floats), Complex, string (bytes), a list (slices, arrays and, field by field,
 * structs), a map, and for pointers and interfaces the value behind them. null is nil.
 */
export type GoData = boolean | bigint | number | string | Complex | readonly GoValue[] | GoMap | GoValue | null;

export type GoMap = ReadonlyMap<string, GoValue>;

export interface GoValue {
  readonly type: GoType;
  readonly data: GoData;
  /** What lies behind a slice's end within its capacity; `slice` can reach it. */
  readonly hidden?: readonly GoValue[];
}

export function stringValue(bytes: string, type: GoType = STRING): GoValue {
  return { type, data: bytes };
}

/** A string value from a text of the program's own. */
export function textValue(text: string, type: GoType = STRING): GoValue {
  return { type, data: goString(text) };
}

export function boolValue(value: boolean): GoValue {
  return { type: BOOL, data: value };
}

export function intValue(value: bigint | number, type: GoType = INT): GoValue {
  return { type, data: BigInt(value) };
}

export function floatValue(value: number): GoValue {
  return { type: FLOAT64, data: value };
}

export function complexValue(value: Complex): GoValue {
  return { type: COMPLEX128, data: value };
}

export function stringsValue(strings: readonly string[]): GoValue {
  return { type: sliceOf(STRING), data: strings.map((each) => stringValue(each)) };
}

/** Nil of a type that has it, and the zero of the others. */
export function zeroValue(type: GoType): GoValue {
  if (isIntKind(type.kind) || isUintKind(type.kind)) return { type, data: 0n };
  switch (type.kind) {
    case 'bool':
      return { type, data: false };
    case 'float64':
      return { type, data: 0 };
    case 'complex128':
      return { type, data: { re: 0, im: 0 } };
    case 'string':
      return { type, data: '' };
    case 'struct':
      return { type, data: (type.fields ?? []).map((field) => zeroValue(field.type)) };
    case 'array': {
      const length = Number(/^\[(\d+)\]/.exec(type.name)![1]);
      return { type, data: Array.from({ length }, () => zeroValue(type.elem!)) };
    }
    default:
      return { type, data: null };
  }
}

/** The elements of a slice, an array or a struct. */
export function listOf(value: GoValue): readonly GoValue[] {
  if (value.data === null) return [];
  assert(Array.isArray(value.data), 'a slice, an array or a struct has a list');
  return value.data as readonly GoValue[];
}

export function mapData(value: GoValue): GoMap {
  if (value.data === null) return new Map();
  assert(value.data instanceof Map, 'a map has a map');
  return value.data as GoMap;
}

/** A map's entries in the order in which Go prints them and goes through them in templates. */
export function sortedEntries(value: GoValue): (readonly [string, GoValue])[] {
  return [...mapData(value)].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}

export function stringData(value: GoValue): string {
  assert(typeof value.data === 'string', 'a string has a string');
  return value.data;
}

export function intData(value: GoValue): bigint {
  assert(typeof value.data === 'bigint', 'an integer has a bigint');
  return value.data;
}

export function boolData(value: GoValue): boolean {
  assert(typeof value.data === 'boolean', 'a bool has a boolean');
  return value.data;
}

export function floatData(value: GoValue): number {
  assert(typeof value.data === 'number', 'a float has a number');
  return value.data;
}

export function complexData(value: GoValue): Complex {
  assert(value.type.kind === 'complex128', 'a complex number has two parts');
  return value.data as Complex;
}

/** What a pointer or an interface leads to; undefined for nil. */
export function targetOf(value: GoValue): GoValue | undefined {
  assert(value.type.kind === 'ptr' || value.type.kind === 'interface', 'pointers and interfaces lead somewhere');
  return (value.data as GoValue | null) ?? undefined;
}

/** The concrete value in an interface, however deep. */
export function unwrap(value: GoValue | undefined): GoValue | undefined {
  let inner = value;
  while (inner?.type.kind === 'interface') inner = targetOf(inner);
  return inner;
}

/** Follows pointers and interfaces; stops at a nil one. */
export function indirect(value: GoValue): { readonly value: GoValue; readonly isNil: boolean } {
  let inner = value;
  while (inner.type.kind === 'ptr' || inner.type.kind === 'interface') {
    const target = targetOf(inner);
    if (target === undefined) return { value: inner, isNil: true };
    inner = target;
  }
  return { value: inner, isNil: false };
}

/** How many bytes, elements or entries; undefined for what has none. */
export function lengthOf(value: GoValue): number | undefined {
  switch (value.type.kind) {
    case 'string':
      return stringData(value).length;
    case 'slice':
    case 'array':
      return listOf(value).length;
    case 'map':
      return mapData(value).size;
    default:
      return undefined;
  }
}

/** Whether `if` takes it for true: not the zero of its type. */
export function isTrue(value: GoValue | undefined): boolean {
  const inner = unwrap(value);
  if (inner === undefined) return false;
  const length = lengthOf(inner);
  if (length !== undefined) return length > 0;
  const { data } = inner;
  if (inner.type.kind === 'complex128') return complexData(inner).re !== 0 || complexData(inner).im !== 0;
  if (typeof data === 'number') return data !== 0;
  return data !== null && data !== false && data !== 0n;
}

/** Puts a value into an interface; nothing becomes nil. */
export function anyValue(value: GoValue | undefined): GoValue {
  return { type: ANY, data: value ?? null };
}
