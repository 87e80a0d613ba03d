/**
 * Names to addresses and back, as getaddrinfo(3) and getnameinfo(3) find them: numbers first, then `/etc/hosts`, then
 * the name servers of `/etc/resolv.conf`. A resolver is a generator because asking a server takes time.
 */
import type { Ip4 } from '../base/addr.ts';
import { formatIp4 } from '../base/addr.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import type { DnsMessage } from '../wire/dns.ts';
import { TYPE_A, TYPE_AAAA, TYPE_PTR } from '../wire/dns-record.ts';
import { byDestination } from './dns/destination-order.ts';
import type { HostEntry } from './dns/etc-hosts.ts';
import { lookupAddress, lookupHosts } from './dns/etc-hosts.ts';
import { inetAton } from './dns/inet-aton.ts';
import { reverseName, withoutDot } from './dns/names.ts';
import { hostSources } from './dns/nsswitch.ts';
import { resQuery, resSearch } from './dns/res-query.ts';
import type { Found, HostErrno } from './dns/res-query.ts';
import { resolvConfOf } from './dns/resolv-conf.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Why there is no address: EAI_NONAME, EAI_AGAIN, EAI_NODATA, EAI_FAIL. */
export type ResolveFailure =
  | 'Name or service not known'
  | 'Temporary failure in name resolution'
  | 'No address associated with hostname'
  | 'Non-recoverable failure in name resolution';

/** The number of a failure in netdb.h. */
export const EAI_NUMBERS: Readonly<Record<ResolveFailure, number>> = {
  'Name or service not known': -2,
  'Temporary failure in name resolution': -3,
  'No address associated with hostname': -5,
  'Non-recoverable failure in name resolution': -4,
};

const FAILURES: Readonly<Record<HostErrno, ResolveFailure>> = {
  HOST_NOT_FOUND: 'Name or service not known',
  TRY_AGAIN: 'Temporary failure in name resolution',
  NO_DATA: 'No address associated with hostname',
  NO_RECOVERY: 'Non-recoverable failure in name resolution',
};

/** Finds a name for a process: `yield* resolve(proc, name)`. */
export type Resolver = (proc: Process, name: string) => Steps<HostEntry | ResolveFailure>;

/** For programs that ask for any family: IPv6 addresses are asked for, too, although nothing is sent to them. */
export const resolveHost: Resolver = (proc, name) => resolve(proc, name, [TYPE_A, TYPE_AAAA]);

/** For programs that ask for IPv4 addresses only, or only for what this machine has (AI_ADDRCONFIG). */
export const resolveIp4Host: Resolver = (proc, name) => resolve(proc, name, [TYPE_A]);

/** Numbers and the process's `/etc/hosts`, nothing else. */
export const resolveFromFiles: Resolver = function* resolveFromFiles(proc, name) {
  return numeric(name) ?? lookupHosts(proc.files, name) ?? 'Name or service not known';
};

/**
 * getnameinfo(3): the name of an address in `/etc/hosts` or its pointer record, the address itself when it has none;
 * undefined when the name servers cannot be asked (EAI_AGAIN).
 */
export function* nameOfHost(proc: Process, address: Ip4): Steps<string | undefined> {
  const local = lookupAddress(proc.files, address);
  if (local !== undefined) return local;
  if (!hostSources(proc.files).includes('dns')) return formatIp4(address);
  const answer = yield* resQuery(proc, resolvConfOf(proc), reverseName(address), [TYPE_PTR]);
  if (!('answers' in answer)) return answer.error === 'TRY_AGAIN' ? undefined : formatIp4(address);
  const pointer = answer.answers[0]?.answers.find(({ type }) => type === TYPE_PTR)?.data;
  return pointer?.kind === 'name' ? withoutDot(pointer.target) : formatIp4(address);
}

function* resolve(proc: Process, name: string, types: readonly number[]): Steps<HostEntry | ResolveFailure> {
  const entry = numeric(name) ?? lookupHosts(proc.files, name);
  if (entry !== undefined) return { ...entry, ...sorted(proc, entry.addresses) };
  if (!isHostName(name) || !hostSources(proc.files).includes('dns')) return 'Name or service not known';
  const conf = resolvConfOf(proc);
  const wanted = conf.flags.has('no-aaaa') ? [TYPE_A] : types;
  for (let bufferBytes = FIRST_BUFFER_BYTES; ; bufferBytes *= 2) {
    const result = yield* resSearch(proc, conf, name, wanted);
    if (!('answers' in result)) return FAILURES[result.error];
    const found = addressesOf(result);
    if (found === undefined) return 'Name or service not known';
    // The C library asks again with more room when the answer is too long for it.
    if (wanted.length > 1 && bytesNeeded(found) > bufferBytes) continue;
    if (found.addresses.length === 0) return 'No address associated with hostname';
    return { ...sorted(proc, found.addresses), canonicalName: found.canonicalName, isNumeric: false };
  }
}

function numeric(name: string): HostEntry | undefined {
  const address = inetAton(name);
  if (address === undefined) return undefined;
  return { address, addresses: [address], canonicalName: name, isNumeric: true };
}

function sorted(proc: Process, addresses: readonly Ip4[]): Pick<HostEntry, 'address' | 'addresses'> {
  const inOrder = addresses.length < 2 ? addresses : byDestination(proc, addresses);
  return { address: inOrder[0]!, addresses: inOrder };
}

/** Labels that are not empty, of characters that a file of hosts may have. */
function isHostName(name: string): boolean {
  return /^[\w.-]+$/.test(name) && !name.includes('..') && !name.startsWith('.');
}

/** scratch_buffer of the C library, and struct gaih_addrtuple, of which each address takes one. */
const FIRST_BUFFER_BYTES = 1024;
const TUPLE_BYTES = 40;

interface Addresses {
  readonly addresses: readonly Ip4[];
  readonly ip6Count: number;
  readonly canonicalName: string;
}

function bytesNeeded({ addresses, ip6Count, canonicalName }: Addresses): number {
  const nameBytes = Math.ceil((canonicalName.length + 1) / 8) * 8;
  return nameBytes + TUPLE_BYTES * (addresses.length + ip6Count);
}

/** The addresses in the answers; undefined when these only say what the name stands for. */
function addressesOf({ answers }: Found): Addresses | undefined {
  const records = answers.flatMap((message: DnsMessage | null) => message?.answers ?? []);
  const addresses = records.flatMap(({ data }) => (data.kind === 'A' ? [data.address] : []));
  const ip6 = records.filter(({ type }) => type === TYPE_AAAA);
  const owner = records.find(({ type }) => type === TYPE_A || type === TYPE_AAAA)?.name;
  if (owner === undefined) return undefined;
  return { addresses, ip6Count: ip6.length, canonicalName: withoutDot(owner) };
}
