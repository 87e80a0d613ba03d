/** wc: counts lines, words, characters and bytes. */
import { TextInput } from '../../kernel/proc/pipe.ts';
import { eachPiece, faultText, isStandardInput } from './sources.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

/** In the order in which wc prints them. */
const KEYS = ['l', 'w', 'm', 'c', 'L'] as const;
type Key = (typeof KEYS)[number];
type Counts = Record<Key, number>;

const BUSYBOX_WIDTH = 9;
/** What GNU wc gives a number whose file has no size to know beforehand. */
const PIPE_WIDTH = 7;
const TAB_WIDTH = 8;

/** Counts a text that comes in pieces. */
class Counter {
  readonly counts: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  private isInWord = false;
  private column = 0;

  add(piece: string): void {
    this.counts.c += new TextEncoder().encode(piece).length;
    for (const char of piece) {
      this.counts.m++;
      const isBlank = /\s/.test(char);
      if (!isBlank && !this.isInWord) this.counts.w++;
      this.isInWord = !isBlank;
      if (char === '\n') this.counts.l++;
      this.advance(char);
    }
  }

  private advance(char: string): void {
    if (char === '\n' || char === '\r' || char === '\f') this.column = 0;
    else if (char === '\t') this.column += TAB_WIDTH - (this.column % TAB_WIDTH);
    else if (char >= ' ' && char !== '\x7f') this.column++;
    this.counts.L = Math.max(this.counts.L, this.column);
  }
}

function keysOf(call: ToolCall): Key[] {
  const given = KEYS.filter((key) => call.has(key));
  return given.length > 0 ? given : ['l', 'w', 'c'];
}

interface Row {
  readonly counts: Counts;
  readonly name: string;
}

/** A single number stands at the line's start, else all are in columns. */
function busyboxWidth(call: ToolCall, keys: readonly Key[]): number {
  return keys.length === 1 && call.operands.length <= 1 ? 0 : BUSYBOX_WIDTH;
}

/** GNU wc.c, compute_number_width: as wide as the sizes of all files together; 7 where one has no size. */
function gnuWidth(call: ToolCall, keys: readonly Key[], rows: readonly Row[], hasPipe: boolean): number {
  if (keys.length === 1 && call.operands.length <= 1) return 1;
  const total = rows.reduce((sum, { counts }) => sum + counts.c, 0);
  return Math.max(String(total).length, hasPipe ? PIPE_WIDTH : 1);
}

function lineOf(row: Row, keys: readonly Key[], width: number): string {
  const numbers = keys.map((key) => String(row.counts[key]).padStart(width));
  return `${numbers.join(' ')}${row.name === '' ? '' : ` ${row.name}`}\n`;
}

function sumOf(rows: readonly Row[]): Row {
  const counts: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  for (const row of rows) {
    for (const key of KEYS)
      counts[key] = key === 'L' ? Math.max(counts.L, row.counts.L) : counts[key] + row.counts[key];
  }
  return { counts, name: 'total' };
}

function* run(call: ToolCall): Body {
  const { proc, isBusybox } = call;
  const keys = keysOf(call);
  const rows: (Row | string)[] = [];
  let hasPipe = false;
  for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
    const counter = new Counter();
    const fault = yield* eachPiece(proc, path, (piece) => {
      counter.add(piece);
      return true;
    });
    hasPipe ||= (isStandardInput(path) && !(proc.stdin instanceof TextInput)) || fault === 'directory';
    if (fault !== null) rows.push(`${path}: ${faultText(fault)}`);
    if (fault !== 'missing') rows.push({ counts: counter.counts, name: call.operands.length === 0 ? '' : path });
  }
  const counted = rows.filter((row): row is Row => typeof row !== 'string');
  const width = isBusybox ? busyboxWidth(call, keys) : gnuWidth(call, keys, counted, hasPipe);
  for (const row of rows) {
    if (typeof row === 'string') call.complain(row);
    else proc.write(lineOf(row, keys, width));
  }
  if (call.operands.length > 1) proc.write(lineOf(sumOf(counted), keys, width));
  return rows.some((row) => typeof row === 'string') ? 1 : 0;
}

/** wc of the GNU core utilities and of busybox. */
export const WC = textTool({
  name: 'wc',
  gnu: {
    options: {
      letters: 'clLmw',
      long: {
        bytes: 'c',
        chars: 'm',
        'files0-from': 'files0-from:',
        lines: 'l',
        'max-line-length': 'L',
        total: 'total:',
        words: 'w',
      },
      lacking: ['files0-from', 'total'],
    },
  },
  busybox: {
    options: { letters: 'cmlwL' },
    usage: `Usage: wc [-cmlwL] [FILE]...

Count lines, words, and bytes for FILEs (or stdin)

	-c	Count bytes
	-m	Count characters
	-l	Count newlines
	-w	Count words
	-L	Print longest line length`,
  },
  run,
});
