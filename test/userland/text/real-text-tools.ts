/**
 * The same command lines, typed to a real tool and to the emulated one over the same files: output, errors and exit
 * codes must be equal. The real lines run in one shell, so that hundreds of them take no longer than a blink.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'mocha';
import { Pipe, TextInput } from '../../../src/kernel/proc/pipe.ts';
import type { ProgramEntry } from '../../../src/kernel/proc/program-registry.ts';
import type { TextTool } from '../../../src/userland/text/tool.ts';
import { needTool } from '../../machine.ts';
import { MILLISECOND, TableKit } from '../../kernel/proc/table-kit.ts';

/** A command line, or one with its standard input. Words are apart by blanks; single quotes keep them together. */
export type ToolCase = string | { readonly line: string; readonly stdin: string };

export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
}

/** What both find in their working directory, by name. */
const FILES: Readonly<Record<string, string>> = {
  long: Array.from({ length: 12 }, (_, i) => `${i + 1}\n`).join(''),
  open: 'a b\nc',
  empty: '',
  table: 'alpha:1:x\nbeta:22:y\nno delimiter here\n:3:\n',
  blanks: 'a\n\n\n\nb\tc\n\n\nd',
};
const DIRECTORY = '/w';

function lineOf(test: ToolCase): string {
  return typeof test === 'string' ? test : test.line;
}

function stdinOf(test: ToolCase): string {
  return typeof test === 'string' ? '' : test.stdin;
}

/** Splits a line as a shell would that knows single quotes only. */
export function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/(?:'[^']*'|[^' ])+/g), ([word]) => word.replaceAll("'", ''));
}

/** Types the line to an emulated tool; with pieces, standard input is a pipe that brings it bit by bit. */
export function runEmulated(entry: ProgramEntry, test: ToolCase, files = FILES, pieces = 0): ToolResult {
  const kit = new TableKit();
  for (const [name, text] of Object.entries(files)) kit.files.write(`${DIRECTORY}/${name}`, text);
  kit.files.write('/etc/hosts', '');
  const text = stdinOf(test);
  const characters = Array.from(text);
  const pipe = new Pipe();
  pipe.openWriter();
  const stdin = pieces === 0 ? new TextInput(text) : pipe;
  const size = Math.ceil(characters.length / Math.max(pieces, 1));
  for (let i = 0; i < pieces; i++) {
    kit.at((i + 1) * MILLISECOND, () => pipe.write(characters.slice(i * size, (i + 1) * size).join('')));
  }
  kit.at((pieces + 1) * MILLISECOND, () => {
    pipe.closeWriter();
  });
  const argv = wordsOf(lineOf(test));
  const { stdout, stderr, exit } = kit.run(entry.run, { argv, directory: DIRECTORY, stdin });
  return { stdout, stderr, exit };
}

/** Types all lines to the real tools, behind `prefix`; their standard input is a file or a pipe. */
function runReal(
  tests: readonly ToolCase[],
  prefix: string,
  files: Readonly<Record<string, string>>,
  isPipe: boolean,
): ToolResult[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'dockwire-tools-'));
  try {
    const isAscii = /^\p{ASCII}*$/u.test(JSON.stringify(tests));
    const script = tests.map((test, i) => {
      writeFileSync(path.join(folder, `${i}.in`), stdinOf(test));
      const input = isPipe ? `cat ${i}.in | ` : '';
      const from = isPipe ? '' : `< ${i}.in`;
      return `${input}(cd w; ${prefix}${lineOf(test)}) ${from} > ${i}.out 2> ${i}.err; echo $? > ${i}.exit`;
    });
    spawnSync('mkdir', [path.join(folder, 'w')]);
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, 'w', name), text);
    const env = { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: isAscii ? 'C' : 'C.UTF-8' };
    spawnSync('sh', ['-c', script.join('\n')], { cwd: folder, env });
    const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
    return tests.map((_test, i) => ({
      stdout: read(`${i}.out`),
      stderr: read(`${i}.err`).replaceAll(/[‘’]/g, "'"),
      exit: Number(read(`${i}.exit`)),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compareAll(entry: ProgramEntry, tests: readonly ToolCase[], prefix: string, files = FILES): void {
  const withFile = runReal(tests, prefix, files, false);
  const withPipe = runReal(tests, prefix, files, true);
  const differences = tests.flatMap((test, i) => {
    const line = `${prefix}${lineOf(test)}`;
    return [
      { line, expected: withFile[i], actual: runEmulated(entry, test, files) },
      { line: `${line}, in pieces`, expected: withPipe[i], actual: runEmulated(entry, test, files, 3) },
    ].filter(({ expected, actual }) => !isDeepStrictEqual(actual, expected));
  });
  const told = differences.map(
    ({ line, expected, actual }) =>
      `${line}\n  real:     ${JSON.stringify(expected)}\n  emulated: ${JSON.stringify(actual)}\n`,
  );
  assert.equal(told.join(''), '');
}

/** Compares with the GNU tool of Debian 12. */
export function compareWithGnu(context: Context, tool: TextTool, tests: readonly ToolCase[], files = FILES): void {
  const isGrep = tool.gnu.name.endsWith('grep');
  needTool(context, isGrep ? ['grep', '--version'] : ['sort', '--version'], isGrep ? 'GNU grep' : 'GNU coreutils');
  compareAll(tool.gnu, tests, '', files);
}

/** Compares with Debian 12's busybox. */
export function compareWithBusybox(context: Context, tool: TextTool, tests: readonly ToolCase[], files = FILES): void {
  needTool(context, ['busybox', '--help'], 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1');
  compareAll(tool.busybox, tests, 'busybox ', files);
}
