/** mkdir, rmdir, rm, touch, ls, cp, mv, mktemp, as far as a machine with few files needs them. */
import { resolvePath } from '../kernel/proc/files.ts';
import type { Process } from '../kernel/proc/process.ts';
import { isDirectory } from './sh/directories.ts';
import { textTool } from './text/tool.ts';
import type { Body, TextTool, ToolCall } from './text/tool.ts';

const MKTEMP_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const MKTEMP_LENGTH = 10;
const EXIT_LS_MISSING = 2;

/** A path as it was typed, and where it leads. */
function at({ proc }: ToolCall, path: string): string {
  return resolvePath(proc.directory, path);
}

function isFile(proc: Process, path: string): boolean {
  return typeof proc.openFile(path) !== 'string';
}

function exists(proc: Process, path: string): boolean {
  return isFile(proc, path) || isDirectory(proc, path);
}

function parentOf(path: string): string {
  return resolvePath(path, '..');
}

/** Does something with each operand; what is answered is a complaint. */
function forEachOperand(call: ToolCall, act: (operand: string, path: string) => string | null): number {
  let exitCode = 0;
  for (const operand of call.operands) {
    const complaint = act(operand, at(call, operand));
    if (complaint === null) continue;
    call.complain(complaint);
    exitCode = 1;
  }
  return exitCode;
}

function needOperand(call: ToolCall, what = 'operand'): void {
  if (call.operands.length === 0) throw call.misuse(`missing ${what}`);
}

function* mkdir(call: ToolCall): Body {
  const { proc } = call;
  needOperand(call);
  return forEachOperand(call, (operand, path) => {
    const refused = call.isBusybox ? `can't create directory '${operand}'` : `cannot create directory '${operand}'`;
    if (exists(proc, path)) return call.has('p') && isDirectory(proc, path) ? null : `${refused}: File exists`;
    if (!call.has('p') && !isDirectory(proc, parentOf(path))) return `${refused}: No such file or directory`;
    proc.files.makeDirectory(path);
    if (call.has('v')) proc.write(`mkdir: created directory '${operand}'\n`);
    return null;
  });
}

function* rmdir(call: ToolCall): Body {
  const { proc } = call;
  needOperand(call);
  return forEachOperand(call, (operand, path) => {
    const refused = call.isBusybox ? `'${operand}'` : `failed to remove '${operand}'`;
    if (!exists(proc, path)) return `${refused}: No such file or directory`;
    if (!isDirectory(proc, path)) return `${refused}: Not a directory`;
    if (proc.listDirectory(path).length > 0) return `${refused}: Directory not empty`;
    proc.files.removeDirectory(path);
    return null;
  });
}

function* rm(call: ToolCall): Body {
  const { proc } = call;
  const isForced = call.has('f');
  if (call.operands.length === 0 && isForced) return 0;
  needOperand(call);
  return forEachOperand(call, (operand, path) => {
    const refused = call.isBusybox ? `can't remove '${operand}'` : `cannot remove '${operand}'`;
    if (!exists(proc, path)) return isForced ? null : `${refused}: No such file or directory`;
    if (!isDirectory(proc, path)) {
      proc.files.remove(path);
      if (call.has('v')) proc.write(`removed '${operand}'\n`);
      return null;
    }
    if (!call.has('r')) return call.isBusybox ? `'${operand}' is a directory` : `${refused}: Is a directory`;
    proc.files.removeDirectory(path);
    if (call.has('v')) proc.write(`removed directory '${operand}'\n`);
    return null;
  });
}

function* touch(call: ToolCall): Body {
  const { proc } = call;
  needOperand(call, 'file operand');
  return forEachOperand(call, (operand, path) => {
    if (exists(proc, path) || call.has('c')) return null;
    if (!isDirectory(proc, parentOf(path))) {
      return `${call.isBusybox ? operand : `cannot touch '${operand}'`}: No such file or directory`;
    }
    proc.files.write(path, '');
    return null;
  });
}

