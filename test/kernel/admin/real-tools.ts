/**
 * The same command lines at the emulated door and at a real shell, in namespaces of its own with a /run/netns of its
 * own, so that nothing of the machine is touched and nothing is left behind.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Context } from 'mocha';
import type { Host } from '../../../src/kernel/host.ts';
import { need } from '../../machine.ts';
import { World } from '../kit.ts';

export interface Answer {
  readonly line: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PRELUDE = 'set -e\nmkdir -p /run/netns\nmount -t tmpfs tmpfs /run/netns\nip link set lo up\nset +e\n';
/** Stands where no tool puts it. */
const MARK = '\u0001';

/** Types the lines one after the other on a real Linux. */
export function onRealLinux(context: Context, lines: readonly string[]): Answer[] {
  need(context, 'netns');
  const typed = lines.map(
    (line) => `${line} >/run/netns/out 2>/run/netns/err; printf '%s${MARK}' $?; cat /run/netns/out
printf '${MARK}'; cat /run/netns/err; printf '${MARK}'`,
  );
  const run = spawnSync('unshare', ['--net', '--mount', 'sh', '-c', PRELUDE + typed.join('\n')], { encoding: 'utf8' });
  assert.equal(run.stderr, '', 'namespaces can be made');
  const parts = run.stdout.split(MARK);
  return lines.map((line, i) => ({
    line,
    exit: Number(parts[3 * i]),
    stdout: parts[3 * i + 1] ?? '',
    stderr: parts[3 * i + 2] ?? '',
  }));
}

/** Types the lines one after the other on an emulated machine. */
export function onDockwire(lines: readonly string[], host: Host = new World().host('h')): Answer[] {
  return lines.map((line) => ({ line, ...host.admin.type(line) }));
}

/** Line, exit code, standard error without its last newline. */
export type Expected = readonly [line: string, exit: number, stderr: string];

export function asExpected(answers: readonly Answer[]): Expected[] {
  return answers.map(({ line, exit, stderr }) => [line, exit, stderr.replace(/\n$/, '')]);
}
