/** How the `inspect` commands print what they find. Twin of docker/cli's command/inspect/inspector.go. */
import { rawValue, typedValue } from '../inspect/go-document.ts';
import type { JsonObject } from '../inspect/json.ts';
import { TemplateExecError, TemplateParseError } from '../template/errors.ts';
import type { MissingKey } from '../template/evaluate.ts';
import type { GoType } from '../template/go-type.ts';
import { Template } from '../template/template.ts';
import type { Client } from './command.ts';
import type { Flags } from './flags.ts';

const JSON_INDENT = 4;
const EXIT_BAD_TEMPLATE = 64;

/** A document and the Go type that the client reads it into. */
export interface Found {
  readonly document: JsonObject;
  readonly type: GoType;
}

/**
 * Prints the document of each operand; `find` gives it, or what is to be said instead. The exit code. Some commands put
 * words of their own around what is said.
 */
export function inspectAll(
  client: Client,
  flags: Flags,
  find: (term: string) => Found | string,
  worded: (errors: string) => string = (errors) => errors,
): number {
  const format = flags.text('format') ?? '';
  const inspector = format === '' ? new IndentedInspector() : readTemplate(format);
  if (inspector instanceof TemplateParseError) {
    client.proc.writeError(`template parsing error: ${inspector.message}\n`);
    return EXIT_BAD_TEMPLATE;
  }
  const errors: string[] = [];
  for (const term of flags.operands) {
    const found = find(term);
    const error = typeof found === 'string' ? found : inspector.inspect(found);
    if (error !== undefined) errors.push(error);
  }
  client.proc.write(inspector.text());
  if (errors.length === 0) return 0;
  client.proc.writeError(`${worded(errors.join('\n'))}\n`);
  return 1;
}

interface Inspector {
  /** Takes a document; the complaint if it cannot be printed. */
  inspect(found: Found): string | undefined;
  text(): string;
}

class IndentedInspector implements Inspector {
  private readonly documents: JsonObject[] = [];

  inspect({ document }: Found): undefined {
    this.documents.push(document);
  }

  text(): string {
    return `${JSON.stringify(this.documents, null, JSON_INDENT)}\n`;
  }
}

function readTemplate(format: string): Inspector | TemplateParseError {
  try {
    return new TemplateInspector(new Template(format));
  } catch (error) {
    if (error instanceof TemplateParseError) return error;
    throw error;
  }
}

class TemplateInspector implements Inspector {
  private readonly template: Template;
  private readonly lines: string[] = [];
  /** Once a template had to be tried without types, it stays strict for all that follows. */
  private missingKey: MissingKey = 'nothing';

  constructor(template: Template) {
    this.template = template;
  }

  inspect({ document, type }: Found): string | undefined {
    const typed = orExecError(() => this.template.execute(typedValue(document, type), this.missingKey));
    if (typeof typed === 'string') {
      this.lines.push(`${typed}\n`);
      return undefined;
    }
    this.missingKey = 'error';
    const raw = orExecError(() => this.template.execute(rawValue(document), this.missingKey));
    if (typeof raw !== 'string') return `template parsing error: ${raw.message}`;
    this.lines.push(`${raw}\n`);
    return undefined;
  }

  text(): string {
    return this.lines.length === 0 ? '\n' : this.lines.join('');
  }
}

function orExecError(action: () => string): string | TemplateExecError {
  try {
    return action();
  } catch (error) {
    if (error instanceof TemplateExecError) return error;
    throw error;
  }
}
