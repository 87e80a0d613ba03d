/** Words and commands as short texts, for tables of what a text is taken apart into. */
import { CharCursor } from '../../../src/userland/sh/char-cursor.ts';
import { commandReader } from '../../../src/userland/sh/compound-parser.ts';
import { Lexer } from '../../../src/userland/sh/lexer.ts';
import type { Comment, Token } from '../../../src/userland/sh/lexer.ts';
import { parse } from '../../../src/userland/sh/parser.ts';
import { SyntaxFailure } from '../../../src/userland/sh/syntax.ts';
import type {
  AndOrList,
  Command,
  ParameterPart,
  Redirection,
  SyntaxMistake,
  Word,
} from '../../../src/userland/sh/syntax.ts';

export interface LexedText {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  /** The one at which it stopped. */
  readonly mistake: SyntaxMistake | null;
}

/** All tokens of a text. */
export function lex(text: string): LexedText {
  const lexer = new Lexer(new CharCursor(text), commandReader(text), 0);
  const tokens: Token[] = [];
  try {
    do tokens.push(lexer.next());
    while (tokens[tokens.length - 1]!.kind !== 'end');
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error;
    return { tokens, comments: lexer.comments, mistake: error.mistake };
  }
  return { tokens, comments: lexer.comments, mistake: null };
}

/** `a'b'$C"$D"` is `a|'b'|$C|''|"$D"`: quoted text in single, quoted parameters in double quotes. */
export function wordText(word: Word): string {
  return word.parts
    .map((part) => {
      if (part.kind === 'text') return part.isQuoted ? `'${part.text}'` : part.text;
      const text =
        part.kind === 'parameter'
          ? parameterText(part)
          : part.kind === 'command'
            ? `$(${part.lists.map(listText).join('; ')})`
            : `$((${wordText(part.expression)}))`;
      return part.isQuoted ? `"${text}"` : text;
    })
    .join('|');
}

function parameterText({ name, operator, operand }: ParameterPart): string {
  if (operator === undefined) return `$${name}`;
  return operator === 'length'
    ? `\${#${name}}`
    : `\${${name}${operator}${operand === undefined ? '' : wordText(operand)}}`;
}

/** The tokens of a text. */
export function tokenTexts(text: string): string[] {
  return lex(text)
    .tokens.filter((token) => token.kind !== 'end')
    .map((token) => {
      if (token.kind === 'word') return wordText(token.word);
      if (token.kind === 'descriptor') return `${token.number}#`;
      return token.operator === '\n' ? '⏎' : token.operator;
    });
}

/** The lists of a text: `a b && c &`. */
export function listTexts(text: string): string[] {
  return parse(text).commands.flatMap(({ lists }) => lists.map(listText));
}

export function listText({ items, isBackground }: AndOrList): string {
  const texts = items.map(({ operator, pipeline }) => {
    const commands = pipeline.commands.map(commandText).join(' | ');
    return `${operator === '' ? '' : `${operator} `}${pipeline.isNegated ? '! ' : ''}${commands}`;
  });
  return texts.join(' ') + (isBackground ? ' &' : '');
}

function bodyText(lists: readonly AndOrList[]): string {
  return `{${lists.map(listText).join('; ')}}`;
}

function commandText(command: Command): string {
  return [mainText(command), ...command.redirections.map(redirectionText)].filter((text) => text !== '').join(' ');
}

function redirectionText({ descriptor, operator, target }: Redirection): string {
  return `${descriptor}${operator}${wordText(target)}`;
}

function mainText(command: Command): string {
  switch (command.kind) {
    case 'simple':
      return [
        ...command.assignments.map(({ name, value }) => `${name}:=${wordText(value)}`),
        ...command.words.map(wordText),
      ].join(' ');
    case 'if':
      return [
        'if',
        ...command.branches.map(({ condition, body }) => bodyText(condition) + bodyText(body)),
        bodyText(command.otherwise),
      ].join(' ');
    case 'while':
    case 'until':
      return `${command.kind} ${bodyText(command.condition)} ${bodyText(command.body)}`;
    case 'for':
      return `for ${command.variable} [${command.words?.map(wordText).join(' ') ?? '@'}] ${bodyText(command.body)}`;
    case 'case':
      return `case ${wordText(command.subject)} ${command.items
        .map(({ patterns, body }) => patterns.map(wordText).join('/') + bodyText(body))
        .join(' ')}`;
    case 'group':
    case 'subshell':
      return `${command.kind} ${bodyText(command.body)}`;
    case 'function':
      return `function ${command.name} ${commandText(command.body)}`;
  }
}

/** The mistakes of a text: `4 what is wrong`. */
export function mistakeTexts(text: string): string[] {
  return parse(text).mistakes.map(({ offset, message }) => `${offset} ${message}`);
}
