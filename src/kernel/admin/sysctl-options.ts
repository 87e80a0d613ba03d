/** The options of procps' sysctl, and what it says of them. */

export interface SysctlOptions {
  isAll: boolean;
  isBinary: boolean;
  isDeprecated: boolean;
  isDryRun: boolean;
  isHelp: boolean;
  isIgnoring: boolean;
  isNames: boolean;
  isQuiet: boolean;
  isSystem: boolean;
  isValues: boolean;
  isVersion: boolean;
  isWrite: boolean;
  /** -p, with the file that was named in the same word. */
  loadFile: string | null;
  pattern: RegExp | null;
  operands: string[];
  /** What getopt complained of. */
  flaw: string;
  /** The word in which it found that. */
  flawAt: number;
}

const LETTERS: Readonly<Record<string, keyof SysctlOptions>> = {
  a: 'isAll',
  A: 'isAll',
  X: 'isAll',
  b: 'isBinary',
  e: 'isIgnoring',
  N: 'isNames',
  n: 'isValues',
  q: 'isQuiet',
  w: 'isWrite',
  h: 'isHelp',
  d: 'isHelp',
  V: 'isVersion',
};

const LONG_NAMES: Readonly<Record<string, keyof SysctlOptions>> = {
  all: 'isAll',
  binary: 'isBinary',
  deprecated: 'isDeprecated',
  'dry-run': 'isDryRun',
  help: 'isHelp',
  ignore: 'isIgnoring',
  load: 'loadFile',
  names: 'isNames',
  pattern: 'pattern',
  quiet: 'isQuiet',
  system: 'isSystem',
  values: 'isValues',
  version: 'isVersion',
  write: 'isWrite',
};

const DEFAULT_FILE = '/etc/sysctl.conf';

/** Takes the words of a command line apart, as getopt_long(3) does. */
export function readSysctlOptions(args: readonly string[]): SysctlOptions {
  const options: SysctlOptions = {
    isAll: false,
    isBinary: false,
    isDeprecated: false,
    isDryRun: false,
    isHelp: false,
    isIgnoring: false,
    isNames: false,
    isQuiet: false,
    isSystem: false,
    isValues: false,
    isVersion: false,
    isWrite: false,
    loadFile: null,
    pattern: null,
    operands: [],
    flaw: '',
    flawAt: -1,
  };
  for (let i = 0; i < args.length && options.flaw === ''; i++) {
    const word = args[i]!;
    options.flawAt = i;
    if (word === '--') {
      options.operands.push(...args.slice(i + 1));
      break;
    }
    if (word.startsWith('--')) i = readLong(options, args, i);
    else if (word.startsWith('-') && word !== '-') i = readLetters(options, args, i);
    else options.operands.push(word);
  }
  return options;
}

function readLong(options: SysctlOptions, args: readonly string[], at: number): number {
  const [name, given] = splitOnce(args[at]!.slice(2));
  const matches = Object.keys(LONG_NAMES).filter((each) => each.startsWith(name));
  const found = matches.find((each) => each === name) ?? (matches.length === 1 ? matches[0] : undefined);
  if (found === undefined) {
    options.flaw = `sysctl: unrecognized option '--${name}'`;
    return at;
  }
  const field = LONG_NAMES[found]!;
  if (field === 'loadFile') options.loadFile = given ?? DEFAULT_FILE;
  else if (field !== 'pattern') (options[field] as boolean) = true;
  else {
    const value = given ?? args[at + 1];
    if (value === undefined) options.flaw = "sysctl: option '--pattern' requires an argument";
    else options.pattern = asPattern(value);
    return given === undefined ? at + 1 : at;
  }
  return at;
}

function readLetters(options: SysctlOptions, args: readonly string[], at: number): number {
  const word = args[at]!;
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const rest = word.slice(i + 1);
    if (letter === 'p' || letter === 'f') {
      options.loadFile = rest === '' ? DEFAULT_FILE : rest;
      return at;
    }
    if (letter === 'r') {
      const value = rest === '' ? args[at + 1] : rest;
      if (value === undefined) options.flaw = "sysctl: option requires an argument -- 'r'";
      else options.pattern = asPattern(value);
      return rest === '' ? at + 1 : at;
    }
    const field = LETTERS[letter];
    if (field !== undefined) (options[field] as boolean) = true;
    else if (letter !== 'o' && letter !== 'x') {
      options.flaw = `sysctl: invalid option -- '${letter}'`;
      return at;
    }
  }
  return at;
}

function splitOnce(text: string): [string, string | undefined] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** An expression that does not compile matches everything, as the real tool takes no notice of it. */
function asPattern(text: string): RegExp | null {
  try {
    return new RegExp(text);
  } catch {
    return null;
  }
}

export const SYSCTL_USAGE = `
Usage:
 sysctl [options] [variable[=value] ...]

Options:
  -a, --all            display all variables
  -A                   alias of -a
  -X                   alias of -a
      --deprecated     include deprecated parameters to listing
      --dry-run        Print the key and values but do not write
  -b, --binary         print value without new line
  -e, --ignore         ignore unknown variables errors
  -N, --names          print variable names without values
  -n, --values         print only values of the given variable(s)
  -p, --load[=<file>]  read values from file
  -f                   alias of -p
      --system         read values from all system directories
  -r, --pattern <expression>
                       select setting that match expression
  -q, --quiet          do not echo variable set
  -w, --write          enable writing a value to variable
  -o                   does nothing
  -x                   does nothing
  -d                   alias of -h

 -h, --help     display this help and exit
 -V, --version  output version information and exit

For more details see sysctl(8).`;
