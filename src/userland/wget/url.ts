/** URLs as wget takes them apart (its url.c), as far as HTTP needs it, and the names of files that come of them. */
import { utf8Encode } from '../../base/bytes.ts';

export interface WgetUrl {
  readonly host: string;
  readonly port: number;
  /** Path and query, as they stand in a request. */
  readonly target: string;
  readonly user: string | null;
  readonly password: string | null;
}

const HTTP_PORT = 80;
const PORT_MAX = 65_535;

/** Takes a URL apart; a text is what is wrong with it. */
export function parseUrl(text: string): WgetUrl | string {
  const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(text) ?? [null, 'http', text];
  if (scheme.toLowerCase() !== 'http') return `Unsupported scheme ‘${scheme}’`;
  const [, authority = '', path = ''] = /^([^/?#]*)([^#]*)/.exec(rest)!;
  const at = authority.lastIndexOf('@');
  const [, host = '', port] = /^([^:]*)(?::(.*))?$/s.exec(authority.slice(at + 1)) ?? [];
  if (host === '' || /[\s<>"{}|\\^[\]`]/.test(host)) return 'Invalid host name';
  if (port !== undefined && !/^\d*$/.test(port)) return 'Bad port number';
  if (Number(port ?? '') > PORT_MAX) return 'Bad port number';
  const [user = '', password] = authority.slice(0, Math.max(at, 0)).split(/:(.*)/s);
  return {
    host: host.toLowerCase(),
    port: port === undefined || port === '' ? HTTP_PORT : Number(port),
    target: targetOf(path),
    user: at < 0 ? null : decoded(user),
    password: at < 0 || password === undefined ? null : decoded(password),
  };
}

/** The whole URL again, as it is shown: no word of a password. */
export function urlText({ host, port, target, user, password }: WgetUrl): string {
  const who = user === null ? '' : `${user}${password === null ? '' : ':*password*'}@`;
  return `http://${who}${host}${port === HTTP_PORT ? '' : `:${port}`}${target}`;
}

/** The value of `Host:`. */
export function hostHeader({ host, port }: WgetUrl): string {
  return port === HTTP_PORT ? host : `${host}:${port}`;
}

/** Where a `Location:` leads from a URL (uri_merge). */
export function mergeUrl(base: WgetUrl, location: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(location)) return location;
  const origin = `http://${hostHeader(base)}`;
  if (location.startsWith('//')) return `http:${location}`;
  if (location.startsWith('/')) return origin + location;
  const path = base.target.split('?', 1)[0]!;
  if (location.startsWith('?')) return origin + path + location;
  return origin + path.slice(0, path.lastIndexOf('/') + 1) + location;
}

/** The name of the file for what a URL gives (url_file_name): `index.html` for a folder, the query behind it. */
export function fileNameOf({ target }: WgetUrl, defaultPage: string): string {
  const [path = '', query] = target.split(/\?(.*)/s);
  const name = decoded(path.slice(path.lastIndexOf('/') + 1)) || defaultPage;
  const whole = query === undefined || query === '' ? name : `${name}?${decoded(query)}`;
  // Slashes and control characters are no part of a name.
  return whole.replace(/[/\0-\x1f\x7f]/g, percent);
}

function targetOf(rest: string): string {
  const whole = escaped(rest.startsWith('/') ? rest : `/${rest}`);
  const question = whole.indexOf('?');
  const path = question < 0 ? whole : whole.slice(0, question);
  return withoutDots(path) + (question < 0 ? '' : whole.slice(question));
}

/** Characters that no URL may have are escaped; what is escaped already stays. */
function escaped(text: string): string {
  return text
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replace(/[\0-\x20"<>[\\\]^`{|}\x7f]|[^\0-\x7f]+/g, (piece) =>
      [...utf8Encode(piece)].map((byte) => percent(String.fromCharCode(byte))).join(''),
    );
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function decoded(text: string): string {
  return text.replace(/%([2-7][0-9A-Fa-f])/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

/** Twin of path_simplify. */
function withoutDots(path: string): string {
  if (!/\/\.{1,2}(?:\/|$)/.test(path)) return path;
  const parts = path.split('/').slice(1);
  const kept: string[] = [];
  for (const part of parts) {
    if (part === '..') kept.pop();
    else if (part !== '.') kept.push(part);
  }
  if (parts.at(-1) === '.' || parts.at(-1) === '..') kept.push('');
  return `/${kept.join('/')}`;
}
