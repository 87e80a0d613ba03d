/** The command line of dig: global options, names with options of their own, servers (bind9: bin/dig/dig.c). */
import { parseIp4 } from '../../base/addr.ts';
import { parseIp6 } from '../../base/ip6.ts';
import { CLASS_IN, classNumber, TYPE_A, TYPE_ANY, TYPE_PTR, typeNumber } from '../../wire/dns-record.ts';
import { reverseName, reverseName6 } from '../dns/names.ts';
import { DIG_SHORT_USAGE } from './dig-usage.ts';
import { ToolError } from '../tool-error.ts';

/** What one name is asked with. */
export interface DigLookup {
  name: string;
  type: number;
  isTypeSet: boolean;
  class: number;
  /** Behind an `@`; '' for those of resolv.conf. */
  server: string;
  isTcp: boolean;
  ignoresTruncation: boolean;
  hasEdns: boolean;
  udpSize: number;
  isDnssecOk: boolean;
  hasCookie: boolean;
  timeoutSeconds: number;
  tries: number;
  hasAuthenticData: boolean;
  hasCheckingDisabled: boolean;
  isRecursive: boolean;
  hasAuthoritative: boolean;
  skipsServfail: boolean;
  usesSearch: boolean;
  domain: string;
  ndots: number;
  showsQuery: boolean;
  identifies: boolean;
  hasTtl: boolean;
  hasClass: boolean;
  hasComments: boolean;
  hasQuestion: boolean;
  hasAnswer: boolean;
  hasAuthority: boolean;
  hasAdditional: boolean;
  hasStats: boolean;
}

export interface DigCommand {
  readonly lookups: readonly DigLookup[];
  /** `+short`, wherever it stands. */
  readonly isShort: boolean;
  /** The command line is shown in front of the first answer. */
  readonly hasGreeting: boolean;
  /** A server was named before the first name. */
  readonly isServerGreeted: boolean;
  readonly port: number;
  readonly hasMicroseconds: boolean;
  readonly wants: 'lookups' | 'help' | 'version';
  /** Lines for standard error. */
  readonly warnings: readonly string[];
  /** The first option that Dockwire lacks, with its argument's index. */
  readonly lack: { readonly word: string; readonly argIndex: number } | null;
}

type Flag = { [K in keyof DigLookup]: DigLookup[K] extends boolean ? K : never }[keyof DigLookup];

/** `+name` and `+noname`; true turned round for those with an exclamation mark. */
const FLAGS: Readonly<Record<string, Flag | `!${Flag}`>> = {
  aaflag: 'hasAuthoritative',
  aaonly: 'hasAuthoritative',
  additional: 'hasAdditional',
  adflag: 'hasAuthenticData',
  answer: 'hasAnswer',
  authority: 'hasAuthority',
  cdflag: 'hasCheckingDisabled',
  class: 'hasClass',
  comments: 'hasComments',
  cookie: 'hasCookie',
  defname: 'usesSearch',
  dnssec: 'isDnssecOk',
  do: 'isDnssecOk',
  fail: '!skipsServfail',
  identify: 'identifies',
  ignore: 'ignoresTruncation',
  qr: 'showsQuery',
  question: 'hasQuestion',
  rdflag: 'isRecursive',
  recurse: 'isRecursive',
  search: 'usesSearch',
  stats: 'hasStats',
  tcp: 'isTcp',
  ttlid: 'hasTtl',
  vc: 'isTcp',
};
const VALUED = ['bufsize', 'domain', 'edns', 'ndots', 'retry', 'time', 'timeout', 'tries'];
const GLOBAL = ['all', 'cmd', 'short'];
const LACKING = (
  'badcookie besteffort coflag crypto dns64prefix ednsflags ednsnegotiation ednsopt expandaaaa expire header-only ' +
  'https https-get http-plain http-plain-get idnin idnout keepalive keepopen multiline nsid nssearch onesoa opcode ' +
  'padding qid raflag rrcomments showbadcookie showsearch split subnet tcflag tls tls-ca tls-hostname tls-certfile ' +
  'tls-keyfile trace ttlunits unknownformat yaml zflag'
).split(' ');
/** One-letter options that Dockwire lacks. */
const LACKING_LETTERS = '6bfkmy';
const ALIASES: readonly (readonly string[])[] = [
  ['time', 'timeout'],
  ['aaflag', 'aaonly'],
];

/** Everything that may stand behind a plus sign. */
const KEYWORDS = [...Object.keys(FLAGS), ...VALUED, ...GLOBAL, ...LACKING];
const UDP_SIZE = 1232;
const TIMEOUT_MAX = 0xffff;

