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

/** Stands where no tool puts it. */
const MARK = '\u0001';

/**
 * Types the lines one after the other on a real Linux, behind what `prelude` does; `after` is done behind a line and
 * not shown.
 */
export function onRealLinux(
  context: Context,
  lines: readonly string[],
  prelude = '',
  after: (line: string) => string = () => '',
): Answer[] {
  need(context, 'netns');
  const typed = lines.map(
    (line) => `${line} >/tmp/.out 2>/tmp/.err; printf '%s${MARK}' $?; cat /tmp/.out
printf '${MARK}'; cat /tmp/.err; printf '${MARK}'; rm -f /tmp/.out /tmp/.err
${after(line)}`,
  );
  const mounts = ['mkdir -p /run/netns', 'mount -t tmpfs tmpfs /run/netns', 'mount -t tmpfs tmpfs /tmp'];
  const script = ['set -e', ...mounts, prelude, 'ip link set lo up', 'set +e', ...typed].join('\n');
  const run = spawnSync('unshare', ['--net', '--mount', 'sh', '-c', script], { encoding: 'utf8' });
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
