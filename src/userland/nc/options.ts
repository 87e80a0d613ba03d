/** The command line of OpenBSD's nc as Debian has it (netcat-openbsd 1.219). */
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import { parseInteger } from '../number-text.ts';
import { portOfService, serviceOfPort } from '../services.ts';
import { ToolError } from '../tool-error.ts';
import { NC_HELP, NC_USAGE } from './usage.ts';

const LETTERS = '46bCDdFhI:i:klM:m:NnO:P:p:q:rSs:T:tUuV:vW:w:X:x:Zz';
const LACKING = '6FmPrStUVXxZ';
/** For messages. */
export const NC_SUPPORTED: readonly string[] = Array.from('4bCDdhIiklMNnOpqsTuvWwz', (x) => `-${x}`);

const EXIT_FAILURE = 1;
const PORT_MAX = 65_535;
const INT_MAX = 2_147_483_647;

export interface NcOptions {
  isUdp: boolean;
  isListening: boolean;
  /** `-k`: stays for further peers. */
  staysOpen: boolean;
  /** `-z`: only looks. */
  isScan: boolean;
  isVerbose: boolean;
  isNumeric: boolean;
  /** `-d`: standard input is not read. */
  isDetached: boolean;
  mayBroadcast: boolean;
  /** `-N`: the end of input is told to the peer. */
  tellsEnd: boolean;
  /** `-C`: line ends are sent as CR LF. */
  sendsCrLf: boolean;
  /** Seconds; -1 for none, for both. */
  timeoutSeconds: number;
  quitSeconds: number;
  intervalSeconds: number;
  /** `-W`; 0 for no limit. */
  receiveMax: number;
  /** `-I` and `-O`; 0 for the default. */
  receiveBuffer: number;
  sendBuffer: number;
  ttl: number;
  tos: number;
  /** '' for none, for both. */
  source: string;
  sourcePort: string;
  /** '' when listening on any address. */
  host: string;
  ports: readonly string[];
}

const fail = (message: string): never => {
  throw new ToolError(`nc: ${message}`, EXIT_FAILURE);
};

export function checkNc(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(args, LETTERS, LACKING);
}

export function refuseNc(args: readonly string[]): CheckMistake | undefined {
  return unknownOption(args, LETTERS);
}

function defaults(): NcOptions {
  return {
    isUdp: false,
    isListening: false,
    staysOpen: false,
    isScan: false,
    isVerbose: false,
    isNumeric: false,
    isDetached: false,
    mayBroadcast: false,
    tellsEnd: false,
    sendsCrLf: false,
    timeoutSeconds: -1,
    quitSeconds: -1,
    intervalSeconds: 0,
    receiveMax: 0,
    receiveBuffer: 0,
    sendBuffer: 0,
    ttl: 0,
    tos: 0,
    source: '',
    sourcePort: '',
    host: '',
    ports: [],
  };
}

/** Options, or null for `-h`; throws a ToolError in the real one's words. */
export function readNc(args: readonly string[]): NcOptions | null {
  const { options, operands, error } = getopt(args, LETTERS);
  const read = defaults();
  for (const { letter, value } of options) {
    if (letter === 'h') return null;
    apply(read, letter, value);
  }
  if (error !== null) throw new ToolError(`nc: ${error.message}\n${NC_USAGE.trimEnd()}`, EXIT_FAILURE);
  const words = operands.map(({ text }) => text);
  readOperands(read, words);
  if (read.isListening && read.isScan) fail('cannot use -z and -l');
  if (!read.isListening && read.staysOpen) fail('must use -l with -k');
  return read;
}

