/** dig of BIND 9.18, Debian 12's: one question to a name server, and everything that its answer says. */
import { asctimeParts, momentOf } from '../../base/calendar.ts';
import { hex } from '../../base/bytes.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { SECOND } from '../../sim/units.ts';
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { canonicalName } from '../../wire/dns-name.ts';
import { formatData, typeNumber } from '../../wire/dns-record.ts';
import { resolvConfOf } from '../dns/resolv-conf.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import { readDig, supportedKeywords } from './dig-options.ts';
import type { DigCommand, DigLookup } from './dig-options.ts';
import { BIND_VERSION, DIG_USAGE } from './dig-usage.ts';
import { bindLookup, placeText } from './lookup.ts';
import type { BindReply, LookupState } from './lookup.ts';
import { headerText, optText, sectionsText } from './message-text.ts';
import { nameFault, namesToTry } from './search.ts';
import { serversFor } from './servers.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const EXIT_INTERNAL = 10;
const EXIT_NO_REPLY = 9;
const UDP_TIMEOUT_SECONDS = 5;
const TCP_TIMEOUT_SECONDS = 10;
const COOKIE_CODE = 10;
const COOKIE_BYTES = 8;

function* run(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  try {
    const command = readDig(args);
    if (command.wants === 'help') proc.write(DIG_USAGE);
    else if (command.wants === 'version') proc.writeError(`DiG ${BIND_VERSION}\n`);
    if (command.wants !== 'lookups') return 0;
    if (command.lack !== null) return reportUnsupported(proc, `dig ${command.lack.word}`, supportedKeywords());
    for (const warning of command.warnings) proc.writeError(`${warning}\n`);
    return yield* new Dig(proc, command, args).run();
  } catch (error) {
    return giveUp(proc, error);
  }
}

class Dig {
  private readonly proc: Process;
  private readonly command: DigCommand;
  /** The command line, shown once. */
  private greeting: string;
  private exitCode = 0;

  constructor(proc: Process, command: DigCommand, args: readonly string[]) {
    this.proc = proc;
    this.command = command;
    const words = args.length === 0 ? '' : ` ${args.join(' ')}`;
    const found = command.isServerGreeted ? '; (1 server found)\n' : '';
    const options = command.isShort ? ' +short +cmd' : ' +cmd';
    const text = `\n; <<>> DiG ${BIND_VERSION} <<>>${words}\n${found};; global options:${options}\n`;
    this.greeting = command.hasGreeting && !command.isShort ? text : '';
  }

  *run(): Steps<number> {
    const { lookups } = this.command;
    const root = typeNumber('NS')!;
    const all = lookups.length > 0 ? lookups : [{ ...readDig(['.']).lookups[0]!, type: root }];
    for (const lookup of all) yield* this.lookUp(lookup);
    return this.exitCode;
  }

  private *lookUp(lookup: DigLookup): Steps<void> {
    const { proc } = this;
    const conf = resolvConfOf(proc);
    const fault = nameFault(lookup.name);
    if (fault !== '') throw new ToolError(`dig: '${lookup.name}' is not a legal name (${fault})`, EXIT_INTERNAL);
    const state: LookupState = {
      servers: yield* serversFor(proc, 'dig', lookup.server),
      port: this.command.port,
      timeoutSeconds: lookup.timeoutSeconds || (lookup.isTcp ? TCP_TIMEOUT_SECONDS : UDP_TIMEOUT_SECONDS),
      retries: lookup.tries,
      isTcp: lookup.isTcp,
      ignoresTruncation: lookup.ignoresTruncation,
      skipsServfail: lookup.skipsServfail,
      hasComments: lookup.hasComments,
    };
    const search = lookup.domain === '' ? conf.search : [lookup.domain];
    const names = namesToTry(lookup.name, search, lookup.ndots < 0 ? conf.ndots : lookup.ndots, lookup.usesSearch);
    for (const [i, name] of names.entries()) {
      const query = this.queryFor(lookup, name);
      if (lookup.showsQuery) this.showQuery(lookup, query);
      const reply = yield* bindLookup(proc, state, query, name, (line) => {
        proc.write(`${line}\n`);
      });
      if (typeof reply === 'string') {
        this.noReply(reply);
        return;
      }
      const isMissing = dns.rcodeOf(reply.message) === dns.NXDOMAIN;
      if (isMissing && i < names.length - 1) continue;
      this.show(lookup, reply, cookieOf(query));
      return;
    }
  }

