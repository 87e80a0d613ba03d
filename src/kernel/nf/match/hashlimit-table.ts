/**
 * What `-m hashlimit` remembers under a name: a bucket of credit for each group of packets (Linux: xt_hashlimit.c).
 * Entries are slots of typed arrays, found by a hash over their addresses and ports. A real kernel's collector comes
 * round every gc_interval; here an entry that it would have met by now is taken for gone when somebody looks.
 */
import { formatIp4 } from '../../../base/addr.ts';
import { HZ, msecsToJiffies } from '../jiffies.ts';
import { CHUNK_BYTES } from './hashlimit-rate.ts';

/** By what packets are told apart, and how they are counted (XT_HASHLIMIT_*). */
export const HASH_DIP = 0x01;
export const HASH_DPT = 0x02;
export const HASH_SIP = 0x04;
export const HASH_SPT = 0x08;
export const MODE_INVERT = 0x10;
export const MODE_BYTES = 0x20;
export const MODE_RATE_MATCH = 0x40;
export const HASH_ALL = HASH_DIP | HASH_DPT | HASH_SIP | HASH_SPT;

/** Twin of struct hashlimit_cfg3. */
export interface HashlimitSettings {
  readonly mode: number;
  readonly average: number;
  readonly burst: number;
  /** 0 for the kernel's choice. */
  readonly size: number;
  readonly max: number;
  readonly gcIntervalMs: number;
  readonly expireMs: number;
  readonly sourceMask: number;
  readonly destinationMask: number;
  readonly intervalSeconds: number;
}

/** Credit that a jiffy brings: CREDITS_PER_JIFFY and CREDITS_PER_JIFFY_BYTES. */
const CREDITS = 2 ** 39;
const BYTE_CREDITS = 2 ** 24;
const MAX_BYTE_CREDITS = BYTE_CREDITS * HZ;
/** Credit for a microsecond, as the kernel divides (user2credits). */
const CREDITS_PER_US = Math.floor((HZ * CREDITS) / 1_000_000);
const U64 = 2n ** 64n;
const MAX_U32 = 0xffff_ffff;
/** Buckets of a machine with some memory, and the most that may be asked for. */
const DEFAULT_SIZE = 8192;
const MAX_SIZE = 1_048_576;
const FIRST_CAPACITY = 16;
const NONE = -1;

/** Twin of user2credits, with its overflow. */
export function creditsOf(microseconds: bigint): number {
  return Number((microseconds * BigInt(CREDITS_PER_US)) % U64);
}

/** Twin of user2credits_byte. */
export function byteCreditsOf(average: number): number {
  return Math.floor((average * HZ) / 256);
}

export class HashlimitTable {
  readonly settings: HashlimitSettings;
  private readonly max: number;
  private readonly madeAt: number;
  private readonly gcInterval: number;
  private readonly expire: number;
  /** What a packet or a piece costs, and what there is at first. */
  private readonly cost: number;
  private readonly firstCredit: number;
  private readonly firstCap: number;
  /** By slot. */
  private sources: Int32Array;
  private destinations: Int32Array;
  private ports: Int32Array;
  private credits: Float64Array;
  private caps: Float64Array;
  private lasts: Float64Array;
  private expiries: Float64Array;
  private nexts: Int32Array;
  private heads: Int32Array;
  private freeSlot: number;
  private count: number;

  /** `jiffies` is now: the collector comes round from then on. */
  constructor(settings: HashlimitSettings, jiffies: number) {
    this.settings = settings;
    const size = Math.min(settings.size === 0 ? DEFAULT_SIZE : settings.size, MAX_SIZE);
    const max = Math.min(settings.max, MAX_SIZE);
    this.max = max === 0 ? 8 * size : Math.max(max, size);
    this.madeAt = jiffies;
    this.gcInterval = msecsToJiffies(settings.gcIntervalMs);
    this.expire = msecsToJiffies(settings.expireMs);
    [this.cost, this.firstCredit, this.firstCap] = firstCredits(settings);
    this.sources = new Int32Array(0);
    this.destinations = new Int32Array(0);
    this.ports = new Int32Array(0);
    this.credits = new Float64Array(0);
    this.caps = new Float64Array(0);
    this.lasts = new Float64Array(0);
    this.expiries = new Float64Array(0);
    this.nexts = new Int32Array(0);
    this.heads = new Int32Array(0);
    this.freeSlot = NONE;
    this.count = 0;
    this.grow(FIRST_CAPACITY);
  }

