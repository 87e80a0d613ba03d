/** Redirections (POSIX XCU 2.7): files and descriptors put in the place of others, from left to right. */
import type { Descriptors, OpenFile } from '../../kernel/proc/descriptors.ts';
import { KernelFile, NullDevice, Source, WrittenFile } from '../../kernel/proc/descriptors.ts';
import { errorText } from '../../kernel/errno.ts';
import { resolvePath } from '../../kernel/proc/files.ts';
import { TextInput } from '../../kernel/proc/pipe.ts';
import { ShellRefusal } from './control-flow.ts';
import { isDirectory } from './directories.ts';
import { expandWhole } from './expand.ts';
import type { Expansion } from './expand.ts';
import type { Interpreter } from './interpreter.ts';
import type { Redirection } from './syntax.ts';

/** What redirecting a descriptor comes to: another file, closing it, or a complaint that was written. */
type Target = OpenFile | 'close' | 'refused';

const DEVICE_DESCRIPTOR = /^\/dev\/(?:fd\/(\d+)|(stdin)|(stdout)|(stderr))$/;

/** Changes `table`; false, with a complaint, at the first that cannot be done. */
export function* redirect(
  shell: Interpreter,
  redirections: readonly Redirection[],
  table: Descriptors,
): Expansion<boolean> {
  // All names are expanded before the first file is opened.
  const names: string[] = [];
  for (const { operator, target } of redirections) {
    names.push(operator === '<<' ? '' : yield* expandWhole(target, shell));
  }
  for (const [i, redirection] of redirections.entries()) {
    const target =
      redirection.operator === '<<'
        ? yield* openDocument(shell, redirection)
        : openTarget(shell, redirection, names[i]!, table);
    if (target === 'refused') return false;
    if (target === 'close') table.close(redirection.descriptor);
    else table.set(redirection.descriptor, target);
  }
  return true;
}

/** What is wrong in a here-document is wrong with the redirection only. */
function* openDocument(shell: Interpreter, { target }: Redirection): Expansion<Target> {
  try {
    return new Source(new TextInput(yield* expandWhole(target, shell)));
  } catch (error) {
    if (!(error instanceof ShellRefusal)) throw error;
    return 'refused';
  }
}

function openTarget(shell: Interpreter, redirection: Redirection, text: string, table: Descriptors): Target {
  const { operator, offset } = redirection;
  if (operator === '>&' || operator === '<&') return duplicate(shell, text, table, offset);
  const path = resolvePath(shell.state.directory, text);
  const device = DEVICE_DESCRIPTOR.exec(path);
  if (device !== null) {
    const number =
      device[1] === undefined ? (device[2] !== undefined ? 0 : device[3] !== undefined ? 1 : 2) : device[1];
    return table.get(Number(number)) ?? cannotOpen(shell, operator === '<', text, offset);
  }
  if (path === '/dev/null') return new NullDevice();
  if (operator === '<') return openForReading(shell, path, text, offset);
  return openForWriting(shell, redirection, path, text);
}

function duplicate(shell: Interpreter, text: string, table: Descriptors, offset: number): Target {
  if (text === '-') return 'close';
  if (!/^\d$/.test(text)) shell.refuse('Syntax error: Bad fd number', offset, 'syntax error: bad fd number');
  const file = table.get(Number(text));
  if (file !== undefined) return file;
  shell.complain(`${text}: Bad file descriptor`, offset, `${text}: Bad file descriptor`);
  return 'refused';
}

function openForReading(shell: Interpreter, path: string, text: string, offset: number): Target {
  const opened = shell.proc.openFile(path);
  if (typeof opened !== 'string') return new Source(new TextInput(opened.text));
  if (isDirectory(shell.proc, path)) return new Source('null');
  if (opened === 'ENOENT') return cannotOpen(shell, true, text, offset);
  shell.complain(`cannot open ${text}: ${errorText(opened)}`, offset, `can't open ${text}: ${errorText(opened)}`);
  return 'refused';
}

function cannotOpen(shell: Interpreter, isReading: boolean, text: string, offset: number): Target {
  if (isReading) shell.complain(`cannot open ${text}: No such file`, offset, `can't open ${text}: no such file`);
  else {
    const reason = 'nonexistent directory';
    shell.complain(`cannot create ${text}: Directory nonexistent`, offset, `can't create ${text}: ${reason}`);
  }
  return 'refused';
}

function openForWriting(shell: Interpreter, { operator, offset }: Redirection, path: string, text: string): Target {
  const { files } = shell.proc;
  if (shell.proc.isKernelFile(path)) return openKernelFile(shell, path, text, offset);
  const old = files.read(path);
  if (old === undefined && isDirectory(shell.proc, path)) {
    shell.complain(`cannot create ${text}: Is a directory`, offset, `can't create ${text}: Is a directory`);
    return 'refused';
  }
  if (old === undefined && !isDirectory(shell.proc, resolvePath(path, '..'))) {
    return cannotOpen(shell, false, text, offset);
  }
  if (operator === '>' && old !== undefined && shell.state.options.has('C')) {
    shell.complain(`cannot create ${text}: File exists`, offset, `can't create ${text}: File exists`);
    return 'refused';
  }
  if (operator === '>' || operator === '>|' || old === undefined) files.write(path, '');
  return new WrittenFile(files, path, operator === '>>');
}

/** A file of /proc or /sys, which must be there. */
function openKernelFile(shell: Interpreter, path: string, text: string, offset: number): Target {
  const { proc } = shell;
  const opened = proc.openFile(path);
  if (opened === 'ENOENT') return cannotOpen(shell, false, text, offset);
  if (opened === 'EISDIR') {
    shell.complain(`cannot create ${text}: Is a directory`, offset, `can't create ${text}: Is a directory`);
    return 'refused';
  }
  return new KernelFile((written) => proc.writeFile(path, written, false));
}
