/** GNU wget 1.21 for http://, as Debian has it: URLs one after the other, then what they were all together (main.c). */
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { Resolvers } from './connections.ts';
import { Connections } from './connections.ts';
import { EXIT } from './errors.ts';
import { Exchange } from './exchange.ts';
import { amountText, rateText, spanText } from './figures.ts';
import { Log } from './log.ts';
import { WGET_SUPPORTED } from './option-table.ts';
import { checkWget, readWget, refuseWget } from './options.ts';
import type { WgetOptions } from './options.ts';
import { Output } from './output.ts';
import { Retrieval } from './retrieval.ts';
import type { Totals } from './retrieval.ts';
import { parseUrl } from './url.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const VERSION = 'GNU Wget 1.21.3 built on linux-gnu.\n';

/** The program, with the ways in which it finds addresses. */
export function gnuWget(resolvers: Resolvers): ProgramEntry {
  return { name: 'wget', run: (proc) => runWget(proc, resolvers), check: checkWget, refusal: refuseWget };
}

function* runWget(proc: Process, resolvers: Resolvers): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = checkWget(args);
  if (lack !== undefined) return reportUnsupported(proc, `wget ${args[lack.argIndex]!}`, WGET_SUPPORTED);
  const options = readWget(args);
  if ('exit' in options) {
    proc.writeError(options.stderr);
    return options.exit;
  }
  if (options.switches.get('version') === true) {
    proc.write(VERSION);
    return EXIT.ok;
  }
  return yield* new Wget(proc, options, resolvers).run();
}

class Wget {
  private readonly proc: Process;
  private readonly options: WgetOptions;
  private readonly log: Log;
  private readonly output: Output;
  private readonly connections: Connections;
  private readonly exchange: Exchange;
  private readonly totals: Totals = { files: 0, bytes: 0, elapsedNs: 0, isFirst: true };

  constructor(proc: Process, options: WgetOptions, resolvers: Resolvers) {
    this.proc = proc;
    this.options = options;
    this.log = new Log(proc, options);
    this.output = new Output(proc, options);
    this.connections = new Connections(proc, options, this.log, resolvers);
    this.exchange = new Exchange(proc, options, this.log, this.connections);
  }

  *run(): Steps<number> {
    const { proc, options, log, output } = this;
    const document = options.values.get('output-document');
    const refused = log.open(options.values.has('append-output'));
    if (refused !== '') return this.giveUp(refused);
    if (document !== undefined && options.switches.get('clobber') === false && output.exists(document)) {
      log.verbose(`File ‘${document}’ already there; not retrieving.\n`);
      return EXIT.generic;
    }
    const closed = output.openDocument();
    if (closed !== '') return this.giveUp(closed);
    const startNs = proc.now;
    let exit: number = EXIT.ok;
    try {
      for (const text of options.urls) {
        const one = yield* this.fetch(text);
        if (one !== EXIT.ok && (exit === EXIT.ok || one < exit)) exit = one;
      }
    } finally {
      this.connections.close();
    }
    this.tellTotals(startNs);
    return exit === EXIT.unknown ? EXIT.generic : exit;
  }

  private *fetch(text: string): Steps<number> {
    const { proc, options, log, output, exchange, totals } = this;
    const url = parseUrl(text);
    if (typeof url === 'string') {
      log.notQuiet(`${text}: ${url}.\n`);
      return EXIT.unknown;
    }
    const isPost = options.values.has('post-data') || options.values.has('post-file');
    const method = options.values.get('method')?.toUpperCase() ?? (isPost ? 'POST' : 'GET');
    return yield* new Retrieval({ proc, options, log, exchange, output, totals, url, method }).run();
  }

  private tellTotals(startNs: number): void {
    const { log } = this;
    const { files, bytes, elapsedNs } = this.totals;
    if (this.options.urls.length < 2 || bytes === 0) return;
    log.notQuiet(`FINISHED --${log.now}--\nTotal wall clock time: ${spanText(this.proc.now - startNs)}\n`);
    const amount = `${amountText(bytes)} in ${spanText(elapsedNs)} (${rateText(bytes, elapsedNs)})`;
    log.notQuiet(`Downloaded: ${files} files, ${amount}\n`);
  }

  private giveUp(text: string): number {
    this.proc.writeError(text);
    return EXIT.generic;
  }
}
