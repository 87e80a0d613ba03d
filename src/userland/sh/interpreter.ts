/**
 * Runs parsed commands (POSIX XCU 2.8, 2.9): one process executes lists, starts programs from its registry as children
 * and waits for them. What is wrong is said in the real shell's words.
 */
import { Capture, NullDevice, PipeReader, PipeWriter } from '../../kernel/proc/descriptors.ts';
import type { Descriptors } from '../../kernel/proc/descriptors.ts';
import { Pipe } from '../../kernel/proc/pipe.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Program } from '../../kernel/proc/program-registry.ts';
import { signalText } from '../../kernel/proc/signal.ts';
import type { Signal } from '../../kernel/proc/signal.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { runCompound } from './compound.ts';
import { FunctionReturn, LoopJump, ShellExit, ShellRefusal } from './control-flow.ts';
import { EXIT_CANNOT_FORK, EXIT_MISUSE } from './exit-codes.ts';
import type { Expansion, ExpansionHost } from './expand.ts';
import { globPaths } from './glob.ts';
import { parse } from './parser.ts';
import { redirect } from './redirect.ts';
import type { ShellState } from './shell-state.ts';
import { runExpanded, runSimple } from './simple.ts';
import { LineCounter } from './syntax.ts';
import type { AndOrList, Command, Pipeline, SyntaxMistake } from './syntax.ts';

/** So often others that are due at the same instant come first. */
const COMMANDS_PER_TURN = 1000;

/** What ash says of its builtins begins with their names. */
const BUILTIN_MESSAGE =
  /^((?:\.|break|cd|continue|exec|exit|export|local|read|readonly|return|set|shift|trap|unset|wait): )?([^]*)$/;

export type Run = Generator<Wait, number, WakeReason>;

export class Interpreter implements ExpansionHost {
  readonly proc: Process;
  readonly state: ShellState;
  /** What `$$` says: also in a subshell the shell's number. */
  readonly shellPid: number;
  /** The text that is being run, and where in it the function begins that is being run. */
  text = '';
  functionOffset: number | null = null;
  functionDepth = 0;
  loopDepth = 0;
  /** Above 0 where an exit code decides something: `set -e` does not look at it. */
  testDepth = 0;
  /** Of the last `$(…)`: the exit code of a command without a name. */
  substitutionExit = 0;
  /** A subshell, which has no jobs of its own to be interrupted with. */
  isInteractive = false;
  /** What stands before messages: `eval: ` inside of it. */
  messagePrefix = '';
  private readonly pendingTraps: Signal[] = [];
  private commands = 0;

  constructor(proc: Process, state: ShellState, shellPid: number) {
    this.proc = proc;
    this.state = state;
    this.shellPid = shellPid;
  }

  get positional(): readonly string[] {
    return this.state.positional;
  }

  get isBusybox(): boolean {
    return this.state.dialect === 'busybox';
  }

  get isUnsetRefused(): boolean {
    return this.state.options.has('u');
  }

  lookup(name: string): string | undefined {
    return this.state.lookup(name, this.shellPid);
  }

  /** Sets a variable; a read-only one ends the shell. */
  assign(name: string, value: string): void {
    if (this.state.readonlyNames.has(name)) this.refuse(`${name}: is read only`, 0);
    this.state.assign(name, value);
  }

  glob(pattern: string): readonly string[] {
    return this.state.options.has('f') ? [] : globPaths(this.proc, this.state.directory, pattern);
  }

  /** A whole shell: a text, what ends it early, and the EXIT trap. `isTail`: its last command may take its place. */
  *runShell(text: string, isTail: boolean): Run {
    return yield* this.runToEnd(() => this.runText(text, isTail));
  }

  /** Runs what may exit, and then the EXIT trap. */
  *runToEnd(body: () => Run): Run {
    const code = yield* this.runToExit(body);
    const action = this.state.traps.get('EXIT');
    if (action === undefined || action === '') return code;
    this.state.traps.delete('EXIT');
    this.state.lastExit = code;
    let trapped = code;
    yield* this.runToExit(
      function* (this: Interpreter): Run {
        yield* this.runText(action, false);
        return code;
      }.bind(this),
      (exit) => {
        trapped = exit;
      },
    );
    this.state.lastExit = trapped;
    return trapped;
  }

  /** Runs what may exit. */
  *runToExit(body: () => Run, onExit?: (code: number) => void): Run {
    let code: number;
    try {
      code = yield* body();
    } catch (error) {
      if (error instanceof ShellExit || error instanceof FunctionReturn) {
        code = error.code;
        onExit?.(code);
      } else if (error instanceof LoopJump) code = 0;
      else throw error;
    }
    this.state.lastExit = code;
    return code;
  }

  /** Runs a text line by line, up to what is wrong in it, and returns its exit code, which is also the state's. */
  *runText(text: string, isTail: boolean): Run {
    const outer = { text: this.text, functionOffset: this.functionOffset };
    this.text = text;
    this.functionOffset = null;
    try {
      const { commands } = parse(text);
      for (const [i, { lists, mistake }] of commands.entries()) {
        if (mistake !== null) this.refuseSyntax(mistake);
        yield* this.runLists(lists, isTail && i === commands.length - 1);
      }
    } finally {
      Object.assign(this, outer);
    }
    return this.state.lastExit;
  }

