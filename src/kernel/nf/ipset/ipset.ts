/** The program ipset(8) 7.17 over the sets of a namespace. */
import type { ToolResult } from '../tool.ts';
import { UNSUPPORTED } from '../xt-error.ts';
import type { MatchHome } from '../match-home.ts';
import type { SetElement, SetKey, SetSettings } from './ip-set.ts';
import { IpSet, SET_TYPES } from './ip-set.ts';
import {
  IpsetError,
  kernelError,
  keyText,
  readKeys,
  readNumber,
  readPorts,
  readRange,
  syntaxError,
} from './set-words.ts';

const VERSION = 'v7.17';
const SECOND_NS = 1_000_000_000;
const MAX_NAME = 31;
const MAX_U32 = 0xffff_ffff;
/** What a kernel's table and each bucket of it take, and what an element brings along. */
const HASH_BYTES = 216;
const NETWORKS_BYTES = 240;
const BUCKET_BYTES = 32;
const NO_SET = 'The set with the given name does not exist';
const ADVICE = "Try `ipset help' for more information.";

/** Short names of the commands, by their long ones; how many words each must have. */
const COMMANDS: readonly (readonly [name: string, letter: string, least: number, most: number])[] = [
  ['create', 'N', 2, Infinity],
  ['add', 'A', 2, Infinity],
  ['del', 'D', 2, Infinity],
  ['test', 'T', 2, Infinity],
  ['destroy', 'X', 0, 1],
  ['list', 'L', 0, 1],
  ['save', 'S', 0, 1],
  ['flush', 'F', 0, 1],
  ['rename', 'E', 2, 2],
  ['swap', 'W', 2, 2],
  ['version', 'v', 0, 0],
];
const OLD_TYPES: Readonly<Record<string, string>> = {
  iphash: 'hash:ip',
  nethash: 'hash:net',
  ipporthash: 'hash:ip,port',
  portmap: 'bitmap:port',
  ipmap: 'bitmap:ip',
};

function usage(text: string, hasAdvice = true): never {
  throw new IpsetError(hasAdvice ? `${text}\n${ADVICE}` : text, 2);
}

interface Flags {
  readonly ignoresExisting: boolean;
  readonly isQuiet: boolean;
  readonly isNamesOnly: boolean;
  readonly isTerse: boolean;
  readonly isSave: boolean;
}

class Ipset {
  stdout = '';
  stderr = '';
  exit = 0;
  private readonly home: MatchHome;
  private readonly flags: Flags;

  constructor(home: MatchHome, flags: Flags) {
    this.home = home;
    this.flags = flags;
  }

  private get nowNs(): number {
    return this.home.ns.machine.sched.now;
  }

  private find(name: string): IpSet {
    return this.home.sets.get(name) ?? kernelError(NO_SET);
  }

  run(command: string, words: readonly string[]): void {
    const [name = '', second = '', ...rest] = words;
    const chosen = words.length === 0 ? [...this.home.sets.values()] : [];
    if (command === 'create') this.create(name, second, rest);
    else if (command === 'add' || command === 'del') this.change(command === 'add', this.find(name), second, rest);
    else if (command === 'test') this.test(this.find(name), second);
    else if (command === 'destroy') this.destroy(words.length === 0 ? chosen : [this.find(name)]);
    else if (command === 'flush') for (const set of words.length === 0 ? chosen : [this.find(name)]) set.flush();
    else if (command === 'list') this.list(words.length === 0 ? chosen : [this.find(name)]);
    else if (command === 'save') this.save(words.length === 0 ? chosen : [this.find(name)]);
    else if (command === 'rename') this.rename(this.find(name), second);
    else if (command === 'swap') this.swap(this.find(name), this.find(second));
    else this.stdout += `ipset ${VERSION}, protocol version: 7\n`;
  }

  private create(name: string, typeName: string, words: readonly string[]): void {
    if (name.length > MAX_NAME) syntaxError(`setname '${name}' is longer than ${MAX_NAME} characters`);
    const known = OLD_TYPES[typeName] ?? typeName;
    const type = SET_TYPES.find((each) => each.name === known);
    if (type === undefined && /^(?:hash|bitmap|list):(?:ip|net|mac|port|set|iface|mark|,)+$/.test(known)) {
      const supported = SET_TYPES.map((each) => each.name).join(', ');
      throw new IpsetError(`type ${known}: not supported by Dockwire; supported: ${supported}`, UNSUPPORTED);
    }
    if (type === undefined) syntaxError(`typename '${typeName}' is unknown`);
    const settings = new SettingsReader({ ...UNSET, type, initial: this.home.rng.u32() }).read(words);
    if (this.home.sets.has(name)) {
      if (this.flags.ignoresExisting) return;
      kernelError('Set cannot be created: set with the same name already exists');
    }
    this.home.sets.set(name, new IpSet(name, settings));
  }

