/** The command line of curl, read as its tool_getparam.c does. */
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import { SECOND } from '../../sim/units.ts';
import { optionByLetter, optionsByName } from './option-table.ts';
import type { CurlOption } from './option-table.ts';

/** A piece of the body to send: as given, or from a file. */
export interface DataPart {
  readonly kind: 'data' | 'data-raw' | 'data-binary' | 'data-urlencode' | 'json';
  readonly text: string;
}

/** Where what one URL gives is written: -o, -O, or neither. */
export interface OutputChoice {
  readonly file: string;
  readonly isRemoteName: boolean;
}

export interface CurlOptions {
  readonly urls: readonly string[];
  readonly outputs: readonly OutputChoice[];
  readonly headers: readonly string[];
  readonly data: readonly DataPart[];
  readonly resolves: readonly string[];
  /** The last value of each option that has one. */
  readonly values: ReadonlyMap<string, string>;
  /** Switches that are on, and off. */
  readonly switches: ReadonlyMap<string, boolean>;
  readonly connectTimeoutNs: number;
  readonly maxTimeNs: number;
  /** What was wrong but not fatal, to be said as warnings. */
  readonly warnings: readonly string[];
}

/** What curl answers instead of a transfer: exit code 2 and words, or help. */
export interface CurlAnswer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const TRY_HELP = "curl: try 'curl --help' or 'curl --manual' for more information\n";
const EXIT_USAGE = 2;
const POSITIVE = new Set(['retry', 'retry-delay', 'retry-max-time', 'keepalive-time', 'max-filesize']);
const SECONDS = new Set(['connect-timeout', 'max-time']);

interface Given {
  readonly option: CurlOption;
  /** As it stands in messages: `-o`, `-sx`, `--output`. */
  readonly typed: string;
  readonly value: string;
  readonly isOn: boolean;
  readonly argIndex: number;
}

type Item = Given | { readonly url: string; readonly argIndex: number };

interface Fault {
  readonly message: string;
  readonly argIndex: number;
  readonly isUnknown: boolean;
}

/** All options and URLs in their order, up to the first that curl refuses. */
function itemsOf(args: readonly string[]): { readonly items: readonly Item[]; readonly fault?: Fault } {
  const items: Item[] = [];
  let isBehindOptions = false;
  for (let argIndex = 0; argIndex < args.length; argIndex++) {
    const arg = args[argIndex]!;
    if (isBehindOptions || !arg.startsWith('-') || arg === '-') items.push({ url: arg, argIndex });
    else if (arg === '--') isBehindOptions = true;
    else {
      const read = arg.startsWith('--') ? readLong(args, argIndex) : readLetters(args, argIndex);
      items.push(...read.items);
      if (read.fault !== undefined) return { items, fault: read.fault };
      argIndex = read.lastIndex;
    }
  }
  return { items };
}

interface Read {
  readonly items: readonly Given[];
  readonly fault?: Fault | undefined;
  readonly lastIndex: number;
}

function readLong(args: readonly string[], argIndex: number): Read {
  const typed = args[argIndex]!;
  const fault = (what: string, isUnknown = false): Read => ({
    items: [],
    fault: { message: `option ${typed}: ${what}`, argIndex, isUnknown },
    lastIndex: argIndex,
  });
  const isOff = typed.startsWith('--no-') && optionsByName(typed.slice(2)).every(({ long }) => long !== typed.slice(2));
  const found = optionsByName(typed.slice(isOff ? 5 : 2));
  if (found.length > 1) return fault('is ambiguous');
  const [option] = found;
  if (option === undefined) return fault('is unknown', true);
  if (isOff && !option.isSwitch) return fault("used '--no-' for option that isn't a boolean");
  const value = option.takesValue ? args[argIndex + 1] : '';
  if (value === undefined) return fault('requires parameter');
  const isOn = !isOff;
  return { items: [{ option, typed, value, isOn, argIndex }], lastIndex: option.takesValue ? argIndex + 1 : argIndex };
}

function readLetters(args: readonly string[], argIndex: number): Read {
  const typed = args[argIndex]!;
  const items: Given[] = [];
  for (let at = 1; at < typed.length; at++) {
    const option = optionByLetter(typed[at]!);
    const fault = (what: string, isUnknown = false): Read => ({
      items,
      fault: { message: `option ${typed}: ${what}`, argIndex, isUnknown },
      lastIndex: argIndex,
    });
    if (option === undefined) return fault('is unknown', true);
    // -N is the short form of a switch turned off.
    const isOn = option.long !== 'buffer';
    if (!option.takesValue) {
      items.push({ option, typed, value: '', isOn, argIndex });
      continue;
    }
    const attached = typed.slice(at + 1);
    const value = attached === '' ? args[argIndex + 1] : attached;
    if (value === undefined) return fault('requires parameter');
    items.push({ option, typed, value, isOn, argIndex });
    return { items, lastIndex: attached === '' ? argIndex + 1 : argIndex };
  }
  return { items, lastIndex: argIndex };
}

