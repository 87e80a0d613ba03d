/**
 * Takes a script apart into its complete commands (POSIX XCU 2.10, complete_command): what stands up to a newline that
 * is not inside quotes, an unfinished list, a compound command or a here-document. `#@ 12.345` before a command is its
 * earliest time.
 */
import { parse } from './parser.ts';
import { LineCounter } from './syntax.ts';

export interface ScriptCommand {
  /** The command as written, without blanks around it. */
  readonly text: string;
  /** The line of the script that it begins on, from 0. */
  readonly line: number;
  /** Where it begins in that line, from 0. */
  readonly col: number;
  /** Not before this time after the script's start. */
  readonly notBeforeNs?: number;
}

const TIME_COMMENT = /^#@\s*(\d{1,9})(?:\.(\d+))?\s*$/;
const NS_DIGITS = 9;

/** The commands of a script in their order; what is wrong in them is left to `checkCommand` and the run. */
export function splitScript(text: string): ScriptCommand[] {
  const { commands, comments } = parse(text);
  const split: ScriptCommand[] = [];
  const times = comments.filter((comment) => TIME_COMMENT.test(comment.text));
  const lines = new LineCounter(text);
  let timeAt = 0;
  for (const { start, end } of commands) {
    let notBeforeNs: number | undefined;
    for (; timeAt < times.length && times[timeAt]!.offset < end; timeAt++) {
      if (times[timeAt]!.offset < start) notBeforeNs = timeOf(times[timeAt]!.text);
    }
    const place = lines.placeOf(start);
    const command = { text: text.slice(start, end), ...place };
    split.push(notBeforeNs === undefined ? command : { ...command, notBeforeNs });
  }
  return split;
}

function timeOf(comment: string): number {
  const [, seconds, fraction = ''] = TIME_COMMENT.exec(comment)!;
  return Number(seconds! + fraction.slice(0, NS_DIGITS).padEnd(NS_DIGITS, '0'));
}
