/** The command line of traceroute 2.1.2. */
import type { Ip4 } from '../../base/addr.ts';
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { SECOND } from '../../sim/units.ts';
import { strtod } from '../number-text.ts';
import type { Resolver } from '../resolve.ts';
import { resolveHost, resolveIp4Host } from '../resolve.ts';
import { ToolError } from '../tool-error.ts';
import type { ClifGiven, ClifLine, ClifOption } from './clif.ts';
import { failOnOperand, failOnValue, parseClif } from './clif.ts';
import { leadingInteger, unsignedOf, wrapUnsigned } from './integer-text.ts';
import { keywordsOf } from './keywords.ts';
import { readIcmpKeywords } from './icmp-keywords.ts';
import { methodHelp } from './usage.ts';
import type { TcpProbeOptions } from './tcp-keywords.ts';
import { readTcpKeywords } from './tcp-keywords.ts';

export type TraceMethodName = 'default' | 'udp' | 'icmp' | 'tcp' | 'tcpconn';

export interface TracerouteOptions {
  method: TraceMethodName;
  targetName: string;
  target: Ip4;
  firstHop: number;
  maxHops: number;
  /** Probes under way at a time (`-N`). */
  simultaneous: number;
  probesPerHop: number;
  /** `-w MAX,HERE,NEAR`: at most MAX, HERE times as long as an answer of the same hop, NEAR times as one of a later. */
  waitNs: number;
  hereFactor: number;
  nearFactor: number;
  /** `-z`: between two probes at least. */
  sendGapNs: number;
  /** 0 = the method's own. */
  port: number;
  /** -1 = not given. */
  packetBytes: number;
  tos: number;
  source: Ip4;
  sourcePort: number;
  device: string;
  isNumeric: boolean;
  dontFragment: boolean;
  findsMtu: boolean;
  /** `--back`: tells how long the way back seems to be where it differs. */
  showsBackward: boolean;
  /** What `-O` says of the segments of `-T`. */
  tcp: TcpProbeOptions;
}

/** What a command line asks for: a trace, or a text on one of the two streams. */
export type TracerouteCommand =
  | { readonly kind: 'trace'; readonly options: TracerouteOptions }
  | { readonly kind: 'usage' }
  | { readonly kind: 'version' }
  /** `-O help` */
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'unsupported'; readonly what: string };

const EXIT_USAGE = 2;
const HOPS_MAX = 255;
const PROBES_MAX = 10;
const PACKET_BYTES_MAX = 65_000;

const flag = (letter: string, long: string): ClifOption => ({ letter, long, valueName: '' });
const value = (letter: string, long: string, valueName: string): ClifOption => ({ letter, long, valueName });

const OPTIONS: readonly ClifOption[] = [
  flag('4', ''),
  flag('6', ''),
  flag('d', 'debug'),
  { ...flag('F', 'dont-fragment'), mayAbbreviate: true },
  value('f', 'first', 'first_ttl'),
  value('g', 'gateway', 'gate,...'),
  flag('I', 'icmp'),
  flag('T', 'tcp'),
  value('i', 'interface', 'device'),
  value('m', 'max-hops', 'max_ttl'),
  value('N', 'sim-queries', 'squeries'),
  flag('n', ''),
  value('p', 'port', 'port'),
  value('t', 'tos', 'tos'),
  value('l', 'flowlabel', 'flow_label'),
  value('w', 'wait', 'MAX,HERE,NEAR'),
  value('q', 'queries', 'nqueries'),
  flag('r', ''),
  value('s', 'source', 'src_addr'),
  value('z', 'sendwait', 'sendwait'),
  { ...flag('e', 'extensions'), mayAbbreviate: true },
  flag('A', 'as-path-lookups'),
  value('M', 'module', 'name'),
  value('O', 'options', 'OPTS,...'),
  value('', 'sport', 'num'),
  value('', 'fwmark', 'num'),
  flag('U', 'udp'),
  { ...flag('', 'UL'), isOneDash: true },
  flag('D', 'dccp'),
  value('P', 'protocol', 'prot'),
  flag('', 'mtu'),
  flag('', 'back'),
  { ...flag('V', 'version'), isLast: true },
  { ...flag('', 'help'), isLast: true },
];

/** What the real one has and Dockwire does not. */
const LACKING: readonly string[] = ['6', 'g', 'r', 'A', 'fwmark', 'UL', 'D', 'P'];
const LACKING_METHODS: readonly string[] = ['dccp', 'raw', 'udplite'];
const METHOD_NAMES: readonly string[] = ['default', 'udp', 'icmp', 'tcp', 'tcpconn'] satisfies TraceMethodName[];
/** For messages. */
export const TRACEROUTE_SUPPORTED: readonly string[] = [
  ...Array.from('4deFfIimNnpqsTtUwz', (letter) => `-${letter}`),
  ...['-M', '-O', '--sport', '--mtu', '--back'],
];

