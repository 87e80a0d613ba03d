/**
 * The values that a scenario is made of, as zod schemas: each reads the text of the file and gives a number, an address
 * or a small record. The message of every issue is the second half of a diagnostic (what was expected), except that of
 * a `Mistake`, which is a whole one.
 */
import * as z from 'zod';
import type { Cidr, Ip4, Mac } from '../base/addr.ts';
import { broadcastOf, isLoopbackIp4, isMulticastIp4, networkOf, parseCidr, parseIp4, parseMac } from '../base/addr.ts';
import { parseDuration, parseRate, parseSize } from '../sim/units.ts';

/** A value of the right type that is wrong in a way of its own. */
export class Mistake {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Marks an issue whose message is a whole diagnostic. */
export const WHOLE_MESSAGE = { isWholeMessage: true } as const;

/** Longest text of a glob or regular expression: what works on them is quick only for texts of human size. */
const PATTERN_CHARS_MAX = 1000;

export const TIME = 'a time with a unit (ns us ms s m h), such as 50us';
const RATE = 'a rate with a unit (kbit Mbit Gbit), such as 1Gbit';
const SIZE = 'a number of bytes, or a size with a unit (B kB MB)';
const ADDRESS = 'an IPv4 address of four numbers without leading zeros, such as 192.168.50.1';
const CIDR = 'an IPv4 address with a prefix length from 0 to 32, such as 192.168.50.11/24';
const LIMITED_BROADCAST = -1;

const NUMBER = String.raw`\d{1,16}(?:\.\d{1,16})?`;
const OCTETS = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
const DURATION_PATTERN = new RegExp(`^(?:0|${NUMBER} ?(?:ns|us|ms|s|m|h))$`);
const RATE_PATTERN = new RegExp(`^(?:${NUMBER} ?[kKmMgG]?bit(?:/s)?|unlimited)$`);
const SIZE_PATTERN = new RegExp(`^${NUMBER} ?(?:B|kB|MB)$`);
const ADDRESS_PATTERN = new RegExp(`^${OCTETS}$`);
const CIDR_PATTERN = new RegExp(`^${OCTETS}/\\d{1,2}$`);
const ROUTE_TARGET_PATTERN = new RegExp(`^(?:(?:via +)?(${OCTETS}))?(?:(?:^| +)dev +([^ /]{1,15}))?$`);

/** A text that `parse` turns into something else; undefined means: not what was expected. */
function parsed<T>(expected: string, pattern: RegExp, parse: (text: string) => T | Mistake | undefined) {
  return z
    .string({ error: expected })
    .regex(pattern, { error: expected })
    .transform((text, context): T => {
      const value: unknown = parse(text);
      if (value instanceof Mistake) context.addIssue({ code: 'custom', message: value.message, params: WHOLE_MESSAGE });
      else if (value === undefined) context.addIssue({ code: 'custom', message: expected });
      else return value as T;
      return z.NEVER;
    });
}

/** `50us` → nanoseconds. Nothing takes no time in any unit, so the number 0 is fine, too. */
export function duration() {
  return z.union([z.literal(0), parsed(TIME, DURATION_PATTERN, durationNs)], { error: TIME });
}

/** Nanoseconds, or undefined for what is no time of at most 104 days. */
export function durationNs(text: string): number | undefined {
  const ns = parseDuration(text);
  return ns !== undefined && Number.isSafeInteger(ns) && ns >= 0 ? ns : undefined;
}

/** `1Gbit` → bits per second; `unlimited` → 0. */
export function rate() {
  return parsed(RATE, RATE_PATTERN, (text) => {
    if (text === 'unlimited') return 0;
    const bitsPerSecond = parseRate(text);
    if (bitsPerSecond === undefined || !Number.isSafeInteger(bitsPerSecond)) return undefined;
    return bitsPerSecond > 0
      ? bitsPerSecond
      : new Mistake(`a rate of ${text} lets nothing pass; expected more, or unlimited`);
  });
}

/** A whole number between two bounds, both included. */
export function whole(min: number, max: number, what = 'a whole number') {
  const error = `${what} from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** `64`, `64B` or `1.5kB` → bytes. */
export function size(max: number) {
  const expected = `${SIZE} of at most ${max} bytes`;
  const text = parsed(expected, SIZE_PATTERN, (written) => {
    const bytes = parseSize(written);
    return bytes !== undefined && Number.isInteger(bytes) && bytes <= max ? bytes : undefined;
  });
  return z.union([whole(0, max), text], { error: expected });
}

export function flag() {
  return z.boolean({ error: 'true or false' });
}

/** Text on one line. */
export function line(expected: string) {
  return z.string({ error: expected }).regex(/^[^\n]*$/, { error: `${expected} on one line` });
}

export function words(expected: string, pattern: RegExp) {
  return z.string({ error: expected }).regex(pattern, { error: expected });
}

/** An address in dotted decimals. */
export function address() {
  return parsed(ADDRESS, ADDRESS_PATTERN, (text): Ip4 | undefined => parseIp4(text));
}

/** `ADDRESS/LENGTH` that an interface can have: not its subnet's own or broadcast address. */
export function hostCidr() {
  return parsed(CIDR, CIDR_PATTERN, (text) => {
    const cidr = parseCidr(text);
    return cidr === undefined ? undefined : (unfitForHost(text, cidr) ?? cidr);
  });
}

function unfitForHost(text: string, cidr: Cidr): Mistake | undefined {
  const mistake = (what: string) => new Mistake(`${text} is ${what}; expected the address of one machine`);
  if (cidr.address === LIMITED_BROADCAST || cidr.address >>> 24 === 0) return mistake('no address of a machine');
  if (isLoopbackIp4(cidr.address)) return mistake('a loopback address');
  if (isMulticastIp4(cidr.address)) return mistake('a multicast address');
  if (cidr.prefixLen >= 31) return undefined;
  if (cidr.address === networkOf(cidr)) return mistake('the address of the subnet itself');
  return cidr.address === broadcastOf(cidr) ? mistake('the broadcast address of its subnet') : undefined;
}

/** Where a route leads to: `10.9.0.0/16`, `10.9.0.1` (one machine) or `default`. Undefined or a Mistake otherwise. */
export function parseDestination(text: string): Cidr | Mistake | undefined {
  if (text === 'default') return { address: 0, prefixLen: 0 };
  const cidr = parseCidr(text.includes('/') ? text : `${text}/32`);
  if (cidr === undefined) return undefined;
  if (networkOf(cidr) === cidr.address) return cidr;
  return new Mistake(`${text} has bits set behind its prefix; expected the address of a subnet`);
}

export const DESTINATION = 'a subnet such as 10.9.0.0/16, an address, or default';

/** `10.9.0.2`, `via 10.9.0.2 dev eth1` or `dev eth1`, as ip route takes it. */
export function routeTarget() {
  return parsed('the next router and the device, such as 10.9.0.2 or "dev eth1"', ROUTE_TARGET_PATTERN, (text) => {
    const [, via, dev] = ROUTE_TARGET_PATTERN.exec(text) ?? [];
    const router = via === undefined ? undefined : parseIp4(via);
    if ((via !== undefined && router === undefined) || (via === undefined && dev === undefined)) return undefined;
    return { via: router, dev };
  });
}

/** A unicast MAC address. */
export function mac() {
  const expected = 'a MAC address, such as 52:54:00:00:50:0b';
  return parsed(expected, /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/, (text): Mac | Mistake | undefined => {
    const value = parseMac(text);
    if (value === 0) return new Mistake(`${text} is no address of a machine; expected ${expected}`);
    const isGroup = (Number.parseInt(text.slice(0, 2), 16) & 1) === 1;
    return isGroup ? new Mistake(`${text} is a group address; expected an even first byte`) : value;
  });
}

/** A glob over interfaces. */
export function glob() {
  const expected = `a glob over interfaces, such as node*/eth0, of at most ${PATTERN_CHARS_MAX} characters`;
  return words(expected, new RegExp(`^[^\\s]{1,${PATTERN_CHARS_MAX}}$`));
}

/** A substring, or `/regular expression/` with the flags i, m, s or u. */
export function matcher() {
  return z.string({ error: 'a text, or /a regular expression/' }).transform((text, context) => {
    const [, source, flags] = /^\/([^]+)\/([imsu]*)$/.exec(text) ?? [];
    if (source === undefined || flags === undefined) return { kind: 'text' as const, text };
    const mistake = regexMistake(source, flags);
    if (mistake === undefined) return { kind: 'regex' as const, source, flags };
    context.addIssue({ code: 'custom', message: mistake.message, params: WHOLE_MESSAGE });
    return z.NEVER;
  });
}

function regexMistake(source: string, flags: string): Mistake | undefined {
  if (source.length > PATTERN_CHARS_MAX) {
    return new Mistake(`the regular expression has ${source.length} characters; expected at most ${PATTERN_CHARS_MAX}`);
  }
  try {
    new RegExp(source, flags);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : '';
    return new Mistake(
      `the regular expression does not compile (${why}); expected one of JavaScript's between slashes`,
    );
  }
}
