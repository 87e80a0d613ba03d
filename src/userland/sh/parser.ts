/**
 * The shell grammar (POSIX XCU 2.10), read as dash reads it: one token ahead, line by line, with its words for what is
 * unexpected. Any text is parsed to an end; nothing is thrown.
 */
import { CharCursor } from './char-cursor.ts';
import { CompoundParser } from './compound-parser.ts';
import type { Comment } from './lexer.ts';
import { SyntaxFailure } from './syntax.ts';
import type { AndOrList, SyntaxMistake } from './syntax.ts';

/** What stands up to a newline that ends a command: POSIX's complete_command. */
export interface CompleteCommand {
  readonly lists: readonly AndOrList[];
  readonly start: number;
  /** Behind it and its here-documents. */
  readonly end: number;
  /** What is wrong with it; a shell goes no further. */
  readonly mistake: SyntaxMistake | null;
}

export interface ParsedText {
  readonly commands: readonly CompleteCommand[];
  readonly comments: readonly Comment[];
  /** In the order of the text. */
  readonly mistakes: readonly SyntaxMistake[];
}

/** Parses a text of any length. */
export function parse(text: string): ParsedText {
  const parser = new CompoundParser(text, new CharCursor(text), 0);
  const commands: CompleteCommand[] = [];
  for (;;) {
    const command = nextCommand(parser, text);
    if (command === null) break;
    commands.push(command);
  }
  const mistakes = commands.flatMap(({ mistake }) => (mistake === null ? [] : [mistake]));
  return { commands, comments: parser.comments, mistakes };
}

/**
 * After a mistake on the way into a compound command or a quote the rest cannot be told apart: it is one command. After
 * any other it goes on at the next line.
 */
function nextCommand(parser: CompoundParser, text: string): CompleteCommand | null {
  let start = -1;
  try {
    start = parser.beginCommand();
    if (start < 0) return null;
    const lists = parser.parseLine();
    return { lists, start, end: parser.lineEnd, mistake: null };
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error;
    const { mistake } = error;
    const end = parser.recover(mistake);
    const from = start < 0 ? mistake.offset : start;
    return { lists: [], start: from, end: from + text.slice(from, end).trimEnd().length, mistake };
  }
}
