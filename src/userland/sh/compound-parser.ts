/** Recursive descent over the shell's tokens. What is wrong leaves it as a `SyntaxFailure`. */
import type { CharCursor } from './char-cursor.ts';
import { Lexer } from './lexer.ts';
import type { Comment, Operator, Token } from './lexer.ts';
import { SyntaxFailure, bareText, literalText } from './syntax.ts';
import type {
  AndOrItem,
  AndOrList,
  Assignment,
  CaseCommand,
  Command,
  ForCommand,
  IfCommand,
  Pipeline,
  Redirection,
  RedirectionOperator,
  SyntaxMistake,
  Word,
} from './syntax.ts';
import type { CommandReader } from './word-reader.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const REDIRECTIONS: readonly Operator[] = ['<', '>', '>>', '<&', '>&', '<>', '>|', '<<', '<<-'];
const KEYWORDS = 'if then else elif fi while until for do done case esac in { } !'.split(' ');
/** They end a list; where a command may begin they are unexpected. */
const LIST_ENDS = ['do', 'done', 'elif', 'else', 'esac', 'fi', 'then', '}'];
/** Special built-ins (POSIX XCU 2.14), which are no names for functions. */
const SPECIAL_BUILTINS = '. : break continue eval exec exit export readonly return set shift times trap unset'.split(
  ' ',
);
const DEPTH_MAX = 400;

export class CompoundParser {
  private readonly text: string;
  private readonly lexer: Lexer;
  /** Null until it is looked at: a newline brings its here-documents only when the parser gets there. */
  private token: Token | null = null;
  /** Where the last token that was taken ended. */
  private end = 0;
  private depth: number;
  private readonly outerDepth: number;

  /** `text` is the whole, of which the cursor may be on a rewritten part. */
  constructor(text: string, cursor: CharCursor, depth: number) {
    this.text = text;
    this.depth = depth;
    this.outerDepth = depth;
    this.lexer = new Lexer(cursor, commandReader(text), depth);
  }

  get comments(): readonly Comment[] {
    return this.lexer.comments;
  }

  /** Where the line that was parsed last ended, with its here-documents. */
  get lineEnd(): number {
    return this.end;
  }

  /** Skips empty lines: where the next command begins, or -1 at the end. */
  beginCommand(): number {
    this.skipNewlines();
    return this.current.kind === 'end' ? -1 : this.current.offset;
  }

  /** The lists of one line, which a compound command or a here-document may make many lines. */
  parseLine(): AndOrList[] {
    const lists: AndOrList[] = [];
    while (this.current.kind !== 'end' && !this.isOperator('\n')) {
      lists.push(this.parseAndOrList());
      if (!this.takeSeparator()) break;
    }
    if (!this.isOperator('\n') && this.current.kind !== 'end') this.fail();
    const documentEnd = this.lexer.documentEnd;
    if (documentEnd > this.end) this.end = documentEnd;
    return lists;
  }

  /** Goes on behind a mistake; where the command with the mistake ends. */
  recover(mistake: SyntaxMistake): number {
    const isOpen = this.depth > this.outerDepth || mistake.message.includes('Unterminated');
    if (isOpen || this.token?.kind === 'end') {
      this.token = { kind: 'end', offset: this.text.length, end: this.text.length };
      return this.text.length;
    }
    const newline = this.text.indexOf('\n', this.token?.offset ?? mistake.readOffset);
    if (!(this.token?.kind === 'operator' && this.token.operator === '\n')) this.lexer.skipLine();
    this.token = null;
    return newline < 0 ? this.text.length : newline;
  }

  /** All that there is, in backquotes. */
  parseToEnd(): AndOrList[] {
    const lists: AndOrList[] = [];
    while (this.beginCommand() >= 0) lists.push(...this.parseLine());
    return lists;
  }

  /** Up to and with the closing parenthesis of `$(…)`. */
  parseSubstitution(): AndOrList[] {
    this.skipNewlines();
    const lists = this.isOperator(')') ? [] : this.parseList();
    if (!this.isOperator(')')) this.fail(')');
    return lists;
  }

  private get current(): Token {
    this.token ??= this.lexer.next();
    return this.token;
  }

  private advance(): void {
    this.end = this.current.end;
    this.token = null;
  }

  private isOperator(...operators: readonly Operator[]): boolean {
    const token = this.current;
    return token.kind === 'operator' && operators.includes(token.operator);
  }

  /** The keyword that the word here is, if it is one. */
  private get keyword(): string {
    const token = this.current;
    if (token.kind !== 'word') return '';
    const bare = bareText(token.word) ?? '';
    return KEYWORDS.includes(bare) ? bare : '';
  }

  private skipNewlines(): void {
    while (this.isOperator('\n')) this.token = null;
  }

  private fail(expected = ''): never {
    const expecting = expected === '' ? '' : ` (expecting "${expected}")`;
    throw new SyntaxFailure(`${this.describe()} unexpected${expecting}`, this.current.offset, this.readOffset);
  }

  /** dash counts a newline as read when it complains of it. */
  private get readOffset(): number {
    return this.current.kind === 'end' ? this.text.length : this.current.offset;
  }