  private refuseSyntax({ message, readOffset }: SyntaxMistake): never {
    this.refuse(message, readOffset, busyboxSyntaxError(message));
  }

  /** Writes one message: `sh: 3: …` for dash, `sh: …` for busybox, whose words may be others. */
  complain(message: string, offset: number, busyboxMessage = message): void {
    const { name } = this.state;
    const line = this.lineOf(offset);
    if (!this.isBusybox) this.proc.writeError(`${name}: ${line}: ${this.messagePrefix}${message}\n`);
    else {
      // The name of a builtin stands before the line, if there is one.
      const [, builtin = '', rest = ''] = BUILTIN_MESSAGE.exec(busyboxMessage)!;
      const prefix = builtin || this.messagePrefix;
      const where = prefix !== '' || this.state.isNamed ? `line ${line + this.state.busyboxFirstLine - 1}: ` : '';
      this.proc.writeError(`${name}: ${prefix}${where}${rest}\n`);
    }
  }

  /** The same without a line for busybox, whose `test`, `kill` and `printf` are programs that know of none. */
  complainPlainly(message: string, offset: number, busyboxMessage: string): void {
    if (this.isBusybox) this.proc.writeError(`${this.state.name}: ${busyboxMessage}\n`);
    else this.complain(message, offset);
  }

  /** dash counts the lines of a function from its first. */
  private lineOf(offset: number): number {
    const line = new LineCounter(this.text).placeOf(offset).line + 1;
    if (this.functionOffset === null) return line;
    return line - new LineCounter(this.text).placeOf(this.functionOffset).line;
  }

  /** Says what is wrong and ends the shell. */
  refuse(message: string, offset: number, busyboxMessage = message): never {
    this.complain(message, offset, busyboxMessage);
    throw new ShellRefusal(EXIT_MISUSE);
  }

  /** Runs lists one after the other. `isTail`: nothing comes after them, so the last program may take our place. */
  *runLists(lists: readonly AndOrList[], isTail = false): Run {
    for (const [i, list] of lists.entries()) yield* this.runList(list, isTail && i === lists.length - 1);
    return this.state.lastExit;
  }

  private *runList(list: AndOrList, isTail: boolean): Run {
    if (list.isBackground) return this.startBackground(list);
    const { state } = this;
    for (const [i, { operator, pipeline }] of list.items.entries()) {
      const isDue = operator === '' || (operator === '&&') === (state.lastExit === 0);
      if (!isDue) continue;
      const isLast = i === list.items.length - 1;
      if (isLast) yield* this.runPipeline(pipeline, isTail);
      else yield* this.runTested(() => this.runPipeline(pipeline, false));
    }
    return state.lastExit;
  }

  /** Runs what is a condition. */
  *runTested(body: () => Run): Run {
    this.testDepth++;
    try {
      return yield* body();
    } finally {
      this.testDepth--;
    }
  }

  /** A subshell of its own runs the list until its first wait; then the next command is due. */
  private startBackground(list: AndOrList): number {
    const { state } = this;
    const descriptors = this.proc.descriptors.copy();
    if (!this.isInteractive) descriptors.set(0, new NullDevice());
    const foreground = { ...list, isBackground: false };
    const child = this.fork(list.items[0]!.pipeline.offset, descriptors, (shell) => {
      if (!this.isInteractive) for (const signal of ['SIGINT', 'SIGQUIT'] as const) shell.proc.ignoreSignal(signal);
      return shell.runLists([foreground], true);
    });
    if (child === null) return (state.lastExit = EXIT_CANNOT_FORK);
    state.addJob(child, list.text);
    state.lastExit = 0;
    return 0;
  }

  /** Starts a subshell; null, with a complaint, where there is no room. The descriptors become its own. */
  fork(offset: number, descriptors: Descriptors, body: (shell: Interpreter) => Run): Process | null {
    if (!this.proc.hasRoomForChild) {
      descriptors.closeAll();
      this.complain('Cannot fork', offset);
      return null;
    }
    const state = this.state.copy();
    const { text, functionOffset, functionDepth, loopDepth, testDepth, messagePrefix, shellPid } = this;
    const program: Program = function* subshell(proc) {
      const shell = new Interpreter(proc, state, shellPid);
      Object.assign(shell, { text, functionOffset, functionDepth, loopDepth, testDepth, messagePrefix });
      return yield* shell.runToEnd(() => body(shell));
    };
    const { argv } = this.proc;
    return this.proc.spawn({ argv, program, env: new Map(state.env), directory: state.directory, descriptors });
  }

  private *runPipeline({ isNegated, commands, offset }: Pipeline, isTail: boolean): Run {
    const { state } = this;
    const run = (): Run =>
      commands.length === 1 ? this.runCommand(commands[0]!, isTail && !isNegated) : this.runPiped(commands, offset);
    const code = yield* isNegated ? this.runTested(run) : run();
    state.lastExit = isNegated ? (code === 0 ? 1 : 0) : code;
    if (commands.length > 1 && !isNegated) this.obeyErrexit(code);
    return state.lastExit;
  }

