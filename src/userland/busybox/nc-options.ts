/** The command line of busybox's nc, in the build of Debian 12: without what NC_110_COMPAT adds. */
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import { portOfService } from '../services.ts';
import { ToolError } from '../tool-error.ts';

const LETTERS = 'lp:w:i:f:e:';
/** Files in place of a connection: serial lines, which no machine here has. */
const LACKING = 'f';
/** For messages. */
export const BUSYBOX_NC_SUPPORTED: readonly string[] = ['-e', '-i', '-l', '-p', '-w'];

const EXIT_FAILURE = 1;
const PORT_MAX = 65_535;
const UINT_MAX = 4_294_967_295;

/** The whole of it, without the last newline. */
export const BUSYBOX_NC_USAGE = `${BUSYBOX_BANNER}

Usage: nc [-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]

Open a pipe to IP:PORT or FILE

	-l	Listen mode, for inbound connects
		(use -ll with -e for persistent server)
	-p PORT	Local port
	-w SEC	Connect timeout
	-i SEC	Delay interval for lines sent
	-f FILE	Use file (ala /dev/ttyS0) instead of network
	-e PROG	Run PROG after connect`;

export interface BusyboxNcOptions {
  /** How often `-l` was given: two of them serve one peer after the other. */
  readonly listening: number;
  /** Where to listen; 0 for any. */
  readonly port: number;
  /** 0 for no limit. */
  readonly waitSeconds: number;
  /** A pause behind each read. */
  readonly delaySeconds: number;
  /** `-e` and all behind it. */
  readonly program: readonly string[] | null;
  /** `HOST[:PORT]`; '' when listening on any address. */
  readonly host: string;
  /** Of the peer; undefined for 0, or when the host has one. */
  readonly peerPort: string | undefined;
}

/** Arguments up to the program of `-e`, which takes all that is left, and where that begins. */
interface Cut {
  readonly args: readonly string[];
  readonly program: readonly string[] | null;
  readonly programIndex: number | undefined;
}

function cutAtProgram(args: readonly string[]): Cut {
  const given = getopt(args, LETTERS).options.find(({ letter }) => letter === 'e');
  if (given === undefined) return { args, program: null, programIndex: undefined };
  const { argIndex, value } = given;
  // Nothing but -l can stand before the letter in its argument.
  const isAttached = args[argIndex]!.indexOf('e', 1) < args[argIndex]!.length - 1;
  const rest = argIndex + (isAttached ? 1 : 2);
  const program = [value, ...args.slice(rest)];
  return { args: args.slice(0, rest), program, programIndex: isAttached ? undefined : argIndex + 1 };
}

export function checkBusyboxNc(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(cutAtProgram(args).args, LETTERS, LACKING);
}

export function refuseBusyboxNc(args: readonly string[]): CheckMistake | undefined {
  return isHelp(args) ? undefined : unknownOption(cutAtProgram(args).args, LETTERS);
}

/** Where the command of `-e` begins. */
export function programOfBusyboxNc(args: readonly string[]): number | undefined {
  return cutAtProgram(args).programIndex;
}

/** busybox itself answers `--help` when nothing else is given. */
export function isHelp(args: readonly string[]): boolean {
  return args.length === 1 && args[0] === '--help';
}

/** Reads the arguments; throws a ToolError for what busybox refuses. */
export function readBusyboxNc(args: readonly string[]): BusyboxNcOptions {
  const cut = cutAtProgram(args);
  const { options, operands, error } = getopt(cut.args, LETTERS);
  const numbers = { l: 0, p: 0, w: 0, i: 0 };
  for (const { letter, value } of options) {
    if (letter === 'l') numbers.l++;
    else if (letter === 'p') numbers.p = lookupPort(value);
    else if (letter === 'w' || letter === 'i') numbers[letter] = seconds(value);
  }
  if (error !== null) throw new ToolError(`nc: ${error.message}\n${BUSYBOX_NC_USAGE}`, EXIT_FAILURE);
  const words = operands.map(({ text }) => text);
  const isFit = numbers.l > 0 ? words.length <= 1 : words.length === 1 || words.length === 2;
  if (!isFit) throw new ToolError(BUSYBOX_NC_USAGE, EXIT_FAILURE);
  return {
    listening: numbers.l,
    port: numbers.p,
    waitSeconds: numbers.w,
    delaySeconds: numbers.i,
    program: cut.program,
    host: words[0] ?? '',
    peerPort: words[1],
  };
}

/** Twin of xatou. */
function seconds(text: string): number {
  const isNumber = /^\d+$/.test(text) && Number(text) <= UINT_MAX;
  if (!isNumber) throw new ToolError(`nc: invalid number '${text}'`, EXIT_FAILURE);
  return Number(text);
}

/** Twin of bb_lookup_port. */
export function lookupPort(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d+$/.test(text) && Number(text) <= PORT_MAX) return Number(text);
  const port = portOfService(text, 'tcp');
  if (port === undefined) throw new ToolError(`nc: bad port '${text}'`, EXIT_FAILURE);
  return port;
}

/** Twin of str2sockaddr's first lines: `HOST:PORT` has a port of its own. */
export function splitHostPort(text: string, port: number): { readonly host: string; readonly port: number } {
  const colon = text.indexOf(':');
  // More than one belong to an address of IPv6.
  if (colon < 0 || text.lastIndexOf(':') !== colon) return { host: text, port };
  return { host: text.slice(0, colon), port: lookupPort(text.slice(colon + 1)) };
}
