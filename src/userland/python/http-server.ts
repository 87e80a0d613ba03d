/** `python3 -m http.server` of Python 3.11: files of a directory, an answer a connection, its log on standard error. */
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import { utf8Encode } from '../../base/bytes.ts';
import { errorText, errnoNumber } from '../../kernel/errno.ts';
import { resolvePath } from '../../kernel/proc/files.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { SECOND } from '../../sim/units.ts';
import type { HeaderLine, RequestHead } from '../http/head.ts';
import { headerOf, latin1Encode, writeHead } from '../http/head.ts';
import { httpDate, nowMoment, nowSeconds, parseHttpDate } from '../http/http-date.ts';
import type { Answer, Peer, Refusal, Site } from '../http/server.ts';
import { HttpService, listenOn } from '../http/server.ts';
import { mediaType, percentDecode } from '../http/static-file.ts';
import { formatMoment } from '../text/date-format.ts';
import type { HttpServerOptions } from './http-server-options.ts';
import { readHttpServer } from './http-server-options.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const BACKLOG = 5;
const SERVER = 'SimpleHTTP/0.6 Python/3.11.2';
/** shutil.copyfileobj */
const COPY_BYTES = 65_536;
const HTML = 'text/html;charset=utf-8';
const EXPLANATIONS: ReadonlyMap<number, string> = new Map([
  [400, 'Bad request syntax or unsupported method'],
  [404, 'Nothing matches the given URI'],
  [501, 'Server does not support this operation'],
  [505, 'Cannot fulfill request.'],
]);

/** Runs it; `args` are those behind `-m http.server`. */
export function* runHttpServer(proc: Process, args: readonly string[], isUnbuffered: boolean): Steps<number> {
  const options = readHttpServer(args);
  if ('answer' in options) {
    if (options.exit === 0) proc.write(options.answer);
    else proc.writeError(options.answer);
    return options.exit;
  }
  const address = parseIp4(options.address) ?? 0;
  const listener = listenOn(proc, 'python3', address, options.port, BACKLOG);
  if (typeof listener === 'string') {
    proc.writeError(`OSError: [Errno ${errnoNumber(listener)}] ${errorText(listener)}\n`);
    return 1;
  }
  const where = `${formatIp4(address)} port ${listener.localPort}`;
  const held = [`Serving HTTP on ${where} (http://${formatIp4(address)}:${listener.localPort}/) ...\n`];
  const flush = (): void => {
    for (const text of held.splice(0)) proc.write(text);
  };
  if (isUnbuffered) flush();
  const service = new HttpService(proc, new PythonSite(proc, options));
  proc.onSignal('SIGINT', () => {
    held.push('\nKeyboard interrupt received, exiting.\n');
    service.stop();
  });
  service.listen(listener);
  yield* service.run();
  flush();
  return 0;
}

class PythonSite implements Site {
  readonly headBytesMax = 65_536;
  readonly readBytes = 8192;
  readonly requestNs = Infinity;
  readonly keepAliveNs = 3600 * SECOND;
  readonly requestsMax = Infinity;
  readonly closing = 'shutdown';
  private readonly proc: Process;
  private readonly root: string;
  private readonly protocol: string;

  constructor(proc: Process, options: HttpServerOptions) {
    this.proc = proc;
    this.root = resolvePath(proc.directory, options.directory);
    this.protocol = options.protocol;
  }

