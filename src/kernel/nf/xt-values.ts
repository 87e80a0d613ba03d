/** Values in rules as libxtables reads them: numbers, ports, addresses, protocols, masks. */
import { formatIp4, maskLength, parseIp4, prefixMask } from '../../base/addr.ts';
import type { HostNames } from './names.ts';
import { namedAddresses, ONLY_LOCALHOST } from './names.ts';
import { refuse } from './xt-error.ts';
import { protocolName, protocolNumber, serviceName, servicePort } from './xt-names.ts';

const NUMBER = /^\s*\+?(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9]\d*))$/;

/** An unsigned number with base 0 of strtoul(3): decimal, 0x or octal; undefined beyond `max` or when it is none. */
export function parseUnsigned(text: string, max: number, min = 0): number | undefined {
  const parts = NUMBER.exec(text);
  if (parts === null) return undefined;
  const [, hexadecimal, octal, decimal] = parts;
  let value = Number(decimal ?? 0);
  if (hexadecimal !== undefined) value = Number.parseInt(hexadecimal, 16);
  else if (octal !== undefined) value = Number.parseInt(octal, 8);
  return value >= min && value <= max ? value : undefined;
}

export const MAX_U32 = 0xffff_ffff;

/** `bad value for option` as xtopt_parse_int says it. */
export function readUnsigned(extension: string, name: string, text: string, max = MAX_U32, min = 0): number {
  const value = parseUnsigned(text, max, min);
  if (value !== undefined) return value;
  return refuse(`${extension}: bad value for option "--${name}", or out of range (${min}-${max}).\n`);
}

/** `a`, `a:b`, `a:` or `:b` (twin of xtopt_parse_mint). */
export function readUnsignedRange(
  extension: string,
  name: string,
  text: string,
  max: number,
): [low: number, high: number] {
  const values: number[] = [];
  for (let at = 0; at <= text.length;) {
    const rest = text.slice(at);
    const word = /^[^:]*/.exec(rest)![0];
    if (word === '') values.push(values.length === 1 ? max : 0);
    else values.push(readComponent(extension, name, rest, word, max));
    if (values.length > 2) refuse(`${extension}: Too many components for option "--${name}" (max: 2)\n`);
    at += word.length + 1;
  }
  return [values[0]!, values[1] ?? values[0]!];
}

function readComponent(extension: string, name: string, rest: string, word: string, max: number): number {
  const number = /^\s*\+?(?:0[xX][0-9a-fA-F]+|\d+)/.exec(word)?.[0];
  const value = number === undefined ? undefined : parseUnsigned(number, max);
  if (number === undefined || value === undefined) {
    return refuse(`${extension}: bad value for option "--${name}" near "${rest}", or out of range (0-${max}).\n`);
  }
  if (number.length === word.length) return value;
  const near = rest.slice(number.length);
  return refuse(`${extension}: Argument to "--${name}" has unexpected characters near "${near}".\n`);
}

export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** A protocol's name or number, as `-p` takes it (twin of xtables_parse_protocol). */
export function readProtocol(text: string): number {
  const number = parseUnsigned(text, 255) ?? protocolNumber(text.toLowerCase());
  return number ?? refuse(`unknown protocol "${text}" specified`);
}

/** How iptables-save prints a protocol. */
export function protocolText(protocol: number): string {
  return protocolName(protocol) ?? String(protocol);
}

export const MAX_PORT = 0xffff;
const MAX_INTERFACE_BYTES = 15;

/** A port by number or by a service's name (twin of xtables_parse_port). */
export function readPort(text: string, protocol: 'tcp' | 'udp' | ''): number {
  const port = parseUnsigned(text, MAX_PORT) ?? servicePort(text, protocol);
  return port ?? refuse(`invalid port/service \`${text}' specified`);
}

/** `a:b`, `a:`, `:b` or `a`. */
export function readPortRange(text: string, protocol: 'tcp' | 'udp' | ''): [low: number, high: number] {
  const colon = text.indexOf(':');
  if (colon < 0) {
    const port = readPort(text, protocol);
    return [port, port];
  }
  const [lowText, highText] = [text.slice(0, colon), text.slice(colon + 1)];
  const low = lowText === '' ? 0 : readPort(lowText, protocol);
  const high = highText === '' ? MAX_PORT : readPort(highText, protocol);
  if (low > high) refuse('invalid portrange (min > max)');
  return [low, high];
}

/** One or two ports as most extensions read them (twin of xtopt_parse_mport): what is too large is cut to 16 bits. */
export function readPortPair(
  extension: string,
  name: string,
  text: string,
  protocol: 'tcp' | 'udp' | '',
): [low: number, high: number] {
  const parts = text.split(':');
  if (parts.length > 2) refuse(`${extension}: Too many components for option "--${name}" (max: 2)\n`);
  const ports = parts.map((part, i) => {
    if (part === '') return i === 0 ? 0 : MAX_PORT;
    const number = /^\s*\d+$/.test(part) ? Number(part) % (MAX_PORT + 1) : servicePort(part, protocol);
    return number ?? refuse(`Port "${part}" does not resolve to anything.\n`);
  });
  return [ports[0]!, ports[1] ?? ports[0]!];
}

