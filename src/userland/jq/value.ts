/** JSON values as jq has them: objects keep the order in which their keys came, and sort by a fixed order of kinds. */
import { compareText } from '../text/order.ts';

export type JqValue = null | boolean | number | string | readonly JqValue[] | JqObject;

/** Keys in the order of their coming; a JavaScript object would put numbers first. */
export type JqObject = ReadonlyMap<string, JqValue>;

/** An error that jq programs raise and catch; its value is mostly a text. */
export class JqError extends Error {
  readonly value: JqValue;

  constructor(value: JqValue) {
    super(typeof value === 'string' ? value : 'not a string');
    this.name = 'JqError';
    this.value = value;
  }
}

export function isArray(value: JqValue): value is readonly JqValue[] {
  return Array.isArray(value);
}

export function isObject(value: JqValue): value is JqObject {
  return value instanceof Map;
}

/** null and false are false, all else is true. */
export function isTrue(value: JqValue): boolean {
  return value !== null && value !== false;
}

/** The name that `type` gives. */
export function kindOf(value: JqValue): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  return isObject(value) ? 'object' : typeof value;
}

const KINDS = ['null', 'false', 'true', 'number', 'string', 'array', 'object'];

function rankOf(value: JqValue): number {
  return KINDS.indexOf(typeof value === 'boolean' ? String(value) : kindOf(value));
}

/** The keys of an object in the order of `keys`. */
export function sortedKeys(value: JqObject): string[] {
  return [...value.keys()].sort(compareText);
}

/** The order of all values: by kind; numbers by value, NaN first; arrays by items; objects by keys, then values. */
export function compareValues(left: JqValue, right: JqValue): number {
  const ranks = rankOf(left) - rankOf(right);
  if (ranks !== 0) return ranks;
  if (typeof left === 'number' && typeof right === 'number')
    return Number.isNaN(left) || left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (isArray(left) && isArray(right)) return compareArrays(left, right);
  if (isObject(left) && isObject(right)) {
    const [a, b] = [sortedKeys(left), sortedKeys(right)];
    const keys = compareArrays(a, b);
    return keys !== 0
      ? keys
      : compareArrays(
          a.map((key) => left.get(key)!),
          b.map((key) => right.get(key)!),
        );
  }
  return 0;
}

function compareArrays(left: readonly JqValue[], right: readonly JqValue[]): number {
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareValues(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

export function areEqual(left: JqValue, right: JqValue): boolean {
  return compareValues(left, right) === 0;
}

/** Sorts by keys, what is equal staying in its order. */
export function sortedBy<T>(items: readonly T[], keyOf: (item: T) => JqValue): T[] {
  return [...items].sort((left, right) => compareValues(keyOf(left), keyOf(right)));
}
