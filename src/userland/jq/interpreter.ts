/**
 * Runs a jq program. Each filter is a generator of results; where a path is asked for, each result carries how it was
 * reached from the input. The order of results is jq's: of two operands the right one is the outer loop.
 */
import { LimitError } from '../../base/assert.ts';
import { deletePaths, getPart, getPath, partsOf, setPath } from './access.ts';
import type { Path } from './access.ts';
import { negate, operate } from './arithmetic.ts';
import { Scope } from './environment.ts';
import { formatValue } from './formats.ts';
import { jsonText, shortText } from './json-text.ts';
import type { Filter, Pattern } from './syntax.ts';
import { variablesOf } from './syntax.ts';
import { JqError, isTrue, kindOf } from './value.ts';
import type { JqValue } from './value.ts';

/** A result: null for a path that nobody asks for, `lost` where what was made is no part of the input. */
export interface Item {
  readonly value: JqValue;
  readonly path: Path | null | 'lost';
}

export type Results = Generator<Item, void, void>;

/** A function that is not written in jq. */
export type Builtin = (interpreter: Interpreter, args: readonly Filter[], scope: Scope, input: Item) => Results;

/** `break` on its way to its label. */
class BreakSignal extends Error {
  readonly label: JqValue;

  constructor(label: JqValue) {
    super('break');
    this.label = label;
  }
}

/** What a program may ask of the outside. */
export interface Outside {
  /** The next input; undefined at the end. */
  readonly nextInput: () => JqValue | undefined;
  readonly writeError: (text: string) => void;
  readonly environment: JqValue;
  /** Seconds since 1970. */
  readonly now: number;
  readonly inputLine: () => number;
  readonly inputName: JqValue;
}

/** A program that goes on so long has no end. */
const STEPS_MAX = 5_000_000;
const SHORT_BYTES = 29;

export class Interpreter {
  readonly outside: Outside;
  private readonly builtins: ReadonlyMap<string, Builtin>;
  private labelCount = 0;
  private steps = 0;

  constructor(builtins: ReadonlyMap<string, Builtin>, outside: Outside) {
    this.builtins = builtins;
    this.outside = outside;
  }

  /** All results for an input. */
  *values(filter: Filter, scope: Scope, value: JqValue): Generator<JqValue, void, void> {
    for (const item of this.run(filter, scope, { value, path: null })) yield item.value;
  }

  /** The paths of all results. */
  *paths(filter: Filter, scope: Scope, value: JqValue): Generator<Path, void, void> {
    for (const { path, value: result } of this.run(filter, scope, { value, path: [] })) {
      if (path === null || path === 'lost') {
        throw new JqError(`Invalid path expression with result ${shortText(result, SHORT_BYTES)}`);
      }
      yield path;
    }
  }

  /** The results of a filter, one after the other. */
  run(filter: Filter, scope: Scope, input: Item): Results {
    if (++this.steps > STEPS_MAX) throw new LimitError('a jq program does not end');
    switch (filter.kind) {
      case 'identity':
        return one(input);
      case 'recurse':
        return this.recurse(input);
      case 'literal':
        return one(made(input, filter.value));
      case 'string':
        return this.runString(filter, scope, input);
      case 'format':
        return one(made(input, formatValue(filter.name, input.value)));
      case 'index':
        return this.runIndex(filter, scope, input);
      case 'slice':
        return this.runSlice(filter, scope, input);
      case 'iterate':
        return this.runIterate(filter.target, scope, input);
      case 'array':
        return one(made(input, filter.body === null ? [] : [...this.values(filter.body, scope, input.value)]));
      case 'object':
        return this.runObject(filter.entries, 0, new Map(), scope, input);
      case 'negate':
        return this.runNegate(filter.body, scope, input);
      case 'call':
        return this.runCall(filter, scope, input);
      case 'variable':
        return one(made(input, scope.variable(filter.name)!));
      case 'operator':
        return this.runOperator(filter, scope, input);
      default:
        return this.runControl(filter, scope, input);
    }
  }

  private runControl(filter: Filter, scope: Scope, input: Item): Results {
    switch (filter.kind) {
      case 'pipe':
        return this.runPipe(filter.left, filter.right, scope, input);
      case 'comma':
        return this.runComma(filter.left, filter.right, scope, input);
      case 'and':
      case 'or':
        return this.runLogic(filter, scope, input);
      case 'alternative':
        return this.runAlternative(filter.left, filter.right, scope, input);
      case 'if':
        return this.runIf(filter, scope, input);
      case 'try':
        return this.runTry(filter.body, filter.handler, scope, input);
      case 'assign':
        return this.runAssign(filter, scope, input);
      case 'as':
        return this.runAs(filter, scope, input);
      case 'reduce':
        return this.runReduce(filter, scope, input);
      case 'foreach':
        return this.runForeach(filter, scope, input);
      case 'define': {
        const { name, parameters, body } = filter.definition;
        return this.run(filter.body, scope.withFunction(name, parameters, body), input);
      }
      case 'label':
        return this.runLabel(filter, scope, input);
      case 'break':
        throw new BreakSignal(scope.variable(`*${filter.name}`)!);
      default:
        throw new JqError(`unexpected ${filter.kind}`);
    }
  }

