/**
 * curl 7.88 for http://. Its transfers one after the other, with retries, outputs and messages as tool_operate.c has
 * them; what happens on a connection is in transfer.ts.
 */
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { SECOND } from '../../sim/units.ts';
import type { Resolver } from '../resolve.ts';
import { reportUnsupported } from '../unsupported.ts';
import { Connections } from './connections.ts';
import { CurlError, EXIT } from './errors.ts';
import { CURL_SUPPORTED } from './option-table.ts';
import type { CurlOptions, OutputChoice } from './options.ts';
import { checkCurl, readCurl, refuseCurl } from './options.ts';
import { Output } from './output.ts';
import type { Sent } from './payload.ts';
import { readPayload } from './payload.ts';
import { Progress } from './progress.ts';
import { Transfer } from './transfer.ts';
import { parseUrl, remoteName } from './url.ts';
import { CURL_HELP, CURL_VERSION } from './usage.ts';
import { emptyInfo, writeOut } from './write-out.ts';
import type { TransferInfo } from './write-out.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Columns in which warnings are broken. */
const WARNING_COLUMNS = 79;
const WARNING = 'Warning: ';
const RETRY_SECONDS_MAX = 600;
const RETRIED_STATUSES = [408, 429, 500, 502, 503, 504];

/** The program, with the way in which it finds addresses. */
export function curl(resolve: Resolver): ProgramEntry {
  return { name: 'curl', run: (proc) => runCurl(proc, resolve), check: checkCurl, refusal: refuseCurl };
}

function* runCurl(proc: Process, resolve: Resolver): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = checkCurl(args);
  if (lack !== undefined) return reportUnsupported(proc, `curl ${args[lack.argIndex]!}`, CURL_SUPPORTED);
  const options = readCurl(args);
  if ('exit' in options) {
    proc.write(options.stdout);
    proc.writeError(options.stderr);
    return options.exit;
  }
  if (options.switches.get('help') === true) proc.write(CURL_HELP);
  else if (options.switches.get('version') === true) proc.write(CURL_VERSION);
  else return yield* new Curl(proc, options, resolve).run();
  return 0;
}

class Curl {
  private readonly proc: Process;
  private readonly options: CurlOptions;
  private readonly connections: Connections;
  private readonly isSilent: boolean;
  private readonly isVerbose: boolean;

  constructor(proc: Process, options: CurlOptions, resolve: Resolver) {
    this.proc = proc;
    this.options = options;
    this.connections = new Connections(proc, resolve);
    this.isSilent = options.switches.get('silent') === true;
    this.isVerbose = options.switches.get('verbose') === true;
  }

  *run(): Steps<number> {
    let exit = 0;
    try {
      const sent = yield* readPayload(this.proc, this.options, (text) => {
        this.warn(text);
      });
      for (const [index, url] of this.options.urls.entries()) {
        exit = yield* this.fetch(url, index, sent);
        if (exit !== 0 && this.options.switches.get('fail-early') === true) break;
      }
    } catch (error) {
      if (!(error instanceof CurlError)) throw error;
      exit = this.report(error);
    } finally {
      this.connections.closeAll();
    }
    return exit;
  }

  /** One URL, as often as it takes. */
  private *fetch(url: string, index: number, sent: Sent): Steps<number> {
    const { values } = this.options;
    let left = Number(values.get('retry') ?? 0);
    let pause = Number(values.get('retry-delay') ?? 0) || 1;
    const startNs = this.proc.now;
    const mostNs = Number(values.get('retry-max-time') ?? 0) * SECOND || Infinity;
    const shown = { hasHeaders: false };
    for (;;) {
      const info = emptyInfo(url, index);
      const exit = yield* this.attempt(url, info, this.options.outputs[index]!, sent, shown);
      const why = this.reasonToRetry(exit, info);
      if (exit !== 0) this.report(new CurlError(exit, info.error));
      if (why === undefined || left <= 0 || this.proc.now - startNs + pause * SECOND > mostNs) {
        this.tellWriteOut(info);
        return exit;
      }
      this.warn(`Problem ${why}. Will retry in ${pause} seconds. ${left} retries left.`);
      left--;
      yield this.proc.sleep(pause * SECOND);
      if (!values.has('retry-delay')) pause = Math.min(pause * 2, RETRY_SECONDS_MAX);
    }
  }

  private reasonToRetry(exit: number, info: TransferInfo): string | undefined {
    const { switches } = this.options;
    if (exit === EXIT.timeout || exit === EXIT.resolve) return ': timeout';
    if (exit === EXIT.connect && switches.get('retry-connrefused') === true) return ': connection refused';
    if ((exit === 0 || exit === EXIT.http) && RETRIED_STATUSES.includes(info.status)) return ': HTTP error';
    return exit !== 0 && switches.get('retry-all-errors') === true ? '(retrying all errors)' : undefined;
  }

