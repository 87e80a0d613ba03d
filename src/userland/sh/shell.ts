/**
 * A host's login shell. It lasts for the whole run; each command text that a scenario gives it runs as a process of its
 * own, which shares the shell's variables, exit code, directory and jobs.
 */
import type { SavedDescriptors } from '../../kernel/proc/descriptors.ts';
import type { Files } from '../../kernel/proc/files.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { ProcessTable, SpawnOptions, Stdin } from '../../kernel/proc/process-table.ts';
import type { ProgramRegistry } from '../../kernel/proc/program-registry.ts';
import { Interpreter } from './interpreter.ts';
import { rearmTraps } from './job-builtins.ts';
import { ShellState } from './shell-state.ts';

/** What a shell needs of the host it is on. */
export interface ShellHost {
  readonly processes: Pick<ProcessTable, 'spawn'>;
  readonly registry: ProgramRegistry;
  readonly ns: SpawnOptions['ns'];
  readonly files: Files;
  readonly hostname: string;
  /** Added to what a login sets. */
  readonly env?: ReadonlyMap<string, string>;
}

/** Where one command's output goes and its input comes from. */
export interface ShellIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly stdin: Stdin;
}

const NAME = 'sh';
const LAST_STANDARD = 2;

export class Shell {
  private readonly host: ShellHost;
  private readonly state: ShellState;
  /** What `$$` says: the number of the process that ran the first command. */
  private pid = 0;
  /** Descriptors beyond the standard ones, from one step to the next. */
  private kept: SavedDescriptors | null = null;

  constructor(host: ShellHost) {
    this.host = host;
    const env = new Map([...loginEnvironment(), ...(host.env ?? [])]);
    this.state = new ShellState('dash', NAME, [], env, env.get('PWD')!);
  }

  /** The exported variables, which every program gets. */
  get env(): Map<string, string> {
    return this.state.env;
  }

  /**
   * Runs one complete command text as a process: at once until its first wait. Its exit code is the text's; whoever
   * wants to wait for it adds itself as a waiter.
   */
  start(text: string, io: ShellIo): Process {
    const { host, state } = this;
    return host.processes.spawn({
      argv: [NAME],
      program: (proc) => this.run(proc, text),
      ns: host.ns,
      hostname: host.hostname,
      files: host.files,
      env: new Map(state.env),
      registry: host.registry,
      ...io,
      directory: state.directory,
    });
  }

  private run(proc: Process, text: string): ReturnType<Interpreter['runText']> {
    if (this.pid === 0) this.pid = proc.ownPid;
    const shell = new Interpreter(proc, this.state, this.pid);
    shell.isInteractive = true;
    return this.runStep(shell, text);
  }

  /** What `trap` and `exec 3>file` did in one step holds in the next; the EXIT trap is for an exit that never comes. */
  private *runStep(shell: Interpreter, text: string): ReturnType<Interpreter['runText']> {
    const { descriptors } = shell.proc;
    rearmTraps(shell);
    if (this.kept !== null) descriptors.restore(this.kept);
    this.kept = null;
    try {
      return yield* shell.runToExit(() => shell.runText(text, false));
    } finally {
      this.kept = descriptors.save(descriptors.numbers.filter((number) => number > LAST_STANDARD));
    }
  }
}

/** What login(1) and Debian's profile set for root. */
function loginEnvironment(): Map<string, string> {
  return new Map([
    ['HOME', '/root'],
    ['LOGNAME', 'root'],
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['PWD', '/root'],
    ['SHELL', '/bin/sh'],
    ['USER', 'root'],
  ]);
}
