/**
 * POSIX regular expressions, XBD chapter 9, with the extensions of the GNU library: basic ones (`a\{2\}`, `\(x\)`,
 * `\|`) and extended ones (`a{2}`, `(x)`, `|`). A parsed expression becomes source for JavaScript's own matcher.
 */

/** One piece of an expression. Characters carry the source of a JavaScript class that is one character long. */
export type RegexNode =
  | { readonly kind: 'character'; readonly source: string }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly item: RegexNode; readonly min: number; readonly max: number }
  | { readonly kind: 'group'; readonly item: RegexNode }
  | { readonly kind: 'anchor'; readonly source: string }
  | { readonly kind: 'reference'; readonly index: number };

/** A bad expression, in the words of regcomp(3). */
export class RegexError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RegexError';
  }
}

export interface ParsedRegex {
  readonly root: RegexNode;
  /** What GNU grep warns of: `* at start of expression`. */
  readonly warnings: readonly string[];
  readonly hasReference: boolean;
}

/** RE_DUP_MAX. */
const REPEAT_MAX = 32_767;
const UNMATCHED_BRACKET = 'Unmatched [, [^, [:, [., or [=';
const WORD = '[A-Za-z0-9_]';

/** The classes of the POSIX locale, as the inside of a JavaScript class. */
export const CHARACTER_CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\v\\f\\r',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
};

const ANCHORS: Readonly<Record<string, string>> = {
  b: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  B: `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
  '<': `(?<!${WORD})(?=${WORD})`,
  '>': `(?<=${WORD})(?!${WORD})`,
  '`': '(?<![\\s\\S])',
  "'": '(?![\\s\\S])',
};
const LINE_START = '(?<![\\s\\S])';
const LINE_END = '(?![\\s\\S])';

const CLASS_ESCAPES: Readonly<Record<string, string>> = {
  w: WORD,
  W: '[^A-Za-z0-9_]',
  s: '[ \\t\\n\\v\\f\\r]',
  S: '[^ \\t\\n\\v\\f\\r]',
};

/** A character as JavaScript's `u` mode takes it, inside a class and out of it. */
function escaped(char: string): string {
  if (/^[A-Za-z0-9_ ]$/.test(char)) return char;
  const code = char.codePointAt(0)!;
  return `\\u{${code.toString(16)}}`;
}

class Parser {
  readonly warnings: string[] = [];
  hasReference = false;
  private readonly text: readonly string[];
  private readonly isExtended: boolean;
  private at = 0;
  private groups = 0;
  private closedGroups: number[] = [];
  private depth = 0;

  constructor(text: string, isExtended: boolean) {
    this.text = Array.from(text);
    this.isExtended = isExtended;
  }

  parse(): RegexNode {
    const root = this.choice();
    // Only a `)` without its `(` ends a choice early: to the extended form it is itself.
    if (this.at < this.text.length) throw new RegexError('Unmatched ) or \\)');
    return root;
  }

  private peek(offset = 0): string {
    return this.text[this.at + offset] ?? '';
  }

  /** Whether an operator stands here, `\` in front of it in the basic form. */
  private isOperator(char: string): boolean {
    return this.isExtended ? this.peek() === char : this.peek() === '\\' && this.peek(1) === char;
  }

  private skipOperator(): void {
    this.at += this.isExtended ? 1 : 2;
  }

  private choice(): RegexNode {
    const items = [this.sequence()];
    while (this.isOperator('|')) {
      this.skipOperator();
      items.push(this.sequence());
    }
    return items.length === 1 ? items[0]! : { kind: 'choice', items };
  }

  private sequence(): RegexNode {
    const items: RegexNode[] = [];
    /** Nothing to repeat has come yet. */
    let isStart = true;
    while (this.at < this.text.length && !this.isOperator('|')) {
      if (this.isOperator(')') && (this.depth > 0 || !this.isExtended)) break;
      const item: RegexNode | null = isStart && this.skipStrayRepeat() ? null : this.atom(items.length === 0);
      if (item === null) continue;
      // In the basic form a star behind `^` is a star.
      isStart = item.kind === 'anchor' && item.source === LINE_START;
      items.push(isStart ? item : this.repeats(item));
    }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  }

