/** The functions of jq that are not written in jq. */
import { deletePaths, getPath, indicesOf, partsOf, setPath } from './access.ts';
import type { Path } from './access.ts';
import { operate, splitText } from './arithmetic.ts';
import type { Scope } from './environment.ts';
import { formatValue, plainText } from './formats.ts';
import type { Builtin, Interpreter, Item, Results } from './interpreter.ts';
import { made, namedValue, valueError } from './interpreter.ts';
import { JsonError, parseJson } from './json-parser.ts';
import { jsonText } from './json-text.ts';
import { checkFlags, matchesOf } from './regex.ts';
import type { Filter } from './syntax.ts';
import { JqError, areEqual, compareValues, isArray, isObject, isTrue, kindOf, sortedBy, sortedKeys } from './value.ts';
import type { JqValue } from './value.ts';

/** A function of values: the input, then the arguments. */
type ValueFunction = (input: JqValue, args: readonly JqValue[], interpreter: Interpreter) => JqValue;

/** Calls a function for all values of its arguments; the last argument is the outer loop. */
function ofValues(call: ValueFunction): Builtin {
  return function* run(interpreter, args, scope, input): Results {
    for (const values of combinations(interpreter, args, args.length - 1, scope, input.value)) {
      yield made(input, call(input.value, values, interpreter));
    }
  };
}

function* combinations(
  interpreter: Interpreter,
  args: readonly Filter[],
  last: number,
  scope: Scope,
  value: JqValue,
): Generator<JqValue[], void, void> {
  if (last < 0) {
    yield [];
    return;
  }
  for (const own of interpreter.values(args[last]!, scope, value)) {
    for (const before of combinations(interpreter, args, last - 1, scope, value)) yield [...before, own];
  }
}

function lengthOf(value: JqValue): number {
  if (value === null) return 0;
  if (typeof value === 'number') return Math.abs(value);
  if (typeof value === 'string') return Array.from(value).length;
  if (isArray(value)) return value.length;
  if (isObject(value)) return value.size;
  throw valueError(value, 'has no length');
}

function keysOf(value: JqValue, isSorted: boolean): JqValue {
  if (isArray(value)) return value.map((_item, i) => i);
  if (!isObject(value)) throw valueError(value, 'has no keys');
  return isSorted ? sortedKeys(value) : [...value.keys()];
}

function has(value: JqValue, key: JqValue): boolean {
  if (value === null) return false;
  if (isObject(value) && typeof key === 'string') return value.has(key);
  if (isArray(value) && typeof key === 'number') return key >= 0 && key < value.length;
  throw new JqError(`Cannot check whether ${kindOf(value)} has a ${kindOf(key)} key`);
}

function contains(value: JqValue, part: JqValue): boolean {
  if (isObject(value) && isObject(part)) {
    return [...part].every(([key, own]) => value.has(key) && contains(value.get(key)!, own));
  }
  if (isArray(value) && isArray(part)) {
    return part.every((own) => value.some((item) => kindOf(item) === kindOf(own) && contains(item, own)));
  }
  if (typeof value === 'string' && typeof part === 'string') return value.includes(part);
  if (kindOf(value) === kindOf(part)) return areEqual(value, part);
  throw new JqError(`${bothText(value, part)} cannot have their containment checked`);
}

function toNumber(value: JqValue): JqValue {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') throw valueError(value, 'cannot be parsed as a number');
  const parsed = readJson(value);
  if (typeof parsed !== 'number') throw valueError(value, 'cannot be parsed as a number');
  return parsed;
}

function readJson(text: string): JqValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof JsonError ? new JqError(error.message) : error;
  }
}

function arrayToSort(value: JqValue): readonly JqValue[] {
  if (isArray(value)) return value;
  throw valueError(value, 'cannot be sorted, as it is not an array');
}

/** `a and b` as errors name two values. */
function bothText(left: JqValue, right: JqValue): string {
  return `${namedValue(left)} and ${namedValue(right)}`;
}

