/**
 * Executes a template: walks its statements, evaluates pipelines and writes what they give. Complaints name the node
 * that was looked at last, which is not always the one that a reader would name.
 */
import { printable } from './builtins.ts';
import { CallError, TemplateExecError } from './errors.ts';
import { sprint, sprintf } from './format.ts';
import type { FunctionTable, GoArg, TemplateFunction } from './function.ts';
import type { GoType } from './go-type.ts';
import { isAssignable, canBeNil, fieldPath, isIntKind, isUintKind, REFLECT_VALUE } from './go-type.ts';
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
  sortedEntries,
  stringValue,
  targetOf,
  unwrap,
  zeroValue,
} from './go-value.ts';
import type {
  BranchNode,
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  NumberNode,
  Operand,
  PipeNode,
  Quotable,
  Statement,
  TemplateNode,
  VariableNode,
} from './node.ts';
import { nodeText } from './node.ts';
import type { Trees } from './parser.ts';
import { quote } from './quote.ts';

/** What a map's missing key is: nothing, or an error (Go's option missingkey=error). */
export type MissingKey = 'nothing' | 'error';

export interface ExecuteOptions {
  readonly functions: FunctionTable;
  readonly missingKey: MissingKey;
}

/** How deep templates may call each other; Go goes on to its own bound, which it names. */
const TEMPLATE_DEPTH_MAX = 400;
const TEMPLATE_DEPTH_NAMED = 100_000;

/** How a list of statements ends: at its end, or by a `{{break}}` or `{{continue}}`. */
type Way = 'on' | 'break' | 'continue';

/** Marks that nothing comes through the pipeline, which is not the same as nil. */
const NO_FINAL = Symbol('no final argument');
type Final = GoArg | typeof NO_FINAL;

interface Variable {
  readonly name: string;
  value: GoArg;
}

/** Takes what a template writes, also when it fails half-way. */
export interface Output {
  text: string;
}

/** Executes the tree of the name ''. Throws a TemplateExecError. */
export function executeTrees(source: string, trees: Trees, data: GoArg, options: ExecuteOptions, output: Output): void {
  const root = trees.get('')!;
  new Execution({ source, trees, options, output, node: null }, '', data, 0).walkAll(root, data);
}

interface Shared {
  readonly source: string;
  readonly trees: Trees;
  readonly options: ExecuteOptions;
  readonly output: Output;
  /** What was looked at last. */
  node: Quotable | null;
}

/** The execution of one tree; templates that it calls have executions of their own. */
class Execution {
  private readonly shared: Shared;
  private readonly name: string;
  private readonly depth: number;
  private readonly variables: Variable[];

  constructor(shared: Shared, name: string, data: GoArg, depth: number) {
    this.shared = shared;
    this.name = name;
    this.depth = depth;
    this.variables = [{ name: '$', value: data }];
  }

  walkAll(list: readonly Statement[], dot: GoArg): Way {
    for (const statement of list) {
      const way = this.walk(statement, dot);
      if (way !== 'on') return way;
    }
    return 'on';
  }

  private walk(statement: Statement, dot: GoArg): Way {
    switch (statement.kind) {
      case 'text':
        this.shared.output.text += statement.text;
        return 'on';
      case 'action': {
        const value = this.pipeline(statement.pipe, dot);
        if (statement.pipe.variables.length === 0) this.shared.output.text += sprint([printable(value)]);
        return 'on';
      }
      case 'break':
      case 'continue':
        return statement.kind;
      case 'template':
        this.walkTemplate(statement, dot);
        return 'on';
      case 'range':
        return this.walkRange(statement, dot);
      default:
        return this.walkIfOrWith(statement, dot);
    }
  }

  private walkIfOrWith(branch: BranchNode, dot: GoArg): Way {
    const mark = this.variables.length;
    const value = this.pipeline(branch.pipe, dot);
    let way: Way = 'on';
    if (isTrue(value)) way = this.walkAll(branch.list, branch.kind === 'with' ? value : dot);
    else if (branch.elseList !== null) way = this.walkAll(branch.elseList, dot);
    this.variables.length = mark;
    return way;
  }

  private walkRange(range: BranchNode, dot: GoArg): Way {
    const mark = this.variables.length;
    const whole = this.pipeline(range.pipe, dot);
    const value = whole === undefined ? undefined : indirect(whole).value;
    const entries = value === undefined ? [] : this.entriesOf(value);
    let way: Way = 'on';
    if (entries.length > 0) this.iterate(range, entries);
    else if (range.elseList !== null) way = this.walkAll(range.elseList, dot);
    this.variables.length = mark;
    // A break in the else branch is taken for one of this loop, as Go takes it.
    return way === 'break' ? 'on' : way;
  }

  private entriesOf(value: GoValue): (readonly [GoValue, GoValue])[] {
    if (value.type.kind === 'slice' || value.type.kind === 'array') {
      return listOf(value).map((item, i) => [intValue(i), item]);
    }
    if (value.type.kind === 'map') {
      return sortedEntries(value).map(([key, item]) => [stringValue(key, value.type.key), item]);
    }
    return this.fail(`range can't iterate over ${sprintf('%v', [value])}`);
  }

  private iterate(range: BranchNode, entries: readonly (readonly [GoValue, GoValue])[]): void {
    const declared = range.pipe.variables.length;
    const mark = this.variables.length;
    for (const [key, item] of entries) {
      // The variables of the loop are on top: the element last, and before it the key.
      if (declared > 0) this.variables[mark - 1]!.value = item;
      if (declared > 1) this.variables[mark - 2]!.value = key;
      const way = this.walkAll(range.list, item);
      this.variables.length = mark;
      if (way === 'break') break;
    }
  }

  private walkTemplate(node: TemplateNode, dot: GoArg): void {
    this.shared.node = node;
    const tree = this.shared.trees.get(node.name);
    if (tree === undefined) this.fail(`template ${quote(node.name)} not defined`);
    if (this.depth >= TEMPLATE_DEPTH_MAX) this.fail(`exceeded maximum template depth (${TEMPLATE_DEPTH_NAMED})`);
    const data = node.pipe === null ? undefined : this.pipeline(node.pipe, dot);
    new Execution(this.shared, node.name, data, this.depth + 1).walkAll(tree, data);
  }

  /** The value of the last command; each command gets the one before it as its last argument. */
  private pipeline(pipe: PipeNode, dot: GoArg): GoArg {
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

  private fail(complaint: string): never {
    const { node, source } = this.shared;
    const before = source.slice(0, node?.position ?? 0);
    const line = before.split('\n').length;
    const column = before.length - (before.lastIndexOf('\n') + 1);
    const place = `:${line}:${column}: executing ${quote(this.name)} at <${node === null ? '' : nodeText(node)}>`;
    throw new TemplateExecError(`template: ${place}: ${complaint}`);
  }
}
