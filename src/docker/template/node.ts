/** The tree of a template, and its nodes as text: execution errors quote them. */
import type { NumberLiteral } from './number.ts';
import { quote } from './quote.ts';

interface Place {
  /** In bytes of the template's source. */
  readonly position: number;
}

export interface FieldNode extends Place {
  readonly kind: 'field';
  readonly names: readonly string[];
}

/** `$x.A.B`; the first name is the variable's, with its `$`. */
export interface VariableNode extends Place {
  readonly kind: 'variable';
  readonly names: readonly string[];
}

/** Fields of something else: `(…).A.B`. */
export interface ChainNode extends Place {
  readonly kind: 'chain';
  readonly operand: Operand;
  readonly names: readonly string[];
}

export interface IdentifierNode extends Place {
  readonly kind: 'identifier';
  readonly name: string;
}

export interface NumberNode extends Place {
  readonly kind: 'number';
  readonly text: string;
  readonly value: NumberLiteral;
}

export interface StringNode extends Place {
  readonly kind: 'string';
  readonly quoted: string;
  readonly value: string;
}

export interface BoolNode extends Place {
  readonly kind: 'bool';
  readonly value: boolean;
}

export interface DotNode extends Place {
  readonly kind: 'dot';
}

export interface NilNode extends Place {
  readonly kind: 'nil';
}

export interface CommandNode extends Place {
  readonly kind: 'command';
  readonly args: readonly Operand[];
}

export interface PipeNode extends Place {
  readonly kind: 'pipe';
  readonly variables: readonly VariableNode[];
  readonly isAssignment: boolean;
  readonly commands: readonly CommandNode[];
}

export type Operand =
  | FieldNode
  | VariableNode
  | ChainNode
  | IdentifierNode
  | NumberNode
  | StringNode
  | BoolNode
  | DotNode
  | NilNode
  | PipeNode;

export interface TextNode extends Place {
  readonly kind: 'text';
  readonly text: string;
}

export interface ActionNode extends Place {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

export interface BranchNode extends Place {
  readonly kind: 'if' | 'range' | 'with';
  readonly pipe: PipeNode;
  readonly list: readonly Statement[];
  readonly elseList: readonly Statement[] | null;
}

export interface TemplateNode extends Place {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | null;
}

/** `{{break}}` and `{{continue}}`. */
export interface LeaveNode extends Place {
  readonly kind: 'break' | 'continue';
}

export type Statement = TextNode | ActionNode | BranchNode | TemplateNode | LeaveNode;

/** What an execution error can be about. */
export type Quotable = Operand | CommandNode | ActionNode | TemplateNode;

/** A node as Go's template package prints it. */
export function nodeText(node: Quotable): string {
  switch (node.kind) {
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'chain':
      return `${operandText(node.operand)}${node.names.map((name) => `.${name}`).join('')}`;
    case 'identifier':
      return node.name;
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'bool':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'command':
      return node.args.map(operandText).join(' ');
    case 'pipe':
      return pipeText(node);
    case 'action':
      return `{{${pipeText(node.pipe)}}}`;
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === null ? '' : ` ${pipeText(node.pipe)}`}}}`;
  }
}

/** In parentheses if it is a pipeline. */
function operandText(node: Operand): string {
  return node.kind === 'pipe' ? `(${pipeText(node)})` : nodeText(node);
}

/** An assignment looks like a declaration here, as in Go. */
function pipeText(pipe: PipeNode): string {
  const variables = pipe.variables.map(nodeText).join(', ');
  return `${variables === '' ? '' : `${variables} := `}${pipe.commands.map(nodeText).join(' | ')}`;
}
