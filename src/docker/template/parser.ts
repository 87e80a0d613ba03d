/**
 * Reads a template into trees: one for the whole and one for each `{{define}}` and `{{block}}`. What a tree's complaint
 * names as its line is that of the last item which that tree itself has looked at.
 */
import { CallError, TemplateParseError } from './errors.ts';
import { textOf } from './go-string.ts';
import type { Item, ItemType } from './lexer.ts';
import { NO_ITEM, itemText, lexTemplate } from './lexer.ts';
import type { BranchNode, CommandNode, Operand, PipeNode, Statement, TemplateNode, VariableNode } from './node.ts';
import { nodeText } from './node.ts';
import { readNumber } from './number.ts';
import { quote, unquote } from './quote.ts';

/** The trees by name; the template's own has the name ''. */
export type Trees = ReadonlyMap<string, readonly Statement[]>;

/** What ends a list of statements. */
interface End {
  readonly kind: 'end' | 'else';
  /** Where its list of statements is said to begin. */
  readonly position: number;
}

type Step = Statement | End;

/** How deep parentheses and branches may lie in each other: Go's own bound is its memory. */
const DEPTH_MAX = 500;

const OPERAND_STARTS: ReadonlySet<ItemType> = new Set<ItemType>([
  ...(['bool', 'charConstant', 'complex', 'dot', 'field', 'identifier', 'number', 'nil'] as const),
  ...(['rawString', 'string', 'variable', 'leftParen'] as const),
]);
const NOT_EXECUTABLE: ReadonlySet<string> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

/** Reads a template, given in Go's bytes. Throws a TemplateParseError. `isFunction` knows the functions. */
export function parseTrees(source: string, isFunction: (name: string) => boolean): Trees {
  const shared: Shared = { items: lexTemplate(source), next: 0, trees: new Map(), isFunction, depth: 0 };
  const tree = new TreeParser(shared);
  tree.parseWhole();
  return shared.trees;
}

/** What the parsers of all trees of a template share. */
interface Shared {
  readonly items: readonly Item[];
  next: number;
  readonly trees: Map<string, readonly Statement[]>;
  readonly isFunction: (name: string) => boolean;
  /** Of branches and parentheses in each other. */
  depth: number;
}

class TreeParser {
  private readonly shared: Shared;
  /** Items that were looked at and pushed back, the next one last. */
  private readonly pushedBack: Item[] = [];
  /** The last item that was taken from the lexer. */
  private lastLine = 0;
  /** Of the action that is being read, 0 for none. */
  private actionLine = 0;
  private readonly variables: string[] = ['$'];
  private rangeDepth = 0;

  constructor(shared: Shared) {
    this.shared = shared;
  }

  /** To the end of the template, with its definitions. */
  parseWhole(): void {
    const list: Statement[] = [];
    while (this.peek().type !== 'eof') {
      const delim = this.next();
      if (delim.type === 'leftDelim') {
        const first = this.nextNonSpace();
        if (first.type === 'define') {
          new TreeParser(this.shared).parseDefinition();
          continue;
        }
        this.pushedBack.push(first);
      }
      this.pushedBack.push(delim);
      const step = this.textOrAction();
      if (isEnd(step)) this.fail(`unexpected ${endText(step)}`);
      list.push(step);
    }
    this.add('', list);
  }

  private parseDefinition(): void {
    const context = 'define clause';
    const item = this.nextNonSpace();
    if (item.type !== 'string' && item.type !== 'rawString') this.refuse(item, context);
    const name = this.unquoted(item);
    this.expect('rightDelim', context);
    const { list, end } = this.itemList();
    if (end.kind !== 'end') this.fail(`unexpected ${endText(end)} in ${context}`);
    this.add(name, list);
  }

  /** A tree of spaces only makes room for another of its name. */
  private add(name: string, list: readonly Statement[]): void {
    const known = this.shared.trees.get(name);
    if (known === undefined || isEmptyList(known)) this.shared.trees.set(name, list);
    else if (!isEmptyList(list)) this.fail(`template: multiple definition of template ${quote(name)}`);
  }

  private itemList(): { readonly list: readonly Statement[]; readonly end: End } {
    const list: Statement[] = [];
    while (this.peekNonSpace().type !== 'eof') {
      const step = this.textOrAction();
      if (isEnd(step)) return { list, end: step };
      list.push(step);
    }
    return this.fail('unexpected EOF');
  }

  private textOrAction(): Step {
    const item = this.nextNonSpace();
    if (item.type === 'text') return { kind: 'text', position: item.position, text: item.text };
    if (item.type !== 'leftDelim') this.refuse(item, 'input');
    this.actionLine = item.line;
    const step = this.action();
    this.actionLine = 0;
    return step;
  }

