/**
 * The connections of one namespace as columns of numbers, and the hash table that finds them (nf_conntrack_core.c).
 *
 * An entry is a slot. Each has two nodes, 2 * slot + direction, with a tuple of four words; a bucket is a chain of
 * nodes. Everything doubles when the slots run out, so that an idle machine pays for a few entries and a packet never
 * allocates. A frame that points at an entry holds it (`hold`, `put`), so that a slot is not given out again before
 * the last of them is gone.
 *
 * A bucket is chosen by the upper bits of the hash. With fewer buckets than a real kernel has (`buckets`), one here
 * is the union of neighbours there: who wants to know about real buckets (early drop) looks at the stored hashes.
 */
import { assert } from '../../../base/assert.ts';
import { PROTO_TCP } from '../../../wire/ipv4.ts';
import { TcpColumns } from './tcp-columns.ts';
import { DIR_ORIGINAL, DIR_REPLY } from './status.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_PROTO, TUPLE_SRC, TUPLE_WORDS, setZone } from './tuple.ts';

const FIRST_CAPACITY = 16;
/** The end of a chain, and of the list of free slots. */
const NONE = -1;
/** Packets and bytes of either direction: columns of `counters`. */
export const COUNTERS_PER_SLOT = 4;

export class ConntrackTable {
  /** The time, for whoever works on the table: set it first. A column of one, so that no double is handed over. */
  readonly nowNs: Float64Array;
  /** Entries that exist, also those that are not in the hash table (yet or any more). Linux: cnet->count. */
  count: number;
  capacity: number;
  /** Four words per node: see tuple.ts. */
  tuples: Int32Array;
  /** By slot: bits IPS_…. */
  status: Int32Array;
  marks: Int32Array;
  /** By slot: when the entry expires. */
  expiresNs: Float64Array;
  /** By slot: from when on a UDP flow counts as a stream. */
  streamNs: Float64Array;
  /** By slot: bits IPCT_… that nobody was told yet. */
  events: Int32Array;
  /** Packets and bytes of the original direction, then of the reply: four per slot; empty unless they are counted. */
  counters: Float64Array;
  /** By slot: when the entry was confirmed; empty unless that is kept. */
  startsNs: Float64Array;
  readonly tcp: TcpColumns;
  private readonly salt: number;
  private readonly bucketsMax: number;
  /** Frames and the table that point at a slot. */
  private uses: Uint16Array;
  /** By node: its hash, and the next one of its chain. */
  private hashes: Int32Array;
  private nexts: Int32Array;
  private heads: Int32Array;
  private bucketShift: number;
  private freeSlot: number;

  /** `salt` is any 32 bits; `buckets` the number in a real kernel, a power of two. */
  constructor(salt: number, buckets = 262_144) {
    assert(buckets >= 2 && (buckets & (buckets - 1)) === 0, 'ConntrackTable: the number of buckets is a power of two');
    this.salt = salt | 0;
    this.bucketsMax = buckets;
    this.nowNs = new Float64Array(1);
    this.count = 0;
    this.capacity = 0;
    this.tuples = new Int32Array(0);
    this.status = new Int32Array(0);
    this.marks = new Int32Array(0);
    this.expiresNs = new Float64Array(0);
    this.streamNs = new Float64Array(0);
    this.events = new Int32Array(0);
    this.counters = new Float64Array(0);
    this.startsNs = new Float64Array(0);
    this.tcp = new TcpColumns();
    this.uses = new Uint16Array(0);
    this.hashes = new Int32Array(0);
    this.nexts = new Int32Array(0);
    this.heads = new Int32Array(0);
    this.bucketShift = 31;
    this.freeSlot = NONE;
    this.grow(FIRST_CAPACITY);
  }

  /** A new entry, held once, in no chain. Its columns are 0 but for the tuples. Linux: nf_conntrack_alloc(). */
  alloc(original: Int32Array, reply: Int32Array): number {
    if (this.freeSlot === NONE) this.grow(this.capacity * 2);
    const isTcp = (original[TUPLE_PROTO]! & 0xff) === PROTO_TCP;
    if (isTcp && this.tcp.capacity < this.capacity) this.tcp.grow(this.capacity);
    const slot = this.freeSlot;
    this.freeSlot = this.nexts[2 * slot]!;
    this.nexts[2 * slot] = NONE;
    this.nexts[2 * slot + 1] = NONE;
    this.tuples.set(original, 2 * slot * TUPLE_WORDS);
    this.tuples.set(reply, (2 * slot + 1) * TUPLE_WORDS);
    this.status[slot] = 0;
    this.marks[slot] = 0;
    this.events[slot] = 0;
    this.expiresNs[slot] = 0;
    this.streamNs[slot] = 0;
    if (this.counters.length > 0) this.counters.fill(0, slot * COUNTERS_PER_SLOT, (slot + 1) * COUNTERS_PER_SLOT);
    this.uses[slot] = 1;
    this.count++;
    return slot;
  }