  private change(isAdded: boolean, set: IpSet, text: string, words: readonly string[]): void {
    const options = readElementOptions(words, set.settings);
    for (const key of readKeys(text, set.settings)) {
      if (isAdded) this.add(set, key, options);
      else this.remove(set, key);
    }
  }

  private add(set: IpSet, key: SetKey, { timeout, comment, isNoMatch }: ElementOptions): void {
    const { settings } = set;
    const place = settings.type.hasPort ? key.port : key.network >>> 0;
    if (settings.type.isBitmap && (place < settings.low || place > settings.high)) {
      kernelError('Element is out of the range of the set');
    }
    if (set.find(key, this.nowNs) !== null && !this.flags.ignoresExisting) {
      kernelError("Element cannot be added to the set: it's already added");
    }
    if (!settings.type.isBitmap && set.list(this.nowNs).length >= settings.maxElements) {
      kernelError('Hash is full, cannot add more elements');
    }
    const seconds = timeout < 0 ? Math.max(0, settings.timeout) : timeout;
    const expiresNs = seconds === 0 ? 0 : this.nowNs + seconds * SECOND_NS;
    set.put({ ...key, isNoMatch, expiresNs, comment, packets: 0, bytes: 0 });
  }

  private remove(set: IpSet, key: SetKey): void {
    if (set.find(key, this.nowNs) !== null) set.remove(key);
    else if (!this.flags.ignoresExisting) kernelError("Element cannot be deleted from the set: it's not added");
  }

  private test(set: IpSet, text: string): void {
    const [key] = readKeys(text, set.settings);
    const { network, protocol, port } = key!;
    const isIn = key!.length < 32 ? set.find(key!, this.nowNs) : set.test(network, protocol, port, this.nowNs);
    const named = keyText(key!, set.settings);
    this.exit = isIn === null ? 1 : 0;
    if (this.flags.isQuiet) return;
    this.stderr +=
      isIn === null ? `${named} is NOT in set ${set.name}.\n` : `Warning: ${named} is in set ${set.name}.\n`;
  }

  private destroy(sets: readonly IpSet[]): void {
    if (sets.some(({ references }) => references > 0)) {
      kernelError('Set cannot be destroyed: it is in use by a kernel component');
    }
    for (const { name } of sets) this.home.sets.delete(name);
  }

  private rename(set: IpSet, name: string): void {
    if (this.home.sets.has(name)) kernelError('Set cannot be renamed: a set with the new name already exists');
    if (set.references > 0) kernelError('Set cannot be renamed: it is in use by another system');
    const sets = [...this.home.sets.values()];
    set.name = name;
    this.home.sets.clear();
    for (const each of sets) this.home.sets.set(each.name, each);
  }

  private swap(left: IpSet, right: IpSet): void {
    if (left.settings.type !== right.settings.type) {
      kernelError('The sets cannot be swapped: their type does not match');
    }
    [left.body, right.body] = [right.body, left.body];
  }

  private list(sets: readonly IpSet[]): void {
    if (this.flags.isSave) {
      this.save(sets);
      return;
    }
    if (this.flags.isNamesOnly) this.stdout += sets.map(({ name }) => `${name}\n`).join('');
    else this.stdout += sets.map((set) => this.listing(set)).join('\n');
  }

  private listing(set: IpSet): string {
    const elements = set.list(this.nowNs);
    const { settings, name, references } = set;
    const head = [
      `Name: ${name}`,
      `Type: ${settings.type.name}`,
      `Revision: ${settings.type.revision}`,
      `Header: ${headerText(settings)}`,
      `Size in memory: ${memoryOf(settings, elements)}`,
      `References: ${references}`,
      `Number of entries: ${elements.length}`,
    ];
    const members = this.flags.isTerse
      ? []
      : ['Members:', ...this.inOrder(set).map((each) => this.text(each, settings))];
    return [...head, ...members].map((line) => `${line}\n`).join('');
  }

  private save(sets: readonly IpSet[]): void {
    for (const set of sets) {
      const { settings, name } = set;
      this.stdout += `create ${name} ${settings.type.name} ${headerText(settings)}\n`;
      for (const element of this.inOrder(set)) this.stdout += `add ${name} ${this.text(element, settings)}\n`;
    }
  }

