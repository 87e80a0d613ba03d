/**
 * The options of Docker's commands: which there are, what they take, what help says of them, and which of them Dockwire
 * knows. They are written as tables that look like the help of the real client, one option a row:
 *
 *     + -a, --attach list   Attach to STDIN, STDOUT or STDERR
 *     ~     --blkio-weight uint16
 *                           Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)
 *     ! -v, --volume list   Bind mount a volume
 *
 * A row without an option goes on with the text of the one before, behind `|` on a line of its own. The mark in front:
 *
 *     +  it does here what it does in Docker
 *     ~  it is taken and kept, and shows in `inspect`; what it does, nobody on a network could tell
 *     !  Dockwire lacks it
 *     w  it exists for engines on Windows only, x for engines with experimental features only: refused as there
 */
import { unreachable } from '../../base/assert.ts';

export type OptionKind = 'bool' | 'string' | 'list' | 'int';

export type Support = 'full' | 'kept' | 'lacking' | 'windows' | 'experimental';

export interface Option {
  readonly long: string;
  /** One letter, or empty. */
  readonly short: string;
  readonly kind: OptionKind;
  /** The type of its value as help names it; empty for a switch. */
  readonly type: string;
  /** What help says, on as many lines as the real client gives it. */
  readonly help: string;
  readonly support: Support;
  /** Whether help leaves it out. */
  readonly isHidden: boolean;
  /** The option whose value it sets: itself, unless it is another spelling (`--net`). */
  readonly sets: string;
}

const ROW = /^ {2}([+~!wx]) (?:-(\w), | {4})--([\w-]+)(?: (\S+))?(?: {2,}(.*))?$/;
const SUPPORT = new Map<string, Support>([
  ['+', 'full'],
  ['~', 'kept'],
  ['!', 'lacking'],
  ['w', 'windows'],
  ['x', 'experimental'],
]);
const KINDS = new Map<string, OptionKind>([
  ['', 'bool'],
  ['string', 'string'],
  ['bytes', 'string'],
  ['decimal', 'string'],
  ['duration', 'string'],
  ['float', 'string'],
  ['command', 'string'],
  ['credential-spec', 'string'],
  ['node-addr', 'string'],
  ['pem-file', 'string'],
  ['int', 'int'],
  ['uint', 'int'],
  ['uint16', 'int'],
  ['uint32', 'int'],
  ['uint64', 'int'],
]);

/** Whether Dockwire takes an option. */
export function isTaken(option: Option): boolean {
  return option.support !== 'lacking';
}

/** Reads a table. In one of hidden options the text `as --network` names the option that is meant. */
export function optionTable(text: string, isHidden = false): Option[] {
  const options: Option[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (/^ {2}\S/.test(line)) options.push(readRow(line, isHidden));
    else options.push(withMoreHelp(options.pop()!, line.trim()));
  }
  return options;
}

function readRow(line: string, isHidden: boolean): Option {
  const match = ROW.exec(line);
  if (match === null) return unreachable(`"${line}" is no row of an option table`);
  const [, mark, short = '', long, type = '', help = ''] = match;
  const other = isHidden ? /^as --([\w-]+)$/.exec(help)?.[1] : undefined;
  return {
    long: long!,
    short,
    kind: KINDS.get(type) ?? 'list',
    type,
    help,
    support: SUPPORT.get(mark!)!,
    isHidden,
    sets: other ?? long!,
  };
}

function withMoreHelp(option: Option, text: string): Option {
  const more = text.startsWith('|') ? `\n${text.slice(1)}` : ` ${text}`;
  return { ...option, help: `${option.help}${more}`.trimStart() };
}

/** The supported ones as people type them, for messages. */
export function supportedNames(options: readonly Option[]): string {
  const names = options.filter((each) => isTaken(each) && !each.isHidden).map((each) => `--${each.long}`);
  return names.length === 0 ? 'no option' : names.sort((left, right) => (left < right ? -1 : 1)).join(', ');
}