/** Services of /etc/services that people trace to by name. */
const SERVICES: Readonly<Record<string, number>> = {
  echo: 7,
  discard: 9,
  ssh: 22,
  smtp: 25,
  domain: 53,
  http: 80,
  ntp: 123,
  snmp: 161,
  https: 443,
};

function nameOf(option: ClifOption): string {
  return option.letter === '' ? option.long : option.letter;
}

/** Finds options that Dockwire lacks, for `dockwire check`. */
export function checkTraceroute(args: readonly string[]): CheckMistake | undefined {
  for (const { option, spelling, optionNumber } of parseClif(args, OPTIONS).given) {
    if (!LACKING.includes(nameOf(option))) continue;
    return { argIndex: optionNumber - 1, message: `option ${spelling} is not supported by Dockwire` };
  }
  return undefined;
}

/** Finds options that the real one does not know either. */
export function refuseTraceroute(args: readonly string[]): CheckMistake | undefined {
  const { error } = parseClif(args, OPTIONS);
  return error?.isUnknown === true ? error : undefined;
}

function defaults(): TracerouteOptions {
  return {
    method: 'default',
    targetName: '',
    target: 0,
    firstHop: 1,
    maxHops: 30,
    simultaneous: 16,
    probesPerHop: 3,
    waitNs: 5 * SECOND,
    hereFactor: 3,
    nearFactor: 10,
    sendGapNs: 0,
    port: 0,
    packetBytes: -1,
    tos: 0,
    source: 0,
    sourcePort: 0,
    device: '',
    isNumeric: false,
    dontFragment: false,
    findsMtu: false,
    showsBackward: false,
    tcp: readTcpKeywords([]),
  };
}

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Reads the command line; throws a ToolError in the real one's words. */
export function* readTraceroute(proc: Process, args: readonly string[]): Steps<TracerouteCommand> {
  if (args.length === 0) return { kind: 'usage' };
  const line = parseClif(args, OPTIONS);
  const options = defaults();
  // The family is settled by -4; without, both are asked for.
  const resolve: Resolver = line.given.some(({ option }) => nameOf(option) === '4') ? resolveIp4Host : resolveHost;
  let method = 'default';
  const words: string[] = [];
  for (const given of line.given) {
    const name = nameOf(given.option);
    if (name === 'help') return { kind: 'usage' };
    if (name === 'V') return { kind: 'version' };
    if (LACKING.includes(name)) return { kind: 'unsupported', what: given.spelling };
    if (name in METHODS) method = METHODS[name]!;
    else if (name === 'M') method = given.value;
    else if (name === 'O') {
      words.push(...keywordsOf(given.value));
      if (words.includes('help')) return { kind: 'help', text: methodHelp(method) };
    } else if (name === 's') options.source = yield* addressOf(proc, given, resolve);
    else apply(options, given, name);
  }
  if (line.error !== null) throw new ToolError(line.error.message, EXIT_USAGE);
  yield* readOperands(proc, line, options, resolve);
  if (LACKING_METHODS.includes(method)) return { kind: 'unsupported', what: `-M ${method}` };
  if (!isMethod(method)) throw new ToolError(`Unknown traceroute module ${method}`, EXIT_USAGE);
  options.method = method;
  checkRanges(options);
  if (method === 'tcp') options.tcp = readTcpKeywords(words);
  else if (method === 'icmp' && readIcmpKeywords(words) === 'dgram') return { kind: 'unsupported', what: '-O dgram' };
  return { kind: 'trace', options: settle(options) };
}

function isMethod(name: string): name is TraceMethodName {
  return METHOD_NAMES.includes(name);
}

const METHODS: Readonly<Record<string, string>> = { I: 'icmp', T: 'tcp', U: 'udp' };

/** An option that does not choose the method; `4`, `d`, `e` and `l` change nothing that could be seen. */
function apply(options: TracerouteOptions, given: ClifGiven, name: string): void {
  const setters: Readonly<Record<string, () => void>> = {
    F: () => (options.dontFragment = true),
    f: () => (options.firstHop = unsigned(given)),
    i: () => (options.device = given.value),
    m: () => (options.maxHops = unsigned(given)),
    N: () => (options.simultaneous = unsigned(given)),
    n: () => (options.isNumeric = true),
    p: () => (options.port = port(given)),
    t: () => (options.tos = unsigned(given) & 0xff),
    l: () => unsigned(given),
    w: () => {
      readWait(options, given);
    },
    q: () => (options.probesPerHop = unsigned(given)),
    z: () => (options.sendGapNs = float(given) * SECOND),
    sport: () => (options.sourcePort = port(given)),
    mtu: () => (options.findsMtu = true),
    back: () => (options.showsBackward = true),
  };
  setters[name]?.();
}

