/** The command line of wget, read as its main.c and the C library's getopt_long do. */
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import { SECOND } from '../../sim/units.ts';
import { longNames, optionByLetter, optionByNegativeLetter } from './option-table.ts';
import type { WgetOption } from './option-table.ts';

export interface WgetOptions {
  readonly urls: readonly string[];
  readonly headers: readonly string[];
  /** The last value of each option that has one. */
  readonly values: ReadonlyMap<string, string>;
  /** Switches that are on, and off. */
  readonly switches: ReadonlyMap<string, boolean>;
  /** 0 for no bound. */
  readonly tries: number;
  readonly maxRedirects: number;
  readonly connectTimeoutNs: number;
  readonly readTimeoutNs: number;
  readonly dnsTimeoutNs: number;
  readonly waitNs: number;
  readonly waitRetrySeconds: number;
}

/** What wget answers to a command line that it does not take. */
export interface WgetAnswer {
  readonly exit: number;
  readonly stderr: string;
}

const USAGE_LINE = 'Usage: wget [OPTION]... [URL]...\n';
const USAGE = `${USAGE_LINE}\nTry \`wget --help' for more options.\n`;
const EXIT_GENERIC = 1;
const EXIT_PARSE = 2;
const TRIES = 20;
const REDIRECTS = 20;
const READ_SECONDS = 900;
const WAIT_RETRY_SECONDS = 10;
const PERIODS = new Set(['timeout', 'connect-timeout', 'read-timeout', 'dns-timeout', 'wait', 'waitretry']);
/** Seconds of the letters that may stand behind a period. */
const PERIOD_UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

interface Given {
  readonly option: WgetOption;
  readonly typed: string;
  readonly value: string;
  readonly isOn: boolean;
  readonly argIndex: number;
}

interface Fault {
  readonly message: string;
  readonly argIndex: number;
  readonly isUnknown: boolean;
}

interface Read {
  readonly given: readonly Given[];
  readonly fault?: Fault;
  readonly lastIndex: number;
}

interface Line {
  readonly given: readonly Given[];
  readonly urls: readonly { readonly text: string; readonly argIndex: number }[];
  readonly fault?: Fault;
}

function readLine(args: readonly string[]): Line {
  const given: Given[] = [];
  const urls: { text: string; argIndex: number }[] = [];
  let isBehindOptions = false;
  for (let argIndex = 0; argIndex < args.length; argIndex++) {
    const arg = args[argIndex]!;
    if (isBehindOptions || !arg.startsWith('-') || arg === '-') urls.push({ text: arg, argIndex });
    else if (arg === '--') isBehindOptions = true;
    else {
      const read = arg.startsWith('--') ? readLong(args, argIndex) : readLetters(args, argIndex);
      given.push(...read.given);
      if (read.fault !== undefined) return { given, urls, fault: read.fault };
      argIndex = read.lastIndex;
    }
  }
  return { given, urls };
}

function readLong(args: readonly string[], argIndex: number): Read {
  const [, name = '', attached] = /^--([^=]*)(?:=([^]*))?$/.exec(args[argIndex]!) ?? [];
  const fault = (message: string, isUnknown = false): Read => {
    return { given: [], fault: { message, argIndex, isUnknown }, lastIndex: argIndex };
  };
  const found = longNames(name);
  const [first] = found;
  if (first === undefined) return fault(`unrecognized option '--${name}'`, true);
  if (found.length > 1) {
    const names = found.map((each) => ` '--${each.name}'`).join('');
    return fault(`option '--${name}' is ambiguous; possibilities:${names}`);
  }
  const { option, isOff } = first;
  const typed = `--${first.name}`;
  if (!option.takesValue) {
    if (isOff && attached !== undefined) return fault(`option '${typed}' doesn't allow an argument`);
    const isOn = attached === undefined ? !isOff : !/^(?:off|no|0)$/i.test(attached);
    return { given: [{ option, typed, value: attached ?? '', isOn, argIndex }], lastIndex: argIndex };
  }
  const value = attached ?? args[argIndex + 1];
  if (value === undefined) return fault(`option '${typed}' requires an argument`);
  const lastIndex = attached === undefined ? argIndex + 1 : argIndex;
  return { given: [{ option, typed, value, isOn: true, argIndex }], lastIndex };
}

function readLetters(args: readonly string[], argIndex: number): Read {
  const arg = args[argIndex]!;
  const given: Given[] = [];
  for (let at = 1; at < arg.length; at++) {
    const letter = arg[at]!;
    const fault = (message: string, isUnknown = false): Read => {
      return { given, fault: { message, argIndex, isUnknown }, lastIndex: argIndex };
    };
    const option = optionByLetter(letter);
    if (option === undefined && letter !== 'n') return fault(`invalid option -- '${letter}'`, true);
    if (option?.takesValue === false) {
      given.push({ option, typed: `-${letter}`, value: '', isOn: true, argIndex });
      continue;
    }
    const attached = arg.slice(at + 1);
    const value = attached === '' ? args[argIndex + 1] : attached;
    if (value === undefined) return fault(`option requires an argument -- '${letter}'`);
    if (option !== undefined) given.push({ option, typed: `-${letter}`, value, isOn: true, argIndex });
    else {
      for (const negative of value) {
        const switched = optionByNegativeLetter(negative);
        if (switched === undefined) return fault(`illegal option -- \`-n${negative}'`, true);
        given.push({ option: switched, typed: `-n${negative}`, value: '', isOn: false, argIndex });
      }
    }
    return { given, lastIndex: attached === '' ? argIndex + 1 : argIndex };
  }
  return { given, lastIndex: argIndex };
}

