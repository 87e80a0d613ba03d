/** URLs as curl takes them apart (lib/urlapi.c), as far as HTTP needs it. */

export interface CurlUrl {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly hasPort: boolean;
  /** Path and query, as they stand in a request. */
  readonly target: string;
  readonly user: string | null;
}

/** CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL. */
export const EXIT_MALFORMED = 3;
export const EXIT_PROTOCOL = 1;

export interface UrlFault {
  readonly exit: number;
  readonly message: string;
}

const MALFORMED: UrlFault = { exit: EXIT_MALFORMED, message: 'URL using bad/illegal format or missing URL' };
const HTTP_PORT = 80;

/** Takes a URL apart; `isPathAsIs` leaves dots in it. */
export function parseUrl(text: string, isPathAsIs: boolean): CurlUrl | UrlFault {
  const match = /^(?:([A-Za-z][A-Za-z0-9.+-]*):\/\/\/?)?([^/?#]*)([^#]*)/.exec(text)!;
  const scheme = (match[1] ?? 'http').toLowerCase();
  if (/[\0-\x1f\x7f ]/.test(text)) return MALFORMED;
  if (scheme !== 'http') {
    return { exit: EXIT_PROTOCOL, message: `Protocol "${scheme}" not supported or disabled in libcurl` };
  }
  const authority = match[2]!;
  const at = authority.lastIndexOf('@');
  const place = authority.slice(at + 1);
  const [, host = '', portText] = /^(.*?)(?::(\d*))?$/.exec(place) ?? [];
  if (host === '' || /[:[\]\\^`{|}"<>]/.test(host)) return MALFORMED;
  const port = portText === undefined || portText === '' ? HTTP_PORT : Number(portText);
  if (port > 65_535) return MALFORMED;
  const target = targetOf(match[3]!, isPathAsIs);
  const user = at < 0 ? null : authority.slice(0, at);
  return { scheme, host, port, hasPort: port !== HTTP_PORT, target, user };
}

/** The whole URL again, as `%{url_effective}` shows it. */
export function urlText({ scheme, host, port, hasPort, target }: CurlUrl): string {
  return `${scheme}://${host}${hasPort ? `:${port}` : ''}${target}`;
}

/** Where a `Location:` leads from a URL. */
export function resolveUrl(base: CurlUrl, location: string): string {
  if (/^[A-Za-z][A-Za-z0-9.+-]*:\/\//.test(location)) return location.replace(/ /g, '%20');
  const origin = `${base.scheme}://${base.host}${base.hasPort ? `:${base.port}` : ''}`;
  const text = location.replace(/ /g, '%20');
  if (text.startsWith('//')) return `${base.scheme}:${text}`;
  if (text.startsWith('/')) return origin + text;
  const path = base.target.split('?', 1)[0]!;
  if (text.startsWith('?')) return origin + path + text;
  return origin + path.slice(0, path.lastIndexOf('/') + 1) + text;
}

/** The last part of the path: where -O writes to. */
export function remoteName({ target }: CurlUrl): string {
  const path = target.split('?', 1)[0]!;
  return path.slice(path.lastIndexOf('/') + 1);
}

function targetOf(rest: string, isPathAsIs: boolean): string {
  const whole = rest.startsWith('/') ? rest : `/${rest}`;
  const question = whole.indexOf('?');
  const path = question < 0 ? whole : whole.slice(0, question);
  return (isPathAsIs ? path : withoutDots(path)) + (question < 0 ? '' : whole.slice(question));
}

/** Remove_dot_segments of RFC 3986, 5.2.4. */
function withoutDots(path: string): string {
  if (!/\/\.{1,2}(?:\/|$)/.test(path)) return path;
  const parts = path.split('/');
  const last = parts.at(-1)!;
  const kept: string[] = [];
  for (const part of parts.slice(1)) {
    if (part === '..') kept.pop();
    else if (part !== '.') kept.push(part);
  }
  if (last === '.' || last === '..') kept.push('');
  return `/${kept.join('/')}`;
}
