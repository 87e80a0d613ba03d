/** The request that curl makes of its options, field by field in its order (lib/http.c). */
import { utf8Encode } from '../../base/bytes.ts';
import { base64Encode } from '../http/base64.ts';
import type { CurlOptions } from './options.ts';
import type { CurlUrl } from './url.ts';

export interface CurlRequest {
  readonly method: string;
  /** From the request line to the empty one. */
  readonly head: string;
  readonly body: Uint8Array | null;
  /** It waits for `100 Continue` before the body. */
  readonly expectsContinue: boolean;
  /** Of HTTP basic authentication; null for none. */
  readonly user: string | null;
}

export const USER_AGENT = 'curl/7.88.1';
/** A larger body is announced by `Expect: 100-continue`. */
const EXPECT_BYTES = 1_048_576;

/** What is to be sent: the method by itself, and the body. */
export interface Payload {
  readonly kind: 'none' | 'post' | 'upload';
  readonly body: Uint8Array | null;
  readonly isJson: boolean;
}

/** The method of a request, before redirects change it. */
export function methodOf(options: CurlOptions, payload: Payload): string {
  const given = options.values.get('request') ?? '';
  if (given !== '') return given;
  if (options.switches.get('head') === true) return 'HEAD';
  if (payload.kind === 'upload') return 'PUT';
  return payload.kind === 'post' ? 'POST' : 'GET';
}

/** `isOld`: HTTP/1.0, because it is asked for or because the last answer was. */
export function makeRequest(asked: {
  readonly url: CurlUrl;
  readonly method: string;
  readonly payload: Payload;
  readonly options: CurlOptions;
  readonly isOld: boolean;
}): CurlRequest {
  const { url, method, payload, options } = asked;
  const custom = customHeaders(options, payload);
  const isGiven = (name: string): boolean => custom.names.has(name.toLowerCase());
  const version = asked.isOld ? '1.0' : '1.1';
  const user = options.values.get('user') ?? url.user;
  const range = options.values.get('range');
  const agent = options.values.get('user-agent') ?? USER_AGENT;
  const referer = options.values.get('referer') ?? '';
  const cookie = options.values.get('cookie') ?? '';
  const lines = [`${method} ${options.values.get('request-target') ?? url.target} HTTP/${version}`];
  const host = custom.host ?? `${url.host}${url.hasPort ? `:${url.port}` : ''}`;
  if (custom.host !== '') lines.push(`Host: ${host}`);
  if (user !== null && user !== '' && !isGiven('authorization')) {
    lines.push(`Authorization: Basic ${base64Encode(utf8Encode(user.includes(':') ? user : `${user}:`))}`);
  }
  if (range !== undefined && payload.kind === 'none' && !isGiven('range')) lines.push(`Range: bytes=${range}`);
  if (agent !== '' && !isGiven('user-agent')) lines.push(`User-Agent: ${agent}`);
  if (!isGiven('accept')) lines.push('Accept: */*');
  if (referer !== '' && !isGiven('referer')) lines.push(`Referer: ${referer}`);
  if (cookie.includes('=')) lines.push(`Cookie: ${cookie}`);
  lines.push(...custom.lines);
  const { body } = payload;
  const isLarge = body !== null && (payload.kind === 'upload' ? body.length > 0 : body.length > EXPECT_BYTES);
  const expectsContinue = isLarge && version === '1.1' && !isGiven('expect');
  lines.push(...bodyLines(payload, isGiven));
  if (expectsContinue) lines.push('Expect: 100-continue');
  return { method, head: `${lines.join('\r\n')}\r\n\r\n`, body, expectsContinue, user };
}

function bodyLines({ kind, body }: Payload, isGiven: (name: string) => boolean): string[] {
  if (body === null) return [];
  const lines: string[] = [];
  if (!isGiven('content-length')) lines.push(`Content-Length: ${body.length}`);
  if (kind === 'post' && !isGiven('content-type')) lines.push('Content-Type: application/x-www-form-urlencoded');
  return lines;
}

interface Custom {
  readonly lines: readonly string[];
  /** Names in small letters of all that were named, also of those that were taken away. */
  readonly names: ReadonlySet<string>;
  /** Undefined for curl's own; empty to send none. */
  readonly host: string | undefined;
}

/** `Name: value` adds or replaces, `Name:` takes away, `Name;` sends an empty one. */
function customHeaders(options: CurlOptions, { isJson }: Payload): Custom {
  const names = new Set<string>();
  const lines: string[] = [];
  let host: string | undefined;
  const json = isJson ? ['Content-Type: application/json', 'Accept: application/json'] : [];
  const isNamed = (name: string): boolean =>
    options.headers.some((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  const all = [...options.headers, ...json.filter((line) => !isNamed(line.split(':', 1)[0]!))];
  for (const text of all) {
    const [, name = '', separator = '', value = ''] = /^([^:;]*)([:;])\s*(.*)$/s.exec(text) ?? [];
    if (name === '') continue;
    const clean = value.replace(/\s+$/, '');
    names.add(name.toLowerCase());
    if (name.toLowerCase() === 'host') host = separator === ':' ? clean : host;
    else if (separator === ':' && clean !== '') lines.push(`${name}: ${clean}`);
    else if (separator === ';' && clean === '') lines.push(`${name}:`);
  }
  return { lines, names, host };
}
