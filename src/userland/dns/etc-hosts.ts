/** `/etc/hosts` as nss_files reads it: the first source of names and addresses. */
import type { Ip4 } from '../../base/addr.ts';
import { ip4, parseIp4 } from '../../base/addr.ts';
import { parseIp6 } from '../../base/ip6.ts';
import type { Files } from '../../kernel/proc/files.ts';

const LOOPBACK = ip4('127.0.0.1');

/** What a name leads to. */
export interface HostEntry {
  /** The one that getaddrinfo(3) lists first. */
  readonly address: Ip4;
  /** All of them, in its order. */
  readonly addresses: readonly Ip4[];
  /** The first name of the line, or what the last alias stands for (ai_canonname); the text itself for a number. */
  readonly canonicalName: string;
  /** The name was an address already. */
  readonly isNumeric: boolean;
}

/** The entry of a name in `/etc/hosts`, with the addresses of all its lines; upper and lower case are equal. */
export function lookupHosts(files: Files, name: string): HostEntry | undefined {
  const lines = linesFor(files, name);
  const first = lines[0];
  if (first === undefined) return undefined;
  const addresses = lines.map(({ address }) => address);
  return { address: first.address, addresses, canonicalName: first.names[0]!, isNumeric: false };
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
    addresses: (name) => linesFor(files, name).map(({ address }) => address),
    nameOf: (address) => lookupAddress(files, address),
  };
}

/** A line of the file. */
interface HostLine<Address> {
  readonly address: Address;
  readonly names: readonly string[];
}

/** The lines of IPv4 that name `name`. */
export function linesFor(files: Files, name: string): readonly HostLine<Ip4>[] {
  return [...hostLines(files)].filter((line) => isNamed(line, name));
}

/** The lines of IPv4 about an address. */
export function linesAbout(files: Files, wanted: Ip4): readonly HostLine<Ip4>[] {
  return [...hostLines(files)].filter(({ address }) => address === wanted);
}

/** The lines of IPv6 about an address. */
export function ip6LinesAbout(files: Files, wanted: Uint8Array): readonly HostLine<Uint8Array>[] {
  return [...allLines(files, parseIp6)].filter(({ address }) => address.every((byte, i) => byte === wanted[i]));
}

/** The lines of IPv6 that name `name`. */
export function ip6LinesFor(files: Files, name: string): readonly HostLine<Uint8Array>[] {
  return [...allLines(files, parseIp6)].filter((line) => isNamed(line, name));
}

function isNamed({ names }: HostLine<unknown>, name: string): boolean {
  const wanted = name.toLowerCase();
  return names.some((candidate) => candidate.toLowerCase() === wanted);
}

function hostLines(files: Files): Generator<HostLine<Ip4>> {
  return allLines(files, parseIp4);
}

function* allLines<Address>(files: Files, parse: (text: string) => Address | undefined): Generator<HostLine<Address>> {
  for (const line of (files.read('/etc/hosts') ?? '').split('\n')) {
    const [addressText, ...names] = line
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    const address = parse(addressText ?? '');
    if (address !== undefined && names.length > 0) yield { address, names };
  }
}

/** Every line as gethostent(3) has it: addresses of IPv4, ::1 among them. */
export function allHostLines(files: Files): readonly HostLine<Ip4>[] {
  return [...allLines(files, (text) => parseIp4(text) ?? (text === '::1' ? LOOPBACK : undefined))];
}
