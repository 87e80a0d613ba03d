/**
 * tail: the last lines or characters of files. With `-f` it then waits for more: of standard input what comes, of files
 * nothing, since nothing here grows unseen. Images run `tail -f /dev/null` to stay alive.
 */
import { readInput } from '../input.ts';
import { parseCount } from './count.ts';
import { faultOf, faultText, isStandardInput, wholeText } from './sources.ts';
import type { SourceFault } from './sources.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

const DEFAULT_LINES = 10;

interface Amount {
  readonly isLines: boolean;
  readonly count: number;
  /** From the `count`th on, counted from 1. */
  readonly isFrom: boolean;
}

function amountOf(call: ToolCall): Amount {
  const key = call.lastOf('n', 'c') ?? 'n';
  const text = call.value(key) ?? String(DEFAULT_LINES);
  const count = parseCount(text.replace(/^-/, ''), call.isBusybox);
  if (count !== undefined) return { isLines: key === 'n', count, isFrom: text.startsWith('+') };
  if (call.isBusybox) throw call.failure(`invalid number '${text}'`);
  throw call.failure(`invalid number of ${key === 'n' ? 'lines' : 'bytes'}: '${text}'`);
}

function partOf(text: string, { isLines, count, isFrom }: Amount): string {
  const units = isLines ? text.split(/(?<=\n)/) : Array.from(text);
  const start = isFrom ? Math.max(count - 1, 0) : Math.max(units.length - count, 0);
  return units.slice(start).join('');
}

function complain(call: ToolCall, path: string, fault: Exclude<SourceFault, null>): void {
  const reason = faultText(fault);
  if (fault === 'directory')
    call.complain(call.isBusybox ? `read error: ${reason}` : `error reading '${path}': ${reason}`);
  else
    call.complain(call.isBusybox ? `can't open '${path}': ${reason}` : `cannot open '${path}' for reading: ${reason}`);
}

/** Standard input that goes on is shown as it comes; files stay as they are. */
function* follow(call: ToolCall, paths: readonly string[]): Body {
  const { proc } = call;
  if (paths.every(isStandardInput)) {
    for (;;) {
      const piece = yield* readInput(proc);
      if (piece === null) return 0;
      proc.write(piece);
    }
  }
  for (;;) yield proc.waitFor([]);
}

function* run(call: ToolCall): Body {
  const amount = amountOf(call);
  const paths = call.operands.length === 0 ? ['-'] : call.operands;
  const hasNames = call.lastOf('v', 'q') === 'v' || (paths.length > 1 && !call.has('q'));
  const isFollowing = call.has('f') || call.has('F');
  let found = 0;
  let exitCode = 0;
  for (const path of paths) {
    const fault = faultOf(call.proc, path);
    if (fault === 'missing') {
      complain(call, path, fault);
      exitCode = 1;
      continue;
    }
    const name = isStandardInput(path) && !call.isBusybox ? 'standard input' : path;
    if (hasNames) call.proc.write(`${found > 0 ? '\n' : ''}==> ${name} <==\n`);
    found++;
    if (fault === 'directory') {
      complain(call, path, fault);
      exitCode = 1;
    } else call.proc.write(partOf((yield* wholeText(call.proc, path)).text, amount));
  }
  if (found === 0) {
    if (call.isBusybox) call.complain('no files');
    return 1;
  }
  if (isFollowing) yield* follow(call, paths);
  return exitCode;
}

/** The old forms, `tail -5`, `tail -5f` and busybox's `tail +5`, count in the first place only. */
function modernise(args: readonly string[], isBusybox: boolean): readonly string[] {
  const [, sign, count, isFollowing] = /^([-+])(\d+)(f?)$/.exec(args[0] ?? '') ?? [];
  if (count === undefined || (sign === '+' && !isBusybox)) return args;
  return [`-${isFollowing!}n${sign === '+' ? '+' : ''}${count}`, ...args.slice(1)];
}

/** tail of the GNU core utilities and of busybox. */
export const TAIL = textTool({
  name: 'tail',
  gnu: {
    options: {
      letters: 'c:n:fFqs:vz',
      long: {
        bytes: 'c',
        follow: 'f::',
        lines: 'n',
        'max-unchanged-stats': 'max-unchanged-stats:',
        pid: 'pid:',
        quiet: 'q',
        retry: 'retry',
        silent: 'q',
        'sleep-interval': 's',
        verbose: 'v',
        'zero-terminated': 'z',
      },
      lacking: ['z', 'max-unchanged-stats', 'pid', 'retry'],
    },
    modernise: (args) => modernise(args, false),
  },
  busybox: {
    options: { letters: 'c:n:fFqs:v' },
    modernise: (args) => modernise(args, true),
    usage: `Usage: tail [OPTIONS] [FILE]...

Print last 10 lines of FILEs (or stdin) to.
With more than one FILE, precede each with a filename header.

	-c [+]N[bkm]	Print last N bytes
	-n N[bkm]	Print last N lines
	-n +N[bkm]	Start on Nth line and print the rest
			(b:*512 k:*1024 m:*1024^2)
	-q		Never print headers
	-v		Always print headers
	-f		Print data as file grows
	-F		Same as -f, but keep retrying
	-s SECONDS	Wait SECONDS between reads with -f`,
  },
  run,
});
