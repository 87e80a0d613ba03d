/** Executes a template: walks its statements and writes what their pipelines give. */
import { printable } from './builtins.ts';
import type { EvaluateOptions, Evaluation } from './evaluate.ts';
import { Evaluator } from './evaluate.ts';
import { sprint, sprintf } from './format.ts';
import type { GoArg } from './function.ts';
import type { GoValue } from './go-value.ts';
import { indirect, intValue, isTrue, listOf, sortedEntries, stringValue } from './go-value.ts';
import type { BranchNode, Statement, TemplateNode } from './node.ts';
import type { Trees } from './parser.ts';
import { quote } from './quote.ts';

/** How deep templates may call each other; Go goes on to its own bound, which it names. */
const TEMPLATE_DEPTH_MAX = 400;
const TEMPLATE_DEPTH_NAMED = 100_000;

/** How a list of statements ends: at its end, or by a `{{break}}` or `{{continue}}`. */
type Way = 'on' | 'break' | 'continue';

/** Takes what a template writes, also when it fails half-way. */
export interface Output {
  text: string;
}

/** Executes the tree of the name ''. Throws a TemplateExecError. */
export function executeTrees(
  source: string,
  trees: Trees,
  data: GoArg,
  options: EvaluateOptions,
  output: Output,
): void {
  const root = trees.get('')!;
  new Execution({ trees, output, evaluation: { source, options, node: null } }, '', data, 0).walkAll(root, data);
}

interface Shared {
  readonly trees: Trees;
  readonly output: Output;
  readonly evaluation: Evaluation;
}

/** The execution of one tree; templates that it calls have executions of their own. */
class Execution {
  private readonly shared: Shared;
  private readonly depth: number;
  private readonly evaluator: Evaluator;

  constructor(shared: Shared, name: string, data: GoArg, depth: number) {
    this.shared = shared;
    this.depth = depth;
    this.evaluator = new Evaluator(shared.evaluation, name, data);
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
        const value = this.evaluator.pipeline(statement.pipe, dot);
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
    const { variables } = this.evaluator;
    const mark = variables.length;
    const value = this.evaluator.pipeline(branch.pipe, dot);
    let way: Way = 'on';
    if (isTrue(value)) way = this.walkAll(branch.list, branch.kind === 'with' ? value : dot);
    else if (branch.elseList !== null) way = this.walkAll(branch.elseList, dot);
    variables.length = mark;
    return way;
  }

  private walkRange(range: BranchNode, dot: GoArg): Way {
    const { variables } = this.evaluator;
    const mark = variables.length;
    const whole = this.evaluator.pipeline(range.pipe, dot);
    const value = whole === undefined ? undefined : indirect(whole).value;
    const entries = value === undefined ? [] : this.entriesOf(value);
    let way: Way = 'on';
    if (entries.length > 0) this.iterate(range, entries);
    else if (range.elseList !== null) way = this.walkAll(range.elseList, dot);
    variables.length = mark;
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
    return this.evaluator.fail(`range can't iterate over ${sprintf('%v', [value])}`);
  }

  private iterate(range: BranchNode, entries: readonly (readonly [GoValue, GoValue])[]): void {
    const declared = range.pipe.variables.length;
    const { variables } = this.evaluator;
    const mark = variables.length;
    for (const [key, item] of entries) {
      // The variables of the loop are on top: the element last, and before it the key.
      if (declared > 0) variables[mark - 1]!.value = item;
      if (declared > 1) variables[mark - 2]!.value = key;
      const way = this.walkAll(range.list, item);
      variables.length = mark;
      if (way === 'break') break;
    }
  }

  private walkTemplate(node: TemplateNode, dot: GoArg): void {
    this.evaluator.lookAt(node);
    const tree = this.shared.trees.get(node.name);
    if (tree === undefined) this.evaluator.fail(`template ${quote(node.name)} not defined`);
    if (this.depth >= TEMPLATE_DEPTH_MAX)
      this.evaluator.fail(`exceeded maximum template depth (${TEMPLATE_DEPTH_NAMED})`);
    const data = node.pipe === null ? undefined : this.evaluator.pipeline(node.pipe, dot);
    new Execution(this.shared, node.name, data, this.depth + 1).walkAll(tree, data);
  }
}
