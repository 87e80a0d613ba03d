/** One request of wget and the head of its answer (the first half of gethttp in its http.c). */
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { bodyDecoder, responseFraming } from '../http/body.ts';
import type { Framing } from '../http/body.ts';
import type { ResponseHead } from '../http/head.ts';
import { headerOf, isPersistent, latin1Encode, parseResponseHead } from '../http/head.ts';
import type { HttpStream } from '../http/http-stream.ts';
import { sendAll } from '../stream.ts';
import type { Connections } from './connections.ts';
import { EXIT, WgetError } from './errors.ts';
import type { Log } from './log.ts';
import type { WgetOptions } from './options.ts';
import type { WgetRequest } from './request.ts';
import { credentialsOf, requestHead } from './request.ts';
import type { WgetUrl } from './url.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** An answer whose body has not been read. */
export interface Answer {
  readonly stream: HttpStream;
  readonly head: ResponseHead;
  readonly framing: Exclude<Framing, 'bad'>;
  readonly isPersistent: boolean;
}

const HEAD_BYTES_MAX = 65_536;
/** A longer body is not read for the sake of its connection. */
const SHORT_BODY_BYTES = 4096;
const UNAUTHORIZED = 401;
const OLD: ResponseHead = { version: 9, status: 200, reason: 'No headers, assuming HTTP/0.9', line: '', headers: [] };

export class Exchange {
  private readonly proc: Process;
  private readonly options: WgetOptions;
  private readonly log: Log;
  private readonly connections: Connections;

  constructor(proc: Process, options: WgetOptions, log: Log, connections: Connections) {
    this.proc = proc;
    this.options = options;
    this.log = log;
    this.connections = connections;
  }

  /** Asks, with a name and a password once the server wants them; throws a WgetError. */
  *ask(url: WgetUrl, request: WgetRequest): Steps<Answer> {
    const answer = yield* this.askOnce(url, request);
    if (answer.head.status !== UNAUTHORIZED) return answer;
    yield* this.skip(answer);
    const challenge = headerOf(answer.head, 'www-authenticate');
    if (challenge === undefined || request.isChallenged || credentialsOf(url, this.options) === null) {
      throw this.unauthorized();
    }
    if (!/^basic\b/i.test(challenge)) {
      this.log.notQuiet('Unknown authentication scheme.\n');
      throw this.unauthorized();
    }
    this.log.verbose(`Authentication selected: ${challenge}\n`);
    return yield* this.ask(url, { ...request, isChallenged: true });
  }

  /** Leaves the body: read if it is short, so that the connection is of use again (skip_short_body). */
  *skip({ stream, framing, isPersistent: isKept }: Answer): Steps<void> {
    let isShort = isKept && (framing === 'chunked' || (framing !== 'rest' && framing <= SHORT_BODY_BYTES));
    const decoder = bodyDecoder(framing);
    let bytes = 0;
    const count = (piece: Uint8Array): void => {
      bytes += piece.length;
    };
    while (isShort && !decoder.isComplete) {
      const got = yield* stream.readBody(decoder, count, this.untilNs);
      isShort = got === true && !decoder.isBroken && bytes <= SHORT_BODY_BYTES;
    }
    this.connections.done(isShort);
  }

  /** The body has been read to its end, or the connection is of no more use. */
  done(isKept: boolean): void {
    this.connections.done(isKept);
  }

  /** Until when the next bytes are waited for. */
  get untilNs(): number {
    return this.proc.now + this.options.readTimeoutNs;
  }

  private unauthorized(): WgetError {
    this.log.verbose('\n');
    this.log.notQuiet('Username/Password Authentication Failed.\n');
    return new WgetError(EXIT.auth, true);
  }

  private *askOnce(url: WgetUrl, request: WgetRequest): Steps<Answer> {
    const { log, connections } = this;
    const stream = yield* connections.get(url);
    try {
      yield* this.send(stream, url, request);
      log.verbose('HTTP request sent, awaiting response... ');
      const head = yield* this.readHead(stream);
      if (this.options.switches.get('server-response') !== true) log.verbose(`${head.status} ${head.reason}\n`);
      const framing = responseFraming(head, request.method);
      const isSure = framing !== 'rest' && framing !== 'bad';
      const isPermitted = this.options.switches.get('http-keep-alive') !== false;
      const isKept = isSure && isPermitted && isPersistent(head);
      return { stream, head, framing: framing === 'bad' ? 'rest' : framing, isPersistent: isKept };
    } catch (error) {
      connections.done(false);
      throw error;
    }
  }

  private *send(stream: HttpStream, url: WgetUrl, request: WgetRequest): Steps<void> {
    const head = latin1Encode(requestHead(url, this.options, request));
    const pieces = request.body === null ? [head] : [head, request.body];
    for (const piece of pieces) {
      const errno = yield* sendAll(this.proc, stream.socket, piece, this.untilNs);
      if (errno === '') continue;
      this.log.verbose(`Failed writing HTTP request: ${errorText(errno)}.\n`);
      throw new WgetError(EXIT.network, false);
    }
  }

  private *readHead(stream: HttpStream): Steps<ResponseHead> {
    const { log } = this;
    for (;;) {
      const got = yield* stream.readHead(HEAD_BYTES_MAX, this.untilNs, beginsHttp);
      if (typeof got === 'string') {
        const head = parseResponseHead(got);
        if (head === null) {
          log.verbose('\n');
          log.notQuiet(`${log.now} ERROR -1: Malformed status line.\n`);
          throw new WgetError(EXIT.server, true);
        }
        if (head.status < 200) continue;
        this.showHead(got);
        return head;
      }
      if (got.kind === 'alien') return OLD;
      const isEnd = got.kind !== 'error';
      const errno = isEnd ? '' : got.errno === 'EAGAIN' ? 'ETIMEDOUT' : got.errno;
      log.notQuiet(isEnd ? 'No data received.\n' : `Read error (${errorText(errno)}) in headers.\n`);
      throw new WgetError(EXIT.network, false);
    }
  }

  private showHead(text: string): void {
    if (this.options.switches.get('server-response') !== true) return;
    this.log.verbose('\n');
    for (const line of text.split(/\r?\n/)) {
      if (line !== '') this.log.always(`  ${line}\n`);
    }
  }
}

/** The first letter of `HTTP`. */
function beginsHttp(byte: number): boolean {
  return byte === 72;
}