  private noReply(kind: 'none' | 'told'): void {
    this.exitCode = EXIT_NO_REPLY;
    if (kind === 'told') return;
    this.greet();
    this.proc.write(';; no servers could be reached\n');
  }

  private greet(): void {
    this.proc.write(this.greeting);
    this.greeting = '';
  }

  private queryFor(lookup: DigLookup, name: string): DnsMessage {
    const { rng } = this.proc;
    const id = rng.below(0x1_0000);
    const flags =
      (lookup.isRecursive ? dns.RD : 0) |
      (lookup.hasAuthenticData ? dns.AD : 0) |
      (lookup.hasCheckingDisabled ? dns.CD : 0) |
      (lookup.hasAuthoritative ? dns.AA : 0);
    const question = { name: canonicalName(name)!, type: lookup.type, class: lookup.class };
    const cookie = Uint8Array.from({ length: COOKIE_BYTES }, () => rng.below(0x100));
    const options = lookup.hasCookie ? [{ code: COOKIE_CODE, bytes: cookie }] : [];
    const { udpSize, isDnssecOk } = lookup;
    const edns = lookup.hasEdns ? { udpSize, isDnssecOk, options } : undefined;
    return { ...dns.makeQuery(id, question, edns), flags };
  }

  /** `+qr` */
  private showQuery(lookup: DigLookup, query: DnsMessage): void {
    this.greet();
    const { proc } = this;
    if (lookup.hasComments) proc.write(`;; Sending:\n${headerText(query, false)}\n${optText(query)}`);
    proc.write(sectionsText(query, lookup));
    proc.write(`;; QUERY SIZE: ${dns.emit(query, 'case-insensitive').length}\n\n`);
  }

  private show(lookup: DigLookup, reply: BindReply, cookie: string): void {
    const { proc } = this;
    const { message } = reply;
    if (this.command.isShort) {
      const behind = lookup.identifies ? ` from server ${reply.server.name} in ${this.tripText(reply)}.` : '';
      proc.write(message.answers.map(({ data }) => `${formatData(data)}${behind}\n`).join(''));
      return;
    }
    this.greet();
    if (lookup.hasComments) proc.write(`;; Got answer:\n${headerText(message, true)}\n${optText(message, cookie)}`);
    proc.write(sectionsText(message, lookup));
    if (lookup.hasStats) proc.write(this.statsText(reply));
  }

  private tripText({ tripNs }: BindReply): string {
    return this.command.hasMicroseconds ? `${Math.floor(tripNs / 1000)} us` : `${Math.floor(tripNs / 1_000_000)} ms`;
  }

  private statsText(reply: BindReply): string {
    const { server, isTcp, bytes } = reply;
    const seconds = this.proc.epochSeconds + Math.floor(this.proc.now / SECOND);
    let text = `;; Query time: ${this.tripText(reply)}ec\n`;
    text += `;; SERVER: ${placeText(server, this.command.port)}(${server.name}) (${isTcp ? 'TCP' : 'UDP'})\n`;
    return `${text};; WHEN: ${whenText(seconds)}\n;; MSG SIZE  rcvd: ${bytes}\n\n`;
  }
}

/** `Sat Nov 28 19:40:32 UTC 2026` */
function whenText(epochSeconds: number): string {
  const moment = momentOf(epochSeconds, 0);
  const [date, clock] = asctimeParts(moment);
  return `${date.replace(/ (\d)$/, '0$1')} ${clock} UTC ${moment.year}`;
}

function cookieOf(query: DnsMessage): string {
  const option = dns.ednsOf(query)?.options.find(({ code }) => code === COOKIE_CODE);
  return option === undefined ? '' : hex(option.bytes);
}

/** What is lacking; the server's address is only known at run time. */
function check(args: readonly string[]): CheckMistake | undefined {
  const command = readQuietly(args);
  if (command?.lack === null || command === undefined) return undefined;
  const { word, argIndex } = command.lack;
  return { argIndex, message: `dig ${word} is not supported by Dockwire; supported: ${supportedKeywords().join(' ')}` };
}

function refusal(args: readonly string[]): CheckMistake | undefined {
  if (readQuietly(args) !== undefined) return undefined;
  const argIndex = args.findIndex((_, i) => readQuietly(args.slice(0, i + 1)) === undefined);
  return { argIndex: Math.max(argIndex, 0), message: `dig does not understand ${args[argIndex] ?? ''}` };
}

function readQuietly(args: readonly string[]): DigCommand | undefined {
  try {
    return readDig(args);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return undefined;
  }
}

export const DIG: ProgramEntry = { name: 'dig', run, check, refusal };
