/** A template as Docker's client makes it: read once, executed for each object. */
import { BUILTINS } from './builtins.ts';
import { DOCKER_FUNCTIONS, HEADER_FUNCTIONS } from './docker-functions.ts';
import type { MissingKey } from './evaluate.ts';
import { executeTrees } from './execute.ts';
import type { FunctionTable, GoArg } from './function.ts';
import { goString, textOf } from './go-string.ts';
import type { Trees } from './parser.ts';
import { parseTrees } from './parser.ts';
import { TemplateExecError, TemplateParseError } from './errors.ts';

const FUNCTIONS: FunctionTable = { ...BUILTINS, ...DOCKER_FUNCTIONS };
const FUNCTIONS_OF_HEADERS: FunctionTable = { ...BUILTINS, ...HEADER_FUNCTIONS };

export class Template {
  private readonly source: string;
  private readonly trees: Trees;

  /** Reads a template. Throws a TemplateParseError. */
  constructor(text: string) {
    this.source = goString(text);
    try {
      this.trees = parseTrees(this.source, (name) => Object.hasOwn(FUNCTIONS, name));
    } catch (error) {
      if (error instanceof TemplateParseError) throw new TemplateParseError(textOf(error.message));
      throw error;
    }
  }

  /** What the template says about a value. Throws a TemplateExecError. */
  execute(data: GoArg, missingKey: MissingKey = 'nothing'): string {
    const output = { text: '' };
    try {
      executeTrees(this.source, this.trees, data, { functions: FUNCTIONS, missingKey }, output);
    } catch (error) {
      if (error instanceof TemplateExecError) throw new TemplateExecError(textOf(error.message));
      throw error;
    }
    return textOf(output.text);
  }

  /** The header of a table, as far as the template comes with the names of its columns, which no function changes. */
  executeHeader(names: GoArg): string {
    const output = { text: '' };
    const options = { functions: FUNCTIONS_OF_HEADERS, missingKey: 'nothing' } as const;
    try {
      executeTrees(this.source, this.trees, names, options, output);
    } catch (error) {
      if (!(error instanceof TemplateExecError)) throw error;
    }
    return textOf(output.text);
  }
}