class DigReader {
  readonly lookups: DigLookup[] = [];
  readonly warnings: string[] = [];
  lack: DigCommand['lack'] = null;
  isShort = false;
  hasCommand = true;
  hasGreeting = true;
  isServerGreeted = false;
  port = 53;
  hasMicroseconds = false;
  wants: DigCommand['wants'] = 'lookups';
  /** What names that follow begin with, until the first one; then the last name. */
  private current: DigLookup = defaults();
  private readonly base = this.current;
  private readonly args: readonly string[];

  constructor(args: readonly string[]) {
    this.args = args;
  }

  read(): void {
    const { args } = this;
    for (let i = 0; i < args.length && this.wants === 'lookups'; i++) {
      const arg = args[i]!;
      if (arg.startsWith('@')) this.current.server = arg.slice(1);
      else if (arg.startsWith('+')) this.readKeyword(arg, i);
      else if (arg.startsWith('-') && arg.length > 1) i = this.readOption(arg, i);
      else this.readWord(arg);
    }
  }

  private addName(name: string): void {
    if (this.lookups.length === 0) {
      this.hasGreeting = this.hasCommand;
      this.isServerGreeted = this.current.server !== '';
    }
    this.current = { ...this.base, name };
    this.lookups.push(this.current);
  }

  /** A type, a class, or a name. */
  private readWord(word: string): void {
    const type = typeNumber(word);
    const questionClass = classNumber(word);
    if (type !== undefined) this.setType(type);
    else if (questionClass !== undefined) this.current.class = questionClass;
    else this.addName(word);
  }

  private setType(type: number): void {
    this.current.type = type;
    this.current.isTypeSet = true;
    // ANY goes over TCP, unless somebody has said otherwise.
    if (type === TYPE_ANY && !this.isTcpSaid) this.current.isTcp = true;
  }

  private isTcpSaid = false;

  /** Options of one letter; their value is attached or the next argument. */
  private readOption(arg: string, at: number): number {
    const letter = arg[1]!;
    if (LACKING_LETTERS.includes(letter)) {
      this.lack ??= { word: `-${letter}`, argIndex: at };
      return at + ('bfky'.includes(letter) && arg.length === 2 ? 1 : 0);
    }
    if ('4ru'.includes(letter)) {
      if (letter === 'u') this.hasMicroseconds = true;
      return at;
    }
    if (letter === 'h' || letter === 'v') {
      this.wants = letter === 'h' ? 'help' : 'version';
      return at;
    }
    if (!'cpqtx'.includes(letter)) throw invalid(arg);
    const value = arg.length > 2 ? arg.slice(2) : this.args[at + 1];
    if (value === undefined) throw invalid(arg);
    this.applyOption(letter, value);
    return arg.length > 2 ? at : at + 1;
  }

  private applyOption(letter: string, value: string): void {
    if (letter === 'q') this.addName(value);
    else if (letter === 'p') this.port = numberFrom(value, 'port number', 0xffff);
    else if (letter === 't') {
      const type = typeNumber(value);
      if (type === undefined) this.warnings.push(`;; Warning, ignoring invalid type ${value}`);
      else this.setType(type);
    } else if (letter === 'c') {
      const questionClass = classNumber(value);
      if (questionClass === undefined) this.warnings.push(`;; Warning, ignoring invalid class ${value}`);
      else this.current.class = questionClass;
    } else {
      this.addName(reversed(value));
      this.current.isTypeSet ||= true;
      this.current.type = TYPE_PTR;
    }
  }

  private readKeyword(arg: string, argIndex: number): void {
    const [, no, word, value] = /^\+(no)?([^=]*)(?:=(.*))?$/i.exec(arg)!;
    const isOn = no === undefined;
    // `+nocl` is `+no` `cl`; `+nsid` is none of it.
    const keyword = keywordOf(word!.toLowerCase()) ?? (isOn ? undefined : keywordOf(`no${word!}`));
    if (keyword === undefined) throw invalid(arg);
    if (LACKING.includes(keyword)) this.lack ??= { word: arg, argIndex };
    else if (keyword in FLAGS) this.setFlag(FLAGS[keyword]!, isOn);
    else if (GLOBAL.includes(keyword)) this.setGlobal(keyword, isOn);
    else this.setValue(keyword, value, isOn, arg);
  }

  private setFlag(flag: Flag | `!${Flag}`, isOn: boolean): void {
    const isTurned = flag.startsWith('!');
    const key = (isTurned ? flag.slice(1) : flag) as Flag;
    this.current[key] = isOn !== isTurned;
    if (key === 'isTcp') this.isTcpSaid = true;
    if (key === 'isDnssecOk' && isOn) this.current.hasEdns = true;
  }

