/** pgrep, pkill (procps) and killall (psmisc): processes by their names, as the caller's pid namespace shows them. */
import type { Process } from '../kernel/proc/process.ts';
import { parseSignal } from '../kernel/proc/signal.ts';
import type { Signal } from '../kernel/proc/signal.ts';
import type { OptionTable } from './text/options.ts';
import { textTool } from './text/tool.ts';
import type { Body, ToolCall } from './text/tool.ts';
import { ToolError } from './tool-error.ts';

/** As TASK_COMM_LEN leaves of a name. */
const COMM_LENGTH = 15;
const EXIT_NOTHING = 1;
const EXIT_MISUSE = 2;

/** What ps calls the command: the program's name, cut. */
function nameOf(proc: Process): string {
  const path = proc.argv[0] ?? '';
  return path.slice(path.lastIndexOf('/') + 1).slice(0, COMM_LENGTH);
}

/** An extended regular expression as JavaScript has it. */
function regularExpression(call: ToolCall, pattern: string): RegExp {
  const source = pattern
    .replaceAll('[[:digit:]]', '[0-9]')
    .replaceAll('[[:alpha:]]', '[A-Za-z]')
    .replaceAll('[[:alnum:]]', '[A-Za-z0-9]')
    .replaceAll('[[:space:]]', '\\s');
  try {
    return new RegExp(call.has('x') ? `^(?:${source})$` : source, call.has('i') ? 'i' : '');
  } catch {
    throw call.failure('regex error: Invalid regular expression', EXIT_MISUSE);
  }
}

function matching(call: ToolCall): Process[] {
  const { proc, operands } = call;
  const [pattern, second] = operands;
  const hint = `Try \`${nameOf(proc)} --help' for more information.`;
  if (pattern === undefined && call.value('P') === undefined) {
    throw new ToolError(`${nameOf(proc)}: no matching criteria specified\n${hint}`, EXIT_MISUSE);
  }
  if (second !== undefined) {
    throw new ToolError(`${nameOf(proc)}: only one pattern can be provided\n${hint}`, EXIT_MISUSE);
  }
  const expression = regularExpression(call, pattern ?? '');
  const parents = call.value('P')?.split(',').map(Number);
  const found = proc.peers.filter((peer) => {
    if (peer === proc) return false;
    const isMatch = expression.test(call.has('f') ? peer.argv.join(' ') : nameOf(peer));
    const isChild = parents === undefined || (peer.parent !== null && parents.includes(proc.numberOf(peer.parent)));
    return (isMatch && isChild) !== call.has('v');
  });
  if (call.has('n')) return found.slice(-1);
  return call.has('o') ? found.slice(0, 1) : found;
}

function* runPgrep(call: ToolCall): Body {
  const { proc } = call;
  const found = matching(call);
  if (call.has('c')) proc.write(`${found.length}\n`);
  else if (found.length > 0) {
    const lines = found.map((each) => {
      const number = proc.numberOf(each);
      if (call.has('a')) return `${number} ${each.argv.join(' ')}`;
      return call.has('l') ? `${number} ${nameOf(each)}` : String(number);
    });
    proc.write(`${lines.join(call.value('d') ?? '\n')}\n`);
  }
  return found.length === 0 ? EXIT_NOTHING : 0;
}

function* runPkill(call: ToolCall): Body {
  const { proc } = call;
  const text = call.value('signal') ?? 'TERM';
  const signal = text === '0' ? 0 : parseSignal(text);
  if (signal === undefined) throw call.misuse(`unknown signal '${text}'`);
  const found = matching(call);
  if (call.has('c')) proc.write(`${found.length}\n`);
  for (const each of found) {
    const number = proc.numberOf(each);
    if (call.has('e')) proc.write(`${nameOf(each)} killed (pid ${number})\n`);
    if (signal !== 0) each.kill(signal, proc);
  }
  return found.length === 0 ? EXIT_NOTHING : 0;
}

function* runKillall(call: ToolCall): Body {
  const { proc } = call;
  if (call.operands.length === 0) throw call.failure('you need to specify whom to kill');
  const signal = killallSignal(call);
  let exitCode = 0;
  for (const name of call.operands) {
    const wanted = name.slice(0, COMM_LENGTH);
    const found = proc.peers.filter((peer) => peer !== proc && nameOf(peer) === wanted);
    if (found.length === 0) {
      exitCode = 1;
      if (!call.has('q'))
        proc.writeError(call.isBusybox ? `killall: ${name}: no process killed\n` : `${name}: no process found\n`);
    }
    for (const each of found) {
      if (signal !== 0) each.kill(signal, proc);
      if (call.has('v')) proc.writeError(`Killed ${name}(${proc.numberOf(each)}) with signal ${killallText(call)}\n`);
    }
    if (call.has('w')) for (const each of found) while (!each.isReady()) yield proc.waitFor(each);
  }
  return exitCode;
}

