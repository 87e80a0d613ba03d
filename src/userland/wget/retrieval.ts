/** One URL, as often as it takes and wherever it leads (retrieve_url and http_loop of wget). */
import { utf8Encode } from '../../base/bytes.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { SECOND } from '../../sim/units.ts';
import { bodyDecoder } from '../http/body.ts';
import { headerOf } from '../http/head.ts';
import type { ResponseHead } from '../http/head.ts';
import { parseHttpDate } from '../http/http-date.ts';
import { Dots } from './dots.ts';
import { EXIT, WgetError } from './errors.ts';
import type { Answer, Exchange } from './exchange.ts';
import { amountText, rateText } from './figures.ts';
import type { Log } from './log.ts';
import type { WgetOptions } from './options.ts';
import type { Output } from './output.ts';
import { fileNameOf, mergeUrl, parseUrl, urlText } from './url.ts';
import type { WgetUrl } from './url.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** What all URLs together have brought, for the last lines. */
export interface Totals {
  files: number;
  bytes: number;
  elapsedNs: number;
  /** Nothing has been asked for yet, so nothing is waited for (-w). */
  isFirst: boolean;
}

interface Body {
  readonly bytes: number;
  readonly elapsedNs: number;
  /** Why it ended before its end; '' at the peer's end, null when all has come. */
  readonly errno: Errno | null;
}

type Next = 'retry' | 'done' | { readonly location: string; readonly keepsMethod: boolean };

const INTERNAL_ERROR = 500;
const NOT_IMPLEMENTED = 501;
const DEFAULT_PAGE = 'index.html';

export class Retrieval {
  private readonly proc: Process;
  private readonly options: WgetOptions;
  private readonly log: Log;
  private readonly exchange: Exchange;
  private readonly output: Output;
  private readonly totals: Totals;
  private url: WgetUrl;
  private method: string;
  private hasBody = true;
  private file: string;
  private count = 0;
  /** Bytes that are in the file. */
  private offset = 0;
  private isHead: boolean;

  constructor(parts: {
    readonly proc: Process;
    readonly options: WgetOptions;
    readonly log: Log;
    readonly exchange: Exchange;
    readonly output: Output;
    readonly totals: Totals;
    readonly url: WgetUrl;
    readonly method: string;
  }) {
    ({ proc: this.proc, options: this.options, log: this.log } = parts);
    ({ exchange: this.exchange, output: this.output, totals: this.totals } = parts);
    ({ url: this.url, method: this.method } = parts);
    const name = fileNameOf(this.url, this.options.values.get('default-page') ?? DEFAULT_PAGE);
    this.file = this.output.fileFor(name);
    this.isHead = this.isSpider;
  }

  /** Fetches it; one of wget's exit codes. */
  *run(): Steps<number> {
    try {
      if (this.isThere()) return EXIT.ok;
      let redirects = 0;
      for (;;) {
        const next = yield* this.loop();
        if (next === null) return EXIT.ok;
        this.follow(next.location, next.keepsMethod);
        if (++redirects > this.options.maxRedirects) {
          this.log.notQuiet(`${this.options.maxRedirects} redirections exceeded.\n`);
          return EXIT.server;
        }
      }
    } catch (error) {
      if (!(error instanceof WgetError)) throw error;
      return error.exit;
    }
  }

  private get isSpider(): boolean {
    return this.options.switches.get('spider') === true;
  }

  /** -nc: what is there already is not fetched again; otherwise it gets another name. */
  private isThere(): boolean {
    if (this.isSpider || this.output.isDocument) return false;
    if (this.options.switches.get('clobber') === false && this.output.exists(this.file)) {
      this.log.verbose(`File ‘${this.file}’ already there; not retrieving.\n\n`);
      return true;
    }
    this.file = this.output.uniqueName(this.file);
    return false;
  }

  /** What is sent with the request; null for nothing. */
  private get body(): Uint8Array | null {
    const { values } = this.options;
    const file = values.get('post-file') ?? values.get('body-file');
    const text = file === undefined ? (values.get('post-data') ?? values.get('body-data')) : this.proc.readFile(file);
    if (file !== undefined && text === undefined) {
      this.log.notQuiet(`BODY data file ‘${file}’ missing: No such file or directory\n`);
      throw new WgetError(EXIT.file, true);
    }
    return text === undefined || !this.hasBody ? null : utf8Encode(text);
  }

  private follow(location: string, keepsMethod: boolean): void {
    const merged = mergeUrl(this.url, location);
    const next = parseUrl(merged);
    if (typeof next === 'string') {
      this.log.notQuiet(`${merged}: ${next}.\n`);
      throw new WgetError(EXIT.server, true);
    }
    this.url = next;
    if (keepsMethod) return;
    this.method = 'GET';
    this.hasBody = false;
  }

