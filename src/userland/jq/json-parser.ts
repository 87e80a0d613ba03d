/**
 * jq's own reader of JSON texts, one behind the other, as they come: jv_parse.c with its states and its words. A text
 * is whole as soon as its last character is there; a number at the top needs one more to end it.
 */
import type { JqValue } from './value.ts';

/** What is wrong with a text, and where. */
export class JsonError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonError';
  }
}

type Level = { readonly kind: 'array'; readonly items: JqValue[] } | ObjectLevel;

interface ObjectLevel {
  readonly kind: 'object';
  readonly entries: Map<string, JqValue>;
  /** Behind a colon: the key that waits for its value. */
  key: string | null;
}

const DEPTH_MAX = 256;
const LITERALS: Readonly<Record<string, JqValue>> = { true: true, false: false, null: null, nan: NaN };
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const ESCAPED: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
};

export class JsonParser {
  private readonly levels: Level[] = [];
  private next: { readonly value: JqValue } | null = null;
  private token = '';
  private state: 'normal' | 'string' | 'escape' = 'normal';
  private line = 1;
  private column = 0;

  /** Reads a piece of text; calls `found` with each value that ends in it. Throws a JsonError. */
  feed(piece: string, found: (value: JqValue) => void): void {
    for (const char of piece) this.scan(char, found);
  }

  /** There is no more. */
  finish(found: (value: JqValue) => void): void {
    if (this.state !== 'normal') this.fail('Unfinished string', true);
    this.checkLiteral(true);
    if (this.levels.length > 0) this.fail('Unfinished JSON term', true);
    this.checkDone(found);
  }

  private fail(message: string, isAtEnd = false): never {
    throw new JsonError(`${message}${isAtEnd ? ' at EOF' : ''} at line ${this.line}, column ${this.column}`);
  }

  private scan(char: string, found: (value: JqValue) => void): void {
    // Columns are bytes.
    this.column += char < '\x80' ? 1 : new TextEncoder().encode(char).length;
    if (char === '\n') {
      this.line++;
      this.column = 0;
    }
    if (this.state === 'normal') this.scanNormal(char, found);
    else if (char === '"' && this.state === 'string') {
      this.value(this.stringValue());
      this.state = 'normal';
      this.checkDone(found);
    } else {
      this.token += char;
      this.state = char === '\\' && this.state === 'string' ? 'escape' : 'string';
    }
  }

  private scanNormal(char: string, found: (value: JqValue) => void): void {
    const isBlank = char === ' ' || char === '\t' || char === '\r' || char === '\n';
    if (!isBlank && !'[]{},:"'.includes(char)) {
      this.token += char;
      return;
    }
    this.checkLiteral(false);
    this.checkDone(found);
    if (char === '"') this.state = 'string';
    else if (!isBlank) this.structure(char);
    this.checkDone(found);
  }

  private structure(char: string): void {
    const top = this.levels.at(-1);
    switch (char) {
      case '[':
        this.push({ kind: 'array', items: [] });
        break;
      case '{':
        this.push({ kind: 'object', entries: new Map(), key: null });
        break;
      case ':':
        this.colon(top);
        break;
      case ',':
        this.comma(top);
        break;
      case ']':
        this.closeArray(top);
        break;
      default:
        this.closeObject(top);
    }
  }

  private push(level: Level): void {
    if (this.levels.length >= DEPTH_MAX) this.fail('Exceeds depth limit for parsing');
    if (this.next !== null) this.fail('Expected separator between values');
    this.levels.push(level);
  }

  private colon(top: Level | undefined): void {
    if (this.next === null) this.fail("Expected string key before ':'");
    if (top === undefined || top.kind === 'array') this.fail("':' not as part of an object");
    if (top.key !== null) this.fail("':' should follow a key");
    if (typeof this.next.value !== 'string') this.fail('Object keys must be strings');
    top.key = this.next.value;
    this.next = null;
  }

  private comma(top: Level | undefined): void {
    if (this.next === null) this.fail("Expected value before ','");
    if (top === undefined) this.fail("',' not as part of an object");
    this.store(top);
  }

  /** Puts the value that was read where it belongs. */
  private store(top: Level): void {
    if (top.kind === 'array') top.items.push(this.next!.value);
    else if (top.key === null) this.fail('Objects must consist of key:value pairs');
    else {
      top.entries.set(top.key, this.next!.value);
      top.key = null;
    }
    this.next = null;
  }

  private closeArray(top: Level | undefined): void {
    if (top?.kind !== 'array') this.fail("Unmatched ']'");
    if (this.next !== null) this.store(top);
    else if (top.items.length > 0) this.fail('Expected another array element');
    this.levels.pop();
    this.next = { value: top.items };
  }

  private closeObject(top: Level | undefined): void {
    if (top?.kind !== 'object') this.fail("Unmatched '}'");
    if (this.next !== null) this.store(top);
    else if (top.key !== null) this.fail("Unmatched '}'");
    else if (top.entries.size > 0) this.fail('Expected another key-value pair');
    this.levels.pop();
    this.next = { value: top.entries };
  }

  private value(value: JqValue): void {
    if (this.next !== null) this.fail('Expected separator between values');
    this.next = { value };
  }

  private checkLiteral(isAtEnd: boolean): void {
    const text = this.token;
    if (text === '') return;
    this.token = '';
    if (Object.hasOwn(LITERALS, text)) this.value(LITERALS[text]!);
    else if (/^[tf]/.test(text) || (text.startsWith('n') && text.length !== 3)) this.fail('Invalid literal', isAtEnd);
    else if (NUMBER.test(text)) this.value(Number(text));
    else this.fail('Invalid numeric literal', isAtEnd);
  }

  private checkDone(found: (value: JqValue) => void): void {
    if (this.levels.length > 0 || this.next === null) return;
    const { value } = this.next;
    this.next = null;
    found(value);
  }

  private stringValue(): string {
    const text = this.token;
    this.token = '';
    return text.replace(
      /\\(?:u([0-9a-fA-F]{4})|(u)|([\s\S]))/g,
      (_whole, code?: string, bad?: string, char?: string) => {
        if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
        const plain = bad === undefined ? ESCAPED[char!] : this.fail('Invalid \\uXXXX escape');
        return plain ?? this.fail('Invalid escape');
      },
    );
  }
}

/** Reads one text that holds one value. */
export function parseJson(text: string): JqValue {
  const parser = new JsonParser();
  const values: JqValue[] = [];
  const found = (value: JqValue): void => {
    values.push(value);
  };
  try {
    parser.feed(text, found);
    parser.finish(found);
  } catch (error) {
    if (error instanceof JsonError) throw new JsonError(`${error.message} (while parsing '${text}')`);
    throw error;
  }
  if (values.length === 0) throw new JsonError(`Expected JSON value (while parsing '${text}')`);
  if (values.length > 1) throw new JsonError(`Unexpected extra JSON values (while parsing '${text}')`);
  return values[0]!;
}
