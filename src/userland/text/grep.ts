/** grep: the lines that match, as they come. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { reportUnsupported } from '../unsupported.ts';
import { GrepPrinter } from './grep-print.ts';
import { Patterns } from './grep-patterns.ts';
import type { PatternStyle } from './grep-patterns.ts';
import { RegexError } from './posix-regex.ts';
import { eachLine, faultText, isStandardInput, wholeText } from './sources.ts';
import { textTool } from './tool.ts';
import type { Body, DialectSpec, TextTool, ToolCall } from './tool.ts';

const EXIT_MATCH = 0;
const EXIT_NO_MATCH = 1;
const EXIT_TROUBLE = 2;

type Syntax = PatternStyle['syntax'];

function numberOf(call: ToolCall, key: string): number | undefined {
  const text = call.value(key);
  if (text === undefined) return undefined;
  if (/^\+?\d+$/.test(text)) return Number(text);
  if (call.isBusybox) throw call.failure(`invalid number '${text}'`);
  if (key !== 'm') throw call.failure(`${text}: invalid context length argument`);
  throw call.failure('invalid max count');
}

/** Every line of every pattern is one of its own; those of files too. */
function* patternTexts(call: ToolCall): Generator<Wait, string[], WakeReason> {
  const texts = call.values('e').flatMap((text) => text.split('\n'));
  for (const path of call.values('f')) {
    const { text, fault } = yield* wholeText(call.proc, path);
    if (fault !== null) throw call.failure(`${path}: ${faultText(fault)}`);
    if (text !== '') texts.push(...text.replace(/\n$/, '').split('\n'));
  }
  return texts;
}

function compile(call: ToolCall, texts: readonly string[], syntax: Syntax): Patterns {
  const boundary = call.has('x') ? 'line' : call.has('w') ? 'words' : 'none';
  const ignoresCase = call.has('i') || call.has('y');
  try {
    const patterns = new Patterns(texts, { syntax, ignoresCase, boundary });
    if (!call.isBusybox) for (const warning of patterns.warnings) call.complain(`warning: ${warning}`);
    return patterns;
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const bad = texts.find((text) => isBad(text, { syntax, ignoresCase, boundary })) ?? '';
    throw call.failure(call.isBusybox ? `bad regex '${bad}'` : error.message, EXIT_TROUBLE);
  }
}

function isBad(text: string, style: PatternStyle): boolean {
  try {
    new Patterns([text], style);
    return false;
  } catch {
    return true;
  }
}

/** What a run of grep remembers. */
class Search {
  hasMatch = false;
  hasTrouble = false;
  private readonly call: ToolCall;
  private readonly patterns: Patterns;
  private readonly printer: GrepPrinter;
  private readonly hasName: boolean;
  private readonly countMax: number;

  constructor(call: ToolCall, patterns: Patterns, pathCount: number) {
    this.call = call;
    this.patterns = patterns;
    this.hasName = (call.lastOf('H', 'h') ?? (pathCount > 1 ? 'H' : 'h')) === 'H';
    this.countMax = numberOf(call, 'm') ?? Infinity;
    const around = numberOf(call, 'C') ?? 0;
    const hasContext = ['A', 'B', 'C'].some((key) => (numberOf(call, key) ?? -1) >= (call.isBusybox ? 1 : 0));
    const output = {
      hasGroups: hasContext,
      hasName: this.hasName,
      hasNumber: call.has('n'),
      before: numberOf(call, 'B') ?? around,
      after: numberOf(call, 'A') ?? around,
    };
    this.printer = new GrepPrinter(output, (text) => {
      call.proc.write(text);
    });
  }

  /** Looks through one file; true when nothing more can change the answer. */
  *file(path: string): Generator<Wait, boolean, WakeReason> {
    const { call } = this;
    const name = isStandardInput(path) ? '(standard input)' : path;
    const isListing = call.has('l') || call.has('L');
    const isSilent = call.has('q') || call.has('c') || isListing;
    let number = 0;
    let count = 0;
    this.printer.beginFile(name);
    if (this.countMax === 0) return true;
    const fault = yield* eachLine(call.proc, path, (line) => {
      number++;
      const isSelected = count < this.countMax && this.patterns.test(line) !== call.has('v');
      if (!isSelected) {
        if (!isSilent) this.printer.pass(line, number, !call.has('o'));
        return count < this.countMax || (this.printer.wantsContext && !this.patterns.test(line) !== call.has('v'));
      }
      count++;
      if (call.has('q') || isListing) return false;
      if (!isSilent) this.printer.select(line, number, this.partsOf(line));
      return count < this.countMax || this.printer.wantsContext;
    });
    if (fault !== null) this.complain(path, fault);
    if (fault === 'missing' || (fault === 'directory' && !call.isBusybox)) return false;
    this.report(name, count);
    return call.has('q') && count > 0;
  }

  private partsOf(line: string): readonly string[] | null {
    if (!this.call.has('o')) return null;
    return this.call.has('v') ? [] : this.patterns.matchesIn(line);
  }

  private report(name: string, count: number): void {
    const { call } = this;
    const isListed = call.has('L') ? count === 0 : count > 0;
    // To busybox a file that is listed is what was sought.
    if (call.isBusybox ? isListed : count > 0) this.hasMatch = true;
    if (call.has('q')) return;
    if (call.has('l') || call.has('L')) {
      if (isListed) call.proc.write(`${name}\n`);
    } else if (call.has('c')) call.proc.write(`${this.hasName ? `${name}:` : ''}${count}\n`);
  }

