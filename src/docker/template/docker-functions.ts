/** The functions that Docker's client gives its templates beside Go's own (docker/cli's templates package). */
import { CallError } from './errors.ts';
import type { FunctionTable, GoArg } from './function.ts';
import { fixed } from './function.ts';
import { isDigitRune, isLetterRune, isSpaceRune, mapRunes, runesOf } from './go-string.ts';
import { ANY, INT, STRING, sliceOf } from './go-type.ts';
import { intData, listOf, stringData, stringValue, stringsValue } from './go-value.ts';
import { jsonText } from './json.ts';

const TITLE_CHARS: Readonly<Record<string, string>> = { Ǆ: 'ǅ', Ǉ: 'ǈ', Ǌ: 'ǋ', Ǳ: 'ǲ' };
const GEORGIAN = /^[\u10d0-\u10ff]$/;
/** More padding than this is not made. */
const REPEAT_MAX = 1 << 26;

export const DOCKER_FUNCTIONS: FunctionTable = {
  json: fixed([ANY], ([value]) => stringValue(jsonText(value))),
  split: fixed([STRING, STRING], ([text, separator]) => stringsValue(split(textArg(text), textArg(separator)))),
  join: fixed([sliceOf(STRING), STRING], ([list, separator]) =>
    stringValue(listOf(list!).map(stringData).join(textArg(separator))),
  ),
  title: ofText(titleCase),
  // The only letter of which JavaScript makes two.
  lower: ofText((text) => mapRunes(text, (char) => (char === 'İ' ? 'i' : char.toLowerCase()))),
  upper: ofText((text) => mapRunes(text, (char) => char.toUpperCase())),
  pad: fixed([STRING, INT, INT], ([text, before, behind]) =>
    stringValue(pad(textArg(text), intArg(before), intArg(behind))),
  ),
  truncate: fixed([STRING, INT], ([text, length]) => stringValue(truncate(textArg(text), intArg(length)))),
};

/** What stands for some of them while the header of a table is made: the name of the column stays as it is. */
export const HEADER_FUNCTIONS: FunctionTable = {
  ...DOCKER_FUNCTIONS,
  json: ofText((text) => text),
  split: fixed([STRING, STRING], ([text]) => text),
  join: fixed([STRING, STRING], ([text]) => text),
  title: ofText((text) => text),
  lower: ofText((text) => text),
  upper: ofText((text) => text),
  truncate: fixed([STRING, INT], ([text]) => text),
};

function ofText(change: (text: string) => string): FunctionTable[string] {
  return fixed([STRING], ([text]) => stringValue(change(textArg(text))));
}

function textArg(value: GoArg): string {
  return stringData(value!);
}

function intArg(value: GoArg): number {
  return Number(intData(value!));
}

/** Without a separator between all runes. */
function split(text: string, separator: string): string[] {
  if (separator !== '') return text.split(separator);
  let at = 0;
  return runesOf(text).map(({ size }) => text.slice(at, (at += size)));
}

/** The first letter of each word in upper case; words are of letters, digits and underscores. */
function titleCase(text: string): string {
  let isInWord = false;
  return mapRunes(text, (char) => {
    const isFirst = !isInWord;
    isInWord = !isSeparator(char.codePointAt(0)!);
    return isFirst ? titleChar(char) : char;
  });
}

/** Letters that are two have a form between the small and the large one; Georgian ones stay as they are. */
function titleChar(char: string): string {
  const upper = char.toUpperCase();
  return TITLE_CHARS[upper] ?? (GEORGIAN.test(char) ? char : upper);
}

function isSeparator(code: number): boolean {
  if (code < 0x80) return !/\w/.test(String.fromCharCode(code));
  return !isLetterRune(code) && !isDigitRune(code) && isSpaceRune(code);
}

function pad(text: string, before: number, behind: number): string {
  if (text === '') return '';
  return repeatSpace(before) + text + repeatSpace(behind);
}

function repeatSpace(count: number): string {
  if (count < 0) throw new CallError('strings: negative Repeat count');
  if (count > REPEAT_MAX) throw new CallError('strings: Repeat count causes overflow');
  return ' '.repeat(count);
}

/** The first bytes. */
function truncate(text: string, length: number): string {
  if (length < 0) throw new CallError(`runtime error: slice bounds out of range [:${length}]`);
  return text.slice(0, length);
}
