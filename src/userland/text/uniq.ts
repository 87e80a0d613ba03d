/** uniq: lines that follow one another and are equal become one. */
import { eachLine } from './sources.ts';
import { writeOutput } from './output.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

const COUNT_WIDTH = 7;

interface Comparison {
  readonly fields: number;
  readonly characters: number;
  readonly width: number;
  readonly ignoresCase: boolean;
}

function numberOf(call: ToolCall, key: string, otherwise: number, what: string): number {
  const text = call.value(key);
  if (text === undefined) return otherwise;
  if (/^\+?\d+$/.test(text)) return Number(text);
  throw call.isBusybox ? call.failure(`invalid number '${text}'`) : call.failure(`${text}: invalid number of ${what}`);
}

function comparisonOf(call: ToolCall): Comparison {
  return {
    fields: numberOf(call, 'f', 0, 'fields to skip'),
    characters: numberOf(call, 's', 0, 'bytes to skip'),
    width: numberOf(call, 'w', Infinity, 'bytes to compare'),
    ignoresCase: call.has('i'),
  };
}

/** What of a line is compared: behind its fields (blanks, then others) and characters. */
function keyOf(line: string, { fields, characters, width, ignoresCase }: Comparison): string {
  let at = 0;
  for (let field = 0; field < fields; field++) at += /^[ \t]*[^ \t]*/.exec(line.slice(at))![0].length;
  const rest = Array.from(line.slice(at)).slice(characters);
  const key = (width === Infinity ? rest : rest.slice(0, width)).join('');
  return ignoresCase ? key.toUpperCase() : key;
}

/** Whether and how a group is written. */
function groupText(call: ToolCall, line: string, count: number): string {
  if (call.has('d') && count === 1) return '';
  if (call.has('u') && count > 1) return '';
  const prefix = call.has('c') ? `${String(count).padStart(COUNT_WIDTH)} ` : '';
  return `${prefix}${line}\n`;
}

function* run(call: ToolCall): Body {
  const comparison = comparisonOf(call);
  const [input = '-', output, extra] = call.operands;
  if (extra !== undefined) throw call.misuse(`extra operand '${extra}'`);
  const write = writeOutput(call.proc, output);
  let group: { line: string; key: string; count: number } | null = null;
  const flush = (): void => {
    if (group !== null) write(groupText(call, group.line, group.count));
  };
  const fault = yield* eachLine(call.proc, input, (line) => {
    const key = keyOf(line, comparison);
    if (group?.key === key) group.count++;
    else {
      flush();
      group = { line, key, count: 1 };
    }
    return true;
  });
  if (fault === 'directory') throw call.failure(call.isBusybox ? `${input}: I/O error` : `error reading '${input}'`);
  if (fault === 'missing') {
    throw call.failure(`${call.isBusybox ? `can't open '${input}'` : input}: No such file or directory`);
  }
  flush();
  return 0;
}

/** uniq of the GNU core utilities and of busybox. */
export const UNIQ = textTool({
  name: 'uniq',
  gnu: {
    options: {
      letters: 'cdDf:is:uw:z',
      long: {
        count: 'c',
        repeated: 'd',
        'all-repeated': 'D',
        'skip-fields': 'f',
        group: 'group::',
        'ignore-case': 'i',
        'skip-chars': 's',
        unique: 'u',
        'check-chars': 'w',
        'zero-terminated': 'z',
      },
      lacking: ['D', 'group', 'z'],
    },
  },
  busybox: {
    options: { letters: 'cduizf:s:w:', lacking: ['z'] },
    usage: `Usage: uniq [-cduiz] [-f,s,w N] [FILE [OUTFILE]]

Discard duplicate lines

	-c	Prefix lines by the number of occurrences
	-d	Only print duplicate lines
	-u	Only print unique lines
	-i	Ignore case
	-z	NUL terminated output
	-f N	Skip first N fields
	-s N	Skip first N chars (after any skipped fields)
	-w N	Compare N characters in line`,
  },
  run,
});