  hold(slot: number): void {
    assert(this.uses[slot]! > 0, 'ConntrackTable.hold: the entry exists');
    this.uses[slot]!++;
  }

  /** Lets go of an entry; the last one frees its slot. Linux: nf_ct_put(). */
  put(slot: number): void {
    assert(this.uses[slot]! > 0, 'ConntrackTable.put: the entry is held');
    if (--this.uses[slot]! > 0) return;
    this.nexts[2 * slot] = this.freeSlot;
    this.freeSlot = slot;
    this.count--;
  }

  /** Who holds the entry: what `use=` shows. */
  usesOf(slot: number): number {
    return this.uses[slot]!;
  }

  /** Counts packets and bytes from now on. */
  enableCounters(): void {
    if (this.counters.length === 0) this.counters = new Float64Array(this.capacity * COUNTERS_PER_SLOT);
  }

  /** Keeps the times of beginning from now on. */
  enableTimes(): void {
    if (this.startsNs.length === 0) this.startsNs = new Float64Array(this.capacity);
  }

  /** A number by which tools tell entries apart (nf_ct_get_id). */
  idOf(slot: number): number {
    const at = 2 * slot * TUPLE_WORDS;
    const { tuples } = this;
    const hash = this.hashWords(tuples[at]!, tuples[at + 1]!, tuples[at + TUPLE_PORTS]!, tuples[at + TUPLE_PROTO]!);
    return mixWord(hash, slot) >>> 0;
  }

  protocolOf(slot: number): number {
    return this.tuples[2 * slot * TUPLE_WORDS + TUPLE_PROTO]! & 0xff;
  }

  /** Copies the tuple of a node. */
  readTuple(node: number, tuple: Int32Array): void {
    const at = node * TUPLE_WORDS;
    for (let word = 0; word < TUPLE_WORDS; word++) tuple[word] = this.tuples[at + word]!;
  }

  /** Another tuple for the answers, while the entry is in no chain. Linux: nf_conntrack_alter_reply(). */
  alterReply(slot: number, reply: Int32Array): void {
    this.tuples.set(reply, (2 * slot + 1) * TUPLE_WORDS);
  }

  hashOf(tuple: Int32Array): number {
    return this.hashWords(tuple[TUPLE_SRC]!, tuple[TUPLE_DST]!, tuple[TUPLE_PORTS]!, tuple[TUPLE_PROTO]!);
  }

  /** The node in the table with this tuple, or -1. Linux: nf_conntrack_find_get(). */
  find(tuple: Int32Array): number {
    const src = tuple[TUPLE_SRC]!;
    const dst = tuple[TUPLE_DST]!;
    const ports = tuple[TUPLE_PORTS]!;
    const proto = tuple[TUPLE_PROTO]!;
    const { tuples, nexts } = this;
    const hash = this.hashWords(src, dst, ports, proto);
    for (let node = this.heads[hash >>> this.bucketShift]!; node !== NONE; node = nexts[node]!) {
      const at = node * TUPLE_WORDS;
      if (
        tuples[at + TUPLE_PORTS] === ports &&
        tuples[at + TUPLE_SRC] === src &&
        tuples[at + TUPLE_DST] === dst &&
        tuples[at + TUPLE_PROTO] === proto
      ) {
        return node;
      }
    }
    return NONE;
  }

  /**
   * The same where the tuple is in one zone as a question and in another as an answer; it stands in `zone` before and
   * after.
   */
  findInZones(tuple: Int32Array, zone: number, replyZone: number): number {
    const asked = this.find(tuple);
    if (zone === replyZone || (asked >= 0 && (asked & 1) === DIR_ORIGINAL)) return asked;
    setZone(tuple, replyZone);
    const answering = this.find(tuple);
    setZone(tuple, zone);
    return answering >= 0 && (answering & 1) === DIR_REPLY ? answering : NONE;
  }

  /** Puts both nodes of an entry into their chains and holds it. */
  insert(slot: number): void {
    for (let node = 2 * slot; node <= 2 * slot + 1; node++) {
      const at = node * TUPLE_WORDS;
      const { tuples } = this;
      const hash = this.hashWords(
        tuples[at + TUPLE_SRC]!,
        tuples[at + TUPLE_DST]!,
        tuples[at + TUPLE_PORTS]!,
        tuples[at + TUPLE_PROTO]!,
      );
      this.hashes[node] = hash;
      this.link(node);
    }
    this.uses[slot]!++;
  }