function unsigned(given: ClifGiven): number {
  return unsignedOf(given.value) ?? failOnValue(given);
}

/** A number, or what begins with one, or the name of a service. */
function port(given: ClifGiven): number {
  const number = leadingInteger(given.value)?.value ?? SERVICES[given.value];
  if (number === undefined) failOnValue(given);
  return wrapUnsigned(number);
}

function float(given: ClifGiven): number {
  const { value: number, rest } = strtod(given.value);
  if (rest === given.value || rest !== '') failOnValue(given);
  return number;
}

/** MAX, or MAX,HERE, or all three; what is left out is 0. */
function readWait(options: TracerouteOptions, given: ClifGiven): void {
  const parts: number[] = [];
  let text = given.value;
  for (;;) {
    const { value: number, rest } = strtod(text);
    if (rest === text || (parts.length === 2 && rest !== '')) failOnValue(given);
    parts.push(number);
    if (rest === '') break;
    // Any character separates.
    text = rest.slice(1);
  }
  options.waitNs = parts[0]! * SECOND;
  options.hereFactor = parts[1] ?? 0;
  options.nearFactor = parts[2] ?? 0;
}

/** getaddrinfo() of a name; its failure comes before what the caller says. */
function* lookUp(proc: Process, name: string, resolve: Resolver): Steps<Ip4 | undefined> {
  const found = yield* resolve(proc, name);
  if (typeof found !== 'string') return found.address;
  proc.writeError(`${name}: ${found}\n`);
  return undefined;
}

function* addressOf(proc: Process, given: ClifGiven, resolve: Resolver): Steps<Ip4> {
  const address = yield* lookUp(proc, given.value, resolve);
  return address ?? failOnValue(given);
}

function* readOperands(proc: Process, line: ClifLine, options: TracerouteOptions, resolve: Resolver): Steps<void> {
  const [host, length, extra] = line.operands;
  if (host === undefined) throw new ToolError('Specify "host" missing argument.', EXIT_USAGE);
  if (extra !== undefined) {
    throw new ToolError(`Extra arg \`${extra.text}' (position 3, argc ${extra.wordNumber})`, EXIT_USAGE);
  }
  options.targetName = host.text;
  options.target = (yield* lookUp(proc, host.text, resolve)) ?? failOnOperand('host', host, 1);
  if (length === undefined) return;
  const number = leadingInteger(length.text);
  if (number === undefined || number.rest !== '') failOnOperand('packetlen', length, 2);
  options.packetBytes = number.value | 0;
}

function checkRanges(options: TracerouteOptions): void {
  const { firstHop, maxHops, probesPerHop, waitNs, hereFactor, nearFactor, packetBytes, sendGapNs } = options;
  if (firstHop === 0 || firstHop > maxHops) throw new ToolError('first hop out of range', EXIT_USAGE);
  if (maxHops > HOPS_MAX) throw new ToolError(`max hops cannot be more than ${HOPS_MAX}`, EXIT_USAGE);
  if (probesPerHop === 0 || probesPerHop > PROBES_MAX) {
    throw new ToolError(`no more than ${PROBES_MAX} probes per hop`, EXIT_USAGE);
  }
  if (waitNs < 0 || hereFactor < 0 || nearFactor < 0) {
    const given = `${waitNs / SECOND},${hereFactor},${nearFactor}`;
    throw new ToolError(`bad wait specifications \`${given}' used`, EXIT_USAGE);
  }
  if (packetBytes > PACKET_BYTES_MAX) throw new ToolError(`too big packetlen ${packetBytes} specified`, EXIT_USAGE);
  if (sendGapNs < 0) throw new ToolError(`bad sendtime \`${sendGapNs / SECOND}' specified`, EXIT_USAGE);
}

/** What options imply of each other. */
function settle(options: TracerouteOptions): TracerouteOptions {
  const settled = { ...options };
  // From 10 on it is milliseconds.
  if (settled.sendGapNs >= 10 * SECOND) settled.sendGapNs /= 1000;
  settled.sendGapNs = Math.ceil(settled.sendGapNs);
  if (settled.sourcePort !== 0) {
    settled.simultaneous = 1;
    settled.hereFactor = 0;
    settled.nearFactor = 0;
  }
  if (settled.findsMtu) {
    settled.dontFragment = true;
    settled.simultaneous = 1;
    if (settled.packetBytes < 0) settled.packetBytes = PACKET_BYTES_MAX;
  }
  return settled;
}