  answer(request: RequestHead, peer: Peer): Answer {
    const { method, target } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      return this.error(peer, request, 501, `Unsupported method ('${method}')`);
    }
    const path = this.translate(target);
    const isFolder = this.proc.files.isDirectory(path);
    if (isFolder) return this.folder(request, peer, path);
    const text = target.split(/[?#]/, 1)[0]!.endsWith('/') ? undefined : this.proc.readFile(path);
    return text === undefined ? this.error(peer, request, 404, 'File not found') : this.file(request, peer, path, text);
  }

  refuse(refusal: Refusal, peer: Peer): Answer | null {
    if (typeof refusal === 'string') return null;
    const request = { method: 'GET', target: '', version: 9, line: refusal.line, headers: [] };
    if (refusal.fault === 'version') {
      const version = refusal.line.split('/').at(-1)!;
      return this.error(peer, request, 505, `Invalid HTTP version (${version})`);
    }
    return this.error(peer, request, 400, `Bad request syntax (${pythonRepr(refusal.line)})`);
  }

  private translate(target: string): string {
    const path = target.split(/[?#]/, 1)[0]!;
    return resolvePath('/', `${this.root}/${resolvePath('/', percentDecode(path) ?? path)}`);
  }

  private folder(request: RequestHead, peer: Peer, path: string): Answer {
    const [place = '', query] = request.target.split('?', 2);
    if (!place.endsWith('/')) {
      const location = `${place}/${query === undefined ? '' : `?${query}`}`;
      const headers = [
        { name: 'Location', value: location },
        { name: 'Content-Length', value: '0' },
      ];
      return this.reply(request, peer, '301 Moved Permanently', headers, []);
    }
    for (const name of ['index.html', 'index.htm']) {
      const text = this.proc.readFile(`${path}/${name}`);
      if (text !== undefined) return this.file(request, peer, `${path}/${name}`, text);
    }
    const body = utf8Encode(listing(request.target, this.entries(path)));
    const headers = [
      { name: 'Content-type', value: 'text/html; charset=utf-8' },
      { name: 'Content-Length', value: String(body.length) },
    ];
    return this.reply(request, peer, '200 OK', headers, [body]);
  }

  private entries(path: string): string[] {
    const names = this.proc.listDirectory(path);
    const shown = names.map((name) => (this.proc.files.isDirectory(`${path}/${name}`) ? `${name}/` : name));
    const key = (name: string): string => name.replace(/\/$/, '').toLowerCase();
    return shown.sort((left, right) => (key(left) < key(right) ? -1 : 1));
  }

  private file(request: RequestHead, peer: Peer, path: string, text: string): Answer {
    const modified = this.proc.files.modifiedSeconds(path) ?? this.proc.epochSeconds;
    const since = parseHttpDate(headerOf(request, 'if-modified-since') ?? '');
    if (since !== undefined && modified <= since && headerOf(request, 'if-none-match') === undefined) {
      return this.reply(request, peer, '304 Not Modified', [], []);
    }
    const body = utf8Encode(text);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < body.length; at += COPY_BYTES) pieces.push(body.subarray(at, at + COPY_BYTES));
    const headers = [
      { name: 'Content-type', value: mediaType(path, 'application/octet-stream') },
      { name: 'Content-Length', value: String(body.length) },
      { name: 'Last-Modified', value: httpDate(modified) },
    ];
    return this.reply(request, peer, '200 OK', headers, pieces);
  }

  private error(peer: Peer, request: RequestHead, status: number, message: string): Answer {
    const explanation = EXPLANATIONS.get(status)!;
    this.log(peer, `code ${status}, message ${message}`);
    const body = utf8Encode(errorPage(status, message, explanation));
    const headers = [
      { name: 'Connection', value: 'close' },
      { name: 'Content-Type', value: HTML },
      { name: 'Content-Length', value: String(body.length) },
    ];
    return { ...this.reply(request, peer, `${status} ${message}`, headers, [body]), closes: true };
  }

  private reply(
    request: RequestHead,
    peer: Peer,
    status: string,
    headers: readonly HeaderLine[],
    body: readonly Uint8Array[],
  ): Answer {
    this.log(peer, `"${request.line}" ${status.slice(0, 3)} -`);
    const head = writeHead(`${this.protocol} ${status}`, [
      { name: 'Server', value: SERVER },
      { name: 'Date', value: httpDate(nowSeconds(this.proc)) },
      ...headers,
    ]);
    const pieces = request.version === 9 ? [] : [latin1Encode(head)];
    if (request.method !== 'HEAD') pieces.push(...body);
    const isKept = this.protocol >= 'HTTP/1.1' && request.version >= 11;
    return { pieces, closes: !isKept || headerOf(request, 'connection')?.toLowerCase() === 'close' };
  }

  private log(peer: Peer, message: string): void {
    const when = formatMoment('%d/%b/%Y %H:%M:%S', nowMoment(this.proc));
    this.proc.writeError(`${peer.address} - - [${when}] ${message}\n`);
  }
}

function errorPage(status: number, message: string, explanation: string): string {
  return [
    '<!DOCTYPE HTML>',
    '<html lang="en">',
    '    <head>',
    '        <meta charset="utf-8">',
    '        <title>Error response</title>',
    '    </head>',
    '    <body>',
    '        <h1>Error response</h1>',
    `        <p>Error code: ${status}</p>`,
    `        <p>Message: ${htmlText(message)}.</p>`,
    `        <p>Error code explanation: ${status} - ${explanation}.</p>`,
    '    </body>',
    '</html>',
    '',
  ].join('\n');
}

function listing(path: string, names: readonly string[]): string {
  const title = `Directory listing for ${htmlText(percentDecode(path) ?? path)}`;
  return [
    '<!DOCTYPE HTML>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<title>${title}</title>`,
    '</head>',
    '<body>',
    `<h1>${title}</h1>`,
    '<hr>',
    '<ul>',
    ...names.map((name) => `<li><a href="${urlText(name)}">${htmlText(name)}</a></li>`),
    '</ul>',
    '<hr>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** html.escape(text, quote=False) */
function htmlText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** urllib.parse.quote */
function urlText(name: string): string {
  let text = '';
  for (const byte of utf8Encode(name)) {
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9_.~/-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** repr() of a string of bytes that are read as ISO 8859-1. */
function pythonRepr(text: string): string {
  const escaped = text.replace(/\\/g, '\\\\').replace(/[^ -~\xa1-\xac\xae-\xff]/g, (character) => {
    const named = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }[character];
    return named ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return text.includes("'") && !text.includes('"') ? `"${escaped}"` : `'${escaped.replace(/'/g, "\\'")}'`;
}
