/**
 * nslookup of busybox 1.35 (networking/nslookup.c): all questions at once to one server after the other, asked again
 * after half the time; what comes is printed as it comes. It knows no TCP and no more than 512 bytes.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import { parseIp6 } from '../../base/ip6.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { MILLISECOND, SECOND } from '../../sim/units.ts';
import * as dns from '../../wire/dns.ts';
import { canonicalName } from '../../wire/dns-name.ts';
import { CLASS_IN, formatData, TYPE_A, TYPE_AAAA, TYPE_PTR, typeNumber } from '../../wire/dns-record.ts';
import type { DnsRecord } from '../../wire/dns-record.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { parseInteger } from '../number-text.ts';
import { resolveHost } from '../resolve.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reverseName, reverseName6, withoutDot } from './names.ts';
import { resolvConfOf } from './resolv-conf.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const USAGE = `${BUSYBOX_BANNER}

Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]

Query DNS about HOST

QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any`;

const TYPES: readonly string[] = ['soa', 'ns', 'a', 'aaaa', 'cname', 'mx', 'txt', 'ptr', 'srv', 'any'];
const OPTION_NAMES = ['type', 'querytype', 'port', 'retry', 'debug', 't', 'timeout'] as const;
const REPLY_BYTES_MAX = 512;
/** How often questions that met SERVFAIL are asked again at once, for each question. */
const SERVFAIL_RETRIES = 2;

interface Server {
  /** As it was given. */
  readonly name: string;
  readonly address: Ip4;
  readonly port: number;
}

interface Question {
  /** Without the dot at its end, unless somebody typed it. */
  readonly name: string;
  readonly id: number;
  /** Empty for what cannot be sent. */
  readonly bytes: Uint8Array;
  isAnswered: boolean;
}

interface Options {
  readonly types: number[];
  port: number;
  retries: number;
  timeoutSeconds: number;
  isDebug: boolean;
}

function* run(proc: Process): Steps<number> {
  try {
    const { options, operands } = readOptions(proc.argv.slice(1));
    const [host, serverName, extra] = operands;
    if (host === undefined || extra !== undefined) throw new ToolError(USAGE, 1);
    const questions = questionsOf(proc, options, host);
    const servers =
      serverName === undefined
        ? resolvConfOf(proc).servers.map((address) => ({ name: formatIp4(address), address, port: options.port }))
        : [yield* serverOf(proc, serverName, options.port)];
    return yield* new Lookup(proc, options, questions).run(servers);
  } catch (error) {
    return giveUp(proc, error);
  }
}

function readOptions(args: readonly string[]): { readonly options: Options; readonly operands: readonly string[] } {
  const options: Options = { types: [], port: dns.PORT, retries: 2, timeoutSeconds: 5, isDebug: false };
  let at = 0;
  for (; at < args.length && /^-./.test(args[at]!) && args[at] !== '--'; at++) {
    const [, word, value] = /^-([^=]*)=?(.*)$/.exec(args[at]!)!;
    const name = optionName(word!);
    if (name === 'type' || name === 'querytype') options.types.push(typeOf(value!));
    else if (name === 'port') options.port = numberOf(value!);
    else if (name === 'retry') options.retries = numberOf(value!);
    else if (name === 't' || name === 'timeout') options.timeoutSeconds = numberOf(value!);
    else if (name === 'debug') options.isDebug = true;
    else throw new ToolError(USAGE, 1);
  }
  return { options, operands: args.slice(args[at] === '--' ? at + 1 : at) };
}

/** By its name or any beginning that is no other's. */
function optionName(word: string): (typeof OPTION_NAMES)[number] | undefined {
  const exact = OPTION_NAMES.find((name) => name === word);
  const candidates = OPTION_NAMES.filter((name) => name.startsWith(word));
  return exact ?? (candidates.length === 1 ? candidates[0] : undefined);
}

function typeOf(text: string): number {
  if (!TYPES.includes(text.toLowerCase())) throw new ToolError(`nslookup: invalid query type "${text}"`, 1);
  return typeNumber(text)!;
}