  /** A value and all that is in it. */
  *recurse(input: Item): Results {
    yield input;
    const { value } = input;
    if (value === null || typeof value !== 'object') return;
    for (const [key, part] of partsOf(value)) yield* this.recurse(this.step(input, key, part));
  }

  /** One step into a value, kept on the path. */
  private step(from: Item, key: JqValue, part: JqValue): Item {
    if (from.path === null) return { value: part, path: null };
    return { value: part, path: from.path === 'lost' ? 'lost' : [...from.path, key] };
  }

  /** Looks up a key; with a path that is lost there is nothing to point at. */
  access(from: Item, key: JqValue): Item {
    if (from.path === 'lost') {
      const what = `access element ${shortText(key)} of ${shortText(from.value, SHORT_BYTES)}`;
      throw new JqError(`Invalid path expression near attempt to ${what}`);
    }
    return this.step(from, key, getPart(from.value, key));
  }

  private *runIndex(filter: Extract<Filter, { kind: 'index' }>, scope: Scope, input: Item): Results {
    for (const key of this.values(filter.key, scope, input.value)) {
      for (const target of this.run(filter.target, scope, input)) yield this.access(target, key);
    }
  }

  private *runSlice(filter: Extract<Filter, { kind: 'slice' }>, scope: Scope, input: Item): Results {
    const bounds = (bound: Filter | null): Iterable<JqValue> =>
      bound === null ? [null] : this.values(bound, scope, input.value);
    for (const end of bounds(filter.to)) {
      for (const start of bounds(filter.from)) {
        const key = new Map<string, JqValue>([
          ['start', start],
          ['end', end],
        ]);
        for (const target of this.run(filter.target, scope, input)) yield this.access(target, key);
      }
    }
  }

  private *runIterate(target: Filter, scope: Scope, input: Item): Results {
    for (const item of this.run(target, scope, input)) {
      if (item.path === 'lost') {
        const what = shortText(item.value, SHORT_BYTES);
        throw new JqError(`Invalid path expression near attempt to iterate through ${what}`);
      }
      for (const [key, part] of partsOf(item.value)) yield this.step(item, key, part);
    }
  }

  private *runString(filter: Extract<Filter, { kind: 'string' }>, scope: Scope, input: Item): Results {
    for (const text of this.strings(filter, filter.parts.length - 1, scope, input.value)) yield made(input, text);
  }

  /** All texts of the parts up to `last`; later parts are the outer loops. */
  private *strings(
    filter: Extract<Filter, { kind: 'string' }>,
    last: number,
    scope: Scope,
    value: JqValue,
  ): Generator<string, void, void> {
    if (last < 0) {
      yield '';
      return;
    }
    const part = filter.parts[last]!;
    const values = typeof part === 'string' ? [part] : this.values(part, scope, value);
    for (const inserted of values) {
      const text = typeof part === 'string' ? part : formatValue(filter.format, inserted);
      for (const before of this.strings(filter, last - 1, scope, value)) yield before + text;
    }
  }

  private *runObject(
    entries: readonly (readonly [Filter, Filter])[],
    at: number,
    object: ReadonlyMap<string, JqValue>,
    scope: Scope,
    input: Item,
  ): Results {
    const entry = entries[at];
    if (entry === undefined) {
      yield made(input, object);
      return;
    }
    for (const key of this.values(entry[0], scope, input.value)) {
      if (typeof key !== 'string') {
        throw new JqError(`Cannot use ${kindOf(key)} (${shortText(key)}) as object key`);
      }
      for (const value of this.values(entry[1], scope, input.value)) {
        yield* this.runObject(entries, at + 1, new Map([...object, [key, value]]), scope, input);
      }
    }
  }

  private *runNegate(body: Filter, scope: Scope, input: Item): Results {
    for (const value of this.values(body, scope, input.value)) yield made(input, negate(value));
  }

  private *runOperator(filter: Extract<Filter, { kind: 'operator' | 'assign' }>, scope: Scope, input: Item): Results {
    for (const right of this.values(filter.right, scope, input.value)) {
      for (const left of this.values(filter.left, scope, input.value)) {
        yield made(input, operate(filter.operator, left, right));
      }
    }
  }

