/** Words and commands as short texts, for tables of what a text is taken apart into. */
import { lex } from '../../../src/userland/sh/lexer.ts';
import { parse } from '../../../src/userland/sh/parser.ts';
import type { Word } from '../../../src/userland/sh/syntax.ts';

/** `a'b'$C"$D"` is `a|'b'|$C|''|"$D"|''`: quoted text in single, quoted parameters in double quotes. */
export function wordText(word: Word): string {
  return word.parts
    .map((part) => {
      if (part.kind === 'parameter') return part.isQuoted ? `"$${part.name}"` : `$${part.name}`;
      return part.isQuoted ? `'${part.text}'` : part.text;
    })
    .join('|');
}

/** The tokens of a text. */
export function tokenTexts(text: string): string[] {
  return lex(text)
    .tokens.filter((token) => token.kind !== 'end')
    .map((token) => (token.kind === 'word' ? wordText(token.word) : token.operator === '\n' ? '⏎' : token.operator));
}

/** The lists of a text: `a b && c &`. */
export function listTexts(text: string): string[] {
  return parse(text).lists.map(({ items, isBackground }) => {
    const commands = items.map(({ operator, command }) => {
      const assignments = command.assignments.map(({ name, value }) => `${name}:=${wordText(value)}`);
      return [...(operator === '' ? [] : [operator]), ...assignments, ...command.words.map(wordText)].join(' ');
    });
    return commands.join(' ') + (isBackground ? ' &' : '');
  });
}

/** The mistakes of a text: `4 what is wrong`, lacks with a star. */
export function mistakeTexts(text: string): string[] {
  return parse(text).mistakes.map(({ offset, message, isLack }) => `${offset} ${message}${isLack ? ' *' : ''}`);
}
