/** How addresses and names are written in the DNS and by programs. */
import type { Ip4 } from '../../base/addr.ts';

/** `4.3.2.1.in-addr.arpa` (RFC 1035 3.5). */
export function reverseName(address: Ip4): string {
  const octets = [address, address >>> 8, address >>> 16, address >>> 24].map((octet) => octet & 0xff);
  return `${octets.join('.')}.in-addr.arpa`;
}

/** `f.e.….ip6.arpa` (RFC 3596 2.5): one label for each half byte, the last first. */
export function reverseName6(address: Uint8Array): string {
  const digits = [...address].flatMap((byte) => [byte >>> 4, byte & 0xf]);
  return `${digits
    .reverse()
    .map((digit) => digit.toString(16))
    .join('.')}.ip6.arpa`;
}

/** A name as programs show it: without the dot at its end. */
export function withoutDot(name: string): string {
  return name === '.' ? name : name.replace(/\.$/, '');
}
