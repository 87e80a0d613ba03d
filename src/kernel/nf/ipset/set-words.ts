/** Elements of sets as ipset(8) reads and prints them (libipset's parse.c and print.c). */
import { formatIp4, parseIp4, prefixMask } from '../../../base/addr.ts';
import { PROTO_ICMP, PROTO_TCP, PROTO_UDP } from '../../../wire/ipv4.ts';
import { protocolName, protocolNumber, servicePort } from '../xt-names.ts';
import type { SetKey, SetSettings } from './ip-set.ts';

/** A mistake in the tool's words, and the status with which it ends. */
export class IpsetError extends Error {
  readonly status: number;

  constructor(text: string, status: number) {
    super(text);
    this.name = 'IpsetError';
    this.status = status;
  }
}

/** Something that cannot be read. */
export function syntaxError(text: string): never {
  throw new IpsetError(`Syntax error: ${text}`, 1);
}

/** What the kernel says. */
export function kernelError(text: string): never {
  throw new IpsetError(text, 1);
}

/** So many addresses at once at most (IPSET_MAX_RANGE). */
const MAX_RANGE = 65_536;
const MAX_PORT = 65_535;
const ADDRESS_BITS = 32;

export function readNumber(text: string, low: number, high: number): number {
  if (!/^(?:0x[0-9a-fA-F]+|\d+)$/.test(text)) syntaxError(`'${text}' is invalid as number`);
  const value = Number(text);
  return value >= low && value <= high ? value : syntaxError(`'${text}' is out of range ${low}-${high}`);
}

function readAddress(text: string): number {
  return parseIp4(text) ?? syntaxError(`cannot parse ${text}: resolving to IPv4 address failed`);
}

/** `a`, `a/length` or `a-b`: first and last address without a sign, and the length where one was given. */
export function readRange(text: string): { readonly low: number; readonly high: number; readonly length: number } {
  const [, from = '', mark, to = ''] = /^([^-/]*)([-/])(.*)$/.exec(text) ?? [];
  if (mark === undefined) {
    const address = readAddress(text) >>> 0;
    return { low: address, high: address, length: ADDRESS_BITS };
  }
  const low = readAddress(from) >>> 0;
  if (mark === '/') {
    const length = readNumber(to, 0, ADDRESS_BITS);
    const first = (low & prefixMask(length)) >>> 0;
    return { low: first, high: first + 2 ** (ADDRESS_BITS - length) - 1, length };
  }
  const high = readAddress(to) >>> 0;
  return { low: Math.min(low, high), high: Math.max(low, high), length: -1 };
}

/** The networks that a range is made of, the longest first where it begins (ip_set_range_to_cidr). */
function networksOf(low: number, high: number): { readonly network: number; readonly length: number }[] {
  const networks = [];
  for (let at = low; at <= high;) {
    let length = ADDRESS_BITS;
    while (length > 1) {
      const size = 2 ** (ADDRESS_BITS - length + 1);
      if (at % size !== 0 || at + size - 1 > high) break;
      length--;
    }
    networks.push({ network: at | 0, length });
    at += 2 ** (ADDRESS_BITS - length);
  }
  return networks;
}

function addressesOf(text: string, { type, netmask }: SetSettings): { network: number; length: number }[] {
  const { low, high, length } = readRange(text);
  if (type.hasNetworks) {
    if (length === 0) kernelError('The value of the CIDR parameter of the IP address is invalid');
    return length < 0 ? networksOf(low, high) : [{ network: low | 0, length }];
  }
  const step = 2 ** (ADDRESS_BITS - netmask);
  if ((high - low) / step > MAX_RANGE) kernelError('The range you specified exceeds the size limit of the set');
  const found = [];
  for (let at = Math.floor(low / step) * step; at <= high; at += step) found.push({ network: at | 0, length: netmask });
  return found;
}

interface Ports {
  readonly protocol: number;
  readonly low: number;
  readonly high: number;
}