/** A port as `-L` shows it: by name unless numbers are wanted. */
export function portText(port: number, protocol: 'tcp' | 'udp' | '', isNumeric: boolean): string {
  return (isNumeric ? undefined : serviceName(port, protocol)) ?? String(port);
}

/** `a` or `a:b`. */
export function rangeText(low: number, high: number, text: (value: number) => string = String): string {
  return low === high ? text(low) : `${text(low)}:${text(high)}`;
}

/** Names that a machine knows without asking anybody. */
const HOSTS: Readonly<Record<string, string>> = { localhost: '127.0.0.1' };

/** An address, also in the short forms of inet_aton's last parts filled with zeros, as ipparse_hostnetwork takes it. */
export function parseHost(text: string): number | undefined {
  return parseNumericHost(HOSTS[text] ?? text);
}

/** The same without names (twin of xtables_numeric_to_ipaddr). */
export function parseNumericHost(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  let address = 0;
  for (let i = 0; i < 4; i++) {
    const part = i < parts.length ? parts[i]! : '0';
    const value = parseUnsigned(part, 255);
    if (value === undefined) return undefined;
    address = (address << 8) | value;
  }
  return address;
}

export interface Network {
  readonly address: number;
  readonly mask: number;
}

/** `address[/prefix | /mask]` as options take it; the address loses what the mask does not cover. */
export function readNetwork(text: string): Network {
  return readNetworks(text, ONLY_LOCALHOST)[0]!;
}

/** The same as `-s` takes it: a name may have several addresses. */
export function readNetworks(text: string, names: HostNames): readonly Network[] {
  const slash = text.lastIndexOf('/');
  const hostText = slash < 0 ? text : text.slice(0, slash);
  const mask = slash < 0 ? -1 : readMask(text.slice(slash + 1));
  // Behind a mask of no bits any word is an address.
  if (mask === 0) return [{ address: 0, mask }];
  const host = parseHost(hostText);
  const addresses = host === undefined ? namedAddresses(hostText, names) : [host];
  if (addresses.length === 0) refuse(`host/network \`${hostText}' not found`);
  return addresses.map((address) => ({ address: address & mask, mask }));
}

/** Letters of names that a name server could be asked for (glibc: res_hnok). */
const HOST_NAME = /^\w[-\w.]*$/;

/** `host[/mask]` as extensions read it (xtopt_parse_hostmask): the address keeps what the mask does not cover. */
export function readHostMask(extension: string, name: string, text: string): Network {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const maskWord = slash < 0 ? '32' : text.slice(slash + 1);
  const why = HOST_NAME.test(host) ? 'Temporary failure in name resolution' : 'Name or service not known';
  const address = parseHost(host) ?? refuse(`getaddrinfo: ${why}\n`);
  const bits = parseUnsigned(maskWord, 32);
  const dotted = bits === undefined ? parseHost(maskWord) : prefixMask(bits);
  const value = `${extension}: bad value for option "--${name}"`;
  return { address, mask: dotted ?? refuse(`${value}, neither a valid network mask nor valid CIDR (0-32).\n`) };
}

function readMask(text: string): number {
  const dotted = parseIp4(text);
  if (dotted !== undefined) return dotted;
  const bits = parseUnsigned(text, 32);
  return bits === undefined ? refuse(`invalid mask \`${text}' specified`) : prefixMask(bits);
}

/** Twin of xtables_parse_interface's checks. */
export function checkInterfaceName(name: string): void {
  if (name === '') refuse('Empty interface is likely to be undesired');
  if (name.length > MAX_INTERFACE_BYTES) {
    refuse(`interface name \`${name}' must be shorter than IFNAMSIZ (${MAX_INTERFACE_BYTES})`);
  }
}

/** `/24`, or `/255.0.255.0` for a mask with holes; '' for a host where that is wanted. */
export function maskText(mask: number, isHostBare = false): string {
  const bits = maskLength(mask);
  if (bits === 32 && isHostBare) return '';
  return bits === undefined ? `/${formatIp4(mask)}` : `/${bits}`;
}

/** `value[/mask]`, numbers of 32 bits. */
export function readMark(extension: string, name: string, text: string): [mark: number, mask: number] {
  const [markText, rest] = leadingNumber(text);
  const [maskWord, trailing] = rest.startsWith('/') ? leadingNumber(rest.slice(1)) : [String(MAX_U32), rest];
  const mark = parseUnsigned(markText, MAX_U32);
  const mask = parseUnsigned(maskWord, MAX_U32);
  if (mark === undefined || mask === undefined) {
    refuse(`${extension}: bad integer value for option "--${name}", or out of range.\n`);
  }
  if (trailing !== '') refuse(`${extension}: trailing garbage after value for option "--${name}".\n`);
  return [mark, mask];
}

/** What strtoul(3) reads of a text, and what it leaves. */
export function leadingNumber(text: string): [number: string, rest: string] {
  const [number = ''] = /^\s*\+?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text) ?? [];
  return [number, text.slice(number.length)];
}
