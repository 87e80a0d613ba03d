/** cat: files one behind the other, as they are or with numbers and marks. It passes on standard input as it comes. */
import { eachPiece, faultText } from './sources.ts';
import type { SourceFault } from './sources.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

const NUMBER_WIDTH = 6;

/** What is done to the text, and where in it the writing stands. */
class Marker {
  private readonly numbers: 'all' | 'nonempty' | 'none';
  private readonly marksEnds: boolean;
  private readonly marksTabs: boolean;
  private readonly marksOthers: boolean;
  private readonly squeezes: boolean;
  private readonly isBusybox: boolean;
  private line = 0;
  private isAtStart = true;
  private emptyLines = 0;

  constructor(call: ToolCall) {
    const has = (...keys: string[]): boolean => keys.some((key) => call.has(key));
    this.numbers = has('b') ? 'nonempty' : has('n') ? 'all' : 'none';
    this.marksEnds = has('E', 'e', 'A');
    this.marksTabs = has('T', 't', 'A');
    this.marksOthers = has('v', 'e', 't', 'A');
    this.squeezes = has('s');
    this.isBusybox = call.isBusybox;
  }

  get isNeeded(): boolean {
    return this.numbers !== 'none' || this.marksEnds || this.marksTabs || this.marksOthers || this.squeezes;
  }

  /** What goes behind a file: busybox ends every line that it numbers. */
  endFile(): string {
    if (!this.isBusybox || this.numbers === 'none' || this.isAtStart) return '';
    this.isAtStart = true;
    return '\n';
  }

  mark(piece: string): string {
    let text = '';
    for (const part of piece.split(/(?<=\n)/)) {
      const isWhole = part.endsWith('\n');
      const isEmpty = part === '\n' && this.isAtStart;
      this.emptyLines = isEmpty ? this.emptyLines + 1 : 0;
      if (this.squeezes && this.emptyLines > 1) continue;
      if (this.isAtStart && (this.numbers === 'all' || (this.numbers === 'nonempty' && !isEmpty))) {
        text += `${String(++this.line).padStart(NUMBER_WIDTH)}\t`;
      }
      text += this.visible(isWhole ? part.slice(0, -1) : part);
      if (isWhole) text += this.marksEnds ? '$\n' : '\n';
      this.isAtStart = isWhole;
    }
    return text;
  }

  private visible(text: string): string {
    if (!this.marksTabs && !this.marksOthers) return text;
    let marked = '';
    for (const char of text) {
      if (char === '\t') marked += this.marksTabs ? '^I' : char;
      else marked += this.marksOthers ? visibleCharacter(char) : char;
    }
    return marked;
  }
}

/** `^A` and `M-a`: how cat -v shows what is no printable ASCII, byte by byte. */
function visibleCharacter(char: string): string {
  return Array.from(new TextEncoder().encode(char), (byte) => {
    const low = byte & 0x7f;
    const shown = low < 0x20 ? `^${String.fromCharCode(low + 0x40)}` : low === 0x7f ? '^?' : String.fromCharCode(low);
    return byte > 0x7f ? `M-${shown}` : shown;
  }).join('');
}

function complain(call: ToolCall, path: string, fault: Exclude<SourceFault, null>): void {
  if (fault === 'directory')
    call.complain(call.isBusybox ? 'read error: Is a directory' : `${path}: ${faultText(fault)}`);
  else call.complain(`${call.isBusybox ? `can't open '${path}'` : path}: ${faultText(fault)}`);
}

function* run(call: ToolCall): Body {
  const marker = new Marker(call);
  let exitCode = 0;
  for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
    const fault = yield* eachPiece(call.proc, path, (piece) => {
      call.proc.write(marker.isNeeded ? marker.mark(piece) : piece);
      return true;
    });
    call.proc.write(marker.endFile());
    if (fault === null) continue;
    complain(call, path, fault);
    exitCode = 1;
  }
  return exitCode;
}

/** cat of the GNU core utilities and of busybox. */
export const CAT = textTool({
  name: 'cat',
  gnu: {
    options: {
      letters: 'uAbeEnstTv',
      long: {
        'number-nonblank': 'b',
        number: 'n',
        'squeeze-blank': 's',
        'show-nonprinting': 'v',
        'show-ends': 'E',
        'show-tabs': 'T',
        'show-all': 'A',
      },
    },
  },
  busybox: {
    options: { letters: 'nbvteAu' },
    usage: `Usage: cat [-nbvteA] [FILE]...

Print FILEs to stdout

	-n	Number output lines
	-b	Number nonempty lines
	-v	Show nonprinting characters as ^x or M-x
	-t	...and tabs as ^I
	-e	...and end lines with $
	-A	Same as -vte`,
  },
  run,
});