  /** Tries until it is done; where to go on, if that is somewhere else. */
  private *loop(): Steps<Exclude<Next, string> | null> {
    const { tries } = this.options;
    this.count = 0;
    this.offset = 0;
    do {
      this.count++;
      yield* this.pause();
      this.announce();
      try {
        const next = yield* this.attempt();
        if (next === 'done') return null;
        if (next !== 'retry') return next;
      } catch (error) {
        if (!(error instanceof WgetError) || error.isFinal) throw error;
        this.log.verbose(this.isLastTry ? 'Giving up.\n\n' : 'Retrying.\n\n');
      }
    } while (tries === 0 || this.count < tries);
    throw new WgetError(EXIT.network, true);
  }

  private get isLastTry(): boolean {
    return this.options.tries !== 0 && this.count >= this.options.tries;
  }

  /** Twin of sleep_between_retrievals. */
  private *pause(): Steps<void> {
    const { waitRetrySeconds, waitNs } = this.options;
    if (this.totals.isFirst) this.totals.isFirst = false;
    else if (waitRetrySeconds > 0 && this.count > 1) {
      yield this.proc.sleep(Math.min(this.count - 1, waitRetrySeconds) * SECOND);
    } else if (waitNs > 0) yield this.proc.sleep(waitNs);
  }

  private announce(): void {
    const { log } = this;
    if (this.isHead) log.verbose('Spider mode enabled. Check if remote file exists.\n');
    const tries = this.count > 1 ? `(try:${String(this.count).padStart(2)})  ` : '';
    log.verbose(`--${log.now}--  ${tries}${urlText(this.url)}\n`);
  }

  private *attempt(): Steps<Next> {
    const { log } = this;
    const method = this.isHead ? 'HEAD' : this.method;
    const { body, offset } = this;
    const answer = yield* this.exchange.ask(this.url, { method, body, offset, isChallenged: false });
    const { head } = answer;
    const location = headerOf(head, 'location');
    if (isRedirect(head, location)) {
      log.verbose(`Location: ${location === undefined ? 'unspecified' : `${location} [following]`}\n`);
      // Behind a HEAD that leads elsewhere the connection is given up.
      yield* this.exchange.skip(this.isHead ? { ...answer, isPersistent: false } : answer);
      if (location !== undefined) return { location, keepsMethod: keepsMethod(head.status, this.method) };
      log.notQuiet(`ERROR: Redirection (${head.status}) without location.\n`);
      throw new WgetError(EXIT.server, true);
    }
    if (head.status < 200 || head.status >= 300) return yield* this.fail(answer);
    if (head.status === 204) return yield* this.nothing(answer);
    this.tellLength(answer);
    if (this.isSpider) return yield* this.exists(answer);
    return yield* this.save(answer);
  }

  private *fail(answer: Answer): Steps<Next> {
    const { log } = this;
    const { status, reason } = answer.head;
    yield* this.exchange.skip(answer);
    log.nonVerbose(`${urlText(this.url)}:\n`);
    if (this.isHead && (status === INTERNAL_ERROR || status === NOT_IMPLEMENTED)) {
      this.isHead = false;
      return 'retry';
    }
    if (this.isSpider) log.notQuiet('Remote file does not exist -- broken link!!!\n');
    else log.notQuiet(`${log.now} ERROR ${status}: ${reason === '' ? '(no description)' : reason}.\n`);
    log.verbose('\n');
    throw new WgetError(EXIT.server, true);
  }

  /** 204: there is no file. */
  private *nothing(answer: Answer): Steps<Next> {
    yield* this.exchange.skip(answer);
    if (this.isSpider) this.tellExists(answer);
    else this.tellSaved({ bytes: 0, elapsedNs: 0, errno: null }, -1);
    return 'done';
  }

  private *exists(answer: Answer): Steps<Next> {
    yield* this.exchange.skip(answer);
    this.tellExists(answer);
    return 'done';
  }

  private tellExists({ head }: Answer): void {
    const { log } = this;
    const links = 'could contain further links,\nbut recursion is disabled -- not retrieving';
    log.verbose(isHtml(head) ? `Remote file exists and ${links}.\n\n` : 'Remote file exists.\n\n');
    log.nonVerbose(`${log.now} URL: ${urlText(this.url)} ${head.status} ${head.reason}\n`);
  }

  /** Where in the file the body begins. */
  private startOf({ head }: Answer): number {
    const range = /^bytes\s+(\d+)-\d+/.exec(headerOf(head, 'content-range') ?? '');
    return this.offset > 0 && range !== null ? Number(range[1]) : 0;
  }

  /** The length of the body, -1 when nobody knows. */
  private lengthOf(answer: Answer): number {
    const { framing, head } = answer;
    if (!this.isHead) return typeof framing === 'number' ? framing : -1;
    const told = headerOf(head, 'content-length') ?? '';
    return /^\d+$/.test(told) ? Number(told) : -1;
  }

  private tellLength(answer: Answer): void {
    const length = this.lengthOf(answer);
    const start = this.startOf(answer);
    const withAmount = (bytes: number, isLong: boolean): string =>
      isLong ? `${bytes} (${amountText(bytes)})` : String(bytes);
    let text = 'unspecified';
    if (length >= 0) {
      text = withAmount(length + start, length + start >= 1024);
      if (start > 0) text += `, ${withAmount(length, length >= 1024)} remaining`;
    }
    const type = typeOf(answer.head);
    this.log.verbose(`Length: ${text}${type === '' ? '' : ` [${type}]`}\n`);
  }