/** Items with the keys that a program makes of each. */
function keyed(value: JqValue, keys: JqValue): { item: JqValue; key: JqValue }[] {
  const list = keys as readonly JqValue[];
  if (!isArray(value)) {
    throw new JqError(`${bothText(value, keys)} cannot be sorted, as they are not both arrays`);
  }
  return sortedBy(
    value.map((item, i) => ({ item, key: list[i]! })),
    ({ key }) => key,
  );
}

function groups(value: JqValue, keys: JqValue): JqValue[][] {
  const found: JqValue[][] = [];
  let last: JqValue | undefined;
  for (const { item, key } of keyed(value, keys)) {
    if (last !== undefined && areEqual(last, key)) found.at(-1)!.push(item);
    else found.push([item]);
    last = key;
  }
  return found;
}

/** The least or the greatest, of equals the first or the last. */
function extreme(value: JqValue, keys: JqValue, isGreatest: boolean): JqValue {
  const list = keys as readonly JqValue[];
  let best = -1;
  if (!isArray(value)) throw new JqError(`${bothText(value, keys)} cannot be iterated over`);
  value.forEach((_item, i) => {
    const order = best < 0 ? 0 : compareValues(list[i]!, list[best]!);
    if (best < 0 || (isGreatest ? order >= 0 : order < 0)) best = i;
  });
  return best < 0 ? null : value[best]!;
}

function split(value: JqValue, separator: JqValue): JqValue {
  if (typeof value === 'string' && typeof separator === 'string') return splitText(value, separator);
  throw new JqError('split input and separator must be strings');
}

function affix(name: 'startswith' | 'endswith', value: JqValue, part: JqValue): boolean {
  if (typeof value !== 'string' || typeof part !== 'string') throw new JqError(`${name}() requires string inputs`);
  return name === 'startswith' ? value.startsWith(part) : value.endsWith(part);
}

function trimmed(value: JqValue, part: JqValue, isLeft: boolean): JqValue {
  if (typeof value !== 'string' || typeof part !== 'string' || part === '') return value;
  if (isLeft) return value.startsWith(part) ? value.slice(part.length) : value;
  return value.endsWith(part) ? value.slice(0, -part.length) : value;
}

function explode(value: JqValue): JqValue {
  if (typeof value !== 'string') throw new JqError('explode input must be a string');
  return Array.from(value, (char) => char.codePointAt(0)!);
}

function implode(value: JqValue): JqValue {
  if (!isArray(value)) throw new JqError('implode input must be an array');
  return value
    .map((code) => {
      if (typeof code === 'number') return String.fromCodePoint(code);
      throw valueError(code, "can't be imploded, unicode codepoint needs to be numeric");
    })
    .join('');
}

function changeCase(value: JqValue, isUpper: boolean): JqValue {
  explode(value);
  const letters = isUpper ? /[a-z]+/g : /[A-Z]+/g;
  return (value as string).replace(letters, (run) => (isUpper ? run.toUpperCase() : run.toLowerCase()));
}

function indices(value: JqValue, part: JqValue): JqValue {
  if (value === null) return null;
  if (typeof value === 'string' && typeof part === 'string') {
    const found: number[] = [];
    if (part === '') return null;
    for (let at = value.indexOf(part); at >= 0; at = value.indexOf(part, at + 1))
      found.push(Array.from(value.slice(0, at)).length);
    return found;
  }
  if (isArray(value)) return indicesOf(value, isArray(part) ? part : [part]);
  return getPath(value, [part]);
}

function numeric(call: (value: number) => number): Builtin {
  return ofValues((value) => {
    if (typeof value !== 'number') throw valueError(value, 'number required');
    return call(value);
  });
}

/** Away from zero where it lies in the middle, as C's round does. */
function round(value: number): number {
  return value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
}

/** Whole powers are products; others depend on the machine's last bits. */
function power(base: JqValue, exponent: JqValue): JqValue {
  for (const value of [base, exponent]) if (typeof value !== 'number') throw valueError(value, 'number required');
  let result = 1;
  const count = Math.abs(exponent as number);
  if (exponent === 0.5) return Math.sqrt(base as number);
  if (!Number.isInteger(count) || count > 2000)
    throw new JqError('pow: only whole exponents are supported by Dockwire');
  for (let i = 0; i < count; i++) result *= base as number;
  return (exponent as number) < 0 ? 1 / result : result;
}

