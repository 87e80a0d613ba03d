/** Starts the processes that measure and reads the JSON that they print. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** More than any of them takes on a machine that is busy with other things. */
const TIMEOUT_MS = 300_000;

/** The path of a compiled script of this folder. */
export function scriptPath(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
}

/** Runs a program to its end and returns both its outputs; throws with its errors when it fails. */
export function runToEnd(command: string, args: readonly string[]): { stdout: string; stderr: string } {
  const done = spawnSync(command, args, { encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: 1 << 26 });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${done.status}:\n${done.stderr}`);
  return { stdout: done.stdout, stderr: done.stderr };
}

/** Runs a script of this folder in a Node of its own and returns what it printed, one JSON document. */
export function runChild(script: string, args: readonly string[], nodeFlags: readonly string[] = []): unknown {
  return JSON.parse(runToEnd(process.execPath, [...nodeFlags, scriptPath(script), ...args]).stdout);
}