  /** Bitmaps by their bits; a real kernel lists others by a keyed hash. */
  private inOrder(set: IpSet): SetElement[] {
    const elements = set.list(this.nowNs);
    if (!set.settings.type.isBitmap) return elements;
    return elements.sort((a, b) => (a.network >>> 0) - (b.network >>> 0) || a.port - b.port);
  }

  private text(element: SetElement, settings: SetSettings): string {
    const left = element.expiresNs === 0 ? 0 : Math.floor((element.expiresNs - this.nowNs) / SECOND_NS);
    const timeout = settings.timeout < 0 ? '' : ` timeout ${left}`;
    const counters = settings.hasCounters ? ` packets ${element.packets} bytes ${element.bytes}` : '';
    const comment = element.comment === '' ? '' : ` comment "${element.comment}"`;
    return `${keyText(element, settings)}${element.isNoMatch ? ' nomatch' : ''}${timeout}${counters}${comment}`;
  }
}

const UNSET = {
  hashSize: 1024,
  maxElements: 65_536,
  netmask: 32,
  low: -1,
  high: -1,
  timeout: -1,
  hasCounters: false,
  hasComments: false,
};

/** Reads what follows the type of a new set. */
class SettingsReader {
  private settings: SetSettings;

  constructor(settings: SetSettings) {
    this.settings = settings;
  }

  read(words: readonly string[]): SetSettings {
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (word === 'counters') this.set({ hasCounters: true });
      else if (word === 'comment') this.set({ hasComments: true });
      else if (word === 'timeout' || this.takes(word)) {
        if (i + 1 >= words.length) usage(`Missing mandatory argument of option \`${word}'`);
        this.readOption(word, words[++i]!);
      } else usage(`Unknown argument: \`${word}'`);
    }
    if (this.settings.type.isBitmap && this.settings.low < 0) usage("Mandatory option `range' is missing");
    return this.settings;
  }

  private set(some: Partial<SetSettings>): void {
    this.settings = { ...this.settings, ...some };
  }

  private takes(word: string): boolean {
    const { type } = this.settings;
    if (type.isBitmap) return word === 'range';
    if (word === 'netmask') return !type.hasNetworks && !type.hasPort;
    return ['family', 'hashsize', 'maxelem', 'bucketsize', 'initval'].includes(word);
  }

  private readOption(word: string, value: string): void {
    if (word === 'timeout') this.set({ timeout: readNumber(value, 0, 2_147_483) });
    else if (word === 'maxelem') this.set({ maxElements: readNumber(value, 0, MAX_U32) });
    else if (word === 'netmask') this.set({ netmask: readNetmask(value) });
    else if (word === 'initval') this.set({ initial: readNumber(value, 0, MAX_U32) });
    else if (word === 'hashsize') this.set({ hashSize: roundUp(readNumber(value, 0, MAX_U32)) });
    else if (word === 'range') this.readRange(value);
    else if (word === 'family' && value !== 'inet' && value !== 'ipv4') {
      throw new IpsetError(`family ${value}: not supported by Dockwire; supported: inet`, UNSUPPORTED);
    }
  }

  private readRange(value: string): void {
    if (!this.settings.type.hasPort) {
      const { low, high } = readRange(value);
      this.set({ low, high });
      return;
    }
    const { low, high } = readPorts(value);
    this.set({ low: Math.min(low, high), high: Math.max(low, high) });
  }
}

function readNetmask(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= 32) return number;
  const range = 'Syntax error: netmask is out of the inclusive range of 1-32';
  return syntaxError(`'${value}' is out of range 1-32\n${range}`);
}

/** Buckets are a power of two, 64 at least. */
function roundUp(size: number): number {
  let rounded = 64;
  while (rounded < size) rounded *= 2;
  return rounded;
}

interface ElementOptions {
  /** -1 for the set's own. */
  timeout: number;
  comment: string;
  isNoMatch: boolean;
}

function readElementOptions(words: readonly string[], { type, timeout, hasComments }: SetSettings): ElementOptions {
  const options = { timeout: -1, comment: '', isNoMatch: false };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === 'nomatch' && type.hasNetworks) options.isNoMatch = true;
    else if (word === 'timeout' && i + 1 < words.length) options.timeout = readNumber(words[++i]!, 0, 2_147_483);
    else if (word === 'comment' && i + 1 < words.length) options.comment = words[++i]!;
    else usage(`Unknown argument: \`${word}'`);
  }
  if (options.timeout >= 0 && timeout < 0) {
    kernelError('Timeout cannot be used: set was created without timeout support');
  }
  if (options.comment !== '' && !hasComments) {
    kernelError('Comment cannot be used: set was created without comment support');
  }
  return options;
}