function numberOf(text: string): number {
  const value = parseInteger(text);
  if (value === undefined || value < 1) throw new ToolError(`nslookup: invalid number '${text}'`, 1);
  return value;
}

function* serverOf(proc: Process, text: string, port: number): Steps<Server> {
  const [, host, portText] = /^([^:]*)(?::(\d+))?$/.exec(text) ?? [];
  const found = yield* resolveHost(proc, host ?? text);
  if (typeof found === 'string') throw new ToolError(`nslookup: bad address '${text}'`, 1);
  return { name: text, address: found.address, port: portText === undefined ? port : Number(portText) };
}

/** Without a type both kinds of addresses, or the name of an address; a name without dots with every ending. */
function questionsOf(proc: Process, options: Options, host: string): Question[] {
  const ip4 = parseIp4(host);
  const ip6 = ip4 === undefined ? parseIp6(host) : undefined;
  if (options.types.length === 0) {
    if (ip4 !== undefined) return [questionOf(proc, reverseName(ip4), TYPE_PTR)];
    if (ip6 !== undefined) return [questionOf(proc, reverseName6(ip6), TYPE_PTR)];
  }
  const types = options.types.length === 0 ? [TYPE_A, TYPE_AAAA] : options.types;
  const { search } = resolvConfOf(proc);
  return types.flatMap((type) => {
    const isAlone = type === TYPE_PTR || search.length === 0 || host.includes('.');
    const names = isAlone ? [host] : search.map((ending) => `${host}.${ending}`);
    return names.map((name) => questionOf(proc, name, type));
  });
}

function questionOf(proc: Process, name: string, type: number): Question {
  const id = proc.rng.below(0x1_0000);
  const canonical = canonicalName(name);
  const bytes =
    canonical === undefined
      ? new Uint8Array(0)
      : dns.emit(dns.makeQuery(id, { name: canonical, type, class: CLASS_IN }), 'none');
  return { name, id, bytes, isAnswered: false };
}

class Lookup {
  private readonly proc: Process;
  private readonly options: Options;
  private readonly questions: readonly Question[];
  private answered = 0;
  private servfailRetries = 0;
  private exitCode = 0;

  constructor(proc: Process, options: Options, questions: readonly Question[]) {
    this.proc = proc;
    this.options = options;
    this.questions = questions;
  }

