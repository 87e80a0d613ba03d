/** The operators: what they make of each pair of kinds, and what they say when they make nothing. */
import { LimitError } from '../../base/assert.ts';
import { shortText } from './json-text.ts';
import { JqError, areEqual, compareValues, isArray, isObject, kindOf } from './value.ts';
import type { JqObject, JqValue } from './value.ts';

const TEXT_MAX = 16 * 1024 * 1024;

function refused(left: JqValue, right: JqValue, what: string): JqError {
  return new JqError(
    `${kindOf(left)} (${shortText(left)}) and ${kindOf(right)} (${shortText(right)}) cannot be ${what}`,
  );
}

function add(left: JqValue, right: JqValue): JqValue {
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (isArray(left) && isArray(right)) return [...left, ...right];
  if (isObject(left) && isObject(right)) return new Map([...left, ...right]);
  throw refused(left, right, 'added');
}

function subtract(left: JqValue, right: JqValue): JqValue {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (isArray(left) && isArray(right)) return left.filter((item) => !right.some((other) => areEqual(item, other)));
  throw refused(left, right, 'subtracted');
}

function merge(left: JqObject, right: JqObject): JqObject {
  const merged = new Map(left);
  for (const [key, value] of right) {
    const old = merged.get(key) ?? null;
    merged.set(key, isObject(old) && isObject(value) ? merge(old, value) : value);
  }
  return merged;
}

function repeated(text: string, count: number): string | null {
  if (count * text.length > TEXT_MAX) throw new LimitError('a jq program makes too long a text');
  return count > 0 ? text.repeat(Math.ceil(count)) : null;
}

function multiply(left: JqValue, right: JqValue): JqValue {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  if (isObject(left) && isObject(right)) return merge(left, right);
  const [text, count] = typeof left === 'string' ? [left, right] : [right, left];
  if (typeof text === 'string' && typeof count === 'number') return repeated(text, count);
  throw refused(left, right, 'multiplied');
}

function divide(left: JqValue, right: JqValue): JqValue {
  if (typeof left === 'number' && typeof right === 'number') {
    if (right === 0) throw refused(left, right, 'divided because the divisor is zero');
    return left / right;
  }
  if (typeof left === 'string' && typeof right === 'string') return splitText(left, right);
  throw refused(left, right, 'divided');
}

/** The remainder of whole numbers; it has the sign of what is divided. */
function remainder(left: JqValue, right: JqValue): JqValue {
  if (typeof left !== 'number' || typeof right !== 'number') throw refused(left, right, 'divided (remainder)');
  const divisor = Math.trunc(right);
  if (divisor === 0) throw refused(left, right, 'divided (remainder) because the divisor is zero');
  return (Math.trunc(left) % divisor) + 0;
}

/** Cuts a text at each separator; an empty one lies between all characters. */
export function splitText(text: string, separator: string): string[] {
  if (text === '') return [];
  return separator === '' ? Array.from(text) : text.split(separator);
}

const OPERATORS: Readonly<Record<string, (left: JqValue, right: JqValue) => JqValue>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': remainder,
  '==': areEqual,
  '!=': (left, right) => !areEqual(left, right),
  '<': (left, right) => compareValues(left, right) < 0,
  '<=': (left, right) => compareValues(left, right) <= 0,
  '>': (left, right) => compareValues(left, right) > 0,
  '>=': (left, right) => compareValues(left, right) >= 0,
};

/** What an operator makes of two values. */
export function operate(operator: string, left: JqValue, right: JqValue): JqValue {
  return OPERATORS[operator]!(left, right);
}

/** `-x` */
export function negate(value: JqValue): JqValue {
  if (typeof value === 'number') return -value;
  throw new JqError(`${kindOf(value)} (${shortText(value)}) cannot be negated`);
}
