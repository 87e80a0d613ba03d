/** The command line of iputils ping 20221126 (ping/ping.c of iputils). */
import type { Ip4 } from '../../base/addr.ts';
import { parseIp4 } from '../../base/addr.ts';
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import { parseInteger, strtod } from '../number-text.ts';
import { ToolError } from '../tool-error.ts';
import { PING_USAGE, PING_VERSION } from './usage.ts';

/** The kinds of timestamps of `-T`. */
export type StampKind = 'tsonly' | 'tsandaddr' | 'tsprespec';
export type PmtuDiscovery = 'do' | 'dont' | 'want';

export interface PingOptions {
  /** 0 = no limit, here and for the deadline. */
  count: number;
  intervalMs: number;
  hasInterval: boolean;
  size: number;
  deadlineSeconds: number;
  lingerMs: number;
  /** -1 = the namespace's default. */
  ttl: number;
  tos: number;
  /** '' = not given. */
  pmtu: PmtuDiscovery | '';
  source: Ip4;
  device: string;
  /** -1 = chosen by the kernel. */
  id: number;
  preload: number;
  /** Empty = bytes that count up. */
  pattern: readonly number[];
  isNumeric: boolean;
  isQuiet: boolean;
  mayBroadcast: boolean;
  isAudible: boolean;
  isAdaptive: boolean;
  isFlood: boolean;
  printsTimestamps: boolean;
  reportsOutstanding: boolean;
  isVerbose: boolean;
  /** `-B`: what can be seen of it is that the source is told. */
  hasStrictSource: boolean;
  /** Only told by `-v`: there is no other version here. */
  isIp4Only: boolean;
  /** `-R` */
  recordsRoute: boolean;
  /** `-T`; '' = not given. */
  stampKind: StampKind | '';
  /** The time is taken when the program has read the reply, not when it reached the socket. */
  isUserLatency: boolean;
}

/** What a command line means; `stdout` and `stderr` are written before anything else. */
export interface PingCommand {
  readonly options: PingOptions;
  readonly destination: string;
  /** The hosts in front of it: the places of a source route, or those whose times are asked for. */
  readonly hops: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

const LETTERS = '4bRT:6F:N:aABc:CdDe:fhi:I:l:Lm:M:nOp:qQ:rs:S:t:UvVw:W:';
/** The real one has them and Dockwire does not; `r` (past the routing table) is not in its usage any more. */
const LACKING = '6FNLmr';
/** For messages. */
export const PING_SUPPORTED = Array.from('4aAbBcCdDefhiIlMnOpqQRsStTUvVwW', (letter) => `-${letter}`);

const INT_MAX = 2_147_483_647;
const LONG_MAX = 2 ** 63;
const EXIT_USAGE = 2;
/** strtol_or_err() of iputils ends with EXIT_FAILURE. */
const EXIT_BAD_NUMBER = 1;
const PRELOAD_MAX = 65_536;
const PATTERN_MAX = 16;
/** Hosts that fit a timestamp option, and a source route with its destination. */
const PRESPEC_HOSTS_MAX = 5;
const ROUTE_HOSTS_MAX = 10;

/** Defaults of iputils: a packet each second, 56 bytes, ten seconds for the last answer (MAXWAIT). */
function defaults(): PingOptions {
  return {
    count: 0,
    intervalMs: 1000,
    hasInterval: false,
    size: 56,
    deadlineSeconds: 0,
    lingerMs: 10_000,
    ttl: -1,
    tos: 0,
    pmtu: '',
    source: 0,
    device: '',
    id: -1,
    preload: 1,
    pattern: [],
    isNumeric: false,
    isQuiet: false,
    mayBroadcast: false,
    isAudible: false,
    isAdaptive: false,
    isFlood: false,
    printsTimestamps: false,
    reportsOutstanding: false,
    isVerbose: false,
    hasStrictSource: false,
    isIp4Only: false,
    isUserLatency: false,
    recordsRoute: false,
    stampKind: '',
  };
}

/** The first thing that the real ping has and this one lacks. */
export function checkPing(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(args, LETTERS, LACKING);
}

/** An option that the real ping does not have either. */
export function refusePing(args: readonly string[]): CheckMistake | undefined {
  return unknownOption(args, LETTERS);
}

/** Reads the arguments; throws a ToolError where the real ping gives up. */
export function readPingCommand(args: readonly string[]): PingCommand {
  const { options: given, operands, error } = getopt(args, LETTERS);
  const reader = new OptionReader();
  for (const { letter, value } of given) reader.read(letter, value);
  if (error !== null) throw new ToolError(`ping: ${error.message}\n${PING_USAGE}`, EXIT_USAGE);
  const destination = operands.at(-1)?.text;
  if (destination === undefined) throw new ToolError('ping: usage error: Destination address required', 1);
  const { options } = reader;
  const hops = operands.slice(0, -1).map(({ text }) => text);
  if (options.isFlood && !options.hasInterval) options.intervalMs = 0;
  return { options, destination, hops, stdout: reader.stdout, stderr: reader.stderr };
}

/** Whether there can be so many hosts: with `-T tsprespec` those whose times are wanted, else a source route. */
export function takesHosts(options: PingOptions, hosts: number): boolean {
  if (hosts === 1) return true;
  if (options.recordsRoute) return false;
  if (options.stampKind !== '') return options.stampKind === 'tsprespec' && hosts <= PRESPEC_HOSTS_MAX;
  return hosts <= ROUTE_HOSTS_MAX;
}

/** The text of `ping -V`, or undefined if the arguments do not ask for it first of all. */
export function versionText(args: readonly string[]): string | undefined {
  return getopt(args, LETTERS).options.some(({ letter }) => letter === 'V') ? PING_VERSION : undefined;
}

class OptionReader {
  readonly options = defaults();
  stdout = '';
  stderr = '';

