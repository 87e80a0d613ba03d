/** One transfer of curl: a URL, and where redirects lead from it. */
import { formatIp4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { MILLISECOND, SECOND } from '../../sim/units.ts';
import { bodyDecoder, responseFraming } from '../http/body.ts';
import type { BodyDecoder } from '../http/body.ts';
import type { ResponseHead } from '../http/head.ts';
import { hasToken, headerOf, isPersistent, latin1Encode, parseResponseHead } from '../http/head.ts';
import type { HttpStream } from '../http/http-stream.ts';
import { sendAll } from '../stream.ts';
import type { Connection, Connections, Pace } from './connections.ts';
import { CurlError, EXIT } from './errors.ts';
import type { CurlOptions } from './options.ts';
import type { Progress } from './progress.ts';
import type { CurlRequest, Payload } from './request.ts';
import { makeRequest, methodOf } from './request.ts';
import type { CurlUrl } from './url.ts';
import { parseUrl, resolveUrl, urlText } from './url.ts';
import type { TransferInfo } from './write-out.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Where bytes of a transfer go. Both throw a CurlError when they cannot. */
export interface TransferSink {
  readonly body: (bytes: Uint8Array) => void;
  /** Lines of heads as they came. */
  readonly header: (text: string) => void;
}

const NOTHING = new Uint8Array(0);
const HEAD_BYTES_MAX = 102_400;
const EXPECT_NS = SECOND;
const REDIRECTS_DEFAULT = 50;
const EXIT_CONTINUES = 'HTTP error before end of send, stop sending';

export class Transfer implements Pace {
  readonly startNs: number;
  readonly deadlineNs: number;
  private readonly proc: Process;
  private readonly options: CurlOptions;
  private readonly connections: Connections;
  private readonly progress: Progress;
  private readonly info: TransferInfo;
  private readonly sink: TransferSink;
  /** `* ` lines and heads; null without -v. */
  private readonly verbose: ((text: string) => void) | null;
  /** What is said behind the meter's last line. */
  private afterDone: string[] = [];
  private hasToldData = false;

  constructor(parts: {
    readonly proc: Process;
    readonly options: CurlOptions;
    readonly connections: Connections;
    readonly progress: Progress;
    readonly info: TransferInfo;
    readonly sink: TransferSink;
    readonly verbose: ((text: string) => void) | null;
  }) {
    this.proc = parts.proc;
    this.options = parts.options;
    this.connections = parts.connections;
    this.progress = parts.progress;
    this.info = parts.info;
    this.sink = parts.sink;
    this.verbose = parts.verbose;
    this.startNs = parts.proc.now;
    this.deadlineNs = this.startNs + parts.options.maxTimeNs;
  }

  tell(line: string): void {
    // What begins so comes behind the meter.
    if (line.startsWith('\0')) this.afterDone.push(line.slice(1));
    else this.verbose?.(`* ${line}\n`);
  }

  nextLook(): number {
    return this.progress.isShown ? (Math.floor(this.proc.now / SECOND) + 1) * SECOND : Infinity;
  }

  look(): void {
    this.progress.update(this.proc.now);
  }

  /** Fetches a URL; throws a CurlError. */
  *run(text: string, payload: Payload): Steps<void> {
    let [urlWords, method, body] = [text, methodOf(this.options, payload), payload];
    const most = Number(this.options.values.get('max-redirs') ?? REDIRECTS_DEFAULT);
    for (;;) {
      const url = parseUrl(urlWords, this.options.switches.get('path-as-is') === true);
      if ('message' in url) throw new CurlError(url.exit, url.message);
      this.info.effectiveUrl = urlText(url);
      this.info.method = method;
      const response = yield* this.exchange(url, method, body);
      const location = redirectOf(response);
      if (location === undefined) return;
      const next = resolveUrl(url, location);
      if (!this.follows) {
        this.info.redirectUrl = next;
        return;
      }
      if (most >= 0 && this.info.redirects >= most) {
        this.info.redirectUrl = next;
        const message = `Maximum (${most}) redirects followed`;
        this.tell(message);
        throw new CurlError(EXIT.tooManyRedirects, message);
      }
      this.tell(`Issue another request to this URL: '${next}'`);
      this.info.redirects++;
      this.info.redirectNs = this.proc.now - this.startNs;
      if (becomesGet(response.status, method, this.options)) {
        this.tell(`Switch to GET`);
        method = 'GET';
        body = { kind: 'none', body: null, isJson: false };
      }
      urlWords = next;
    }
  }

  private get follows(): boolean {
    const { switches } = this.options;
    return switches.get('location') === true || switches.get('location-trusted') === true;
  }

  private *exchange(url: CurlUrl, method: string, payload: Payload): Steps<ResponseHead> {
    let connection: Connection | null = null;
    let isKept = false;
    try {
      connection = yield* this.connections.get(url, this.options, this, this.info);
      this.look();
      this.noteEnds(connection.stream);
      this.hasToldData = false;
      const isOld = this.info.version === 10 || this.options.switches.get('http1.0') === true;
      const request = makeRequest({ url, method, payload, options: this.options, isOld });
      if (request.user !== null) this.tell(`Server auth using Basic with user '${request.user.split(':', 1)[0]!}'`);
      const early = yield* this.send(connection.stream, request);
      const response = early ?? (yield* this.readHead(connection.stream, request));
      isKept = (yield* this.readBody(connection.stream, response, request)) && early === null;
      return response;
    } catch (error) {
      isKept = false;
      throw error;
    } finally {
      const { download, upload } = this.progress.speeds(this.proc.now);
      this.info.downloadSpeed = download;
      this.info.uploadSpeed = upload;
      this.progress.done(this.proc.now);
      for (const line of this.afterDone.splice(0)) this.tell(line);
      if (connection !== null) this.connections.done(connection, url, isKept, this);
    }
  }

  private noteEnds({ socket }: HttpStream): void {
    this.info.remoteIp = formatIp4(socket.remoteAddress);
    this.info.remotePort = socket.remotePort;
    this.info.localIp = formatIp4(socket.localAddress);
    this.info.localPort = socket.localPort;
    this.info.readyNs = this.proc.now - this.startNs;
  }

  /** Sends the request; an answer that came before the body was sent. */
  private *send(stream: HttpStream, request: CurlRequest): Steps<ResponseHead | null> {
    const { head, body, expectsContinue } = request;
    for (const line of head.split(/(?<=\n)/)) this.verbose?.(`> ${line}`);
    this.info.requestBytes += head.length;
    const headBytes = latin1Encode(head);
    if (body === null || body.length === 0) {
      yield* this.sendBytes(stream, headBytes);
      return null;
    }
    this.progress.uploadSize = body.length;
    if (expectsContinue) {
      yield* this.sendBytes(stream, headBytes);
      const early = yield* this.awaitContinue(stream, request);
      if (early !== null) return early;
      yield* this.sendBody(stream, body);
    } else {
      const whole = new Uint8Array(headBytes.length + body.length);
      whole.set(headBytes);
      whole.set(body, headBytes.length);
      yield* this.sendBytes(stream, whole);
      this.noteUploaded(body.length);
      this.info.requestBytes += body.length;
    }
    return null;
  }

  private *sendBody(stream: HttpStream, body: Uint8Array): Steps<void> {
    yield* this.sendBytes(stream, body);
    this.noteUploaded(body.length);
  }

  private noteUploaded(bytes: number): void {
    this.verbose?.(`} [${bytes} bytes data]\n`);
    this.progress.uploaded += bytes;
    this.info.uploaded = this.progress.uploaded;
  }

  private *sendBytes(stream: HttpStream, bytes: Uint8Array): Steps<void> {
    const errno = yield* sendAll(this.proc, stream.socket, bytes, this.deadlineNs);
    if (errno === '') return;
    if (errno === 'EAGAIN') throw this.timedOut();
    throw this.failed(EXIT.send, `Send failure: ${errorText(errno)}`);
  }

  private *awaitContinue(stream: HttpStream, request: CurlRequest): Steps<ResponseHead | null> {
    const got = yield* stream.readHead(HEAD_BYTES_MAX, this.proc.now + EXPECT_NS);
    if (typeof got !== 'string') {
      if (got.kind === 'error' && got.errno === 'EAGAIN') {
        this.tell('Done waiting for 100-continue');
        return null;
      }
      throw this.noHead(got.kind === 'error' ? got.errno : '', 'hadBytes' in got && got.hadBytes);
    }
    const response = this.takeHead(got, request, true);
    if (response.status !== 100) return response;
    this.tell('We are completely uploaded and fine');
    return null;
  }

  private *readHead(stream: HttpStream, request: CurlRequest): Steps<ResponseHead> {
    for (;;) {
      const got = yield* stream.readHead(HEAD_BYTES_MAX, Math.min(this.deadlineNs, this.nextLook()), beginsHttp);
      this.look();
      if (typeof got === 'string') {
        const response = this.takeHead(got, request, false);
        if (response.status >= 200 || response.status === 101) return response;
      } else if (got.kind === 'alien' || got.kind === 'large') {
        throw this.failed(EXIT.unsupportedProtocol, 'Received HTTP/0.9 when not allowed');
      } else if (got.kind !== 'error' || got.errno !== 'EAGAIN') {
        throw this.noHead(got.kind === 'error' ? got.errno : '', got.hadBytes);
      }
      if (this.proc.now >= this.deadlineNs) throw this.timedOut();
    }
  }

  private noHead(errno: Errno, hadBytes: boolean): CurlError {
    if (errno !== '') return this.failed(EXIT.receive, `Recv failure: ${errorText(errno)}`);
    if (hadBytes) return this.failed(EXIT.unsupportedProtocol, 'Received HTTP/0.9 when not allowed');
    return this.failed(EXIT.empty, 'Empty reply from server');
  }

  private takeHead(text: string, request: CurlRequest, isBeforeBody: boolean): ResponseHead {
    const response = parseResponseHead(text);
    if (response === null) throw this.failed(EXIT.unsupportedProtocol, 'Received HTTP/0.9 when not allowed');
    const { info } = this;
    if (info.firstByteNs === 0) info.firstByteNs = this.proc.now - this.startNs;
    info.status = response.status;
    info.version = response.version;
    info.headerBytes += text.length;
    info.headerCount = response.headers.length;
    info.contentType = headerOf(response, 'content-type') ?? null;
    const lines = text.split(/(?<=\n)/);
    const isFailing = this.options.switches.get('fail') === true && response.status >= 400;
    if (response.version === 10 && !isPersistent(response)) this.tell('HTTP 1.0, assume close after body');
    for (const [index, line] of lines.entries()) {
      if (index === lines.length - 1) {
        if (isFailing) {
          const message = `The requested URL returned error: ${response.status}`;
          this.noteSize(response, request);
          throw this.failed(EXIT.http, message);
        }
        if (isBeforeBody && response.status >= 400) this.tell(EXIT_CONTINUES);
        else if (hasNoEnd(response, request)) this.tell('no chunk, no close, no size. Assume close to signal end');
      }
      this.verbose?.(`< ${line}`);
      this.sink.header(line);
    }
    return response;
  }

  private noteSize(response: ResponseHead, { method }: CurlRequest): number | 'chunked' | 'rest' {
    const framing = responseFraming(response, method);
    if (framing === 'bad') throw this.failed(EXIT.weirdReply, 'Invalid Content-Length: value');
    this.progress.downloadSize = typeof framing === 'number' && method !== 'HEAD' ? framing : -1;
    return framing;
  }

  /** Takes the body; whether the connection can be used again. */
  private *readBody(stream: HttpStream, response: ResponseHead, request: CurlRequest): Steps<boolean> {
    const framing = this.noteSize(response, request);
    const decoder = bodyDecoder(framing);
    const isIgnored = this.follows && redirectOf(response) !== undefined;
    if (isIgnored && !decoder.isComplete) this.tell('Ignoring the response-body');
    const emit = (piece: Uint8Array): void => {
      this.progress.downloaded += piece.length;
      this.info.downloaded = this.progress.downloaded;
      if (!isIgnored) this.sink.body(piece);
    };
    this.progress.downloaded = 0;
    while (!decoder.isComplete) {
      if (!(yield* this.readPiece(stream, decoder, emit, framing))) break;
    }
    return framing !== 'rest' && isPersistent(response) && this.options.switches.get('http1.0') !== true;
  }

  /** False at the end of a body that ends with its connection. */
  private *readPiece(
    stream: HttpStream,
    decoder: BodyDecoder,
    emit: (piece: Uint8Array) => void,
    framing: number | 'chunked' | 'rest',
  ): Steps<boolean> {
    const told = (piece: Uint8Array): void => {
      if (!this.hasToldData) this.verbose?.(`{ [${piece.length} bytes data]\n`);
      this.hasToldData = true;
    };
    const untilNs = Math.min(this.deadlineNs, this.nextLook());
    const got = yield* stream.readBody(decoder, emit, untilNs, told);
    this.look();
    if (decoder.isBroken)
      throw this.failed(EXIT.receive, 'Illegal or missing hexadecimal sequence in chunked-encoding');
    if (got === true) return true;
    if (got === 'EAGAIN') {
      if (this.proc.now >= this.deadlineNs) throw this.timedOut();
      return true;
    }
    if (got !== false) throw this.failed(EXIT.receive, `Recv failure: ${errorText(got)}`);
    if (decoder.endsWithConnection) {
      told(NOTHING);
      return false;
    }
    const left = typeof framing === 'number' ? framing - this.progress.downloaded : -1;
    const message =
      left < 0
        ? 'transfer closed with outstanding read data remaining'
        : `transfer closed with ${left} bytes remaining to read`;
    throw this.failed(EXIT.partial, message);
  }

  private timedOut(): CurlError {
    const ms = Math.floor((this.proc.now - this.startNs) / MILLISECOND);
    const { downloaded, downloadSize } = this.progress;
    const amount = downloadSize < 0 ? `${downloaded}` : `${downloaded} out of ${downloadSize}`;
    return this.failed(EXIT.timeout, `Operation timed out after ${ms} milliseconds with ${amount} bytes received`);
  }

  private failed(exit: number, message: string): CurlError {
    this.tell(message);
    return new CurlError(exit, message);
  }
}

/** The letters of `HTTP/`. */
function beginsHttp(byte: number): boolean {
  return byte === 72;
}

function hasNoEnd(response: ResponseHead, { method }: CurlRequest): boolean {
  return (
    responseFraming(response, method) === 'rest' &&
    response.version >= 11 &&
    !hasToken(response, 'connection', 'close') &&
    response.status >= 200
  );
}

/** Where an answer leads, if it does. */
function redirectOf(response: ResponseHead): string | undefined {
  return response.status >= 300 && response.status < 400 ? headerOf(response, 'location') : undefined;
}

/** After which redirects a POST becomes a GET. */
function becomesGet(status: number, method: string, { switches, values }: CurlOptions): boolean {
  if (values.has('request')) return false;
  if (status === 303) return method !== 'GET' && method !== 'HEAD' && switches.get('post303') !== true;
  if (method !== 'POST') return false;
  return (status === 301 && switches.get('post301') !== true) || (status === 302 && switches.get('post302') !== true);
}
