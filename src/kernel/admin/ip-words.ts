/** Numbers and prefixes as iproute2 reads them (iproute2: lib/utils.c). */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import type { AdminResult } from './result.ts';
import { failure } from './result.ts';

/** `Error: argument "X" is wrong: …`; some of its texts end with a newline of their own. */
export function invalidArgument(word: string, text: string): AdminResult {
  return failure(255, `Error: argument "${word}" is wrong: ${text}`);
}

/** A whole number as strtol(3) with base 0 takes it: 0x for hexadecimal, a leading 0 for octal. */
export function readInteger(text: string): number | undefined {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2]!;
  const isOctal = /^0[0-7]+$/.test(digits);
  const value = isOctal ? parseInt(digits, 8) : Number(digits);
  return match[1] === '-' ? -value : value;
}

/** An unsigned number of 32 bits. */
export function readU32(text: string): number | undefined {
  const value = readInteger(text);
  return value !== undefined && value >= 0 && value < 2 ** 32 ? value : undefined;
}

/** An address as `get_addr_1` takes it: parts may be left out on the right and are 0 then. */
export function readAddress(text: string): Ip4 | undefined {
  const parts = text.split('.').map(readInteger);
  if (parts.length > 4 || parts.some((part) => part === undefined || part < 0 || part > 255)) return undefined;
  while (parts.length < 4) parts.push(0);
  return parts.reduce<number>((address, part) => (address << 8) | part!, 0);
}

/** `A.B.C.D/L`, `10.1/16`, `A.B.C.D/255.255.0.0`, `default`, `any`, `all`. */
export function readPrefix(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  if (host === 'default' || host === 'any' || host === 'all')
    return slash < 0 ? { address: 0, prefixLen: 0 } : undefined;
  const address = readAddress(host);
  if (address === undefined) return undefined;
  if (slash < 0) return { address, prefixLen: 32 };
  const prefixLen = readPrefixLen(text.slice(slash + 1));
  return prefixLen === undefined ? undefined : { address, prefixLen };
}

/** Which kind of address or prefix the options in front of the object ask for; '' for any. */
export type Family = '' | 'inet' | 'inet6' | 'link';

/** What iproute2 says of what is no prefix of the family. */
export function prefixFlaw(text: string, family: Family): AdminResult {
  if (family === 'link') {
    return failure(1, `Error: "${text}" may be inet prefix, but it is not allowed in this context.`);
  }
  return failure(1, `Error: ${family === '' ? 'any valid' : family} prefix is expected rather than "${text}".`);
}

/** What iproute2 says of what is no address of the family. */
export function addressFlaw(text: string, family: Family): AdminResult {
  return failure(1, `Error: ${family === '' ? 'any valid' : family} address is expected rather than "${text}".`);
}

/** A prefix length, or the netmask that stands for it. */
function readPrefixLen(text: string): number | undefined {
  const value = readInteger(text);
  if (value !== undefined) return value >= 0 && value <= 32 ? value : undefined;
  const mask = readAddress(text);
  if (mask === undefined) return undefined;
  return (~mask & (~mask + 1)) === 0 ? Math.clz32(~mask) : undefined;
}
