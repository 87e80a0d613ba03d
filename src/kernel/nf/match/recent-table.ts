/** The addresses that `-m recent` remembers under a name, with the times of their packets (Linux: xt_recent.c). */
import { formatIp4, parseIp4 } from '../../../base/addr.ts';
import type { Errno } from '../../errno.ts';

/** How many addresses a table holds at most: the module's ip_list_tot. */
const MAX_ENTRIES = 100;
/** Packets remembered of an address for which no rule counts them. */
const FEWEST_STAMPS = 32;

/** One address. */
export class RecentEntry {
  readonly address: number;
  ttl: number;
  /** Where the next packet is noted; it goes round. */
  index = 1;
  /** In jiffies, as many as have been noted. */
  readonly stamps: number[];

  constructor(address: number, ttl: number, jiffies: number) {
    this.address = address;
    this.ttl = ttl;
    this.stamps = [jiffies];
  }
}

/** How many packets of an address are remembered, less one: a power of two holds `hitCount`. */
export function stampsMask(hitCount: number): number {
  let size = hitCount === 0 ? FEWEST_STAMPS : 1;
  while (size < hitCount) size *= 2;
  return size - 1;
}

export class RecentTable {
  /** What of an address counts: the first rule's mask. */
  readonly mask: number;
  private stampsMask: number;
  /** The longest unheard first, as a Map keeps what is put in again last. */
  private readonly entries = new Map<number, RecentEntry>();

  constructor(mask: number, hitCount: number) {
    this.mask = mask;
    this.stampsMask = stampsMask(hitCount);
  }

  /** A rule counts so many packets: what was remembered without room for them is forgotten. */
  require(hitCount: number): void {
    const mask = stampsMask(hitCount);
    if (mask <= this.stampsMask) return;
    this.entries.clear();
    this.stampsMask = mask;
  }

  /** Twin of recent_entry_lookup; a TTL of 0 is any. */
  find(address: number, ttl: number): RecentEntry | null {
    const entry = this.entries.get(address);
    return entry === undefined || (ttl !== 0 && entry.ttl !== ttl) ? null : entry;
  }

  /** Twin of recent_entry_init: the longest unheard makes room. */
  add(address: number, ttl: number, jiffies: number): void {
    if (this.entries.size >= MAX_ENTRIES) {
      for (const oldest of this.entries.keys()) {
        this.entries.delete(oldest);
        break;
      }
    }
    this.entries.delete(address);
    this.entries.set(address, new RecentEntry(address, ttl, jiffies));
  }

  /** Twin of recent_entry_update. */
  update(entry: RecentEntry, jiffies: number): void {
    entry.index &= this.stampsMask;
    entry.stamps[entry.index++] = jiffies;
    this.entries.delete(entry.address);
    this.entries.set(entry.address, entry);
  }

  remove(entry: RecentEntry): void {
    this.entries.delete(entry.address);
  }

  /** Twin of recent_entry_reap: the longest unheard goes if its last packet came before `since`. */
  reap(since: number, working: RecentEntry, isUpdated: boolean): void {
    for (const oldest of this.entries.values()) {
      if (oldest === working && isUpdated) return;
      if (since > oldest.stamps[oldest.index - 1]!) this.remove(oldest);
      return;
    }
  }

  /** /proc/net/xt_recent/NAME; a real kernel lists them by a keyed hash. */
  read(): string {
    return [...this.entries.values()].map((entry) => this.line(entry)).join('');
  }

  private line({ address, ttl, index, stamps }: RecentEntry): string {
    const last = stamps[(index - 1) & this.stampsMask]!;
    return `src=${formatIp4(address)} ttl: ${ttl} last_seen: ${last} oldest_pkt: ${index} ${stamps.join(', ')}\n`;
  }

  /** Writes to that file: `+address`, `-address`, or `/` for all (recent_mt_proc_write). */
  write(text: string, jiffies: number): Errno {
    const command = text.charAt(0);
    if (command === '/') this.entries.clear();
    if (command === '/' || command === '') return '';
    const address = parseIp4(text.slice(1).split('\n', 1)[0]!);
    if ((command !== '+' && command !== '-') || address === undefined) return 'EINVAL';
    const entry = this.find(address, 0);
    if (command === '-' && entry !== null) this.remove(entry);
    else if (command === '+' && entry !== null) this.update(entry, jiffies);
    else if (command === '+') this.add(address, 0, jiffies);
    return '';
  }
}
