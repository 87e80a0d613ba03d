/** The command line of tcpdump 4.99 (getopt_long): what it takes, and its complaints. */
import { ToolError } from '../tool-error.ts';

export const BANNER = `tcpdump version 4.99.3
libpcap version 1.10.3 (with TPACKET_V3)
OpenSSL 3.0.19 27 Jan 2026
`;
export const USAGE = `${BANNER}Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUvxX#] [ -B size ] [ -c count ] [--count]
		[ -C file_size ] [ -E algo:secret ] [ -F file ] [ -G seconds ]
		[ -i interface ] [ --immediate-mode ] [ -j tstamptype ]
		[ -M secret ] [ --number ] [ --print ] [ -Q in|out|inout ]
		[ -r file ] [ -s snaplen ] [ -T type ] [ --version ]
		[ -V file ] [ -w file ] [ -W filecount ] [ -y datalinktype ]
		[ --time-stamp-precision precision ] [ --micro ] [ --nano ]
		[ -z postrotate-command ] [ -Z user ] [ expression ]
`;

const LETTERS = 'AbB:c:C:dDeE:fF:G:hHi:IjJ:KlLm:M:nNOpqQ:r:s:StT:uUvV:w:W:xXy:z:Z:#';
/** Options that the real tool has and Dockwire lacks, by letter. */
const LACKING = 'bdCEFGHIjJLmMTVWyz';
const LONG: ReadonlyMap<string, string> = new Map([
  ['buffer-size', 'B'],
  ['list-interfaces', 'D'],
  ['help', 'h'],
  ['interface', 'i'],
  ['monitor-mode', 'I'],
  ['time-stamp-type', 'j'],
  ['list-time-stamp-types', 'J'],
  ['micro', 'micro'],
  ['nano', 'nano'],
  ['dont-verify-checksums', 'K'],
  ['list-data-link-types', 'L'],
  ['no-optimize', 'O'],
  ['no-promiscuous-mode', 'p'],
  ['direction', 'Q'],
  ['snapshot-length', 's'],
  ['absolute-tcp-sequence-numbers', 'S'],
  ['packet-buffered', 'U'],
  ['linktype', 'y'],
  ['relinquish-privileges', 'Z'],
  ['number', '#'],
  ['print', 'print'],
  ['count', 'count'],
  ['version', 'version'],
  ['immediate-mode', 'immediate'],
  ['time-stamp-precision', 'precision'],
]);
const LONG_WITH_VALUE: ReadonlySet<string> = new Set(['B', 'i', 'j', 'Q', 's', 'y', 'Z', 'precision']);

export const SNAPLEN_MAX = 262_144;

export interface TcpdumpOptions {
  interface: string | null;
  /** -w */
  writeFile: string | null;
  /** -r */
  readFile: string | null;
  /** -c; Infinity without. */
  count: number;
  snaplen: number;
  isNano: boolean;
  /** -n */
  isNumeric: boolean;
  /** -e */
  link: boolean;
  /** How often -v was said. */
  verbose: number;
  quick: boolean;
  /** How often -t was said. */
  timeStyle: number;
  /** How often -x, -X and -A were said. */
  hex: number;
  hexAscii: number;
  ascii: boolean;
  isPromiscuous: boolean;
  direction: 'in' | 'out' | 'inout';
  /** -# */
  hasNumbers: boolean;
  /** Only the number of packets (`--count`, with -r). */
  onlyCount: boolean;
  /** -w, and lines as well. */
  printsToo: boolean;
  /** -D, -h, --version */
  listsInterfaces: boolean;
  wantsHelp: boolean;
  wantsVersion: boolean;
  /** -Z */
  user: string | null;
  filter: string;
}

/** An option as it stands; `name` is a letter or one of the long ones without a letter. */
export interface Given {
  readonly name: string;
  readonly value: string;
  readonly argIndex: number;
}

/** What getopt_long finds, and the first thing that it refuses. */
export interface Scan {
  readonly given: readonly Given[];
  /** The words of the filter. */
  readonly words: readonly string[];
  readonly wordsAt: number;
  readonly error: { readonly message: string; readonly argIndex: number } | null;
}

