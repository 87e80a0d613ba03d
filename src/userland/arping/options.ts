/** The command line of Habets' arping 2.23 (src/arping.c). */
import type { Ip4, Mac } from '../../base/addr.ts';
import { BROADCAST_MAC, formatIp4, isLoopbackIp4, networkOf } from '../../base/addr.ts';
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { MICROSECOND, SECOND } from '../../sim/units.ts';
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import { parseInteger, strtod } from '../number-text.ts';
import type { Resolver } from '../resolve.ts';
import { ToolError } from '../tool-error.ts';
import { ARPING_HELP, ARPING_USAGE } from './usage.ts';

const LETTERS = '0aAbBC:c:dDeFg:hi:I:m:pPqQ:rRs:S:t:T:uUvV:w:W:zZ';
/** VLAN tags. */
const LACKING = 'VQ';
/** For messages. */
export const ARPING_SUPPORTED: readonly string[] = Array.from('0aAbBcCdDeFghiImpPqrRsStTuUvwWzZ', (x) => `-${x}`);

const BROADCAST_IP: Ip4 = -1;
const EXIT_FAILURE = 1;
/** Looking for duplicates stops after so many requests. */
const DUPLICATE_COUNT = 3;

export type ArpingDisplay = 'normal' | 'dots' | 'quiet' | 'mac' | 'ip' | 'both';

export interface ArpingOptions {
  mode: 'ip' | 'mac';
  /** As the output calls it. */
  target: string;
  targetIp: Ip4;
  targetMac: Mac;
  device: string;
  /** NaN for the interface's own, as for the MAC address. */
  source: Ip4;
  sourceMac: Mac;
  /** -1 = no limit, for both. */
  count: number;
  repliesMax: number;
  display: ArpingDisplay;
  waitNs: number;
  /** Absolute; -1 for none, 0 for one that has passed. */
  deadlineNs: number;
  findsDuplicates: boolean;
  /** `-A`: the answer's sender must be the destination's MAC address. */
  isStrict: boolean;
  isAudible: boolean;
  isAudibleWhenMissing: boolean;
  isPromiscuous: boolean;
  sendsReplies: boolean;
  isUnsolicited: boolean;
  showsTotal: boolean;
  isVerbose: boolean;
}

/** Text for standard output and an exit code, or a ping. */
export type ArpingCommand = { readonly text: string; readonly exit: number } | { readonly options: ArpingOptions };

export function checkArping(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(args, LETTERS, LACKING);
}

export function refuseArping(args: readonly string[]): CheckMistake | undefined {
  return args.includes('--help') ? undefined : unknownOption(args, LETTERS);
}

/** What the options say before any name is looked up. */
interface Given {
  values: Map<string, string>;
  mode: '' | 'ip' | 'mac';
  display: ArpingDisplay;
}

const fail = (message: string): never => {
  throw new ToolError(message, EXIT_FAILURE);
};

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Reads the command line; throws a ToolError in the real one's words. */
export function* readArping(proc: Process, args: readonly string[], resolve: Resolver): Steps<ArpingCommand> {
  if (args.includes('--help')) return { text: ARPING_HELP, exit: 0 };
  const { options, operands, error } = getopt(args, LETTERS);
  const given: Given = { values: new Map(), mode: '', display: 'normal' };
  for (const { letter, value } of options) {
    if (letter === 'h') return { text: ARPING_USAGE, exit: 0 };
    take(given, letter, value);
  }
  if (error !== null) {
    proc.writeError(`arping: ${error.message}\n`);
    return { text: ARPING_USAGE, exit: EXIT_FAILURE };
  }
  if (operands.length > 1) fail('arping: Too many args on command line. Expected at most one.');
  checkMix(given);
  return yield* settle(proc, given, operands[0]?.text ?? '', resolve);
}

