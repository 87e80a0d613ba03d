/** sort: lines in order. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { writeOutput } from './output.ts';
import { compareText } from './order.ts';
import type { KeyFlags, SortKey } from './sort-keys.ts';
import { KeyError, compareByFlags, keyText, parseKey } from './sort-keys.ts';
import { faultText, wholeText } from './sources.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

const EXIT_TROUBLE = 2;
const EXIT_DISORDER = 1;
/** Options that say how all keys are compared that do not say so themselves. */
const ORDER_FLAGS = ['b', 'd', 'f', 'g', 'h', 'i', 'M', 'n', 'r', 'V'];
const SORT_WORDS: Readonly<Record<string, string>> = {
  'general-numeric': 'g',
  'human-numeric': 'h',
  month: 'M',
  numeric: 'n',
  version: 'V',
};

/** busybox compares numbers and versions as the C library does. */
function busyboxFlags(flags: KeyFlags): string[] {
  return [...(flags.has('n') ? ['a'] : []), ...(flags.has('V') ? ['v'] : [])];
}

function globalFlags(call: ToolCall): Set<string> {
  const flags = new Set(ORDER_FLAGS.filter((flag) => call.has(flag)));
  const word = call.value('sort');
  const letter = word === undefined ? undefined : SORT_WORDS[word];
  if (letter !== undefined) flags.add(letter);
  if (call.isBusybox) for (const flag of busyboxFlags(flags)) flags.add(flag);
  return flags;
}

function keysOf(call: ToolCall, global: KeyFlags): SortKey[] {
  const own = call.values('k').map((text) => {
    try {
      const key = parseKey(text);
      return call.isBusybox ? { ...key, flags: new Set([...key.flags, ...busyboxFlags(key.flags)]) } : key;
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      throw call.failure(call.isBusybox ? 'bad field specification' : error.message, EXIT_TROUBLE);
    }
  });
  const hasBlanks = global.has('b');
  return own.map((key) => {
    const inherits = key.flags.size === 0 && !key.skipsStartBlanks && !key.skipsEndBlanks;
    if (!inherits) return key;
    return { ...key, flags: global, skipsStartBlanks: hasBlanks, skipsEndBlanks: hasBlanks };
  });
}

/** GNU sort.c, check_ordering_compatibility. */
function checkCompatible(call: ToolCall, flags: KeyFlags): void {
  const clashing = ['d', 'g', 'h', 'i', 'M', 'n', 'R', 'V'].filter((flag) => flags.has(flag));
  const orders = clashing.filter((flag) => flag !== 'd' && flag !== 'i');
  const isText = flags.has('d') || flags.has('i');
  const clash = orders.length > 1 || (isText && orders.some((flag) => flag !== 'R' && flag !== 'V'));
  if (!clash) return;
  const letters = Array.from('dfghiMnRV').filter((flag) => flags.has(flag));
  throw call.failure(`options '-${letters.join('')}' are incompatible`, EXIT_TROUBLE);
}

function separatorOf(call: ToolCall): string | undefined {
  const text = call.value('t');
  if (text === undefined) return undefined;
  if (call.isBusybox) {
    if (Array.from(text).length !== 1) throw call.failure('bad -t parameter', EXIT_TROUBLE);
    return text;
  }
  if (text === '') throw call.failure('empty tab', EXIT_TROUBLE);
  if (text === '\\0') return '\0';
  if (Array.from(text).length > 1) throw call.failure(`multi-character tab '${text}'`, EXIT_TROUBLE);
  return text;
}

/** The order of lines: by the keys, then (unless stable) by the whole line. */
class LineOrder {
  private readonly keys: readonly SortKey[];
  private readonly separator: string | undefined;
  private readonly global: KeyFlags;
  private readonly isStable: boolean;

  constructor(call: ToolCall) {
    this.global = globalFlags(call);
    this.keys = keysOf(call, this.global);
    this.separator = separatorOf(call);
    // busybox sorts lines of one key by all of the line before it keeps the first.
    this.isStable = call.has('s') || (call.has('u') && !call.isBusybox);
    if (!call.isBusybox) for (const { flags } of [...this.keys, { flags: this.global }]) checkCompatible(call, flags);
  }

  /** By the keys alone. */
  compareKeys(left: string, right: string): number {
    if (this.keys.length === 0) {
      const skip = (line: string): string => (this.global.has('b') ? line.replace(/^[ \t]+/, '') : line);
      return compareByFlags(skip(left), skip(right), this.global);
    }
    for (const key of this.keys) {
      const order = compareByFlags(keyText(left, key, this.separator), keyText(right, key, this.separator), key.flags);
      if (order !== 0) return order;
    }
    return 0;
  }

  compare(left: string, right: string): number {
    const order = this.compareKeys(left, right);
    if (order !== 0 || this.isStable) return order;
    const last = compareText(left, right);
    return this.global.has('r') ? -last : last;
  }
}

