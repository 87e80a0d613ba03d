/** busybox httpd: files of a directory, one answer a connection (networking/httpd.c of 1.35). */
import { parseIp4 } from '../../base/addr.ts';
import { utf8Encode } from '../../base/bytes.ts';
import { errorText } from '../../kernel/errno.ts';
import { resolvePath } from '../../kernel/proc/files.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { SECOND } from '../../sim/units.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import type { HeaderLine, RequestHead } from '../http/head.ts';
import { headerOf, latin1Encode, writeHead } from '../http/head.ts';
import { httpDate, nowSeconds } from '../http/http-date.ts';
import type { Answer, Peer, Refusal, Site } from '../http/server.ts';
import { HttpService, listenOn } from '../http/server.ts';
import { byteRange, mediaType, targetPath } from '../http/static-file.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const LETTERS = 'c:d:h:e:r:m:u:p:ifv';
const LACKING = 'cdermui';
const SUPPORTED = ['-f', '-h', '-p', '-v'];
const BACKLOG = 9;
const PORT_DEFAULT = 80;
const USAGE = `Usage: httpd [-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]
or httpd -d/-e/-m STRING

Listen for incoming HTTP requests

	-i		Inetd mode
	-f		Run in foreground
	-v[v]		Verbose
	-p [IP:]PORT	Bind to IP:PORT (default *:80)
	-u USER[:GRP]	Set uid/gid after binding to port
	-r REALM	Authentication Realm for Basic Authentication
	-h HOME		Home directory (default .)
	-c FILE		Configuration file (default {/etc,HOME}/httpd.conf)
	-m STRING	MD5 crypt STRING
	-e STRING	HTML encode STRING
	-d STRING	URL decode STRING
`;
const TITLES: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [206, 'Partial Content'],
  [302, 'Found'],
  [400, 'Bad Request'],
  [404, 'Not Found'],
  [408, 'Request Timeout'],
  [501, 'Not Implemented'],
]);
const INFOS: ReadonlyMap<number, string> = new Map([
  [400, 'Unsupported method'],
  [404, 'The requested URL was not found'],
  [408, 'No request appeared within 60 seconds'],
  [501, 'The requested method is not recognized'],
]);

interface HttpdOptions {
  readonly home: string;
  readonly place: string;
  readonly verbosity: number;
  readonly isForeground: boolean;
}

function* runHttpd(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = checkHttpd(args);
  if (lack !== undefined) return reportUnsupported(proc, `httpd ${args[lack.argIndex]!}`, SUPPORTED);
  try {
    const options = readOptions(args);
    const home = resolvePath(proc.directory, options.home);
    if (!proc.files.isDirectory(home)) {
      throw new ToolError(`httpd: can't change directory to '${options.home}': No such file or directory`, 1);
    }
    const colon = options.place.lastIndexOf(':');
    const address = colon < 0 ? 0 : parseIp4(options.place.slice(0, colon));
    const portText = options.place.slice(colon + 1);
    if (address === undefined || !/^\d+$/.test(portText) || Number(portText) > 65_535) {
      throw new ToolError(`httpd: bad address '${options.place}'`, 1);
    }
    const listener = listenOn(proc, 'httpd', address, Number(portText), BACKLOG);
    if (typeof listener === 'string') throw new ToolError(`httpd: bind: ${errorText(listener)}`, 1);
    const serve = function* serve(child: Process): Steps<number> {
      const service = new HttpService(child, new BusyboxSite(child, home, options.verbosity));
      service.listen(listener);
      yield* service.run();
      return 0;
    };
    if (options.isForeground) return yield* serve(proc);
    proc.spawn({ argv: proc.argv, program: serve });
    return 0;
  } catch (error) {
    return giveUp(proc, error);
  }
}

function readOptions(args: readonly string[]): HttpdOptions {
  const { options, error } = getopt(args, LETTERS);
  if (error !== null) throw new ToolError(`httpd: ${error.message}\n${BUSYBOX_BANNER}\n\n${USAGE}`.trimEnd(), 1);
  const value = (letter: string): string | undefined => options.filter((each) => each.letter === letter).at(-1)?.value;
  return {
    home: value('h') ?? '.',
    place: value('p') ?? String(PORT_DEFAULT),
    verbosity: options.filter(({ letter }) => letter === 'v').length,
    isForeground: options.some(({ letter }) => letter === 'f'),
  };
}

function checkHttpd(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(args, LETTERS, LACKING);
}

