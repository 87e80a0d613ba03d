/** The grammar of jq 1.6. Operators by how tightly they bind: | , // = or and == + * and what is behind a term. */
import { endOfInsertion, tokensOf } from './lexer.ts';
import type { JqToken } from './lexer.ts';
import { parseJson } from './json-parser.ts';
import { CompileError } from './syntax.ts';
import type { CompileMistake, Definition, Filter, Pattern, PatternEntry } from './syntax.ts';
import type { JqValue } from './value.ts';

const IDENTITY: Filter = { kind: 'identity' };
const NULL: Filter = { kind: 'literal', value: null };
const ASSIGNMENTS = ['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='];
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];

/** What bison calls a token. */
function tokenName(token: JqToken): string {
  switch (token.kind) {
    case 'field':
      return 'FIELD';
    case 'name':
      return 'IDENT';
    case 'number':
      return 'LITERAL';
    case 'format':
      return 'FORMAT';
    case 'string':
      return 'QQSTRING_START';
    case 'invalid':
      return 'INVALID_CHARACTER';
    case 'end':
      return '$end';
    case 'keyword':
      return token.text;
    case 'operator':
      return token.text.length === 1 ? `'${token.text}'` : token.text;
  }
}

class Parser {
  private readonly text: string;
  private readonly tokens: readonly JqToken[];
  private readonly base: number;
  /** Where each `if` stands whose `then` has been read. */
  private readonly openIfs: number[] = [];
  private at = 0;

  /** `base` is where the text begins in the whole program. */
  constructor(text: string, base = 0) {
    this.text = text;
    this.base = base;
    this.tokens = tokensOf(text);
  }

  program(): Filter {
    const definitions: Definition[] = [];
    while (this.is('def')) definitions.push(this.definition());
    const body = this.current.kind === 'end' ? IDENTITY : this.pipe();
    if (this.current.kind !== 'end') this.fail('$end');
    return definitions.reduceRight<Filter>((inner, definition) => ({ kind: 'define', definition, body: inner }), body);
  }

  /** Only definitions, as in a library. */
  definitions(): Definition[] {
    const definitions: Definition[] = [];
    while (this.is('def')) definitions.push(this.definition());
    return definitions;
  }

  private get current(): JqToken {
    return this.tokens[this.at]!;
  }

  private is(...texts: readonly string[]): boolean {
    const { kind, text } = this.current;
    return (kind === 'operator' || kind === 'keyword') && texts.includes(text);
  }

  private take(text: string): void {
    if (!this.is(text)) this.fail();
    this.at++;
  }

