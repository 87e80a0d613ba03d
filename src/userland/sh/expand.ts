/**
 * Word expansion (POSIX XCU 2.6): tilde, parameters, commands, arithmetic, field splitting, pathnames, quote removal.
 * Commands in words run and wait, so expansion is a generator.
 */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { DEFAULT_IFS, FieldCollector } from './fields.ts';
import type { Field } from './fields.ts';
import { isPattern, removeMatch, replacePattern } from './pattern.ts';
import type { AndOrList, ParameterPart, Word, WordPart } from './syntax.ts';

/** What expansion needs of the shell. */
export interface ExpansionHost {
  /** busybox's shell has `${NAME:OFFSET:LENGTH}` and `${NAME/PATTERN/TEXT}`. */
  readonly isBusybox: boolean;
  readonly positional: readonly string[];
  /** `set -u` */
  readonly isUnsetRefused: boolean;
  lookup(name: string): string | undefined;
  assign(name: string, value: string): void;
  /** The output of `$(…)`. */
  substitute(lists: readonly AndOrList[]): Expansion<string>;
  /** The files that a pattern matches; none where pathnames are not expanded. */
  glob(pattern: string): readonly string[];
  /** Says what is wrong and ends the shell. */
  refuse(message: string, offset: number, busyboxMessage?: string): never;
}

export type Expansion<T> = Generator<Wait, T, WakeReason>;

/** The fields that a command's words become: a word may become none, one or several. */
export function* expandWords(words: readonly Word[], host: ExpansionHost): Expansion<string[]> {
  const fields: string[] = [];
  for (const word of words) {
    for (const field of yield* new WordExpander(host, word, true).expand()) {
      const paths = isPattern(field.pattern) ? host.glob(field.pattern) : [];
      if (paths.length === 0) fields.push(field.text);
      else fields.push(...paths);
    }
  }
  return fields;
}

/** The one field that a word becomes where nothing is split: the value of an assignment, a file name. */
export function* expandWhole(word: Word, host: ExpansionHost): Expansion<string> {
  const fields = yield* new WordExpander(host, word, false).expand();
  return fields[0]?.text ?? '';
}

/** The value of an assignment, in which a home directory may stand behind each colon too. */
export function* expandAssigned(word: Word, host: ExpansionHost): Expansion<string> {
  const home = host.lookup('HOME');
  const parts = word.parts.map((part) => {
    if (home === undefined || part.kind !== 'text' || part.isQuoted) return part;
    return { ...part, text: part.text.replace(/:~(?=[:/]|$)/g, () => `:${home}`) };
  });
  return yield* expandWhole({ ...word, parts }, host);
}

/** The word as a pattern, of `case` or `${x%…}`. */
export function* expandPattern(word: Word, host: ExpansionHost): Expansion<string> {
  const fields = yield* new WordExpander(host, word, false).expand();
  return fields[0]?.pattern ?? '';
}

class WordExpander {
  private readonly host: ExpansionHost;
  private readonly word: Word;
  private readonly isSplitting: boolean;
  private readonly collector: FieldCollector;

  constructor(host: ExpansionHost, word: Word, isSplitting: boolean) {
    this.host = host;
    this.word = word;
    this.isSplitting = isSplitting;
    this.collector = new FieldCollector(host.lookup('IFS') ?? DEFAULT_IFS, isSplitting);
  }

  *expand(): Expansion<readonly Field[]> {
    for (const part of withHome(this.word.parts, this.host)) yield* this.add(part, false);
    return this.collector.finish();
  }

  /** In the operand of an unquoted expansion unquoted text is split as well. */
  private *add(part: WordPart, isOperand: boolean): Expansion<void> {
    const { collector, host } = this;
    switch (part.kind) {
      case 'text':
        if (part.isQuoted) collector.addQuoted(part.text);
        else if (isOperand) collector.addSplit(part.text);
        else collector.addBare(part.text);
        break;
      case 'parameter':
        yield* this.addParameter(part);
        break;
      case 'command':
        this.addValue((yield* host.substitute(part.lists)).replace(/\n+$/, ''), part.isQuoted);
        break;
      case 'arithmetic': {
        const expression = yield* expandWhole(part.expression, host);
        const value = evaluateArithmetic(expression, host, (message) => host.refuse(message, this.word.offset));
        this.addValue(value, part.isQuoted);
        break;
      }
    }
  }

  private addValue(value: string, isQuoted: boolean): void {
    if (isQuoted) this.collector.addQuoted(value);
    else this.collector.addSplit(value);
  }

