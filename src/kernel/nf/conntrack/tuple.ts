/**
 * Tuples: what makes a flow one direction of a connection (nf_conntrack_tuple.h). Four 32-bit words, so that two of
 * them compare in four steps and stand in typed arrays:
 *
 *   0  source address
 *   1  destination address
 *   2  TCP, UDP: source port << 16 | destination port · ICMP queries: identifier << 16 | type << 8 | code · else 0
 *   3  zone << 8 | protocol
 *
 * The identifier stands where the source port does, as in Linux, so that NAT can treat it as one.
 */
import * as icmp from '../../../wire/icmp.ts';
import * as ipv4 from '../../../wire/ipv4.ts';

/** The words of a tuple. */
export const TUPLE_SRC = 0;
export const TUPLE_DST = 1;
export const TUPLE_PORTS = 2;
export const TUPLE_PROTO = 3;
export const TUPLE_WORDS = 4;

/** Ports stand in the first four bytes of TCP and UDP. */
const PORTS_BYTES = 4;

/** A tuple on its way between functions; whoever needs one keeps one. */
export function makeTuple(): Int32Array {
  return new Int32Array(TUPLE_WORDS);
}

/** The question of each answer among ICMP's queries and the other way round; 0 for what is neither. */
const INVERSE_TYPES = (() => {
  const inverse = new Uint8Array(256);
  const pairs: readonly (readonly [number, number])[] = [
    [icmp.ECHO_REQUEST, icmp.ECHO_REPLY],
    [icmp.TIMESTAMP_REQUEST, icmp.TIMESTAMP_REPLY],
    [icmp.INFO_REQUEST, icmp.INFO_REPLY],
    [icmp.ADDRESS_MASK_REQUEST, icmp.ADDRESS_MASK_REPLY],
  ];
  for (const [request, reply] of pairs) {
    // One more than the type, because an echo reply's is 0.
    inverse[request] = reply + 1;
    inverse[reply] = request + 1;
  }
  return inverse;
})();

/** Moves a tuple to another zone. */
export function setZone(tuple: Int32Array, zone: number): void {
  tuple[TUPLE_PROTO] = (zone << 8) | (tuple[TUPLE_PROTO]! & 0xff);
}

/** Whether the protocol has ports that its tuples hold. */
export function hasPorts(protocol: number): boolean {
  return protocol === ipv4.PROTO_TCP || protocol === ipv4.PROTO_UDP;
}

/**
 * Where the transport header begins, or -1: a fragment that is not the first has none, and a header may be longer
 * than the datagram (Linux: get_l4proto()).
 */
export function getL4Offset(v: DataView, l3: number, tail: number): number {
  if (tail - l3 < ipv4.HEADER_LEN || ipv4.fragmentOffset(v, l3) !== 0) return -1;
  const l4 = l3 + ipv4.headerLen(v, l3);
  return l4 < l3 + ipv4.HEADER_LEN || l4 > tail ? -1 : l4;
}

/**
 * Reads the tuple of the datagram whose headers are at `l3` and `l4` and whose last byte is before `tail`; false when
 * the transport header is not whole. Linux: nf_ct_get_tuple().
 */
export function nfCtGetTuple(
  v: DataView,
  l3: number,
  l4: number,
  tail: number,
  zone: number,
  tuple: Int32Array,
): boolean {
  const protocol = ipv4.protocol(v, l3);
  tuple[TUPLE_SRC] = ipv4.src(v, l3);
  tuple[TUPLE_DST] = ipv4.dst(v, l3);
  tuple[TUPLE_PROTO] = (zone << 8) | protocol;
  if (hasPorts(protocol)) {
    if (tail - l4 < PORTS_BYTES) return false;
    tuple[TUPLE_PORTS] = v.getInt32(l4);
  } else if (protocol === ipv4.PROTO_ICMP) {
    if (tail - l4 < icmp.HEADER_LEN) return false;
    tuple[TUPLE_PORTS] = (icmp.echoId(v, l4) << 16) | (icmp.type(v, l4) << 8) | icmp.code(v, l4);
  } else {
    tuple[TUPLE_PORTS] = 0;
  }
  return true;
}

/**
 * Makes the tuple of the answer; false when there can be none (ICMP messages that are not queries).
 * Linux: nf_ct_invert_tuple().
 */
export function nfCtInvertTuple(tuple: Int32Array, inverse: Int32Array): boolean {
  const src = tuple[TUPLE_SRC]!;
  const ports = tuple[TUPLE_PORTS]!;
  const proto = tuple[TUPLE_PROTO]!;
  if ((proto & 0xff) === ipv4.PROTO_ICMP) {
    const type = INVERSE_TYPES[(ports >>> 8) & 0xff]!;
    if (type === 0) return false;
    inverse[TUPLE_PORTS] = (ports & ~0xff00) | ((type - 1) << 8);
  } else {
    inverse[TUPLE_PORTS] = (ports << 16) | (ports >>> 16);
  }
  inverse[TUPLE_SRC] = tuple[TUPLE_DST]!;
  inverse[TUPLE_DST] = src;
  inverse[TUPLE_PROTO] = proto;
  return true;
}
