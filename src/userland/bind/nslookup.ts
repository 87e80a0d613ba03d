/** nslookup of BIND 9.18, not interactive: addresses of a name, the name of an address, or records of one type. */
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
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import { endOfAliases } from './aliases.ts';
import { BIND_VERSION } from './dig-usage.ts';
import { bindLookup, placeText } from './lookup.ts';
import type { BindReply, BindServer, LookupState } from './lookup.ts';
import { nameFault, namesToTry } from './search.ts';
import { serversFor } from './servers.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const USAGE = `Usage:
   nslookup [-opt ...]             # interactive mode using default server
   nslookup [-opt ...] - server    # interactive mode using 'server'
   nslookup [-opt ...] host        # just look up 'host' using default server
   nslookup [-opt ...] host server # just look up 'host' using 'server'`;

const LACKING = ['all', 'debug', 'd2', 'srchlist'];
const SUPPORTED =
  '-type= -class= -timeout= -retry= -port= -domain= -ndots= -[no]vc -[no]recurse -[no]search -[no]fail -version'.split(
    ' ',
  );
const EXIT_INTERNAL = 10;

interface Settings {
  type: number | undefined;
  class: number;
  port: number;
  tries: number;
  timeoutSeconds: number;
  ndots: number;
  domain: string;
  isTcp: boolean;
  isRecursive: boolean;
  usesSearch: boolean;
  stopsAtServfail: boolean;
}

function* run(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  try {
    if (args.includes('-version')) {
      proc.writeError(`nslookup ${BIND_VERSION}\n`);
      return 0;
    }
    const lack = check(args);
    if (lack !== undefined)
      return reportUnsupported(proc, `nslookup ${args[lack.argIndex] ?? ''}`.trimEnd(), SUPPORTED);
    const settings = defaults();
    const operands: string[] = [];
    for (const arg of args) {
      if (/^-./.test(arg)) apply(proc, settings, arg.slice(1));
      else operands.push(arg);
    }
    const [name, server, extra] = operands;
    if (name === undefined || extra !== undefined) throw new ToolError(USAGE, 1);
    return yield* new Nslookup(proc, settings, server ?? '').run(name);
  } catch (error) {
    return giveUp(proc, error);
  }
}

function defaults(): Settings {
  return {
    type: undefined,
    class: record.CLASS_IN,
    port: dns.PORT,
    tries: 3,
    timeoutSeconds: 5,
    ndots: -1,
    domain: '',
    isTcp: false,
    isRecursive: true,
    usesSearch: true,
    stopsAtServfail: false,
  };
}

/** Numbers are read as far as they are numbers. */
function apply(proc: Process, settings: Settings, option: string): void {
  const [, name, value] = /^([^=]*)=?(.*)$/.exec(option)!;
  const number = Number.parseInt(value!, 10) || 0;
  const key = name!.toLowerCase();
  const isOn = !key.startsWith('no');
  if (/^(type|querytype|query|q|ty|t)$/.test(key)) setType(proc, settings, value!);
  else if (/^cl(ass)?$/.test(key)) {
    const found = record.classNumber(value!);
    if (found === undefined) proc.write(`unknown query class: ${value!}\n`);
    else settings.class = found;
  } else if (key === 'timeout') settings.timeoutSeconds = Math.max(number, 1);
  else if (key === 'retry') settings.tries = Math.max(number, 1);
  else if (key === 'port' || key === 'po') settings.port = number;
  else if (key === 'ndots') settings.ndots = number;
  else if (key === 'domain' || key === 'do') settings.domain = value!;
  else if (/^(no)?vc$/.test(key)) settings.isTcp = isOn;
  else if (/^(no)?rec(urse)?$/.test(key)) settings.isRecursive = isOn;
  else if (/^(no)?sea(rch)?$/.test(key)) settings.usesSearch = isOn;
  else if (/^(no)?fail$/.test(key)) settings.stopsAtServfail = isOn;
  else proc.write(`*** Invalid option: ${option}\n`);
}

function setType(proc: Process, settings: Settings, text: string): void {
  const type = record.typeNumber(text);
  if (type === undefined) proc.write(`unknown query type: ${text}\n`);
  else {
    settings.type = type;
    if (type === record.TYPE_ANY) settings.isTcp = true;
  }
}

class Nslookup {
  private readonly proc: Process;
  private readonly settings: Settings;
  private readonly serverName: string;
  private servers: readonly BindServer[] = [];
  private isTcp: boolean;
  private exitCode = 0;
  /** The question about IPv4 addresses had no answer. */
  private isEmpty = false;

  constructor(proc: Process, settings: Settings, serverName: string) {
    this.proc = proc;
    this.settings = settings;
    this.serverName = serverName;
    this.isTcp = settings.isTcp;
  }

  *run(name: string): Steps<number> {
    const { type } = this.settings;
    this.servers = yield* serversFor(this.proc, 'nslookup', this.serverName);
    const ip4 = parseIp4(name);
    const ip6 = ip4 === undefined ? parseIp6(name) : undefined;
    const fault = nameFault(name);
    if (ip4 === undefined && ip6 === undefined && fault !== '') {
      throw new ToolError(`nslookup: '${name}' is not a legal name (${fault})`, EXIT_INTERNAL);
    }
    const reverse = ip4 !== undefined ? reverseName(ip4) : ip6 !== undefined ? reverseName6(ip6) : undefined;
    if (reverse !== undefined && (type === undefined || type === record.TYPE_PTR)) {
      yield* this.lookUp(reverse, record.TYPE_PTR);
    } else if (type !== undefined) yield* this.lookUp(name, type);
    else {
      const next = yield* this.lookUp(name, record.TYPE_A);
      if (next !== null) yield* this.lookUp(next, record.TYPE_AAAA);
    }
    return this.exitCode;
  }

