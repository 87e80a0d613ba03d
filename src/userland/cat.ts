/** cat, of the GNU core utilities and of busybox: files one behind the other, as they are. */
import type { CheckMistake, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { getopt, lackingOption } from './getopt.ts';
import { fileText } from './file-text.ts';
import { reportUnsupported } from './unsupported.ts';

/** All options of either: `-u` changes nothing, the rest is not supported. */
const LETTERS = 'uAbeEnstTv';
const LACKING = 'AbeEnstTv';

function* runCat(proc: Process, isBusybox: boolean): Generator<Wait, number, WakeReason> {
  const args = proc.argv.slice(1);
  const lack = lackingOption(args, LETTERS, LACKING);
  if (lack !== undefined) return reportUnsupported(proc, `cat ${args[lack.argIndex]!}`, ['-u']);
  const { operands, error } = getopt(args, LETTERS);
  if (error !== null) {
    proc.writeError(`cat: ${error.message}\n${isBusybox ? '' : "Try 'cat --help' for more information.\n"}`);
    return 1;
  }
  let exitCode = 0;
  for (const { text: path } of operands.length === 0 ? [{ text: '-' }] : operands) {
    if (path === '-') {
      // A terminal or pipe that never says anything.
      while (proc.stdin === 'open') yield proc.waitFor([]);
      continue;
    }
    const text = fileText(proc, path);
    if (text !== undefined) proc.write(text);
    else exitCode = refuse(proc, path, isBusybox);
  }
  return exitCode;
}

function refuse(proc: Process, path: string, isBusybox: boolean): number {
  if (proc.files.isDirectory(path)) {
    proc.writeError(isBusybox ? 'cat: read error: Is a directory\n' : `cat: ${path}: Is a directory\n`);
  } else proc.writeError(`cat: ${isBusybox ? `can't open '${path}'` : path}: No such file or directory\n`);
  return 1;
}

function checkCat(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(args, LETTERS, LACKING);
}

export const GNU_CAT: ProgramEntry = { name: 'cat', run: (proc) => runCat(proc, false), check: checkCat };
export const BUSYBOX_CAT: ProgramEntry = { name: 'cat', run: (proc) => runCat(proc, true), check: checkCat };
