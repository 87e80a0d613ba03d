/** What nginx answers, as the server block of its image is: files of a folder, its own pages, a line in the log. */
import { utf8Encode } from '../../base/bytes.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { formatMoment } from '../text/date-format.ts';
import type { HeaderLine, RequestHead } from '../http/head.ts';
import { hasToken, headerOf, isPersistent, latin1Encode, writeHead } from '../http/head.ts';
import { commonLogDate, httpDate, nowMoment, nowSeconds, parseHttpDate } from '../http/http-date.ts';
import type { Answer, Peer, Refusal, Site } from '../http/server.ts';
import { byteRange, mediaType, targetPath } from '../http/static-file.ts';
import { errorPage, NGINX_ROOT, NGINX_VERSION, statusText } from './pages.ts';

/** client_header_timeout, keepalive_timeout of the image's nginx.conf, and keepalive_requests. */
const HEADER_TIMEOUT_NS = 60 * SECOND;
const KEEPALIVE_NS = 65 * SECOND;
const KEEPALIVE_REQUESTS = 1000;
/** large_client_header_buffers: four of 8 KiB, of which a line takes one. */
const HEAD_BYTES_MAX = 32_768;
const HEADER_BUFFER = 1024;

/** A request as far as it could be read; for the log. */
interface Asked {
  readonly line: string;
  readonly method: string;
  readonly headers: readonly HeaderLine[];
  readonly version: number;
  readonly peer: Peer;
  /** Whether it is one of which nginx keeps the header fields. */
  readonly isRead: boolean;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly length: number;
  /** Between Content-Length (or Content-Type) and Connection. */
  readonly before?: readonly HeaderLine[];
  /** Behind Connection. */
  readonly after?: readonly HeaderLine[];
  /** Written with the head in one go, or on their own. */
  readonly withHead?: readonly string[];
  readonly apart?: Uint8Array;
  readonly mustClose?: boolean;
}

export class NginxSite implements Site {
  readonly headBytesMax = HEAD_BYTES_MAX;
  readonly readBytes = HEADER_BUFFER;
  readonly requestNs = HEADER_TIMEOUT_NS;
  readonly keepAliveNs = KEEPALIVE_NS;
  readonly requestsMax = KEEPALIVE_REQUESTS;
  readonly closing = 'close';
  /** It shuts down: no connection is kept. */
  isStopping = false;
  private readonly proc: Process;

  constructor(proc: Process) {
    this.proc = proc;
  }

  /** A method begins with a capital, `-` or `_`. */
  mayBegin(byte: number): boolean {
    return (byte >= 65 && byte <= 90) || byte === 45 || byte === 95;
  }

  /** tcp_nodelay: set when a connection is kept. */
  kept(socket: TcpSocket): void {
    socket.setNoDelay(true);
  }

  answer(request: RequestHead, peer: Peer): Answer {
    const asked: Asked = { ...request, peer, isRead: true };
    const path = targetPath(request.target);
    if (path === null || !/^[A-Z_-]+$/.test(request.method)) {
      return this.reply({ ...asked, isRead: false }, errorReply(400));
    }
    if (request.version >= 11 && headerOf(request, 'host') === undefined) return this.reply(asked, errorReply(400));
    return this.reply(asked, this.findFile(asked, path));
  }

  refuse(refusal: Refusal, peer: Peer): Answer | null {
    const unread = { method: '', headers: [], version: 11, peer, isRead: false };
    if (refusal === 'timeout') return null;
    if (refusal === 'large') return this.reply({ ...unread, line: '' }, errorReply(414));
    const status = refusal.fault === 'version' ? 505 : 400;
    return this.reply({ ...unread, line: refusal.line }, errorReply(status));
  }

  private findFile(asked: Asked, path: string): Reply {
    const { files } = this.proc;
    const isFolder = path.endsWith('/');
    const onDisk = NGINX_ROOT + path;
    if (isFolder) return this.findIndex(asked, path);
    const text = files.read(onDisk);
    if (text !== undefined) return this.fileReply(asked, onDisk, text);
    if (files.isDirectory(onDisk)) return redirect(asked, `${path}/`);
    this.logError(asked, `open() "${onDisk}" failed (2: No such file or directory)`);
    return errorReply(asked.method === 'GET' || asked.method === 'HEAD' ? 404 : 405);
  }

  private findIndex(asked: Asked, path: string): Reply {
    const { files } = this.proc;
    const folder = NGINX_ROOT + path;
    for (const name of ['index.html', 'index.htm']) {
      const text = files.read(folder + name);
      if (text !== undefined) return this.fileReply(asked, folder + name, text);
    }
    if (asked.method !== 'GET' && asked.method !== 'HEAD') return errorReply(405);
    if (files.isDirectory(folder)) {
      this.logError(asked, `directory index of "${folder}" is forbidden`);
      return errorReply(403);
    }
    this.logError(asked, `"${folder}index.html" is not found (2: No such file or directory)`);
    return errorReply(404);
  }

