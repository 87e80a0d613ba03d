/**
 * Addresses as Go's package net reads them, since client and daemon take a user's texts with it: IPv6 as well as IPv4,
 * a prefix length with leading zeros, IPv4 addresses written as IPv6 ones.
 */
import type { Cidr, Ip4 } from '../base/addr.ts';
import { parseIp4 } from '../base/addr.ts';

/** Eight groups of 16 bits, as net.IP has 16 bytes: an IPv4 address is ::ffff:a.b.c.d. */
export type GoIp = readonly number[];

/** An address with a prefix of it; both may be of IPv6. */
export interface GoCidr {
  /** As typed, host bits and all. */
  readonly ip: GoIp;
  /** Of 128 bits, also for IPv4. */
  readonly prefixLen: number;
}

const GROUPS = 8;
const IP4_PREFIX = [0, 0, 0, 0, 0, 0xffff];
/** Bits that IPv4 addresses have in front. */
const IP4_PREFIX_BITS = 96;

/** Twin of net.ParseIP: undefined for what is no address. */
export function parseGoIp(text: string): GoIp | undefined {
  const address = parseIp4(text);
  return address === undefined ? parseIp6(text) : mappedIp(address);
}

/** Twin of net.ParseCIDR: undefined for what is none. */
export function parseGoCidr(text: string): GoCidr | undefined {
  const slash = text.indexOf('/');
  const address = text.slice(0, Math.max(slash, 0));
  const length = text.slice(slash + 1);
  const ip = parseGoIp(address);
  if (ip === undefined || !/^\d+$/.test(length)) return undefined;
  const prefixLen = Number(length) + (address.includes(':') ? 0 : IP4_PREFIX_BITS);
  return prefixLen > GROUPS * 16 ? undefined : { ip, prefixLen };
}

/** What ParseCIDR says of a text that is none. */
export function invalidCidrText(text: string): string {
  return `invalid CIDR address: ${text}`;
}

/** Twin of IP.To4: undefined for an address of IPv6. */
export function goIp4(ip: GoIp): Ip4 | undefined {
  return isMapped(ip) ? (ip[6]! << 16) | ip[7]! : undefined;
}

/** The same subnet for IPv4 arithmetic; undefined for one of IPv6. */
export function ip4Cidr(cidr: GoCidr): Cidr | undefined {
  const address = goIp4(cidr.ip);
  if (address === undefined || cidr.prefixLen < IP4_PREFIX_BITS) return undefined;
  return { address, prefixLen: cidr.prefixLen - IP4_PREFIX_BITS };
}

/** Twin of IPNet.Contains: an address of the other version is never in it. */
export function goCidrContains(cidr: GoCidr, ip: GoIp): boolean {
  const network = cidr.ip.map((group, i) => group & groupMask(cidr.prefixLen - i * 16));
  if (isMapped(network) !== isMapped(ip)) return false;
  return network.every((group, i) => group === (ip[i]! & groupMask(cidr.prefixLen - i * 16)));
}

/** The mask of one group of which so many bits belong to the prefix. */
function groupMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 16 ? 0xffff : (0xffff << (16 - bits)) & 0xffff;
}

function isMapped(ip: GoIp): boolean {
  return IP4_PREFIX.every((group, i) => ip[i] === group);
}

function mappedIp(address: Ip4): GoIp {
  return [...IP4_PREFIX, address >>> 16, address & 0xffff];
}

/** RFC 4291 section 2.2, without a zone. */
function parseIp6(text: string): GoIp | undefined {
  const halves = text.split('::');
  if (!text.includes(':') || halves.length > 2) return undefined;
  const head = readGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 1 ? [] : readGroups(halves[1]!, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = GROUPS - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** Groups with colons between; the last two may be written as an IPv4 address where the text ends. */
function readGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':');
  for (const [i, word] of words.entries()) {
    const address = isEnd && i === words.length - 1 ? parseIp4(word) : undefined;
    if (address !== undefined) groups.push(address >>> 16, address & 0xffff);
    else if (/^0*[\da-f]{1,4}$/i.test(word)) groups.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return groups;
}