  read(letter: string, value: string): void {
    if (!this.readFlag(letter)) this.readValue(letter, value);
  }

  private readFlag(letter: string): boolean {
    const { options } = this;
    if (letter === '4') options.isIp4Only = true;
    else if (letter === 'a') options.isAudible = true;
    else if (letter === 'A') options.isAdaptive = true;
    else if (letter === 'b') options.mayBroadcast = true;
    else if (letter === 'B') options.hasStrictSource = true;
    else if (letter === 'D') options.printsTimestamps = true;
    else if (letter === 'f') options.isFlood = true;
    else if (letter === 'h') throw new ToolError(PING_USAGE, EXIT_USAGE);
    else if (letter === 'n') options.isNumeric = true;
    else if (letter === 'O') options.reportsOutstanding = true;
    else if (letter === 'q') options.isQuiet = true;
    else if (letter === 'R') this.readRecordRoute();
    else if (letter === 'U') options.isUserLatency = true;
    else if (letter === 'v') options.isVerbose = true;
    // Nothing that these do can be seen here: connect(2), SO_DEBUG.
    else return 'Cd'.includes(letter);
    return true;
  }

  private readValue(letter: string, value: string): void {
    const { options } = this;
    if (letter === 'c') options.count = boundedInteger(value, 1, LONG_MAX);
    else if (letter === 'e') options.id = boundedInteger(value, 0, 65_535);
    else if (letter === 'i') this.readInterval(value);
    else if (letter === 'I') this.readSource(value);
    else if (letter === 'l') options.preload = boundedInteger(value, 1, PRELOAD_MAX);
    else if (letter === 'M') this.readPmtu(value);
    else if (letter === 'p') this.readPattern(value);
    else if (letter === 'Q') options.tos = typeOfService(value);
    else if (letter === 's') options.size = boundedInteger(value, 0, INT_MAX);
    else if (letter === 'S') boundedInteger(value, 1, INT_MAX);
    else if (letter === 'T') this.readStampKind(value);
    else if (letter === 't') options.ttl = boundedInteger(value, 0, 255);
    else if (letter === 'w') options.deadlineSeconds = boundedInteger(value, 0, INT_MAX);
    else if (letter === 'W') options.lingerMs = this.milliseconds(value, 'bad linger time');
  }