  /** The entry of a group that is seen now, made when there is none; -1 when there is no room for another. */
  see(source: number, destination: number, ports: number, jiffies: number): number {
    const { sources, destinations } = this;
    let slot = this.heads[this.bucketOf(source, destination, ports)]!;
    while (slot !== NONE) {
      if (sources[slot] === source && destinations[slot] === destination && this.ports[slot] === ports) break;
      slot = this.nexts[slot]!;
    }
    if (slot === NONE) {
      slot = this.make(source, destination, ports, jiffies);
      if (slot === NONE) return slot;
      this.init(slot, jiffies);
    } else if (this.isCollected(slot, jiffies)) this.init(slot, jiffies);
    else this.recalc(slot, jiffies);
    this.expiries[slot] = jiffies + this.expire;
    return slot;
  }

  /** Whether there is credit for a packet of `bytes`, which is then paid. `countsBytes` is the rule's way to count. */
  pay(slot: number, bytes: number, countsBytes: boolean): boolean {
    const cost = countsBytes ? this.byteCost(slot, bytes) : this.cost;
    if (this.credits[slot]! < cost) return false;
    this.credits[slot]! -= cost;
    return true;
  }

  /** The same for `--hashlimit-rate-match`: what came in this interval, and whether the last one was too much. */
  isWithinRate(slot: number, amount: number): boolean {
    this.credits[slot]! += amount;
    return this.caps[slot] === 0 && this.credits[slot]! <= this.firstCap;
  }

  /** Twin of hashlimit_byte_cost: what is lacking is taken from the burst, a second at a time. */
  private byteCost(slot: number, bytes: number): number {
    const cost = Math.min((Math.floor(bytes / CHUNK_BYTES) + 1) * this.cost, MAX_BYTE_CREDITS);
    if (this.credits[slot]! < cost && this.caps[slot]! > 0) {
      this.caps[slot]!--;
      this.credits[slot] = MAX_BYTE_CREDITS;
    }
    return cost;
  }

  /** Twin of rateinfo_init. */
  private init(slot: number, jiffies: number): void {
    const isRate = (this.settings.mode & MODE_RATE_MATCH) !== 0;
    this.lasts[slot] = jiffies;
    this.credits[slot] = isRate ? 0 : this.firstCredit;
    this.caps[slot] = isRate ? 0 : this.firstCap;
  }

  /** Twin of rateinfo_recalc: credit for the time since. */
  private recalc(slot: number, jiffies: number): void {
    const delta = jiffies - this.lasts[slot]!;
    if (delta === 0) return;
    const { mode, intervalSeconds } = this.settings;
    if ((mode & MODE_RATE_MATCH) !== 0) {
      const interval = intervalSeconds * HZ;
      if (delta < interval) return;
      // Whether there was too much on the average.
      this.caps[slot] = this.credits[slot]! * interval > delta * this.cost ? 1 : 0;
      this.credits[slot] = 0;
    } else if ((mode & MODE_BYTES) !== 0) {
      this.credits[slot] = Math.min(this.credits[slot]! + BYTE_CREDITS * delta, MAX_BYTE_CREDITS);
    } else this.credits[slot] = Math.min(this.credits[slot]! + CREDITS * delta, this.firstCredit);
    this.lasts[slot] = jiffies;
  }

  /** Whether the collector has come since the entry's time was over. */
  private isCollected(slot: number, jiffies: number): boolean {
    const age = this.expiries[slot]! - this.madeAt;
    const collectedAt = this.madeAt + Math.ceil(age / this.gcInterval) * this.gcInterval;
    return jiffies >= collectedAt;
  }

