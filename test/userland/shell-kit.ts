/** A login shell on a table of its own, for tests that type commands. */
import type { ProgramEntry } from '../../src/kernel/proc/program-registry.ts';
import type { Process } from '../../src/kernel/proc/process.ts';
import type { SpawnOptions } from '../../src/kernel/proc/process-table.ts';
import { ECHO } from '../../src/userland/echo.ts';
import { GNU_SLEEP } from '../../src/userland/sleep.ts';
import { shProgram } from '../../src/userland/sh/sh-program.ts';
import { Shell } from '../../src/userland/sh/shell.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';

/** Prints its arguments, one per line and in brackets, and ends with the code that its name says. */
const ARGS: ProgramEntry = {
  name: 'args',
  run: function* args(proc) {
    for (const arg of proc.argv.slice(1)) proc.write(`[${arg}]\n`);
    return 0;
  },
};

/** Prints a variable of its environment. */
const PRINT_VARIABLE: ProgramEntry = {
  name: 'printvar',
  run: function* printvar(proc) {
    proc.write(`${proc.env.get(proc.argv[1]!) ?? 'unset'}\n`);
    return 0;
  },
};

const EXIT_WITH: ProgramEntry = {
  name: 'exitwith',
  run: function* exitwith(proc) {
    return Number(proc.argv[1]);
  },
};

export class ShellKit extends TableKit {
  readonly shell: Shell;

  constructor() {
    super();
    for (const entry of [ARGS, PRINT_VARIABLE, EXIT_WITH, ECHO, GNU_SLEEP, shProgram('dash')]) this.registry.add(entry);
    this.shell = new Shell({
      processes: this.table,
      registry: this.registry,
      ns: undefined as unknown as SpawnOptions['ns'],
      files: this.files,
      hostname: 'h1',
    });
  }

  /** Types a text and does not wait. */
  begin(text: string): { proc: Process; output: { stdout: string; stderr: string } } {
    const output = { stdout: '', stderr: '' };
    const proc = this.shell.start(text, {
      stdin: 'eof',
      stdout: (written) => {
        output.stdout += written;
      },
      stderr: (written) => {
        output.stderr += written;
      },
    });
    return { proc, output };
  }

  /** Types a text and runs until nothing is left to do. */
  type(text: string): { exit: number | null; stdout: string; stderr: string; endedNs: number } {
    const { proc, output } = this.begin(text);
    this.sched.run(Infinity, 1_000_000);
    return { exit: proc.exitCode, ...output, endedNs: proc.endedNs };
  }

  /** What a text writes to standard output. */
  out(text: string): string {
    return this.type(text).stdout;
  }
}
