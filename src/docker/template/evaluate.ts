/**
 * Evaluates the pipelines of a template: fields, methods, functions, variables, literals. Complaints name the node that
 * was looked at last, which is not always the one that a reader would name.
 */
import { CallError, TemplateExecError } from './errors.ts';
import type { FunctionTable, GoArg, TemplateFunction } from './function.ts';
import type { GoType } from './go-type.ts';
import { REFLECT_VALUE, canBeNil, fieldPath, isAssignable, isIntKind, isUintKind } from './go-type.ts';
import type { GoValue } from './go-value.ts';
import {
  boolValue,
  complexValue,
  floatValue,
  indirect,
  intValue,
  isTrue,
  listOf,
  mapData,
  stringValue,
  targetOf,
  unwrap,
  zeroValue,
} from './go-value.ts';
import type {
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  NumberNode,
  Operand,
  PipeNode,
  Quotable,
  VariableNode,
} from './node.ts';
import { nodeText } from './node.ts';
import { quote } from './quote.ts';

/** What a map's missing key is: nothing, or an error (Go's option missingkey=error). */
export type MissingKey = 'nothing' | 'error';

export interface EvaluateOptions {
  readonly functions: FunctionTable;
  readonly missingKey: MissingKey;
}

/** Marks that nothing comes through the pipeline, which is not the same as nil. */
const NO_FINAL = Symbol('no final argument');
type Final = GoArg | typeof NO_FINAL;

interface Variable {
  readonly name: string;
  value: GoArg;
}

/** What all trees of an execution share. */
export interface Evaluation {
  readonly source: string;
  readonly options: EvaluateOptions;
  /** What was looked at last. */
  node: Quotable | null;
}

/** The values of one tree, with its variables. */
export class Evaluator {
  /** The innermost last. */
  readonly variables: Variable[];
  private readonly shared: Evaluation;
  private readonly name: string;

  constructor(shared: Evaluation, name: string, data: GoArg) {
    this.shared = shared;
    this.name = name;
    this.variables = [{ name: '$', value: data }];
  }

  /** What complaints name from now on. */
  lookAt(node: Quotable): void {
    this.shared.node = node;
  }

  /** The value of the last command; each command gets the one before it as its last argument. */
  pipeline(pipe: PipeNode, dot: GoArg): GoArg {
    this.shared.node = pipe;
    let value: Final = NO_FINAL;
    for (const command of pipe.commands) {
      value = this.command(command, dot, value);
      if (value?.type.kind === 'interface') value = targetOf(value);
    }
    const result = value === NO_FINAL ? undefined : value;
    for (const { names } of pipe.variables) {
      if (pipe.isAssignment) this.variableNamed(names[0]!).value = result;
      else this.variables.push({ name: names[0]!, value: result });
    }
    return result;
  }

  private variableNamed(name: string): Variable {
    const found = this.variables.findLast((each) => each.name === name);
    return found ?? this.fail(`undefined variable: ${name}`);
  }

  private command(command: CommandNode, dot: GoArg, final: Final): GoArg {
    const [first] = command.args;
    switch (first!.kind) {
      case 'field':
        return this.field(first, dot, command.args, final);
      case 'chain':
        return this.chain(first, dot, command.args, final);
      case 'identifier':
        return this.functionCall(first, command, dot, command.args, final);
      case 'variable':
        return this.variable(first, dot, command.args, final);
      case 'pipe':
        this.refuseArguments(command.args, final);
        return this.pipeline(first, dot);
      default:
        this.shared.node = first!;
        this.refuseArguments(command.args, final);
        return this.literal(first!, dot);
    }
  }

  private literal(node: Operand, dot: GoArg): GoArg {
    switch (node.kind) {
      case 'bool':
        return boolValue(node.value);
      case 'dot':
        return dot;
      case 'nil':
        return this.fail('nil is not a command');
      case 'number':
        return this.constant(node);
      case 'string':
        return stringValue(node.value);
      default:
        return this.fail(`can't evaluate command ${quote(nodeText(node))}`);
    }
  }

  /** A number where no type is asked for: its syntax tells. */
  private constant(node: NumberNode): GoArg {
    this.shared.node = node;
    const { text, value } = node;
    if (value.complex !== undefined) return complexValue(value.complex);
    const isHexInteger = /^0[xX]./.test(text) && !/[pP]/.test(text);
    if (value.float !== undefined && !isHexInteger && !text.startsWith("'") && /[.eEpP]/.test(text)) {
      return floatValue(value.float);
    }
    return value.int === undefined ? this.fail(`${text} overflows int`) : intValue(value.int);
  }

  private refuseArguments(args: readonly Operand[], final: Final): void {
    if (args.length > 1 || final !== NO_FINAL) {
      this.fail(`can't give argument to non-function ${nodeText(args[0]!)}`);
    }
  }

