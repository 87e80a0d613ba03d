/** The command line of conntrack(8), version 1.4.7 (conntrack-tools: conntrack.c, do_parse). */
import type { Ip4 } from '../../base/addr.ts';
import { prefixMask } from '../../base/addr.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Found, LongOption } from '../nf/getopt.ts';
import { Getopt } from '../nf/getopt.ts';
import { IPS_ASSURED, IPS_EXPECTED, IPS_FIXED_TIMEOUT, IPS_SEEN_REPLY } from '../nf/conntrack/status.ts';
import { TCP_STATE_NAMES } from '../nf/conntrack/tcp-state.ts';
import { protocolNumber } from '../nf/xt-names.ts';
import { parseHost } from '../nf/xt-values.ts';
import type { L4Option } from './conntrack-l4.ts';
import { checkL4Options, l4OptionsOf } from './conntrack-l4.ts';
import { COMMAND_OPTIONS, COMMANDS, OPTION_NAMES } from './conntrack-commands.ts';
import type { CtCommand, OptionName } from './conntrack-commands.ts';

export const TOOL = 'conntrack v1.4.7 (conntrack-tools): ';
const TRY_HELP = "Try `conntrack -h' or 'conntrack --help' for more information.\n";

/** Why the tool ends: exit code and standard error. */
export class CtExit extends Error {
  readonly exit: number;

  constructor(exit: number, text: string) {
    super(text);
    this.exit = exit;
  }
}

/** exit_error(PARAMETER_PROBLEM) */
export function parameterProblem(text: string): never {
  throw new CtExit(2, `${TOOL}${text}\n${TRY_HELP}`);
}

/** exit_error(OTHER_PROBLEM) */
export function otherProblem(text: string): never {
  throw new CtExit(1, `${TOOL}${text}\n`);
}

export type CtTableName = 'conntrack' | 'expect' | 'dying' | 'unconfirmed';
const TABLES: readonly CtTableName[] = ['expect', 'conntrack', 'dying', 'unconfirmed'];

export type CtOutput = 'xml' | 'extended' | 'timestamp' | 'id' | 'ktimestamp' | 'labels' | 'userspace' | 'save';
const OUTPUTS = ['xml', 'extended', 'timestamp', 'id', 'ktimestamp', 'labels', 'userspace', 'save'] as const;

export interface NatWish {
  /** Null for any. */
  readonly address: Ip4 | null;
  readonly port: number | null;
}

export interface AddressWish {
  readonly address: Ip4;
  mask: number;
}

/** A command line as it was read. */
export interface CtLine {
  command: CtCommand | '';
  table: CtTableName;
  /** Which options were given. */
  readonly given: Set<OptionName>;
  /** '' while nothing has told. */
  family: '' | 'ipv4' | 'ipv6';
  readonly addresses: Map<OptionName, AddressWish>;
  /** -1 for any. */
  protocol: number;
  readonly l4: Map<L4Option, number>;
  timeoutSeconds: number;
  status: number;
  events: ReadonlySet<string>;
  readonly mark: { value: number; mask: number };
  readonly nat: Map<OptionName, NatWish>;
  readonly zones: Map<OptionName, number>;
  id: number;
  readonly outputs: Set<CtOutput>;
  bufferBytes: number;
  warning: string;
}

const STATUSES: readonly (readonly [word: string, bits: number])[] = [
  ['ASSURED', IPS_ASSURED],
  ['SEEN_REPLY', IPS_SEEN_REPLY],
  ['UNSET', 0],
  ['FIXED_TIMEOUT', IPS_FIXED_TIMEOUT],
  ['EXPECTED', IPS_EXPECTED],
  ['OFFLOAD', 1 << 14],
  ['HW_OFFLOAD', 1 << 15],
];
const EVENTS = ['ALL', 'NEW', 'UPDATES', 'DESTROY'];

const ADDRESS_LETTERS: Readonly<Record<string, OptionName>> = { s: 'src', d: 'dst', r: 'reply-src', q: 'reply-dst' };
const MASK_LETTERS: Readonly<Record<string, OptionName>> = { '{': 'mask-src', '}': 'mask-dst' };
const NAT_LETTERS: Readonly<Record<string, OptionName>> = { n: 'src-nat', g: 'dst-nat', j: 'any-nat' };
const ZONE_LETTERS: Readonly<Record<string, OptionName>> = { w: 'zone', '(': 'orig-zone', ')': 'reply-zone' };

const LETTERS = lettersOf({
  optional: 'L I U D G E F A C n g j',
  none: 'h V z S',
  required: 's d r q p t u e a m i f o c b w l',
});

