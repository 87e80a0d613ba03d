/** Connections by their four-tuple (Linux: the ehash of struct inet_hashinfo). A search makes no garbage. */
import { assert } from '../../../base/assert.ts';
import type { Ip4 } from '../../../base/addr.ts';
import type { NetDevice } from '../../netdev.ts';
import type { TcpEntry } from './tcp-entry.ts';

const FIRST_BUCKETS = 16;

export class TcpHash {
  count = 0;
  private readonly seed: number;
  private buckets: (TcpEntry | null)[] = new Array<TcpEntry | null>(FIRST_BUCKETS).fill(null);

  constructor(seed: number) {
    this.seed = seed;
  }

  /** Twin of inet_ehashfn. */
  hashOf(local: Ip4, localPort: number, remote: Ip4, remotePort: number): number {
    let mixed = this.seed ^ local ^ Math.imul(remote, 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) ^ ((localPort << 16) | remotePort);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  }

  /** Twin of __inet_lookup_established. Hot path. */
  find(local: Ip4, localPort: number, remote: Ip4, remotePort: number, dev: NetDevice | null): TcpEntry | null {
    const { buckets } = this;
    const hash = this.hashOf(local, localPort, remote, remotePort);
    for (let entry = buckets[hash & (buckets.length - 1)] ?? null; entry !== null; entry = entry.hashNext) {
      if (entry.hash !== hash || entry.remoteAddress !== remote || entry.remotePort !== remotePort) continue;
      if (entry.localPort !== localPort || entry.localAddress !== local) continue;
      if (entry.boundDevice === null || entry.boundDevice === dev) return entry;
    }
    return null;
  }

  /** Twin of inet_ehash_insert. The newest of a bucket is found first. */
  add(entry: TcpEntry): void {
    assert(!entry.isHashed, 'an entry is in the table once');
    if (this.count >= this.buckets.length) this.grow();
    entry.hash = this.hashOf(entry.localAddress, entry.localPort, entry.remoteAddress, entry.remotePort);
    this.insert(entry);
    this.count++;
  }

  /** Takes it out; nothing happens when it is not in it. */
  remove(entry: TcpEntry): void {
    if (!entry.isHashed) return;
    const at = entry.hash & (this.buckets.length - 1);
    const first = this.buckets[at]!;
    if (first === entry) this.buckets[at] = entry.hashNext;
    else {
      let before = first;
      while (before.hashNext !== entry) before = before.hashNext!;
      before.hashNext = entry.hashNext;
    }
    entry.hashNext = null;
    entry.isHashed = false;
    this.count--;
  }

  /** All of them, bucket by bucket. Cold. */
  list(): TcpEntry[] {
    const all: TcpEntry[] = [];
    for (const first of this.buckets) for (let entry = first; entry !== null; entry = entry.hashNext) all.push(entry);
    return all;
  }

  private insert(entry: TcpEntry): void {
    const at = entry.hash & (this.buckets.length - 1);
    entry.hashNext = this.buckets[at]!;
    entry.isHashed = true;
    this.buckets[at] = entry;
  }

  /** Slow path. */
  private grow(): void {
    const all = this.list();
    this.buckets = new Array<TcpEntry | null>(this.buckets.length * 2).fill(null);
    for (const entry of all.reverse()) this.insert(entry);
  }
}