function take(given: Given, letter: string, value: string): void {
  given.values.set(letter, value);
  if (letter === '0') given.values.set('S', '0.0.0.0');
  else if (letter === 'b') given.values.set('S', '255.255.255.255');
  else if (letter === 't' || letter === 'U') given.mode = 'ip';
  else if (letter === 'T') given.mode = 'mac';
  else if (letter === 'D') given.display = 'dots';
  else if (letter === 'q') given.display = 'quiet';
  else if (letter === 'r') given.display = given.display === 'ip' ? 'both' : 'mac';
  else if (letter === 'R') given.display = given.display === 'mac' ? 'both' : 'ip';
  else if (letter === 'i' && value.includes(':')) {
    fail(
      "arping: If you're trying to feed me an interface alias then you don't really\n" +
        'know what this programs does, do you?\nUse -I if you really mean it (undocumented on purpose)',
    );
  }
  if (letter === 'i') given.values.set('I', value);
  else if (letter === 'm' && value !== 'host') fail(`arping: Unknown timestamp type "${value}"`);
  else if (letter === 'g' && !/^(\d+|root|nogroup|daemon)$/.test(value)) {
    fail(`arping: ${value} is not a number or group`);
  }
}

function checkMix({ values, mode }: Given): void {
  const has = (letter: string): boolean => values.has(letter);
  if ((mode === 'ip' && has('T')) || (mode === 'mac' && (has('B') || has('t') || has('U')))) {
    // The real one forgets the end of the line.
    throw new ToolError('arping: -T can only be used to ping MAC and -BtU only to ping IPs', EXIT_FAILURE);
  }
  if (has('T') && has('B')) fail("arping: -B can't be used with -T, since they set the same thing");
}

function* settle(proc: Process, given: Given, operand: string, resolve: Resolver): Steps<ArpingCommand> {
  const { values } = given;
  const options = plain(proc, given);
  const sourceMac = values.get('s');
  if (sourceMac !== undefined)
    options.sourceMac = parseMacText(sourceMac) ?? fail(`arping: Weird MAC addr ${sourceMac}`);
  const targetMac = values.get('t');
  if (targetMac !== undefined) options.targetMac = parseMacText(targetMac) ?? fail(`Illegal MAC addr ${targetMac}`);
  const source = values.get('S');
  if (source !== undefined) options.source = yield* addressOf(proc, source, resolve, '-b instead of -S');
  const target = values.get('T');
  if (target !== undefined) options.targetIp = yield* addressOf(proc, target, resolve, '-B instead of -T');
  if (operand === '' && !options.findsDuplicates && !values.has('B')) return { text: ARPING_USAGE, exit: EXIT_FAILURE };
  if (given.mode === '') options.mode = operand !== '' && isMacText(operand) ? 'mac' : 'ip';
  else options.mode = given.mode;
  if (operand === '') {
    if (options.findsDuplicates && !values.has('B')) options.targetIp = firstAddress(proc);
    options.target = formatIp4(options.targetIp);
  } else if (options.mode === 'ip') yield* readIpTarget(proc, options, operand, values.has('B'), resolve);
  else readMacTarget(options, operand);
  chooseDevice(proc, options, values);
  return { options };
}

/** Everything that needs no look-up. */
function plain(proc: Process, { values, display }: Given): ArpingOptions {
  const has = (letter: string): boolean => values.has(letter);
  const deadline = values.has('w') ? atof(values.get('w')!) * SECOND : -1;
  const wait = values.has('W') ? Math.trunc(atof(values.get('W')!) * 1_000_000) * MICROSECOND : SECOND;
  const count = values.has('c') ? atoi(values.get('c')!) : -1;
  return {
    mode: 'ip',
    target: '',
    targetIp: BROADCAST_IP,
    targetMac: BROADCAST_MAC,
    device: values.get('I') ?? '',
    source: NaN,
    sourceMac: NaN,
    count: has('d') && count === -1 ? DUPLICATE_COUNT : count,
    repliesMax: values.has('C') ? atoi(values.get('C')!) : -1,
    display,
    // Negative ones are taken for very long.
    waitNs: wait < 0 ? 4_000 * SECOND : wait,
    deadlineNs: deadline > 0 ? Math.ceil(proc.now + deadline) : deadline,
    findsDuplicates: has('d'),
    isStrict: has('A'),
    isAudible: has('a'),
    isAudibleWhenMissing: has('e'),
    isPromiscuous: has('p'),
    sendsReplies: has('P'),
    isUnsolicited: has('U'),
    showsTotal: has('u'),
    isVerbose: has('v'),
  };
}

