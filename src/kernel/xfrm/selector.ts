/** Which datagrams a policy or a security association is for (Linux: struct xfrm_selector, xfrm_selector_match). */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { cidrContains } from '../../base/addr.ts';
import type { Frame } from '../../link/frame.ts';
import * as ipv4 from '../../wire/ipv4.ts';

const PROTO_GRE = 47;
const PROTO_DCCP = 33;
const PROTO_SCTP = 132;
const PROTO_UDPLITE = 136;

export interface Selector {
  readonly src: Cidr;
  readonly dst: Cidr;
  /** 0 for any. */
  readonly proto: number;
  /** Of ICMP the type, of GRE the upper half of the key. */
  readonly sport: number;
  readonly hasSport: boolean;
  /** Of ICMP the code, of GRE the lower half of the key. */
  readonly dport: number;
  readonly hasDport: boolean;
  /** 0 for any interface. */
  readonly ifIndex: number;
}

const ANYBODY: Cidr = { address: 0, prefixLen: 0 };

/** Matches everything. */
export const ANY_SELECTOR: Selector = {
  src: ANYBODY,
  dst: ANYBODY,
  proto: 0,
  sport: 0,
  hasSport: false,
  dport: 0,
  hasDport: false,
  ifIndex: 0,
};

/** What policies look at of a datagram (Linux: struct flowi4). The object is used again for the next one. */
export interface XfrmFlow {
  src: Ip4;
  dst: Ip4;
  proto: number;
  sport: number;
  dport: number;
  mark: number;
  /** By which interface it leaves; 0 where that does not matter. */
  ifIndex: number;
}

export function makeFlow(): XfrmFlow {
  return { src: 0, dst: 0, proto: 0, sport: 0, dport: 0, mark: 0, ifIndex: 0 };
}

/** Twin of decode_session4: fills `flow` with what `frame` is. Of fragments the ports do not count. */
export function decodeSession(flow: XfrmFlow, frame: Frame, ifIndex: number): void {
  const v = frame.slab.view;
  const { l3 } = frame;
  const proto = ipv4.protocol(v, l3);
  flow.src = ipv4.src(v, l3);
  flow.dst = ipv4.dst(v, l3);
  flow.proto = proto;
  flow.mark = frame.mark;
  flow.ifIndex = ifIndex;
  flow.sport = 0;
  flow.dport = 0;
  const l4 = l3 + ipv4.headerLen(v, l3);
  if (ipv4.isFragment(v, l3) || frame.tail - l4 < 4) return;
  if (proto === ipv4.PROTO_ICMP) {
    flow.sport = v.getUint8(l4);
    flow.dport = v.getUint8(l4 + 1);
  } else if (hasPorts(proto)) {
    flow.sport = v.getUint16(l4);
    flow.dport = v.getUint16(l4 + 2);
  } else if (proto === PROTO_GRE && (v.getUint16(l4) & 0x2000) !== 0) decodeGreKey(flow, frame, l4);
}

/** The key stands behind a checksum, which may be missing (RFC 2890). */
function decodeGreKey(flow: XfrmFlow, frame: Frame, l4: number): void {
  const v = frame.slab.view;
  const at = l4 + ((v.getUint16(l4) & 0x8000) === 0 ? 4 : 8);
  if (frame.tail - at < 4) return;
  flow.sport = v.getUint16(at);
  flow.dport = v.getUint16(at + 2);
}

function hasPorts(proto: number): boolean {
  switch (proto) {
    case ipv4.PROTO_TCP:
    case ipv4.PROTO_UDP:
    case PROTO_SCTP:
    case PROTO_DCCP:
    case PROTO_UDPLITE:
      return true;
    default:
      return false;
  }
}

export function selectorMatches(selector: Selector, flow: XfrmFlow): boolean {
  return (
    (selector.proto === 0 || selector.proto === flow.proto) &&
    (!selector.hasDport || selector.dport === flow.dport) &&
    (!selector.hasSport || selector.sport === flow.sport) &&
    cidrContains(selector.dst, flow.dst) &&
    cidrContains(selector.src, flow.src) &&
    (selector.ifIndex === 0 || selector.ifIndex === flow.ifIndex)
  );
}

/** Twin of selector_cmp: bit for bit the same. */
export function isSameSelector(left: Selector, right: Selector): boolean {
  return (
    left.src.address === right.src.address &&
    left.src.prefixLen === right.src.prefixLen &&
    left.dst.address === right.dst.address &&
    left.dst.prefixLen === right.dst.prefixLen &&
    left.proto === right.proto &&
    left.sport === right.sport &&
    left.hasSport === right.hasSport &&
    left.dport === right.dport &&
    left.hasDport === right.hasDport &&
    left.ifIndex === right.ifIndex
  );
}

/** A mark and which of its bits count (Linux: struct xfrm_mark). */
export interface XfrmMark {
  readonly value: number;
  readonly mask: number;
}

export const NO_MARK: XfrmMark = { value: 0, mask: 0 };

/** Whether what bears `mark` is meant. */
export function markMatches({ value, mask }: XfrmMark, mark: number): boolean {
  return (mark & mask) >>> 0 === value >>> 0;
}
