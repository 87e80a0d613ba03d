/** The file of `ip -batch`: a command a line, `#` comments, quotes, a backslash at the end of a line that goes on. */
import type { Process } from '../../kernel/proc/process.ts';
import { readAllInput } from '../input.ts';
import { fileText } from '../file-text.ts';
import type { Run } from './run.ts';

export interface BatchLine {
  readonly words: readonly string[];
  /** Of its last line, from 1. */
  readonly number: number;
}

/** The commands of a file, `-` for standard input; undefined when there is no such file. */
export function* readBatch(proc: Process, name: string): Run<BatchLine[] | undefined> {
  const text = name === '-' ? yield* readAllInput(proc) : fileText(proc, name);
  return text === undefined ? undefined : batchLines(text);
}

/** Twin of getcmdline and makeargs. */
export function batchLines(text: string): BatchLine[] {
  const found: BatchLine[] = [];
  let pending = '';
  text.split('\n').forEach((line, i) => {
    const hash = line.indexOf('#');
    const code = hash < 0 ? line : line.slice(0, hash);
    if (code.endsWith('\\')) {
      pending += code.slice(0, -1);
      return;
    }
    const words = splitWords(pending + code);
    pending = '';
    if (words.length > 0) found.push({ words, number: i + 1 });
  });
  return found;
}

/** Words between blanks; one that begins with a quote goes up to the next. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'?|"([^"]*)"?|[^\s'"]\S*/g)].map((match) => match[1] ?? match[2] ?? match[0]);
}