  private *runPipe(left: Filter, right: Filter, scope: Scope, input: Item): Results {
    for (const item of this.run(left, scope, input)) yield* this.run(right, scope, item);
  }

  private *runComma(left: Filter, right: Filter, scope: Scope, input: Item): Results {
    yield* this.run(left, scope, input);
    yield* this.run(right, scope, input);
  }

  private *runLogic(
    { kind, left, right }: { kind: string; left: Filter; right: Filter },
    scope: Scope,
    input: Item,
  ): Results {
    for (const first of this.values(left, scope, input.value)) {
      if (isTrue(first) === (kind === 'or')) yield made(input, kind === 'or');
      else for (const second of this.values(right, scope, input.value)) yield made(input, isTrue(second));
    }
  }

  private *runAlternative(left: Filter, right: Filter, scope: Scope, input: Item): Results {
    let hasTrue = false;
    for (const item of this.run(left, scope, input)) {
      if (!isTrue(item.value)) continue;
      hasTrue = true;
      yield item;
    }
    if (!hasTrue) yield* this.run(right, scope, input);
  }

  private *runIf(filter: Extract<Filter, { kind: 'if' }>, scope: Scope, input: Item): Results {
    for (const value of this.values(filter.condition, scope, input.value)) {
      yield* this.run(isTrue(value) ? filter.then : filter.otherwise, scope, input);
    }
  }

  /** Errors of the body are caught, those of whoever uses its results are not. */
  private *runTry(body: Filter, handler: Filter | null, scope: Scope, input: Item): Results {
    const caught: JqError[] = [];
    yield* this.guarded(body, scope, input, (error) => {
      caught.push(error);
    });
    for (const { value } of handler === null ? [] : caught) yield* this.run(handler!, scope, made(input, value));
  }

  private *guarded(body: Filter, scope: Scope, input: Item, onError: (error: JqError) => void): Results {
    let results: Results | null = null;
    for (;;) {
      let next: IteratorResult<Item, void>;
      try {
        results ??= this.run(body, scope, input);
        next = results.next();
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        onError(error);
        return;
      }
      if (next.done === true) return;
      yield next.value;
    }
  }

  private *runAssign(filter: Extract<Filter, { kind: 'operator' | 'assign' }>, scope: Scope, input: Item): Results {
    const { operator, left, right } = filter;
    if (operator === '|=') {
      yield made(
        input,
        this.modify(left, scope, input.value, (part) => this.firstOf(right, scope, part)),
      );
      return;
    }
    for (const given of this.values(right, scope, input.value)) {
      const change = (part: JqValue): JqValue => {
        if (operator === '=') return given;
        if (operator === '//=') return isTrue(part) ? part : given;
        return operate(operator.slice(0, -1), part, given);
      };
      yield made(input, this.modify(left, scope, input.value, change));
    }
  }

  private firstOf(filter: Filter, scope: Scope, value: JqValue): JqValue | undefined {
    for (const result of this.values(filter, scope, value)) return result;
    return undefined;
  }

  /** Changes what lies at each path; undefined takes it away. */
  private modify(
    target: Filter,
    scope: Scope,
    value: JqValue,
    change: (part: JqValue) => JqValue | undefined,
  ): JqValue {
    let result = value;
    for (const path of this.paths(target, scope, value)) {
      const changed = change(getPath(result, path));
      result = changed === undefined ? deletePaths(result, [path]) : setPath(result, path, changed);
    }
    return result;
  }

  private *runAs(filter: Extract<Filter, { kind: 'as' }>, scope: Scope, input: Item): Results {
    for (const value of this.values(filter.source, scope, input.value)) {
      for (const bound of this.bind(filter.pattern, value, scope)) yield* this.run(filter.body, bound, input);
    }
  }

  /** The scopes in which a pattern's variables are bound to the parts of a value. */
  private *bind(pattern: Pattern, value: JqValue, scope: Scope): Generator<Scope, void, void> {
    if (pattern.kind === 'variable') {
      yield scope.withVariable(pattern.name, value);
      return;
    }
    const cleared = variablesOf(pattern).reduce((bound, name) => bound.withVariable(name, null), scope);
    if (pattern.kind === 'array') yield* this.bindItems(pattern.items, 0, value, cleared);
    else yield* this.bindEntries(pattern, 0, value, cleared);
  }

  private *bindItems(
    items: readonly Pattern[],
    at: number,
    value: JqValue,
    scope: Scope,
  ): Generator<Scope, void, void> {
    const item = items[at];
    if (item === undefined) yield scope;
    else {
      const part = getPart(value, at);
      for (const bound of this.bind(item, part, scope)) yield* this.bindItems(items, at + 1, value, bound);
    }
  }

