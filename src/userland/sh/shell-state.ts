/**
 * What a shell remembers between commands: variables and which of them are exported, the last exit code, its working
 * directory, its background jobs.
 */
import { resolvePath } from '../../kernel/proc/files.ts';
import type { Process } from '../../kernel/proc/process.ts';

/** Whose words the shell uses: Debian's /bin/sh is dash, busybox and alpine have busybox's ash. */
export type ShellDialect = 'dash' | 'busybox';

export class ShellState {
  readonly dialect: ShellDialect;
  /** `$0`, and the first word of messages. */
  readonly name: string;
  /** `$1` and so on. */
  readonly positional: readonly string[];
  /** What programs get as their environment. */
  readonly env: Map<string, string>;
  /** Variables that are not exported. A name is in one of the two maps. */
  readonly locals = new Map<string, string>();
  readonly jobs: Process[] = [];
  lastExit = 0;
  directory: string;
  /** Set by `exit`: nothing more is run. */
  isExiting = false;

  constructor(
    dialect: ShellDialect,
    name: string,
    positional: readonly string[],
    env: Map<string, string>,
    directory: string,
  ) {
    this.dialect = dialect;
    this.name = name;
    this.positional = positional;
    this.env = env;
    this.directory = directory;
  }

  /** A parameter's value; `shellPid` is what `$$` says. */
  lookup(name: string, shellPid: number): string | undefined {
    if (name === '?') return String(this.lastExit);
    if (name === '$') return String(shellPid);
    if (name === '!') return this.jobs.length === 0 ? undefined : String(this.jobs[this.jobs.length - 1]!.ownPid);
    if (name === '#') return String(this.positional.length);
    if (name === '0') return this.name;
    if (/^\d+$/.test(name)) return this.positional[Number(name) - 1];
    return this.env.get(name) ?? this.locals.get(name);
  }

  /** Sets a variable; it stays exported if it is. */
  assign(name: string, value: string): void {
    (this.env.has(name) ? this.env : this.locals).set(name, value);
  }

  export(name: string, value: string | undefined): void {
    const kept = value ?? this.env.get(name) ?? this.locals.get(name);
    this.locals.delete(name);
    if (kept !== undefined) this.env.set(name, kept);
  }

  unset(name: string): void {
    this.env.delete(name);
    this.locals.delete(name);
  }

  changeDirectory(path: string): void {
    this.env.set('OLDPWD', this.directory);
    this.directory = resolvePath(this.directory, path);
    this.env.set('PWD', this.directory);
  }

  /** What a subshell starts with: a copy, without the jobs. */
  copy(): ShellState {
    const copy = new ShellState(this.dialect, this.name, this.positional, new Map(this.env), this.directory);
    for (const [name, value] of this.locals) copy.locals.set(name, value);
    copy.lastExit = this.lastExit;
    return copy;
  }
}
