/**
 * Names to addresses, as getaddrinfo(3) finds them: numbers first, then `/etc/hosts`. A resolver is a generator because
 * asking a DNS server takes time; the one here never waits.
 */
import type { Ip4 } from '../base/addr.ts';
import { parseIp4 } from '../base/addr.ts';
import type { Files } from '../kernel/proc/files.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';

export interface HostEntry {
  readonly address: Ip4;
  /** The first name of the line (ai_canonname); the text itself for a number. */
  readonly canonicalName: string;
  /** The name was an address already. */
  readonly isNumeric: boolean;
}

/** Why there is no address: EAI_NONAME, EAI_AGAIN. */
export type ResolveFailure = 'Name or service not known' | 'Temporary failure in name resolution';

/** Finds a name for a process: `yield* resolve(proc, name)`. */
export type Resolver = (proc: Process, name: string) => Generator<Wait, HostEntry | ResolveFailure, WakeReason>;

/** Numbers and the process's `/etc/hosts`, nothing else. */
export const resolveFromFiles: Resolver = function* resolveFromFiles(proc, name) {
  const address = inetAton(name);
  if (address !== undefined) return { address, canonicalName: name, isNumeric: true };
  return lookupHosts(proc.files, name) ?? 'Name or service not known';
};

/** The entry of a name in `/etc/hosts`; upper and lower case are equal, the first line wins. */
export function lookupHosts(files: Files, name: string): HostEntry | undefined {
  const wanted = name.toLowerCase();
  for (const { address, names } of hostLines(files)) {
    if (names.some((candidate) => candidate.toLowerCase() === wanted)) {
      return { address, canonicalName: names[0]!, isNumeric: false };
    }
  }
  return undefined;
}

/** The first name that `/etc/hosts` has for an address. */
export function lookupAddress(files: Files, wanted: Ip4): string | undefined {
  for (const { address, names } of hostLines(files)) if (address === wanted) return names[0];
  return undefined;
}

/** All that `/etc/hosts` says, for tools that ask for several addresses. */
export function hostNames(files: Files): {
  addresses(name: string): readonly Ip4[];
  nameOf(address: Ip4): string | undefined;
} {
  return {
    addresses: (name) => {
      const wanted = name.toLowerCase();
      const lines = [...hostLines(files)].filter(({ names }) => names.some((each) => each.toLowerCase() === wanted));
      return lines.map(({ address }) => address);
    },
    nameOf: (address) => lookupAddress(files, address),
  };
}

function* hostLines(files: Files): Generator<{ address: Ip4; names: readonly string[] }> {
  for (const line of (files.read('/etc/hosts') ?? '').split('\n')) {
    const [addressText, ...names] = line
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    const address = parseIp4(addressText ?? '');
    if (address !== undefined && names.length > 0) yield { address, names };
  }
}

/** inet_aton(3): one to four parts, decimal, octal with 0 or hexadecimal with 0x; the last fills what is left. */
export function inetAton(text: string): Ip4 | undefined {
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  let address = 0;
  for (const [index, part] of parts.entries()) {
    const value = partValue(part);
    const isLast = index === parts.length - 1;
    const room = isLast ? 2 ** (8 * (4 - index)) : 256;
    if (value === undefined || value >= room) return undefined;
    address += isLast ? value : value * 2 ** (24 - 8 * index);
  }
  return address | 0;
}

function partValue(part: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(part)) return parseInt(part.slice(2), 16);
  if (/^0[0-7]*$/.test(part)) return parseInt(part, 8);
  return /^[1-9]\d*$/.test(part) ? Number(part) : undefined;
}
