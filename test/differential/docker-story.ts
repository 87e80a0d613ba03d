/**
 * The scripts that recorded a real engine, as lists of commands: every command that was typed, whether its answer was
 * recorded or not, with its words as they were.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Skippable } from '../machine.ts';
import { needTools, SHARED, skip } from '../machine.ts';

/** One command of a recording. */
export interface StoryCommand {
  /** `docker` typed, `host` for a command on the host, `container` for one in a container's network namespace. */
  readonly kind: 'docker' | 'host' | 'container' | 'hoststate' | 'contstate';
  /** Behind `docker`; the container's name comes first for `container` and `contstate`. */
  readonly words: readonly string[];
  /** Where its answer stands, after those that came before it there; null when it was not recorded. */
  readonly file: string | null;
}

/** What was answered to a command of a recording. */
export interface RecordedAnswer {
  /** As in the file, prompt and all. */
  readonly typed: string;
  /** Standard output and error, as they came. */
  readonly text: string;
  readonly exit: number;
}

/** The recorders' functions, made to tell what they are called with, a unit separator before each word. */
const PRELUDE = String.raw`
exec 3>&1
note() { printf '%s' "$1" >&3; shift; [ $# = 0 ] || printf '\037%s' "$@" >&3; printf '\036' >&3; }
D() { shift; note docker: "$@"; }
HX() { shift; note host: "$@"; }
CX() { shift; note container: "$@"; }
rec() { local file=$1 kind=$2; shift 3
  case $kind in D) note docker:"$file" "$@";; HX) note host:"$file" "$@";; CX) note container:"$file" "$@";; esac; }
hoststate() { note hoststate:"$2"; }
contstate() { note contstate:"$3" "$2"; }
cd() { :; }
`;

/** The commands of a script such as `02-single.sh`. Skips the test where there is none, or no bash. */
export function dockerStory(test: Skippable, script: string): StoryCommand[] {
  needTools(test, ['bash']);
  const path = join(SHARED, 'truth', 'docker', script);
  if (!existsSync(path)) skip(test, 'shared', `there is no ${path}`);
  const lines = readFileSync(path, 'utf8').split('\n');
  const own = lines.map((line) => line.replace(/^\. \S*lib\.sh;?/, ''));
  // What the script writes is nobody's business.
  const folder = mkdtempSync(join(tmpdir(), 'dockwire-story-'));
  const run = spawnSync('bash', ['-c', PRELUDE + own.join('\n')], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return run.stdout.split('\x1e').slice(0, -1).map(storyCommand);
}

function storyCommand(text: string): StoryCommand {
  const [head, ...words] = text.split('\x1f');
  const [kind, file] = head!.split(':') as [StoryCommand['kind'], string];
  return { kind, words, file: file === '' ? null : file };
}

/** The answers in a file such as `single/05-errors.txt`, in their order. */
export function recordedAnswers(file: string): RecordedAnswer[] {
  const text = readFileSync(join(SHARED, 'truth', 'docker', file), 'utf8');
  return text
    .split(/^(?=h\d[$#] |\[h\d netns of )/m)
    .map((block) => /^([^\n]*)\n([\s\S]*)\[rc=(\d+)\]\s*$/.exec(block))
    .filter((match) => match !== null)
    .map((match) => ({ typed: match[1]!, text: match[2]!, exit: Number(match[3]) }));
}

/** A word as it has to be typed into a shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
