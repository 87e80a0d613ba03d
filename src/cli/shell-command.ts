/** `dockwire shell FILE`: runs the steps, then what the user types. Virtual time stands still at the prompt. */
import path from 'node:path';
import { ScenarioError } from '../scenario/diagnostics.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Plan } from '../scenario/plan.ts';
import { Run } from '../scenario/run.ts';
import { isUnfinished, readTypedLine } from '../scenario/typed-line.ts';
import type { Environment, LineSource } from './environment.ts';
import { EXIT_BAD_INPUT } from './environment.ts';
import { FileStore } from './file-store.ts';
import { Progress } from './progress.ts';
import type { RunArguments } from './run-command.ts';
import { drive, folderFor, readScenarioBytes, reportCrash } from './run-command.ts';
import { reportDiagnostics, tellFailures, writeBeside } from './run-command.ts';
import { Story } from './story.ts';

type SharedArguments = 'out' | 'seed' | 'engine' | 'queue' | 'capture' | 'captures' | 'quiet' | 'debug';

export interface ShellArguments extends Pick<RunArguments, SharedArguments> {
  readonly file: string;
}

/** What ends a session; with a number behind it too, which a login shell would answer with. */
const EXIT = /^(?:exit|logout)(?:\s+\d+)?\s*;?$/;

/** Runs the steps of a scenario, then the lines that are typed. */
export async function shellCommand(env: Environment, args: ShellArguments): Promise<number> {
  let plan: Plan;
  try {
    if (args.file === '-') throw fromStandardInput();
    plan = loadScenario(args.file, readScenarioBytes(env, args.file), { seed: args.seed, engine: args.engine });
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    reportDiagnostics(env, error.diagnostics, false);
    return EXIT_BAD_INPUT;
  }
  return new Session(env, args, plan).run();
}

function fromStandardInput(): ScenarioError {
  const message = 'commands come from standard input; expected a scenario file';
  return new ScenarioError([{ file: '-', line: 1, col: 1, message }]);
}

class Session {
  private readonly env: Environment;
  private readonly args: ShellArguments;
  private readonly plan: Plan;
  private readonly story: Story | null;
  /** Programs print from the first typed line on, whatever the story does. */
  private isTyping = false;
  private isMidLine = false;

  constructor(env: Environment, args: ShellArguments, plan: Plan) {
    this.env = env;
    this.args = args;
    this.plan = plan;
    this.story = args.quiet ? null : new Story(env);
  }

  async run(): Promise<number> {
    const { env, args, plan, story } = this;
    const folder = folderFor({ out: args.out, files: [args.file] }, plan);
    const store = args.captures === 'none' ? null : new FileStore(path.resolve(env.cwd, folder));
    const startMs = env.nowMs();
    let run: Run | null = null;
    try {
      story?.title(plan.title ?? plan.name);
      run = this.makeRun(store);
      const progress = new Progress(env, plan.name, args.quiet);
      await drive(env, run, progress);
      if (run.isAtPrompt) await this.prompt(run, progress);
    } catch (error) {
      store?.close();
      return reportCrash(env, { json: false, debug: args.debug }, plan, run, error);
    }
    const result = run.result();
    if (store !== null) writeBeside(store, run, plan);
    store?.close();
    if (story !== null) story.summary(result, store === null ? null : folder, env.nowMs() - startMs);
    else if (!result.ok) tellFailures(env, result);
    return result.exit;
  }

  private makeRun(store: FileStore | null): Run {
    const { args, story } = this;
    return new Run(this.plan, {
      queue: args.queue,
      captures: args.captures,
      store,
      hash: false,
      keepGoing: false,
      isInteractive: true,
      ...(args.capture.length > 0 ? { captureGlobs: args.capture } : {}),
      onStepStart: (task) => story?.begin(task),
      onStepEnd: (task, result) => {
        if (!this.isTyping) story?.end(task, result);
      },
      onOutput: (text) => {
        this.output(text);
      },
    });
  }

  private output(text: string): void {
    if (!this.isTyping) this.story?.output(text);
    else if (text !== '') {
      this.env.out(text);
      this.isMidLine = !text.endsWith('\n');
    }
  }

  private async prompt(run: Run, progress: Progress): Promise<void> {
    const lines = this.env.openLines();
    this.isTyping = true;
    let host = this.plan.hosts[0]!.name;
    try {
      while (run.isAtPrompt) {
        const line = await this.readCommand(lines, host);
        if (this.env.interruptCount() > 0) {
          run.interrupt();
          return;
        }
        if (line === null) break;
        const typed = readTypedLine(line, host, this.plan);
        if (typeof typed === 'string') {
          this.env.err(`dockwire: ${typed}\n`);
          continue;
        }
        host = typed.host;
        if (EXIT.test(typed.command)) break;
        if (typed.command !== '') await this.execute(run, progress, host, typed.command);
      }
    } finally {
      lines.close();
    }
    if (run.isAtPrompt) run.leave();
  }

  /** A line, or several where a command goes on; null at the end of input. */
  private async readCommand(lines: LineSource, host: string): Promise<string | null> {
    let text = await lines.next(`${host}> `);
    while (text !== null && isUnfinished(text)) {
      const more = await lines.next('> ');
      if (more === null) break;
      text = `${text}\n${more}`;
    }
    return text;
  }

  private async execute(run: Run, progress: Progress, host: string, command: string): Promise<void> {
    let isInterrupted = false;
    run.type(host, command);
    await drive(this.env, run, progress, () => {
      if (!isInterrupted) run.interruptCommand();
      isInterrupted = true;
    });
    this.env.forgetInterrupts();
    // The next prompt stands at a line's start, as after a program that leaves its last line open.
    if (this.isMidLine && this.env.stdoutIsTerminal) this.env.out('\n');
    this.isMidLine = false;
  }
}
