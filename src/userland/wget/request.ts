/** What wget asks (initialize_request of its http.c). */
import { utf8Encode } from '../../base/bytes.ts';
import { base64Encode } from '../http/base64.ts';
import type { WgetOptions } from './options.ts';
import type { WgetUrl } from './url.ts';
import { hostHeader } from './url.ts';

export interface WgetRequest {
  readonly method: string;
  /** Null for none. */
  readonly body: Uint8Array | null;
  /** Where in the file to go on; 0 for the beginning. */
  readonly offset: number;
  /** The server has asked for a name and a password. */
  readonly isChallenged: boolean;
}

const AGENT = 'Wget/1.21.3';

/** The head of the request, as text. */
export function requestHead(url: WgetUrl, options: WgetOptions, request: WgetRequest): string {
  const { switches, values } = options;
  const headers = new Map<string, string>();
  const set = (name: string, value: string): void => {
    const lower = name.toLowerCase();
    const there = [...headers.keys()].find((each) => each.toLowerCase() === lower);
    headers.set(there ?? name, value);
  };
  set('Host', hostHeader(url));
  const referer = values.get('referer');
  if (referer !== undefined) set('Referer', referer);
  if (switches.get('cache') === false) {
    set('Cache-Control', 'no-cache');
    set('Pragma', 'no-cache');
  }
  if (request.offset > 0) set('Range', `bytes=${request.offset}-`);
  const agent = values.get('user-agent') ?? AGENT;
  if (agent !== '') set('User-Agent', agent);
  set('Accept', '*/*');
  set('Accept-Encoding', 'identity');
  const credentials = credentialsOf(url, options);
  const authorization = credentials === null ? '' : `Basic ${base64Encode(utf8Encode(credentials))}`;
  if (credentials !== null && switches.get('auth-no-challenge') === true) set('Authorization', authorization);
  set('Connection', switches.get('http-keep-alive') === false ? 'Close' : 'Keep-Alive');
  if (request.body !== null) {
    set('Content-Type', 'application/x-www-form-urlencoded');
    set('Content-Length', String(request.body.length));
  }
  for (const line of options.headers) {
    const colon = line.indexOf(':');
    set(line.slice(0, colon), line.slice(colon + 1).trimStart());
  }
  if (credentials !== null && request.isChallenged) set('Authorization', authorization);
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${request.method} ${url.target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** `user:password`, of the options or the URL; null when one of them is not known. */
export function credentialsOf(url: WgetUrl, { values }: WgetOptions): string | null {
  const user = url.user ?? values.get('http-user') ?? values.get('user');
  const password = url.password ?? values.get('http-password') ?? values.get('http-passwd') ?? values.get('password');
  return user === undefined || password === undefined ? null : `${user}:${password}`;
}