  /** In the extended form a repetition of nothing is warned of and left out. */
  private skipStrayRepeat(): boolean {
    if (!this.isExtended) return false;
    const char = this.peek();
    if (char === '*' || char === '+' || char === '?') {
      this.warnings.push(`${char} at start of expression`);
      this.at++;
      return true;
    }
    if (char !== '{' || this.interval() === null) return false;
    this.warnings.push('{...} at start of expression');
    return true;
  }

  private atom(isFirst: boolean): RegexNode {
    const char = this.peek();
    if (this.isOperator('(')) return this.group();
    this.at++;
    if (char === '\\') return this.escape();
    if (char === '[') return this.bracket();
    if (char === '.') return { kind: 'character', source: '[\\s\\S]' };
    if (char === '^' && (this.isExtended || isFirst)) return { kind: 'anchor', source: LINE_START };
    if (char === '$' && (this.isExtended || this.isBeforeEnd())) return { kind: 'anchor', source: LINE_END };
    return { kind: 'character', source: escaped(char) };
  }

  private isBeforeEnd(): boolean {
    return this.at >= this.text.length || this.isOperator(')') || this.isOperator('|');
  }

  private group(): RegexNode {
    this.skipOperator();
    const index = ++this.groups;
    this.depth++;
    const item = this.choice();
    this.depth--;
    if (!this.isOperator(')')) throw new RegexError('Unmatched ( or \\(');
    this.skipOperator();
    this.closedGroups.push(index);
    return { kind: 'group', item };
  }

  private escape(): RegexNode {
    const char = this.peek();
    if (char === '') throw new RegexError('Trailing backslash');
    this.at++;
    const anchor = ANCHORS[char];
    if (anchor !== undefined) return { kind: 'anchor', source: anchor };
    const source = CLASS_ESCAPES[char];
    if (source !== undefined) return { kind: 'character', source };
    if (/^[1-9]$/.test(char)) {
      if (!this.closedGroups.includes(Number(char))) throw new RegexError('Invalid back reference');
      this.hasReference = true;
      return { kind: 'reference', index: Number(char) };
    }
    return { kind: 'character', source: escaped(char) };
  }

  private repeats(first: RegexNode): RegexNode {
    let item = first;
    for (;;) {
      const range = this.repeat();
      if (range === null) return item;
      item = { kind: 'repeat', item, ...range };
    }
  }

  /** The repetition that stands here; null if there is none. */
  private repeat(): { min: number; max: number } | null {
    const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const;
    for (const [char, [min, max]] of Object.entries(simple)) {
      if (char === '*' ? this.peek() !== '*' : !this.isOperator(char)) continue;
      this.at += char === '*' || this.isExtended ? 1 : 2;
      return { min, max };
    }
    return this.isOperator('{') ? this.interval() : null;
  }

  /** `{2}`, `{2,}`, `{,3}`, `{2,3}`; what is none is text in the extended form. */
  private interval(): { min: number; max: number } | null {
    const rest = this.text.slice(this.at).join('');
    const found = (this.isExtended ? /^\{(\d*)(,?)(\d*)\}/ : /^\\\{(\d*)(,?)(\d*)\\\}/).exec(rest);
    if (found === null || found[1]! + found[2]! === '') {
      if (this.isExtended) return null;
      throw new RegexError(rest.includes('\\}') ? 'Invalid content of \\{\\}' : 'Unmatched \\{');
    }
    const [whole, low, comma, high] = found as unknown as [string, string, string, string];
    const min = Number(low);
    const max = comma === '' ? min : high === '' ? Infinity : Number(high);
    if (max < min) throw new RegexError('Invalid content of \\{\\}');
    if (min > REPEAT_MAX || (max !== Infinity && max > REPEAT_MAX)) throw new RegexError('Regular expression too big');
    this.at += whole.length;
    return { min, max };
  }