function apply(read: NcOptions, letter: string, value: string): void {
  const setters: Readonly<Record<string, () => void>> = {
    u: () => (read.isUdp = true),
    l: () => (read.isListening = true),
    k: () => (read.staysOpen = true),
    z: () => (read.isScan = true),
    v: () => (read.isVerbose = true),
    n: () => (read.isNumeric = true),
    d: () => (read.isDetached = true),
    b: () => (read.mayBroadcast = true),
    N: () => (read.tellsEnd = true),
    C: () => (read.sendsCrLf = true),
    w: () => (read.timeoutSeconds = number(value, 0, INT_MAX / 1000, 'timeout ', '')),
    q: () => (read.quitSeconds = number(value, -INT_MAX - 1, INT_MAX, 'quit timer ', '')),
    i: () => (read.intervalSeconds = number(value, 0, INT_MAX, 'interval ', '')),
    W: () => (read.receiveMax = number(value, 1, INT_MAX, 'receive limit ', '')),
    I: () => (read.receiveBuffer = number(value, 1, 65_536 << 14, 'TCP receive window ', '')),
    O: () => (read.sendBuffer = number(value, 1, 65_536 << 14, 'TCP send window ', '')),
    M: () => (read.ttl = number(value, 0, 255, 'ttl is ', null)),
    T: () => (read.tos = tosOf(value)),
    s: () => (read.source = value),
    p: () => (read.sourcePort = value),
  };
  setters[letter]?.();
}

/** Twin of strtonum(3), with its three complaints; `named` is what stands behind them, null for nothing. */
function number(text: string, min: number, max: number, before: string, named: '' | null): number {
  const value = parseInteger(text);
  const behind = named === null ? '' : `: ${text}`;
  if (value === undefined) return fail(`${before}invalid${behind}`);
  if (value < min) return fail(`${before}too small${behind}`);
  return value > max ? fail(`${before}too large${behind}`) : value;
}

const TOS_NAMES: Readonly<Record<string, number>> = {
  critical: 0xa0,
  inetcontrol: 0xc0,
  netcontrol: 0xe0,
  lowcost: 0x02,
  reliability: 0x04,
  throughput: 0x08,
  lowdelay: 0x10,
  ef: 0xb8,
};

/** A keyword (`lowdelay`, `af11`, `cs3`), or a number up to 255. */
function tosOf(text: string): number {
  const named = TOS_NAMES[text];
  if (named !== undefined) return named;
  const af = /^af([1-4])([1-3])$/.exec(text);
  if (af !== null) return (Number(af[1]) << 5) | (Number(af[2]) << 3);
  const cs = /^cs([0-7])$/.exec(text);
  if (cs !== null) return Number(cs[1]) << 5;
  const isNumber = /^(0x[\da-f]+|\d+)$/i.test(text);
  const value = Number(text);
  return isNumber && value <= 255 ? value : fail(`illegal tos value ${text}`);
}

function readOperands(read: NcOptions, words: readonly string[]): void {
  const usage = (): never => {
    throw new ToolError(NC_USAGE.trimEnd(), EXIT_FAILURE);
  };
  if (!read.isListening) {
    if (words.length === 0) usage();
    if (words.length === 1) fail('missing port number');
    read.host = words[0]!;
    read.ports = words.slice(1).flatMap((text) => portsOf(text, read.isUdp ? 'udp' : 'tcp'));
    return;
  }
  if (read.sourcePort === '') {
    if (words.length === 0) fail('missing port number');
    if (words.length > 2) usage();
    read.ports = [words.at(-1)!];
    read.host = words.length === 2 ? words[0]! : '';
    return;
  }
  if (words.length > 1) usage();
  read.host = words[0] ?? '';
  read.ports = [read.sourcePort];
}

/** The name of a service; '*' for one without. */
export function serviceName(port: number, protocol: 'tcp' | 'udp'): string {
  return serviceOfPort(port, protocol) ?? '*';
}

/** The number of a service or port for getaddrinfo(3); undefined when there is none. */
export function servicePort(text: string, protocol: 'tcp' | 'udp'): number | undefined {
  const value = portOfService(text, protocol) ?? parseInteger(text);
  return value === undefined || value < 0 || value > PORT_MAX ? undefined : value;
}

/** Twin of build_ports: one port, or a range in either order. */
function portsOf(text: string, protocol: 'tcp' | 'udp'): string[] {
  const named = portOfService(text, protocol);
  if (named !== undefined) return [String(named)];
  const dash = text.indexOf('-');
  if (dash <= 0) return [String(port(text))];
  const [first, last] = [port(text.slice(0, dash)), port(text.slice(dash + 1))];
  const [low, high] = [Math.min(first, last), Math.max(first, last)];
  return Array.from({ length: high - low + 1 }, (_, i) => String(low + i));
}

function port(text: string): number {
  return number(text, 1, PORT_MAX, 'port number ', '');
}

/** `-h` */
export function ncHelp(): string {
  return NC_HELP;
}