function lettersOf(
  kinds: Readonly<Record<'optional' | 'none' | 'required', string>>,
): Record<string, LongOption<''>['argument']> {
  const all = Object.entries(kinds) as ['optional' | 'none' | 'required', string][];
  return Object.fromEntries(all.flatMap(([kind, letters]) => letters.split(' ').map((letter) => [letter, kind])));
}

const LONG: readonly (readonly [name: string, id: string])[] = [
  ...COMMANDS.map(([letter, name]) => [name, letter] as const),
  ['orig-src', 's'],
  ['src', 's'],
  ['orig-dst', 'd'],
  ['dst', 'd'],
  ['reply-src', 'r'],
  ['reply-dst', 'q'],
  ['protonum', 'p'],
  ['timeout', 't'],
  ['status', 'u'],
  ['zero', 'z'],
  ['event-mask', 'e'],
  ['tuple-src', '['],
  ['tuple-dst', ']'],
  ['mask-src', '{'],
  ['mask-dst', '}'],
  ['nat-range', 'a'],
  ['mark', 'm'],
  ['secmark', 'c'],
  ['id', 'i'],
  ['family', 'f'],
  ['src-nat', 'n'],
  ['dst-nat', 'g'],
  ['output', 'o'],
  ['buffer-size', 'b'],
  ['any-nat', 'j'],
  ['zone', 'w'],
  ['label', 'l'],
  ['label-add', '<'],
  ['label-del', '>'],
  ['orig-zone', '('],
  ['reply-zone', ')'],
];

const OPTIONAL_LONG = new Set('LIUDGEFACngj>');
const LONG_OPTIONS: readonly LongOption<'l4' | ''>[] = LONG.map(([name, id]) => {
  if (OPTIONAL_LONG.has(id)) return { name, argument: 'optional', owner: '', id };
  return { name, argument: 'hVzS'.includes(id) ? 'none' : 'required', owner: '', id };
});

/** Reads the words behind the program's name; what the tool refuses is thrown as a `CtExit`. */
export function readConntrackLine(words: readonly string[]): CtLine {
  const line = emptyLine();
  try {
    readWords(line, words);
    checkLine(line);
  } catch (error) {
    if (error instanceof CtExit && line.warning !== '') throw new CtExit(error.exit, line.warning + error.message);
    throw error;
  }
  return line;
}

/** What the tool says of a line that it refuses, without its name; '' for one that it takes. */
export function conntrackRefusal(words: readonly string[]): string {
  try {
    readConntrackLine(words);
    return '';
  } catch (error) {
    if (!(error instanceof CtExit)) throw error;
    return error.message.slice(error.message.indexOf(TOOL) + TOOL.length).split('\n', 1)[0]!;
  }
}

function emptyLine(): CtLine {
  return {
    command: '',
    table: 'conntrack',
    given: new Set(),
    family: '',
    addresses: new Map(),
    protocol: -1,
    l4: new Map(),
    timeoutSeconds: 0,
    status: 0,
    events: new Set(['NEW', 'UPDATES', 'DESTROY']),
    mark: { value: 0, mask: 0xffff_ffff },
    nat: new Map(),
    zones: new Map(),
    id: 0,
    outputs: new Set(),
    bufferBytes: 0,
    warning: '',
  };
}

function readWords(line: CtLine, words: readonly string[]): void {
  const getopt = new Getopt<'l4' | ''>(words, LETTERS, LONG_OPTIONS);
  for (let found = getopt.next(); found !== null; found = getopt.next()) {
    if (found.kind === 'unknown') parameterProblem(`unknown option \`${getopt.last}'`);
    if (found.kind === 'incomplete') parameterProblem(`option \`${getopt.last}' requires an argument`);
    if (found.kind === 'word') continue;
    if (found.owner === 'l4') readL4(line, found.id as L4Option, found.text ?? '');
    else readOption(line, getopt, found);
  }
}

function readOption(line: CtLine, getopt: Getopt<'l4' | ''>, found: Found<'l4' | ''>): void {
  const text = found.text ?? '';
  const command = COMMANDS.find(([letter]) => letter === found.id)?.[0];
  if (command !== undefined) {
    readCommand(line, getopt, command);
    return;
  }
  const [address, mask] = [ADDRESS_LETTERS[found.id], MASK_LETTERS[found.id]];
  const [nat, zone] = [NAT_LETTERS[found.id], ZONE_LETTERS[found.id]];
  if (address !== undefined) readAddress(line, address, text, true);
  else if (mask !== undefined) readAddress(line, mask, text, false);
  else if (nat !== undefined) readNat(line, nat, found.text ?? getopt.takeArgument());
  else if (zone !== undefined) {
    line.given.add(zone);
    line.zones.set(zone, atoi(text) & 0xffff);
  } else if (found.id === 'p') readProtocolOption(line, getopt, text);
  else readOther(line, found.id, text);
}