function* ls(call: ToolCall): Body {
  const { proc } = call;
  const operands = call.operands.length === 0 ? ['.'] : [...call.operands].sort(byText);
  const missing = operands.filter((operand) => !exists(proc, at(call, operand)));
  for (const operand of missing) {
    const path = call.isBusybox ? operand : `cannot access '${operand}'`;
    call.complain(`${path}: No such file or directory`);
  }
  const files = operands.filter((operand) => call.has('d') || isFile(proc, at(call, operand)));
  const directories = operands.filter((operand) => !missing.includes(operand) && !files.includes(operand));
  const blocks = directories.map((operand) => {
    const names = namesIn(call, at(call, operand)).map((name) => `${name}\n`);
    return (operands.length > 1 ? `${operand}:\n` : '') + names.join('');
  });
  const alone = files.map((file) => `${file}\n`).join('');
  proc.write([...(alone === '' ? [] : [alone]), ...blocks].join('\n'));
  return missing.length === 0 ? 0 : call.isBusybox ? 1 : EXIT_LS_MISSING;
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

function namesIn(call: ToolCall, path: string): string[] {
  const names = call.proc.listDirectory(path).filter((name) => call.has('a') || call.has('A') || !name.startsWith('.'));
  return [...(call.has('a') ? ['.', '..'] : []), ...names].sort(byText);
}

function* copyOrMove(call: ToolCall, isMove: boolean): Body {
  const { proc, operands } = call;
  needOperand(call, 'file operand');
  if (operands.length < 2) throw call.misuse(`missing destination file operand after '${operands[0]!}'`);
  const target = operands[operands.length - 1]!;
  const isInto = isDirectory(proc, at(call, target));
  if (operands.length > 2 && !isInto) throw call.failure(`target '${target}': No such file or directory`);
  let exitCode = 0;
  for (const operand of operands.slice(0, -1)) {
    const opened = proc.openFile(operand);
    const name = operand.slice(operand.lastIndexOf('/') + 1);
    const path = isInto ? resolvePath(at(call, target), name) : at(call, target);
    let complaint: string | null = null;
    if (opened === 'EISDIR') complaint = `-r not specified; omitting directory '${operand}'`;
    else if (typeof opened === 'string') {
      const what = call.isBusybox ? `can't ${isMove ? 'rename' : 'stat'} '${operand}'` : `cannot stat '${operand}'`;
      complaint = `${what}: No such file or directory`;
    } else if (!isDirectory(proc, parentOf(path))) {
      complaint = `cannot create regular file '${target}': No such file or directory`;
    } else if (proc.writeFile(path, opened.text, false) === '' && isMove && path !== at(call, operand)) {
      proc.files.remove(at(call, operand));
    }
    if (complaint === null) continue;
    call.complain(complaint);
    exitCode = 1;
  }
  return exitCode;
}

function* mktemp(call: ToolCall): Body {
  const { proc } = call;
  const template = call.operands[0] ?? `/tmp/tmp.${'X'.repeat(MKTEMP_LENGTH)}`;
  if (!/X{3}/.test(template)) throw call.failure(`too few X's in template '${template}'`);
  const path = template.replace(/X+(?=[^X]*$)/, (letters) =>
    Array.from(letters, () => MKTEMP_LETTERS.charAt(proc.rng.below(MKTEMP_LETTERS.length))).join(''),
  );
  if (call.has('d')) proc.files.makeDirectory(at(call, path));
  else proc.files.write(at(call, path), '');
  proc.write(`${path}\n`);
  return 0;
}

const RM_LONG = { force: 'f', recursive: 'r', verbose: 'v' };

/** Every one of them. */
export const FILE_TOOLS: readonly TextTool[] = [
  textTool({
    name: 'mkdir',
    gnu: { options: { letters: 'pvm:', long: { parents: 'p', verbose: 'v', mode: 'm' } } },
    busybox: { options: { letters: 'pm:', long: { parents: 'p', mode: 'm' } } },
    run: mkdir,
  }),
  textTool({
    name: 'rmdir',
    gnu: { options: { letters: 'pv', lacking: ['p', 'v'] } },
    busybox: { options: { letters: 'p', lacking: ['p'] } },
    run: rmdir,
  }),
  textTool({
    name: 'rm',
    gnu: { options: { letters: 'frRvidI', long: RM_LONG, lacking: ['i', 'd', 'I', 'R'] } },
    busybox: { options: { letters: 'frRi', lacking: ['i', 'R'] } },
    run: rm,
  }),
  textTool({
    name: 'touch',
    gnu: { options: { letters: 'camd:r:t:', long: { 'no-create': 'c' }, lacking: ['d', 'r', 't'] } },
    busybox: { options: { letters: 'camd:r:t:', lacking: ['d', 'r', 't'] } },
    run: touch,
  }),
  textTool({
    name: 'ls',
    gnu: {
      options: { letters: '1aAdlhtrRSi', long: { all: 'a', 'almost-all': 'A' }, lacking: Array.from('lhtrRSi') },
      misuseExit: 2,
    },
    busybox: { options: { letters: '1aAdlhtrRSi', lacking: Array.from('lhtrRSi') } },
    run: ls,
  }),
  textTool({
    name: 'cp',
    gnu: { options: { letters: 'farRpvn', lacking: Array.from('arRpvn') } },
    busybox: { options: { letters: 'farRp', lacking: Array.from('arRp') } },
    run: (call) => copyOrMove(call, false),
  }),
  textTool({
    name: 'mv',
    gnu: { options: { letters: 'fnv', lacking: Array.from('nv') } },
    busybox: { options: { letters: 'fn', lacking: ['n'] } },
    run: (call) => copyOrMove(call, true),
  }),
  textTool({
    name: 'mktemp',
    gnu: { options: { letters: 'dqutp:', long: { directory: 'd' }, lacking: Array.from('qutp') } },
    busybox: { options: { letters: 'dqutp:', lacking: Array.from('qutp') } },
    run: mktemp,
  }),
];
