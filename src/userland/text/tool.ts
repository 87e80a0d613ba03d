/**
 * The frame that all small tools share: options taken apart as getopt_long does, what Dockwire lacks said in one form,
 * mistakes in the words of the GNU tool or of busybox. A tool itself is a spec and a body.
 */
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { OptionTable, TextArguments } from './options.ts';
import { dashed, lackingMistake, lackingWord, readArguments, supportedOptions, unknownMistake } from './options.ts';

/** Whose words a tool uses. */
export type Dialect = 'gnu' | 'busybox';

/** What a body returns: the exit code. */
export type Body = Generator<Wait, number, WakeReason>;

/** What differs between the two: options, and what is said to bad ones. */
export interface DialectSpec {
  /** The name in its complaints where that is another's. */
  readonly name?: string;
  readonly options: OptionTable;
  /** All of busybox's usage text behind its first line; '' for the GNU tools, which point to `--help`. */
  readonly usage?: string;
  /** The exit code of a bad option; 1 unless given. */
  readonly misuseExit?: number;
  /** Rewrites old forms of arguments (`head -5`), one for one. */
  readonly modernise?: (args: readonly string[]) => readonly string[];
}

export interface ToolSpec {
  readonly name: string;
  readonly gnu: DialectSpec;
  readonly busybox: DialectSpec;
  /** The tool itself. A ToolError ends it with `name: message`. */
  readonly run: (call: ToolCall) => Body;
}

/** One call of a tool: what its body works with. */
export class ToolCall {
  readonly proc: Process;
  readonly dialect: Dialect;
  readonly operands: readonly string[];
  private readonly options: TextArguments['options'];
  private readonly name: string;
  private readonly spec: DialectSpec;

  constructor(proc: Process, name: string, dialect: Dialect, spec: DialectSpec, given: TextArguments) {
    this.proc = proc;
    this.name = spec.name ?? name;
    this.dialect = dialect;
    this.spec = spec;
    this.options = given.options;
    this.operands = given.operands.map(({ text }) => text);
  }

  get isBusybox(): boolean {
    return this.dialect === 'busybox';
  }

  /** Whether an option was given. */
  has(key: string): boolean {
    return this.options.some((option) => option.key === key);
  }

  /** The value given last. */
  value(key: string): string | undefined {
    return this.options.findLast((option) => option.key === key)?.value;
  }

  /** All values in their order. */
  values(key: string): string[] {
    return this.options.filter((option) => option.key === key).map((option) => option.value);
  }

  /** The last of these options that was given. */
  lastOf(...keys: string[]): string | undefined {
    return this.options.findLast((option) => keys.includes(option.key))?.key;
  }

  /** Writes `name: message` to standard error. */
  complain(message: string): void {
    this.proc.writeError(`${this.name}: ${message}\n`);
  }

  /** A mistake behind which the GNU tool points to `--help`; busybox prints its usage, without the message. */
  misuse(message: string): ToolError {
    if (this.isBusybox) return new ToolError(usageText(this.spec), this.misuseExit);
    return new ToolError(`${this.name}: ${message}\n${helpHint(this.name)}`, this.misuseExit);
  }

  /** As `misuse`, for the GNU tool that says no more than how it is used. */
  bareMisuse(): ToolError {
    return new ToolError(this.isBusybox ? usageText(this.spec) : helpHint(this.name), this.misuseExit);
  }

  /** A mistake that is said in one line. */
  failure(message: string, exitCode = this.misuseExit): ToolError {
    return new ToolError(`${this.name}: ${message}`, exitCode);
  }

  private get misuseExit(): number {
    return this.spec.misuseExit ?? 1;
  }
}

/** Both programs of a spec. */
export interface TextTool {
  readonly gnu: ProgramEntry;
  readonly busybox: ProgramEntry;
}

/** Makes the GNU program and busybox's. */
export function textTool(spec: ToolSpec): TextTool {
  return { gnu: programOf(spec, 'gnu'), busybox: programOf(spec, 'busybox') };
}

function programOf(tool: ToolSpec, dialect: Dialect): ProgramEntry {
  const { name } = tool;
  const spec = dialect === 'gnu' ? withHelp(tool.gnu) : tool.busybox;
  const modern = (args: readonly string[]): readonly string[] => spec.modernise?.(args) ?? args;
  return {
    name,
    run: (proc) => runTool(proc, tool, dialect, spec, modern(proc.argv.slice(1))),
    check: (args) => lackingMistake(modern(args), spec.options),
    refusal: (args) => unknownMistake(modern(args), spec.options),
  };
}

/** Every GNU tool has these two, and Dockwire lacks them in each. */
function withHelp(spec: DialectSpec): DialectSpec {
  const { options } = spec;
  const long = { ...options.long, help: 'help', version: 'version' };
  return { ...spec, options: { ...options, long, lacking: [...(options.lacking ?? []), 'help', 'version'] } };
}

function* runTool(proc: Process, tool: ToolSpec, dialect: Dialect, spec: DialectSpec, args: readonly string[]): Body {
  if (dialect === 'busybox' && args[0] === '--help' && args.length === 1) {
    proc.writeError(usageText(spec));
    proc.writeError('\n');
    return 0;
  }
  const lack = lackingWord(args, spec.options);
  if (lack !== undefined) {
    return reportUnsupported(proc, `${tool.name} ${dashed(lack.key)}`, supportedOptions(spec.options));
  }
  const given = readArguments(args, spec.options);
  if (given.error !== null) {
    const name = spec.name ?? tool.name;
    const behind = dialect === 'gnu' ? helpHint(name) : usageText(spec);
    proc.writeError(`${name}: ${given.error.message}\n${behind}\n`);
    return spec.misuseExit ?? 1;
  }
  try {
    return yield* tool.run(new ToolCall(proc, tool.name, dialect, spec, given));
  } catch (error) {
    return giveUp(proc, error);
  }
}

function usageText(spec: DialectSpec): string {
  return `${BUSYBOX_BANNER}\n\n${spec.usage ?? ''}`;
}

/** The line that ends a GNU tool's complaint. */
function helpHint(name: string): string {
  const usage = name === 'grep' ? 'Usage: grep [OPTION]... PATTERNS [FILE]...\n' : '';
  return `${usage}Try '${name} --help' for more information.`;
}
