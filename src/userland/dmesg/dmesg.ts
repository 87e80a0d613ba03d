/**
 * dmesg, of util-linux 2.38 and of busybox: prints and clears the kernel's log. Who has not CAP_SYSLOG, as processes in
 * an image, is refused.
 */
import { KernelMessages } from '../../kernel/show/kmsg.ts';
import type { KernelMessage } from '../../kernel/show/kmsg.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { OptionTable } from '../text/options.ts';
import { readArguments } from '../text/options.ts';
import { textTool } from '../text/tool.ts';
import type { Body, ToolCall } from '../text/tool.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { TimeFormat } from './record-text.ts';
import { LEVEL_NAMES, RecordPrinter, recordsJson } from './record-text.ts';

const OPTIONS: OptionTable = {
  letters: 'CcDdEeF:f:HhJkL::l:n:iPprSs:TtuVWwx',
  long: {
    'buffer-size': 's',
    clear: 'C',
    color: 'L',
    'console-level': 'n',
    'console-off': 'D',
    'console-on': 'E',
    decode: 'x',
    file: 'F',
    facility: 'f',
    follow: 'w',
    'follow-new': 'W',
    human: 'H',
    json: 'J',
    kernel: 'k',
    level: 'l',
    since: 'since',
    syslog: 'S',
    raw: 'r',
    'read-clear': 'c',
    reltime: 'e',
    'show-delta': 'd',
    ctime: 'T',
    noescape: 'noescape',
    notime: 't',
    nopager: 'P',
    until: 'until',
    userspace: 'u',
    'force-prefix': 'p',
    'time-format': 'time-format:',
  },
  lacking: ['F', 'h', 'V', 'since', 'until'],
};

/** Options that exclude each other, in the order in which a complaint names them. */
const EXCLUSIVE: readonly (readonly string[])[] = [
  ['C', 'D', 'E', 'c', 'n', 'r'],
  ['H', 'r'],
  ['L', 'r'],
  ['S', 'w'],
  ['T', 'r'],
  ['d', 'r'],
  ['e', 'r'],
  ['r', 'x'],
  ['r', 't'],
];
const LONG_NAMES: Readonly<Record<string, string>> = {
  C: 'clear',
  D: 'console-off',
  E: 'console-on',
  H: 'human',
  L: 'color',
  S: 'syslog',
  T: 'ctime',
  c: 'read-clear',
  d: 'show-delta',
  e: 'reltime',
  n: 'console-level',
  r: 'raw',
  t: 'notime',
  w: 'follow',
  x: 'decode',
};
const FACILITIES = ['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron'].concat([
  'authpriv',
  'ftp',
]);
const TIME_FORMATS: Readonly<Record<string, TimeFormat>> = {
  delta: 'delta',
  reltime: 'reltime',
  ctime: 'ctime',
  notime: 'none',
  iso: 'iso',
};

/** What a command line asks for. */
interface Request {
  action: 'read' | 'read-clear' | 'clear' | 'console';
  format: TimeFormat;
  hasDelta: boolean;
  isRaw: boolean;
  isDecoded: boolean;
  isJson: boolean;
  isUnescaped: boolean;
  /** Goes on as new lines come; 'new' begins with them. */
  follows: '' | 'all' | 'new';
  /** Null for all. */
  levels: ReadonlySet<number> | null;
  /** Whether what the kernel says is wanted: it says all there is. */
  wantsKernel: boolean;
}

/** Reads the options in their order, as the complaints come in it; null for what Dockwire lacks. */
function readRequest(call: ToolCall): Request | null {
  const request: Request = {
    action: 'read',
    format: 'time',
    hasDelta: false,
    isRaw: false,
    isDecoded: false,
    isJson: false,
    isUnescaped: false,
    follows: '',
    levels: null,
    wantsKernel: true,
  };
  const places: string[][] = [];
  const given: string[] = [];
  for (const { key, value } of readArguments(call.proc.argv.slice(1), OPTIONS).options) {
    checkExclusive(call, given, key);
    if (key === 'L' && !readColor(call, value)) return null;
    if (key === 'f' || key === 'k' || key === 'u') places.push(placesOf(call, key, value));
    else apply(call, request, key, value);
  }
  if (call.operands.length > 0) throw call.misuse('bad usage');
  if (places.length > 0) request.wantsKernel = places.flat().includes('kern');
  if (request.hasDelta) request.format = withDelta(call, request.format);
  return request;
}

/** Twin of err_exclusive_options. */
function checkExclusive(call: ToolCall, given: string[], key: string): void {
  for (const row of EXCLUSIVE) {
    if (!row.includes(key) || !given.some((other) => other !== key && row.includes(other))) continue;
    const names = row.map((other) => ` --${LONG_NAMES[other]!}`).join('');
    throw call.failure(`mutually exclusive arguments:${names}`);
  }
  given.push(key);
}

/** False for colours, which there are none. */
function readColor(call: ToolCall, value: string): boolean {
  const mode = value.replace(/^=/, '');
  if (mode === 'always') return false;
  if (!['', 'auto', 'never'].includes(mode)) throw call.failure(`unsupported color mode: '${mode}'`);
  return true;
}

function placesOf(call: ToolCall, key: string, value: string): string[] {
  if (key === 'f') return listOf(call, value, 'facility', FACILITIES);
  return key === 'k' ? ['kern'] : FACILITIES.slice(1);
}

