/**
 * What the nodes of a swarm name their security associations by, without asking each other: numbers made of their
 * addresses and a key's tag. Twin of buildSPI (libnetwork: drivers/overlay/encryption.go).
 */
import type { Ip4 } from '../../../base/addr.ts';

const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a of 32 bits. */
function fnv1a(bytes: readonly number[]): number {
  let hash = FNV_OFFSET_BASIS;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}

/** The four bytes of a number, the most significant first. */
export function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** An address as Go keeps it: mapped into IPv6. */
function mapped(ip: Ip4): number[] {
  return [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...bigEndian(ip)];
}

/** The SPI of what goes from `src` to `dst` under the key with this tag, as an unsigned number. */
export function buildSpi(src: Ip4, dst: Ip4, tag: number): number {
  return fnv1a([...mapped(src), ...bigEndian(tag), ...mapped(dst)]);
}
