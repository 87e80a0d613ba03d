/**
 * Addresses as numbers. An IPv4 address is an int32 (so `(dst & mask) === network` needs no `>>> 0`), a MAC address a
 * 48-bit integer, or on the hot path two halves: the upper 16 bits and the lower 32 as an int32. This file is the only
 * place where addresses are text.
 */
import { assert } from './assert.ts';

/** An IPv4 address in host order as an int32: 255.255.255.255 is -1. */
export type Ip4 = number;

/** A MAC address as an integer below 2^48. */
export type Mac = number;

/** An address with the length of its network's prefix; host bits may be set. */
export interface Cidr {
  readonly address: Ip4;
  readonly prefixLen: number;
}

export const BROADCAST_MAC: Mac = 0xffff_ffff_ffff;

const TWO_32 = 0x1_0000_0000;
/** A decimal number without a leading zero, as inet_pton(3) wants it: 010 would be octal to other parsers. */
const DECIMAL = /^(?:0|[1-9]\d{0,2})$/;
const MAC_TEXT = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** Reads a strict dotted quad (four decimal parts, 0..255, no leading zeros, nothing around it). */
export function parseIp4(text: string): Ip4 | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let address = 0;
  for (const part of parts) {
    const value = DECIMAL.test(part) ? Number(part) : 256;
    if (value > 255) return undefined;
    address = (address << 8) | value;
  }
  return address;
}

export function formatIp4(ip: Ip4): string {
  return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
}

/** The address of a literal; asserts that it is one. For constants and tests, never for a user's text. */
export function ip4(text: string): Ip4 {
  const address = parseIp4(text);
  assert(address !== undefined, 'ip4: the literal is a dotted quad');
  return address;
}

/** Orders addresses as unsigned numbers: negative, 0 or positive. */
export function compareIp4(left: Ip4, right: Ip4): number {
  return (left >>> 0) - (right >>> 0);
}

/** The netmask of a prefix length 0..32, as an int32. */
export function prefixMask(prefixLen: number): number {
  assert(prefixLen >= 0 && prefixLen <= 32, 'prefixMask: the length is 0..32');
  return prefixLen === 0 ? 0 : -1 << (32 - prefixLen);
}

/** The prefix length of a netmask, undefined when its ones are not contiguous. */
export function maskLength(mask: number): number | undefined {
  const prefixLen = Math.clz32(~mask);
  return prefixMask(prefixLen) === (mask | 0) ? prefixLen : undefined;
}

/** Reads `a.b.c.d/len` strictly, /0 to /32; host bits may be set. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIp4(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || !DECIMAL.test(length) || Number(length) > 32) return undefined;
  return { address, prefixLen: Number(length) };
}

export function formatCidr(cidr: Cidr): string {
  return `${formatIp4(cidr.address)}/${cidr.prefixLen}`;
}

/** The network's own address: the host bits cleared. */
export function networkOf(cidr: Cidr): Ip4 {
  return cidr.address & prefixMask(cidr.prefixLen);
}

/** The network's last address: the host bits set. For /31 and /32 it is no broadcast address to Linux. */
export function broadcastOf(cidr: Cidr): Ip4 {
  return cidr.address | ~prefixMask(cidr.prefixLen);
}

export function cidrContains(cidr: Cidr, ip: Ip4): boolean {
  return ((cidr.address ^ ip) & prefixMask(cidr.prefixLen)) === 0;
}

/** True when some address lies in both networks, which is when one contains the other. */
export function cidrsOverlap(left: Cidr, right: Cidr): boolean {
  return cidrContains(
    left.prefixLen <= right.prefixLen ? left : right,
    (left.prefixLen <= right.prefixLen ? right : left).address,
  );
}

/** 224.0.0.0/4, RFC 5771. */
export function isMulticastIp4(ip: Ip4): boolean {
  return ip >>> 28 === 0xe;
}

/** 127.0.0.0/8, RFC 1122 section 3.2.1.3. */
export function isLoopbackIp4(ip: Ip4): boolean {
  return ip >>> 24 === 127;
}

/** Reads `aa:bb:cc:dd:ee:ff`: six groups of exactly two hexadecimal digits. */
export function parseMac(text: string): Mac | undefined {
  return MAC_TEXT.test(text) ? Number.parseInt(text.replaceAll(':', ''), 16) : undefined;
}

export function formatMac(address: Mac): string {
  const digits = address.toString(16).padStart(12, '0');
  return digits.replace(/(..)(?=.)/g, '$1:');
}

/** The address of a literal; asserts that it is one. For constants and tests, never for a user's text. */
export function mac(text: string): Mac {
  const address = parseMac(text);
  assert(address !== undefined, 'mac: the literal is a MAC address');
  return address;
}

/** The upper 16 bits. */
export function macHi(address: Mac): number {
  return Math.floor(address / TWO_32);
}

/** The lower 32 bits as an int32. */
export function macLo(address: Mac): number {
  return address | 0;
}

/** Puts the two halves together; `lo` may be signed or unsigned. */
export function macFrom(hi: number, lo: number): Mac {
  return hi * TWO_32 + (lo >>> 0);
}
