/**
 * Records as text: a line of a zone file (RFC 1035 5.1), `www.example. 300 IN A 10.0.0.1`, or of a file of hosts,
 * `10.0.0.1 www.example www`.
 */
import { parseIp4 } from '../../base/addr.ts';
import { utf8Encode } from '../../base/bytes.ts';
import { parseIp6 } from '../../base/ip6.ts';
import { canonicalName } from '../../wire/dns-name.ts';
import * as record from '../../wire/dns-record.ts';
import type { DnsData, DnsRecord } from '../../wire/dns-record.ts';
import { reverseName } from './names.ts';

/** The records of a line, none for an empty one and a comment; undefined where it is neither. */
export function readZoneLine(line: string, ttl: number): readonly DnsRecord[] | undefined {
  const words = wordsOf(line);
  if (words.length === 0) return [];
  return hostRecords(words, ttl) ?? zoneRecord(words, ttl);
}

/** Words and quoted strings, up to a comment (`#` as in files of hosts, `;` as in zone files). */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [, quoted, plain, comment] of line.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s"#;]+)|([#;].*)/g)) {
    if (comment !== undefined) break;
    words.push(quoted === undefined ? plain! : quoted.replaceAll(/\\(.)/g, '$1'));
  }
  return words;
}

/** An address with names: a record for each, and the pointer back to the first. */
function hostRecords(words: readonly string[], ttl: number): readonly DnsRecord[] | undefined {
  const [addressText, ...names] = words;
  const canonical = names.map(canonicalName);
  if (canonical.length === 0 || canonical.includes(undefined)) return undefined;
  const ip4 = parseIp4(addressText!);
  const ip6 = ip4 === undefined ? parseIp6(addressText!) : undefined;
  if (ip4 === undefined && ip6 === undefined) return undefined;
  const forward = canonical.map((name): DnsRecord => {
    const common = { name: name!, class: record.CLASS_IN, ttl };
    return ip4 === undefined
      ? { ...common, type: record.TYPE_AAAA, data: { kind: 'AAAA', address: ip6! } }
      : { ...common, type: record.TYPE_A, data: { kind: 'A', address: ip4 } };
  });
  if (ip4 === undefined) return forward;
  return [...forward, pointer(ip4, canonical[0]!, ttl)];
}

/** The record that leads from an address to a name. */
export function pointer(address: number, target: string, ttl: number): DnsRecord {
  const name = `${reverseName(address)}.`;
  return { name, type: record.TYPE_PTR, class: record.CLASS_IN, ttl, data: { kind: 'name', target } };
}

/** NAME [TTL] [CLASS] TYPE DATA…, TTL and class in either order. */
function zoneRecord(words: readonly string[], defaultTtl: number): readonly DnsRecord[] | undefined {
  const name = canonicalName(words[0]!);
  let ttl = defaultTtl;
  let recordClass = record.CLASS_IN;
  let at = 1;
  for (; at < Math.min(words.length, 3); at++) {
    const word = words[at]!;
    if (/^\d+$/.test(word)) ttl = Number(word);
    else if (record.classNumber(word) !== undefined && record.typeNumber(word) === undefined) {
      recordClass = record.classNumber(word)!;
    } else break;
  }
  const type = record.typeNumber(words[at] ?? '');
  if (name === undefined || type === undefined || ttl > 0xffff_ffff) return undefined;
  const data = readDataText(type, words.slice(at + 1));
  return data === undefined ? undefined : [{ name, type, class: recordClass, ttl, data }];
}

/** The data of a record in words; undefined where they do not fit the type. */
export function readDataText(type: number, words: readonly string[]): DnsData | undefined {
  const numbers = words.map((word) => (/^\d+$/.test(word) && Number(word) <= 0xffff_ffff ? Number(word) : NaN));
  const name = (index: number): string | undefined => canonicalName(words[index] ?? '');
  const target = name(words.length - 1);
  switch (type) {
    case record.TYPE_A: {
      const address = words.length === 1 ? parseIp4(words[0]!) : undefined;
      return address === undefined ? undefined : { kind: 'A', address };
    }
    case record.TYPE_AAAA: {
      const address = words.length === 1 ? parseIp6(words[0]!) : undefined;
      return address === undefined ? undefined : { kind: 'AAAA', address };
    }
    case record.TYPE_NS:
    case record.TYPE_CNAME:
    case record.TYPE_PTR:
      return words.length === 1 && target !== undefined ? { kind: 'name', target } : undefined;
    case record.TYPE_MX:
      if (words.length !== 2 || !isShort(numbers[0]) || target === undefined) return undefined;
      return { kind: 'MX', preference: numbers[0]!, exchange: target };
    case record.TYPE_TXT: {
      const strings = words.map(utf8Encode);
      return strings.length > 0 && strings.every(({ length }) => length < 256) ? { kind: 'TXT', strings } : undefined;
    }
    case record.TYPE_SRV:
      if (words.length !== 4 || !numbers.slice(0, 3).every(isShort) || target === undefined) return undefined;
      return { kind: 'SRV', priority: numbers[0]!, weight: numbers[1]!, port: numbers[2]!, target };
    case record.TYPE_SOA:
      return readSoaText(name(0), name(1), numbers);
    default:
      return undefined;
  }
}

function readSoaText(
  mname: string | undefined,
  rname: string | undefined,
  numbers: readonly number[],
): DnsData | undefined {
  const [serial, refresh, retry, expire, minimum] = numbers.slice(2);
  if (mname === undefined || rname === undefined || numbers.length !== 7 || numbers.slice(2).some(Number.isNaN)) {
    return undefined;
  }
  return {
    kind: 'SOA',
    mname,
    rname,
    serial: serial!,
    refresh: refresh!,
    retry: retry!,
    expire: expire!,
    minimum: minimum!,
  };
}

function isShort(value: number | undefined): boolean {
  return value !== undefined && value <= 0xffff;
}