  private bucketOf(source: number, destination: number, ports: number): number {
    let hash = Math.imul(source ^ Math.imul(destination, 0xcc9e2d51), 0x1b873593) ^ Math.imul(ports, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    return (hash ^ (hash >>> 13)) & (this.heads.length - 1);
  }

  private make(source: number, destination: number, ports: number, jiffies: number): number {
    if (this.count >= this.max) this.collect(jiffies);
    if (this.count >= this.max) return NONE;
    if (this.freeSlot === NONE) this.grow(this.nexts.length * 2);
    const slot = this.freeSlot;
    this.freeSlot = this.nexts[slot]!;
    this.sources[slot] = source;
    this.destinations[slot] = destination;
    this.ports[slot] = ports;
    this.link(slot);
    this.count++;
    return slot;
  }

  private link(slot: number): void {
    const bucket = this.bucketOf(this.sources[slot]!, this.destinations[slot]!, this.ports[slot]!);
    this.nexts[slot] = this.heads[bucket]!;
    this.heads[bucket] = slot;
  }

  /** Twin of htable_selective_cleanup: takes out what the collector would have. Slow path. */
  private collect(jiffies: number): void {
    const kept = this.slots().filter((slot) => !this.isCollected(slot, jiffies));
    const isKept = new Set(kept);
    this.heads.fill(NONE);
    this.freeSlot = NONE;
    for (let slot = this.nexts.length - 1; slot >= 0; slot--) {
      if (isKept.has(slot)) continue;
      this.nexts[slot] = this.freeSlot;
      this.freeSlot = slot;
    }
    for (const slot of kept) this.link(slot);
    this.count = kept.length;
  }

  private slots(): number[] {
    const slots: number[] = [];
    for (const head of this.heads) for (let slot = head; slot !== NONE; slot = this.nexts[slot]!) slots.push(slot);
    return slots.sort((left, right) => left - right);
  }

  /** Slow path. */
  private grow(capacity: number): void {
    const known = this.slots();
    const before = this.nexts.length;
    const ints = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(capacity);
      grown.set(old);
      return grown;
    };
    const floats = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(capacity);
      grown.set(old);
      return grown;
    };
    this.sources = ints(this.sources);
    this.destinations = ints(this.destinations);
    this.ports = ints(this.ports);
    this.credits = floats(this.credits);
    this.caps = floats(this.caps);
    this.lasts = floats(this.lasts);
    this.expiries = floats(this.expiries);
    this.nexts = ints(this.nexts);
    this.heads = new Int32Array(capacity).fill(NONE);
    for (const slot of known) this.link(slot);
    for (let slot = capacity - 1; slot >= before; slot--) {
      this.nexts[slot] = this.freeSlot;
      this.freeSlot = slot;
    }
  }

  /** /proc/net/ipt_hashlimit/NAME (dl_seq_real_show); a real kernel lists them by a keyed hash. */
  read(jiffies: number): string {
    const lines = this.slots().flatMap((slot) => {
      if (this.isCollected(slot, jiffies)) return [];
      this.recalc(slot, jiffies);
      const seconds = Math.trunc((this.expiries[slot]! - jiffies) / HZ);
      const ports = this.ports[slot]!;
      const from = `${formatIp4(this.sources[slot]!)}:${ports >>> 16}`;
      const to = `${formatIp4(this.destinations[slot]!)}:${ports & 0xffff}`;
      const numbers = [this.credits[slot]!, this.caps[slot]!, this.cost].map((value) => BigInt(Math.floor(value)));
      return [`${seconds} ${from}->${to} ${numbers.join(' ')}\n`];
    });
    return lines.join('');
  }
}

/** What a packet costs, and an entry's first credit and its limit; of a rate to match the rate and the limit. */
function firstCredits({ mode, average, burst }: HashlimitSettings): [cost: number, credit: number, cap: number] {
  const isBytes = (mode & MODE_BYTES) !== 0;
  if ((mode & MODE_RATE_MATCH) !== 0) {
    const rate = isBytes ? (Math.floor(MAX_U32 / average) - 1) * CHUNK_BYTES : Math.floor(1_000_000 / average);
    return [rate, 0, isBytes ? (burst === 0 ? rate : burst * rate) : burst + rate];
  }
  if (isBytes) return [byteCreditsOf(average), MAX_BYTE_CREDITS, burst];
  const credit = creditsOf(BigInt(average) * BigInt(burst));
  return [creditsOf(BigInt(average)), credit, credit];
}
