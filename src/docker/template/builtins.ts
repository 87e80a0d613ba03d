/** The functions that every template of Go has. */
import { isEqualToAny, isLess } from './compare.ts';
import { CallError } from './errors.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { sprint, sprintf, sprintln } from './format.ts';
import type { FunctionTable, GoArg } from './function.ts';
import { ofAnything, ofAnythings, variadic } from './function.ts';
import type { GoType } from './go-type.ts';
import { ANY, STRING, UINT8, canBeNil, isAssignable, isIntKind, isUintKind, sliceOf } from './go-type.ts';
import type { GoValue } from './go-value.ts';
import {
  boolValue,
  indirect,
  intData,
  intValue,
  isTrue,
  lengthOf,
  listOf,
  mapData,
  stringData,
  stringValue,
  unwrap,
  zeroValue,
} from './go-value.ts';

export const BUILTINS: FunctionTable = {
  and: { ...ofAnythings((args) => args.at(-1)), decidesOn: false },
  or: { ...ofAnythings((args) => args.at(-1)), decidesOn: true },
  not: ofAnything(1, ([value]) => boolValue(!isTrue(value))),
  len: ofAnything(1, ([value]) => intValue(length(value))),
  index: ofAnythings(([item, ...indexes]) => index(item, indexes)),
  slice: ofAnythings(([item, ...indexes]) => slice(item, indexes)),
  call: ofAnythings(([callee]) => call(callee)),
  print: variadic([ANY], (args) => stringValue(sprint(args))),
  println: variadic([ANY], (args) => stringValue(sprintln(args))),
  printf: variadic([STRING, ANY], ([format, ...args]) => stringValue(sprintf(stringData(format!), args))),
  html: variadic([ANY], (args) => stringValue(escapeHtml(plain(args)))),
  js: variadic([ANY], (args) => stringValue(escapeJs(plain(args)))),
  urlquery: variadic([ANY], (args) => stringValue(escapeQuery(plain(args)))),
  eq: ofAnythings(([first, ...others]) => boolValue(isEqualToAny(first, others))),
  ne: ofAnything(2, ([left, right]) => boolValue(!isEqualToAny(left, [right]))),
  lt: ofAnything(2, ([left, right]) => boolValue(isLess(left, right))),
  le: ofAnything(2, ([left, right]) => boolValue(isLessOrEqual(left, right))),
  gt: ofAnything(2, ([left, right]) => boolValue(!isLessOrEqual(left, right))),
  ge: ofAnything(2, ([left, right]) => boolValue(!isLess(left, right))),
};

function isLessOrEqual(left: GoArg, right: GoArg): boolean {
  return isLess(left, right) || isEqualToAny(left, [right]);
}

/** What an action would print of a value: what pointers lead to, and a word for nothing. */
export function printable(value: GoArg): GoValue {
  const inner = value?.type.kind === 'ptr' ? indirect(value).value : value;
  return inner ?? stringValue('<no value>');
}

function plain(args: readonly GoArg[]): string {
  return sprint(args.map((arg) => printable(unwrap(arg))));
}

function length(value: GoArg): number {
  if (value === undefined) throw new CallError('reflect: call of reflect.Value.Type on zero Value');
  const { value: item, isNil } = indirect(value);
  if (isNil) throw new CallError('len of nil pointer');
  const count = lengthOf(item);
  if (count === undefined) throw new CallError(`len of type ${item.type.name}`);
  return count;
}

function index(first: GoArg, indexes: readonly GoArg[]): GoArg {
  let item = unwrap(first);
  if (item === undefined) throw new CallError('index of untyped nil');
  for (const each of indexes) {
    const found = indirect(item);
    if (found.isNil) throw new CallError('index of nil pointer');
    item = element(found.value, unwrap(each));
  }
  return item;
}

function element(item: GoValue, index: GoArg): GoValue {
  const { kind, name } = item.type;
  if (kind === 'map') return entryOf(item, index);
  const count = kind === 'struct' ? undefined : lengthOf(item);
  if (count === undefined) throw new CallError(`can't index item of type ${name}`);
  const at = indexNumber(index, count);
  if (at === count) throw new CallError(`reflect: ${kind} index out of range`);
  if (kind === 'string') return intValue(stringData(item).charCodeAt(at), UINT8);
  return listOf(item)[at]!;
}

/** A missing key gives the zero of what the map holds. */
function entryOf(map: GoValue, index: GoArg): GoValue {
  const key = keyOf(index, map.type.key!);
  return mapData(map).get(key) ?? zeroValue(map.type.elem!);
}

function keyOf(index: GoArg, type: GoType): string {
  if (index === undefined) {
    if (!canBeNil(type)) throw new CallError(`value is nil; should be of type ${type.name}`);
    return '';
  }
  if (!isAssignable(index.type, type)) {
    throw new CallError(`value has type ${index.type.name}; should be ${type.name}`);
  }
  return stringData(index);
}

/** A position up to `limit`. */
function indexNumber(index: GoArg, limit: number): number {
  if (index === undefined) throw new CallError('cannot index slice/array with nil');
  if (!isIntKind(index.type.kind) && !isUintKind(index.type.kind)) {
    throw new CallError(`cannot index slice/array with type ${index.type.name}`);
  }
  const at = intData(index);
  if (at < 0n || at > BigInt(limit)) throw new CallError(`index out of range: ${at}`);
  return Number(at);
}

/** `slice x 1 2` is x[1:2]; what lies in a slice's capacity can be had, too. */
function slice(first: GoArg, indexes: readonly GoArg[]): GoArg {
  const item = unwrap(first);
  if (item === undefined) throw new CallError('slice of untyped nil');
  if (indexes.length > 3) throw new CallError(`too many slice indexes: ${indexes.length}`);
  const { kind, name } = item.type;
  if (kind === 'string' && indexes.length === 3) throw new CallError('cannot 3-index slice a string');
  if (kind !== 'string' && kind !== 'slice' && kind !== 'array')
    throw new CallError(`can't slice item of type ${name}`);
  const all = kind === 'string' ? [] : [...listOf(item), ...(item.hidden ?? [])];
  const capacity = kind === 'string' ? stringData(item).length : all.length;
  const numbers = indexes.map((each) => indexNumber(each, capacity));
  const [start, end, limit] = [numbers[0] ?? 0, numbers[1] ?? lengthOf(item)!, numbers[2] ?? capacity];
  if (start > end) throw new CallError(`invalid slice index: ${start} > ${end}`);
  if (end > limit) throw new CallError(`invalid slice index: ${end} > ${limit}`);
  if (kind === 'string') return stringValue(stringData(item).slice(start, end), item.type);
  const type = kind === 'slice' ? item.type : sliceOf(item.type.elem!);
  return { type, data: all.slice(start, end), hidden: all.slice(end, limit) };
}

/** None of the documents has a function in it. */
function call(callee: GoArg): never {
  const value = unwrap(callee);
  if (value === undefined) throw new CallError('call of nil');
  throw new CallError(`non-function of type ${value.type.name}`);
}