  private takeIf(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private takeKind(kind: JqToken['kind']): string {
    const { current } = this;
    if (current.kind !== kind) this.fail();
    this.at++;
    return current.text;
  }

  private fail(expected = ''): never {
    const { current } = this;
    const isFirst = this.at === 0;
    const expecting = expected !== '' || isFirst ? `, expecting ${expected === '' ? '$end' : expected}` : '';
    const message = `syntax error, unexpected ${tokenName(current)}${expecting} (Unix shell quoting issues?)`;
    const mistakes: CompileMistake[] = [{ message, offset: this.base + current.offset }];
    const unterminated = this.openIfs.at(-1);
    if (unterminated !== undefined) {
      mistakes.push({ message: "Possibly unterminated 'if' statement", offset: this.base + unterminated });
    }
    throw new CompileError(mistakes);
  }

  private definition(): Definition {
    this.take('def');
    const name = this.takeKind('name');
    const parameters: string[] = [];
    if (this.takeIf('(')) {
      do parameters.push(this.takeIf('$') ? `$${this.takeKind('name')}` : this.takeKind('name'));
      while (this.takeIf(';'));
      this.take(')');
    }
    this.take(':');
    const body = this.pipe();
    this.take(';');
    return { name, parameters, body };
  }

  private pipe(): Filter {
    if (this.is('def')) {
      const definition = this.definition();
      return { kind: 'define', definition, body: this.pipe() };
    }
    const left = this.comma();
    return this.takeIf('|') ? { kind: 'pipe', left, right: this.pipe() } : left;
  }

  private comma(): Filter {
    let left = this.alternative();
    while (this.takeIf(',')) left = { kind: 'comma', left, right: this.alternative() };
    return left;
  }

  private alternative(): Filter {
    const left = this.assignment();
    return this.takeIf('//') ? { kind: 'alternative', left, right: this.alternative() } : left;
  }

  private assignment(): Filter {
    const left = this.or();
    if (!this.is(...ASSIGNMENTS)) return left;
    const operator = this.current.text;
    this.at++;
    // An alternative binds less than an assignment.
    const right = this.or();
    if (this.is(...ASSIGNMENTS)) this.fail();
    return { kind: 'assign', operator, left, right };
  }

  private or(): Filter {
    let left = this.and();
    while (this.takeIf('or')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): Filter {
    let left = this.comparison();
    while (this.takeIf('and')) left = { kind: 'and', left, right: this.comparison() };
    return left;
  }

  private comparison(): Filter {
    const left = this.sum();
    if (!this.is(...COMPARISONS)) return left;
    const operator = this.current.text;
    this.at++;
    const right = this.sum();
    if (this.is(...COMPARISONS)) this.fail();
    return { kind: 'operator', operator, left, right };
  }

  private sum(): Filter {
    let left = this.signed();
    while (this.is('+', '-')) left = this.binary(left, () => this.signed());
    return left;
  }

  private signed(): Filter {
    return this.takeIf('-') ? { kind: 'negate', body: this.product() } : this.product();
  }

  private product(): Filter {
    let left = this.operand();
    while (this.is('*', '/', '%')) left = this.binary(left, () => this.operand());
    return left;
  }

  private operand(): Filter {
    return this.takeIf('-') ? { kind: 'negate', body: this.operand() } : this.postfix();
  }

  private binary(left: Filter, readRight: () => Filter): Filter {
    const operator = this.current.text;
    const begin = this.tokens[this.at - 1]!.offset;
    this.at++;
    const right = readRight();
    const isFolded = left.kind === 'literal' && right.kind === 'literal' && right.value === 0;
    // Constants are divided when the program is compiled.
    if (operator === '/' && isFolded && typeof left.value === 'number') {
      throw new CompileError([{ message: 'Division by zero?', offset: this.base + begin }]);
    }
    return { kind: 'operator', operator, left, right };
  }

  private postfix(): Filter {
    const term = this.suffixes(this.term());
    if (!this.takeIf('as')) return term;
    const pattern = this.pattern();
    this.take('|');
    return { kind: 'as', source: term, pattern, body: this.pipe() };
  }

  private suffixes(first: Filter): Filter {
    let term = first;
    for (;;) {
      if (this.current.kind === 'field') term = { kind: 'index', target: term, key: literal(this.takeKind('field')) };
      else if (this.is('.') && this.tokens[this.at + 1]!.kind === 'string') {
        this.at++;
        term = { kind: 'index', target: term, key: this.string('@text') };
      } else if (this.is('.')) {
        this.at++;
        this.fail('FORMAT or QQSTRING_START');
      } else if (this.is('[')) term = this.bracket(term);
      else if (this.takeIf('?')) term = { kind: 'try', body: term, handler: null };
      else return term;
    }
  }

  /** `[]`, `[key]`, `[from:to]` behind a term. */
  private bracket(target: Filter): Filter {
    this.take('[');
    if (this.takeIf(']')) return { kind: 'iterate', target };
    if (this.takeIf(':')) {
      const to = this.pipe();
      this.take(']');
      return { kind: 'slice', target, from: null, to };
    }
    const key = this.pipe();
    if (this.takeIf(':')) {
      const to = this.is(']') ? null : this.pipe();
      this.take(']');
      return { kind: 'slice', target, from: key, to };
    }
    this.take(']');
    return { kind: 'index', target, key };
  }

  private term(): Filter {
    const { current } = this;
    switch (current.kind) {
      case 'number':
        this.at++;
        return literal(Number(current.text));
      case 'string':
        return this.string('@text');
      case 'format':
        this.at++;
        if (this.current.kind === 'string') return this.string(current.text);
        return { kind: 'format', name: current.text };
      case 'field':
        this.at++;
        return { kind: 'index', target: IDENTITY, key: literal(current.text) };
      case 'name':
        return this.call();
      case 'keyword':
        return this.keyword();
      case 'operator':
        return this.operatorTerm();
      case 'invalid':
      case 'end':
        return this.fail();
    }
  }

  private operatorTerm(): Filter {
    if (this.takeIf('..')) return { kind: 'recurse' };
    if (this.takeIf('.')) {
      if (this.current.kind !== 'string') return IDENTITY;
      return { kind: 'index', target: IDENTITY, key: this.string('@text') };
    }
    if (this.takeIf('$')) return this.variable();
    if (this.takeIf('(')) {
      const body = this.pipe();
      this.take(')');
      return body;
    }
    if (this.takeIf('[')) {
      if (this.takeIf(']')) return { kind: 'array', body: null };
      const body = this.pipe();
      this.take(']');
      return { kind: 'array', body };
    }
    if (this.is('{')) return this.object();
    return this.fail();
  }

  private variable(): Filter {
    const offset = this.base + this.tokens[this.at - 1]!.offset;
    if (this.takeIf('__loc__')) {
      const line = this.text.slice(0, offset - this.base).split('\n').length;
      return literal(
        new Map<string, JqValue>([
          ['file', '<top-level>'],
          ['line', line],
        ]),
      );
    }
    if (this.current.kind !== 'name') this.fail('IDENT or __loc__');
    return { kind: 'variable', name: this.takeKind('name'), offset };
  }

  private call(): Filter {
    const offset = this.base + this.current.offset;
    const name = this.takeKind('name');
    if (name === 'null') return NULL;
    if (name === 'true' || name === 'false') return literal(name === 'true');
    if (name === 'break' && this.takeIf('$')) return { kind: 'break', name: this.takeKind('name'), offset };
    const args: Filter[] = [];
    if (this.takeIf('(')) {
      do args.push(this.pipe());
      while (this.takeIf(';'));
      this.take(')');
    }
    return { kind: 'call', name, args, offset };
  }

  private keyword(): Filter {
    if (this.is('if')) return this.conditional();
    if (this.takeIf('try')) {
      const body = this.suffixes(this.term());
      const handler = this.takeIf('catch') ? this.suffixes(this.term()) : null;
      return { kind: 'try', body, handler };
    }
    if (this.is('reduce', 'foreach')) return this.loop();
    if (this.takeIf('label')) {
      this.take('$');
      const name = this.takeKind('name');
      this.take('|');
      return { kind: 'label', name, body: this.pipe() };
    }
    if (this.is('def')) return this.pipe();
    return this.fail();
  }

  private conditional(): Filter {
    const { offset } = this.current;
    this.at++;
    const condition = this.pipe();
    this.take('then');
    this.openIfs.push(offset);
    const then = this.pipe();
    let otherwise: Filter;
    if (this.is('elif')) otherwise = this.conditional();
    else {
      this.take('else');
      otherwise = this.pipe();
      this.take('end');
    }
    this.openIfs.pop();
    return { kind: 'if', condition, then, otherwise };
  }

  private loop(): Filter {
    const kind = this.takeIf('reduce') ? 'reduce' : 'foreach';
    if (kind === 'foreach') this.take('foreach');
    const source = this.suffixes(this.term());
    this.take('as');
    const pattern = this.pattern();
    this.take('(');
    const init = this.pipe();
    this.take(';');
    const update = this.pipe();
    const extract = kind === 'foreach' && this.takeIf(';') ? this.pipe() : null;
    this.take(')');
    return { kind, source, pattern, init, update, extract };
  }

  private pattern(): Pattern {
    if (this.takeIf('$')) return { kind: 'variable', name: this.takeKind('name') };
    if (this.takeIf('[')) {
      const items: Pattern[] = [];
      do items.push(this.pattern());
      while (this.takeIf(','));
      this.take(']');
      return { kind: 'array', items };
    }
    if (!this.takeIf('{')) this.fail("'$' or '[' or '{'");
    const entries: PatternEntry[] = [];
    do entries.push(this.patternEntry());
    while (this.takeIf(','));
    this.take('}');
    return { kind: 'object', entries };
  }

  private patternEntry(): PatternEntry {
    if (this.takeIf('$')) {
      const variable = this.takeKind('name');
      return { key: literal(variable), variable, pattern: this.takeIf(':') ? this.pattern() : null };
    }
    const key = this.objectKey();
    this.take(':');
    return { key, variable: null, pattern: this.pattern() };
  }

  private object(): Filter {
    this.take('{');
    const entries: [Filter, Filter][] = [];
    while (!this.is('}')) {
      entries.push(this.objectEntry());
      if (!this.takeIf(',')) break;
    }
    if (!this.is('}')) this.fail("'}'");
    this.at++;
    return { kind: 'object', entries };
  }

  private objectEntry(): [Filter, Filter] {
    if (this.takeIf('$')) {
      const offset = this.base + this.tokens[this.at - 1]!.offset;
      if (this.current.kind !== 'name') this.fail('IDENT');
      const name = this.takeKind('name');
      return [literal(name), { kind: 'variable', name, offset }];
    }
    const isComputed = this.is('(');
    const key = this.objectKey();
    if (isComputed) this.take(':');
    else if (!this.takeIf(':')) return [key, { kind: 'index', target: IDENTITY, key }];
    return [key, this.objectValue()];
  }

  private objectKey(): Filter {
    const { current } = this;
    if (current.kind === 'name' || current.kind === 'keyword') {
      this.at++;
      return literal(current.text);
    }
    if (current.kind === 'string') return this.string('@text');
    if (current.kind === 'format') {
      this.at++;
      return this.current.kind === 'string' ? this.string(current.text) : this.fail();
    }
    if (current.kind === 'number') {
      this.at++;
      return literal(Number(current.text));
    }
    this.take('(');
    const key = this.pipe();
    this.take(')');
    return key;
  }

  /** Terms with pipes between them: a comma ends the value. */
  private objectValue(): Filter {
    const left = this.takeIf('-')
      ? ({ kind: 'negate', body: this.suffixes(this.term()) } as const)
      : this.suffixes(this.term());
    return this.takeIf('|') ? { kind: 'pipe', left, right: this.objectValue() } : left;
  }

  /** A string with what is inserted in it. */
  private string(format: string): Filter {
    const { text, inside, offset } = this.current;
    if (this.text.charAt(inside + text.length) !== '"') this.failString(offset);
    this.at++;
    const parts: (string | Filter)[] = [];
    let begin = 0;
    for (let at = 0; at < text.length; at++) {
      if (text.charAt(at) !== '\\') continue;
      at++;
      if (text.charAt(at) !== '(') continue;
      const end = endOfInsertion(text, at);
      parts.push(this.unescaped(text.slice(begin, at - 1), offset));
      const inner = new Parser(text.slice(at + 1, end), this.base + inside + at + 1);
      parts.push(inner.inserted());
      begin = end + 1;
      at = end;
    }
    parts.push(this.unescaped(text.slice(begin), offset));
    if (parts.length === 1) return literal(parts[0] as string);
    return { kind: 'string', format, parts: parts.filter((part) => part !== '') };
  }

  private inserted(): Filter {
    const body = this.pipe();
    if (this.current.kind !== 'end') this.fail();
    return body;
  }

  private failString(offset: number): never {
    const expected = 'QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END';
    const message = `syntax error, unexpected $end, expecting ${expected} (Unix shell quoting issues?)`;
    throw new CompileError([{ message, offset: this.base + Math.min(offset + 1, this.text.length) }]);
  }

  private unescaped(text: string, offset: number): string {
    try {
      return parseJson(`"${text.replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`) as string;
    } catch (error) {
      throw new CompileError([{ message: (error as Error).message, offset: this.base + offset }]);
    }
  }
}

function literal(value: JqValue): Filter {
  return { kind: 'literal', value };
}

/** Parses a program; throws a CompileError. */
export function parseProgram(text: string): Filter {
  return new Parser(text).program();
}

/** Parses definitions alone. */
export function parseDefinitions(text: string): Definition[] {
  return new Parser(text).definitions();
}
