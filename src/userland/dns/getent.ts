/** getent of glibc 2.36: what the sources of nsswitch.conf say about hosts, services and protocols. */
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import { formatIp6, parseIp6 } from '../../base/ip6.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TYPE_A, TYPE_AAAA, TYPE_PTR } from '../../wire/dns-record.ts';
import type { DnsRecord } from '../../wire/dns-record.ts';
import { resolveIp4Host } from '../resolve.ts';
import type { OptionTable } from '../text/options.ts';
import { readArguments } from '../text/options.ts';
import { ToolError, giveUp } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import { allHostLines, ip6LinesAbout, ip6LinesFor, linesAbout, linesFor } from './etc-hosts.ts';
import { inetAton } from './inet-aton.ts';
import { reverseName, reverseName6, withoutDot } from './names.ts';
import { resQuery, resSearch } from './res-query.ts';
import { resolvConfOf } from './resolv-conf.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const OPTIONS: OptionTable = {
  letters: 'Ais:?V',
  long: { 'no-addrconfig': 'A', 'no-idn': 'i', service: 's:', help: '?', usage: 'usage', version: 'V' },
};

const EXIT_USAGE = 1;
const EXIT_BAD_OPTION = 64;
const EXIT_NOT_FOUND = 2;

const TRY = "Try `getent --help' or `getent --usage' for more information.\n";

const HELP = `Usage: getent [OPTION...] database [key ...]
Get entries from administrative database.

  -A, --no-addrconfig        do not filter out unsupported IPv4/IPv6 addresses
                             (with ahosts*)
  -i, --no-idn               disable IDN encoding
  -s, --service=CONFIG       Service configuration to be used
  -?, --help                 Give this help list
      --usage                Give a short usage message
  -V, --version              Print program version

Mandatory or optional arguments to long options are also mandatory or optional
for any corresponding short options.

Supported databases:
ahosts ahostsv4 ahostsv6 aliases ethers group gshadow hosts initgroups
netgroup networks passwd protocols rpc services shadow

For bug reporting instructions, please see:
<http://www.debian.org/Bugs/>.
`;

const USAGE_TEXT = `Usage: getent [-Ai?V] [-s CONFIG] [--no-addrconfig] [--no-idn]
            [--service=CONFIG] [--help] [--usage] [--version]
            database [key ...]
`;

const VERSION = `getent (Debian GLIBC 2.36-9+deb12u14) 2.36
Copyright (C) 2022 Free Software Foundation, Inc.
This is free software; see the source for copying conditions.  There is NO
warranty; not even for MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.
Written by Thorsten Kukuk.
`;

/** Databases that the real one has, too. */
const LACKING = 'aliases ethers group gshadow initgroups netgroup networks passwd protocols rpc services shadow'.split(
  ' ',
);
const SUPPORTED = ['ahosts', 'ahostsv4', 'ahostsv6', 'hosts'];

interface Sources {
  readonly hasFiles: boolean;
  readonly hasDns: boolean;
}

function* run(proc: Process): Steps<number> {
  try {
    const { options, operands, error } = readArguments(proc.argv.slice(1), OPTIONS);
    if (error !== null) throw new ToolError(`getent: ${error.message}\n${TRY.trimEnd()}`, EXIT_BAD_OPTION);
    const keys = options.map(({ key }) => key);
    const text = keys.includes('?') ? HELP : keys.includes('usage') ? USAGE_TEXT : keys.includes('V') ? VERSION : '';
    if (text !== '') {
      proc.write(text);
      return 0;
    }
    const [database, ...names] = operands.map((operand) => operand.text);
    if (database === undefined) return complain(proc, 'getent: wrong number of arguments');
    if (LACKING.includes(database)) return reportUnsupported(proc, `getent ${database}`, SUPPORTED);
    if (!SUPPORTED.includes(database)) return complain(proc, `Unknown database: ${database}`);
    const sources = sourcesOf(options.filter(({ key }) => key === 's').map(({ value }) => value));
    if (sources === null) return reportUnsupported(proc, 'getent -s', ['files', 'dns']);
    if (keys.includes('A')) return reportUnsupported(proc, 'getent -A', ['-i', '-s']);
    if (names.length === 0) return printAll(proc);
    return yield* lookUpAll(proc, database, names, sources);
  } catch (error) {
    return giveUp(proc, error);
  }
}

/** The real one says where to find help on standard output. */
function complain(proc: Process, message: string): number {
  proc.writeError(`${message}\n`);
  proc.write(TRY);
  return EXIT_USAGE;
}

/** `files`, `dns`, or `hosts:dns`; null for services that are not there. */
function sourcesOf(given: readonly string[]): Sources | null {
  let sources: Sources = { hasFiles: true, hasDns: true };
  for (const config of given) {
    const [, database, service] = /^(?:(\w+):)?(\w+)$/.exec(config) ?? [];
    if (database !== undefined && !SUPPORTED.includes(database)) continue;
    if (service !== 'files' && service !== 'dns') return null;
    sources = { hasFiles: service === 'files', hasDns: service === 'dns' };
  }
  return sources;
}

function printAll(proc: Process): number {
  for (const { address, names } of allHostLines(proc.files)) proc.write(hostLine(formatIp4(address), names));
  return 0;
}