function match(value: JqValue, regex: JqValue, flags: JqValue, isTest: boolean): JqValue {
  if (typeof value !== 'string') throw valueError(value, 'cannot be matched, as it is not a string');
  if (typeof regex !== 'string') throw valueError(regex, 'cannot be matched, as it is not a string');
  const found = matchesOf(value, regex, checkFlags(flags));
  if (isTest) return found.length > 0;
  return found.map(
    ({ offset, text, groups: captures }) =>
      new Map<string, JqValue>([
        ['offset', offset],
        ['length', Array.from(text).length],
        ['string', text],
        ['captures', captures.map(captureOf)],
      ]),
  );
}

function captureOf({ offset, text, name }: ReturnType<typeof matchesOf>[number]['groups'][number]): JqValue {
  return new Map<string, JqValue>([
    ['offset', offset],
    ['length', text === null ? 0 : Array.from(text).length],
    ['string', text],
    ['name', name],
  ]);
}

function flatten(value: JqValue, depth: number): JqValue[] {
  return partsOf(value).flatMap(([, item]) => (isArray(item) && depth > 0 ? flatten(item, depth - 1) : [item]));
}

function pathOf(value: JqValue): Path {
  if (isArray(value)) return value;
  throw new JqError('Path must be specified as an array');
}

const VALUES: Readonly<Record<string, ValueFunction>> = {
  'length/0': lengthOf,
  'utf8bytelength/0': (value) => {
    if (typeof value !== 'string') throw valueError(value, 'only strings have UTF-8 byte length');
    return new TextEncoder().encode(value).length;
  },
  'not/0': (value) => !isTrue(value),
  'keys/0': (value) => keysOf(value, true),
  'keys_unsorted/0': (value) => keysOf(value, false),
  'has/1': (value, [key]) => has(value, key!),
  'contains/1': (value, [part]) => contains(value, part!),
  'add/0': (value) => partsOf(value).reduce<JqValue>((sum, [, part]) => operate('+', sum, part), null),
  'type/0': kindOf,
  'tostring/0': plainText,
  'tonumber/0': toNumber,
  'tojson/0': (value) => jsonText(value),
  'fromjson/0': (value) => {
    if (typeof value !== 'string') throw valueError(value, 'only strings can be parsed');
    return readJson(value);
  },
  'infinite/0': () => Infinity,
  'nan/0': () => NaN,
  'isinfinite/0': (value) => value === Infinity || value === -Infinity,
  'isnan/0': (value) => typeof value === 'number' && Number.isNaN(value),
  'isnormal/0': (value) =>
    typeof value === 'number' && Number.isFinite(value) && Math.abs(value) >= 2.2250738585072014e-308,
  'sort/0': (value) => sortedBy(arrayToSort(value), (item) => item),
  '_sort_by/1': (value, [keys]) => keyed(value, keys!).map(({ item }) => item),
  '_group_by/1': (value, [keys]) => groups(value, keys!),
  '_unique_by/1': (value, [keys]) => groups(value, keys!).map(([first]) => first!),
  '_min_by/1': (value, [keys]) => extreme(value, keys!, false),
  '_max_by/1': (value, [keys]) => extreme(value, keys!, true),
  'split/1': (value, [separator]) => split(value, separator!),
  'startswith/1': (value, [part]) => affix('startswith', value, part!),
  'endswith/1': (value, [part]) => affix('endswith', value, part!),
  'ltrimstr/1': (value, [part]) => trimmed(value, part!, true),
  'rtrimstr/1': (value, [part]) => trimmed(value, part!, false),
  'explode/0': explode,
  'implode/0': implode,
  'ascii_downcase/0': (value) => changeCase(value, false),
  'ascii_upcase/0': (value) => changeCase(value, true),
  'indices/1': (value, [part]) => indices(value, part!),
  '_match/3': (value, [regex, flags, isTest]) => match(value, regex!, flags!, isTrue(isTest!)),
  'pow/2': (_value, [base, exponent]) => power(base!, exponent!),
  '_flatten/1': (value, [depth]) => flatten(value, depth as number),
  'getpath/1': (value, [path]) => getPath(value, pathOf(path!)),
  'setpath/2': (value, [path, part]) => setPath(value, pathOf(path!), part!),
  'delpaths/1': (value, [paths]) => {
    if (!isArray(paths!)) throw new JqError('Paths must be specified as an array');
    return deletePaths(value, paths.map(pathOf));
  },
  'env/0': (_value, _args, { outside }) => outside.environment,
  'now/0': (_value, _args, { outside }) => outside.now,
  'input_line_number/0': (_value, _args, { outside }) => outside.inputLine(),
  'input_filename/0': (_value, _args, { outside }) => outside.inputName,
  'format/1': (value, [name]) => formatValue(`@${plainText(name!)}`, value),
};