  private complain(path: string, fault: 'missing' | 'directory'): void {
    if (fault === 'directory' && this.call.isBusybox) return;
    this.hasTrouble = true;
    if (!this.call.has('s')) this.call.complain(`${path}: ${faultText(fault)}`);
  }

  exitCode(): number {
    if (this.hasMatch && this.call.has('q')) return EXIT_MATCH;
    if (this.hasTrouble) return EXIT_TROUBLE;
    return this.hasMatch ? EXIT_MATCH : EXIT_NO_MATCH;
  }
}

function* run(call: ToolCall, otherwise: Syntax): Body {
  if (call.value('color') === 'always') return reportUnsupported(call.proc, 'grep --color=always', ['--color=auto']);
  const syntax = ({ E: 'extended', F: 'fixed', G: 'basic' } as const)[call.lastOf('E', 'F', 'G') ?? ''] ?? otherwise;
  const kinds = new Set(['E', 'F', 'G'].filter((key) => call.has(key)));
  if (kinds.size > 1 && !call.isBusybox) throw call.failure('conflicting matchers specified');
  const texts = yield* patternTexts(call);
  const paths = [...call.operands];
  if (!call.has('e') && !call.has('f')) {
    const first = paths.shift();
    if (first === undefined) throw call.bareMisuse();
    texts.push(...first.split('\n'));
  }
  const patterns = compile(call, texts, syntax);
  const search = new Search(call, patterns, paths.length);
  for (const path of paths.length === 0 ? ['-'] : paths) if (yield* search.file(path)) break;
  return search.exitCode();
}

const GNU: DialectSpec = {
  name: 'grep',
  misuseExit: EXIT_TROUBLE,
  options: {
    letters: 'A:B:C:D:EFGHILPTUVX:abcd:e:f:hiLlm:noqRrsuvwxyZz',
    long: {
      'basic-regexp': 'G',
      'extended-regexp': 'E',
      'fixed-regexp': 'F',
      'fixed-strings': 'F',
      'perl-regexp': 'P',
      'after-context': 'A',
      'before-context': 'B',
      'binary-files': 'binary-files:',
      binary: 'U',
      'byte-offset': 'b',
      context: 'C',
      color: 'color::',
      colour: 'color::',
      count: 'c',
      devices: 'D',
      directories: 'd',
      exclude: 'exclude:',
      'exclude-from': 'exclude-from:',
      'exclude-dir': 'exclude-dir:',
      file: 'f',
      'files-with-matches': 'l',
      'files-without-match': 'L',
      include: 'include:',
      'ignore-case': 'i',
      'initial-tab': 'T',
      label: 'label:',
      'line-buffered': 'line-buffered',
      'line-number': 'n',
      'line-regexp': 'x',
      'max-count': 'm',
      'no-ignore-case': 'no-ignore-case',
      'no-filename': 'h',
      'no-group-separator': 'no-group-separator',
      'no-messages': 's',
      null: 'Z',
      'null-data': 'z',
      'only-matching': 'o',
      quiet: 'q',
      recursive: 'r',
      'dereference-recursive': 'R',
      regexp: 'e',
      'invert-match': 'v',
      silent: 'q',
      text: 'a',
      'with-filename': 'H',
      'word-regexp': 'w',
    },
    lacking: [
      ...['D', 'P', 'T', 'V', 'X', 'b', 'd', 'R', 'r', 'Z', 'z', 'binary-files', 'exclude', 'exclude-from'],
      ...['exclude-dir', 'include', 'label', 'no-group-separator', 'no-ignore-case'],
    ],
  },
  // `-5` is `-C 5`.
  modernise: (args) => args.map((arg) => (/^-\d+$/.test(arg) ? `-C${arg.slice(1)}` : arg)),
};

const BUSYBOX: DialectSpec = {
  misuseExit: EXIT_TROUBLE,
  options: { letters: 'lnqvscFiHhe:f:LorRm:wxA:B:C:EaIz', hasLong: false, lacking: ['r', 'R', 'z'] },
  usage: `Usage: grep [-HhnlLoqvsrRiwFEz] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...

Search for PATTERN in FILEs (or stdin)

	-H	Add 'filename:' prefix
	-h	Do not add 'filename:' prefix
	-n	Add 'line_no:' prefix
	-l	Show only names of files that match
	-L	Show only names of files that don't match
	-c	Show only count of matching lines
	-o	Show only the matching part of line
	-q	Quiet. Return 0 if PATTERN is found, 1 otherwise
	-v	Select non-matching lines
	-s	Suppress open and read errors
	-r	Recurse
	-R	Recurse and dereference symlinks
	-i	Ignore case
	-w	Match whole words only
	-x	Match whole lines only
	-F	PATTERN is a literal (not regexp)
	-E	PATTERN is an extended regexp
	-z	NUL terminated input
	-m N	Match up to N times per file
	-A N	Print N lines of trailing context
	-B N	Print N lines of leading context
	-C N	Same as '-A N -B N'
	-e PTRN	Pattern to match
	-f FILE	Read pattern from file`,
};

function grepTool(name: string, syntax: Syntax): TextTool {
  return textTool({ name, gnu: GNU, busybox: BUSYBOX, run: (call) => run(call, syntax) });
}

/** grep of GNU and of busybox; egrep and fgrep are scripts that call it. */
export const GREP = grepTool('grep', 'basic');
export const EGREP = grepTool('egrep', 'extended');
export const FGREP = grepTool('fgrep', 'fixed');
