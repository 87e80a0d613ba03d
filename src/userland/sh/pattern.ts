/**
 * Patterns (POSIX XCU 2.13): `*`, `?`, `[…]`. In a pattern's text a backslash stands before each character that is
 * quoted.
 */

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9a-fA-F',
};
const SPECIAL = /[\\^$.*+?()[\]{}|/-]/g;

/** Puts a backslash before what would mean something in a pattern. */
export function quotePattern(text: string): string {
  return text.replace(/[\\*?[\]!-]/g, '\\$&');
}

/** Whether anything in it is not just itself. */
export function isPattern(pattern: string): boolean {
  return /[*?[]/.test(pattern.replace(/\\[\s\S]/g, ''));
}

/** The text that a pattern without special characters stands for. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1');
}

/** Whether the pattern matches the whole text. */
export function matchesPattern(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${patternSource(pattern, false)})$`).test(text);
}

/** `${x#…}`, `##`, `%`, `%%`: the text without its shortest or longest start or end that matches. */
export function removeMatch(text: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const matches = new RegExp(`^(?:${patternSource(pattern, false)})$`);
  const lengths = Array.from({ length: text.length + 1 }, (_, length) => length);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    if (operator.startsWith('#') && matches.test(text.slice(0, length))) return text.slice(length);
    const rest = text.length - length;
    if (operator.startsWith('%') && matches.test(text.slice(rest))) return text.slice(0, rest);
  }
  return text;
}

/** A regular expression for a pattern; with `isPath` nothing special matches a slash. */
export function patternSource(pattern: string, isPath: boolean): string {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === '\\' && at + 1 < pattern.length) source += escapeRegExp(pattern.charAt(++at));
    else if (char === '*') source += isPath ? '[^/]*' : '[\\s\\S]*';
    else if (char === '?') source += isPath ? '[^/]' : '[\\s\\S]';
    else if (char === '[') {
      const bracket = readBracket(pattern, at);
      source += bracket?.source ?? '\\[';
      at = bracket?.end ?? at;
    } else source += escapeRegExp(char);
  }
  return source;
}

function escapeRegExp(text: string): string {
  return text.replace(SPECIAL, '\\$&');
}

/** `[…]` from its bracket on; undefined where no bracket closes it. */
function readBracket(pattern: string, start: number): { source: string; end: number } | undefined {
  let at = start + 1;
  const isNegated = pattern.charAt(at) === '!' || pattern.charAt(at) === '^';
  if (isNegated) at++;
  const first = at;
  let set = '';
  for (; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === ']' && at > first) return { source: bracketSource(set, isNegated), end: at };
    const named = char === '[' ? /^\[:([a-z]+):\]/.exec(pattern.slice(at)) : null;
    if (named !== null && Object.hasOwn(CLASSES, named[1]!)) {
      set += CLASSES[named[1]!]!;
      at += named[0].length - 1;
    } else if (char === '\\' && at + 1 < pattern.length) set += escapeRegExp(pattern.charAt(++at));
    else set += char === '-' ? '-' : escapeRegExp(char);
  }
  return undefined;
}

function bracketSource(set: string, isNegated: boolean): string {
  // A range that runs backwards matches nothing; a regular expression would be refused for it.
  const ranges = set.replace(/(\\?[\s\S])-(\\?[\s\S])/g, (whole, low: string, high: string) =>
    low.slice(-1) > high.slice(-1) && !whole.includes('\\x') ? '' : whole,
  );
  if (ranges === '') return isNegated ? '[\\s\\S]' : '[^\\s\\S]';
  return `[${isNegated ? '^' : ''}${ranges}]`;
}

/** `${x/pattern/text}` and with two slashes: the longest match is replaced, once or everywhere. */
export function replacePattern(value: string, operand: string): string {
  const isEverywhere = operand.startsWith('/');
  const [pattern = '', ...rest] = operand.slice(isEverywhere ? 1 : 0).split(/(?<!\\)\//);
  if (pattern === '') return value;
  const text = unquotePattern(rest.join('/'));
  return value.replace(new RegExp(patternSource(pattern, false), isEverywhere ? 'g' : ''), () => text);
}
