/**
 * tail: the last lines of files; with `-f` it then waits for more, and since nothing here grows unseen, for ever.
 * Images run `tail -f /dev/null` to stay alive.
 */
import type { CheckMistake, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { fileText } from './file-text.ts';
import { getopt, lackingOption } from './getopt.ts';
import { parseInteger } from './number-text.ts';
import { reportUnsupported } from './unsupported.ts';

const LETTERS = 'fFn:qvc:s:z';
const LACKING = 'cvz';
const DEFAULT_LINES = 10;

function* runTail(proc: Process, isBusybox: boolean): Generator<Wait, number, WakeReason> {
  // The old form, `tail -5`, counts in the first place only.
  const args = proc.argv.slice(1).map((arg, i) => (i === 0 && /^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
  const lack = lackingOption(args, LETTERS, LACKING);
  if (lack !== undefined) return reportUnsupported(proc, `tail ${args[lack.argIndex]!}`, ['-f', '-n', '-q', '-s']);
  const { options, operands, error } = getopt(args, LETTERS);
  if (error !== null) {
    proc.writeError(`tail: ${error.message}\n${isBusybox ? '' : "Try 'tail --help' for more information.\n"}`);
    return 1;
  }
  const countText = options.findLast((option) => option.letter === 'n')?.value ?? String(DEFAULT_LINES);
  const count = parseInteger(countText.replace(/^\+/, ''));
  if (count === undefined) {
    proc.writeError(
      isBusybox ? `tail: invalid number '${countText}'\n` : `tail: invalid number of lines: '${countText}'\n`,
    );
    return 1;
  }
  const found = printFiles(
    proc,
    operands.map((operand) => operand.text),
    isBusybox,
    (text) => lastLines(text, countText.startsWith('+') ? null : Math.abs(count), count),
  );
  if (found === 0 && operands.length > 0) {
    proc.writeError(isBusybox ? 'tail: no files\n' : '');
    return 1;
  }
  while (options.some(({ letter }) => letter === 'f' || letter === 'F')) yield proc.waitFor([]);
  while (operands.length === 0 && proc.stdin === 'open') yield proc.waitFor([]);
  return found === operands.length ? 0 : 1;
}

/** Prints the parts, each under its name if there are several; returns how many files there were. */
function printFiles(
  proc: Process,
  paths: readonly string[],
  isBusybox: boolean,
  part: (text: string) => string,
): number {
  let found = 0;
  for (const path of paths) {
    const text = fileText(proc, path);
    if (text === undefined) {
      const reason = isBusybox ? `can't open '${path}'` : `cannot open '${path}' for reading`;
      proc.writeError(`tail: ${reason}: No such file or directory\n`);
      continue;
    }
    if (paths.length > 1) proc.write(`${found > 0 ? '\n' : ''}==> ${path} <==\n`);
    proc.write(part(text));
    found++;
  }
  return found;
}

/** The last `count` lines; with null, those from line `from` (counted from 1) on. */
function lastLines(text: string, count: number | null, from: number): string {
  const lines = text.split('\n');
  const end = lines[lines.length - 1] === '' ? lines.length - 1 : lines.length;
  const start = count === null ? Math.max(from - 1, 0) : Math.max(end - count, 0);
  return lines.slice(start).join('\n');
}

function checkTail(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(args, LETTERS, LACKING);
}

export const GNU_TAIL: ProgramEntry = { name: 'tail', run: (proc) => runTail(proc, false), check: checkTail };
export const BUSYBOX_TAIL: ProgramEntry = { name: 'tail', run: (proc) => runTail(proc, true), check: checkTail };
