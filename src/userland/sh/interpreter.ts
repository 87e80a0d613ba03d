/**
 * Runs parsed commands (POSIX XCU 2.8, 2.9): one process executes lists, starts programs from its registry as children
 * and waits for them. What is wrong is said in the real shell's words.
 */
import type { Process } from '../../kernel/proc/process.ts';
import type { Program, ProgramRegistry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { isKnownTool } from '../known-tools.ts';
import { reportUnsupported } from '../unsupported.ts';
import { BUILTINS } from './builtins.ts';
import { expandWhole, expandWords } from './expand.ts';
import type { Lookup } from './expand.ts';
import { parse } from './parser.ts';
import type { ShellState } from './shell-state.ts';
import { LineCounter } from './syntax.ts';
import type { AndOrList, SimpleCommand, SyntaxMistake } from './syntax.ts';

/** Exit codes of POSIX XCU 2.8.2, and dash's for a syntax error. */
export const EXIT_NOT_FOUND = 127;
export const EXIT_CANNOT_FORK = 2;
export const EXIT_SYNTAX = 2;

export type Run = Generator<Wait, number, WakeReason>;

export class Interpreter {
  readonly proc: Process;
  readonly state: ShellState;
  /** What `$$` says: also in a subshell the shell's number. */
  private readonly shellPid: number;
  private readonly lookup: Lookup;
  private text = '';

  constructor(proc: Process, state: ShellState, shellPid: number) {
    this.proc = proc;
    this.state = state;
    this.shellPid = shellPid;
    this.lookup = (name) => state.lookup(name, shellPid);
  }

  /** Runs a whole text and returns its exit code, which is also the state's. */
  *runText(text: string): Run {
    const { lists, mistakes } = parse(text);
    const mistake = mistakes[0];
    if (mistake !== undefined) return (this.state.lastExit = this.refuse(text, mistake));
    const outerText = this.text;
    this.text = text;
    for (const list of lists) {
      if (this.state.isExiting) break;
      yield* this.runList(list);
    }
    this.text = outerText;
    return this.state.lastExit;
  }

  /** Writes one message: `sh: 3: …` for dash, `sh: …` for busybox, whose words may be others. */
  complain(message: string, offset: number, busyboxMessage = message): void {
    const { dialect, name } = this.state;
    const line = new LineCounter(this.text).placeOf(offset).line + 1;
    this.proc.writeError(dialect === 'dash' ? `${name}: ${line}: ${message}\n` : `${name}: ${busyboxMessage}\n`);
  }

  private refuse(text: string, mistake: SyntaxMistake): number {
    if (mistake.isLack) return reportUnsupported(this.proc, `shell: ${mistake.message.replace(/ is not .*/, '')}`, []);
    this.text = text;
    this.complain(mistake.message, mistake.offset, busyboxSyntaxError(mistake.message));
    return EXIT_SYNTAX;
  }

  private *runList(list: AndOrList): Run {
    if (list.isBackground) return this.startBackground(list);
    for (const { operator, command } of list.items) {
      const isDue = operator === '' || (operator === '&&') === (this.state.lastExit === 0);
      if (!isDue) continue;
      this.state.lastExit = yield* this.runCommand(command);
      if (this.state.isExiting) break;
    }
    return this.state.lastExit;
  }

  /** A subshell of its own runs the list until its first wait; then the next command is due. */
  private startBackground(list: AndOrList): number {
    if (!this.proc.hasRoomForChild) return (this.state.lastExit = this.cannotFork(list.items[0]!.command.offset));
    const { text, shellPid } = this;
    const state = this.state.copy();
    const program: Program = function* subshell(proc) {
      const interpreter = new Interpreter(proc, state, shellPid);
      interpreter.text = text;
      return yield* interpreter.runList({ items: list.items, isBackground: false });
    };
    this.state.jobs.push(this.spawn([this.state.name], program, this.state.env));
    this.state.lastExit = 0;
    return 0;
  }

  private *runCommand(command: SimpleCommand): Run {
    const fields = expandWords(command.words, this.lookup);
    const assigned = command.assignments.map(({ name, value }) => [name, expandWhole(value, this.lookup)] as const);
    const [name, ...args] = fields;
    if (name === undefined) {
      for (const [variable, value] of assigned) this.state.assign(variable, value);
      return 0;
    }
    const builtin = BUILTINS.get(name);
    if (builtin !== undefined) {
      for (const [variable, value] of assigned) this.state.assign(variable, value);
      return yield* builtin.run(this, args, command.offset);
    }
    return yield* this.runProgram(fields, new Map([...this.state.env, ...assigned]), command.offset);
  }

  private *runProgram(argv: readonly string[], env: Map<string, string>, offset: number): Run {
    const name = argv[0]!;
    const entry = this.proc.registry.get(name);
    if (entry === undefined) return this.notFound(name, offset);
    if (!this.proc.hasRoomForChild) return this.cannotFork(offset);
    const child = this.spawn(argv, entry.run, env);
    while (!child.isReady()) yield this.proc.waitFor(child);
    return child.exitCode!;
  }

  private spawn(argv: readonly string[], program: Program, env: ReadonlyMap<string, string>): Process {
    return this.proc.spawn({ argv, program, env: new Map(env), directory: this.state.directory });
  }

  private cannotFork(offset: number): number {
    this.complain('Cannot fork', offset);
    return EXIT_CANNOT_FORK;
  }

  private notFound(name: string, offset: number): number {
    if (isKnownTool(name)) return reportUnsupported(this.proc, name, commandNames(this.proc.registry));
    this.complain(`${name}: not found`, offset);
    return EXIT_NOT_FOUND;
  }
}

/** `Syntax error: "fi" unexpected` is `syntax error: unexpected "fi"` there. */
function busyboxSyntaxError(message: string): string {
  const what = message.replace(/^Syntax error: /, '').replace(/^(.*?) unexpected/, 'unexpected $1');
  return `syntax error: ${what.charAt(0).toLowerCase()}${what.slice(1)}`;
}

/** All names that can be typed as a command, programs and the shell's own, sorted; `:` is left out of the list. */
export function commandNames(registry: ProgramRegistry): string[] {
  const names = new Set([...registry.names(), ...BUILTINS.keys()]);
  names.delete(':');
  return [...names].sort((left, right) => (left < right ? -1 : 1));
}