  private fileReply(asked: Asked, path: string, text: string): Reply {
    if (asked.method !== 'GET' && asked.method !== 'HEAD') return errorReply(405);
    const bytes = utf8Encode(text);
    const modified = this.proc.files.modifiedSeconds(path) ?? this.proc.epochSeconds;
    const etag = `"${modified.toString(16)}-${bytes.length.toString(16)}"`;
    const lastModified = { name: 'Last-Modified', value: httpDate(modified) };
    const etagLine = { name: 'ETag', value: etag };
    if (isUnchanged(asked, modified, etag)) {
      return { status: 304, type: '', length: -1, before: [lastModified], after: [etagLine] };
    }
    const type = mediaType(path, 'application/octet-stream');
    const range = byteRange(headerOf(asked, 'range'), bytes.length);
    if (range === null) {
      return { ...errorReply(416), after: [{ name: 'Content-Range', value: `bytes */${bytes.length}` }] };
    }
    const { from, to } = range ?? { from: 0, to: bytes.length };
    const last =
      range === undefined
        ? { name: 'Accept-Ranges', value: 'bytes' }
        : { name: 'Content-Range', value: `bytes ${from}-${to - 1}/${bytes.length}` };
    const shown = { type, length: to - from, before: [lastModified], after: [etagLine, last] };
    return { ...shown, status: range === undefined ? 200 : 206, apart: bytes.subarray(from, to) };
  }

  private reply(asked: Asked, reply: Reply): Answer {
    const mustClose = this.isStopping || reply.mustClose === true || !isPersistent(asked);
    const head = asked.version === 9 ? '' : this.head(reply, mustClose);
    const hasBody = asked.method !== 'HEAD';
    const withHead = hasBody ? (reply.withHead ?? []).join('') : '';
    const apart = hasBody ? (reply.apart ?? null) : null;
    const first = latin1Encode(head + withHead);
    const pieces = apart === null || apart.length === 0 ? [first] : [first, apart];
    const logged = (sent: number): void => {
      this.logAccess(asked, reply.status, Math.max(sent - head.length, 0));
    };
    return { pieces: pieces.filter((piece) => piece.length > 0), closes: mustClose, logged };
  }

  private head(reply: Reply, mustClose: boolean): string {
    const { type, length, before = [], after = [] } = reply;
    return writeHead(`HTTP/1.1 ${statusText(reply.status)}`, [
      { name: 'Server', value: `nginx/${NGINX_VERSION}` },
      { name: 'Date', value: httpDate(nowSeconds(this.proc)) },
      ...(type === '' ? [] : [{ name: 'Content-Type', value: type }]),
      ...(length < 0 ? [] : [{ name: 'Content-Length', value: String(length) }]),
      ...before,
      { name: 'Connection', value: mustClose ? 'close' : 'keep-alive' },
      ...after,
    ]);
  }

  /** log_format main of the image's nginx.conf. */
  private logAccess(asked: Asked, status: number, bodyBytes: number): void {
    const field = (name: string): string => `"${asked.isRead ? logText(headerOf(asked, name) ?? '-') : '-'}"`;
    const when = commonLogDate(nowSeconds(this.proc));
    const fields = ['referer', 'user-agent', 'x-forwarded-for'].map(field).join(' ');
    const user = '- -';
    const line = `"${logText(asked.line)}" ${status} ${bodyBytes} ${fields}`;
    this.proc.write(`${asked.peer.address} ${user} [${when}] ${line}\n`);
  }

  private logError(asked: Asked, message: string): void {
    const host = headerOf(asked, 'host');
    const request = `client: ${asked.peer.address}, server: localhost, request: "${logText(asked.line)}"`;
    const about = host === undefined ? request : `${request}, host: "${logText(host)}"`;
    nginxLog(this.proc, 'error', `*${asked.peer.connection} ${message}, ${about}`);
  }
}

/** A line in the error log. */
export function nginxLog(proc: Process, level: string, message: string): void {
  const when = formatMoment('%Y/%m/%d %H:%M:%S', nowMoment(proc));
  proc.writeError(`${when} [${level}] ${proc.ownPid}#${proc.ownPid}: ${message}\n`);
}

function errorReply(status: number): Reply {
  const [head, tail] = errorPage(status);
  const mustClose = status === 400 || status === 414 || status === 505;
  return { status, type: 'text/html', length: head.length + tail.length, withHead: [head, tail], mustClose };
}

function redirect(asked: Asked, path: string): Reply {
  const host = headerOf(asked, 'host') ?? 'localhost';
  return { ...errorReply(301), before: [{ name: 'Location', value: `http://${host}${path}` }] };
}

function isUnchanged(asked: Asked, modified: number, etag: string): boolean {
  const known = headerOf(asked, 'if-none-match');
  if (known !== undefined) return known === '*' || hasToken(asked, 'if-none-match', etag);
  const since = headerOf(asked, 'if-modified-since');
  return since !== undefined && parseHttpDate(since) === modified;
}

/** Characters that could break a line of the log, as `\x16`. */
function logText(text: string): string {
  return text.replace(/[^ !#-[\]-~]/g, (character) => {
    const digits = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return `\\x${digits}`;
  });
}