  private *bindEntries(
    pattern: Extract<Pattern, { kind: 'object' }>,
    at: number,
    value: JqValue,
    scope: Scope,
  ): Generator<Scope, void, void> {
    const entry = pattern.entries[at];
    if (entry === undefined) {
      yield scope;
      return;
    }
    for (const key of this.values(entry.key, scope, value)) {
      const part = getPart(value, key);
      const named = entry.variable === null ? scope : scope.withVariable(entry.variable, part);
      const inner = entry.pattern === null ? [named] : this.bind(entry.pattern, part, named);
      for (const bound of inner) yield* this.bindEntries(pattern, at + 1, value, bound);
    }
  }

  private *runReduce(filter: Extract<Filter, { kind: 'reduce' | 'foreach' }>, scope: Scope, input: Item): Results {
    for (const start of this.run(filter.init, scope, input)) {
      let state = start;
      for (const value of this.values(filter.source, scope, input.value)) {
        for (const bound of this.bind(filter.pattern, value, scope)) {
          let last: Item | null = null;
          for (const result of this.run(filter.update, bound, state)) last = result;
          state = last ?? made(input, null);
        }
      }
      yield state;
    }
  }

  private *runForeach(filter: Extract<Filter, { kind: 'reduce' | 'foreach' }>, scope: Scope, input: Item): Results {
    for (const start of this.run(filter.init, scope, input)) {
      let state = start;
      for (const value of this.values(filter.source, scope, input.value)) {
        for (const bound of this.bind(filter.pattern, value, scope)) {
          for (const result of this.run(filter.update, bound, state)) {
            state = result;
            if (filter.extract === null) yield result;
            else yield* this.run(filter.extract, bound, result);
          }
        }
      }
    }
  }

  private *runLabel({ name, body }: { name: string; body: Filter }, scope: Scope, input: Item): Results {
    const label = ++this.labelCount;
    try {
      yield* this.run(body, scope.withVariable(`*${name}`, label), input);
    } catch (error) {
      if (!(error instanceof BreakSignal) || error.label !== label) throw error;
    }
  }

  private runCall(filter: Extract<Filter, { kind: 'call' }>, scope: Scope, input: Item): Results {
    const { name, args } = filter;
    const closure = scope.function(name, args.length);
    if (closure !== undefined) return this.callClosure(closure, args, scope, input);
    const builtin = this.builtins.get(`${name}/${args.length}`);
    if (builtin === undefined) throw new JqError(`${name}/${args.length} is not defined`);
    return builtin(this, args, scope, input);
  }

  private *callClosure(
    closure: NonNullable<ReturnType<Scope['function']>>,
    args: readonly Filter[],
    scope: Scope,
    input: Item,
  ): Results {
    yield* this.bindArguments(closure, args, 0, closure.scope, scope, input);
  }

  /** `$x` takes a value, any other parameter a program; the first value is the outer loop. */
  private *bindArguments(
    closure: NonNullable<ReturnType<Scope['function']>>,
    args: readonly Filter[],
    at: number,
    bound: Scope,
    caller: Scope,
    input: Item,
  ): Results {
    const parameter = closure.parameters[at];
    if (parameter === undefined) {
      yield* this.run(closure.body, bound, input);
      return;
    }
    const arg = args[at]!;
    if (!parameter.startsWith('$')) {
      yield* this.bindArguments(closure, args, at + 1, bound.withProgram(parameter, arg, caller), caller, input);
      return;
    }
    const name = parameter.slice(1);
    for (const value of this.values(arg, caller, input.value)) {
      const literal: Filter = { kind: 'literal', value };
      const inner = bound.withVariable(name, value).withProgram(name, literal, caller);
      yield* this.bindArguments(closure, args, at + 1, inner, caller, input);
    }
  }
}

/** A result that is no part of the input. */
export function made(input: Item, value: JqValue): Item {
  return { value, path: input.path === null ? null : 'lost' };
}

/** One result. */
export function* one(item: Item): Results {
  yield item;
}

/** `object ({…})`, as errors name a value. */
export function namedValue(value: JqValue): string {
  return `${kindOf(value)} (${shortText(value)})`;
}

/** An error about a value. */
export function valueError(value: JqValue, message: string): JqError {
  return new JqError(`${namedValue(value)} ${message}`);
}

/** A result as the text of an error that nobody has caught. */
export function errorText({ value }: JqError): string {
  return typeof value === 'string' ? `: ${value}` : ` (not a string): ${jsonText(value)}`;
}
