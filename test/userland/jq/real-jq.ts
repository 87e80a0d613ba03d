/** The same programs, given to the real jq and to the emulated one: output, errors and exit codes must be equal. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { TextInput } from '../../../src/kernel/proc/pipe.ts';
import { JQ } from '../../../src/userland/jq/jq.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';
import type { Skippable } from '../../machine.ts';
import { needTool } from '../../machine.ts';

export interface JqCase {
  readonly args: readonly string[];
  readonly stdin?: string;
}

export interface JqResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
}

/** What both find in their working directory. */
const FILES: Readonly<Record<string, string>> = {
  'a.json': '{"a":1}\n2\n',
  'p.jq': '# twice\n.,.\n',
  'bad.json': '[1,\n',
};

export function emulated({ args, stdin = '' }: JqCase): JqResult {
  const kit = new TableKit();
  for (const [name, text] of Object.entries(FILES)) kit.files.write(`/w/${name}`, text);
  const env = new Map([['HOME', '/root']]);
  const { stdout, stderr, exit } = kit.run(JQ.run, {
    ...{ argv: ['jq', ...args], directory: '/w', stdin: new TextInput(stdin), env },
  });
  return { stdout, stderr, exit };
}

/** Runs all of them in one shell, which is ten times as fast. */
function real(cases: readonly JqCase[]): JqResult[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'dockwire-jq-'));
  try {
    spawnSync('mkdir', [path.join(folder, 'w')]);
    for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, 'w', name), text);
    const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
    const script = cases.map(({ args, stdin = '' }, i) => {
      writeFileSync(path.join(folder, `${i}.in`), stdin);
      return `jq ${args.map(quoted).join(' ')} < ../${i}.in > ../${i}.out 2> ../${i}.err; echo $? > ../${i}.exit`;
    });
    const env = { PATH: process.env['PATH'], HOME: '/root' };
    spawnSync('sh', ['-s'], { cwd: path.join(folder, 'w'), env, input: script.join('\n') });
    const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
    return cases.map((_case, i) => ({
      stdout: read(`${i}.out`),
      stderr: read(`${i}.err`),
      exit: Number(read(`${i}.exit`)),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Skips the test where jq is another one. */
export function needJq(context: Skippable): void {
  needTool(context, ['jq', '--version'], 'jq-1.6');
}

/** Compares all of them; `mask` takes out what may differ. */
export function compareJq(cases: readonly JqCase[], mask: (result: JqResult) => JqResult = (result) => result): void {
  const expected = real(cases);
  const told = cases.flatMap((jqCase, i) => {
    const [left, right] = [mask(emulated(jqCase)), mask(expected[i]!)];
    if (isDeepStrictEqual(left, right)) return [];
    const line = `jq ${jqCase.args.join(' ')} <<< ${JSON.stringify(jqCase.stdin ?? '')}`;
    return [`${line}\n  real:     ${JSON.stringify(right)}\n  emulated: ${JSON.stringify(left)}\n`];
  });
  assert.equal(told.join(''), '');
}

/**
 * Compares programs that compile, all of them in one run of jq, which takes a long breath before each: what each gives
 * for its document, or the error that ends it.
 */
export function compareTogether(tests: readonly { readonly filter: string; readonly document: unknown }[]): void {
  // One function of jq's may not be longer than 64 KiB.
  for (let at = 0; at < tests.length; at += TOGETHER_MAX) compareSome(tests.slice(at, at + TOGETHER_MAX));
}

const TOGETHER_MAX = 40;

function compareSome(tests: readonly { readonly filter: string; readonly document: unknown }[]): void {
  const programs = tests.map(
    ({ filter, document }) => `(${JSON.stringify(document)} | try {results: [${filter}]} catch {error: .})`,
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'dockwire-jq-'));
  try {
    const file = path.join(folder, 'all.jq');
    writeFileSync(file, programs.join(',\n'));
    const env = { PATH: process.env['PATH'], HOME: '/root' };
    const { stdout, stderr } = spawnSync('jq', ['-ncf', file], { encoding: 'utf8', env, maxBuffer: 1 << 28 });
    assert.equal(stderr, '');
    const expected = stdout.split('\n');
    const told = programs.flatMap((program, i) => {
      const { stdout: line } = emulated({ args: ['-nc', program] });
      const real = `${expected[i]!}\n`;
      return line === real ? [] : [`${program}\n  real:     ${real}  emulated: ${line}`];
    });
    assert.equal(told.join(''), '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