/** Reads the arguments: what is asked for, or what curl answers at once. */
export function readCurl(args: readonly string[]): CurlOptions | CurlAnswer {
  const { items, fault } = itemsOf(args);
  const building = new Building();
  for (const item of items) {
    if ('url' in item) building.urls.push(item.url);
    else {
      const wrong = building.take(item);
      if (wrong !== undefined) return refusal(`option ${item.typed}: ${wrong}`);
    }
  }
  if (fault !== undefined) return refusal(fault.message);
  const { urls, outputs } = building;
  const isHelp = building.switches.get('help') === true || building.switches.get('version') === true;
  if (urls.length === 0 && !isHelp) {
    return items.length === 0 ? { exit: EXIT_USAGE, stdout: '', stderr: TRY_HELP } : refusal('no URL specified!');
  }
  const isRemoteName = building.switches.get('remote-name-all') === true;
  while (outputs.length < urls.length) outputs.push({ file: '', isRemoteName });
  return building;
}

function refusal(message: string): CurlAnswer {
  return { exit: EXIT_USAGE, stdout: '', stderr: `curl: ${message}\n${TRY_HELP}` };
}

class Building implements CurlOptions {
  readonly urls: string[] = [];
  readonly outputs: OutputChoice[] = [];
  readonly headers: string[] = [];
  readonly data: DataPart[] = [];
  readonly resolves: string[] = [];
  readonly values = new Map<string, string>();
  readonly switches = new Map<string, boolean>();
  readonly warnings: string[] = [];
  connectTimeoutNs = 300 * SECOND;
  maxTimeNs = Infinity;

  /** What is wrong with a value, in curl's words. */
  take({ option, value, isOn }: Given): string | undefined {
    const { long } = option;
    if (!option.takesValue) {
      if (long === 'remote-name' && isOn) this.outputs.push({ file: '', isRemoteName: true });
      this.switches.set(long, isOn);
      return undefined;
    }
    if (long === 'output') this.outputs.push({ file: value, isRemoteName: false });
    else if (long === 'url') this.urls.push(value);
    else if (long === 'header') this.headers.push(value);
    else if (long === 'resolve') this.resolves.push(value);
    else if (long.startsWith('data') || long === 'json') {
      this.data.push({ kind: (long === 'data-ascii' ? 'data' : long) as DataPart['kind'], text: value });
    }
    this.values.set(long, value);
    return this.checkNumber(long, value);
  }

  private checkNumber(long: string, value: string): string | undefined {
    const isSeconds = SECONDS.has(long);
    if (!isSeconds && !POSITIVE.has(long)) return undefined;
    if (!(isSeconds ? /^-?\d*\.?\d+\.?$/ : /^-?\d+$/).test(value)) return 'expected a proper numerical parameter';
    if (value.startsWith('-')) return 'expected a positive numerical parameter';
    const ns = Math.floor(Number(value) * 1000) * (SECOND / 1000);
    // 0 is no bound.
    if (long === 'max-time') this.maxTimeNs = ns === 0 ? Infinity : ns;
    if (long === 'connect-timeout') this.connectTimeoutNs = ns === 0 ? 300 * SECOND : ns;
    return undefined;
  }
}

/** Options that curl has and Dockwire lacks, and URLs of protocols that are not spoken. */
export function checkCurl(args: readonly string[]): CheckMistake | undefined {
  const { items } = itemsOf(args);
  for (const item of items) {
    if ('url' in item) {
      if (/^(?:https|ftps?|file|scp|sftp|telnet|ldaps?|mqtt|imaps?|pop3s?|smtps?|ws|wss):/i.test(item.url)) {
        const scheme = item.url.split(':', 1)[0]!;
        return { argIndex: item.argIndex, message: `${scheme.toLowerCase()}:// is not supported by Dockwire` };
      }
    } else if (item.option.support === '!') {
      return { argIndex: item.argIndex, message: `option ${item.typed} is not supported by Dockwire` };
    }
  }
  return undefined;
}

/** An option that curl does not know either. */
export function refuseCurl(args: readonly string[]): CheckMistake | undefined {
  const { fault } = itemsOf(args);
  return fault?.isUnknown === true ? { argIndex: fault.argIndex, message: fault.message } : undefined;
}
