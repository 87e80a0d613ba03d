/** host of BIND 9.18: a name's addresses and who takes its mail, or the name of an address, in sentences. */
import { parseIp4 } from '../../base/addr.ts';
import { parseIp6 } from '../../base/ip6.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import * as dns from '../../wire/dns.ts';
import { canonicalName } from '../../wire/dns-name.ts';
import * as record from '../../wire/dns-record.ts';
import type { DnsRecord } from '../../wire/dns-record.ts';
import { reverseName, reverseName6, withoutDot } from '../dns/names.ts';
import { resolvConfOf } from '../dns/resolv-conf.ts';
import { getopt } from '../getopt.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import { BIND_VERSION } from './dig-usage.ts';
import { endOfAliases } from './aliases.ts';
import { HOST_USAGE } from './host-usage.ts';
import { bindLookup, placeText } from './lookup.ts';
import type { BindReply, LookupState } from './lookup.ts';
import { headerText, sectionsText } from './message-text.ts';
import { nameFault, namesToTry } from './search.ts';
import { serversFor } from './servers.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const LETTERS = 'aAc:dilm:N:p:rR:st:TUvVwW:C46';
const LACKING = 'AClm6';
const SUPPORTED = [
  '-a',
  '-c',
  '-d',
  '-i',
  '-N',
  '-p',
  '-r',
  '-R',
  '-s',
  '-t',
  '-T',
  '-U',
  '-v',
  '-V',
  '-w',
  '-W',
  '-4',
];
const EXIT_USAGE = 1;
const EXIT_BAD_TYPE = 2;

interface Settings {
  name: string;
  server: string;
  /** Left out: addresses and mail. */
  type: number | undefined;
  class: number;
  port: number;
  ndots: number;
  tries: number;
  timeoutSeconds: number;
  isTcp: boolean;
  isVerbose: boolean;
  isRecursive: boolean;
  stopsAtServfail: boolean;
}

function* run(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  try {
    const { options, error } = getopt(args, LETTERS);
    if (options.some(({ letter }) => letter === 'V')) {
      proc.writeError(`host ${BIND_VERSION}\n`);
      return 0;
    }
    const lack = options.find(({ letter }) => LACKING.includes(letter));
    if (lack !== undefined) return reportUnsupported(proc, `host -${lack.letter}`, SUPPORTED);
    if (error !== null) {
      const message = error.message.replace('invalid option', 'illegal option').replace(/'(.)'/, '$1');
      throw new ToolError(`host: ${message}\n${HOST_USAGE}`, EXIT_USAGE);
    }
    return yield* new Host(proc, readSettings(args)).run();
  } catch (error) {
    return giveUp(proc, error);
  }
}

function readSettings(args: readonly string[]): Settings {
  const { options, operands } = getopt(args, LETTERS);
  const [name, server] = operands;
  if (name === undefined) throw new ToolError(HOST_USAGE, EXIT_USAGE);
  const settings: Settings = {
    name: name.text,
    server: server?.text ?? '',
    type: undefined,
    class: record.CLASS_IN,
    port: dns.PORT,
    ndots: -1,
    tries: 2,
    timeoutSeconds: 5,
    isTcp: false,
    isVerbose: false,
    isRecursive: true,
    stopsAtServfail: false,
  };
  for (const { letter, value } of options) apply(settings, letter, value);
  return settings;
}

function apply(settings: Settings, letter: string, value: string): void {
  const number = Number.parseInt(value, 10) || 0;
  if (letter === 'a') {
    settings.type = record.TYPE_ANY;
    settings.isVerbose = true;
  } else if (letter === 't') setType(settings, value);
  else if (letter === 'c') {
    const found = record.classNumber(value);
    if (found === undefined) throw new ToolError(`host: invalid class: ${value}\n`, EXIT_BAD_TYPE);
    settings.class = found;
  } else if (letter === 'd' || letter === 'v') settings.isVerbose = true;
  else if (letter === 'N') settings.ndots = number;
  else if (letter === 'p') settings.port = number;
  else if (letter === 'R') settings.tries = Math.max(number + 1, 2);
  else if (letter === 'W') settings.timeoutSeconds = Math.max(number, 1);
  else if (letter === 'w') settings.timeoutSeconds = 0x7fff_ffff;
  else if (letter === 'r') settings.isRecursive = false;
  else if (letter === 's') settings.stopsAtServfail = true;
  else if (letter === 'T') settings.isTcp = true;
  else if (letter === 'U') settings.isTcp = false;
}

function setType(settings: Settings, value: string): void {
  const type = record.typeNumber(value);
  if (type === undefined) throw new ToolError(`host: invalid type: ${value}\n`, EXIT_BAD_TYPE);
  settings.type = type;
  if (type === record.TYPE_ANY) settings.isTcp = true;
}

class Host {
  private readonly proc: Process;
  private readonly settings: Settings;
  private isServerTold: boolean;
  private isTcp: boolean;
  private exitCode = 0;

  constructor(proc: Process, settings: Settings) {
    this.proc = proc;
    this.settings = settings;
    this.isServerTold = settings.server === '';
    this.isTcp = settings.isTcp;
  }