  /** Takes both nodes out of their chains; the caller still has to `put` the table's hold. */
  unlink(slot: number): void {
    for (let node = 2 * slot; node <= 2 * slot + 1; node++) {
      const bucket = this.hashes[node]! >>> this.bucketShift;
      let before = NONE;
      let at = this.heads[bucket]!;
      while (at !== node) {
        assert(at !== NONE, 'ConntrackTable.unlink: the node is in its chain');
        before = at;
        at = this.nexts[at]!;
      }
      if (before === NONE) this.heads[bucket] = this.nexts[node]!;
      else this.nexts[before] = this.nexts[node]!;
      this.nexts[node] = NONE;
    }
  }

  /** The nodes of one of a real kernel's buckets, latest first: `hash` names it by its upper bits. */
  bucketNodes(hash: number): number[] {
    const realShift = shiftFor(this.bucketsMax);
    const nodes: number[] = [];
    let node = this.heads[hash >>> this.bucketShift]!;
    for (; node !== NONE; node = this.nexts[node]!) {
      if (this.hashes[node]! >>> realShift === hash >>> realShift) nodes.push(node);
    }
    return nodes;
  }

  /** How far apart the hashes of neighbouring buckets of a real kernel are. */
  get bucketStep(): number {
    return 2 ** 32 / this.bucketsMax;
  }

  /** The entries in the table in the order in which a real kernel lists them: by bucket, the latest first. */
  listSlots(): number[] {
    const nodes: number[] = [];
    for (let bucket = 0; bucket < this.heads.length; bucket++) {
      const first = nodes.length;
      for (let node = this.heads[bucket]!; node !== NONE; node = this.nexts[node]!) {
        if ((node & 1) === 0) nodes.push(node);
      }
      // Several real buckets in one of these: the order must not depend on how often the table has doubled.
      const step = this.bucketStep;
      const realBucket = (node: number): number => Math.floor((this.hashes[node]! >>> 0) / step);
      nodes.push(...nodes.splice(first).sort((left, right) => realBucket(left) - realBucket(right)));
    }
    return nodes.map((node) => node >> 1);
  }

  private link(node: number): void {
    const bucket = this.hashes[node]! >>> this.bucketShift;
    this.nexts[node] = this.heads[bucket]!;
    this.heads[bucket] = node;
  }

  /** Murmur3's mixing of four words and the salt, as an int32. */
  private hashWords(src: number, dst: number, ports: number, proto: number): number {
    let hash = mixWord(this.salt, src);
    hash = mixWord(hash, dst);
    hash = mixWord(hash, ports);
    hash = mixWord(hash, proto);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }

  /** Slow path: all columns for `capacity` slots, and every chain anew. */
  private grow(capacity: number): void {
    const oldCapacity = this.capacity;
    const oldHeads = this.heads;
    const oldNexts = this.nexts;
    this.growColumns(capacity);
    const buckets = Math.min(2 * capacity, this.bucketsMax);
    this.bucketShift = shiftFor(buckets);
    this.heads = new Int32Array(buckets).fill(NONE);
    this.nexts = new Int32Array(2 * capacity).fill(NONE);
    // From the last node of a chain to its first, so that the latest comes first again.
    const chain: number[] = [];
    for (const head of oldHeads) {
      for (let node = head; node !== NONE; node = oldNexts[node]!) chain.push(node);
      while (chain.length > 0) this.link(chain.pop()!);
    }
    for (let slot = capacity - 1; slot >= oldCapacity; slot--) {
      this.nexts[2 * slot] = this.freeSlot;
      this.freeSlot = slot;
    }
    this.capacity = capacity;
  }

  private growColumns(capacity: number): void {
    this.tuples = grownInts(this.tuples, 2 * capacity * TUPLE_WORDS);
    this.hashes = grownInts(this.hashes, 2 * capacity);
    this.status = grownInts(this.status, capacity);
    this.marks = grownInts(this.marks, capacity);
    this.events = grownInts(this.events, capacity);
    this.expiresNs = grownFloats(this.expiresNs, capacity);
    this.streamNs = grownFloats(this.streamNs, capacity);
    if (this.counters.length > 0) this.counters = grownFloats(this.counters, capacity * COUNTERS_PER_SLOT);
    if (this.startsNs.length > 0) this.startsNs = grownFloats(this.startsNs, capacity);
    const uses = this.uses;
    this.uses = new Uint16Array(capacity);
    this.uses.set(uses);
    if (this.tcp.capacity > 0) this.tcp.grow(capacity);
  }
}

/** How far a hash is shifted to choose one of `buckets`, a power of two. */
function shiftFor(buckets: number): number {
  return Math.clz32(buckets) + 1;
}

/** Folds one word into a hash: a round of MurmurHash3. */
function mixWord(hash: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  const turned = hash ^ mixed;
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
}

function grownInts(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length);
  grown.set(old);
  return grown;
}

function grownFloats(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(length);
  grown.set(old);
  return grown;
}
