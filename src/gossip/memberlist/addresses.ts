/** Addresses between the bytes of messages and the numbers in here. */
import { prefixMask, type Cidr, type Ip4 } from '../../base/addr.ts';
import type { Slice } from '../messages.ts';

/** The four bytes of an address, as Go's net.IP has them after To4. */
export function addressBytes(address: Ip4): Uint8Array {
  return Uint8Array.of(address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255);
}

/** The address of 4 bytes, or of 16 that map one (::ffff:a.b.c.d); undefined for anything else. */
export function addressOf(bytes: Slice): Ip4 | undefined {
  if (bytes === null) return undefined;
  if (bytes.length === 4) return readAt(bytes, 0);
  if (bytes.length !== 16 || bytes[10] !== 255 || bytes[11] !== 255) return undefined;
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return undefined;
  return readAt(bytes, 12);
}

function readAt(bytes: Uint8Array, offset: number): Ip4 {
  return (bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
}

/** Whether the address lies in one of the networks; null allows any. */
export function isAllowed(address: Ip4, cidrs: readonly Cidr[] | null): boolean {
  if (cidrs === null || cidrs.length === 0) return true;
  return cidrs.some((cidr) => {
    const mask = prefixMask(cidr.prefixLen);
    return (address & mask) === (cidr.address & mask);
  });
}
