/** `read` (POSIX XCU read): one line of standard input, split into variables; what is behind it stays for others. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Expansion } from './expand.ts';
import { DEFAULT_IFS } from './fields.ts';

/** A character of the line; a backslash before it keeps it from being a separator. */
interface ReadCharacter {
  readonly char: string;
  readonly isEscaped: boolean;
}

/** A line, or what stands before the end of input, and whether a newline ended it. */
export interface ReadLine {
  readonly characters: readonly ReadCharacter[];
  readonly isWhole: boolean;
}

/** Reads one line; a backslash before its end joins the next one to it unless `isRaw`. */
export function* readLine(proc: Process, isRaw: boolean): Expansion<ReadLine> {
  const characters: ReadCharacter[] = [];
  for (;;) {
    const text = yield* readRawLine(proc);
    if (text === null) return { characters, isWhole: false };
    const isWhole = text.endsWith('\n');
    const line = isWhole ? text.slice(0, -1) : text;
    let isJoined = false;
    for (let at = 0; at < line.length; at++) {
      const isEscape = !isRaw && line.charAt(at) === '\\';
      if (isEscape && at + 1 === line.length) isJoined = isWhole;
      else if (isEscape) characters.push({ char: line.charAt(++at), isEscaped: true });
      else characters.push({ char: line.charAt(at), isEscaped: false });
    }
    if (!isJoined) return { characters, isWhole };
  }
}

/** A line with its newline, the rest before the end of input, or null at the end. */
function* readRawLine(proc: Process): Expansion<string | null> {
  let line = '';
  for (;;) {
    const { stdin } = proc;
    if (stdin === 'eof' || stdin === 'null') return line === '' ? null : line;
    if (stdin === 'open') {
      yield proc.waitFor([]);
      continue;
    }
    const text = stdin.read();
    if (text === null) return line === '' ? null : line;
    if (text === '') {
      yield proc.waitFor(stdin);
      continue;
    }
    const end = text.indexOf('\n');
    if (end >= 0) {
      stdin.unread(text.slice(end + 1));
      return line + text.slice(0, end + 1);
    }
    line += text;
  }
}

/** The values of `count` variables: fields, and for the last one all that is left. */
export function splitLine(characters: readonly ReadCharacter[], ifs: string, count: number): string[] {
  const isBlank = (at: number): boolean =>
    isSeparatorAt(characters, at, ifs) && DEFAULT_IFS.includes(characters[at]!.char);
  const values: string[] = [];
  let at = 0;
  const skipBlanks = (): void => {
    while (at < characters.length && isBlank(at)) at++;
  };
  skipBlanks();
  while (values.length < count) {
    const start = at;
    while (at < characters.length && !isSeparatorAt(characters, at, ifs)) at++;
    const value = textOf(characters.slice(start, at));
    skipBlanks();
    if (at < characters.length && at > start && isSeparatorAt(characters, at, ifs)) at++;
    else if (at < characters.length && at === start) at++;
    skipBlanks();
    if (values.length === count - 1 && at < characters.length) {
      let end = characters.length;
      while (end > start && isBlank(end - 1)) end--;
      values.push(textOf(characters.slice(start, end)));
    } else values.push(value);
  }
  return values;
}

function isSeparatorAt(characters: readonly ReadCharacter[], at: number, ifs: string): boolean {
  const { char, isEscaped } = characters[at]!;
  return !isEscaped && ifs.includes(char);
}

function textOf(characters: readonly ReadCharacter[]): string {
  return characters.map(({ char }) => char).join('');
}