  private field(node: FieldNode, dot: GoArg, args: readonly Operand[], final: Final): GoArg {
    this.shared.node = node;
    return this.fieldChain(node, node.names, dot, dot, args, final);
  }

  private chain(node: ChainNode, dot: GoArg, args: readonly Operand[], final: Final): GoArg {
    this.shared.node = node;
    if (node.operand.kind === 'nil') this.fail(`indirection through explicit nil in ${nodeText(node)}`);
    const receiver = this.untypedArgument(node.operand, dot);
    return this.fieldChain(node, node.names, dot, receiver, args, final);
  }

  private variable(node: VariableNode, dot: GoArg, args: readonly Operand[], final: Final): GoArg {
    this.shared.node = node;
    const { value } = this.variableNamed(node.names[0]!);
    if (node.names.length > 1) return this.fieldChain(node, node.names.slice(1), dot, value, args, final);
    if (args.length > 0) this.refuseArguments(args, final);
    return value;
  }

  /** `.A.B.C`; only the last may be a method with arguments. */
  private fieldChain(
    node: Operand,
    names: readonly string[],
    dot: GoArg,
    receiver: GoArg,
    args: readonly Operand[],
    final: Final,
  ): GoArg {
    const last = names.length - 1;
    return names.reduce<GoArg>(
      (value, name, i) =>
        i < last ? this.member(node, name, dot, value, [], NO_FINAL) : this.member(node, name, dot, value, args, final),
      receiver,
    );
  }

  /** A method, a field of a struct, or an entry of a map. */
  private member(
    node: Operand,
    name: string,
    dot: GoArg,
    receiver: GoArg,
    args: readonly Operand[],
    final: Final,
  ): GoArg {
    if (receiver === undefined) {
      if (this.shared.options.missingKey === 'error') this.fail(`nil data; no entry for key ${quote(name)}`);
      return undefined;
    }
    const typeName = receiver.type.name;
    const { value, isNil } = indirect(receiver);
    if (value.type.kind === 'interface') this.fail(`nil pointer evaluating ${typeName}.${name}`);
    const { methods } = value.type;
    if (Object.hasOwn(methods, name)) {
      const method = methods[name]!;
      const bind = (given: readonly GoArg[]): GoArg => method.call(value, given);
      return this.call({ ...method, isVariadic: false, call: bind }, node, name, dot, args, final);
    }
    const hasArguments = args.length > 1 || final !== NO_FINAL;
    if (value.type.kind === 'struct') {
      const found = this.structField(value, name, typeName, hasArguments);
      if (found !== undefined) return found;
    } else if (value.type.kind === 'map' && value.type.key!.name === 'string') {
      return this.mapEntry(value, name, hasArguments);
    } else if (isNil) {
      const pointee = value.type.elem!;
      const isLost = pointee.kind === 'struct' && fieldPath(pointee, name) === undefined;
      if (!isLost) this.fail(`nil pointer evaluating ${typeName}.${name}`);
    }
    return this.fail(`can't evaluate field ${name} in type ${typeName}`);
  }

  private structField(value: GoValue, name: string, typeName: string, hasArguments: boolean): GoArg {
    const path = fieldPath(value.type, name);
    if (path === undefined) return undefined;
    let found = value;
    let isExported = true;
    for (const index of path) {
      const struct = found.type.kind === 'ptr' ? targetOf(found)! : found;
      isExported = struct.type.fields![index]!.isExported;
      found = listOf(struct)[index]!;
    }
    if (!isExported) this.fail(`${name} is an unexported field of struct type ${typeName}`);
    if (hasArguments) this.fail(`${name} has arguments but cannot be invoked as function`);
    return found;
  }

  private mapEntry(value: GoValue, name: string, hasArguments: boolean): GoArg {
    if (hasArguments) this.fail(`${name} is not a method but has arguments`);
    const found = mapData(value).get(name);
    if (found === undefined && this.shared.options.missingKey === 'error') {
      this.fail(`map has no entry for key ${quote(name)}`);
    }
    return found;
  }

  private functionCall(
    node: IdentifierNode,
    place: Quotable,
    dot: GoArg,
    args: readonly Operand[],
    final: Final,
  ): GoArg {
    this.shared.node = node;
    const { functions } = this.shared.options;
    return this.call(functions[node.name]!, place, node.name, dot, args, final);
  }