function hostLine(address: string, names: readonly string[]): string {
  return `${address.padEnd(15)} ${names.join(' ')}\n`;
}

function* lookUpAll(proc: Process, database: string, keys: readonly string[], sources: Sources): Steps<number> {
  let exitCode = 0;
  for (const key of keys) {
    const lines =
      database === 'hosts' ? yield* hostLines(proc, key, sources) : yield* addressLines(proc, database, key);
    if (lines.length === 0) exitCode = EXIT_NOT_FOUND;
    proc.write(lines.join(''));
  }
  return exitCode;
}

/** `ahosts`: what getaddrinfo(3) lists, each address for the three kinds of sockets. */
function* addressLines(proc: Process, database: string, key: string): Steps<string[]> {
  // There is no IPv6 here, so that AI_ADDRCONFIG leaves nothing of it.
  if (database === 'ahostsv6') return [];
  const found = yield* resolveIp4Host(proc, key);
  if (typeof found === 'string') return [];
  return found.addresses.flatMap((address, i) => {
    const text = formatIp4(address).padEnd(15);
    return [`${text} STREAM ${i === 0 ? found.canonicalName : ''}\n`, `${text} DGRAM  \n`, `${text} RAW    \n`];
  });
}

/** `hosts`: gethostbyaddr(3) of an address, else gethostbyname2(3), IPv6 first. */
function* hostLines(proc: Process, key: string, sources: Sources): Steps<string[]> {
  const ip4 = parseIp4(key);
  const ip6 = ip4 === undefined ? parseIp6(key) : undefined;
  if (ip4 !== undefined) {
    const names = sources.hasFiles ? linesAbout(proc.files, ip4)[0]?.names : undefined;
    return names === undefined
      ? yield* pointerLines(proc, formatIp4(ip4), reverseName(ip4), sources)
      : [hostLine(formatIp4(ip4), names)];
  }
  if (ip6 !== undefined) {
    const names = sources.hasFiles ? ip6LinesAbout(proc.files, ip6)[0]?.names : undefined;
    return names === undefined
      ? yield* pointerLines(proc, formatIp6(ip6), reverseName6(ip6), sources)
      : [hostLine(formatIp6(ip6), names)];
  }
  if (/^\d[\d.]*$/.test(key)) {
    const address = inetAton(key);
    return address === undefined ? [] : [hostLine(formatIp4(address), [key])];
  }
  const local6 = sources.hasFiles ? ip6LinesFor(proc.files, key) : [];
  if (local6.length > 0) return merged(local6.map(({ address, names }) => ({ address: formatIp6(address), names })));
  const remote6 = yield* recordLines(proc, key, TYPE_AAAA, sources);
  if (remote6.length > 0) return remote6;
  const local = sources.hasFiles ? linesFor(proc.files, key) : [];
  if (local.length > 0) return merged(local.map(({ address, names }) => ({ address: formatIp4(address), names })));
  return yield* recordLines(proc, key, TYPE_A, sources);
}

/** All addresses with all names of all lines, the first line's name first. */
function merged(lines: readonly { readonly address: string; readonly names: readonly string[] }[]): string[] {
  const names = [...new Set(lines.flatMap((line) => line.names))];
  return lines.map(({ address }) => hostLine(address, names));
}

function* pointerLines(proc: Process, address: string, name: string, sources: Sources): Steps<string[]> {
  if (!sources.hasDns) return [];
  const found = yield* resQuery(proc, resolvConfOf(proc), name, [TYPE_PTR]);
  const records = 'answers' in found ? (found.answers[0]?.answers ?? []) : [];
  const names = records.flatMap(({ type, data }) =>
    type === TYPE_PTR && data.kind === 'name' ? [withoutDot(data.target)] : [],
  );
  return names.length === 0 ? [] : [hostLine(address, names)];
}

/** The addresses behind a name, with what it is really called and what it was called on the way there. */
function* recordLines(proc: Process, name: string, type: number, sources: Sources): Steps<string[]> {
  if (!sources.hasDns) return [];
  const found = yield* resSearch(proc, resolvConfOf(proc), name, [type]);
  const records: readonly DnsRecord[] = 'answers' in found ? (found.answers[0]?.answers ?? []) : [];
  const wanted = records.filter((record) => record.type === type);
  if (wanted.length === 0) return [];
  const aliases = records.filter(({ data }) => data.kind === 'name').map((record) => record.name);
  const names = [wanted[0]!.name, ...aliases].map(withoutDot);
  return wanted.flatMap(({ data }) => {
    if (data.kind === 'A') return [hostLine(formatIp4(data.address), names)];
    return data.kind === 'AAAA' ? [hostLine(formatIp6(data.address), names)] : [];
  });
}

function check(args: readonly string[]): CheckMistake | undefined {
  const { operands } = readArguments(args, OPTIONS);
  const database = operands[0];
  if (database === undefined || !LACKING.includes(database.text)) return undefined;
  const supported = SUPPORTED.join(' ');
  return {
    argIndex: database.argIndex,
    message: `getent ${database.text} is not supported by Dockwire; supported: ${supported}`,
  };
}

export const GETENT: ProgramEntry = { name: 'getent', run, check };