  private *save(answer: Answer): Steps<Next> {
    const { log, output, exchange } = this;
    const start = this.startOf(answer);
    const errno = this.offset > 0 ? '' : output.open(this.file);
    if (errno !== '') {
      yield* exchange.skip({ ...answer, isPersistent: false });
      const folder = this.file.slice(0, Math.max(this.file.lastIndexOf('/'), 0));
      if (errno === 'ENOTDIR') log.notQuiet(`${folder}: ${errorText(errno)}\n`);
      log.notQuiet(`${this.file}: ${errorText(errno)}\n`);
      log.verbose('\n');
      log.notQuiet(`Cannot write to ‘${this.file}’ (${errorText(errno)}).\n`);
      throw new WgetError(EXIT.file, true);
    }
    log.verbose(`Saving to: ‘${output.isStdout ? 'STDOUT' : this.file}’\n`);
    const length = this.lengthOf(answer);
    const body = yield* this.receive(answer, start, length);
    this.tellEnd(answer, body, length < 0 ? -1 : length + start);
    if (body.errno === null) return 'done';
    return 'retry';
  }

  private *receive(answer: Answer, start: number, length: number): Steps<Body> {
    const { proc, output, exchange, log, file } = this;
    const { stream, framing } = answer;
    const decoder = bodyDecoder(framing);
    const say = (text: string): void => {
      log.progress(text);
    };
    const kind = this.options.values.get('progress') ?? 'dot';
    const dots = new Dots(say, kind, start, length < 0 ? 0 : length + start);
    const startedNs = proc.now;
    let bytes = 0;
    // A server that begins at the beginning again sends what is there already.
    let skipped = this.offset - start;
    const emit = (piece: Uint8Array): void => {
      const known = Math.min(skipped, piece.length);
      skipped -= known;
      bytes += piece.length;
      output.write(file, piece.subarray(known));
      dots.update(piece.length, proc.now - startedNs);
    };
    let errno: Errno | null = null;
    while (!decoder.isComplete) {
      const got = yield* stream.readBody(decoder, emit, exchange.untilNs);
      if (got === true && !decoder.isBroken) continue;
      if (got === false && decoder.endsWithConnection) break;
      errno = typeof got === 'string' ? got : '';
      break;
    }
    const elapsedNs = proc.now - startedNs;
    dots.finish(elapsedNs);
    const modified = headerOf(answer.head, 'last-modified');
    const keepsTime = errno === null && this.options.switches.get('use-server-timestamps') !== false;
    output.finish(file, keepsTime && modified !== undefined ? parseHttpDate(modified) : undefined);
    exchange.done(errno === null && answer.isPersistent);
    this.totals.elapsedNs += elapsedNs;
    this.totals.bytes += bytes;
    this.offset = start + bytes;
    return { bytes, elapsedNs, errno };
  }

  private tellEnd({ framing }: Answer, body: Body, total: number): void {
    const { log } = this;
    if (body.errno === null) {
      this.tellSaved(body, total);
      this.totals.files++;
      return;
    }
    const rate = rateText(body.bytes, body.elapsedNs);
    const errno = body.errno === 'EAGAIN' ? 'ETIMEDOUT' : body.errno;
    const at = `at byte ${this.offset}`;
    const what =
      errno === '' && framing !== 'chunked'
        ? `Connection closed ${at}. `
        : `Read error ${at}${total < 0 ? '' : `/${total}`} (${errno === '' ? 'Success' : errorText(errno)}).`;
    const separator = what.endsWith(' ') || total < 0 ? '' : ' ';
    log.verbose(`${log.now} (${rate}) - ${what}${separator}`);
    log.verbose(this.isLastTry ? 'Giving up.\n\n' : 'Retrying.\n\n');
  }

  private tellSaved({ bytes, elapsedNs }: Body, total: number): void {
    const { log, output, file } = this;
    const saved = output.isStdout ? 'written to stdout' : `‘${file}’ saved`;
    const size = total < 0 ? `[${Math.max(bytes, this.offset)}]` : `[${this.offset}/${total}]`;
    log.verbose(`${log.now} (${rateText(bytes, elapsedNs)}) - ${saved} ${size}\n\n`);
    log.nonVerbose(`${log.now} URL:${urlText(this.url)} ${size} -> "${file}" [${this.count}]\n`);
  }
}

function typeOf(head: ResponseHead): string {
  return (headerOf(head, 'content-type') ?? '').split(';', 1)[0]!.trim();
}

function isHtml(head: ResponseHead): boolean {
  return ['text/html', 'application/xhtml+xml'].includes(typeOf(head).toLowerCase());
}

function isRedirect({ status }: ResponseHead, location: string | undefined): boolean {
  return [301, 302, 303, 307, 308].includes(status) || (status === 300 && location !== undefined);
}

/** After which redirects the request stays what it was. */
function keepsMethod(status: number, method: string): boolean {
  if (status === 307 || status === 308) return true;
  return (status === 301 || status === 302) && method !== 'GET' && method.toUpperCase() !== 'POST';
}