  private *attempt(
    url: string,
    info: TransferInfo,
    choice: OutputChoice,
    sent: Sent,
    shown: { hasHeaders: boolean },
  ): Steps<number> {
    const { proc } = this;
    try {
      const output = this.outputOf(choice, url);
      info.filename = output.file;
      const startNs = proc.now;
      const progress = new Progress(startNs, this.meter(), () => {
        const isFirst = !shown.hasHeaders;
        shown.hasHeaders = true;
        return isFirst;
      });
      yield* this.transfer(withQuery(url, sent.query), info, output, progress, sent);
      info.totalNs = proc.now - startNs;
      return info.exit;
    } catch (error) {
      if (!(error instanceof CurlError)) throw error;
      info.exit = error.exit;
      info.error = error.message;
      return error.exit;
    }
  }

  private *transfer(url: string, info: TransferInfo, output: Output, progress: Progress, sent: Sent): Steps<void> {
    const { proc, options } = this;
    const dump = this.dumpOf();
    const showsHeaders = options.switches.get('include') === true || options.switches.get('head') === true;
    const verbose = (text: string): void => {
      proc.writeError(text);
    };
    const transfer = new Transfer({
      proc,
      options,
      connections: this.connections,
      progress,
      info,
      sink: {
        body: (bytes) => {
          output.write(bytes);
        },
        header: (text) => {
          if (showsHeaders) output.writeText(text);
          dump?.writeText(text);
        },
      },
      verbose: this.isVerbose ? verbose : null,
    });
    for (const entry of options.resolves) this.tellResolve(entry, transfer);
    yield* transfer.run(url, sent.payload);
    output.finish();
    dump?.finish();
    if (options.switches.get('fail-with-body') === true && info.status >= 400) {
      throw new CurlError(EXIT.http, `The requested URL returned error: ${info.status}`);
    }
  }

  private tellResolve(entry: string, transfer: Transfer): void {
    const [host, port, addressText] = entry.replace(/^\+/, '').split(':');
    const address = parseIp4((addressText ?? '').split(',', 1)[0]!);
    if (address === undefined) throw new CurlError(EXIT.resolveList, `Couldn't parse CURLOPT_RESOLVE entry '${entry}'`);
    transfer.tell(`Added ${host!}:${port!}:${formatIp4(address)} to DNS cache`);
  }

  private outputOf({ file, isRemoteName }: OutputChoice, url: string): Output {
    const warn = (text: string): void => {
      this.warn(text);
    };
    if (!isRemoteName) return new Output(this.proc, file, warn);
    const parsed = parseUrl(url, true);
    if ('message' in parsed) throw new CurlError(parsed.exit, parsed.message);
    const name = remoteName(parsed);
    if (name === '') {
      if (!this.isSilent) this.proc.writeError('curl: Remote file name has no length!\n');
      throw new CurlError(EXIT.write, 'Failed writing received data to disk/application');
    }
    return new Output(this.proc, name, warn);
  }

  private dumpOf(): Output | null {
    const file = this.options.values.get('dump-header');
    if (file === undefined) return null;
    return new Output(this.proc, file, (text) => {
      this.warn(text);
    });
  }

  /** The meter is for those who look at standard error; nobody's standard output is a terminal here. */
  private meter(): ((text: string) => void) | null {
    if (this.isSilent || this.options.switches.get('progress-meter') === false) return null;
    return (text) => {
      this.proc.writeError(text);
    };
  }

  private tellWriteOut(info: TransferInfo): void {
    const format = this.options.values.get('write-out');
    if (format === undefined) return;
    const { proc } = this;
    const text = format.startsWith('@') ? (proc.readFile(format.slice(1)) ?? '') : format;
    writeOut(text, info, {
      stdout: (piece) => {
        if (piece !== '') proc.write(piece);
      },
      stderr: (piece) => {
        if (piece !== '') proc.writeError(piece);
      },
    });
  }

  private report({ exit, message }: CurlError): number {
    const showsErrors = !this.isSilent || this.options.switches.get('show-error') === true;
    if (showsErrors) this.proc.writeError(`curl: (${exit}) ${message}\n`);
    return exit;
  }

  /** Twin of voutf: long warnings are broken at blanks. */
  private warn(text: string): void {
    if (this.isSilent) return;
    const width = WARNING_COLUMNS - WARNING.length;
    let rest = text;
    // The line end counts.
    while (rest.length >= width) {
      let cut = width - 1;
      while (cut > 0 && rest[cut] !== ' ') cut--;
      if (cut === 0) cut = width - 1;
      this.proc.writeError(`${WARNING}${rest.slice(0, cut + 1)}\n`);
      rest = rest.slice(cut + 1);
    }
    this.proc.writeError(`${WARNING}${rest}\n`);
  }
}

function withQuery(url: string, query: string): string {
  if (query === '') return url;
  const [place = '', fragment] = url.split('#', 2);
  const hasPath = /^(?:[a-z]+:\/\/)?[^/]+\//i.test(place);
  const joint = place.includes('?') ? '&' : hasPath ? '?' : '/?';
  return `${place}${joint}${query}${fragment === undefined ? '' : `#${fragment}`}`;
}