  private describe(): string {
    const token = this.current;
    if (token.kind === 'end') return 'end of file';
    if (token.kind === 'descriptor') return 'redirection';
    if (token.kind === 'word') return this.keyword === '' || this.keyword === 'in' ? 'word' : `"${this.keyword}"`;
    if (token.operator === '\n') return 'newline';
    return REDIRECTIONS.includes(token.operator) ? 'redirection' : `"${token.operator}"`;
  }

  private expectKeyword(keyword: string): void {
    if (this.keyword !== keyword) this.fail(keyword);
    this.advance();
  }

  /** Steps over what separates lists; false if there is nothing. */
  private takeSeparator(): boolean {
    if (!this.isOperator(';', '&')) return false;
    this.advance();
    return true;
  }

  /** One list or several, as they stand inside a compound command. */
  private parseList(): AndOrList[] {
    this.depth++;
    if (this.depth > DEPTH_MAX) throw new SyntaxFailure('nested too deeply', this.current.offset);
    const lists: AndOrList[] = [];
    this.skipNewlines();
    // Whoever asked says what is missing.
    while (this.current.kind !== 'end') {
      lists.push(this.parseAndOrList());
      const isSeparated = this.takeSeparator() || this.isOperator('\n');
      this.skipNewlines();
      if (!isSeparated || this.isListEnd()) break;
    }
    this.depth--;
    return lists;
  }

  private isListEnd(): boolean {
    return this.current.kind === 'end' || this.isOperator(')', ';;') || LIST_ENDS.includes(this.keyword);
  }

  private parseAndOrList(): AndOrList {
    const items: AndOrItem[] = [];
    const start = this.current.offset;
    let operator: AndOrItem['operator'] = '';
    for (;;) {
      items.push({ operator, pipeline: this.parsePipeline() });
      if (this.isOperator('&&')) operator = '&&';
      else if (this.isOperator('||')) operator = '||';
      else break;
      this.advance();
      this.skipNewlines();
    }
    return { items, isBackground: this.isOperator('&'), text: this.text.slice(start, this.end) };
  }

  private parsePipeline(): Pipeline {
    const offset = this.current.offset;
    const isNegated = this.keyword === '!';
    if (isNegated) this.advance();
    const commands = [this.parseCommand()];
    while (this.isOperator('|')) {
      this.advance();
      this.skipNewlines();
      commands.push(this.parseCommand());
    }
    return { isNegated, commands, offset };
  }

  private parseCommand(): Command {
    const offset = this.current.offset;
    if (this.isOperator('(')) return this.parseGroup('subshell', offset);
    switch (this.keyword) {
      case 'if':
        return this.parseIf(offset);
      case 'while':
        return this.parseLoop('while', offset);
      case 'until':
        return this.parseLoop('until', offset);
      case 'for':
        return this.parseFor(offset);
      case 'case':
        return this.parseCase(offset);
      case '{':
        return this.parseGroup('group', offset);
      case '':
      case 'in':
        return this.parseSimple(offset);
      default:
        this.fail();
    }
  }

  private parseGroup(kind: 'group' | 'subshell', offset: number): Command {
    this.advance();
    const body = this.parseList();
    if (kind === 'group') this.expectKeyword('}');
    else if (this.isOperator(')')) this.advance();
    else this.fail(')');
    return { kind, body, redirections: this.parseRedirections(), offset };
  }

  private parseIf(offset: number): IfCommand {
    const branches: IfCommand['branches'][number][] = [];
    let otherwise: readonly AndOrList[] = [];
    do {
      this.advance();
      const condition = this.parseList();
      this.expectKeyword('then');
      branches.push({ condition, body: this.parseList() });
    } while (this.keyword === 'elif');
    if (this.keyword === 'else') {
      this.advance();
      otherwise = this.parseList();
    }
    this.expectKeyword('fi');
    return { kind: 'if', branches, otherwise, redirections: this.parseRedirections(), offset };
  }

  private parseLoop(kind: 'while' | 'until', offset: number): Command {
    this.advance();
    const condition = this.parseList();
    const body = this.parseLoopBody();
    return { kind, condition, body, redirections: this.parseRedirections(), offset };
  }

  private parseLoopBody(): AndOrList[] {
    this.expectKeyword('do');
    const body = this.parseList();
    this.expectKeyword('done');
    return body;
  }

  private parseFor(offset: number): ForCommand {
    this.advance();
    const token = this.current;
    const variable = token.kind === 'word' ? (bareText(token.word) ?? '') : '';
    if (!NAME.test(variable)) throw new SyntaxFailure('Bad for loop variable', token.offset, this.readOffset);
    this.advance();
    this.skipNewlines();
    let words: Word[] | null = null;
    if (this.keyword === 'in') {
      this.advance();
      words = [];
      for (let word = this.takeWord(); word !== null; word = this.takeWord()) words.push(word);
      if (!this.isOperator(';', '\n')) this.fail();
      this.advance();
    } else if (this.isOperator(';')) this.advance();
    this.skipNewlines();
    const body = this.parseLoopBody();
    return { kind: 'for', variable, words, body, redirections: this.parseRedirections(), offset };
  }