/** Twin of string_to_bitarray: names with commas between, or nothing at all. */
function listOf(call: ToolCall, value: string, what: string, names: readonly string[]): string[] {
  if (value === '') return [];
  const parts = value.split(',');
  return parts.map((part, i) => {
    const isLastEmpty = i === parts.length - 2 && parts[i + 1] === '';
    const word = isLastEmpty ? `${part},` : part;
    const found = names.find((name, index) => name === word.toLowerCase() || String(index) === word);
    if (found !== undefined) return found;
    throw call.failure(`unknown ${what} '${word}'`);
  });
}

function apply(call: ToolCall, request: Request, key: string, value: string): void {
  switch (key) {
    case 'C':
      request.action = 'clear';
      return;
    case 'c':
      request.action = 'read-clear';
      return;
    case 'D':
    case 'E':
      request.action = 'console';
      return;
    case 'n':
      readConsoleLevel(call, value);
      request.action = 'console';
      return;
    case 'l': {
      const names = listOf(call, value, 'level', LEVEL_NAMES);
      request.levels = new Set(names.map((name) => LEVEL_NAMES.indexOf(name)));
      return;
    }
    case 's':
      if (!/^\s*\+?\d+$/.test(value)) throw call.failure(`invalid buffer size argument: '${value}'`);
      return;
    default:
      applyStyle(call, request, key, value);
  }
}

function applyStyle(call: ToolCall, request: Request, key: string, value: string): void {
  if (key === 'd') request.hasDelta = true;
  else if (key === 'e' || key === 'H') request.format = 'reltime';
  else if (key === 'T') request.format = 'ctime';
  else if (key === 't') request.format = 'none';
  else if (key === 'time-format') {
    const format = TIME_FORMATS[value];
    if (format === undefined) throw call.failure(`unknown time format: ${value}`);
    request.format = format;
  } else if (key === 'r') request.isRaw = true;
  else if (key === 'x') request.isDecoded = true;
  else if (key === 'J') request.isJson = true;
  else if (key === 'noescape') request.isUnescaped = true;
  else if (key === 'w') request.follows ||= 'all';
  else if (key === 'W') request.follows = 'new';
}

/** Numbers of the console's levels begin with 1. */
function readConsoleLevel(call: ToolCall, value: string): void {
  const isNumber = /^[1-8]$/.test(value);
  if (!isNumber && !LEVEL_NAMES.includes(value.toLowerCase())) throw call.failure(`unknown level '${value}'`);
}

function withDelta(call: ToolCall, format: TimeFormat): TimeFormat {
  if (format === 'ctime') return 'ctime-delta';
  if (format === 'time') return 'time-delta';
  if (format !== 'iso') return 'delta';
  call.complain('--show-delta is ignored when used together with iso8601 time format');
  return 'iso';
}

function* run(call: ToolCall): Body {
  if (call.isBusybox) return runBusybox(call);
  const { proc } = call;
  const request = readRequest(call);
  if (request === null) return reportUnsupported(proc, 'dmesg --color=always', ['--color=auto', '--color=never']);
  const refused = { clear: 'clear kernel buffer', console: 'klogctl' };
  if (!mayRead(proc)) {
    const { action } = request;
    const what = action === 'clear' || action === 'console' ? refused[action] : 'read kernel buffer';
    throw call.failure(`${what} failed: Operation not permitted`);
  }
  const messages = new KernelMessages(proc.ns, request.follows === 'new');
  if (request.action === 'console') return 0;
  if (request.action !== 'clear') yield* printAll(proc, messages, request);
  if (request.action !== 'read') messages.clear();
  return 0;
}

/** Without CAP_SYSLOG nobody may, and what runs in a pid namespace of its own has lost it. */
function mayRead(proc: Process): boolean {
  return proc.pidNamespace.isHost;
}

function* printAll(proc: Process, messages: KernelMessages, request: Request): Body {
  const printer = new RecordPrinter({ ...request, bootSeconds: proc.epochSeconds });
  const wanted = ({ level }: KernelMessage): boolean =>
    request.wantsKernel && (request.levels === null || request.levels.has(level));
  const chosen: KernelMessage[] = [];
  for (;;) {
    for (let message = messages.read(); message !== null; message = messages.read()) {
      if (!wanted(message)) continue;
      if (request.isJson) chosen.push(message);
      else proc.write(printer.print(message));
    }
    if (request.follows === '') break;
    yield proc.waitFor(messages);
  }
  proc.write(recordsJson(chosen, request.isDecoded));
  return 0;
}

/** busybox reads by klogctl(2), which gives the lines as `dmesg -r` prints them. */
function runBusybox(call: ToolCall): number {
  const { proc } = call;
  if (!mayRead(proc)) throw call.failure('klogctl: Operation not permitted');
  const messages = new KernelMessages(proc.ns);
  const level = call.value('n');
  if (level !== undefined) {
    if (!/^\d+$/.test(level)) throw call.failure(`invalid number '${level}'`);
    if (!/^[1-8]$/.test(level)) throw call.failure('klogctl: Invalid argument');
    return 0;
  }
  const isRaw = call.has('r');
  const style = { format: 'time', isRaw, isDecoded: false, isUnescaped: true, bootSeconds: 0 } as const;
  const printer = new RecordPrinter(style);
  for (let message = messages.read(); message !== null; message = messages.read()) proc.write(printer.print(message));
  if (call.has('c')) messages.clear();
  return 0;
}

const USAGE = `Usage: dmesg [-cr] [-n LEVEL] [-s SIZE]

Print or control the kernel ring buffer

	-c		Clear ring buffer after printing
	-n LEVEL	Set console logging level
	-s SIZE		Buffer size
	-r		Print raw message buffer
`;

/** dmesg of util-linux and of busybox. */
export const DMESG = textTool({
  name: 'dmesg',
  gnu: { options: OPTIONS },
  busybox: { options: { letters: 'cn:s:r', hasLong: false }, usage: USAGE },
  run,
});
