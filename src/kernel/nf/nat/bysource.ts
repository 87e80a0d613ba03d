/**
 * Connections by where they come from (nf_nat_bysource): a source that is translated once is translated likewise when
 * it talks to somebody else, if it can be. Chains of slots on typed arrays, the latest first.
 */
import { TUPLE_PORTS, TUPLE_PROTO, TUPLE_SRC, TUPLE_WORDS } from '../conntrack/tuple.ts';
import type { ConntrackTable } from '../conntrack/table.ts';

const NONE = -1;

export class NatBysource {
  private readonly table: ConntrackTable;
  private heads: Int32Array;
  private nexts: Int32Array;
  /** By slot: whether it is in a chain. */
  private isIn: Uint8Array;

  constructor(table: ConntrackTable) {
    this.table = table;
    this.heads = new Int32Array(0);
    this.nexts = new Int32Array(0);
    this.isIn = new Uint8Array(0);
  }

  add(slot: number): void {
    if (this.nexts.length < this.table.capacity) this.grow();
    if (this.isIn[slot] === 1) return;
    this.isIn[slot] = 1;
    this.link(slot);
  }

  /** Takes a slot out, which may be absent. */
  remove(slot: number): void {
    if (slot >= this.isIn.length || this.isIn[slot] === 0) return;
    this.isIn[slot] = 0;
    const bucket = this.bucketOf(slot);
    if (this.heads[bucket] === slot) {
      this.heads[bucket] = this.nexts[slot]!;
      return;
    }
    let before = this.heads[bucket]!;
    while (this.nexts[before] !== slot) before = this.nexts[before]!;
    this.nexts[before] = this.nexts[slot]!;
  }

  /** The first slot in the chain of this source, or -1; `next` goes on. Others may be among them: see `isFrom`. */
  first(tuple: Int32Array): number {
    if (this.heads.length === 0) return NONE;
    return this.heads[this.hash(tuple[TUPLE_SRC]!, tuple[TUPLE_PORTS]!, tuple[TUPLE_PROTO]!)]!;
  }

  next(slot: number): number {
    return this.nexts[slot]!;
  }

  /** Whether the connection comes from the source of `tuple`. Linux: same_src(). */
  isFrom(slot: number, tuple: Int32Array): boolean {
    const { tuples } = this.table;
    const at = 2 * slot * TUPLE_WORDS;
    return (
      tuples[at + TUPLE_SRC] === tuple[TUPLE_SRC] &&
      tuples[at + TUPLE_PORTS]! >>> 16 === tuple[TUPLE_PORTS]! >>> 16 &&
      tuples[at + TUPLE_PROTO] === tuple[TUPLE_PROTO]
    );
  }

  private link(slot: number): void {
    const bucket = this.bucketOf(slot);
    this.nexts[slot] = this.heads[bucket]!;
    this.heads[bucket] = slot;
  }

  private bucketOf(slot: number): number {
    const { tuples } = this.table;
    const at = 2 * slot * TUPLE_WORDS;
    return this.hash(tuples[at + TUPLE_SRC]!, tuples[at + TUPLE_PORTS]!, tuples[at + TUPLE_PROTO]!);
  }

  private hash(src: number, ports: number, proto: number): number {
    let mixed = Math.imul(src ^ (ports >>> 16) ^ Math.imul(proto, 0x9e3779b1), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) & (this.heads.length - 1);
  }

  /** Slow path: as many chains as slots, which are a power of two. */
  private grow(): void {
    const { heads, nexts, isIn } = this;
    const { capacity } = this.table;
    this.heads = new Int32Array(capacity).fill(NONE);
    this.nexts = new Int32Array(capacity).fill(NONE);
    this.isIn = new Uint8Array(capacity);
    this.isIn.set(isIn);
    const chain: number[] = [];
    for (const head of heads) {
      for (let slot = head; slot !== NONE; slot = nexts[slot]!) chain.push(slot);
      while (chain.length > 0) this.link(chain.pop()!);
    }
  }
}
