/** Runs texts in the real dash and busybox of this machine, and in ours, to compare what they print and exit with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from 'mocha';
import { SIGNAL_EXIT_BASE, signalNumber } from '../../../src/kernel/proc/signal.ts';
import type { Signal } from '../../../src/kernel/proc/signal.ts';
import type { ShellDialect } from '../../../src/userland/sh/shell-state.ts';
import { busyboxPrograms, hostPrograms } from '../../../src/userland/registry.ts';
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

/** Skips the tests with a line that says why where the machine lacks the shell; dash belongs to every Debian. */
export function needShell(context: Context, dialect: ShellDialect): void {
  const [command, ...args] = COMMANDS[dialect];
  if (spawnSync(command!, [...args, 'exit 3']).status === 3) return;
  assert.ok(process.env['DOCKWIRE_REQUIRE'] === undefined || dialect !== 'dash', 'dash is demanded and not here');
  console.log(`      skipped: ${dialect} is not installed`);
  context.skip();
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

/** Runs a text in ours, as `sh -c TEXT sh`. */
export function askOurShell(dialect: ShellDialect, text: string): ShellAnswer {
  const kit = new TableKit();
  kit.files.write('/tmp/w/.keep', '');
  const env = new Map([
    ['PATH', '/usr/bin'],
    ['HOME', '/root'],
    ['LC_ALL', 'C'],
  ]);
  const registry = dialect === 'dash' ? hostPrograms() : busyboxPrograms();
  const argv = ['sh', '-c', text, 'sh'];
  const options = { argv, env, registry, directory: '/tmp/w', stdin: 'null' } as const;
  const { stdout, stderr, exit } = kit.run(registry.get('sh')!.run, options);
  return { stdout, stderr, exit };
}