  private setGlobal(keyword: string, isOn: boolean): void {
    const { current } = this;
    if (keyword === 'cmd') this.setCommand(isOn);
    else if (keyword === 'all') {
      for (const key of SHOWN) current[key] = isOn;
      this.setCommand(isOn);
    } else {
      this.isShort = isOn;
      if (!isOn) return;
      for (const key of SHOWN) current[key] = key === 'hasAnswer';
      this.setCommand(false);
    }
  }

  private setCommand(isOn: boolean): void {
    this.hasCommand = isOn;
    // Behind the first name it still takes the greeting away, but does not bring it back.
    if (!isOn) this.hasGreeting = false;
  }

  private setValue(keyword: string, value: string | undefined, isOn: boolean, arg: string): void {
    const { current } = this;
    if (keyword === 'edns') current.hasEdns = isOn;
    else if (keyword === 'bufsize') {
      current.udpSize = value === undefined ? UDP_SIZE : numberFrom(value, 'buffer size', 0xffff);
      current.hasEdns = true;
    } else if (!isOn || value === undefined || value === '') throw invalid(arg);
    else if (keyword === 'domain') {
      current.domain = value;
      current.usesSearch = true;
    } else if (keyword === 'ndots') current.ndots = numberFrom(value, 'ndots', 0xffff);
    else if (keyword === 'tries') current.tries = Math.max(numberFrom(value, 'tries', 0x7fff_ffff), 1);
    else if (keyword === 'retry') current.tries = numberFrom(value, 'retries', 0x7fff_fffe) + 1;
    else current.timeoutSeconds = Math.max(numberFrom(value, 'timeout', TIMEOUT_MAX), 1);
  }
}

const SHOWN = ['hasComments', 'hasQuestion', 'hasAnswer', 'hasAuthority', 'hasAdditional', 'hasStats'] as const;

function defaults(): DigLookup {
  return {
    name: '',
    type: TYPE_A,
    isTypeSet: false,
    class: CLASS_IN,
    server: '',
    isTcp: false,
    ignoresTruncation: false,
    hasEdns: true,
    udpSize: UDP_SIZE,
    isDnssecOk: false,
    hasCookie: true,
    timeoutSeconds: 0,
    tries: 3,
    hasAuthenticData: true,
    hasCheckingDisabled: false,
    isRecursive: true,
    hasAuthoritative: false,
    skipsServfail: false,
    usesSearch: false,
    domain: '',
    ndots: -1,
    showsQuery: false,
    identifies: false,
    hasTtl: true,
    hasClass: true,
    hasComments: true,
    hasQuestion: true,
    hasAnswer: true,
    hasAuthority: true,
    hasAdditional: true,
    hasStats: true,
  };
}

/** By its name, or by a beginning that is no other's. */
function keywordOf(word: string): string | undefined {
  if (KEYWORDS.includes(word)) return word;
  const candidates = word === '' ? [] : KEYWORDS.filter((keyword) => keyword.startsWith(word));
  const isOne = candidates.length === 1 || ALIASES.some((all) => candidates.every((each) => all.includes(each)));
  return isOne ? candidates[0] : undefined;
}

function invalid(arg: string): ToolError {
  return new ToolError(`Invalid option: ${arg}\n${DIG_SHORT_USAGE}`, 1);
}

function numberFrom(text: string, what: string, max: number): number {
  if (!/^\d+$/.test(text) || Number(text) > max) {
    const why = /^\d+$/.test(text) ? 'out of range' : 'not a valid number';
    throw new ToolError(
      `dig: couldn't parse ${what}: invalid ${what} '${text}': ${why}`.replace(/invalid .*: /, ''),
      1,
    );
  }
  return Number(text);
}

/** `-x`: an address, or some of its first parts. */
function reversed(text: string): string {
  const ip4 = parseIp4(text);
  if (ip4 !== undefined) return reverseName(ip4);
  const ip6 = parseIp6(text);
  if (ip6 !== undefined) return reverseName6(ip6);
  return `${text
    .split('.')
    .filter((part) => part !== '')
    .reverse()
    .join('.')}.in-addr.arpa`;
}

/** Reads the command line; throws a ToolError in dig's words. */
export function readDig(args: readonly string[]): DigCommand {
  const reader = new DigReader(args);
  reader.read();
  const { lookups, isShort, hasGreeting, isServerGreeted, port, hasMicroseconds, wants, warnings, lack } = reader;
  return { lookups, isShort, hasGreeting, isServerGreeted, port, hasMicroseconds, wants, warnings, lack };
}

/** The keywords that work, for complaints about the others. */
export function supportedKeywords(): string[] {
  return [...Object.keys(FLAGS), ...VALUED, ...GLOBAL]
    .sort((left, right) => (left < right ? -1 : 1))
    .map((keyword) => `+${keyword}`);
}