/** atof(3) and atoi(3): what begins like a number, 0 for anything else. */
function atof(text: string): number {
  const { value } = strtod(text);
  return Number.isNaN(value) ? 0 : value;
}

function atoi(text: string): number {
  return parseInteger(/^\s*[+-]?\d+/.exec(text)?.[0] ?? '0') ?? 0;
}

function* addressOf(proc: Process, name: string, resolve: Resolver, instead: string): Steps<Ip4> {
  const found = yield* resolve(proc, name);
  if (typeof found !== 'string') return found.address;
  return fail(`arping: Can't resolve ${name}, or ${name} is broadcast. If it is, use ${instead}`);
}

function* readIpTarget(
  proc: Process,
  options: ArpingOptions,
  operand: string,
  isBroadcast: boolean,
  resolve: Resolver,
): Steps<void> {
  options.target = operand;
  if (isBroadcast) return;
  if (isMacText(operand)) fail('arping: Options given only apply to IP ping, but MAC address given as argument');
  const found = yield* resolve(proc, operand);
  if (typeof found === 'string') fail(`arping: Can't resolve ${operand}`);
  else options.targetIp = found.address;
  options.target = formatIp4(options.targetIp);
}

function readMacTarget(options: ArpingOptions, operand: string): void {
  if (!isMacText(operand)) {
    fail('arping: Options given only apply to MAC ping, but no MAC address given as argument');
  }
  options.target = operand;
  options.targetMac = parseMacText(operand) ?? fail(`arping: Illegal mac addr ${operand}`);
}

/** 0246.0a4d.0002, 02-46-…, or anything with a colon. */
function isMacText(text: string): boolean {
  return (
    /^[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}$/i.test(text) ||
    /^[\da-f]{2}(-[\da-f]{2}){5}$/i.test(text) ||
    text.includes(':')
  );
}

function parseMacText(text: string): Mac | undefined {
  const cisco = /^([\da-f]{1,2})([\da-f]+)\.([\da-f]{1,2})([\da-f]+)\.([\da-f]{1,2})([\da-f]+)$/i.exec(text);
  const parts = cisco === null ? text.split(text.includes(':') ? ':' : '-') : cisco.slice(1);
  if (parts.length !== 6 || parts.some((part) => !/^[\da-f]+$/i.test(part))) return undefined;
  return parts.reduce((mac, part) => mac * 256 + (parseInt(part, 16) & 0xff), 0);
}

/** That of the first interface that is up (libnet_select_device); 0 for none. */
function firstAddress(proc: Process): Ip4 {
  for (const dev of proc.ns.listDevices()) {
    if (dev.isUp && !dev.isLoopback && dev.addresses.length > 0) return dev.addresses[0]!.address;
  }
  return 0;
}

/** The interface in whose subnet the target is; the longest prefix wins (arping_lookupdev). */
function chooseDevice(proc: Process, options: ArpingOptions, values: ReadonlyMap<string, string>): void {
  if (options.device !== '') return;
  const devices = proc.ns.listDevices().filter((dev) => dev.isUp);
  if (devices.length === 0) fail('arping: libnet_init(LIBNET_LINK, lo0): libnet_check_iface() ioctl: No such device');
  let bestLength = -1;
  for (const dev of values.has('F') ? [] : devices) {
    for (const { address, prefixLen } of dev.isLoopback ? [] : dev.addresses) {
      const isSame = networkOf({ address, prefixLen }) === networkOf({ address: options.targetIp, prefixLen });
      if (!isSame || isLoopbackIp4(address) || prefixLen <= bestLength) continue;
      options.device = dev.name;
      bestLength = prefixLen;
    }
  }
  if (options.device !== '') {
    if (options.isVerbose) proc.write(`arping: Autodetected interface ${options.device}\n`);
    return;
  }
  options.device = devices.find((dev) => !dev.isLoopback)?.name ?? 'any';
  if (values.has('F')) return;
  proc.writeError(
    'arping: lookup dev: No matching interface found using getifaddrs().\n' +
      'arping: Unable to automatically find interface to use. Is it on the local LAN?\n' +
      `arping: Use -i to manually specify interface. Guessing interface ${options.device}.\n`,
  );
}