function readCommand(line: CtLine, getopt: Getopt<'l4' | ''>, command: CtCommand): void {
  if (command !== 'V') {
    // The tool looks at the next word, whatever it is to getopt.
    const word = getopt.words[getopt.index];
    const isTable = word !== undefined && !word.startsWith('-') && !word.startsWith('!');
    if (isTable) line.table = TABLES.find((table) => table.startsWith(word)) ?? unknownType(word);
  }
  if (line.command !== '') parameterProblem('Invalid commands combination');
  line.command = command;
}

function unknownType(word: string): never {
  return parameterProblem(`unknown type \`${word}'`);
}

/** An address with the length of its mask, if that may stand there. */
function readAddress(line: CtLine, name: OptionName, text: string, hasLength: boolean): void {
  const [host = '', length] = hasLength ? text.split('/') : [text];
  const isIpv6 = /^[\da-f:.]*:[\da-f:.]*$/i.test(host);
  const address = isIpv6 ? 0 : parseHost(host);
  if (address === undefined) parameterProblem(`Invalid IP address \`${text}'`);
  const most = isIpv6 ? 128 : 32;
  const bits = length === undefined || length === '' ? most : /^\d+$/.test(length) ? Number(length) : most + 1;
  if (bits > most) parameterProblem('Invalid netmask');
  setFamily(line, isIpv6 ? 'ipv6' : 'ipv4');
  line.given.add(name);
  line.addresses.set(name, { address, mask: prefixMask(Math.min(bits, 32)) });
}

function setFamily(line: CtLine, family: 'ipv4' | 'ipv6'): void {
  if (line.family !== '' && line.family !== family) parameterProblem('mismatched address family');
  line.family = family;
}

/** `-n`, `-g`, `-j`, each with an address and a port or without. */
function readNat(line: CtLine, name: OptionName, text: string | null): void {
  line.given.add(name);
  if (text === null) {
    line.nat.set(name, { address: null, port: null });
    return;
  }
  const colon = text.indexOf(':');
  const host = colon < 0 ? text : text.slice(0, colon);
  const portText = colon < 0 ? '' : text.slice(colon + 1);
  const port = portText === '' ? null : atoi(portText);
  if (port !== null && port === 0) parameterProblem(`Invalid port \`${portText}'`);
  const address = host === '' ? null : (parseHost(host) ?? parameterProblem(`Invalid IP address \`${host}'`));
  if (address !== null) setFamily(line, 'ipv4');
  line.nat.set(name, { address, port });
}

function readProtocolOption(line: CtLine, getopt: Getopt<'l4' | ''>, text: string): void {
  line.given.add('protonum');
  const number = protocolNumber(text.toLowerCase()) ?? (/^\d+/.test(text) ? Number.parseInt(text, 10) : 256);
  if (number > 255) parameterProblem(`\`${text}' unsupported protocol`);
  line.protocol = number;
  getopt.add(
    l4OptionsOf(number).map(([name, id]) => ({ name, argument: 'required' as const, owner: 'l4' as const, id })),
  );
}

/** The options of a protocol. */
function readL4(line: CtLine, name: L4Option, text: string): void {
  if (name !== 'state') {
    line.l4.set(name, atoi(text) & 0xffff);
    return;
  }
  const state = TCP_STATE_NAMES.indexOf(text);
  if (line.protocol === ipv4.PROTO_TCP && state < 0) parameterProblem(`unknown TCP state \`${text}'`);
  line.l4.set(name, state);
}

function readOther(line: CtLine, letter: string, text: string): void {
  const name = OPTION_NAMES.find(([, each]) => each === letter)?.[0];
  if (name !== undefined) line.given.add(name);
  if (letter === 't') line.timeoutSeconds = atoi(text);
  else if (letter === 'u')
    for (const word of readWordList(
      text,
      STATUSES.map(([each]) => each),
    ))
      addStatus(line, word);
  else if (letter === 'e') line.events = eventsOf(text);
  else if (letter === 'o') {
    for (const word of readWordList(text, OUTPUTS)) line.outputs.add(word.toLowerCase() as CtOutput);
    if (line.outputs.has('save') && line.outputs.size > 1) {
      otherProblem('cannot combine save output with any other output type, use -o save only');
    }
  } else if (letter === 'm') readMark(line, text);
  else if (letter === 'i') line.id = strtoul(text);
  else if (letter === 'b') line.bufferBytes = atoi(text);
  else if (letter === 'f') readFamily(line, text);
  else if (letter === 'a') line.warning += 'WARNING: ignoring -a, deprecated option.\n';
  else if (letter === 'l' || letter === '<' || (letter === '>' && text !== '')) {
    line.warning += 'nfct_labelmap_new: No such file or directory\n';
    parameterProblem(`unknown label '${text}'`);
  }
}

