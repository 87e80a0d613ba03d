/**
 * Which of several equal ways a flow takes (Linux: fib_multipath_hash and fib_select_multipath). The kernel’s hash has
 * a key that it draws when it starts, so only its properties can be kept: one flow, one way, shares by weight.
 */
import type { FibNexthop, FibRoute } from './fib.ts';
import { isGoodHop } from './fib-table.ts';
import type { Flow } from './flow.ts';

/** fib_multipath_hash_policy */
const POLICY_L4 = 1;
const POLICY_FIELDS = 3;
/** fib_multipath_hash_fields */
const FIELD_SRC = 0x1;
const FIELD_DST = 0x2;
const FIELD_PROTOCOL = 0x4;
const FIELD_SRC_PORT = 0x10;
const FIELD_DST_PORT = 0x20;
const L3_FIELDS = FIELD_SRC | FIELD_DST;
const L4_FIELDS = L3_FIELDS | FIELD_PROTOCOL | FIELD_SRC_PORT | FIELD_DST_PORT;

/** A number of 31 bits from the fields of the flow that the policy looks at. */
export function multipathHash(flow: Flow, policy: number, fields: number, seed: number): number {
  const looked = policy === POLICY_L4 ? L4_FIELDS : policy === POLICY_FIELDS ? fields : L3_FIELDS;
  let hash = seed | 0;
  if ((looked & FIELD_SRC) !== 0) hash = mix(hash, flow.src);
  if ((looked & FIELD_DST) !== 0) hash = mix(hash, flow.dst);
  if ((looked & FIELD_PROTOCOL) !== 0) hash = mix(hash, flow.protocol);
  if ((looked & FIELD_SRC_PORT) !== 0) hash = mix(hash, flow.srcPort);
  if ((looked & FIELD_DST_PORT) !== 0) hash = mix(hash, flow.dstPort);
  return avalanche(hash) >>> 1;
}

function mix(hash: number, value: number): number {
  const turned = Math.imul(value, 0xcc9e2d51 | 0);
  const mixed = hash ^ Math.imul((turned << 15) | (turned >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function avalanche(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b | 0);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35 | 0);
  return second ^ (second >>> 16);
}

/** The way whose share of the hashes this one lies in; `prefersNeighbours` tells whether a way's neighbour is known. */
export function selectHop(
  route: FibRoute,
  flow: Flow,
  hash: number,
  prefersNeighbours: ((hop: FibNexthop) => boolean) | null,
): FibNexthop | null {
  const alive = route.nexthops.filter((hop) => isGoodHop(hop, flow));
  const usable = prefersNeighbours === null ? alive : alive.filter(prefersNeighbours);
  const hops = usable.length > 0 ? usable : alive;
  const total = alive.reduce((sum, hop) => sum + hop.weight, 0);
  let weight = 0;
  for (const hop of alive) {
    weight += hop.weight;
    const isIn = hash <= Math.round((weight * 2 ** 31) / total) - 1;
    if (isIn && hops.includes(hop)) return hop;
  }
  return hops[0] ?? null;
}