  /** A bracket expression; the `[` has been read. */
  private bracket(): RegexNode {
    const begin = this.at;
    const isNegated = this.peek() === '^';
    if (isNegated) this.at++;
    let inside = '';
    // What GNU grep says in the POSIX locale of a bracket with nothing behind it.
    if (this.at >= this.text.length && !isNegated) throw new RegexError('Invalid regular expression');
    for (let isFirst = true; isFirst || this.peek() !== ']'; isFirst = false) {
      if (this.at >= this.text.length) throw new RegexError(UNMATCHED_BRACKET);
      inside += this.bracketItem();
    }
    this.at++;
    const whole = this.text.slice(begin, this.at - 1).join('');
    if (/^:[a-z]+:$/.test(whole)) throw new RegexError('character class syntax is [[:space:]], not [:space:]');
    return { kind: 'character', source: `[${isNegated ? '^' : ''}${inside}]` };
  }

  private bracketItem(): string {
    if (this.peek() === '[' && this.peek(1) === ':') {
      const name = this.enclosed(':');
      const set = CHARACTER_CLASSES[name];
      if (set === undefined) throw new RegexError('Invalid character class name');
      return set;
    }
    const first = this.bracketCharacter();
    const isRange = this.peek() === '-' && this.peek(1) !== ']' && this.peek(1) !== '';
    if (!isRange) return escaped(first);
    this.at++;
    const last = this.bracketCharacter();
    if (last.codePointAt(0)! < first.codePointAt(0)!) throw new RegexError('Invalid range end');
    return `${escaped(first)}-${escaped(last)}`;
  }

  /** One character, also written as `[.x.]` or `[=x=]`. */
  private bracketCharacter(): string {
    const next = this.peek(1);
    if (this.peek() === '[' && (next === '.' || next === '=')) {
      const name = this.enclosed(next);
      if (Array.from(name).length !== 1) throw new RegexError('Invalid collation character');
      return name;
    }
    const char = this.peek();
    this.at++;
    return char;
  }

  /** What stands between `[:` and `:]`, or the like. */
  private enclosed(mark: string): string {
    const rest = this.text.slice(this.at + 2);
    const end = rest.findIndex((char, i) => char === mark && rest[i + 1] === ']');
    if (end < 0) throw new RegexError(UNMATCHED_BRACKET);
    this.at += end + 4;
    return rest.slice(0, end).join('');
  }
}

/** Takes an expression apart; throws a RegexError. */
export function parseRegex(text: string, isExtended: boolean): ParsedRegex {
  const parser = new Parser(text, isExtended);
  const root = parser.parse();
  return { root, warnings: parser.warnings, hasReference: parser.hasReference };
}

/** An expression that is the text itself. */
export function literalRegex(text: string): ParsedRegex {
  const items = Array.from(text, (char): RegexNode => ({ kind: 'character', source: escaped(char) }));
  return { root: { kind: 'sequence', items }, warnings: [], hasReference: false };
}

/** The expression in JavaScript's words, for the flag `u`. */
export function sourceOf(node: RegexNode): string {
  switch (node.kind) {
    case 'character':
    case 'anchor':
      return node.source;
    case 'sequence':
      return node.items.map((item) => (item.kind === 'choice' ? `(?:${sourceOf(item)})` : sourceOf(item))).join('');
    case 'choice':
      return node.items.map(sourceOf).join('|');
    case 'group':
      return `(${sourceOf(node.item)})`;
    case 'reference':
      return `(?:\\${node.index})`;
    case 'repeat':
      return `(?:${sourceOf(node.item)}){${node.min},${node.max === Infinity ? '' : node.max}}`;
  }
}