  private readRecordRoute(): void {
    if (this.options.stampKind !== '') throw new ToolError('ping: only one of -T or -R may be used', EXIT_USAGE);
    this.options.recordsRoute = true;
  }

  private readStampKind(value: string): void {
    if (this.options.recordsRoute) throw new ToolError('ping: only one of -T or -R may be used', EXIT_USAGE);
    if (value !== 'tsonly' && value !== 'tsandaddr' && value !== 'tsprespec') {
      throw new ToolError(`ping: invalid timestamp type: ${value}`, EXIT_USAGE);
    }
    this.options.stampKind = value;
  }

  private readInterval(value: string): void {
    this.options.intervalMs = this.milliseconds(value, 'bad timing interval');
    this.options.hasInterval = true;
  }

  /** Seconds with a fraction; what follows the number is complained about and ignored. */
  private milliseconds(value: string, complaint: string): number {
    const { value: seconds, rest } = strtod(value);
    if (rest !== '') {
      this.stderr += `ping: option argument contains garbage: ${rest}\n`;
      this.stderr += 'ping: this will become fatal error in the future\n';
    }
    const isNumber = rest !== value;
    if (isNumber && !Number.isFinite(seconds)) {
      throw new ToolError(`ping: ${complaint}: ${value}: Numerical result out of range`, EXIT_USAGE);
    }
    // The real one takes a negative interval and then never stops sending.
    if (seconds < 0 || seconds > INT_MAX / 1000) throw new ToolError(`ping: ${complaint}: ${value}`, EXIT_USAGE);
    return isNumber ? Math.floor(seconds * 1000) : 0;
  }

  private readSource(value: string): void {
    const address = parseIp4(value);
    if (address === undefined) this.options.device = value;
    else this.options.source = address;
  }

  private readPmtu(value: string): void {
    if (value !== 'do' && value !== 'dont' && value !== 'want') {
      throw new ToolError(`ping: invalid -M argument: ${value}`, EXIT_USAGE);
    }
    this.options.pmtu = value;
  }

  private readPattern(value: string): void {
    if (!/^[0-9a-fA-F]*$/.test(value)) {
      throw new ToolError(`ping: patterns must be specified as hex digits: ${value}`, EXIT_USAGE);
    }
    const pairs = value.match(/../g) ?? (value === '' ? [] : [value]);
    const pattern = pairs.slice(0, PATTERN_MAX).map((pair) => parseInt(pair, 16));
    this.options.pattern = pattern;
    if (pattern.length === 0) return;
    this.stdout += `PATTERN: 0x${pattern.map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`;
  }
}

/** strtol_or_err(): a whole decimal number within bounds. */
function boundedInteger(text: string, min: number, max: number): number {
  const value = parseInteger(text);
  const complaint = `ping: invalid argument: '${text}'`;
  if (value === undefined) throw new ToolError(complaint, EXIT_BAD_NUMBER);
  if (Math.abs(value) > LONG_MAX) throw new ToolError(`${complaint}: Numerical result out of range`, EXIT_BAD_NUMBER);
  if (value >= min && value <= max) return value;
  const top = max === LONG_MAX ? '9223372036854775807' : String(max);
  throw new ToolError(`${complaint}: out of range: ${min} <= value <= ${top}`, EXIT_BAD_NUMBER);
}

/** `-Q`: decimal, or hexadecimal with 0x. */
function typeOfService(text: string): number {
  const value = /^0x[0-9a-f]+$/i.test(text) ? parseInt(text.slice(2), 16) : parseInteger(text);
  if (value === undefined) throw new ToolError(`ping: bad TOS value: ${text}`, EXIT_USAGE);
  if (value > 255) {
    throw new ToolError(`ping: the decimal value of TOS bits must be in range 0-255: ${value}`, EXIT_USAGE);
  }
  return value & 0xff;
}