function headerText(settings: SetSettings): string {
  const { type, low, high, netmask } = settings;
  const timeout = settings.timeout < 0 ? '' : ` timeout ${settings.timeout}`;
  const extras = `${timeout}${settings.hasCounters ? ' counters' : ''}${settings.hasComments ? ' comment' : ''}`;
  if (type.isBitmap) {
    const text = (value: number): string =>
      type.hasPort ? String(value) : keyText({ network: value | 0, length: 32, protocol: 0, port: 0 }, settings);
    return `range ${text(low)}-${text(high)}${extras}`;
  }
  const mask = netmask === 32 ? '' : ` netmask ${netmask}`;
  const initial = `initval 0x${settings.initial.toString(16).padStart(8, '0')}`;
  const sizes = `hashsize ${settings.hashSize} maxelem ${settings.maxElements}`;
  return `family inet ${sizes}${mask}${extras} bucketsize 12 ${initial}`;
}

/** What a real kernel's table takes as long as no two elements share a bucket. */
function memoryOf({ type, low, high, timeout, hasCounters, hasComments }: SetSettings, elements: SetElement[]): number {
  if (type.isBitmap) return (type.hasPort ? 72 : 88) + Math.ceil((high - low + 1) / 64) * 8;
  const extra = (timeout < 0 ? 0 : 8) + (hasCounters ? 16 : 0) + (hasComments ? 8 : 0);
  const plain = type.hasPort || type.hasNetworks || extra > 0 ? 8 : 4;
  const comments = elements.reduce((sum, { comment }) => sum + (comment === '' ? 0 : 17 + comment.length), 0);
  const base = HASH_BYTES + (type.hasNetworks ? NETWORKS_BYTES : 0);
  return base + elements.length * (BUCKET_BYTES + 2 * (plain + extra)) + comments;
}

const LONG_FLAGS: Readonly<Record<string, keyof Flags>> = {
  '-!': 'ignoresExisting',
  '-exist': 'ignoresExisting',
  '-q': 'isQuiet',
  '-quiet': 'isQuiet',
  '-n': 'isNamesOnly',
  '-name': 'isNamesOnly',
  '-t': 'isTerse',
  '-terse': 'isTerse',
};

/** Words that are no options, and the options. */
function readWords(words: readonly string[]): { flags: Flags; rest: string[] } {
  const flags = { ignoresExisting: false, isQuiet: false, isNamesOnly: false, isTerse: false, isSave: false };
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const flag = LONG_FLAGS[word.replace(/^--/, '-')];
    if (flag !== undefined) flags[flag] = true;
    else if ((word === '-o' || word === '-output' || word === '--output') && words[i + 1] === 'save') {
      flags.isSave = true;
      i++;
    } else rest.push(word);
  }
  return { flags, rest };
}

/** `ipset WORDS…`, `home` is what the namespace keeps. */
export function ipset(home: MatchHome, words: readonly string[]): ToolResult {
  const { flags, rest } = readWords(words);
  const program = new Ipset(home, flags);
  try {
    const [command, args] = readCommand(rest);
    program.run(command, args);
    return { exit: program.exit, stdout: program.stdout, stderr: program.stderr };
  } catch (error) {
    if (!(error instanceof IpsetError)) throw error;
    const prefix = error.status === UNSUPPORTED ? 'ipset ' : `ipset ${VERSION}: `;
    const isSilent = flags.isQuiet && error.status === 1;
    return { exit: error.status, stdout: program.stdout, stderr: isSilent ? '' : `${prefix}${error.message}\n` };
  }
}

function readCommand([word = '', ...args]: readonly string[]): [name: string, args: string[]] {
  if (word === '') usage('No command specified.');
  const found = COMMANDS.find(([name, letter]) => [name, `-${letter}`, `--${name}`].includes(word));
  if (found === undefined && ['restore', '-R', 'help', '-h'].includes(word)) {
    const supported = COMMANDS.map(([name]) => name).join(', ');
    throw new IpsetError(`${word}: not supported by Dockwire; supported: ${supported}`, UNSUPPORTED);
  }
  if (found === undefined) usage(`No command specified: unknown argument ${word}`);
  const [name, , least, most] = found;
  if (args.length === 0 && least > 0) usage(`Missing mandatory argument to command ${name}`);
  if (args.length < least) usage(`Missing second mandatory argument to command ${name}`);
  if (args.length > most) usage(`Unknown argument ${args[most]!}`);
  return [name, args];
}