function* empty(): Results {
  // No result at all.
}

/** `error` with null is no error but an end. */
function* fail(value: JqValue): Results {
  if (value !== null) throw new JqError(value);
  yield* empty();
}

function* range(interpreter: Interpreter, args: readonly Filter[], scope: Scope, input: Item): Results {
  const [from, to, by] = args.length === 1 ? [null, args[0]!, null] : [args[0]!, args[1]!, args[2] ?? null];
  const values = (filter: Filter | null, otherwise: number): Iterable<JqValue> =>
    filter === null ? [otherwise] : interpreter.values(filter, scope, input.value);
  for (const start of values(from, 0)) {
    for (const end of values(to, 0)) {
      for (const step of values(by, 1)) yield* count(input, start, end, step);
    }
  }
}

function* count(input: Item, start: JqValue, end: JqValue, step: JqValue): Results {
  if (typeof start !== 'number' || typeof end !== 'number' || typeof step !== 'number') {
    throw new JqError('Range bounds must be numeric');
  }
  if (step === 0 && start < end) throw new JqError('range: a step of 0 is not supported by Dockwire');
  for (let at = start; step > 0 ? at < end : at > end; at += step) yield made(input, at);
}

/** `path(f)`: how each result of f is reached. */
function* paths(interpreter: Interpreter, [filter]: readonly Filter[], scope: Scope, input: Item): Results {
  for (const path of interpreter.paths(filter!, scope, input.value)) yield made(input, path);
}

/** As a part of a path, `getpath` goes on with it. */
function* getPathItem(interpreter: Interpreter, [filter]: readonly Filter[], scope: Scope, input: Item): Results {
  for (const path of interpreter.values(filter!, scope, input.value)) {
    const keys = pathOf(path);
    const value = getPath(input.value, keys);
    yield { value, path: input.path === null || input.path === 'lost' ? input.path : [...input.path, ...keys] };
  }
}

function* first(interpreter: Interpreter, [filter]: readonly Filter[], scope: Scope, input: Item): Results {
  for (const item of interpreter.run(filter!, scope, input)) {
    yield item;
    return;
  }
}

/** To jq 1.6 the first result comes in any case. */
function* limit(interpreter: Interpreter, [amount, filter]: readonly Filter[], scope: Scope, input: Item): Results {
  for (const given of interpreter.values(amount!, scope, input.value)) {
    let left = typeof given === 'number' ? given : Infinity;
    if (left < 0) {
      yield* interpreter.run(filter!, scope, input);
      continue;
    }
    for (const item of interpreter.run(filter!, scope, input)) {
      yield item;
      if (--left <= 0) break;
    }
  }
}

/**
 * A result, then what `update` makes of it, and so on in depth: `recurse(f)`, `while`, `until`, `repeat` without a
 * generator for each round. `visit` says whether the result is one, and whether it goes on.
 */
function* walk(
  interpreter: Interpreter,
  update: Filter,
  scope: Scope,
  start: Item,
  visit: (item: Item) => { readonly isResult: boolean; readonly goesOn: boolean },
): Results {
  const waiting = [start];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const { isResult, goesOn } = visit(item);
    if (isResult) yield item;
    if (goesOn) waiting.push(...[...interpreter.run(update, scope, item)].reverse());
  }
}

