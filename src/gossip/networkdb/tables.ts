/** The entries of all tables of all networks, deleted ones too until they are forgotten. */

export interface Entry {
  /** Who owns it. */
  readonly node: string;
  readonly lTime: number;
  readonly value: Uint8Array;
  readonly deleting: boolean;
  /** Of a deleted one: how long it is still remembered. */
  reapTimeNs: number;
}

/** An entry with where it is. */
export interface PlacedEntry {
  readonly networkId: string;
  readonly table: string;
  readonly key: string;
  readonly entry: Entry;
}

type EntriesByKey = Map<string, Entry>;

export class Tables {
  private readonly networks = new Map<string, Map<string, EntriesByKey>>();
  private deletedCount = 0;

  /** How many entries are remembered as deleted. */
  get tombstones(): number {
    return this.deletedCount;
  }

  get(networkId: string, table: string, key: string): Entry | undefined {
    return this.networks.get(networkId)?.get(table)?.get(key);
  }

  set(networkId: string, table: string, key: string, entry: Entry): void {
    const tables = getOrMake(this.networks, networkId, () => new Map<string, EntriesByKey>());
    const entries = getOrMake(tables, table, () => new Map<string, Entry>());
    this.count(entries.get(key), -1);
    entries.set(key, entry);
    this.count(entry, 1);
  }

  delete(networkId: string, table: string, key: string): void {
    const tables = this.networks.get(networkId);
    const entries = tables?.get(table);
    if (tables === undefined || entries === undefined) return;
    this.count(entries.get(key), -1);
    entries.delete(key);
    if (entries.size === 0) tables.delete(table);
    if (tables.size === 0) this.networks.delete(networkId);
  }

  /** Entries of all tables of a network. */
  size(networkId: string): number {
    let size = 0;
    for (const entries of this.networks.get(networkId)?.values() ?? []) size += entries.size;
    return size;
  }

  /** What is in a table of a network now, in the order of coming. */
  table(networkId: string, table: string): [string, Entry][] {
    return [...(this.networks.get(networkId)?.get(table) ?? [])];
  }

  /** What is in a network now, ordered by table and key. */
  network(networkId: string): PlacedEntry[] {
    const placed: PlacedEntry[] = [];
    for (const [table, entries] of this.networks.get(networkId) ?? []) {
      for (const [key, entry] of entries) placed.push({ networkId, table, key, entry });
    }
    return placed.sort(byPath);
  }

  /** All entries that a node owns. */
  ofNode(node: string): PlacedEntry[] {
    const placed: PlacedEntry[] = [];
    for (const [networkId, tables] of this.networks) {
      for (const [table, entries] of tables) {
        for (const [key, entry] of entries) if (entry.node === node) placed.push({ networkId, table, key, entry });
      }
    }
    return placed;
  }

  private count(entry: Entry | undefined, by: number): void {
    if (entry?.deleting === true) this.deletedCount += by;
  }
}

function byPath(left: PlacedEntry, right: PlacedEntry): number {
  if (left.table !== right.table) return left.table < right.table ? -1 : 1;
  return left.key < right.key ? -1 : 1;
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
