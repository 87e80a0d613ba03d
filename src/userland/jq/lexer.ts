/** The tokens of a jq program. Strings are cut into text and inserted programs by the parser. */

export interface JqToken {
  readonly kind: 'field' | 'name' | 'keyword' | 'number' | 'format' | 'string' | 'operator' | 'invalid' | 'end';
  /** The name of a field without its dot, the source of a string without its quotes, else as it stands. */
  readonly text: string;
  readonly offset: number;
  /** Where a string's inside begins. */
  readonly inside: number;
}

const KEYWORDS = new Set(
  'def if then elif else end as reduce foreach try catch label import include module and or __loc__' //
    .split(' '),
);
const TOKEN = new RegExp(
  [
    /(?<blank>[ \t\r\n]+|#[^\n]*)/,
    /\.(?<field>[a-zA-Z_][a-zA-Z_0-9]*)/,
    /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/,
    /(?<name>(?:[a-zA-Z_][a-zA-Z_0-9]*::)*[a-zA-Z_][a-zA-Z_0-9]*)/,
    /(?<format>@[a-zA-Z0-9_]+)/,
    /(?<operator>\?\/\/|\/\/=|!=|==|\/\/|\|=|\+=|-=|\*=|\/=|%=|<=|>=|\.\.|[.?=;,:|+\-*/%$<>[\]{}()])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Whether a word has a meaning of its own. */
export function isKeyword(text: string): boolean {
  return KEYWORDS.has(text);
}

/** Cuts a program into tokens; the last one is its end. */
export function tokensOf(text: string): JqToken[] {
  const tokens: JqToken[] = [];
  const open: string[] = [];
  for (let at = 0; at < text.length;) {
    if (text.charAt(at) === '"') {
      const end = endOfString(text, at);
      tokens.push({ kind: 'string', text: text.slice(at + 1, end), offset: at, inside: at + 1 });
      at = end + 1;
      continue;
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) {
      tokens.push({ kind: 'invalid', text: text.charAt(at), offset: at, inside: at });
      break;
    }
    const token = tokenOf(found, at);
    at += found[0].length;
    if (token === null) continue;
    tokens.push(token);
    if (token.kind !== 'operator') continue;
    const closing = CLOSING[token.text];
    if (closing !== undefined) open.push(closing);
    else if (')]}'.includes(token.text) && open.pop() !== token.text) {
      // A bracket that closes nothing is no token at all to jq.
      tokens[tokens.length - 1] = { ...token, kind: 'invalid' };
      break;
    }
  }
  // To jq the end stands where the last token or blank began.
  const blanks = /(?:[ \t\r\n]+|#[^\n]*)$/.exec(text)?.[0] ?? '';
  const last = blanks === '' ? (tokens.at(-1)?.offset ?? 0) : text.length - blanks.length;
  tokens.push({ kind: 'end', text: '', offset: last, inside: last });
  return tokens;
}

function tokenOf(found: RegExpExecArray, offset: number): JqToken | null {
  const { blank, field, number, name, format } = found.groups!;
  if (blank !== undefined) return null;
  const inside = offset;
  if (field !== undefined) return { kind: 'field', text: field, offset, inside };
  if (number !== undefined) return { kind: 'number', text: number, offset, inside };
  if (name !== undefined) return { kind: isKeyword(name) ? 'keyword' : 'name', text: name, offset, inside };
  if (format !== undefined) return { kind: 'format', text: format, offset, inside };
  return { kind: 'operator', text: found[0], offset, inside };
}

/** The closing quote of a string that begins at `start`, over programs inserted in it; the text's end without one. */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') return at;
    if (char !== '\\') continue;
    at++;
    if (text.charAt(at) === '(') at = endOfInsertion(text, at);
  }
  return text.length;
}

/** The closing parenthesis of a program inserted in a string; `start` is at the opening one. */
export function endOfInsertion(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') at = endOfString(text, at);
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return at;
  }
  return text.length;
}