/** Reads the arguments: what is asked for, or what wget answers at once. */
export function readWget(args: readonly string[]): WgetOptions | WgetAnswer {
  const { given, urls, fault } = readLine(args);
  const values = new Map<string, string>();
  const switches = new Map<string, boolean>();
  for (const { option, value, isOn } of given) {
    const { long } = option;
    if (option.takesValue) values.set(long, value);
    else switches.set(long, isOn);
    if (!option.takesValue && !/^(?:|on|off|yes|no|1|0)$/i.test(value)) {
      return { exit: EXIT_PARSE, stderr: `wget: --${long}: Invalid boolean ‘${value}’; use \`on' or \`off'.\n` };
    }
    if (PERIODS.has(long) && secondsOf(value) === undefined) {
      return { exit: EXIT_PARSE, stderr: `wget: --${long}: Invalid time period ‘${value}’\n` };
    }
    if (long === 'progress' && !/^(?:dot|bar)(?:$|:)/.test(value)) {
      return { exit: EXIT_PARSE, stderr: `wget: --progress: Invalid progress type ‘${value}’.\n` };
    }
    if (long === 'header' && value !== '' && !/^[^\s:]+:/.test(value)) {
      return { exit: EXIT_PARSE, stderr: `wget: --header: Invalid header ‘${value}’.\n` };
    }
  }
  if (fault !== undefined) {
    // What stands behind -n is wget's own to refuse.
    const exit = fault.message.startsWith('illegal') ? EXIT_GENERIC : EXIT_PARSE;
    return { exit, stderr: `wget: ${fault.message}\n${USAGE}` };
  }
  const contradiction = contradictionOf(values, switches);
  if (contradiction !== undefined) return { exit: EXIT_GENERIC, stderr: contradiction };
  if (urls.length === 0 && switches.get('version') !== true) {
    return { exit: EXIT_GENERIC, stderr: `wget: missing URL\n${USAGE}` };
  }
  const texts = given.filter(({ option }) => option.long === 'header').map(({ value }) => value);
  // An empty one forgets those before it.
  const headers = texts.slice(texts.lastIndexOf('') + 1);
  return { urls: urls.map(({ text }) => text), headers, values, switches, ...figuresOf(values) };
}

function contradictionOf(
  values: ReadonlyMap<string, string>,
  switches: ReadonlyMap<string, boolean>,
): string | undefined {
  const hasPost = values.has('post-data') || values.has('post-file');
  if (values.has('post-data') && values.has('post-file')) {
    return 'You cannot specify both --post-data and --post-file.\n';
  }
  if (hasPost && values.has('method')) {
    const advice = '--method expects data through --body-data and --body-file options';
    return `You cannot use --post-data or --post-file along with --method. ${advice}\n`;
  }
  const hasBody = values.has('body-data') || values.has('body-file');
  if (hasBody && !values.has('method')) {
    return 'You must specify a method through --method=HTTPMethod to use with --body-data or --body-file.\n';
  }
  if (values.has('body-data') && values.has('body-file')) {
    return 'You cannot specify both --body-data and --body-file.\n';
  }
  if (switches.get('verbose') === true && switches.get('quiet') === true) {
    return `Can't be verbose and quiet at the same time.\n${USAGE_LINE}`;
  }
  return undefined;
}

function figuresOf(values: ReadonlyMap<string, string>): Omit<WgetOptions, 'urls' | 'headers' | 'values' | 'switches'> {
  const seconds = (name: string): number | undefined => {
    const value = values.get(name) ?? (name.endsWith('-timeout') ? values.get('timeout') : undefined);
    return value === undefined ? undefined : secondsOf(value);
  };
  const bound = (name: string, otherwise: number): number => (seconds(name) ?? otherwise) * SECOND || Infinity;
  const tries = values.get('tries');
  return {
    tries: tries === undefined ? TRIES : countOf(tries),
    maxRedirects: values.has('max-redirect') ? countOf(values.get('max-redirect')!) : REDIRECTS,
    connectTimeoutNs: bound('connect-timeout', 0),
    readTimeoutNs: bound('read-timeout', READ_SECONDS),
    dnsTimeoutNs: bound('dns-timeout', 0),
    waitNs: (seconds('wait') ?? 0) * SECOND,
    waitRetrySeconds: seconds('waitretry') ?? WAIT_RETRY_SECONDS,
  };
}

/** A number, `inf`, or anything else, which counts as none. */
function countOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : 0;
}

function secondsOf(text: string): number | undefined {
  const [, figure, unit = ''] = /^(\d*\.?\d+)([smhdw]?)$/.exec(text) ?? [];
  return figure === undefined ? undefined : Number(figure) * PERIOD_UNITS[unit]!;
}

/** Options that wget has and Dockwire lacks, and URLs of protocols that are not spoken. */
export function checkWget(args: readonly string[]): CheckMistake | undefined {
  const { given, urls } = readLine(args);
  const lacking = given.find(({ option, isOn, value }) => {
    if (option.long === 'progress') return value.startsWith('bar:') && value.includes('force');
    return option.support === '!' && isOn;
  });
  if (lacking !== undefined) {
    const { option, typed, value, argIndex } = lacking;
    const shown = option.long === 'progress' ? `${typed}=${value}` : typed;
    return { argIndex, message: `option ${shown} is not supported by Dockwire` };
  }
  const alien = urls.find(({ text }) => /^(?:https|ftps?):\/\//i.test(text));
  if (alien === undefined) return undefined;
  const scheme = alien.text.split(':', 1)[0]!.toLowerCase();
  return { argIndex: alien.argIndex, message: `${scheme}:// is not supported by Dockwire` };
}

/** An option that wget does not know either. */
export function refuseWget(args: readonly string[]): CheckMistake | undefined {
  const { fault } = readLine(args);
  return fault?.isUnknown === true ? { argIndex: fault.argIndex, message: fault.message } : undefined;
}
