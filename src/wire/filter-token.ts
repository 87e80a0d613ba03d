/** The words of a filter expression: pcap-filter(7), split as libpcap's scanner does. */

/** A filter that cannot be understood. `at` is the column of the offending word, from 1. */
export class FilterError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'FilterError';
    this.at = at;
  }
}

/**
 * - `word`: a keyword of the language, or an operator or bracket
 * - `number`: decimal, octal, hexadecimal, or a named value such as icmp-echo; `value` holds it
 * - `ip`: two to four decimal parts with dots
 * - `mac`: an Ethernet address
 * - `name`: everything else: a host, a port, a protocol after a backslash
 * - `end`: behind the last word
 */
export type TokenKind = 'word' | 'number' | 'ip' | 'mac' | 'name' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly value: number;
  readonly at: number;
}

/** Longest filters: by characters, and by words because each may cost a level of nesting. */
const TEXT_LIMIT = 16_384;
const TOKEN_LIMIT = 2048;

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'dst src ether ip arp tcp udp icmp ip6 host net mask port portrange proto less greater broadcast multicast ' +
    'and or not len vlan vxlan igmp esp ah sctp vrrp'
  ).split(' '),
);

/** Other spellings of keywords. */
const SYNONYMS: Readonly<Record<string, string>> = {
  '&&': 'and',
  '||': 'or',
  '!': 'not',
  '==': '=',
  link: 'ether',
  length: 'len',
};

/** Named offsets and values: the fields of ICMP and TCP. */
const NAMED_NUMBERS: Readonly<Record<string, number>> = {
  icmptype: 0,
  icmpcode: 1,
  'icmp-echoreply': 0,
  'icmp-unreach': 3,
  'icmp-sourcequench': 4,
  'icmp-redirect': 5,
  'icmp-echo': 8,
  'icmp-routeradvert': 9,
  'icmp-routersolicit': 10,
  'icmp-timxceed': 11,
  'icmp-paramprob': 12,
  'icmp-tstamp': 13,
  'icmp-tstampreply': 14,
  'icmp-ireq': 15,
  'icmp-ireqreply': 16,
  'icmp-maskreq': 17,
  'icmp-maskreply': 18,
  tcpflags: 13,
  'tcp-fin': 0x01,
  'tcp-syn': 0x02,
  'tcp-rst': 0x04,
  'tcp-push': 0x08,
  'tcp-ack': 0x10,
  'tcp-urg': 0x20,
  'tcp-ece': 0x40,
  'tcp-cwr': 0x80,
};

const SPACE = /[ \t\r\n]+/y;
const MAC_BY_BYTES = String.raw`[\dA-Fa-f]{1,2}(?:(?::[\dA-Fa-f]{1,2}){5}|(?:-[\dA-Fa-f]{1,2}){5})(?![-:_.\dA-Za-z])`;
const MAC_BY_WORDS = String.raw`(?:[\dA-Fa-f]{4}\.){2}[\dA-Fa-f]{4}(?![-_.\dA-Za-z])`;
const MAC = new RegExp(`${MAC_BY_BYTES}|${MAC_BY_WORDS}`, 'y');
const NAME = /[A-Za-z0-9](?:[-_.A-Za-z0-9]*[.A-Za-z0-9])?/y;
const ESCAPED = /\\[^ !()\n\t]+/y;
const OPERATOR = />=|<=|!=|==|<<|>>|&&|\|\||[-+*/%:[\]!<>()&|^=]/y;

const NUMBER = /^(?:0[xX][0-9A-Fa-f]+|[0-9]+)$/;
const DOTTED = /^[0-9]+(?:\.[0-9]+){1,3}$/;

/** Splits `text`; the last token is of kind `end`. */
export function tokenize(text: string): readonly Token[] {
  if (text.length > TEXT_LIMIT) {
    throw new FilterError(`the filter has ${text.length} characters; at most ${TEXT_LIMIT} are read`, 1);
  }
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const space = matchAt(SPACE, text, position);
    if (space !== undefined) {
      position += space.length;
      continue;
    }
    if (tokens.length === TOKEN_LIMIT) {
      throw new FilterError(`more than ${TOKEN_LIMIT} words in a filter`, position + 1);
    }
    const token = nextToken(text, position);
    tokens.push(token);
    position += token.text.length;
  }
  tokens.push({ kind: 'end', text: '', value: 0, at: text.length + 1 });
  return tokens.map(withoutSpelling);
}

/** Replaces synonyms and takes the backslash off, now that lengths no longer matter. */
function withoutSpelling(token: Token): Token {
  if (token.kind === 'name' && token.text.startsWith('\\')) return { ...token, text: token.text.slice(1) };
  return token.kind === 'word' ? { ...token, text: synonymOf(token.text) } : token;
}

function synonymOf(text: string): string {
  return Object.hasOwn(SYNONYMS, text) ? SYNONYMS[text]! : text;
}

function nextToken(text: string, position: number): Token {
  const at = position + 1;
  const macText = matchAt(MAC, text, position);
  if (macText !== undefined) return { kind: 'mac', text: macText, value: 0, at };
  const name = matchAt(NAME, text, position);
  if (name !== undefined) return classify(name, at);
  const escaped = matchAt(ESCAPED, text, position);
  if (escaped !== undefined) return { kind: 'name', text: escaped, value: 0, at };
  const operator = matchAt(OPERATOR, text, position);
  if (operator !== undefined) return { kind: 'word', text: operator, value: 0, at };
  throw new FilterError(`'${text.charAt(position)}' has no meaning in a filter`, at);
}

function classify(text: string, at: number): Token {
  if (NUMBER.test(text)) return { kind: 'number', text, value: parseNumber(text, at), at };
  if (DOTTED.test(text)) return { kind: 'ip', text, value: 0, at };
  if (Object.hasOwn(NAMED_NUMBERS, text)) return { kind: 'number', text, value: NAMED_NUMBERS[text]!, at };
  return { kind: KEYWORDS.has(synonymOf(text)) ? 'word' : 'name', text, value: 0, at };
}

/** Like C: 0x is hexadecimal, a leading 0 octal. */
function parseNumber(text: string, at: number): number {
  const isOctal = /^0[0-9]+$/.test(text);
  if (isOctal && /[89]/.test(text)) throw new FilterError(`number ${text} contains a digit that is not octal`, at);
  const value = isOctal ? parseInt(text, 8) : Number(text);
  if (value > 0xffff_ffff) throw new FilterError(`number ${text} overflows 32 bits`, at);
  return value;
}

function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}
