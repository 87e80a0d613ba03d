/** What these tests ask of the machine: the recordings of real engines, and a real kernel to type lines into. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Skippable } from '../machine.ts';
import { need, SHARED, skip } from '../machine.ts';

const ROOT = join(SHARED, 'truth', 'docker');

/** One command of a transcript. */
export interface Recorded {
  /** As typed, without the prompt: `docker network ls`. */
  readonly command: string;
  /** Standard output and error, as they came. */
  readonly text: string;
  readonly exit: number;
}

/** A file of the recordings; skips the test where they are not. */
export function recordedText(test: Skippable, file: string): string {
  const path = join(ROOT, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : skip(test, 'shared', `there is no ${path}`);
}

/** The commands of a transcript such as `single/01-fresh-cli.txt`, in their order. */
export function transcript(test: Skippable, file: string): Recorded[] {
  return recordedText(test, file)
    .split(/^(?=h\d[$#] )/m)
    .map((block) => /^h\d[$#] ([^\n]*)\n([\s\S]*?)\[rc=(\d+)\]/.exec(block))
    .filter((match) => match !== null)
    .map((match) => ({ command: match[1]!, text: match[2]!, exit: Number(match[3]) }));
}

/** The recorded answer to a command, the `nth` (from 0) if it was typed more than once. */
export function recorded(test: Skippable, file: string, command: string, nth = 0): Recorded {
  const found = transcript(test, file).filter((each) => each.command === command)[nth];
  if (found === undefined) throw new Error(`${file} has no answer ${nth} to: ${command}`);
  return found;
}

/**
 * Runs a script as root in a network namespace and a `/run/netns` of its own, which vanish with it. Skips the test
 * where that is not allowed.
 */
export function onRealLinux(test: Skippable, script: string): string {
  const prelude = 'set -e\nmkdir -p /run/netns\nmount -t tmpfs tmpfs /run/netns\n';
  need(test, 'netns');
  const run = spawnSync('unshare', ['--net', '--mount', 'sh', '-c', prelude + script], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`exit ${run.status ?? run.signal ?? ''}: ${run.stderr}`);
  return run.stdout;
}
