/** From the text of a program to one that can be run: parsed, and every name known. */
import { BUILTINS } from './builtins.ts';
import { Scope } from './environment.ts';
import { LACKING, libraryDefinitions } from './library.ts';
import { parseProgram } from './parser.ts';
import { CompileError, variablesOf } from './syntax.ts';
import type { CompileMistake, Definition, Filter, Pattern } from './syntax.ts';
import type { JqValue } from './value.ts';

/** A function that the real jq has. */
export class LackingFunction extends Error {
  /** As in `strftime/1`. */
  readonly signature: string;

  constructor(signature: string) {
    super(`${signature} is not supported by Dockwire`);
    this.name = 'LackingFunction';
    this.signature = signature;
  }
}

/** The names that are known at a place: `f/1` and `$x`. */
type Names = ReadonlySet<string>;

function withNames(names: Names, ...more: readonly string[]): Names {
  return new Set([...names, ...more]);
}

class NameChecker {
  readonly mistakes: CompileMistake[] = [];

  check(filter: Filter, names: Names): void {
    switch (filter.kind) {
      case 'call':
        this.checkCall(filter, names);
        break;
      case 'variable':
        if (!names.has(`$${filter.name}`)) this.unknown(`$${filter.name}`, filter.offset);
        break;
      case 'break':
        if (!names.has(`*${filter.name}`)) this.unknown(`$*label-${filter.name}`, filter.offset);
        break;
      case 'label':
        this.check(filter.body, withNames(names, `*${filter.name}`));
        break;
      case 'define':
        this.checkDefinition(filter.definition, names);
        this.check(filter.body, withNames(names, signatureOf(filter.definition)));
        break;
      case 'as':
        this.check(filter.source, names);
        this.check(filter.body, this.bind(filter.pattern, names));
        break;
      case 'reduce':
      case 'foreach':
        this.checkLoop(filter, names);
        break;
      default:
        for (const part of partsOf(filter)) this.check(part, names);
    }
  }

  private checkCall({ name, args, offset }: Extract<Filter, { kind: 'call' }>, names: Names): void {
    const signature = `${name}/${args.length}`;
    if (!names.has(signature)) {
      if (LACKING.has(name)) throw new LackingFunction(signature);
      this.unknown(signature, offset);
    }
    for (const arg of args) this.check(arg, names);
  }

  private checkLoop(filter: Extract<Filter, { kind: 'reduce' | 'foreach' }>, names: Names): void {
    this.check(filter.source, names);
    this.check(filter.init, names);
    const bound = this.bind(filter.pattern, names);
    this.check(filter.update, bound);
    if (filter.extract !== null) this.check(filter.extract, bound);
  }

  private checkDefinition(definition: Definition, names: Names): void {
    const parameters = definition.parameters.flatMap((name) =>
      name.startsWith('$') ? [name, `${name.slice(1)}/0`] : [`${name}/0`],
    );
    this.check(definition.body, withNames(names, signatureOf(definition), ...parameters));
  }

  private bind(pattern: Pattern, names: Names): Names {
    const bound = withNames(names, ...variablesOf(pattern).map((name) => `$${name}`));
    this.checkKeys(pattern, bound);
    return bound;
  }

  private checkKeys(pattern: Pattern, names: Names): void {
    if (pattern.kind === 'array') for (const item of pattern.items) this.checkKeys(item, names);
    if (pattern.kind !== 'object') return;
    for (const { key, pattern: inner } of pattern.entries) {
      this.check(key, names);
      if (inner !== null) this.checkKeys(inner, names);
    }
  }

  private unknown(what: string, offset: number): void {
    this.mistakes.push({ message: `${what} is not defined`, offset });
  }
}

function signatureOf({ name, parameters }: Definition): string {
  return `${name}/${parameters.length}`;
}

/** The filters that a filter is made of, where they see no more than it does. */
function partsOf(filter: Filter): Filter[] {
  switch (filter.kind) {
    case 'string':
      return filter.parts.filter((part): part is Filter => typeof part !== 'string');
    case 'index':
      return [filter.target, filter.key];
    case 'slice':
      return [filter.target, filter.from, filter.to].filter((part) => part !== null);
    case 'iterate':
      return [filter.target];
    case 'try':
      return filter.handler === null ? [filter.body] : [filter.body, filter.handler];
    case 'pipe':
    case 'comma':
    case 'and':
    case 'or':
    case 'alternative':
    case 'operator':
    case 'assign':
      return [filter.left, filter.right];
    case 'negate':
      return [filter.body];
    case 'array':
      return filter.body === null ? [] : [filter.body];
    case 'object':
      return filter.entries.flat();
    case 'if':
      return [filter.condition, filter.then, filter.otherwise];
    default:
      return [];
  }
}

/** A program with what its names mean. */
export interface Program {
  readonly filter: Filter;
  readonly scope: Scope;
}

/** Compiles a program that may name these variables; throws a CompileError or a LackingFunction. */
export function compile(text: string, variables: ReadonlyMap<string, JqValue>): Program {
  const filter = parseProgram(text);
  const library = libraryDefinitions();
  const known = [
    ...[...BUILTINS.keys()].filter((name) => !name.startsWith('_')),
    ...library.map(signatureOf).filter((name) => !name.startsWith('_')),
    ...[...variables.keys()].map((name) => `$${name}`),
  ];
  const checker = new NameChecker();
  checker.check(filter, new Set(known));
  if (checker.mistakes.length > 0) throw new CompileError(checker.mistakes);
  let scope = Scope.of(variables);
  for (const { name, parameters, body } of library) scope = scope.withFunction(name, parameters, body);
  return { filter, scope };
}

/** What jq says of a program that does not compile. */
export function compileText(text: string, { mistakes }: CompileError): string {
  const told = mistakes.map(({ message, offset }) => {
    const before = text.slice(0, offset);
    const start = before.lastIndexOf('\n') + 1;
    const newline = text.indexOf('\n', offset);
    const line = text.slice(start, newline < 0 ? text.length : newline);
    const number = before.split('\n').length;
    return `jq: error: ${message} at <top-level>, line ${number}:\n${line}${' '.repeat(offset - start)}\n`;
  });
  return `${told.join('')}jq: ${mistakes.length} compile error${mistakes.length === 1 ? '' : 's'}\n`;
}