/** Takes the arguments apart; GNU's getopt takes options behind the filter's words, too. */
export function scanOptions(args: readonly string[]): Scan {
  const given: Given[] = [];
  const words: string[] = [];
  let wordsAt = args.length;
  const failed = (message: string, argIndex: number): Scan => ({ given, words, wordsAt, error: { message, argIndex } });
  for (let argIndex = 0; argIndex < args.length; argIndex++) {
    const arg = args[argIndex]!;
    if (arg === '--') {
      words.push(...args.slice(argIndex + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const [typed, attached] = splitOnce(arg.slice(2), '=');
      const name = longName(typed);
      if (name === undefined) return failed(`unrecognized option '--${typed}'`, argIndex);
      const value = LONG_WITH_VALUE.has(name) ? (attached ?? args[++argIndex]) : '';
      if (value === undefined) return failed(`option '--${typed}' requires an argument`, argIndex - 1);
      given.push({ name, value, argIndex });
    } else if (arg.startsWith('-') && arg !== '-') {
      const taken = scanLetters(args, argIndex, given);
      if (typeof taken !== 'number') return failed(taken.message, argIndex);
      argIndex = taken;
    } else {
      wordsAt = Math.min(wordsAt, argIndex);
      words.push(arg);
    }
  }
  return { given, words, wordsAt, error: null };
}

/** Answers the index of the last argument that belongs to the letters. */
function scanLetters(args: readonly string[], argIndex: number, given: Given[]): number | { message: string } {
  const arg = args[argIndex]!;
  for (let at = 1; at < arg.length; at++) {
    const letter = arg.charAt(at);
    const known = letter === ':' ? -1 : LETTERS.indexOf(letter);
    if (known < 0) return { message: `invalid option -- '${letter}'` };
    if (LETTERS.charAt(known + 1) !== ':') {
      given.push({ name: letter, value: '', argIndex });
      continue;
    }
    const attached = arg.slice(at + 1);
    const value = attached === '' ? args[argIndex + 1] : attached;
    if (value === undefined) return { message: `option requires an argument -- '${letter}'` };
    given.push({ name: letter, value, argIndex });
    return attached === '' ? argIndex + 1 : argIndex;
  }
  return argIndex;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Long names may be abbreviated as long as one only is meant. */
function longName(typed: string): string | undefined {
  const exact = LONG.get(typed);
  if (exact !== undefined) return exact;
  const fitting = [...LONG.keys()].filter((name) => name.startsWith(typed));
  return fitting.length === 1 ? LONG.get(fitting[0]!) : undefined;
}

/** The first option that the real tool has and Dockwire lacks. */
export function lackingOf(scan: Scan): Given | undefined {
  return scan.given.find(({ name }) => name.length === 1 && LACKING.includes(name));
}

/** Reads everything, or throws in tcpdump's words. */
export function readOptions(args: readonly string[]): TcpdumpOptions {
  const scan = scanOptions(args);
  const options = defaults(scan.words.join(' '));
  for (const { name, value } of scan.given) setOption(options, name, value);
  if (scan.error !== null) throw new ToolError(`tcpdump: ${scan.error.message}\n${USAGE.trimEnd()}`, 1);
  return options;
}

function defaults(filter: string): TcpdumpOptions {
  return {
    interface: null,
    writeFile: null,
    readFile: null,
    count: Infinity,
    snaplen: SNAPLEN_MAX,
    isNano: false,
    isNumeric: false,
    link: false,
    verbose: 0,
    quick: false,
    timeStyle: 0,
    hex: 0,
    hexAscii: 0,
    ascii: false,
    isPromiscuous: true,
    direction: 'inout',
    hasNumbers: false,
    onlyCount: false,
    printsToo: false,
    listsInterfaces: false,
    wantsHelp: false,
    wantsVersion: false,
    user: null,
    filter,
  };
}

type Setter = (options: TcpdumpOptions, value: string) => void;

const SETTERS: ReadonlyMap<string, Setter> = new Map<string, Setter>([
  ['i', (options, value) => void (options.interface = value)],
  ['w', (options, value) => void (options.writeFile = value)],
  ['r', (options, value) => void (options.readFile = value)],
  ['c', (options, value) => void (options.count = readCount(value))],
  ['s', (options, value) => void (options.snaplen = readSnaplen(value))],
  ['n', (options) => void (options.isNumeric = true)],
  ['e', (options) => void (options.link = true)],
  ['v', (options) => void (options.verbose += 1)],
  ['q', (options) => void (options.quick = true)],
  ['t', (options) => void (options.timeStyle += 1)],
  ['x', (options) => void (options.hex += 1)],
  ['X', (options) => void (options.hexAscii += 1)],
  ['A', (options) => void (options.ascii = true)],
  ['p', (options) => void (options.isPromiscuous = false)],
  ['Q', (options, value) => void (options.direction = readDirection(value))],
  ['#', (options) => void (options.hasNumbers = true)],
  ['D', (options) => void (options.listsInterfaces = true)],
  ['h', (options) => void (options.wantsHelp = true)],
  ['version', (options) => void (options.wantsVersion = true)],
  ['Z', (options, value) => void (options.user = value)],
  ['nano', (options) => void (options.isNano = true)],
  ['micro', (options) => void (options.isNano = false)],
  ['precision', (options, value) => void (options.isNano = readPrecision(value))],
  ['count', (options) => void (options.onlyCount = true)],
  ['print', (options) => void (options.printsToo = true)],
]);

function setOption(options: TcpdumpOptions, name: string, value: string): void {
  SETTERS.get(name)?.(options, value);
}

function readCount(text: string): number {
  const count = Number.parseInt(text, 10);
  if (!(count > 0)) throw new ToolError(`tcpdump: invalid packet count ${text}`, 1);
  return count;
}

function readSnaplen(text: string): number {
  const bytes = /^(0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : -1;
  if (bytes < 0 || bytes > SNAPLEN_MAX) {
    throw new ToolError(`tcpdump: invalid snaplen ${text} (must be >= 0 and <= ${SNAPLEN_MAX})`, 1);
  }
  return bytes === 0 ? SNAPLEN_MAX : bytes;
}

function readDirection(text: string): 'in' | 'out' | 'inout' {
  const direction = text.toLowerCase();
  if (direction === 'in' || direction === 'out' || direction === 'inout') return direction;
  throw new ToolError(`tcpdump: unknown capture direction \`${text}'`, 1);
}

function readPrecision(text: string): boolean {
  if (text === 'nano' || text === 'micro') return text === 'nano';
  throw new ToolError('tcpdump: unsupported time stamp precision', 1);
}