function holds(interpreter: Interpreter, condition: Filter, scope: Scope, { value }: Item): boolean {
  for (const result of interpreter.values(condition, scope, value)) return isTrue(result);
  return false;
}

const always = { isResult: true, goesOn: true };
const LOOPS: Readonly<Record<string, Builtin>> = {
  'recurse/1': (interpreter, [filter], scope, input) => walk(interpreter, filter!, scope, input, () => always),
  // To jq 1.6 the first result is already that of the filter.
  'repeat/1': function* repeat(interpreter, [filter], scope, input): Results {
    for (const item of interpreter.run(filter!, scope, input)) {
      yield* walk(interpreter, filter!, scope, item, () => always);
    }
  },
  'while/2': (interpreter, [condition, update], scope, input) =>
    walk(interpreter, update!, scope, input, (item) => {
      const isTrueHere = holds(interpreter, condition!, scope, item);
      return { isResult: isTrueHere, goesOn: isTrueHere };
    }),
  'until/2': (interpreter, [condition, update], scope, input) =>
    walk(interpreter, update!, scope, input, (item) => {
      const isTrueHere = holds(interpreter, condition!, scope, item);
      return { isResult: isTrueHere, goesOn: !isTrueHere };
    }),
};

function* nextInput(interpreter: Interpreter, input: Item): Results {
  const next = interpreter.outside.nextInput();
  if (next === undefined) throw new JqError('break');
  yield made(input, next);
}

function* debug(interpreter: Interpreter, input: Item, isBare: boolean): Results {
  interpreter.outside.writeError(isBare ? jsonText(input.value) : `${jsonText(['DEBUG:', input.value])}\n`);
  yield input;
}

/** The program is over; the text goes to standard error as it is. */
export class HaltSignal extends Error {
  readonly value: JqValue;
  readonly exitCode: number;

  constructor(value: JqValue, exitCode: number) {
    super('halt');
    this.value = value;
    this.exitCode = exitCode;
  }
}

function* haltError(interpreter: Interpreter, args: readonly Filter[], scope: Scope, input: Item): Results {
  for (const code of args.length === 0 ? [5] : interpreter.values(args[0]!, scope, input.value)) {
    if (typeof code !== 'number') throw new JqError('halt_error/1: number required');
    throw new HaltSignal(input.value, code);
  }
  yield* empty();
}

const PROGRAMS: Readonly<Record<string, Builtin>> = {
  'empty/0': empty,
  'error/0': (_interpreter, _args, _scope, input) => fail(input.value),
  'error/1': function* error(interpreter, [filter], scope, input): Results {
    for (const value of interpreter.values(filter!, scope, input.value)) yield* fail(value);
  },
  'recurse/0': (interpreter, _args, _scope, input) => interpreter.recurse(input),
  'range/1': range,
  'range/2': range,
  'range/3': range,
  'path/1': paths,
  'getpath/1': getPathItem,
  'first/1': first,
  'limit/2': limit,
  'input/0': (interpreter, _args, _scope, input) => nextInput(interpreter, input),
  'debug/0': (interpreter, _args, _scope, input) => debug(interpreter, input, false),
  'stderr/0': (interpreter, _args, _scope, input) => debug(interpreter, input, true),
  'halt/0': () => {
    throw new HaltSignal(null, 0);
  },
  'halt_error/0': haltError,
  'halt_error/1': haltError,
  'floor/0': numeric(Math.floor),
  'ceil/0': numeric(Math.ceil),
  'round/0': numeric(round),
  'trunc/0': numeric(Math.trunc),
  'sqrt/0': numeric(Math.sqrt),
  'fabs/0': numeric(Math.abs),
};

/** By name and number of arguments. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map([
  ...Object.entries(VALUES).map(([name, call]) => [name, ofValues(call)] as const),
  ...Object.entries(PROGRAMS),
  ...Object.entries(LOOPS),
]);