function addStatus(line: CtLine, word: string): void {
  line.status |= STATUSES.find(([each]) => each === word.toUpperCase())![1];
}

function eventsOf(text: string): ReadonlySet<string> {
  const words = readWordList(text, EVENTS).map((word) => word.toUpperCase());
  return new Set(words.includes('ALL') ? EVENTS : words);
}

function readFamily(line: CtLine, text: string): void {
  if (text !== 'ipv4' && text !== 'ipv6') parameterProblem(`\`${text}' unsupported protocol`);
  setFamily(line, text);
}

/** Words with commas between, in any case. */
function readWordList(text: string, known: readonly string[]): string[] {
  const words = text.split(',');
  for (const word of words) {
    const isKnown = known.some((each) => each.toLowerCase() === word.toLowerCase());
    if (!isKnown) parameterProblem(`Bad parameter \`${word}'`);
  }
  return words;
}

function readMark(line: CtLine, text: string): void {
  const [value = '', mask] = text.split('/');
  line.mark.value = strtoul(value);
  line.mark.mask = mask === undefined ? 0xffff_ffff : strtoul(mask);
}

/** atoi(3): what is no number is 0. */
function atoi(text: string): number {
  const match = /^\s*[+-]?\d+/.exec(text);
  return match === null ? 0 : Number(match[0]);
}

/** strtoul(3) of 32 bits with base 0. */
function strtoul(text: string): number {
  const match = /^\s*(?:0x([\da-f]+)|0([0-7]*)|(\d+))/i.exec(text);
  if (match === null) return 0;
  if (match[1] !== undefined) return Number.parseInt(match[1], 16) >>> 0;
  if (match[2] !== undefined) return match[2] === '' ? 0 : Number.parseInt(match[2], 8) >>> 0;
  return Number(match[3]) >>> 0;
}

/** Twin of generic_opt_check and of what the tool looks at before that. */
function checkLine(line: CtLine): void {
  const { given, command } = line;
  if (given.has('any-nat') && (given.has('src-nat') || given.has('dst-nat'))) {
    parameterProblem("cannot specify `--src-nat' or `--dst-nat' with `--any-nat'");
  }
  if (command === '' || command === 'h' || command === 'V') return;
  const rules = COMMAND_OPTIONS[command];
  for (const [i, [name]] of OPTION_NAMES.entries()) {
    if (!given.has(name) && rules[i] === '1') {
      parameterProblem(`You need to supply the \`--${name}' option for this command`);
    }
    if (given.has(name) && rules[i] === '0') parameterProblem(`Illegal option \`--${name}' with this command`);
  }
  if (rules.startsWith('3')) checkTuple(given);
  checkL4Options(line.protocol, command, line.l4, parameterProblem);
  if (command === 'L' && given.has('zero') && [...FILTERS].some((name) => given.has(name))) {
    parameterProblem("Can't use -z with filtering parameters");
  }
  for (const end of ['src', 'dst'] as const) {
    if (given.has(`mask-${end}`) && !given.has(end)) parameterProblem(`Can't use --mask-${end} without --${end}`);
  }
}

const FILTERS: ReadonlySet<OptionName> = new Set<OptionName>([
  ...(['src', 'dst', 'reply-src', 'reply-dst', 'protonum', 'mark', 'secmark', 'status', 'id'] as const),
  ...(['zone', 'orig-zone', 'reply-zone'] as const),
]);

/** One direction has to be there as a whole. */
function checkTuple(given: ReadonlySet<OptionName>): void {
  if (given.has('src') && given.has('dst')) return;
  const hasOriginal = given.has('src') || given.has('dst');
  if (!hasOriginal && given.has('reply-src') && given.has('reply-dst')) return;
  const isReply = !hasOriginal && (given.has('reply-src') || given.has('reply-dst'));
  parameterProblem(
    isReply ? "you have to specify `--reply-src' and `--reply-dst'" : "you have to specify `--src' and `--dst'",
  );
}