/** The lines of each file. */
function* readFiles(call: ToolCall): Generator<Wait, string[][], WakeReason> {
  const files: string[][] = [];
  for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
    const { text, fault } = yield* wholeText(call.proc, path);
    if (fault !== null) {
      if (call.isBusybox) throw call.failure(`${path}: ${faultText(fault)}`, EXIT_TROUBLE);
      const what = fault === 'directory' ? 'read failed' : 'cannot read';
      throw call.failure(`${what}: ${path}: ${faultText(fault)}`, EXIT_TROUBLE);
    }
    files.push(text === '' ? [] : text.replace(/\n$/, '').split('\n'));
  }
  return files;
}

/** `-m`: of the lines at the heads of all files the least, the earlier file's where they are equal. */
function merge(files: readonly (readonly string[])[], order: LineOrder): string[] {
  const merged: string[] = [];
  const heads = files.map(() => 0);
  for (;;) {
    let least = -1;
    for (const [i, lines] of files.entries()) {
      if (heads[i]! >= lines.length) continue;
      if (least < 0 || order.compare(lines[heads[i]!]!, files[least]![heads[least]!]!) < 0) least = i;
    }
    if (least < 0) return merged;
    merged.push(files[least]![heads[least]!++]!);
  }
}

/** `-c`: the first line that is not in order. */
function check(call: ToolCall, lines: readonly string[], order: LineOrder): number {
  const isUnique = call.has('u');
  for (let i = 1; i < lines.length; i++) {
    const difference = isUnique ? order.compareKeys(lines[i - 1]!, lines[i]!) : order.compare(lines[i - 1]!, lines[i]!);
    if (difference < 0 || (difference === 0 && !isUnique)) continue;
    const path = call.operands[0] ?? '-';
    if (call.isBusybox) call.proc.writeError(`Check line ${i}\n`);
    else if (!isQuietCheck(call)) call.complain(`${path}:${i + 1}: disorder: ${lines[i]!}`);
    return EXIT_DISORDER;
  }
  return 0;
}

function isQuietCheck(call: ToolCall): boolean {
  return call.has('C') || call.value('c') === 'quiet' || call.value('c') === 'silent';
}

function* run(call: ToolCall): Body {
  const order = new LineOrder(call);
  const isCheck = call.has('c') || call.has('C');
  const extra = call.operands[1];
  if (isCheck && extra !== undefined && !call.isBusybox) {
    throw call.failure(`extra operand '${extra}' not allowed with -${isQuietCheck(call) ? 'C' : 'c'}`, EXIT_TROUBLE);
  }
  const files = yield* readFiles(call);
  if (isCheck) return check(call, files.flat(), order);
  const isMerge = call.has('m') && !call.isBusybox;
  const lines = isMerge ? merge(files, order) : files.flat().sort((left, right) => order.compare(left, right));
  const kept = call.has('u')
    ? lines.filter((line, i) => i === 0 || order.compareKeys(lines[i - 1]!, line) !== 0)
    : lines;
  const output = call.value('o');
  const write = writeOutput(call.proc, output);
  write(kept.map((line) => `${line}\n`).join(''));
  return 0;
}

/** sort of the GNU core utilities and of busybox. */
export const SORT = textTool({
  name: 'sort',
  gnu: {
    misuseExit: EXIT_TROUBLE,
    options: {
      letters: 'bcCdfghik:mMno:rRsS:t:T:uVy:z',
      long: {
        'ignore-leading-blanks': 'b',
        check: 'c::',
        'compress-program': 'compress-program:',
        debug: 'debug',
        'dictionary-order': 'd',
        'ignore-case': 'f',
        'files0-from': 'files0-from:',
        'general-numeric-sort': 'g',
        'ignore-nonprinting': 'i',
        key: 'k',
        merge: 'm',
        'month-sort': 'M',
        'numeric-sort': 'n',
        'human-numeric-sort': 'h',
        'version-sort': 'V',
        'random-sort': 'R',
        'random-source': 'random-source:',
        sort: 'sort:',
        output: 'o',
        reverse: 'r',
        stable: 's',
        'batch-size': 'batch-size:',
        'buffer-size': 'S',
        'field-separator': 't',
        'temporary-directory': 'T',
        unique: 'u',
        'zero-terminated': 'z',
        parallel: 'parallel:',
      },
      lacking: ['R', 'z', 'debug', 'files0-from', 'random-source'],
    },
  },
  busybox: {
    misuseExit: EXIT_TROUBLE,
    options: { letters: 'ngMucszbrdfimS:T:o:k:t:V', lacking: ['z'] },
    usage: `Usage: sort [-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...

Sort lines of text

	-o FILE	Output to FILE
	-c	Check whether input is sorted
	-b	Ignore leading blanks
	-f	Ignore case
	-i	Ignore unprintable characters
	-d	Dictionary order (blank or alphanumeric only)
	-n	Sort numbers
	-g	General numerical sort
	-M	Sort month
	-V	Sort version
	-t CHAR	Field separator
	-k N[,M] Sort by Nth field
	-r	Reverse sort order
	-s	Stable (don't sort ties alphabetically)
	-u	Suppress duplicate lines
	-z	NUL terminated input and output`,
  },
  run,
});
