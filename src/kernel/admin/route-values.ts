/** Numbers, addresses and prefixes as iproute2 reads them (iproute2: lib/utils.c). */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { maskLength, parseIp4 } from '../../base/addr.ts';
import type { AdminResult } from './result.ts';
import { failure } from './result.ts';

const U32 = 2 ** 32;

/** `Error: argument "X" is wrong: …` */
export function wrongArgument(word: string, text: string): AdminResult {
  return failure(255, `Error: argument "${word}" is wrong: ${text}`);
}

/** An unsigned number of 32 bits, as strtoul(3) with base 0 takes it. */
export function readNumber(text: string): number | undefined {
  if (!/^(?:0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i.test(text)) return undefined;
  const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return value < U32 ? value : undefined;
}

/** An address of which parts may be left out on the right: they are 0. */
export function readIp(text: string): Ip4 | undefined {
  if (text === 'default' || text === 'all' || text === 'any') return 0;
  if (!/^\d{1,3}(?:\.\d{1,3}){0,3}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  while (parts.length < 4) parts.push(0);
  return parts.every((part) => part < 256) ? parts.reduce((all, part) => (all << 8) | part, 0) : undefined;
}

/** `10.0.0.0/24`, `10.1/16`, `10.0.0.0/255.255.0.0`, `10.0.0.1`, `default`. */
export function readPrefixText(text: string): Cidr | undefined {
  if (text === 'default' || text === 'all' || text === 'any') return { address: 0, prefixLen: 0 };
  const slash = text.indexOf('/');
  const address = readIp(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  if (slash < 0) return { address, prefixLen: 32 };
  const length = readPrefixLength(text.slice(slash + 1));
  return length === undefined ? undefined : { address, prefixLen: length };
}

function readPrefixLength(text: string): number | undefined {
  const mask = text.includes('.') ? parseIp4(text) : undefined;
  if (mask !== undefined) return maskLength(mask);
  const length = readNumber(text);
  return length !== undefined && length <= 32 ? length : undefined;
}
