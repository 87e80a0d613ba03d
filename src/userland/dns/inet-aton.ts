/** inet_aton(3): how the C library reads an IPv4 address that somebody typed. */
import type { Ip4 } from '../../base/addr.ts';

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
