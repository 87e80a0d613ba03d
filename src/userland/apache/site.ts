/** What Apache 2.4 answers, as its image configures it: files of one folder, pages of its own, the common log. */
import { utf8Encode } from '../../base/bytes.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { SECOND } from '../../sim/units.ts';
import type { HeaderLine, RequestHead } from '../http/head.ts';
import { hasToken, headerOf, isPersistent, latin1Encode, writeHead } from '../http/head.ts';
import { commonLogDate, httpDate, nowSeconds, parseHttpDate } from '../http/http-date.ts';
import type { Answer, Peer, Refusal, Site } from '../http/server.ts';
import { mediaType, targetPath } from '../http/static-file.ts';

export const APACHE_VERSION = '2.4.62';
export const APACHE_ROOT = '/usr/local/apache2/htdocs';
export const APACHE_INDEX = '<html><body><h1>It works!</h1></body></html>\n';
/** Mon, 11 Jun 2007 18:53:14 GMT */
export const APACHE_PAGE_SECONDS = 1_181_587_994;

/** KeepAliveTimeout and MaxKeepAliveRequests; mod_reqtimeout's header=20. */
const KEEP_ALIVE_SECONDS = 5;
const REQUESTS_MAX = 100;
const REQUEST_SECONDS = 20;
const MICROSECONDS = 1_000_000;
const METHODS = 'GET,POST,OPTIONS,HEAD,TRACE';
const TITLES: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [301, 'Moved Permanently'],
  [304, 'Not Modified'],
  [400, 'Bad Request'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [408, 'Request Timeout'],
  [505, 'HTTP Version Not Supported'],
]);
const BAD_REQUEST = '<p>Your browser sent a request that this server could not understand.<br />\n</p>';

interface Reply {
  readonly status: number;
  /** Between Server and Content-Length. */
  readonly headers: readonly HeaderLine[];
  readonly type: string;
  readonly body: Uint8Array;
}

export class ApacheSite implements Site {
  readonly headBytesMax = 65_536;
  readonly readBytes = 8000;
  readonly requestNs = REQUEST_SECONDS * SECOND;
  readonly keepAliveNs = KEEP_ALIVE_SECONDS * SECOND;
  readonly requestsMax = REQUESTS_MAX;
  readonly closing = 'linger';
  private readonly proc: Process;

  constructor(proc: Process) {
    this.proc = proc;
  }

  answer(request: RequestHead, peer: Peer): Answer {
    const path = targetPath(request.target);
    const isBad = path === null || (request.version >= 11 && headerOf(request, 'host') === undefined);
    const reply = isBad ? page(400, BAD_REQUEST) : this.find(request, path);
    return this.send(request, peer, reply, isBad || !isPersistent(request));
  }

  refuse(refusal: Refusal, peer: Peer): Answer | null {
    const line = typeof refusal === 'string' ? '-' : refusal.line;
    const request = { method: 'GET', target: '', version: 11, line, headers: [] };
    if (refusal === 'timeout') {
      const text = '<p>Server timeout waiting for the HTTP request from the client.</p>';
      return this.send(request, peer, page(408, text), true);
    }
    return this.send(request, peer, page(400, BAD_REQUEST), true);
  }

  private find(request: RequestHead, path: string): Reply {
    const { method } = request;
    const { files } = this.proc;
    const onDisk = APACHE_ROOT + path;
    const file = path.endsWith('/') ? `${onDisk}index.html` : onDisk;
    const text = files.read(file);
    if (text === undefined && !path.endsWith('/') && files.isDirectory(onDisk)) {
      const location = `http://${headerOf(request, 'host') ?? 'localhost'}${path}/`;
      const moved = page(301, `<p>The document has moved <a href="${location}">here</a>.</p>`);
      return { ...moved, headers: [{ name: 'Location', value: location }] };
    }
    if (!['GET', 'HEAD', 'POST'].includes(method)) {
      const refused = page(405, `<p>The requested method ${method} is not allowed for this URL.</p>`);
      return { ...refused, headers: [{ name: 'Allow', value: METHODS }] };
    }
    if (text === undefined) return page(404, '<p>The requested URL was not found on this server.</p>');
    return this.file(request, file, utf8Encode(text));
  }

  private file(request: RequestHead, path: string, body: Uint8Array): Reply {
    const modified = this.proc.files.modifiedSeconds(path) ?? this.proc.epochSeconds;
    const etag = `"${body.length.toString(16)}-${(modified * MICROSECONDS).toString(16)}"`;
    const known = headerOf(request, 'if-none-match');
    const since = parseHttpDate(headerOf(request, 'if-modified-since') ?? '');
    const isKnown =
      known === undefined ? since !== undefined && modified <= since : hasToken(request, 'if-none-match', etag);
    if (isKnown) return { status: 304, headers: [{ name: 'ETag', value: etag }], type: '', body: body.subarray(0, 0) };
    const headers = [
      { name: 'Last-Modified', value: httpDate(modified) },
      { name: 'ETag', value: etag },
      { name: 'Accept-Ranges', value: 'bytes' },
    ];
    return { status: 200, headers, type: mediaType(path, ''), body };
  }

  private send(request: RequestHead, peer: Peer, reply: Reply, closes: boolean): Answer {
    const asksToKeep = !closes && hasToken(request, 'connection', 'keep-alive');
    const kept = { name: 'Keep-Alive', value: `timeout=${KEEP_ALIVE_SECONDS}, max=${REQUESTS_MAX + 1 - peer.request}` };
    const isEmpty = reply.status === 304;
    const head = latin1Encode(
      writeHead(`HTTP/1.1 ${reply.status} ${TITLES.get(reply.status)!}`, [
        { name: 'Date', value: httpDate(nowSeconds(this.proc)) },
        { name: 'Server', value: `Apache/${APACHE_VERSION} (Unix)` },
        ...reply.headers,
        ...(isEmpty ? [] : [{ name: 'Content-Length', value: String(reply.body.length) }]),
        ...(asksToKeep ? [kept, { name: 'Connection', value: 'Keep-Alive' }] : []),
        ...(closes ? [{ name: 'Connection', value: 'close' }] : []),
        ...(reply.type === '' ? [] : [{ name: 'Content-Type', value: reply.type }]),
      ]),
    );
    const body = request.method === 'HEAD' || isEmpty ? reply.body.subarray(0, 0) : reply.body;
    const whole = new Uint8Array(head.length + body.length);
    whole.set(head);
    whole.set(body, head.length);
    const logged = (sent: number): void => {
      const bytes = Math.max(sent - head.length, 0);
      const when = commonLogDate(nowSeconds(this.proc));
      const line = request.line.replace(/["\\]/g, '\\$&');
      this.proc.write(`${peer.address} - - [${when}] "${line}" ${reply.status} ${bytes === 0 ? '-' : bytes}\n`);
    };
    return { pieces: [request.version === 9 ? body : whole], closes, logged };
  }
}

function page(status: number, text: string): Reply {
  const title = TITLES.get(status)!;
  const lines = [
    '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">',
    '<html><head>',
    `<title>${status} ${title}</title>`,
    '</head><body>',
    `<h1>${title}</h1>`,
    text,
    '</body></html>',
    '',
  ];
  return { status, headers: [], type: 'text/html; charset=iso-8859-1', body: latin1Encode(lines.join('\n')) };
}
