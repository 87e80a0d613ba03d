/** The options in front of the object of `ip` (iproute2: ip.c, main); abbreviations go to the first that they fit. */
import type { ShowOptions } from '../../kernel/show/options.ts';
import { PLAIN } from '../../kernel/show/options.ts';

/** What was said in front of the object. */
export interface IpOptions {
  readonly show: ShowOptions;
  /** 1 with `-t`, 2 with `-ts`. */
  readonly timestamps: number;
  /** `-force`: a batch goes on behind a mistake. */
  readonly force: boolean;
  /** `-all` */
  readonly all: boolean;
  /** `-batch FILE`; null without. */
  readonly batch: string | null;
  /** `-n NAME`, the last one; null without. */
  readonly netns: string | null;
  /** At which argument the object stands. */
  readonly objectAt: number;
}

/** Where reading the options ended before there was an object. */
export interface IpOptionsEnd {
  /** `usage` and `version` are asked for; the others are mistakes. */
  readonly kind: 'usage' | 'version' | 'unknown' | 'wrong' | 'lack';
  readonly text: string;
  readonly argIndex: number;
}

type Draft = { -readonly [K in keyof Omit<IpOptions, 'show'>]: IpOptions[K] } & {
  show: { -readonly [K in keyof ShowOptions]: ShowOptions[K] };
};

/** In the order in which iproute2 tries them. */
const NAMES =
  '-loops -family -human -human-readable -iec -stats -statistics -details -resolve -oneline -timestamp -tshort ' +
  '-Version -force -batch -brief -json -pretty -rcvbuf -color -help -netns -Numeric -all';
const OPTIONS: readonly string[] = NAMES.split(' ');
const EXACT: ReadonlySet<string> = new Set(['-4', '-6', '-0', '-M', '-B', '-echo']);
const FAMILIES: ReadonlyMap<string, ShowOptions['family']> = new Map([
  ['inet', 'inet'],
  ['inet6', 'inet6'],
  ['link', 'link'],
]);
/** Families that iproute2 knows and Dockwire does not have. */
const OTHER_FAMILIES: ReadonlySet<string> = new Set(['mpls', 'bridge']);

/** Called with each `-n NAME`; false when there is no such namespace. */
export type HasNetns = (name: string) => boolean;

/** Reads up to the object; a word that is no literal is ''. */
export function readIpOptions(args: readonly string[], hasNetns: HasNetns): IpOptions | IpOptionsEnd {
  const draft: Draft = {
    show: { ...PLAIN },
    timestamps: 0,
    force: false,
    all: false,
    batch: null,
    netns: null,
    objectAt: 0,
  };
  for (let at = 0; at < args.length; at++) {
    const written = args[at]!;
    draft.objectAt = at + 1;
    if (written === '--') return draft;
    if (!written.startsWith('-')) return { ...draft, objectAt: at };
    const option = written.startsWith('--') ? written.slice(1) : written;
    const name = optionName(option);
    if (name === undefined) {
      return { kind: 'unknown', text: `Option "${option}" is unknown, try "ip -help".`, argIndex: at };
    }
    const takesValue = name === '-family' || name === '-batch' || name === '-netns';
    const end = takesValue
      ? setValue(draft, name, args[++at], at, hasNetns)
      : setFlag(draft, name, option, args[at + 1], at);
    if (end !== null) return end;
    if (name === '-loops' || name === '-rcvbuf') at++;
    draft.objectAt = at + 1;
  }
  return draft;
}

/** The full name of an option that may be abbreviated; undefined for one that `ip` does not have. */
function optionName(option: string): string | undefined {
  if (EXACT.has(option)) return option;
  const word = option.startsWith('-c') ? option.split('=', 1)[0]! : option;
  const name = OPTIONS.find((each) => each.startsWith(word));
  return name !== '-color' || /^[^=]*(=|=always|=auto|=never)?$/.test(option) ? name : undefined;
}

function setValue(
  draft: Draft,
  name: string,
  value: string | undefined,
  at: number,
  hasNetns: HasNetns,
): IpOptionsEnd | null {
  if (name === '-netns') {
    draft.netns = value ?? '(null)';
    if (hasNetns(draft.netns)) return null;
    const text = `Cannot open network namespace "${draft.netns}": No such file or directory`;
    return { kind: 'wrong', text, argIndex: at };
  }
  if (value === undefined || (name === '-family' && value === 'help')) return { kind: 'usage', text: '', argIndex: at };
  if (name === '-batch') {
    draft.batch = value;
    return null;
  }
  if (OTHER_FAMILIES.has(value)) return lack(`-family ${value}`, at);
  const family = FAMILIES.get(value);
  if (family === undefined) {
    return { kind: 'wrong', text: `Error: argument "${value}" is wrong: invalid protocol family`, argIndex: at };
  }
  draft.show.family = family;
  return null;
}

function setFlag(
  draft: Draft,
  name: string,
  option: string,
  next: string | undefined,
  at: number,
): IpOptionsEnd | null {
  const { show } = draft;
  if (name === '-4') show.family = 'inet';
  else if (name === '-6') show.family = 'inet6';
  else if (name === '-0') show.family = 'link';
  else if (name.startsWith('-human')) show.humanBase = show.humanBase === 1024 ? 1024 : 1000;
  else if (name === '-iec') show.humanBase = 1024;
  else if (name.startsWith('-stat')) show.statistics++;
  else if (name === '-details') show.details = true;
  else if (name === '-oneline') show.oneline = true;
  else if (name === '-timestamp') draft.timestamps = Math.max(draft.timestamps, 1);
  else if (name === '-tshort') draft.timestamps = 2;
  else if (name === '-force') draft.force = true;
  else if (name === '-brief') show.brief = true;
  else if (name === '-json') show.json = true;
  else if (name === '-pretty') show.pretty = true;
  else if (name === '-color') show.color = !/=(auto|never)$/.test(option);
  else if (name === '-Numeric') show.numeric = true;
  else if (name === '-all') draft.all = true;
  else if (name === '-Version') return { kind: 'version', text: '', argIndex: at };
  else if (name === '-help') return { kind: 'usage', text: '', argIndex: at };
  else if (name === '-loops' || name === '-rcvbuf') {
    if (next === undefined) return { kind: 'usage', text: '', argIndex: at };
  } else return lack(name, at);
  return null;
}

function lack(what: string, argIndex: number): IpOptionsEnd {
  return { kind: 'lack', text: what, argIndex };
}