  *run(): Steps<number> {
    const { name, type } = this.settings;
    const ip4 = parseIp4(name);
    const ip6 = ip4 === undefined ? parseIp6(name) : undefined;
    const fault = nameFault(name);
    if (ip4 === undefined && ip6 === undefined && fault !== '') {
      throw new ToolError(`host: '${name}' is not a legal name (${fault})`, 1);
    }
    // The real one ends the name of an IPv4 address with a dot.
    if (ip4 !== undefined) yield* this.lookUp(`${reverseName(ip4)}.`, type ?? record.TYPE_PTR, false);
    else if (ip6 !== undefined) yield* this.lookUp(reverseName6(ip6), type ?? record.TYPE_PTR, false);
    else if (type !== undefined) yield* this.lookUp(name, type, false);
    else {
      const first = yield* this.lookUp(name, record.TYPE_A, true);
      if (first === null) return this.exitCode;
      for (const next of [record.TYPE_AAAA, record.TYPE_MX]) {
        yield* this.lookUp(first, next, true);
      }
    }
    return this.exitCode;
  }

  /** The name at the end of all aliases, complete; null when there is nothing more to ask. */
  private *lookUp(name: string, type: number, isDefault: boolean): Steps<string | null> {
    const { proc, settings } = this;
    const conf = resolvConfOf(proc);
    const state: LookupState = {
      servers: yield* serversFor(proc, 'host', settings.server),
      port: settings.port,
      timeoutSeconds: settings.timeoutSeconds,
      retries: settings.tries,
      isTcp: this.isTcp,
      ignoresTruncation: false,
      skipsServfail: !settings.stopsAtServfail,
      hasComments: false,
    };
    const ndots = settings.ndots < 0 ? conf.ndots : settings.ndots;
    const names = namesToTry(name, conf.search, ndots, !name.endsWith('.arpa'));
    for (const [i, each] of names.entries()) {
      if (settings.isVerbose) proc.write(`Trying "${withoutDot(each)}"\n`);
      const id = proc.rng.below(0x1_0000);
      const query = dns.makeQuery(id, { name: canonicalName(each)!, type, class: settings.class });
      const asked = settings.isRecursive ? query : { ...query, flags: 0 };
      const reply = yield* bindLookup(proc, state, asked, each, (line) => {
        proc.write(`${line}\n`);
      });
      this.isTcp = state.isTcp;
      if (typeof reply === 'string') {
        if (reply === 'none') proc.write(';; no servers could be reached\n');
        this.exitCode = 1;
        return null;
      }
      const rcode = dns.rcodeOf(reply.message);
      if (rcode === dns.NXDOMAIN && i < names.length - 1) continue;
      return this.show(reply, isDefault ? withoutDot(name) : name, withoutDot(each), type, isDefault);
    }
    return null;
  }

  private show(reply: BindReply, typed: string, name: string, type: number, isDefault: boolean): string | null {
    const { proc, settings } = this;
    const { message } = reply;
    this.tellServer(reply);
    const rcode = dns.rcodeOf(message);
    if (rcode !== dns.NOERROR) {
      proc.write(`Host ${typed} not found: ${rcode}(${dns.rcodeName(rcode)})\n`);
      this.exitCode = 1;
      return null;
    }
    if (settings.isVerbose) this.showMessage(reply);
    else if (message.answers.length > 0) proc.write(message.answers.map(sentence).join(''));
    else if (!isDefault) proc.write(`${name} has no ${record.typeName(type)} record\n`);
    return endOfAliases(message, `${name}.`);
  }

  private tellServer({ server }: BindReply): void {
    if (this.isServerTold) return;
    this.isServerTold = true;
    const place = placeText(server, this.settings.port);
    this.proc.write(`Using domain server:\nName: ${server.name}\nAddress: ${place}\nAliases: \n\n`);
  }

  private showMessage({ message, bytes, server, tripNs }: BindReply): void {
    this.proc.write(`${headerText(message, true)}\n${sectionsText(message, WHOLE)}`);
    const ms = Math.floor(tripNs / 1_000_000);
    this.proc.write(`Received ${bytes} bytes from ${placeText(server, this.settings.port)} in ${ms} ms\n`);
  }
}

const WHOLE = {
  hasTtl: true,
  hasClass: true,
  hasComments: true,
  hasQuestion: true,
  hasAnswer: true,
  hasAuthority: true,
  hasAdditional: true,
} as const;

const SENTENCES: ReadonlyMap<number, string> = new Map([
  [record.TYPE_A, 'has address'],
  [record.TYPE_AAAA, 'has IPv6 address'],
  [record.TYPE_NS, 'name server'],
  [record.TYPE_CNAME, 'is an alias for'],
  [record.TYPE_PTR, 'domain name pointer'],
  [record.TYPE_MX, 'mail is handled by'],
  [record.TYPE_TXT, 'descriptive text'],
]);

function sentence({ name, type, data }: DnsRecord): string {
  const words = SENTENCES.get(type) ?? `has ${record.typeName(type)} record`;
  return `${withoutDot(name)} ${words} ${record.formatData(data)}\n`;
}

function check(args: readonly string[]): CheckMistake | undefined {
  const lack = getopt(args, LETTERS).options.find(({ letter }) => LACKING.includes(letter));
  if (lack === undefined) return undefined;
  const message = `host -${lack.letter} is not supported by Dockwire; supported: ${SUPPORTED.join(' ')}`;
  return { argIndex: lack.argIndex, message };
}

function refusal(args: readonly string[]): CheckMistake | undefined {
  const { error } = getopt(args, LETTERS);
  return error === null ? undefined : { argIndex: error.argIndex, message: `host: ${error.message}` };
}

export const HOST: ProgramEntry = { name: 'host', run, check, refusal };
