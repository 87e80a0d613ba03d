/**
 * dns-server: a name server for the outside world of a scenario. What it knows is typed behind it or stands in files;
 * what it does not know it asks another server about, if it has been told one.
 *
 *   dns-server 'www.example. A 192.168.50.100' '192.168.50.7 mail.example' &
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { canonicalName } from '../../wire/dns-name.ts';
import { EventLoop } from '../event-loop.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import type { OptionTable } from '../text/options.ts';
import { readArguments } from '../text/options.ts';
import { authorityReply, failed, tellQuestion } from './authority.ts';
import type { Authority, Fault } from './authority.ts';
import { NameServer } from './name-server.ts';
import type { Respond } from './name-server.ts';
import { resSend } from './res-send.ts';
import { Zone } from './zone.ts';
import { readZoneLine } from './zone-text.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const DEFAULT_TTL = 300;
const EXIT_USAGE = 2;

const OPTIONS: OptionTable = {
  letters: 'a:p:t:f:u:vh',
  long: {
    address: 'a:',
    port: 'p:',
    ttl: 't:',
    file: 'f:',
    upstream: 'u:',
    verbose: 'v',
    help: 'h',
    drop: 'drop:',
    servfail: 'servfail:',
    refuse: 'refuse:',
  },
};

const USAGE = `Usage: dns-server [OPTION]... [RECORD]...

A name server. A RECORD is a line of a zone file, 'www.example. 300 IN A 10.0.0.1', or of a file of hosts,
'10.0.0.1 www.example'.

  -a, --address=ADDRESS   where to listen (every address)
  -p, --port=PORT         the port, UDP and TCP (53)
  -t, --ttl=SECONDS       for records without one (${DEFAULT_TTL})
  -f, --file=FILE         more records
  -u, --upstream=ADDRESS  a server to ask about everything else; may be given again
  -v, --verbose           tell every question
      --drop=NAME         never answer about NAME and what lies below it
      --servfail=NAME     answer SERVFAIL
      --refuse=NAME       answer REFUSED
  -h, --help              this text
`;

interface Settings extends Authority {
  address: Ip4;
  port: number;
  readonly upstreams: Ip4[];
  readonly faults: Fault[];
  isRecursive: boolean;
  isVerbose: boolean;
}

function* run(proc: Process): Steps<number> {
  const loop = new EventLoop(proc);
  let server: NameServer | undefined;
  try {
    const settings = readSettings(proc);
    if (settings === null) return 0;
    server = new NameServer(proc, loop, responder(proc, settings), { name: 'dns-server', hasTcp: true });
    const errno = server.open(settings.address, settings.port);
    if (errno !== '') {
      const place = `${formatIp4(settings.address)}:${settings.port}`;
      throw new ToolError(`dns-server: cannot listen on ${place}: ${errorText(errno)}`, 1);
    }
    server.start();
    yield* loop.run();
    return 0;
  } catch (error) {
    return giveUp(proc, error);
  } finally {
    server?.close();
  }
}

/** Null when only the help was wanted. */
function readSettings(proc: Process): Settings | null {
  const { options, operands, error } = readArguments(proc.argv.slice(1), OPTIONS);
  if (error !== null) throw new ToolError(`dns-server: ${error.message}\n${USAGE.trimEnd()}`, EXIT_USAGE);
  const settings: Settings = {
    address: 0,
    port: dns.PORT,
    zone: new Zone(),
    upstreams: [],
    faults: [],
    isRecursive: false,
    isVerbose: false,
  };
  let ttl = DEFAULT_TTL;
  const files: string[] = [];
  for (const { key, value } of options) {
    if (key === 'h') {
      proc.write(USAGE);
      return null;
    }
    if (key === 'a') settings.address = addressOf(value);
    else if (key === 'p') settings.port = numberOf(value, 1, 0xffff);
    else if (key === 't') ttl = numberOf(value, 0, 0x7fff_ffff);
    else if (key === 'f') files.push(value);
    else if (key === 'u') {
      settings.upstreams.push(addressOf(value));
      settings.isRecursive = true;
    } else if (key === 'v') settings.isVerbose = true;
    else settings.faults.push({ name: nameFrom(value), kind: key as Fault['kind'] });
  }
  for (const path of files) {
    const text = proc.readFile(path);
    if (text === undefined) throw new ToolError(`dns-server: ${path}: No such file or directory`, 1);
    for (const line of text.split('\n')) addLine(settings.zone, line, ttl);
  }
  for (const { text } of operands) addLine(settings.zone, text, ttl);
  return settings;
}

function addLine(zone: Zone, line: string, ttl: number): void {
  const records = readZoneLine(line, ttl);
  if (records === undefined) throw new ToolError(`dns-server: not a record: '${line}'`, EXIT_USAGE);
  for (const record of records) zone.add(record);
}

function addressOf(text: string): Ip4 {
  const address = parseIp4(text);
  if (address === undefined) throw new ToolError(`dns-server: not an address: '${text}'`, EXIT_USAGE);
  return address;
}

function numberOf(text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new ToolError(`dns-server: not a number from ${min} to ${max}: '${text}'`, EXIT_USAGE);
}

function nameFrom(text: string): string {
  const name = canonicalName(text);
  if (name === undefined) throw new ToolError(`dns-server: not a name: '${text}'`, EXIT_USAGE);
  return name;
}

function responder(proc: Process, settings: Settings): Respond {
  const { upstreams, isVerbose } = settings;
  return function* respond(query, asker) {
    if (isVerbose) proc.write(`${tellQuestion(query, asker)}\n`);
    const reply = authorityReply(query, settings);
    return reply === 'unknown' ? yield* forward(proc, query, upstreams) : reply;
  };
}

/** Asks the servers above, and hands on what they say under the asker's id. */
function* forward(proc: Process, query: DnsMessage, servers: readonly Ip4[]): Steps<DnsMessage> {
  const conf = { servers, hasServers: true, search: [], ndots: 1, timeoutSeconds: 2, attempts: 2, flags: NO_FLAGS };
  const sent = yield* resSend(proc, conf, [{ ...query, id: proc.rng.below(0x1_0000) }]);
  const answer = 'answers' in sent ? sent.answers[0] : null;
  if (answer === null || answer === undefined) return failed(query, dns.SERVFAIL);
  return { ...answer, id: query.id };
}

const NO_FLAGS: ReadonlySet<never> = new Set();

function refusal(args: readonly string[]): CheckMistake | undefined {
  const { error } = readArguments(args, OPTIONS);
  return error === null ? undefined : { argIndex: error.argIndex, message: `dns-server: ${error.message}` };
}

export const DNS_SERVER: ProgramEntry = { name: 'dns-server', run, refusal };
