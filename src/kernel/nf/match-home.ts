/** What the matches of one namespace keep for more than one rule (Linux: hashlimit_net, recent_net). */
import type { Rng } from '../../sim/rng.ts';
import type { Netns } from '../netns.ts';
import type { IpSet } from './ipset/ip-set.ts';
import type { HashlimitTable } from './match/hashlimit-table.ts';
import type { RecentTable } from './match/recent-table.ts';
import type { NfTables } from './table.ts';

/** Something with a name that rules share; it goes with the last rule that asks for it. */
class Shared<T> {
  private readonly kept = new Map<string, T>();
  private readonly asked = new Set<string>();

  /** The one of that name, made when there is none. */
  ask(name: string, make: () => T): T {
    this.asked.add(name);
    let found = this.kept.get(name);
    if (found === undefined) this.kept.set(name, (found = make()));
    return found;
  }

  find(name: string): T | undefined {
    return this.kept.get(name);
  }

  names(): string[] {
    return [...this.kept.keys()];
  }

  /** Forgets all that nobody has asked for since the last time. */
  sweep(): void {
    for (const name of this.kept.keys()) if (!this.asked.has(name)) this.kept.delete(name);
    this.asked.clear();
  }
}

export class MatchHome {
  readonly ns: Netns;
  /** What `-m statistic` draws from. */
  readonly rng: Rng;
  /** The sets of ipset, in the order in which they were made. */
  readonly sets = new Map<string, IpSet>();
  /** Some rule asks how much connections have carried: from now on that is counted. */
  countsConnections = false;
  private readonly recents = new Shared<RecentTable>();
  private readonly hashlimits = new Shared<HashlimitTable>();

  constructor(ns: Netns) {
    this.ns = ns;
    this.rng = ns.machine.rng.fork('netfilter').fork(ns.label);
  }

  recent(name: string, make: () => RecentTable): RecentTable {
    return this.recents.ask(name, make);
  }

  hashlimit(name: string, make: () => HashlimitTable): HashlimitTable {
    return this.hashlimits.ask(name, make);
  }

  findRecent(name: string): RecentTable | undefined {
    return this.recents.find(name);
  }

  findHashlimit(name: string): HashlimitTable | undefined {
    return this.hashlimits.find(name);
  }

  recentNames(): string[] {
    return this.recents.names();
  }

  hashlimitNames(): string[] {
    return this.hashlimits.names();
  }

  /** The rules have changed: those that are there say what they need, and what nobody needs goes. */
  sync(tables: NfTables): void {
    this.countsConnections = false;
    for (const set of this.sets.values()) set.references = 0;
    for (const table of tables.existing()) {
      for (const { rules } of table.chains()) {
        for (const { matches } of rules) for (const match of matches) match.bind?.(this);
      }
    }
    this.recents.sweep();
    this.hashlimits.sweep();
  }
}