  /** Each command a child of its own, all at once; the exit code is the last one's. */
  private *runPiped(commands: readonly Command[], offset: number): Run {
    const children: Process[] = [];
    let input: Pipe | null = null;
    for (const [i, command] of commands.entries()) {
      const descriptors = this.proc.descriptors.copy();
      if (input !== null) descriptors.set(0, new PipeReader(input));
      input = i < commands.length - 1 ? new Pipe() : null;
      if (input !== null) descriptors.set(1, new PipeWriter(input));
      const child = this.fork(offset, descriptors, (shell) => shell.runCommand(command, true));
      if (child === null) throw new ShellExit(EXIT_CANNOT_FORK);
      children.push(child);
    }
    let code = 0;
    const isPipefail = this.state.options.has('pipefail');
    for (const child of children) {
      const exit = yield* this.waitFor(child);
      if (exit !== 0 || !isPipefail) code = exit;
    }
    return code;
  }

  /** Waits for a child in the foreground. */
  *waitFor(child: Process): Run {
    while (!child.isReady()) yield this.proc.waitFor(child);
    this.tellSignal(child);
    return child.exitCode!;
  }

  /** Says which signal ended a child that was waited for; interrupts and broken pipes are nothing to tell. */
  tellSignal({ endedBySignal }: Process): void {
    if (endedBySignal === null || endedBySignal === 'SIGINT' || endedBySignal === 'SIGPIPE') return;
    this.proc.writeError(`${signalText(endedBySignal)}\n`);
  }

  *substitute(lists: readonly AndOrList[]): Expansion<string> {
    const capture = new Capture();
    const descriptors = this.proc.descriptors.copy();
    descriptors.set(1, capture);
    const child = this.fork(0, descriptors, (shell) => {
      // `set -e` holds in there, even if what it is a word of is a condition.
      shell.testDepth = 0;
      return shell.runLists(lists, true);
    });
    if (child === null) throw new ShellExit(EXIT_CANNOT_FORK);
    while (!capture.isReady()) yield this.proc.waitFor(capture);
    this.substitutionExit = yield* this.waitFor(child);
    return capture.text.replaceAll('\0', '');
  }

  /** One command with its redirections, signals that came meanwhile, and `set -e`. */
  *runCommand(command: Command, isTail: boolean): Run {
    const { state } = this;
    if (++this.commands >= COMMANDS_PER_TURN) {
      this.commands = 0;
      yield this.proc.schedYield();
    }
    if (command.kind === 'simple') state.lastExit = yield* runSimple(this, command, isTail && !this.hasTraps);
    else state.lastExit = yield* this.redirected(command, isTail && !this.hasTraps);
    yield* this.settle();
    if (command.kind === 'simple' || command.kind === 'subshell') this.obeyErrexit(state.lastExit);
    return state.lastExit;
  }

  private get hasTraps(): boolean {
    for (const action of this.state.traps.values()) if (action !== '') return true;
    return false;
  }

  private *redirected(command: Exclude<Command, { kind: 'simple' }>, isTail: boolean): Run {
    const { redirections } = command;
    if (redirections.length === 0) return yield* runCompound(this, command, isTail);
    const { descriptors } = this.proc;
    const saved = descriptors.save(redirections.map(({ descriptor }) => descriptor));
    try {
      if (!(yield* redirect(this, redirections, descriptors))) return this.isBusybox ? 1 : EXIT_MISUSE;
      return yield* runCompound(this, command, isTail);
    } finally {
      descriptors.restore(saved);
    }
  }

  private obeyErrexit(code: number): void {
    if (code !== 0 && this.testDepth === 0 && this.state.options.has('e')) throw new ShellExit(code);
  }

  /** A signal with a trap has come; its action is run behind the command. */
  readonly noteTrap = (signal: Signal): void => {
    this.pendingTraps.push(signal);
  };

  /** The first signal whose trap is due. */
  get pendingTrap(): Signal | undefined {
    return this.pendingTraps[0];
  }

  /** Runs fields that are expanded already, but no function: `command NAME …`. */
  *runFields(fields: readonly string[], offset: number): Run {
    return yield* runExpanded(this, fields, offset);
  }

  /** Lets a signal that came while a command ran have its effect: the end, or a trap's action. */
  private *settle(): Expansion<void> {
    if (this.proc.hasSignal) yield this.proc.waitFor([], this.proc.now);
    while (this.pendingTraps.length > 0) {
      const action = this.state.traps.get(this.pendingTraps.shift()!) ?? '';
      const code = this.state.lastExit;
      yield* this.runText(action, false);
      this.state.lastExit = code;
    }
  }
}

/** `Syntax error: "fi" unexpected` is `syntax error: unexpected "fi"` there. */
function busyboxSyntaxError(message: string): string {
  const what = message.replace(/^Syntax error: /, '').replace(/^(.*?) unexpected/, 'unexpected $1');
  return `syntax error: ${what.charAt(0).toLowerCase()}${what.slice(1)}`;
}
