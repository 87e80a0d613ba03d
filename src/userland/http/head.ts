/**
 * The heads of HTTP/1.x messages (RFC 9112): where one ends, what stands in it, and how one is written. Bytes are taken
 * as ISO 8859-1, a character each, so that what came can be shown again as it was.
 *
 *   GET /index.html HTTP/1.1 CRLF       start line
 *   Host: 10.0.0.1 CRLF                 header fields
 *   CRLF                                end of the head
 */

/** A field line as it stands there; the value without blanks around it. */
export interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** 9 for a request without a version (HTTP/0.9), otherwise 10 or 11. */
  readonly version: number;
  /** The request line as it came. */
  readonly line: string;
  readonly headers: readonly HeaderLine[];
}

export interface ResponseHead {
  /** 10 or 11. */
  readonly version: number;
  readonly status: number;
  readonly reason: string;
  /** The status line as it came. */
  readonly line: string;
  readonly headers: readonly HeaderLine[];
}

/** Why a head is none, by what answers it: bad syntax, a version that nobody speaks. */
export interface BadHead {
  readonly fault: 'syntax' | 'version';
  /** The first line, as far as there is one. */
  readonly line: string;
}

const LF = 10;
const CR = 13;
const CHUNK = 8192;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const STATUS_LINE = /^HTTP\/(\d)\.(\d) (\d{3})(?: (.*))?$/;

/**
 * Where the head that begins at `from` ends, behind its empty line; -1 while the end has not come. Lines end with CRLF
 * or LF alone (RFC 9112, 2.2).
 */
export function headEnd(bytes: Uint8Array, from = 0): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

/** Bytes as ISO 8859-1. */
export function latin1Decode(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

/** Characters as bytes; of those above 255 the low byte. */
export function latin1Encode(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

/** Reads a whole request head, empty lines before it left out (RFC 9112, 2.2). */
export function parseRequestHead(text: string): RequestHead | BadHead {
  const lines = linesOf(text.replace(/^(?:\r?\n)+/, ''));
  const line = lines[0] ?? '';
  const parts = line.split(' ').filter((part) => part !== '');
  const [method = '', target = '', protocol] = parts;
  if (parts.length > 3 || !TOKEN.test(method) || !isTarget(target)) return { fault: 'syntax', line };
  const version = protocol === undefined ? 9 : versionOf(protocol);
  if (version === undefined || (version < 10 && protocol !== undefined)) return { fault: 'syntax', line };
  if (version > 19) return { fault: 'version', line };
  if (version === 9 && method !== 'GET') return { fault: 'syntax', line };
  const headers = parseHeaders(lines.slice(1));
  return headers === undefined ? { fault: 'syntax', line } : { method, target, version, line, headers };
}

/** Reads a whole response head; null for what does not begin like one. */
export function parseResponseHead(text: string): ResponseHead | null {
  const lines = linesOf(text);
  const line = lines[0] ?? '';
  const match = STATUS_LINE.exec(line);
  if (match === null) return null;
  const headers = lines.slice(1).flatMap((each): HeaderLine[] => {
    const header = parseHeader(each);
    return header === undefined ? [] : [header];
  });
  const version = Number(match[1]) * 10 + Number(match[2]);
  return { version, status: Number(match[3]), reason: match[4] ?? '', line, headers };
}

/** The value of the first field of that name, whatever its case. */
export function headerOf({ headers }: { readonly headers: readonly HeaderLine[] }, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find((header) => header.name.toLowerCase() === wanted)?.value;
}

/** Whether a field that is a list has the word, whatever its case: `Connection: Keep-Alive, Upgrade`. */
export function hasToken(message: { readonly headers: readonly HeaderLine[] }, name: string, token: string): boolean {
  const lists = message.headers.filter((header) => header.name.toLowerCase() === name.toLowerCase());
  return lists.some(({ value }) => value.split(',').some((word) => word.trim().toLowerCase() === token));
}

/** A head as it goes over the wire. */
export function writeHead(startLine: string, headers: readonly HeaderLine[]): string {
  return `${[startLine, ...headers.map(({ name, value }) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`;
}

/** Whether the connection stays open behind a message, as the protocol has it by itself (RFC 9112, 9.3). */
export function isPersistent(message: { readonly version: number; readonly headers: readonly HeaderLine[] }): boolean {
  if (hasToken(message, 'connection', 'close')) return false;
  return message.version >= 11 || hasToken(message, 'connection', 'keep-alive');
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  while (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

function versionOf(protocol: string): number | undefined {
  const match = /^HTTP\/(\d)\.(\d)$/.exec(protocol);
  return match === null ? undefined : Number(match[1]) * 10 + Number(match[2]);
}

/** No blanks, no control characters. */
function isTarget(target: string): boolean {
  return /^[!-~\x80-\xff]+$/.test(target);
}

function parseHeaders(lines: readonly string[]): HeaderLine[] | undefined {
  const headers: HeaderLine[] = [];
  for (const line of lines) {
    const header = parseHeader(line);
    if (header === undefined) return undefined;
    headers.push(header);
  }
  return headers;
}

/** Folded lines and names with blanks are no fields (RFC 9112, 5.1 and 5.2). */
function parseHeader(line: string): HeaderLine | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
  return TOKEN.test(name) && !value.includes('\0') ? { name, value } : undefined;
}
