/** Runs texts in the real dash and busybox of this machine, and in ours, to compare what they print and exit with. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProgramEntry } from '../../../src/kernel/proc/program-registry.ts';
import { SIGNAL_EXIT_BASE, signalNumber } from '../../../src/kernel/proc/signal.ts';
import type { Signal } from '../../../src/kernel/proc/signal.ts';
import { ECHO } from '../../../src/userland/echo.ts';
import { readInput } from '../../../src/userland/input.ts';
import { shProgram } from '../../../src/userland/sh/sh-program.ts';
import type { ShellDialect } from '../../../src/userland/sh/shell-state.ts';
import { FALSE, TRUE } from '../../../src/userland/true-false.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';

/** What a shell wrote, and its exit code. */
export interface ShellAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
}

const COMMANDS: Readonly<Record<ShellDialect, readonly string[]>> = {
  dash: ['dash', '-c'],
  busybox: ['busybox', 'sh', '-c'],
};

/** Whether the machine has that shell. */
export function hasShell(dialect: ShellDialect): boolean {
  const [command, ...args] = COMMANDS[dialect];
  return spawnSync(command!, [...args, 'exit 3']).status === 3;
}

/** Runs a text in the real shell, in an empty directory. */
export function askRealShell(dialect: ShellDialect, text: string): ShellAnswer {
  const directory = mkdtempSync(path.join(tmpdir(), 'dockwire-sh-'));
  const [command, ...args] = COMMANDS[dialect];
  const { stdout, stderr, status, signal } = spawnSync(command!, [...args, text, 'sh'], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: '/root', LC_ALL: 'C' },
    encoding: 'utf8',
    timeout: 10_000,
  });
  rmSync(directory, { recursive: true });
  return { stdout, stderr, exit: signal === null ? status : SIGNAL_EXIT_BASE + signalNumber(signal as Signal) };
}

/** cat as far as these tests need it. */
const CAT: ProgramEntry = {
  name: 'cat',
  run: function* cat(proc) {
    const names = proc.argv.slice(1);
    for (const name of names) {
      const text = proc.files.read(name.startsWith('/') ? name : `${proc.directory}/${name}`);
      if (text === undefined) {
        proc.writeError(`cat: ${name}: No such file or directory\n`);
        return 1;
      }
      proc.write(text);
    }
    for (;;) {
      const text = names.length > 0 ? null : yield* readInput(proc);
      if (text === null) return 0;
      proc.write(text);
    }
  },
};

/** env without arguments, sorted by whoever compares. */
const PRINTENV: ProgramEntry = {
  name: 'printenv',
  run: function* printenv(proc) {
    const value = proc.env.get(proc.argv[1] ?? '');
    if (value !== undefined) proc.write(`${value}\n`);
    return value === undefined ? 1 : 0;
  },
};

const SLEEP: ProgramEntry = {
  name: 'sleep',
  run: function* sleep(proc) {
    const untilNs = proc.now + Math.round(Number(proc.argv[1]) * 1e9);
    while (proc.now < untilNs) yield proc.sleep(untilNs - proc.now);
    return 0;
  },
};

/** Runs a text in ours, as `sh -c TEXT sh`. */
export function askOurShell(dialect: ShellDialect, text: string): ShellAnswer {
  const kit = new TableKit();
  for (const entry of [CAT, PRINTENV, SLEEP, ECHO, TRUE, FALSE, shProgram(dialect)]) kit.registry.add(entry);
  kit.files.write('/tmp/w/.keep', '');
  const env = new Map([
    ['PATH', '/usr/bin'],
    ['HOME', '/root'],
    ['LC_ALL', 'C'],
  ]);
  const argv = ['sh', '-c', text, 'sh'];
  const { stdout, stderr, exit } = kit.run(shProgram(dialect).run, { argv, env, directory: '/tmp/w', stdin: 'null' });
  return { stdout, stderr, exit };
}
