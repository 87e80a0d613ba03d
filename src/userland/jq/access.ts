/** Getting at parts of values and putting others in their place: what `.a`, `.[0]`, `.[1:3]` and paths of them mean. */
import { shortText } from './json-text.ts';
import { JqError, areEqual, compareValues, isArray, isObject, kindOf } from './value.ts';
import type { JqObject, JqValue } from './value.ts';

/** Keys, one behind the other: texts, numbers, and objects of `start` and `end`. */
export type Path = readonly JqValue[];

interface Slice {
  readonly start: number;
  readonly end: number;
}

const INDEX_MAX = 536_870_911;

function cannotIndex(value: JqValue, key: JqValue): JqError {
  const named = typeof key === 'string' ? `string "${key}"` : kindOf(key);
  return new JqError(`Cannot index ${kindOf(value)} with ${named}`);
}

/** The part of a value under a key; null where there is none. */
export function getPart(value: JqValue, key: JqValue): JqValue {
  if (isObject(value) && typeof key === 'string') return value.get(key) ?? null;
  if (isArray(value) && typeof key === 'number') {
    return Number.isInteger(key) ? (value[key < 0 ? value.length + key : key] ?? null) : null;
  }
  if (isObject(key) && (isArray(value) || typeof value === 'string')) {
    if (isArray(value)) {
      const { start, end } = sliceOf(key, value.length);
      return value.slice(start, end);
    }
    const characters = Array.from(value);
    const { start, end } = sliceOf(key, characters.length);
    return characters.slice(start, end).join('');
  }
  if (isArray(value) && isArray(key)) return indicesOf(value, key);
  if (value === null && (typeof key === 'string' || typeof key === 'number' || key === null || isObject(key)))
    return null;
  throw cannotIndex(value, key);
}

function sliceOf(key: JqObject, length: number): Slice {
  const [from, to] = [key.get('start'), key.get('end')];
  const isRange = (bound: JqValue | undefined): bound is number | null => bound === null || typeof bound === 'number';
  if (!isRange(from) || !isRange(to)) {
    throw new JqError('Start and end indices of an array slice must be numbers');
  }
  const clamp = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + length : bound, 0), length);
  const start = clamp(Math.floor(from ?? 0));
  return { start, end: Math.max(clamp(Math.ceil(to ?? length)), start) };
}

/** Where a list stands in another. */
export function indicesOf(value: readonly JqValue[], sought: readonly JqValue[]): JqValue {
  if (sought.length === 0) return null;
  return value.flatMap((_item, i) =>
    sought.every((item, j) => i + j < value.length && areEqual(value[i + j]!, item)) ? [i] : [],
  );
}

/** The value with another part under a key. */
export function setPart(value: JqValue, key: JqValue, part: JqValue): JqValue {
  if (typeof key === 'string' && (isObject(value) || value === null)) {
    return new Map([...(value ?? new Map<string, JqValue>()), [key, part]]);
  }
  if (typeof key === 'number' && (isArray(value) || value === null)) return setItem(value ?? [], key, part);
  if (isObject(key) && (isArray(value) || value === null)) {
    const items = value ?? [];
    const { start, end } = sliceOf(key, items.length);
    if (!isArray(part)) throw new JqError('A slice of an array can only be assigned another array');
    return [...items.slice(0, start), ...part, ...items.slice(end)];
  }
  if (isObject(key)) throw new JqError(`Cannot update field at object index of ${kindOf(value)}`);
  throw cannotIndex(value, key);
}

function setItem(items: readonly JqValue[], key: number, part: JqValue): JqValue[] {
  const index = Math.trunc(key < 0 ? items.length + key : key);
  if (index < 0) throw new JqError('Out of bounds negative array index');
  if (index > INDEX_MAX) throw new JqError('Array index too large');
  const copy = [...items];
  while (copy.length < index) copy.push(null);
  copy[index] = part;
  return copy;
}

/** What lies at the end of a path; null on the way stays null. */
export function getPath(value: JqValue, path: Path): JqValue {
  let at = value;
  for (const key of path) {
    if (at === null) return null;
    at = getPart(at, key);
  }
  return at;
}

/** The value with something else at the end of a path. */
export function setPath(value: JqValue, path: Path, part: JqValue): JqValue {
  const [key, ...rest] = path;
  if (key === undefined) return part;
  return setPart(value, key, setPath(getPart(value, key), rest, part));
}

/** The value without what lies at the ends of the paths. */
export function deletePaths(value: JqValue, paths: readonly Path[]): JqValue {
  const sorted = [...paths].sort((left, right) => compareValues(right, left));
  return sorted.reduce((rest, path) => deletePath(rest, path), value);
}

function deletePath(value: JqValue, path: Path): JqValue {
  const [key, ...rest] = path;
  if (key === undefined || value === null) return null;
  if (rest.length > 0) {
    const part = getPart(value, key);
    return part === null ? value : setPart(value, key, deletePath(part, rest));
  }
  if (isObject(value) && typeof key === 'string') return new Map([...value].filter(([name]) => name !== key));
  if (isArray(value) && typeof key === 'number') {
    const index = key < 0 ? value.length + key : key;
    return value.filter((_item, i) => i !== index);
  }
  if (isArray(value) && isObject(key)) {
    const { start, end } = sliceOf(key, value.length);
    return [...value.slice(0, start), ...value.slice(end)];
  }
  if (isObject(value)) throw new JqError('Cannot delete field at object index of object');
  if (isArray(value)) throw new JqError('Cannot delete element at array index of array');
  throw cannotIndex(value, key);
}

/** The parts of an array or an object, with their keys. */
export function partsOf(value: JqValue): (readonly [JqValue, JqValue])[] {
  if (isArray(value)) return value.map((item, i) => [i, item] as const);
  if (isObject(value)) return [...value];
  throw new JqError(`Cannot iterate over ${kindOf(value)} (${shortText(value)})`);
}
