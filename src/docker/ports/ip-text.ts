/**
 * Addresses of either family as Go's net package reads and prints them. Host addresses of published ports may be IPv6
 * although nothing listens on IPv6 here yet: they are compared and shown, so one text per address is enough.
 */
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import { PortSyntaxError } from './port-range.ts';

const GROUPS = 8;
const GROUP = /^[0-9a-f]{1,4}$/i;

/** net.ParseIP and back: the one spelling of an address, undefined for what is none. IPv4 in IPv6 is IPv4. */
export function canonicalIp(text: string): string | undefined {
  if (!text.includes(':')) return parseIp4(text) === undefined ? undefined : text;
  const groups = parseIp6(text);
  return groups === undefined ? undefined : formatIp6(groups);
}

/** Of a canonical text. */
export function isIp4Text(ip: string): boolean {
  return !ip.includes(':');
}

/** An address before a colon: IPv6 in brackets. */
export function bracketed(ip: string): string {
  return ip === '' || isIp4Text(ip) ? ip : `[${ip}]`;
}

/** `host:port` as Go joins them: IPv6 in brackets. */
export function joinHostPort(ip: string, port: number): string {
  return `${bracketed(ip)}:${port}`;
}

function parseIp6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const parts = halves.map((half, i) => parseGroups(half, i === halves.length - 1));
  const [head, tail] = [parts[0], parts[1]];
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === GROUPS ? head : undefined;
  if (tail === undefined) return undefined;
  const zeros = GROUPS - head.length - tail.length;
  return zeros < 1 ? undefined : [...head, ...new Array<number>(zeros).fill(0), ...tail];
}

/** Groups between colons; the last two of an address may be written as IPv4. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':');
  for (const [i, word] of words.entries()) {
    if (GROUP.test(word)) {
      groups.push(parseInt(word, 16));
      continue;
    }
    const address = isEnd && i === words.length - 1 ? parseIp4(word) : undefined;
    if (address === undefined) return undefined;
    groups.push(address >>> 16, address & 0xffff);
  }
  return groups;
}

function formatIp6(groups: readonly number[]): string {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return formatIp4((groups[6]! << 16) | groups[7]!);
  const [start, length] = longestZeros(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best[1]) best = [start, length];
  }
  return best;
}

/** net.SplitHostPort(`${text}:`): takes the brackets off. Throws a PortSyntaxError. */
export function unbracketed(text: string): string {
  const address = `${text}:`;
  const failed = (cause: string): PortSyntaxError => new PortSyntaxError(`address ${address}: ${cause}`);
  if (!text.startsWith('[')) {
    if (text.includes(':')) throw failed('too many colons in address');
    if (text.includes('[')) throw failed("unexpected '[' in address");
    if (text.includes(']')) throw failed("unexpected ']' in address");
    return text;
  }
  const end = text.indexOf(']');
  if (end < 0) throw failed("missing ']' in address");
  if (end + 1 < text.length)
    throw failed(text[end + 1] === ':' ? 'too many colons in address' : 'missing port in address');
  if (text.lastIndexOf('[') > 0) throw failed("unexpected '[' in address");
  return text.slice(1, end);
}
