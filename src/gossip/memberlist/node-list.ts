/** The nodes that a member knows: by name, and in the order in which it probes them. */
import { formatIp4, parseIp4, type Ip4 } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import { NODE_STATE } from '../messages.ts';
import { MemberState } from './node-state.ts';

/** Whom a random choice is not to hit. */
export type Excluded = (node: MemberState) => boolean;

export class NodeList {
  private readonly rng: Rng;
  private readonly byName: Map<string, MemberState>;
  /** Shuffled; the library's m.nodes. */
  private readonly order: MemberState[];
  /** How many have an address for a name. */
  private addressNames: number;

  constructor(rng: Rng) {
    this.rng = rng;
    this.byName = new Map();
    this.order = [];
    this.addressNames = 0;
  }

  /** All of them, in the order of probing. */
  get nodes(): readonly MemberState[] {
    return this.order;
  }

  /** What the formulas go by: everybody known, the dead included until they are forgotten (estNumNodes). */
  get size(): number {
    return this.order.length;
  }

  find(name: string): MemberState | undefined {
    return this.byName.get(name);
  }

  /** The node whose name is that address. */
  findByAddressName(address: Ip4): MemberState | undefined {
    return this.addressNames === 0 ? undefined : this.byName.get(formatIp4(address));
  }

  /** Puts a new node at a random place, so that it is not probed by everybody at the same time. */
  add(node: MemberState): void {
    this.byName.set(node.name, node);
    if (parseIp4(node.name) !== undefined) this.addressNames++;
    const end = this.order.length;
    this.order.push(node);
    if (end === 0) return;
    const offset = this.rng.below(end);
    this.order[end] = this.order[offset]!;
    this.order[offset] = node;
  }

  /** Forgets those that have been dead for longer than `gossipToTheDeadTimeNs`, and shuffles the rest (resetNodes). */
  reset(nowNs: number, gossipToTheDeadTimeNs: number): void {
    let kept = 0;
    for (const node of this.order) {
      if (node.isDeadOrLeft && nowNs - node.stateChangeNs > gossipToTheDeadTimeNs) this.forget(node);
      else this.order[kept++] = node;
    }
    this.order.length = kept;
    this.rng.shuffle(this.order);
  }

  /** Up to `k` different random nodes (kRandomNodes): 3n tries, so that few are found in a small cluster, too. */
  random(k: number, excluded: Excluded): MemberState[] {
    const n = this.order.length;
    const chosen: MemberState[] = [];
    for (let tries = 3 * n; tries > 0 && chosen.length < k; tries--) {
      const node = this.order[this.rng.below(n)]!;
      if (!excluded(node) && !chosen.includes(node)) chosen.push(node);
    }
    return chosen;
  }

  /** Whether anybody but `self` is there. */
  hasOthers(self: string): boolean {
    return this.order.some((node) => !node.isDeadOrLeft && node.name !== self);
  }

  /** Those that are neither dead nor have left. */
  living(): MemberState[] {
    return this.order.filter((node) => !node.isDeadOrLeft);
  }

  /** How many are neither dead nor have left. */
  livingCount(): number {
    let count = 0;
    for (const node of this.order) if (node.state <= NODE_STATE.suspect) count++;
    return count;
  }

  private forget(node: MemberState): void {
    this.byName.delete(node.name);
    if (parseIp4(node.name) !== undefined) this.addressNames--;
  }
}