  private takeWord(): Word | null {
    const token = this.current;
    if (token.kind !== 'word') return null;
    this.advance();
    return token.word;
  }

  private expectWord(): Word {
    return this.takeWord() ?? this.fail();
  }

  private parseCase(offset: number): CaseCommand {
    this.advance();
    const subject = this.expectWord();
    this.skipNewlines();
    this.expectKeyword('in');
    this.skipNewlines();
    const items: CaseCommand['items'][number][] = [];
    while (this.keyword !== 'esac') {
      if (this.isOperator('(')) this.advance();
      const patterns = [this.expectWord()];
      while (this.isOperator('|')) {
        this.advance();
        patterns.push(this.expectWord());
      }
      if (!this.isOperator(')')) this.fail(')');
      this.advance();
      this.skipNewlines();
      const isEmpty = this.isOperator(';;') || this.keyword === 'esac';
      items.push({ patterns, body: isEmpty ? [] : this.parseList() });
      this.skipNewlines();
      if (this.isOperator(';;')) this.advance();
      else if (this.keyword !== 'esac') this.fail(';;');
      this.skipNewlines();
    }
    this.advance();
    return { kind: 'case', subject, items, redirections: this.parseRedirections(), offset };
  }

  private parseSimple(offset: number): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      const token = this.current;
      if (this.isRedirection()) redirections.push(this.parseRedirection());
      else if (token.kind === 'word') {
        const assignment = words.length === 0 ? assignmentOf(token.word) : undefined;
        if (assignment === undefined) words.push(token.word);
        else assignments.push(assignment);
        this.advance();
      } else if (this.isOperator('(') && words.length === 1 && assignments.length + redirections.length === 0) {
        return this.parseFunction(words[0]!, offset);
      } else break;
    }
    if (assignments.length + words.length + redirections.length === 0) this.fail();
    return { kind: 'simple', assignments, words, redirections, offset };
  }

  /** `name() command`; the current token is the opening parenthesis. */
  private parseFunction(word: Word, offset: number): Command {
    this.advance();
    if (!this.isOperator(')')) this.fail(')');
    this.advance();
    const name = bareText(word) ?? '';
    if (!NAME.test(name) || SPECIAL_BUILTINS.includes(name)) {
      throw new SyntaxFailure('Bad function name', word.offset, this.end);
    }
    this.skipNewlines();
    this.depth++;
    if (this.depth > DEPTH_MAX) throw new SyntaxFailure('nested too deeply', offset);
    const body = this.parseCommand();
    this.depth--;
    return { kind: 'function', name, body, redirections: [], offset };
  }

  private parseRedirections(): Redirection[] {
    const redirections: Redirection[] = [];
    while (this.isRedirection()) redirections.push(this.parseRedirection());
    return redirections;
  }

  private isRedirection(): boolean {
    return this.current.kind === 'descriptor' || this.isOperator(...REDIRECTIONS);
  }

  private parseRedirection(): Redirection {
    const { offset } = this.current;
    let descriptor = -1;
    if (this.current.kind === 'descriptor') {
      descriptor = this.current.number;
      this.advance();
    }
    const token = this.current;
    if (token.kind !== 'operator') this.fail();
    const { operator } = token;
    if (descriptor < 0) descriptor = operator.startsWith('<') ? 0 : 1;
    this.advance();
    if (operator === '<<' || operator === '<<-') return this.announceDocument(descriptor, operator === '<<-', offset);
    return { descriptor, operator: operator as RedirectionOperator, target: this.expectWord(), offset };
  }

  private announceDocument(descriptor: number, isStripped: boolean, offset: number): Redirection {
    const token = this.current;
    if (token.kind !== 'word') this.fail();
    const { word, source } = token;
    const redirection = { descriptor, operator: '<<' as const, target: { parts: [], offset } as Word, offset };
    this.lexer.expectDocument({
      delimiter: literalText(word) ?? source,
      isQuoted: word.parts.some((part) => part.kind === 'text' && part.isQuoted),
      isStripped,
      take: (body) => {
        redirection.target = body;
      },
    });
    this.advance();
    return redirection;
  }
}

/** Reads the commands that stand in words of a text. */
export function commandReader(text: string): CommandReader {
  return (cursor, closing, depth) => {
    const parser = new CompoundParser(text, cursor, depth);
    return closing === '' ? parser.parseToEnd() : parser.parseSubstitution();
  };
}

/** The assignment that a word is: its name and equals sign are not quoted. */
function assignmentOf(word: Word): Assignment | undefined {
  const [first, ...rest] = word.parts;
  if (first?.kind !== 'text' || first.isQuoted) return undefined;
  const match = ASSIGNMENT.exec(first.text);
  if (match === null) return undefined;
  const head = match[0];
  const value = { kind: 'text', text: first.text.slice(head.length), isQuoted: false } as const;
  return {
    name: match[1]!,
    value: { parts: [value, ...rest], offset: word.offset + head.length },
    offset: word.offset,
  };
}