  private action(): Step {
    const item = this.nextNonSpace();
    switch (item.type) {
      case 'block':
        return this.blockControl();
      case 'break':
      case 'continue':
        return this.leaveControl(item, item.type);
      case 'else':
        return this.elseControl();
      case 'end':
        return { kind: 'end', position: this.expect('rightDelim', 'end').position };
      case 'if':
      case 'range':
      case 'with':
        return this.branchControl(item.type);
      case 'template':
        return this.templateControl();
      default:
        this.pushedBack.push(item);
        return { kind: 'action', position: item.position, pipe: this.pipeline('command', 'rightDelim') };
    }
  }

  private leaveControl(item: Item, kind: 'break' | 'continue'): Statement {
    const closing = this.nextNonSpace();
    if (closing.type !== 'rightDelim') this.refuse(closing, `{{${kind}}}`);
    if (this.rangeDepth === 0) this.fail(`{{${kind}}} outside {{range}}`);
    return { kind, position: item.position };
  }

  /** The `if` of an `else if` stays in place for the branch that it ends. */
  private elseControl(): End {
    const item = this.peekNonSpace();
    if (item.type === 'if') return { kind: 'else', position: item.position };
    return { kind: 'else', position: this.expect('rightDelim', 'else').position };
  }

  private branchControl(kind: 'if' | 'range' | 'with'): BranchNode {
    const variableCount = this.variables.length;
    this.deepen();
    const pipe = this.pipeline(kind, 'rightDelim');
    if (kind === 'range') this.rangeDepth++;
    const { list, end } = this.itemList();
    if (kind === 'range') this.rangeDepth--;
    const elseList = end.kind === 'else' ? this.elseList(kind) : null;
    this.shared.depth--;
    this.variables.length = variableCount;
    return { kind, position: pipe.position, pipe, list, elseList };
  }

  private elseList(kind: 'if' | 'range' | 'with'): readonly Statement[] {
    if (kind === 'if' && this.peek().type === 'if') {
      this.next();
      return [this.branchControl('if')];
    }
    const { list, end } = this.itemList();
    if (end.kind !== 'end') this.fail(`expected end; found ${endText(end)}`);
    return list;
  }

  private blockControl(): TemplateNode {
    const context = 'block clause';
    const item = this.nextNonSpace();
    const name = this.templateName(item, context);
    const pipe = this.pipeline(context, 'rightDelim');
    this.deepen();
    const tree = new TreeParser(this.shared);
    const { list, end } = tree.itemList();
    if (end.kind !== 'end') this.fail(`unexpected ${endText(end)} in ${context}`);
    tree.add(name, list);
    this.shared.depth--;
    return { kind: 'template', position: item.position, name, pipe };
  }

  private templateControl(): TemplateNode {
    const context = 'template clause';
    const item = this.nextNonSpace();
    const name = this.templateName(item, context);
    const next = this.nextNonSpace();
    if (next.type === 'rightDelim') return { kind: 'template', position: item.position, name, pipe: null };
    this.pushedBack.push(next);
    return { kind: 'template', position: item.position, name, pipe: this.pipeline(context, 'rightDelim') };
  }

  private templateName(item: Item, context: string): string {
    if (item.type !== 'string' && item.type !== 'rawString') this.refuse(item, context);
    return this.unquoted(item);
  }

  private unquoted(item: Item): string {
    return unquote(item.text) ?? this.fail('invalid syntax');
  }

