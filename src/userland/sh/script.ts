/**
 * Takes a script apart into its complete commands (POSIX XCU 2.10, complete_command): what stands up to a newline that
 * is not inside quotes, an unfinished list or a compound command. `#@ 12.345` before a command is its earliest time.
 */
import { lex } from './lexer.ts';
import type { Token } from './lexer.ts';
import { LineCounter, bareText } from './syntax.ts';

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
const OPENING = ['if', 'while', 'until', 'for', 'case', '{'];
const CLOSING = ['fi', 'done', 'esac', '}'];
const BEFORE_COMMAND = ['if', 'while', 'until', '{', '!', 'then', 'else', 'elif', 'do', 'fi', 'done', 'esac', '}'];
/** Behind these a newline does not end the command. */
const CONTINUING = ['&&', '||', '|', '('];

/** The commands of a script in their order; what is wrong in them is left to `checkCommand` and the run. */
export function splitScript(text: string): ScriptCommand[] {
  const { tokens, comments } = lex(text);
  const commands: ScriptCommand[] = [];
  const times = comments.filter((comment) => TIME_COMMENT.test(comment.text));
  const lines = new LineCounter(text);
  let timeAt = 0;
  for (const { start, end } of spansOf(tokens)) {
    let notBeforeNs: number | undefined;
    for (; timeAt < times.length && times[timeAt]!.offset < end; timeAt++) {
      if (times[timeAt]!.offset < start) notBeforeNs = timeOf(times[timeAt]!.text);
    }
    const place = lines.placeOf(start);
    const command = { text: text.slice(start, end), ...place };
    commands.push(notBeforeNs === undefined ? command : { ...command, notBeforeNs });
  }
  return commands;
}

function spansOf(tokens: readonly Token[]): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  let start = -1;
  let depth = 0;
  /** Keywords count only where a command may begin. */
  let mayBegin = true;
  /** The last token that is no newline. */
  let last: Token | null = null;
  for (const token of tokens) {
    if (isNewline(token) || token.kind === 'end') {
      const isOver = token.kind === 'end' || (depth <= 0 && last !== null && !continues(last));
      if (start >= 0 && isOver) {
        spans.push({ start, end: last!.end });
        start = -1;
      }
      mayBegin = true;
    } else {
      if (start < 0) {
        start = token.offset;
        depth = 0;
      }
      depth += depthChange(token, mayBegin);
      mayBegin = token.kind === 'operator' || (mayBegin && isBeforeCommand(token));
      last = token;
    }
  }
  return spans;
}

function isNewline(token: Token): boolean {
  return token.kind === 'operator' && token.operator === '\n';
}

function continues(token: Token): boolean {
  return token.kind === 'operator' && CONTINUING.includes(token.operator);
}

/** +1 where a compound command opens, -1 where one closes. */
function depthChange(token: Token, mayBegin: boolean): number {
  if (token.kind === 'operator') return token.operator === '(' ? 1 : token.operator === ')' ? -1 : 0;
  const bare = token.kind === 'word' ? (bareText(token.word) ?? '') : '';
  if (!mayBegin) return 0;
  return OPENING.includes(bare) ? 1 : CLOSING.includes(bare) ? -1 : 0;
}

/** Whether a word, where a command may begin, is a keyword behind which one may begin again. */
function isBeforeCommand(token: Token): boolean {
  return token.kind === 'word' && BEFORE_COMMAND.includes(bareText(token.word) ?? '');
}

function timeOf(comment: string): number {
  const [, seconds, fraction = ''] = TIME_COMMENT.exec(comment)!;
  return Number(seconds! + fraction.slice(0, NS_DIGITS).padEnd(NS_DIGITS, '0'));
}
