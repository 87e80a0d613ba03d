/** cut: chosen fields or characters of each line. Bytes and characters are the same here: text is not cut apart. */
import { beginsAt, isInRanges, parseRanges } from './ranges.ts';
import type { PositionRange, RangeMistake } from './ranges.ts';
import { eachLine, faultText } from './sources.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

interface Selection {
  readonly isBusybox: boolean;
  readonly isFields: boolean;
  readonly ranges: readonly PositionRange[];
  readonly isComplement: boolean;
  readonly delimiter: string;
  readonly outputDelimiter: string | undefined;
  /** Lines without a delimiter are left out. */
  readonly isOnlyDelimited: boolean;
}

function rangeMistake(call: ToolCall, mistake: RangeMistake, isFields: boolean): Error {
  switch (mistake.kind) {
    case 'value':
      return call.misuse(`invalid ${isFields ? 'field value' : 'byte/character position'} '${mistake.text}'`);
    case 'zero':
      return call.misuse(isFields ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1');
    case 'decreasing':
      return call.misuse('invalid decreasing range');
    case 'open':
      return call.misuse('invalid range with no endpoint: -');
  }
}

/** busybox counts from 0 inside, and so says; position 0 is 1 to it, `-` is all. */
function busyboxRanges(call: ToolCall, list: string): PositionRange[] {
  const ranges = list.split(',').flatMap((word) => {
    if (word === '') return [];
    const [, first, dash, last] = /^(\d*)(-?)(\d*)$/.exec(word) ?? [];
    if (first === undefined) throw call.failure(`invalid number '${word}'`);
    const from = Math.max(Number(first), 1);
    const to = dash === '' ? from : last === '' ? Infinity : Number(last);
    if (to < from) throw call.failure(`${to}<${from - 1}`);
    return [{ first: from, last: to }];
  });
  if (ranges.length === 0) throw call.failure('missing list of positions');
  return ranges;
}

function rangesOf(call: ToolCall, list: string, isFields: boolean): readonly PositionRange[] {
  if (call.isBusybox) return busyboxRanges(call, list);
  const ranges = parseRanges(list);
  if ('kind' in ranges) throw rangeMistake(call, ranges, isFields);
  return ranges;
}

function selectionOf(call: ToolCall): Selection {
  const keys = ['b', 'c', 'f'].filter((key) => call.has(key));
  const lists = keys.flatMap((key) => call.values(key));
  if (lists.length === 0) {
    if (call.isBusybox) throw call.failure('expected a list of bytes, characters, or fields');
    throw call.misuse('you must specify a list of bytes, characters, or fields');
  }
  if (call.isBusybox ? keys.length > 1 : lists.length > 1) throw call.misuse('only one list may be specified');
  const isFields = keys[0] === 'f';
  const delimiter = call.value('d') ?? '\t';
  if (!call.isBusybox && Array.from(delimiter).length > 1)
    throw call.misuse('the delimiter must be a single character');
  checkFieldOptions(call, isFields);
  const ranges = rangesOf(call, lists[lists.length - 1]!, isFields);
  return {
    isBusybox: call.isBusybox,
    isFields,
    ranges,
    isComplement: call.has('complement'),
    // busybox takes the first character of what is longer; an empty one stands for NUL.
    delimiter: Array.from(delimiter)[0] ?? '\0',
    outputDelimiter: call.value('output-delimiter') ?? call.value('O'),
    isOnlyDelimited: call.has('s'),
  };
}

function checkFieldOptions(call: ToolCall, isFields: boolean): void {
  if (isFields) return;
  if (call.isBusybox) {
    const what = call.has('d') ? 'a delimiter' : call.has('s') ? 'suppressing non-delimited lines makes sense' : '';
    if (call.has('d')) throw call.failure(`${what} may be specified only when operating on fields`);
    if (call.has('s')) throw call.failure(`${what} only when operating on fields`);
    return;
  }
  if (call.has('d')) throw call.misuse('an input delimiter may be specified only when operating on fields');
  if (call.has('s')) {
    throw call.misuse('suppressing non-delimited lines makes sense\n\tonly when operating on fields');
  }
}

/** busybox goes from range to range, and prints an empty field for one that begins behind the line's end. */
function busyboxFields(fields: readonly string[], ranges: readonly PositionRange[]): string[] {
  const chosen: string[] = [];
  let next = 1;
  for (const { first, last } of [...ranges].sort((left, right) => left.first - right.first)) {
    next = Math.max(next, first);
    if (next > fields.length) chosen.push('');
    while (next <= Math.min(last, fields.length)) chosen.push(fields[next++ - 1]!);
  }
  return chosen;
}

/** Null: nothing is printed for the line. */
function cutLine(line: string, selection: Selection): string | null {
  const { isFields, ranges, isComplement, delimiter, outputDelimiter } = selection;
  const isChosen = (position: number): boolean => isInRanges(ranges, position) !== isComplement;
  if (isFields) {
    const fields = line.split(delimiter);
    if (fields.length === 1) return selection.isOnlyDelimited ? null : line;
    const chosen = selection.isBusybox ? busyboxFields(fields, ranges) : fields.filter((_field, i) => isChosen(i + 1));
    return chosen.join(outputDelimiter ?? delimiter);
  }
  let text = '';
  Array.from(line).forEach((char, i) => {
    if (!isChosen(i + 1)) return;
    const isStart = isComplement ? !isChosen(i) || i === 0 : beginsAt(ranges, i + 1);
    if (outputDelimiter !== undefined && text !== '' && isStart) text += outputDelimiter;
    text += char;
  });
  return text;
}

function* run(call: ToolCall): Body {
  const selection = selectionOf(call);
  let exitCode = 0;
  for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
    const fault = yield* eachLine(call.proc, path, (line) => {
      const text = cutLine(line, selection);
      if (text !== null) call.proc.write(`${text}\n`);
      return true;
    });
    if (fault === null) continue;
    call.complain(`${path}: ${faultText(fault)}`);
    exitCode = 1;
  }
  return exitCode;
}

/** cut of the GNU core utilities and of busybox. */
export const CUT = textTool({
  name: 'cut',
  gnu: {
    options: {
      letters: 'b:c:d:f:nsz',
      long: {
        bytes: 'b',
        characters: 'c',
        complement: 'complement',
        delimiter: 'd',
        fields: 'f',
        'only-delimited': 's',
        'output-delimiter': 'output-delimiter:',
        'zero-terminated': 'z',
      },
      lacking: ['z'],
    },
  },
  busybox: {
    options: { letters: 'b:c:f:d:O:sDF:n', lacking: ['D', 'F'] },
    usage: `Usage: cut [OPTIONS] [FILE]...

Print selected fields from FILEs to stdout

	-b LIST	Output only bytes from LIST
	-c LIST	Output only characters from LIST
	-d SEP	Field delimiter for input (default -f TAB, -F run of whitespace)
	-O SEP	Field delimiter for output (default = -d for -f, one space for -F)
	-D	Don't sort/collate sections or match -fF lines without delimiter
	-f LIST	Print only these fields (-d is single char)
	-F LIST	Print only these fields (-d is regex)
	-s	Output only lines containing delimiter
	-n	Ignored`,
  },
  run,
});