  private pipeline(context: string, end: ItemType): PipeNode {
    this.deepen();
    const position = this.peekNonSpace().position;
    const { variables, isAssignment } = this.declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const item = this.nextNonSpace();
      if (item.type === end) break;
      if (!OPERAND_STARTS.has(item.type)) this.refuse(item, context);
      this.pushedBack.push(item);
      commands.push(this.command());
    }
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    const stage = commands.findIndex((command, i) => i > 0 && NOT_EXECUTABLE.has(command.args[0]!.kind));
    if (stage >= 0) this.fail(`non executable command in pipeline stage ${stage + 1}`);
    this.shared.depth--;
    return { kind: 'pipe', position, variables, isAssignment, commands };
  }

  /** `$x :=`, `$x =`, `$i, $x :=`; a variable that begins a command is left in place. */
  private declarations(context: string): { variables: VariableNode[]; isAssignment: boolean } {
    const variables: VariableNode[] = [];
    while (this.peekNonSpace().type === 'variable') {
      const variable = this.next();
      const behind = this.peek();
      const next = this.peekNonSpace();
      if (next.type === 'assign' || next.type === 'declare') {
        this.nextNonSpace();
        variables.push(this.declare(variable));
        return { variables, isAssignment: next.type === 'assign' };
      }
      if (next.type !== 'char' || next.text !== ',') {
        // The space between a variable and what follows it counts in a command.
        if (behind.type === 'space') this.pushedBack.push(behind);
        this.pushedBack.push(variable);
        break;
      }
      this.nextNonSpace();
      variables.push(this.declare(variable));
      if (context !== 'range' || variables.length > 1) this.fail(`too many declarations in ${context}`);
      const after = this.peekNonSpace().type;
      if (after !== 'variable' && after !== 'rightDelim' && after !== 'rightParen') {
        this.fail('range can only initialize variables');
      }
    }
    return { variables, isAssignment: false };
  }

  private declare(item: Item): VariableNode {
    this.variables.push(item.text);
    return { kind: 'variable', position: item.position, names: [item.text] };
  }

  /** Operands with spaces between them, up to a `|`, which is taken, or the end of the pipeline, which is not. */
  private command(): CommandNode {
    const position = this.peekNonSpace().position;
    const args: Operand[] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.operand();
      if (operand !== null) args.push(operand);
      const item = this.next();
      if (item.type === 'space') continue;
      if (item.type === 'rightDelim' || item.type === 'rightParen') this.pushedBack.push(item);
      else if (item.type !== 'pipe') this.refuse(item, 'operand');
      break;
    }
    if (args.length === 0) this.fail('empty command');
    return { kind: 'command', position, args };
  }

  /** A term and the fields behind it; null if there is no term. */
  private operand(): Operand | null {
    const term = this.term();
    const first = this.peek();
    if (term === null || first.type !== 'field') return term;
    const names: string[] = [];
    while (this.peek().type === 'field') names.push(this.next().text.slice(1));
    const { position } = first;
    if (term.kind === 'field' || term.kind === 'variable')
      return { ...term, position, names: [...term.names, ...names] };
    if (NOT_EXECUTABLE.has(term.kind)) this.fail(`unexpected . after term ${quote(nodeText(term))}`);
    return { kind: 'chain', position, operand: term, names };
  }

  private term(): Operand | null {
    const item = this.nextNonSpace();
    const { position, text, type } = item;
    switch (type) {
      case 'identifier':
        if (!this.shared.isFunction(text)) this.fail(`function ${quote(text)} not defined`);
        return { kind: 'identifier', position, name: text };
      case 'dot':
      case 'nil':
        return { kind: type, position };
      case 'variable':
        if (!this.variables.includes(text)) this.fail(`undefined variable ${quote(text)}`);
        return { kind: 'variable', position, names: [text] };
      case 'field':
        return { kind: 'field', position, names: [text.slice(1)] };
      case 'bool':
        return { kind: 'bool', position, value: text === 'true' };
      case 'charConstant':
      case 'complex':
      case 'number':
        return { kind: 'number', position, text, value: this.number(item, type) };
      case 'leftParen':
        return this.pipeline('parenthesized pipeline', 'rightParen');
      case 'string':
      case 'rawString':
        return { kind: 'string', position, quoted: text, value: this.unquoted(item) };
      default:
        this.pushedBack.push(item);
        return null;
    }
  }

  private number(item: Item, type: 'charConstant' | 'complex' | 'number'): ReturnType<typeof readNumber> {
    try {
      return readNumber(item.text, type);
    } catch (error) {
      if (error instanceof CallError) return this.fail(error.message);
      throw error;
    }
  }

  private next(): Item {
    const again = this.pushedBack.pop();
    if (again !== undefined) return again;
    const item = this.shared.items[this.shared.next++] ?? NO_ITEM;
    this.lastLine = item.line;
    return item;
  }

  private peek(): Item {
    const item = this.next();
    this.pushedBack.push(item);
    return item;
  }

  /** Spaces are gone then, also for whoever looks next. */
  private nextNonSpace(): Item {
    let item = this.next();
    while (item.type === 'space') item = this.next();
    return item;
  }

  private peekNonSpace(): Item {
    const item = this.nextNonSpace();
    this.pushedBack.push(item);
    return item;
  }

  private expect(type: ItemType, context: string): Item {
    const item = this.nextNonSpace();
    if (item.type !== type) this.refuse(item, context);
    return item;
  }

  private deepen(): void {
    if (++this.shared.depth > DEPTH_MAX) this.fail('nested too deeply');
  }

  private refuse(item: Item, context: string): never {
    if (item.type !== 'error') return this.fail(`unexpected ${itemText(item)} in ${context}`);
    const { actionLine } = this;
    let place = '';
    if (actionLine !== 0 && actionLine !== item.line) {
      place = `${item.text.endsWith(' action') ? '' : ' in action'} started at :${actionLine}`;
    }
    return this.fail(`${item.text}${place}`);
  }

  private fail(complaint: string): never {
    throw new TemplateParseError(`template: :${this.lastLine}: ${complaint}`);
  }
}

function isEnd(step: Step): step is End {
  return step.kind === 'end' || step.kind === 'else';
}

function endText(end: End): string {
  return `{{${end.kind}}}`;
}

/** Whether a tree has nothing but spaces. */
function isEmptyList(list: readonly Statement[]): boolean {
  return list.every((each) => each.kind === 'text' && textOf(each.text).trim() === '');
}