class BusyboxSite implements Site {
  readonly headBytesMax = 8192;
  readonly readBytes = 1024;
  readonly requestNs = 60 * SECOND;
  readonly keepAliveNs = 0;
  readonly requestsMax = 1;
  readonly closing = 'shutdown';
  readonly answersEnds = true;
  private readonly proc: Process;
  private readonly home: string;
  private readonly verbosity: number;

  constructor(proc: Process, home: string, verbosity: number) {
    this.proc = proc;
    this.home = home;
    this.verbosity = verbosity;
  }

  accepted(socket: { setKeepalive(isOn: boolean): void }): void {
    socket.setKeepalive(true);
  }

  answer(request: RequestHead, peer: Peer): Answer {
    const { method, target } = request;
    if (this.verbosity > 1) this.log(peer, `url:${target}`);
    const path = targetPath(target);
    if (path === null) return this.error(peer, 400);
    if (method !== 'GET' && method !== 'HEAD') return this.error(peer, 501);
    const { files } = this.proc;
    const onDisk = this.home === '/' ? path : this.home + path;
    if (!path.endsWith('/') && files.isDirectory(onDisk)) {
      return this.reply(peer, 302, [{ name: 'Location', value: `${path}/` }], [latin1Encode('')]);
    }
    const file = path.endsWith('/') ? `${onDisk}index.html` : onDisk;
    const text = this.proc.readFile(file);
    return text === undefined ? this.error(peer, 404) : this.file(request, peer, file, text);
  }

  refuse(refusal: Refusal, peer: Peer): Answer | null {
    return this.error(peer, refusal === 'timeout' ? 408 : 400);
  }

  private file(request: RequestHead, peer: Peer, path: string, text: string): Answer {
    const body = utf8Encode(text);
    const modified = this.proc.files.modifiedSeconds(path) ?? this.proc.epochSeconds;
    const found = byteRange(headerOf(request, 'range'), body.length);
    const { from, to } = found ?? { from: 0, to: body.length };
    const isPart = found !== undefined && found !== null;
    const range = { name: 'Content-Range', value: `bytes ${from}-${to - 1}/${body.length}` };
    const headers = [
      // The part of a page is a page, whatever the file.
      { name: 'Content-type', value: isPart ? 'text/html' : mediaType(path, 'application/octet-stream') },
      ...(isPart ? [range] : []),
      { name: 'Accept-Ranges', value: 'bytes' },
      { name: 'Last-Modified', value: httpDate(modified) },
      { name: 'ETag', value: `"${modified.toString(16)}-${body.length.toString(16)}"` },
      { name: 'Content-Length', value: String(to - from) },
    ];
    return this.answerWith(peer, isPart ? 206 : 200, headers, body.subarray(from, to));
  }

  private error(peer: Peer, status: number): Answer {
    const title = `${status} ${TITLES.get(status)!}`;
    const head = `<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n`;
    const page = `${head}<BODY><H1>${title}</H1>\n${INFOS.get(status)!}\n</BODY></HTML>\n`;
    return this.reply(peer, status, [], [latin1Encode(page)]);
  }

  /** Pages of its own are written together with their head. */
  private reply(peer: Peer, status: number, headers: readonly HeaderLine[], pages: readonly Uint8Array[]): Answer {
    const type = { name: 'Content-type', value: 'text/html' };
    const head = this.head(peer, status, [type, ...headers]);
    const page = pages[0]!;
    const piece = new Uint8Array(head.length + page.length);
    piece.set(head);
    piece.set(page, head.length);
    return { pieces: [piece], closes: true };
  }

  private answerWith(peer: Peer, status: number, headers: readonly HeaderLine[], body: Uint8Array): Answer {
    const head = this.head(peer, status, headers);
    // A HEAD is answered with the body, too.
    return { pieces: body.length === 0 ? [head] : [head, body], closes: true };
  }

  private head(peer: Peer, status: number, headers: readonly HeaderLine[]): Uint8Array {
    if (this.verbosity > 0) this.log(peer, `response:${status}`);
    const lines = [
      { name: 'Date', value: httpDate(nowSeconds(this.proc)) },
      { name: 'Connection', value: 'close' },
      ...headers,
    ];
    return latin1Encode(writeHead(`HTTP/1.1 ${status} ${TITLES.get(status)!}`, lines));
  }

  private log(peer: Peer, message: string): void {
    this.proc.writeError(`[::ffff:${peer.address}]:${peer.port}: ${message}\n`);
  }
}

export const BUSYBOX_HTTPD: ProgramEntry = {
  name: 'httpd',
  run: runHttpd,
  check: checkHttpd,
  refusal: (args) => unknownOption(args, LETTERS),
};
