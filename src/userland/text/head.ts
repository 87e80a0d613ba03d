/** head: the first lines or characters of files. It ends, and so closes its pipe, as soon as it has them. */
import { eachPiece, faultOf, faultText, isStandardInput, wholeText } from './sources.ts';
import { parseCount } from './count.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

const DEFAULT_LINES = 10;

interface Amount {
  readonly isLines: boolean;
  readonly count: number;
  /** All but the last `count`. */
  readonly isAllBut: boolean;
}

function amountOf(call: ToolCall): Amount {
  const key = call.lastOf('n', 'c') ?? 'n';
  const text = call.value(key) ?? String(DEFAULT_LINES);
  const isAllBut = text.startsWith('-');
  const count = parseCount(isAllBut ? text.slice(1) : text, call.isBusybox);
  if (count !== undefined) return { isLines: key === 'n', count, isAllBut };
  if (call.isBusybox) throw call.failure(`invalid number '${isAllBut ? text.slice(1) : text}'`);
  const what = key === 'n' ? 'lines' : 'bytes';
  throw call.failure(`invalid number of ${what}: '${isAllBut ? text.slice(1) : text}'`);
}

/** Where the first `count` lines of a text end; its length if it has fewer. */
function endOfLines(text: string, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line++) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return text.length;
    at = newline + 1;
  }
  return at;
}

function allButLast(text: string, { isLines, count }: Amount): string {
  if (!isLines) return text.slice(0, Math.max(text.length - count, 0));
  const lines = text.split(/(?<=\n)/);
  return lines.slice(0, Math.max(lines.length - count, 0)).join('');
}

function* printHead({ proc }: ToolCall, path: string, amount: Amount): Body {
  if (amount.isAllBut) {
    const { text } = yield* wholeText(proc, path);
    proc.write(allButLast(text, amount));
    return 0;
  }
  let left = amount.count;
  if (left === 0) return 0;
  yield* eachPiece(proc, path, (piece) => {
    const end = amount.isLines ? endOfLines(piece, left) : Math.min(left, piece.length);
    const part = piece.slice(0, end);
    left -= amount.isLines ? part.split('\n').length - 1 : part.length;
    proc.write(part);
    return left > 0;
  });
  return 0;
}

function complain(call: ToolCall, path: string, fault: 'missing' | 'directory'): void {
  if (call.isBusybox) call.complain(`${path}: ${fault === 'directory' ? 'Input/output error' : faultText(fault)}`);
  else if (fault === 'directory') call.complain(`error reading '${path}': ${faultText(fault)}`);
  else call.complain(`cannot open '${path}' for reading: ${faultText(fault)}`);
}

function* run(call: ToolCall): Body {
  const amount = amountOf(call);
  const paths = call.operands.length === 0 ? ['-'] : call.operands;
  const hasNames = call.lastOf('v', 'q') === 'v' || (paths.length > 1 && !call.has('q'));
  let exitCode = 0;
  let gap = '';
  for (const path of paths) {
    const fault = faultOf(call.proc, path);
    if (fault !== 'missing' && hasNames) {
      call.proc.write(`${gap}==> ${isStandardInput(path) ? 'standard input' : path} <==\n`);
      gap = '\n';
    }
    if (fault !== null) {
      complain(call, path, fault);
      exitCode = 1;
    } else yield* printHead(call, path, amount);
  }
  return exitCode;
}

/** The old form, `head -5`, is `-n 5`. */
function modernise(args: readonly string[]): readonly string[] {
  return args.map((arg, i) => (i === 0 && /^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
}

/** head of the GNU core utilities and of busybox. */
export const HEAD = textTool({
  name: 'head',
  gnu: {
    options: {
      letters: 'c:n:qvz',
      long: { bytes: 'c', lines: 'n', quiet: 'q', silent: 'q', verbose: 'v', 'zero-terminated': 'z' },
      lacking: ['z'],
    },
    modernise,
  },
  busybox: {
    options: { letters: 'n:c:qv', hasLong: false },
    modernise,
    usage: `Usage: head [OPTIONS] [FILE]...

Print first 10 lines of FILEs (or stdin).
With more than one FILE, precede each with a filename header.

	-n N[bkm]	Print first N lines
	-n -N[bkm]	Print all except N last lines
	-c [-]N[bkm]	Print first N bytes
			(b:*512 k:*1024 m:*1024^2)
	-q		Never print headers
	-v		Always print headers`,
  },
  run,
});
