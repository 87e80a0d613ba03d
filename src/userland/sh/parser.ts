/**
 * The shell grammar (POSIX XCU 2.10) as far as it goes here: lists of simple commands with `;`, `&`, `&&`, `||` and
 * newlines. Pipes, redirections, here-documents and compound commands are recognised and reported with their place.
 * Any text is parsed to an end; nothing is thrown.
 */
import { lex } from './lexer.ts';
import type { Operator, Token } from './lexer.ts';
import { bareText, lackOf, syntaxError } from './syntax.ts';
import type { AndOrItem, AndOrList, Assignment, SimpleCommand, SyntaxMistake, Word } from './syntax.ts';

export interface ParsedText {
  readonly lists: readonly AndOrList[];
  /** In the order of the text. */
  readonly mistakes: readonly SyntaxMistake[];
}

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const REDIRECTIONS: readonly Operator[] = ['<', '>', '>>', '<&', '>&', '<>', '>|'];
/** They begin compound commands; what follows cannot be judged before these are understood. */
const OPENING_KEYWORDS = ['if', 'while', 'until', 'for', 'case', '{', 'function'];
const CLOSING_KEYWORDS = ['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}'];

/** Parses a text of any length. */
export function parse(text: string): ParsedText {
  const lexed = lex(text);
  const parser = new Parser(lexed.tokens);
  const lists = parser.parseLists();
  // A quote that does not end swallows the rest: what the parser says about that rest is noise.
  const fatal = lexed.mistakes.find((mistake) => !mistake.isLack)?.offset ?? Infinity;
  const mistakes = [...lexed.mistakes, ...parser.mistakes.filter((mistake) => mistake.offset < fatal)];
  return { lists, mistakes: mistakes.sort((left, right) => left.offset - right.offset) };
}

class Parser {
  readonly mistakes: SyntaxMistake[] = [];
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  parseLists(): AndOrList[] {
    const lists: AndOrList[] = [];
    for (;;) {
      this.skipNewlines();
      if (this.current.kind === 'end') return lists;
      const items = this.parseAndOr();
      const isBackground = this.isOperator('&');
      if (items.length > 0) lists.push({ items, isBackground });
      this.endList();
    }
  }

  private get current(): Token {
    return this.tokens[this.at]!;
  }

  private isOperator(...operators: readonly Operator[]): boolean {
    const token = this.current;
    return token.kind === 'operator' && operators.includes(token.operator);
  }

  private skipNewlines(): void {
    while (this.isOperator('\n')) this.at++;
  }

  /** Gives up: the rest is not looked at. */
  private stop(mistake: SyntaxMistake): void {
    this.mistakes.push(mistake);
    this.at = this.tokens.length - 1;
  }

  /** Steps over what separates lists; anything else is a mistake. */
  private endList(): void {
    if (this.isOperator(';', '&', '\n')) this.at++;
    else if (this.current.kind !== 'end') this.stop(this.unexpected());
  }

  private unexpected(): SyntaxMistake {
    const token = this.current;
    if (token.kind === 'end') return syntaxError('end of file unexpected', token.offset);
    if (token.kind === 'word') return syntaxError('word unexpected', token.offset);
    const name = token.operator === '\n' ? 'newline' : `"${token.operator}"`;
    return syntaxError(`${name} unexpected`, token.offset);
  }

  private parseAndOr(): AndOrItem[] {
    const items: AndOrItem[] = [];
    let operator: AndOrItem['operator'] = '';
    for (;;) {
      const command = this.parsePipeline();
      if (command === null) return items;
      items.push({ operator, command });
      if (this.isOperator('&&')) operator = '&&';
      else if (this.isOperator('||')) operator = '||';
      else return items;
      this.at++;
      this.skipNewlines();
    }
  }

  /** A pipe is reported, and its commands are looked at one by one; the last stands for all. */
  private parsePipeline(): SimpleCommand | null {
    let command = this.parseCommand();
    while (command !== null && this.isOperator('|')) {
      this.mistakes.push(lackOf('|', this.current.offset));
      this.at++;
      this.skipNewlines();
      command = this.parseCommand();
    }
    return command;
  }

  /** Null when there is none: a mistake is then noted and the rest given up. */
  private parseCommand(): SimpleCommand | null {
    const offset = this.current.offset;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    let hasRedirection = false;
    if (this.reportKeyword()) return null;
    for (;;) {
      const token = this.current;
      if (token.kind === 'word' && this.isIoNumber(token)) this.at++;
      if (this.isOperator(...REDIRECTIONS)) {
        hasRedirection = true;
        if (!this.skipRedirection()) return null;
      } else if (this.isOperator('<<', '<<-', '(')) {
        this.stop(lackOf(this.text(this.current), this.current.offset));
        return null;
      } else if (token.kind === 'word') {
        const assignment = words.length === 0 ? assignmentOf(token.word) : undefined;
        if (assignment === undefined) words.push(token.word);
        else assignments.push(assignment);
        this.at++;
      } else break;
    }
    if (assignments.length + words.length > 0 || hasRedirection) return { assignments, words, offset };
    this.stop(this.unexpected());
    return null;
  }

  private text(token: Token): string {
    return token.kind === 'operator' ? token.operator : '';
  }

  /** True if the word here is a keyword and the rest was given up. */
  private reportKeyword(): boolean {
    const token = this.current;
    if (token.kind !== 'word') return false;
    const bare = bareText(token.word) ?? '';
    if (bare === '!') {
      this.mistakes.push(lackOf('!', token.offset));
      this.at++;
      return false;
    }
    if (OPENING_KEYWORDS.includes(bare)) this.stop(lackOf(bare, token.offset));
    else if (CLOSING_KEYWORDS.includes(bare)) this.stop(syntaxError(`"${bare}" unexpected`, token.offset));
    else return false;
    return true;
  }

  /** The `2` of `2>`: digits with a redirection right behind them. */
  private isIoNumber(token: Token & { kind: 'word' }): boolean {
    const next = this.tokens[this.at + 1]!;
    if (next.kind !== 'operator' || next.offset !== token.end) return false;
    if (!REDIRECTIONS.includes(next.operator) && next.operator !== '<<' && next.operator !== '<<-') return false;
    return /^\d+$/.test(bareText(token.word) ?? '');
  }

  /** Reports a redirection and steps over its file name; false if there is none and the rest was given up. */
  private skipRedirection(): boolean {
    this.mistakes.push(lackOf(this.text(this.current), this.current.offset));
    this.at++;
    if (this.current.kind === 'word') {
      this.at++;
      return true;
    }
    this.stop(this.unexpected());
    return false;
  }
}

/** The assignment that a word is: its name and equals sign are not quoted. */
function assignmentOf(word: Word): Assignment | undefined {
  const [first, ...rest] = word.parts;
  if (first?.kind !== 'text' || first.isQuoted) return undefined;
  const match = ASSIGNMENT.exec(first.text);
  if (match === null) return undefined;
  const head = match[0];
  const value = { kind: 'text', text: first.text.slice(head.length), isQuoted: false } as const;
  return { name: match[1]!, value: { parts: [value, ...rest], offset: word.offset + head.length } };
}