const ECHOES: readonly (readonly [name: string, number: number])[] = [
  ['echo-request', 8 << 8],
  ['ping', 8 << 8],
  ['echo-reply', 0],
  ['pong', 0],
];

function readPort(text: string, protocol: 'tcp' | 'udp'): number {
  const isNumber = /^\d+$/.test(text);
  if (isNumber && Number(text) <= MAX_PORT) return Number(text);
  const why = isNumber ? `'${text}' is out of range 0-${MAX_PORT}` : `'${text}' is invalid as number`;
  const named = isNumber ? undefined : servicePort(text, protocol);
  const also = `Syntax error: '${protocol}' is invalid as number\ncannot parse '${text}' as a ${protocol} port`;
  return named ?? syntaxError(`${why}\n${also}`);
}

/** `[protocol:]port[-port]`, `icmp:type/code`, `protocol:0`. */
export function readPorts(text: string): Ports {
  const colon = text.indexOf(':');
  const word = colon < 0 ? 'tcp' : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const number = /^\d+$/.test(word) ? Number(word) : protocolNumber(word);
  const protocol = number ?? syntaxError(`cannot parse '${word}' as a protocol`);
  if (protocol === PROTO_ICMP) {
    const [, type, code] = /^(\d+)\/(\d+)$/.exec(rest) ?? [];
    const named = ECHOES.find(([name]) => name === rest)?.[1];
    const value = type === undefined ? named : (Number(type) << 8) | Number(code);
    const low = value ?? syntaxError(`cannot parse '${rest}' as an ICMP type`);
    return { protocol, low, high: low };
  }
  const isUdp = protocol === PROTO_UDP;
  const [first = '', last = first] = rest.split('-');
  const low = readPort(first, isUdp ? 'udp' : 'tcp');
  return { protocol, low, high: readPort(last, isUdp ? 'udp' : 'tcp') };
}

/** The keys that the words of an element name, one or many. */
export function readKeys(text: string, settings: SetSettings): SetKey[] {
  const { type } = settings;
  const parts = text.split(',');
  const wanted = type.hasAddress && type.hasPort ? 2 : 1;
  if (parts.length < wanted) syntaxError(`Second element is missing from ${text}.`);
  if (parts.length > wanted) {
    const many = parts.length === 3 ? 'Two elem separators' : 'Elem separator';
    const supported = wanted === 2 ? 'one' : 'none';
    syntaxError(`${many} in ${text}, but settype ${type.name} supports ${supported}.`);
  }
  const addresses = type.hasAddress ? addressesOf(parts[0]!, settings) : [{ network: 0, length: 0 }];
  const { protocol, low, high } = type.hasPort ? readPorts(parts.at(-1)!) : { protocol: 0, low: 0, high: 0 };
  const keys: SetKey[] = [];
  for (const address of addresses) {
    for (let port = low; port <= high; port++) {
      keys.push({ ...address, protocol: type.isBitmap ? 0 : protocol, port });
    }
  }
  return keys;
}

/** As the tool prints it. */
export function keyText({ network, length, protocol, port }: SetKey, { type }: SetSettings): string {
  const address = `${formatIp4(network)}${type.hasNetworks && length < ADDRESS_BITS ? `/${length}` : ''}`;
  if (!type.hasPort) return address;
  if (type.isBitmap) return String(port);
  return `${address},${protocolName(protocol) ?? String(protocol)}:${portText(protocol, port)}`;
}

function portText(protocol: number, port: number): string {
  if (protocol !== PROTO_ICMP) return String(port);
  return ECHOES.find(([, number]) => number === port)?.[0] ?? `${port >> 8}/${port & 255}`;
}

/** Whether a set of ports looks at packets of that protocol (bitmap_port_kadt). */
export function isBitmapProtocol(protocol: number): boolean {
  return protocol === PROTO_TCP || protocol === PROTO_UDP;
}
