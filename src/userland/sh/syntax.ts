/**
 * What the shell's lexer and parser produce: words in parts, commands, lists; and the mistakes found on the way. The
 * grammar is the Shell Command Language of POSIX (XCU chapter 2) as dash reads it, with `$'…'`.
 */

/** `${NAME operator operand}`, as `:-` and `%%`; `length` is `${#NAME}`, `bad` what is refused when it is expanded. */
export type ParameterOperator =
  '-' | ':-' | '=' | ':=' | '?' | ':?' | '+' | ':+' | '%' | '%%' | '#' | '##' | 'length' | 'bad';

export interface ParameterPart {
  readonly kind: 'parameter';
  readonly name: string;
  readonly isQuoted: boolean;
  readonly operator?: ParameterOperator;
  readonly operand?: Word;
}

/** A piece of a word. What is quoted is neither split into fields nor taken for a keyword. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | ParameterPart
  /** `$(…)` and backquotes. */
  | { readonly kind: 'command'; readonly lists: readonly AndOrList[]; readonly isQuoted: boolean }
  /** `$((…))`; the expression is expanded as if in double quotes. */
  | { readonly kind: 'arithmetic'; readonly expression: Word; readonly isQuoted: boolean };

/** A word; `offset` counts characters from the start of the text, here and below. */
export interface Word {
  readonly parts: readonly WordPart[];
  readonly offset: number;
}

/** `NAME=value` before a command, or alone. */
export interface Assignment {
  readonly name: string;
  readonly value: Word;
  readonly offset: number;
}

export type RedirectionOperator = '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '<<';

/** `2>file`, `2>&1`; of a here-document the target is its body. */
export interface Redirection {
  readonly descriptor: number;
  readonly operator: RedirectionOperator;
  readonly target: Word;
  readonly offset: number;
}

/** Assignments, words, redirections: at least one of them. */
export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  readonly offset: number;
}

/** What compound commands have in common: the redirections behind them hold for all that is in them. */
interface CompoundCommand {
  readonly redirections: readonly Redirection[];
  readonly offset: number;
}

export interface IfCommand extends CompoundCommand {
  readonly kind: 'if';
  /** `if` and each `elif`. */
  readonly branches: readonly { readonly condition: readonly AndOrList[]; readonly body: readonly AndOrList[] }[];
  readonly otherwise: readonly AndOrList[];
}

export interface LoopCommand extends CompoundCommand {
  readonly kind: 'while' | 'until';
  readonly condition: readonly AndOrList[];
  readonly body: readonly AndOrList[];
}

export interface ForCommand extends CompoundCommand {
  readonly kind: 'for';
  readonly variable: string;
  /** Null without `in`: the positional parameters. */
  readonly words: readonly Word[] | null;
  readonly body: readonly AndOrList[];
}

export interface CaseCommand extends CompoundCommand {
  readonly kind: 'case';
  readonly subject: Word;
  readonly items: readonly { readonly patterns: readonly Word[]; readonly body: readonly AndOrList[] }[];
}

/** `{ …; }` and `( … )`. */
export interface GroupCommand extends CompoundCommand {
  readonly kind: 'group' | 'subshell';
  readonly body: readonly AndOrList[];
}

export interface FunctionDefinition extends CompoundCommand {
  readonly kind: 'function';
  readonly name: string;
  readonly body: Command;
}

export type Command =
  SimpleCommand | IfCommand | LoopCommand | ForCommand | CaseCommand | GroupCommand | FunctionDefinition;

/** `! a | b | c`. */
export interface Pipeline {
  readonly isNegated: boolean;
  readonly commands: readonly Command[];
  readonly offset: number;
}

/** One pipeline of an and-or list; it runs if the exit code before it suits the operator. */
export interface AndOrItem {
  readonly operator: '' | '&&' | '||';
  readonly pipeline: Pipeline;
}

/** `a && b || c`, and whether `&` ends it. */
export interface AndOrList {
  readonly items: readonly AndOrItem[];
  readonly isBackground: boolean;
  /** As it stands in the text, for `jobs`. */
  readonly text: string;
}

/** What is wrong with a text, in dash's words. */
export interface SyntaxMistake {
  readonly offset: number;
  readonly message: string;
  /** How far the shell had read, which is the place that its message names. */
  readonly readOffset: number;
}

/** Thrown by lexer and parser on the way out to `parse`, which keeps the mistake and throws nothing. */
export class SyntaxFailure extends Error {
  readonly mistake: SyntaxMistake;

  constructor(message: string, offset: number, readOffset = offset) {
    super(message);
    this.name = 'SyntaxFailure';
    this.mistake = { offset, message: `Syntax error: ${message}`, readOffset };
  }
}

/** The word's text if it depends on nothing, else undefined. */
export function literalText(word: Word): string | undefined {
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return undefined;
    text += part.text;
  }
  return text;
}

/** The word's text if nothing in it is quoted either: only such a word can be a keyword. */
export function bareText(word: Word): string | undefined {
  return word.parts.every((part) => !part.isQuoted) ? literalText(word) : undefined;
}

/** A place in a text, both from 0. */
export interface Place {
  readonly line: number;
  readonly col: number;
}

/** Lines and columns of offsets that ascend, in one pass over the text. */
export class LineCounter {
  private readonly text: string;
  private line = 0;
  private lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  placeOf(offset: number): Place {
    for (;;) {
      const end = this.text.indexOf('\n', this.lineStart);
      if (end < 0 || end >= offset) return { line: this.line, col: offset - this.lineStart };
      this.line++;
      this.lineStart = end + 1;
    }
  }
}
