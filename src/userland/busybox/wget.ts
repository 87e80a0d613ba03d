/** busybox wget for http:// (networking/wget.c of 1.35), with -T as images have it. */
import { utf8Encode } from '../../base/bytes.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Ip4 } from '../../base/addr.ts';
import type { Errno } from '../../kernel/errno.ts';
import { errorText } from '../../kernel/errno.ts';
import { resolvePath } from '../../kernel/proc/files.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { bodyDecoder, responseFraming } from '../http/body.ts';
import { headerOf, latin1Encode, parseResponseHead } from '../http/head.ts';
import type { ResponseHead } from '../http/head.ts';
import { HttpStream } from '../http/http-stream.ts';
import type { Resolver } from '../resolve.ts';
import { connectTo, sendAll } from '../stream.ts';
import { TextStream } from '../text-stream.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { WgetOptions } from './wget-options.ts';
import { checkBusyboxWget, readBusyboxWget, refuseBusyboxWget, WGET_SUPPORTED, WGET_USAGE } from './wget-options.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const HTTP_PORT = 80;
const READ_BYTES = 4096;
const HEAD_BYTES_MAX = 65_536;
const REDIRECTS_MAX = 5;
const TIMEOUT_SECONDS = 900;
const BAR = '*'.repeat(32);

/** The program, with the way in which it finds addresses. */
export function busyboxWget(resolve: Resolver): ProgramEntry {
  return { name: 'wget', run: (proc) => run(proc, resolve), check: checkBusyboxWget, refusal: refuseBusyboxWget };
}

