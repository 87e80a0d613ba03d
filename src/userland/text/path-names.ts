/** basename and dirname: the two halves of a path. */
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

/** The last part of a path, less the suffix unless it is all of it. */
export function baseName(path: string, suffix: string): string {
  const bare = path.replace(/(?<=.)\/+$/, '');
  if (bare === '' || /^\/+$/.test(bare)) return bare === '' ? '' : '/';
  const name = bare.slice(bare.lastIndexOf('/') + 1);
  return suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** All of a path but its last part. */
export function directoryName(path: string): string {
  const bare = path.replace(/(?<=[^/])\/+$/, '');
  if (/^\/+$/.test(bare)) return '/';
  const slash = bare.lastIndexOf('/');
  if (slash < 0) return '.';
  return bare.slice(0, slash).replace(/\/+$/, '') || '/';
}

function* runBasename(call: ToolCall): Body {
  const { operands } = call;
  const suffix = call.value('s');
  const isMany = call.has('a') || suffix !== undefined;
  if (operands.length === 0) throw call.misuse('missing operand');
  if (!isMany && operands.length > 2) throw call.misuse(`extra operand '${operands[2]!}'`);
  const end = call.has('z') ? '\0' : '\n';
  const paths = isMany ? operands : operands.slice(0, 1);
  const cut = isMany ? (suffix ?? '') : (operands[1] ?? '');
  for (const path of paths) call.proc.write(`${baseName(path, cut)}${end}`);
  return 0;
}

/** dirname(3), which busybox calls, lets two slashes at the beginning be. */
function libraryDirectoryName(path: string): string {
  const name = directoryName(path);
  return name === '/' && /^\/\/[^/]*\/*$/.test(path) && !path.startsWith('///') ? '//' : name;
}

function* runDirname(call: ToolCall): Body {
  const { operands } = call;
  if (operands.length === 0 || (call.isBusybox && operands.length > 1)) throw call.misuse('missing operand');
  const end = call.has('z') ? '\0' : '\n';
  for (const path of operands)
    call.proc.write(`${call.isBusybox ? libraryDirectoryName(path) : directoryName(path)}${end}`);
  return 0;
}

/** basename of the GNU core utilities and of busybox. */
export const BASENAME = textTool({
  name: 'basename',
  gnu: { options: { letters: 'as:z', long: { multiple: 'a', suffix: 's', zero: 'z' }, stopsAtOperand: true } },
  busybox: {
    options: { letters: 'as:', stopsAtOperand: true },
    usage: `Usage: basename FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...

Strip directory path and SUFFIX from FILE

	-a		All arguments are FILEs
	-s SUFFIX	Remove SUFFIX (implies -a)`,
  },
  run: runBasename,
});

/** dirname of the GNU core utilities and of busybox. */
export const DIRNAME = textTool({
  name: 'dirname',
  gnu: { options: { letters: 'z', long: { zero: 'z' } } },
  busybox: {
    options: { letters: '', stopsAtOperand: true, isOperand: (arg) => arg !== '--' },
    usage: `Usage: dirname FILENAME

Strip non-directory suffix from FILENAME`,
  },
  run: runDirname,
});
