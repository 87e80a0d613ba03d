/** What tools do to the table of connections (nf_conntrack_netlink.c): make entries, take them away, change them. */
import * as ipv4 from '../../../wire/ipv4.ts';
import type { Conntrack } from './conntrack.ts';
import { DIR_REPLY, IPCT_MARK, IPCT_NEW, IPS_CONFIRMED, IPS_HAS_COUNTERS } from './status.ts';
import { IPS_DST_NAT, IPS_DST_NAT_DONE, IPS_SRC_NAT, IPS_SRC_NAT_DONE } from './status.ts';
import { COUNTERS_PER_SLOT } from './table.ts';
import { STATE } from './tcp-columns.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_SRC, makeTuple } from './tuple.ts';

const SECOND_NS = 1_000_000_000;
/** The netlink port that a tool's requests come from, by which listeners know that a person did it. */
const FIRST_TOOL_PORT = 4_294_963_199;

/** Another address or port of one side. */
export interface CtNat {
  readonly address: number | null;
  readonly port: number | null;
}

export interface CtCreation {
  readonly original: Int32Array;
  readonly reply: Int32Array;
  readonly timeoutSeconds: number;
  readonly status: number;
  readonly mark: number;
  /** -1 for none. */
  readonly tcpState: number;
  readonly sourceNat: CtNat | null;
  readonly destinationNat: CtNat | null;
}

export interface CtChange {
  readonly mark: number;
  /** Bits that are set beside those that are. */
  readonly status: number;
  /** Null where the deadline stays. */
  readonly timeoutSeconds: number | null;
}

/** Twin of ctnetlink_create_conntrack; false when there is such an entry. */
export function ctnetlinkCreate(conntrack: Conntrack, creation: CtCreation): boolean {
  const { table } = conntrack;
  const { original, reply } = creation;
  if (table.find(original) >= 0 || table.find(reply) >= 0) return false;
  const slot = table.alloc(original, reply);
  const { sourceNat, destinationNat } = creation;
  table.status[slot] = creation.status | conntrack.birthStatus();
  if (sourceNat !== null) table.status[slot] |= IPS_SRC_NAT | IPS_SRC_NAT_DONE;
  if (destinationNat !== null) table.status[slot] |= IPS_DST_NAT | IPS_DST_NAT_DONE;
  if (sourceNat !== null || destinationNat !== null) translateReply(conntrack, slot, sourceNat, destinationNat);
  table.marks[slot] = creation.mark;
  if (table.protocolOf(slot) === ipv4.PROTO_TCP) {
    table.tcp.clear(slot);
    table.tcp.bytes[table.tcp.bytesAt(slot) + STATE] = Math.max(creation.tcpState, 0);
  }
  table.expiresNs[slot] = creation.timeoutSeconds * SECOND_NS;
  conntrack.stats.insert++;
  asTool(conntrack, () => {
    conntrack.insertConfirmed(slot, IPCT_NEW);
  });
  conntrack.put(slot);
  return true;
}

/** The answers go to, or come from, somebody else. */
function translateReply(conntrack: Conntrack, slot: number, source: CtNat | null, destination: CtNat | null): void {
  const reply = makeTuple();
  conntrack.table.readTuple(2 * slot + DIR_REPLY, reply);
  const ports = reply[TUPLE_PORTS]!;
  const toPort = source?.port ?? ports & 0xffff;
  const fromPort = destination?.port ?? ports >>> 16;
  reply[TUPLE_PORTS] = (fromPort << 16) | toPort;
  if (source !== null && source.address !== null) reply[TUPLE_DST] = source.address;
  if (destination !== null && destination.address !== null) reply[TUPLE_SRC] = destination.address;
  conntrack.table.alterReply(slot, reply);
}

/** Twin of ctnetlink_del_conntrack. */
export function ctnetlinkDelete(conntrack: Conntrack, slot: number): void {
  asTool(conntrack, () => {
    conntrack.kill(slot);
  });
}

/** Twin of ctnetlink_change_conntrack: another mark, more status bits, another deadline. */
export function ctnetlinkChange(conntrack: Conntrack, slot: number, change: CtChange): void {
  const { table } = conntrack;
  table.status[slot]! |= change.status | IPS_CONFIRMED;
  if (change.timeoutSeconds !== null) conntrack.refresh(slot, change.timeoutSeconds);
  if (change.mark === table.marks[slot]! >>> 0) return;
  table.marks[slot] = change.mark;
  asTool(conntrack, () => {
    conntrack.tellOf(slot, IPCT_MARK);
  });
}

/** Twin of ctnetlink_dump with zeroing: the counters begin again. */
export function ctnetlinkZero(conntrack: Conntrack, slot: number): void {
  const { table } = conntrack;
  if ((table.status[slot]! & IPS_HAS_COUNTERS) === 0) return;
  table.counters.fill(0, slot * COUNTERS_PER_SLOT, (slot + 1) * COUNTERS_PER_SLOT);
}

function asTool(conntrack: Conntrack, act: () => void): void {
  conntrack.toolPort = FIRST_TOOL_PORT;
  act();
  conntrack.toolPort = 0;
}