  /** Calls a function or method; the first of `args` is its name, if there is any. */
  private call(
    callee: TemplateFunction,
    place: Quotable,
    name: string,
    dot: GoArg,
    argsWithName: readonly Operand[],
    final: Final,
  ): GoArg {
    const args = argsWithName.slice(1);
    const count = args.length + (final === NO_FINAL ? 0 : 1);
    this.checkCount(callee, name, count, args.length);
    if ((callee.results ?? 1) > 1)
      this.fail(`can't call method/function ${quote(name)} with ${callee.results!} results`);
    if (callee.decidesOn !== undefined) return this.decide(callee.decidesOn, dot, args, final);
    const typeAt = (i: number): GoType => callee.params[Math.min(i, callee.params.length - 1)]!;
    const given = args.map((arg, i) => this.argument(typeAt(i), arg, dot));
    if (final !== NO_FINAL) given.push(this.validated(final, typeAt(args.length)));
    try {
      return callee.call(given);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.shared.node = place;
      return this.fail(`error calling ${name}: ${error.message}`);
    }
  }

  private checkCount(callee: TemplateFunction, name: string, count: number, typed: number): void {
    const wanted = callee.params.length;
    if (callee.isVariadic) {
      if (count >= wanted - 1) return;
      this.fail(`wrong number of args for ${name}: want at least ${wanted - 1} got ${typed}`);
    }
    if (count !== wanted) this.fail(`wrong number of args for ${name}: want ${wanted} got ${count}`);
  }

  /** `and`, `or`: the first argument that decides, or else the last. */
  private decide(decidesOn: boolean, dot: GoArg, args: readonly Operand[], final: Final): GoArg {
    let value: GoArg;
    for (const arg of args) {
      value = this.argument(REFLECT_VALUE, arg, dot);
      if (isTrue(value) === decidesOn) return value;
    }
    return final === NO_FINAL ? value : final;
  }

  private argument(type: GoType, node: Operand, dot: GoArg): GoArg {
    this.shared.node = node;
    if (node.kind === 'nil') {
      if (!canBeNil(type)) this.fail(`cannot assign nil to ${type.name}`);
      return type === REFLECT_VALUE ? undefined : zeroValue(type);
    }
    if (node.kind === 'bool' || node.kind === 'number' || node.kind === 'string') return this.typedLiteral(type, node);
    return this.validated(this.untypedArgument(node, dot), type);
  }

  private untypedArgument(node: Operand, dot: GoArg): GoArg {
    this.shared.node = node;
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'field':
        return this.field(node, dot, [node], NO_FINAL);
      case 'variable':
        return this.variable(node, dot, [], NO_FINAL);
      case 'pipe':
        return this.pipeline(node, dot);
      case 'identifier':
        return this.functionCall(node, node, dot, [], NO_FINAL);
      case 'chain':
        return this.chain(node, dot, [], NO_FINAL);
      default:
        return this.literal(node, dot);
    }
  }

  /** A literal takes the type that is asked for, if it can. */
  private typedLiteral(type: GoType, node: Operand): GoArg {
    const { kind } = type;
    if (type === REFLECT_VALUE || kind === 'interface') return this.literal(node, undefined);
    if (kind === 'string')
      return node.kind === 'string' ? stringValue(node.value, type) : this.unexpected('string', node);
    if (kind === 'bool') return node.kind === 'bool' ? boolValue(node.value) : this.unexpected('bool', node);
    const number = node.kind === 'number' ? node.value : {};
    if (isIntKind(kind))
      return number.int === undefined ? this.unexpected('integer', node) : intValue(number.int, type);
    if (isUintKind(kind)) {
      return number.uint === undefined ? this.unexpected('unsigned integer', node) : intValue(number.uint, type);
    }
    return this.fail(`can't handle ${nodeText(node)} for arg of type ${type.name}`);
  }

  private unexpected(wanted: string, node: Operand): never {
    return this.fail(`expected ${wanted}; found ${nodeText(node)}`);
  }

  /** The value as one of the type, if it is one or leads to one. */
  private validated(value: GoArg, type: GoType): GoArg {
    if (type === REFLECT_VALUE) return value;
    if (value === undefined) {
      if (canBeNil(type)) return zeroValue(type);
      return this.fail(`invalid value; expected ${type.name}`);
    }
    if (isAssignable(value.type, type)) return value;
    const inner = value.type.kind === 'interface' ? (unwrap(value) ?? value) : value;
    if (inner !== value && isAssignable(inner.type, type)) return inner;
    if (inner.type.kind === 'ptr' && isAssignable(inner.type.elem!, type)) {
      return targetOf(inner) ?? this.fail(`dereference of nil pointer of type ${type.name}`);
    }
    return this.fail(`wrong type for value; expected ${type.name}; got ${inner.type.name}`);
  }

  /** Throws a TemplateExecError that says where. */
  fail(complaint: string): never {
    const { node, source } = this.shared;
    const before = source.slice(0, node?.position ?? 0);
    const line = before.split('\n').length;
    const column = before.length - (before.lastIndexOf('\n') + 1);
    const place = `:${line}:${column}: executing ${quote(this.name)} at <${node === null ? '' : nodeText(node)}>`;
    throw new TemplateExecError(`template: ${place}: ${complaint}`);
  }
}