function* run(proc: Process, resolve: Resolver): Steps<number> {
  const args = proc.argv.slice(1);
  const lack: CheckMistake | undefined = checkBusyboxWget(args);
  if (lack !== undefined) return reportUnsupported(proc, `wget ${args[lack.argIndex]!}`, WGET_SUPPORTED);
  try {
    const options = readBusyboxWget(args);
    if (options.urls.length === 0) throw new ToolError(`${BUSYBOX_BANNER}\n\n${WGET_USAGE}`.trimEnd(), 1);
    for (const url of options.urls) yield* new Download(proc, resolve, options).fetch(url);
    return 0;
  } catch (error) {
    return giveUp(proc, error);
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly target: string;
  /** `host[:port]` as it was written. */
  readonly shown: string;
}

class Download {
  private readonly proc: Process;
  private readonly resolve: Resolver;
  private readonly options: WgetOptions;

  constructor(proc: Process, resolve: Resolver, options: WgetOptions) {
    this.proc = proc;
    this.resolve = resolve;
    this.options = options;
  }

  *fetch(url: string): Steps<void> {
    let place = placeOf(url);
    const file = this.fileFor(place);
    for (let redirects = 0; ; redirects++) {
      const socket = new TcpSocket(this.proc.ns);
      socket.owner = { name: 'wget', pid: this.proc.pid };
      try {
        const stream = yield* this.request(socket, place);
        const response = yield* this.response(stream);
        const location = response.status >= 300 && response.status < 400 ? headerOf(response, 'location') : undefined;
        if (location === undefined) {
          yield* this.save(stream, response, file);
          return;
        }
        if (redirects >= REDIRECTS_MAX) fail('too many redirections');
        place = location.startsWith('/') ? { ...place, target: location } : placeOf(location);
      } finally {
        socket.close();
      }
    }
  }

  private *request(socket: TcpSocket, place: Place): Steps<HttpStream> {
    const { proc, options } = this;
    const found = yield* this.resolve(proc, place.host);
    if (typeof found === 'string') fail(`bad address '${place.host}'`);
    const { address } = found as { readonly address: Ip4 };
    this.say(`Connecting to ${place.shown} (${formatIp4(address)}:${place.port})\n`);
    const errno = yield* connectTo(proc, socket, address, place.port, this.deadline());
    if (errno === 'EINPROGRESS') fail('download timed out');
    if (errno !== '') fail(`can't connect to remote host (${formatIp4(address)}): ${errorText(errno)}`);
    const { postData, headers, agent } = options;
    const isGiven = (name: string): boolean => headers.some((each) => each.toLowerCase().startsWith(`${name}:`));
    const lines = [
      `${postData === undefined ? 'GET' : 'POST'} ${place.target} HTTP/1.1`,
      ...(isGiven('host') ? [] : [`Host: ${place.shown}`]),
      ...(isGiven('user-agent') ? [] : [`User-Agent: ${agent}`]),
      'Connection: close',
      ...headers,
    ];
    if (postData !== undefined) {
      if (!isGiven('content-type')) lines.push('Content-Type: application/x-www-form-urlencoded');
      lines.push(`Content-Length: ${utf8Encode(postData).length}`);
    }
    yield* sendAll(proc, socket, latin1Encode(`${lines.join('\r\n')}\r\n\r\n`), this.deadline());
    if (postData !== undefined) yield* sendAll(proc, socket, utf8Encode(postData), this.deadline());
    return new HttpStream(proc, socket, READ_BYTES);
  }

  private *response(stream: HttpStream): Steps<ResponseHead> {
    for (;;) {
      const text = yield* stream.readHead(HEAD_BYTES_MAX, this.deadline());
      if (typeof text !== 'string') throw noHead(text.kind === 'error' ? text.errno : '');
      const response = parseResponseHead(text);
      if (response === null) throw new ToolError('wget: error getting response', 1);
      if (this.options.showsServer) {
        for (const line of text.split('\r\n').slice(0, -1)) this.proc.writeError(`  ${line}\n`);
      }
      if (response.status < 200) continue;
      const isFine = response.status < 300 || (response.status < 400 && headerOf(response, 'location') !== undefined);
      if (!isFine) fail(`server returned error: ${response.line}`);
      return response;
    }
  }

  private *save(stream: HttpStream, response: ResponseHead, file: string): Steps<void> {
    if (this.options.isSpider) {
      this.say('remote file exists\n');
      return;
    }
    const isStdout = file === '-';
    if (!isStdout && this.options.file === '' && this.proc.readFile(file) !== undefined) {
      fail(`can't open '${file}': File exists`);
    }
    if (!isStdout && file !== '/dev/null') this.open(file);
    this.say(isStdout ? 'writing to stdout\n' : `saving to '${file}'\n`);
    const framing = responseFraming(response, 'GET');
    const decoder = bodyDecoder(framing === 'bad' ? 'rest' : framing);
    const text = new TextStream();
    let bytes = 0;
    const emit = (piece: Uint8Array): void => {
      bytes += piece.length;
      this.put(file, text.push(piece));
    };
    while (!decoder.isComplete) {
      const got = yield* stream.readBody(decoder, emit, this.deadline());
      if (got === 'EAGAIN') fail('download timed out');
      if (typeof got === 'string') fail(`read error: ${errorText(got)}`);
      if (!got) {
        if (decoder.endsWithConnection) break;
        fail('connection closed prematurely');
      }
    }
    this.put(file, text.end());
    const name = isStdout ? '-' : file.slice(file.lastIndexOf('/') + 1);
    this.say(`${name.slice(0, 20).padEnd(20)} 100% |${BAR}| ${amount(bytes)}  0:00:00 ETA\n`);
    this.say(isStdout ? 'written to stdout\n' : `'${file}' saved\n`);
  }

  private open(file: string): void {
    const folder = resolvePath(this.proc.directory, `${file}/..`);
    const { files } = this.proc;
    const isThere = files.isDirectory(folder) || ['/tmp', '/root', this.proc.directory].includes(folder);
    const errno = isThere ? this.proc.writeFile(file, '', false) : 'ENOENT';
    if (errno !== '') fail(`can't open '${file}': ${errorText(errno)}`);
  }

  private put(file: string, text: string): void {
    if (text === '' || file === '/dev/null') return;
    if (file === '-') this.proc.write(text);
    else this.proc.writeFile(file, text, true);
  }

  private fileFor({ target }: Place): string {
    const { file, folder } = this.options;
    if (file !== '') return file;
    const path = target.split('?', 1)[0]!;
    const name = path.slice(path.lastIndexOf('/') + 1) || 'index.html';
    return folder === '' ? name : `${folder.replace(/\/$/, '')}/${name}`;
  }

  private deadline(): number {
    return this.proc.now + (this.options.timeoutSeconds ?? TIMEOUT_SECONDS) * SECOND;
  }

  private say(text: string): void {
    if (!this.options.isQuiet) this.proc.writeError(text);
  }
}

function fail(message: string): never {
  throw new ToolError(`wget: ${message}`, 1);
}

function noHead(errno: Errno): ToolError {
  if (errno === 'EAGAIN') return new ToolError('wget: download timed out', 1);
  const why = errno === '' ? '' : `: ${errorText(errno)}`;
  return new ToolError(`wget: error getting response${why}`, 1);
}

function placeOf(url: string): Place {
  const match = /^(?:([A-Za-z]+):\/\/)?([^/?#]*)([^#]*)/.exec(url)!;
  if (match[1] !== undefined && match[1] !== 'http') fail(`not an http or ftp url: ${url}`);
  const shown = match[2]!.slice(match[2]!.lastIndexOf('@') + 1);
  const [host = '', port] = shown.split(':');
  const rest = match[3]!;
  const target = rest.startsWith('/') ? rest : `/${rest}`;
  return { host, port: port === undefined || port === '' ? HTTP_PORT : Number(port), target, shown };
}

/** Five characters, as of make_human_readable_str. */
function amount(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  let value = bytes / 1024;
  let unit = 'k';
  for (const next of ['M', 'G']) {
    if (value < 10_000) break;
    value /= 1024;
    unit = next;
  }
  return `${String(Math.floor(value)).padStart(4)}${unit}`;
}