function killallText(call: ToolCall): string {
  return call.value('s') ?? 'TERM';
}

function killallSignal(call: ToolCall): Signal | 0 {
  const text = killallText(call);
  if (text === '0') return 0;
  const signal = parseSignal(text);
  if (signal !== undefined) return signal;
  const message = call.isBusybox
    ? `killall: bad signal name '${text}'`
    : `${text}: unknown signal; killall -l lists signals.`;
  throw new ToolError(message, 1);
}

/** `-9` and `-TERM` before the rest, as the option that names a signal. */
function withSignalOption(option: string, letters: string) {
  return (args: readonly string[]): readonly string[] => {
    const at = args.findIndex((arg) => /^-(?:\d+|[A-Z]{2,}[0-9]?)$/.test(arg) && !isBundle(arg, letters));
    if (at < 0 || args.slice(0, at).some((arg) => !arg.startsWith('-'))) return args;
    return args.with(at, `${option}${args[at]!.slice(1)}`);
  };
}

function isBundle(arg: string, letters: string): boolean {
  return (
    parseSignal(arg.slice(1)) === undefined && Array.from(arg.slice(1)).every((letter) => letters.includes(letter))
  );
}

const MATCH_LONG = {
  count: 'c',
  full: 'f',
  'ignore-case': 'i',
  newest: 'n',
  oldest: 'o',
  parent: 'P',
  exact: 'x',
  inverse: 'v',
};
const MATCH_LACKING = ['g', 'G', 'O', 's', 't', 'u', 'U', 'F', 'L', 'r', 'A'];
const MATCH_LETTERS = 'cfinoP:xvg:G:O:s:t:u:U:F:Lr:A';
const PGREP_OPTIONS: OptionTable = {
  letters: `${MATCH_LETTERS}d:law`,
  long: { ...MATCH_LONG, delimiter: 'd', 'list-name': 'l', 'list-full': 'a' },
  lacking: [...MATCH_LACKING, 'w'],
};
const PKILL_OPTIONS: OptionTable = {
  letters: `${MATCH_LETTERS}eq:`,
  long: { ...MATCH_LONG, echo: 'e', signal: 'signal:' },
  lacking: [...MATCH_LACKING, 'q', 'v'],
};

export const PGREP = textTool({
  name: 'pgrep',
  gnu: { options: PGREP_OPTIONS, misuseExit: EXIT_MISUSE },
  busybox: {
    options: { letters: 'flnovxs:P:ai', lacking: ['s'], hasLong: false },
    usage: `Usage: pgrep [-flanovx] [-s SID|-P PPID|PATTERN]

Display process(es) selected by regex PATTERN`,
  },
  run: runPgrep,
});

export const PKILL = textTool({
  name: 'pkill',
  gnu: { options: PKILL_OPTIONS, misuseExit: EXIT_MISUSE, modernise: withSignalOption('--signal=', MATCH_LETTERS) },
  busybox: {
    options: { letters: 'fnovxs:P:', long: { signal: 'signal:' }, lacking: ['s'] },
    modernise: withSignalOption('--signal=', 'fnovx'),
    usage: `Usage: pkill [-l|-SIGNAL] [-xfvnoe] [-s SID|-P PPID|PATTERN]

Send signal to processes selected by regex PATTERN`,
  },
  run: runPkill,
});

export const KILLALL = textTool({
  name: 'killall',
  gnu: {
    options: {
      letters: 'eIgy:o:ilqrs:u:vVwn:Z:',
      long: { exact: 'e', 'ignore-case': 'I', quiet: 'q', signal: 's', verbose: 'v', wait: 'w', regexp: 'r' },
      lacking: ['I', 'g', 'y', 'o', 'i', 'l', 'r', 'u', 'V', 'n', 'Z'],
    },
    modernise: withSignalOption('-s', 'eIgilqrvVw'),
  },
  busybox: {
    options: { letters: 'lqs:', lacking: ['l'], hasLong: false },
    modernise: withSignalOption('-s', 'lq'),
    usage: `Usage: killall [-lq] [-SIG] PROCESS_NAME...

Send a signal (default: TERM) to given processes`,
  },
  run: runKillall,
});
