/**
 * What a member knows of another (nodeState, state.go). In a large cluster there is one for each pair of members: the
 * address is a small integer, and what most nodes have alike (no metadata, the same versions) is one array for all.
 */
import type { Ip4 } from '../../base/addr.ts';
import type { MemberNode } from '../delegate.ts';
import type { NodeState, Slice } from '../messages.ts';
import { NODE_STATE } from '../messages.ts';
import type { Suspicion } from './suspicion.ts';

const NO_BYTES = new Uint8Array(0);
/** Protocol and delegate protocol: minimum, maximum, current of each. */
export const VSN_BYTES = 6;
const NO_VSN = new Uint8Array(VSN_BYTES);

export class MemberState implements MemberNode {
  readonly name: string;
  address: Ip4;
  port: number;
  meta: Uint8Array;
  incarnation: number;
  state: NodeState;
  stateChangeNs: number;
  /** Six bytes; zeros when the node has not said them. */
  vsn: Uint8Array;
  /** Runs while the node is suspected. */
  suspicion: Suspicion | null;

  /** A node that nobody has said anything of yet counts as dead. */
  constructor(name: string, address: Ip4, port: number, nowNs: number) {
    this.name = name;
    this.address = address;
    this.port = port;
    this.meta = NO_BYTES;
    this.incarnation = 0;
    this.state = NODE_STATE.dead;
    this.stateChangeNs = nowNs;
    this.vsn = NO_VSN;
    this.suspicion = null;
  }

  get isDeadOrLeft(): boolean {
    return this.state === NODE_STATE.dead || this.state === NODE_STATE.left;
  }

  /** The highest protocol version that it understands: what decides about checksums, nacks and TCP pings. */
  get protocolMax(): number {
    return this.vsn[1]!;
  }

  /** Whether gossip goes to it: to those that have died since `deadSinceNs`, too, so that they may refute. */
  hearsGossip(deadSinceNs: number): boolean {
    if (this.state === NODE_STATE.dead) return this.stateChangeNs >= deadSinceNs;
    return this.state !== NODE_STATE.left;
  }

  setState(state: NodeState, nowNs: number): void {
    this.state = state;
    this.stateChangeNs = nowNs;
  }

  endSuspicion(): void {
    this.suspicion?.cancel();
    this.suspicion = null;
  }
}

/** Whether two slices have the same bytes; nil has none. */
export function equalBytes(left: Slice, right: Slice): boolean {
  const leftLen = left?.length ?? 0;
  if (leftLen !== (right?.length ?? 0)) return false;
  for (let i = 0; i < leftLen; i++) if (left![i] !== right![i]) return false;
  return true;
}

/** The bytes to keep: `known` when they are the same, else a copy of their own. */
export function keepBytes(bytes: Slice, known: Uint8Array): Uint8Array {
  if (equalBytes(bytes, known)) return known;
  return bytes === null || bytes.length === 0 ? NO_BYTES : bytes.slice();
}
