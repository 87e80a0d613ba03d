/** The command line of busybox wget. */
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { ToolError } from '../tool-error.ts';

export interface WgetOptions {
  readonly urls: readonly string[];
  /** -O; empty without it. */
  readonly file: string;
  /** -P; empty without it. */
  readonly folder: string;
  readonly headers: readonly string[];
  readonly postData: string | undefined;
  readonly agent: string;
  readonly isQuiet: boolean;
  readonly isSpider: boolean;
  readonly showsServer: boolean;
  readonly timeoutSeconds: number | undefined;
}

export const WGET_SUPPORTED = ['-q', '-S', '-O', '-P', '-T', '-U', '--spider', '--header', '--post-data'];
export const WGET_USAGE = `Usage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--post-data STR | --post-file FILE] [-Y on/off]
	[--no-check-certificate] [-P DIR] [-U AGENT] URL...

Retrieve files via HTTP or FTP

	--spider	Only check URL existence: $? is 0 if exists
	--header STR	Add STR (of form 'header: value') to headers
	--post-data STR	Send STR using POST method
	--post-file FILE	Send FILE using POST method
	--no-check-certificate	Don't validate the server's certificate
	-c		Continue retrieval of aborted transfer
	-q		Quiet
	-P DIR		Save to DIR (default .)
	-S    		Show server response
	-O FILE		Save to FILE ('-' for stdout)
	-o LOGFILE	Log messages to FILE
	-U STR		Use STR for User-Agent header
	-Y on/off	Use proxy
`;

const SWITCHES = 'cqS';
const VALUES = 'oOPUYT';
const LONG: ReadonlyMap<string, string> = new Map([
  ['continue', 'c'],
  ['quiet', 'q'],
  ['server-response', 'S'],
  ['output-document', 'O'],
  ['output-file', 'o'],
  ['directory-prefix', 'P'],
  ['user-agent', 'U'],
  ['timeout', 'T'],
  ['proxy', 'Y'],
  ['spider', 'spider'],
  ['header', 'header'],
  ['post-data', 'post-data'],
  ['post-file', 'post-file'],
  ['no-check-certificate', 'no-check-certificate'],
]);
const LONG_VALUES = new Set(['header', 'post-data', 'post-file']);
const LACKING = new Set(['c', 'o', 'Y', 'post-file']);

interface Given {
  readonly key: string;
  readonly value: string;
  readonly argIndex: number;
}

interface Read {
  readonly given: readonly Given[];
  readonly operands: readonly { readonly text: string; readonly argIndex: number }[];
  readonly fault?: { readonly message: string; readonly argIndex: number; readonly isUnknown: boolean };
}

function takesValue(key: string): boolean {
  return LONG_VALUES.has(key) || (key.length === 1 && VALUES.includes(key));
}

function readAll(args: readonly string[]): Read {
  const given: Given[] = [];
  const operands: { text: string; argIndex: number }[] = [];
  for (let argIndex = 0; argIndex < args.length; argIndex++) {
    const arg = args[argIndex]!;
    if (!arg.startsWith('-') || arg === '-') {
      operands.push({ text: arg, argIndex });
      continue;
    }
    const at = argIndex;
    if (arg.startsWith('--')) {
      const [, name = '', attached] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
      const key = LONG.get(name);
      const fault = { message: `unrecognized option '${arg}'`, argIndex, isUnknown: true };
      if (key === undefined) return { given, operands, fault };
      const value = takesValue(key) ? (attached ?? args[++argIndex]) : '';
      const lacking = { message: `option '--${name}' requires an argument`, argIndex: at, isUnknown: false };
      if (value === undefined) return { given, operands, fault: lacking };
      given.push({ key, value, argIndex: at });
      continue;
    }
    for (let letterAt = 1; letterAt < arg.length; letterAt++) {
      const key = arg[letterAt]!;
      if (!SWITCHES.includes(key) && !VALUES.includes(key)) {
        return { given, operands, fault: { message: `invalid option -- '${key}'`, argIndex, isUnknown: true } };
      }
      if (!takesValue(key)) {
        given.push({ key, value: '', argIndex: at });
        continue;
      }
      const attached = arg.slice(letterAt + 1);
      const value = attached === '' ? args[++argIndex] : attached;
      const lacking = { message: `option requires an argument -- '${key}'`, argIndex: at, isUnknown: false };
      if (value === undefined) return { given, operands, fault: lacking };
      given.push({ key, value, argIndex: at });
      break;
    }
  }
  return { given, operands };
}

/** Reads the arguments; throws a ToolError for what busybox refuses. */
export function readBusyboxWget(args: readonly string[]): WgetOptions {
  const { given, operands, fault } = readAll(args);
  if (fault !== undefined)
    throw new ToolError(`wget: ${fault.message}\n${BUSYBOX_BANNER}\n\n${WGET_USAGE}`.trimEnd(), 1);
  const has = (key: string): boolean => given.some((each) => each.key === key);
  const last = (key: string): string | undefined => given.filter((each) => each.key === key).at(-1)?.value;
  const timeout = last('T');
  if (timeout !== undefined && !/^\d+$/.test(timeout)) throw new ToolError(`wget: invalid number '${timeout}'`, 1);
  return {
    urls: operands.map(({ text }) => text),
    file: last('O') ?? '',
    folder: last('P') ?? '',
    headers: given.filter(({ key }) => key === 'header').map(({ value }) => value),
    postData: last('post-data'),
    agent: last('U') ?? 'Wget',
    isQuiet: has('q'),
    isSpider: has('spider'),
    showsServer: has('S'),
    timeoutSeconds: timeout === undefined ? undefined : Number(timeout),
  };
}

/** Options that the real one has, and https. */
export function checkBusyboxWget(args: readonly string[]): CheckMistake | undefined {
  const { given, operands } = readAll(args);
  const lacking = given.find(({ key }) => LACKING.has(key));
  if (lacking !== undefined) {
    const name = lacking.key.length === 1 ? `-${lacking.key}` : `--${lacking.key}`;
    return { argIndex: lacking.argIndex, message: `option ${name} is not supported by Dockwire` };
  }
  const url = operands.find(({ text }) => /^(?:https|ftps?):\/\//.test(text));
  if (url === undefined) return undefined;
  return { argIndex: url.argIndex, message: `${url.text.split(':', 1)[0]!}:// is not supported by Dockwire` };
}

export function refuseBusyboxWget(args: readonly string[]): CheckMistake | undefined {
  const { fault } = readAll(args);
  return fault?.isUnknown === true ? { argIndex: fault.argIndex, message: fault.message } : undefined;
}
