/**
 * What a shell remembers between commands: variables and which of them are exported, functions, positional parameters,
 * options, traps, the last exit code, its working directory, its background jobs.
 */
import { resolvePath } from '../../kernel/proc/files.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Signal } from '../../kernel/proc/signal.ts';
import type { Command } from './syntax.ts';

/** Whose words the shell uses: Debian's /bin/sh is dash, busybox and alpine have busybox's ash. */
export type ShellDialect = 'dash' | 'busybox';

/** A function, with the text that it stands in. */
export interface ShellFunction {
  readonly body: Command;
  readonly text: string;
  readonly offset: number;
}

/** A background job: the process that the shell started for it, and how it was written. */
export interface Job {
  readonly number: number;
  /** Its end was told: it is no longer listed, and goes when the next job starts. */
  isWaited: boolean;
  readonly proc: Process;
  readonly text: string;
}

/** A variable as it was, to be put back. */
interface SavedVariable {
  readonly name: string;
  readonly value: string | undefined;
  readonly isExported: boolean;
}

/** The options of `set`, by letter. */
export const OPTION_NAMES: Readonly<Record<string, string>> = {
  a: 'allexport',
  C: 'noclobber',
  e: 'errexit',
  f: 'noglob',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
};

export class ShellState {
  readonly dialect: ShellDialect;
  /** `$0`, and the first word of messages. */
  readonly name: string;
  /** False where `$0` is only the shell's own name: busybox then leaves out lines. */
  isNamed = true;
  /** How busybox counts the first line: 0 in `-c`. */
  busyboxFirstLine = 1;
  /** `$1` and so on. */
  positional: readonly string[];
  /** What programs get as their environment. */
  readonly env: Map<string, string>;
  /** Variables that are not exported. A name is in one of the two maps. */
  readonly locals = new Map<string, string>();
  /** `export NAME` before it has a value. */
  readonly exportedUnset = new Set<string>();
  readonly readonlyNames = new Set<string>();
  readonly functions = new Map<string, ShellFunction>();
  /** Letters of the options that are set. */
  readonly options = new Set<string>();
  /** By signal, and by EXIT; '' ignores. */
  readonly traps = new Map<Signal | 'EXIT', string>();
  jobs: Job[] = [];
  /** Where `getopts` stands: its OPTIND, and the letter in the argument before it; 0 between arguments. */
  optionIndex = '1';
  optionAt = 0;
  /** `$!` */
  lastJobPid: number | null = null;
  lastExit = 0;
  umask = '0022';
  directory: string;
  private readonly scopes: SavedVariable[][] = [];

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
    this.locals.set('OPTIND', this.optionIndex);
  }

  /** A parameter's value; `shellPid` is what `$$` says. */
  lookup(name: string, shellPid: number): string | undefined {
    if (name === '?') return String(this.lastExit);
    if (name === '$') return String(shellPid);
    if (name === '!') return this.lastJobPid === null ? undefined : String(this.lastJobPid);
    if (name === '#') return String(this.positional.length);
    if (name === '-') return [...this.options].filter((option) => option.length === 1).join('');
    if (name === '0') return this.name;
    if (/^\d+$/.test(name)) return this.positional[Number(name) - 1];
    return this.env.get(name) ?? this.locals.get(name);
  }

  /** Sets a variable; it stays exported if it is. Whoever calls has looked whether it is read-only. */
  assign(name: string, value: string): void {
    const isExported = this.env.has(name) || this.exportedUnset.delete(name) || this.options.has('a');
    if (isExported) this.locals.delete(name);
    (isExported ? this.env : this.locals).set(name, value);
  }

  export(name: string, value: string | undefined): void {
    const kept = value ?? this.env.get(name) ?? this.locals.get(name);
    this.locals.delete(name);
    if (kept === undefined) this.exportedUnset.add(name);
    else this.env.set(name, kept);
  }

  unset(name: string): void {
    this.env.delete(name);
    this.locals.delete(name);
    this.exportedUnset.delete(name);
  }

  /** What `local` and assignments before a command change is as before when the scope is left. */
  enterScope(): void {
    this.scopes.push([]);
  }

  /** Keeps a variable's value until the scope is left. */
  saveInScope(name: string): void {
    const scope = this.scopes[this.scopes.length - 1];
    if (scope === undefined || scope.some((saved) => saved.name === name)) return;
    scope.push({ name, value: this.env.get(name) ?? this.locals.get(name), isExported: this.env.has(name) });
  }

  leaveScope(): void {
    for (const { name, value, isExported } of this.scopes.pop() ?? []) {
      this.unset(name);
      if (value !== undefined) (isExported ? this.env : this.locals).set(name, value);
    }
  }

  changeDirectory(path: string): void {
    this.env.set('OLDPWD', this.directory);
    this.directory = resolvePath(this.directory, path);
    this.env.set('PWD', this.directory);
  }

  /** Takes a number that no other job has; `$!` is its process. */
  addJob(proc: Process, text: string): Job {
    this.jobs = this.jobs.filter((job) => !job.isWaited);
    let number = 1;
    while (this.jobs.some((job) => job.number === number)) number++;
    const job = { number, proc, text, isWaited: false };
    this.jobs.push(job);
    this.lastJobPid = proc.ownPid;
    return job;
  }

  /** What a subshell starts with: a copy, without the jobs; only ignored signals stay trapped. */
  copy(): ShellState {
    const copy = new ShellState(this.dialect, this.name, this.positional, new Map(this.env), this.directory);
    for (const [name, value] of this.locals) copy.locals.set(name, value);
    for (const name of this.exportedUnset) copy.exportedUnset.add(name);
    for (const name of this.readonlyNames) copy.readonlyNames.add(name);
    for (const [name, body] of this.functions) copy.functions.set(name, body);
    for (const letter of this.options) copy.options.add(letter);
    for (const [signal, action] of this.traps) if (action === '') copy.traps.set(signal, action);
    copy.isNamed = this.isNamed;
    copy.busyboxFirstLine = this.busyboxFirstLine;
    copy.lastJobPid = this.lastJobPid;
    copy.lastExit = this.lastExit;
    return copy;
  }
}