  private *addParameter(part: ParameterPart): Expansion<void> {
    const { name, isQuoted, operator = '', operand } = part;
    const value = this.valueOf(name);
    switch (operator) {
      case '':
        this.refuseUnset(name, value);
        this.addPlain(name, value ?? '', isQuoted);
        break;
      case 'length':
        this.refuseUnset(name, value);
        this.addValue(String((value ?? '').length), isQuoted);
        break;
      case 'bad':
        yield* this.addExtended(part, value);
        break;
      case '%':
      case '%%':
      case '#':
      case '##': {
        this.refuseUnset(name, value);
        const pattern = yield* expandPattern(operand!, this.host);
        this.addValue(removeMatch(value ?? '', pattern, operator), isQuoted);
        break;
      }
      default:
        yield* this.addConditional(part, value);
    }
  }

  /** What only busybox's shell has; any other operator is none. */
  private *addExtended({ name, isQuoted, operand }: ParameterPart, value: string | undefined): Expansion<void> {
    const { host, word } = this;
    const first = operand?.parts[0];
    const sign = first?.kind === 'text' ? first.text.charAt(0) : '';
    if (!host.isBusybox || name === '' || (sign !== '/' && sign !== ':')) {
      host.refuse('Bad substitution', word.offset, 'syntax error: bad substitution');
    }
    if (sign === ':') {
      const text = (yield* expandWhole(operand!, host)).slice(1);
      this.addValue(this.substring(value ?? '', text), isQuoted);
      return;
    }
    const pattern = (yield* expandPattern(operand!, host)).slice(1);
    this.addValue(replacePattern(value ?? '', pattern), isQuoted);
  }

  /** `OFFSET` or `OFFSET:LENGTH`, each an expression; what is below 0 counts from the end. */
  private substring(value: string, text: string): string {
    const colon = text.indexOf(':');
    const evaluate = (expression: string): number =>
      Number(evaluateArithmetic(expression, this.host, (message) => this.host.refuse(message, this.word.offset)));
    const offset = evaluate(colon < 0 ? text : text.slice(0, colon));
    const start = offset < 0 ? Math.max(0, value.length + offset) : offset;
    if (colon < 0) return value.slice(start);
    const length = evaluate(text.slice(colon + 1));
    return value.slice(start, length < 0 ? Math.max(start, value.length + length) : start + length);
  }

  /** The operators `-`, `=`, `?`, `+`, with a colon also where the value is empty. */
  private *addConditional({ name, isQuoted, operator, operand }: ParameterPart, value: string | undefined) {
    const symbol = operator!.slice(-1);
    const isMissing = value === undefined || (operator!.startsWith(':') && value === '');
    if (symbol === '+' ? isMissing : !isMissing) {
      if (symbol !== '+') this.addPlain(name, value!, isQuoted);
      return;
    }
    if (symbol === '?') {
      const text = yield* expandWhole(operand!, this.host);
      const standard = operator === '?' ? 'parameter not set' : 'parameter not set or null';
      this.host.refuse(`${name}: ${text === '' ? standard : text}`, this.word.offset);
    }
    if (symbol === '=') {
      if (!/^[A-Za-z_]/.test(name)) this.host.refuse('Bad substitution', this.word.offset);
      const assigned = yield* expandWhole(operand!, this.host);
      this.host.assign(name, assigned);
      this.addValue(assigned, isQuoted);
      return;
    }
    for (const part of withHome(operand!.parts, this.host)) yield* this.add(part, !isQuoted);
  }

  private addPlain(name: string, value: string, isQuoted: boolean): void {
    const isList = name === '@' || (name === '*' && !isQuoted);
    if (isList && this.isSplitting) this.collector.addAll(this.host.positional, isQuoted);
    else this.addValue(value, isQuoted);
  }

  /** `$*` joins with the first separator, `$@` where it must be one field with blanks. */
  private valueOf(name: string): string | undefined {
    if (name !== '@' && name !== '*') return this.host.lookup(name);
    const { positional } = this.host;
    if (positional.length === 0) return undefined;
    return positional.join(name === '@' ? ' ' : (this.host.lookup('IFS') ?? DEFAULT_IFS).charAt(0));
  }

  private refuseUnset(name: string, value: string | undefined): void {
    if (value !== undefined || !this.host.isUnsetRefused || name === '@' || name === '*') return;
    this.host.refuse(`${name}: parameter not set`, this.word.offset);
  }
}

/** `~` and `~/…` at the start of a word. */
function withHome(parts: readonly WordPart[], host: ExpansionHost): readonly WordPart[] {
  const [first, ...rest] = parts;
  if (first?.kind !== 'text' || first.isQuoted || !/^~(?:\/|$)/.test(first.text)) return parts;
  if (first.text === '~' && rest.length > 0) return parts;
  const home = host.lookup('HOME');
  if (home === undefined) return parts;
  return [
    { kind: 'text', text: home, isQuoted: true },
    { kind: 'text', text: first.text.slice(1), isQuoted: false },
    ...rest,
  ];
}
