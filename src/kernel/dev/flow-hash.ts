/**
 * The hash of a frame's flow (Linux: skb_get_hash, flow_dissector.c): what its sender's socket says, or a keyed hash of
 * addresses, protocol and ports, the same in both directions. Fragments and protocols without ports hash by their
 * addresses alone. A tunnel makes its source port of it (udp_flow_src_port).
 */
import type { Frame } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';

const IPV6_HEADER_LEN = 40;
const IPV6_NEXT_HEADER = 6;
const IPV6_ADDRESSES = 8;
/** 128 bits each, in four words. */
const IPV6_WORDS = 4;
const PROTO_SCTP = 132;
const PROTO_UDPLITE = 136;
const PROTO_DCCP = 33;

function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x85ebca6b);
  return Math.imul(product ^ (product >>> 13), 0xc2b2ae35);
}

function hasPorts(protocol: number): boolean {
  if (protocol === ipv4.PROTO_TCP || protocol === ipv4.PROTO_UDP) return true;
  return protocol === PROTO_SCTP || protocol === PROTO_UDPLITE || protocol === PROTO_DCCP;
}

/** Never 0. `frame.head` stands at the Ethernet header; `key` is the machine's. */
export function flowHash(frame: Frame, key: number): number {
  if (frame.hash !== 0) return frame.hash;
  const v = frame.slab.view;
  const etherType = ethernet.etherType(v, frame.head);
  const l3 = frame.head + ethernet.HEADER_LEN;
  let hash = mix(key, etherType);
  if (etherType === ethernet.ETHERTYPE_IPV4) hash = ip4Hash(v, l3, frame.tail, hash);
  else if (etherType === ethernet.ETHERTYPE_IPV6) hash = ip6Hash(v, l3, frame.tail, hash);
  hash ^= hash >>> 16;
  return hash === 0 ? 1 : hash;
}

function ip4Hash(v: DataView, l3: number, end: number, seed: number): number {
  if (end - l3 < ipv4.HEADER_LEN) return seed;
  const src = ipv4.src(v, l3);
  const dst = ipv4.dst(v, l3);
  const protocol = ipv4.protocol(v, l3);
  // The smaller one first: there and back hash alike (__flow_hash_consistentify).
  const isInOrder = dst >>> 0 >= src >>> 0;
  const hash = mix(mix(mix(seed, protocol), isInOrder ? src : dst), isInOrder ? dst : src);
  if (ipv4.isFragment(v, l3) || !hasPorts(protocol)) return hash;
  return portsHash(v, l3 + ipv4.headerLen(v, l3), end, hash);
}

function portsHash(v: DataView, l4: number, end: number, seed: number): number {
  if (end - l4 < 4) return seed;
  const src = v.getUint16(l4);
  const dst = v.getUint16(l4 + 2);
  return mix(seed, dst < src ? (dst << 16) | src : (src << 16) | dst);
}

function ip6Hash(v: DataView, l3: number, end: number, seed: number): number {
  if (end - l3 < IPV6_HEADER_LEN) return seed;
  const protocol = v.getUint8(l3 + IPV6_NEXT_HEADER);
  const src = l3 + IPV6_ADDRESSES;
  const dst = src + 4 * IPV6_WORDS;
  let order = 0;
  for (let i = 0; i < IPV6_WORDS && order === 0; i++) order = v.getUint32(dst + 4 * i) - v.getUint32(src + 4 * i);
  let hash = mix(seed, protocol);
  for (let i = 0; i < IPV6_WORDS; i++) hash = mix(hash, v.getInt32((order >= 0 ? src : dst) + 4 * i));
  for (let i = 0; i < IPV6_WORDS; i++) hash = mix(hash, v.getInt32((order >= 0 ? dst : src) + 4 * i));
  return hasPorts(protocol) ? portsHash(v, l3 + IPV6_HEADER_LEN, end, hash) : hash;
}

/** Twin of udp_flow_src_port: a port of `min` to `max`, the last of which Linux never takes. */
export function udpFlowSrcPort(hash: number, min: number, max: number): number {
  const spread = (hash ^ (hash << 16)) >>> 0;
  return (min + (spread * (max - min)) / 0x1_0000_0000) | 0;
}