  *run(servers: readonly Server[]): Steps<number> {
    for (const server of servers) {
      const socket = new UdpSocket(this.proc.ns);
      socket.owner = { name: 'nslookup', pid: this.proc.pid };
      try {
        const errno = socket.connect(server.address, server.port);
        if (errno !== '') {
          const place = formatIp4(server.address);
          throw new ToolError(`nslookup: can't connect to remote host (${place}): ${errorText(errno)}`, 1);
        }
        if (yield* this.ask(socket, server)) return this.exitCode;
      } finally {
        socket.close();
      }
    }
    this.proc.write(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }

  /** Twin of send_queries: whether at least one answer has come. */
  private *ask(socket: UdpSocket, server: Server): Steps<boolean> {
    const { proc, options } = this;
    const startNs = proc.now;
    const endNs = startNs + options.timeoutSeconds * SECOND;
    const intervalNs = Math.floor((options.timeoutSeconds * 1000) / options.retries) * MILLISECOND;
    let sentNs = -Infinity;
    while (proc.now < endNs) {
      if (proc.now - sentNs >= intervalNs) {
        if (!this.send(socket, server)) return false;
        sentNs = proc.now;
        this.servfailRetries = SERVFAIL_RETRIES * this.questions.length;
      }
      yield proc.waitFor(socket, Math.min(sentNs + intervalNs, endNs));
      const errno = socket.takeError();
      if (errno !== '') {
        proc.writeError(`nslookup: read: ${errorText(errno)}\n`);
        continue;
      }
      const got = socket.receive();
      if (got !== null) this.read(socket, server, got.payload.subarray(0, REPLY_BYTES_MAX), startNs);
      if (this.answered === this.questions.length) return true;
    }
    return this.answered > 0;
  }

  private send(socket: UdpSocket, server: Server): boolean {
    for (const question of this.questions) {
      if (question.isAnswered) continue;
      const errno = question.bytes.length === 0 ? 'EMSGSIZE' : socket.send(question.bytes);
      if (errno === '') continue;
      this.proc.writeError(`nslookup: write to '${server.name}': ${errorText(errno)}\n`);
      return false;
    }
    return true;
  }

  private read(socket: UdpSocket, server: Server, reply: Uint8Array, startNs: number): void {
    if (reply.length < 4) return;
    const index = this.questions.findIndex(
      ({ id, isAnswered }) => id === ((reply[0]! << 8) | reply[1]!) && !isAnswered,
    );
    const question = this.questions[index];
    if (question === undefined) return;
    const rcode = reply[3]! & 0xf;
    if (rcode === dns.SERVFAIL && this.servfailRetries > 0) {
      this.servfailRetries--;
      socket.send(question.bytes);
      return;
    }
    const { proc } = this;
    question.isAnswered = true;
    if (this.answered === 0) {
      proc.write(`Server:\t\t${server.name}\nAddress:\t${formatIp4(server.address)}:${server.port}\n\n`);
    }
    this.answered++;
    if (this.options.isDebug) {
      proc.write(`Query #${index} completed in ${Math.floor((proc.now - startNs) / MILLISECOND)}ms:\n`);
    }
    if (rcode !== dns.NOERROR) this.fail(question, dns.rcodeName(rcode));
    else this.printReply(question, reply);
    proc.write('\n');
  }

  private fail(question: Question, why: string): void {
    this.proc.write(`** server can't find ${question.name}: ${why}\n`);
    this.exitCode = 1;
  }

  private printReply(question: Question, reply: Uint8Array): void {
    const message = dns.parseBytes(reply);
    if (typeof message === 'string') {
      this.fail(question, 'Parse error');
      return;
    }
    const isAuthoritative = (message.flags & dns.AA) !== 0;
    if (!isAuthoritative) this.proc.write('Non-authoritative answer:\n');
    else if (this.options.isDebug) this.proc.write('authoritative answer:\n');
    let words = '';
    for (const record of message.answers) {
      // The first of these says how all the others are worded.
      if (record.data.kind === 'name' && words === '') words = NAME_WORDS[record.type]!;
      this.proc.write(recordText(record, words));
    }
  }
}

const NAME_WORDS: Readonly<Record<number, string>> = {
  [typeNumber('NS')!]: 'nameserver',
  [typeNumber('CNAME')!]: 'canonical name',
  [TYPE_PTR]: 'name',
};

function recordText({ name: owner, data }: DnsRecord, words: string): string {
  const name = withoutDot(owner);
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${formatData(data)}\n`;
    case 'name':
      return `${name}\t${words} = ${withoutDot(data.target)}\n`;
    case 'MX':
      return `${name}\tmail exchanger = ${data.preference} ${withoutDot(data.exchange)}\n`;
    case 'TXT':
      return `${name}\ttext = "${String.fromCharCode(...data.strings[0]!)}"\n`;
    case 'SRV':
      return `${name}\tservice = ${data.priority} ${data.weight} ${data.port} ${withoutDot(data.target)}\n`;
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = data;
      const numbers = { serial, refresh, retry, expire, minimum };
      const lines = Object.entries(numbers).map(([key, value]) => `\t${key} = ${value}\n`);
      return `${name}\n\torigin = ${withoutDot(mname)}\n\tmail addr = ${withoutDot(rname)}\n${lines.join('')}`;
    }
    default:
      return '';
  }
}

/** What the real one answers with its usage. */
function refusal(args: readonly string[]): CheckMistake | undefined {
  const argIndex = args.findIndex((arg) => /^-./.test(arg) && optionName(/^-([^=]*)/.exec(arg)![1]!) === undefined);
  return argIndex < 0 ? undefined : { argIndex, message: `nslookup does not know ${args[argIndex]!}` };
}

export const BUSYBOX_NSLOOKUP: ProgramEntry = { name: 'nslookup', run, refusal };
