/**
 * Which programs a process can start, by name: what `$PATH` is on a real machine. Whoever sees other
 * files sees other programs too, and has a registry of its own; the shell knows nothing else.
 */
import type { Process } from './process.ts';
import type { Wait, WakeReason } from './wait.ts';

/**
 * A program: a generator that returns its exit code. It blocks by `yield`ing a wait and goes on with the reason; its
 * arguments, files and output are on the process. When the process is killed, `finally` blocks run, and may not block.
 */
export type Program = (proc: Process) => Generator<Wait, number, WakeReason>;

/** A mistake in a literal command line. `argIndex` counts from 0 for the first argument after the name. */
export interface CheckMistake {
  readonly argIndex: number;
  readonly message: string;
}

export interface ProgramEntry {
  readonly name: string;
  readonly run: Program;
  /**
   * Finds what Dockwire lacks in literal arguments: an option the real tool has, a sub-command not supported. What the
   * real tool itself refuses is left to the run.
   */
  readonly check?: (args: readonly string[]) => CheckMistake | undefined;
  /**
   * Finds an option or sub-command that the real tool does not know either: a slip of whoever wrote the line, unless
   * they expect the tool to complain.
   */
  readonly refusal?: (args: readonly string[]) => CheckMistake | undefined;
  /**
   * Where among literal arguments another command begins (`timeout 5 ping h`: 1), which is then judged as well; in
   * `args` a word that is not literal stands as ''. Undefined if there is none.
   */
  readonly commandAt?: (args: readonly string[]) => number | undefined;
  /**
   * The programs among which that command is, where they are others than those of whoever starts this program: it runs
   * among other files. A name that is not among them is left to the run: who knows what is there then.
   */
  readonly commandPrograms?: (args: readonly string[]) => ProgramRegistry;
}

export class ProgramRegistry {
  private readonly entries = new Map<string, ProgramEntry>();
  private readonly base: ProgramRegistry | null;

  /** Programs of other kinds of machines, which are "not found" here whatever becomes of Dockwire. */
  private readonly foreign: ReadonlySet<string>;

  /** What `base` has is here too, unless it is replaced; a thousand hosts share one list of programs so. */
  constructor(base: ProgramRegistry | null = null, foreign: ReadonlySet<string> = new Set()) {
    this.base = base;
    this.foreign = foreign;
  }

  /** Whether the real thing has no program of that name. */
  isWithout(name: string): boolean {
    return this.foreign.has(name) || this.base?.isWithout(name) === true;
  }

  /** Adds a program, or replaces the one of the same name. */
  add(entry: ProgramEntry): void {
    this.entries.set(entry.name, entry);
  }

  /** Finds a program by its name; a path counts by its last part (`/bin/sh` is `sh`). */
  get(name: string): ProgramEntry | undefined {
    return this.entries.get(name.slice(name.lastIndexOf('/') + 1)) ?? this.base?.get(name);
  }

  /** All names, sorted. */
  names(): string[] {
    const names = new Set([...this.entries.keys(), ...(this.base?.names() ?? [])]);
    return [...names].sort((left, right) => (left < right ? -1 : 1));
  }
}