  /** The name at the end of all aliases, complete; null when it failed. */
  private *lookUp(name: string, type: number): Steps<string | null> {
    const { proc, settings } = this;
    const conf = resolvConfOf(proc);
    const state: LookupState = {
      servers: this.servers,
      port: settings.port,
      timeoutSeconds: settings.timeoutSeconds,
      retries: settings.tries,
      isTcp: this.isTcp,
      ignoresTruncation: false,
      skipsServfail: !settings.stopsAtServfail,
      hasComments: true,
    };
    const search = settings.domain === '' ? conf.search : [settings.domain];
    const ndots = settings.ndots < 0 ? conf.ndots : settings.ndots;
    const names = namesToTry(name, search, ndots, settings.usesSearch);
    for (const [i, each] of names.entries()) {
      const id = proc.rng.below(0x1_0000);
      const query = dns.makeQuery(id, { name: canonicalName(each)!, type, class: settings.class });
      const asked = settings.isRecursive ? query : { ...query, flags: 0 };
      const reply = yield* bindLookup(proc, state, asked, each, (line) => {
        proc.write(`${line}\n`);
      });
      this.isTcp = state.isTcp;
      if (typeof reply === 'string') {
        proc.write(reply === 'none' ? ';; no servers could be reached\n\n' : '\n');
        this.exitCode = 1;
        return null;
      }
      if (dns.rcodeOf(reply.message) === dns.NXDOMAIN && i < names.length - 1) continue;
      return this.show(reply, withoutDot(each), type);
    }
    return null;
  }

  private show(reply: BindReply, name: string, type: number): string | null {
    const { proc } = this;
    const { message, server } = reply;
    const isDefault = this.settings.type === undefined;
    if (!isDefault || type === record.TYPE_A) {
      proc.write(`Server:\t\t${server.name}\nAddress:\t${placeText(server, this.settings.port)}\n\n`);
    }
    const rcode = dns.rcodeOf(message);
    if (rcode !== dns.NOERROR) {
      proc.write(`** server can't find ${name}: ${dns.rcodeName(rcode)}\n\n`);
      this.exitCode = 1;
      return null;
    }
    const isForeign = (message.flags & dns.AA) === 0;
    if (isForeign && (!isDefault || type === record.TYPE_A)) proc.write('Non-authoritative answer:\n');
    if (message.answers.length > 0) proc.write(message.answers.map(recordText).join(''));
    else if (isDefault && type === record.TYPE_A) this.isEmpty = true;
    else if (!isDefault || this.isEmpty) proc.write(`*** Can't find ${name}: No answer\n`);
    if (isForeign && type !== record.TYPE_A && type !== record.TYPE_AAAA) {
      const others = [...message.authority, ...message.additional];
      proc.write(`\nAuthoritative answers can be found from:\n${others.map(recordText).join('')}`);
    }
    if (!isDefault || type !== record.TYPE_A) proc.write('\n');
    return endOfAliases(message, `${name}.`);
  }
}

const NAME_WORDS: ReadonlyMap<number, string> = new Map([
  [record.TYPE_CNAME, 'canonical name'],
  [record.TYPE_NS, 'nameserver'],
  [record.TYPE_PTR, 'name'],
]);

function recordText({ name: owner, type, data }: DnsRecord): string {
  const name = withoutDot(owner);
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${record.formatData(data)}\n`;
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = data;
      const lines = Object.entries({ serial, refresh, retry, expire, minimum }).map(
        ([key, value]) => `\t${key} = ${value}\n`,
      );
      return `${name}\n\torigin = ${withoutDot(mname)}\n\tmail addr = ${withoutDot(rname)}\n${lines.join('')}`;
    }
    case 'MX':
      return `${name}\tmail exchanger = ${record.formatData(data)}\n`;
    case 'TXT':
      return `${name}\ttext = ${record.formatData(data)}\n`;
    case 'SRV':
      return `${name}\tservice = ${record.formatData(data)}\n`;
    case 'name':
      return `${name}\t${NAME_WORDS.get(type)!} = ${data.target}\n`;
    default:
      return `${name}\trdata_${type} = ${record.formatData(data)}\n`;
  }
}

/** Options that are lacking; without a name it would be interactive. */
function check(args: readonly string[]): CheckMistake | undefined {
  const argIndex = args.findIndex((arg) => LACKING.includes(/^-(?:no)?([^=]*)/.exec(arg)?.[1] ?? ''));
  const isInteractive = args.every((arg) => arg.startsWith('-')) && !args.includes('-version');
  if (argIndex < 0 && !isInteractive) return undefined;
  const what = argIndex < 0 ? 'without a name' : args[argIndex]!;
  const message = `nslookup ${what} is not supported by Dockwire; supported: ${SUPPORTED.join(' ')}`;
  return { argIndex: Math.max(argIndex, 0), message };
}

export const NSLOOKUP: ProgramEntry = { name: 'nslookup', run, check };
