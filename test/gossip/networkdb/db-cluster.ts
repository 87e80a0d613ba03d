/** Nodes with a NetworkDB each, over the members of a cluster in memory. */
import type { Keyring } from '../../../src/gossip/keyring.ts';
import type { DbMemberlist, StartMemberlist } from '../../../src/gossip/networkdb/db-state.ts';
import { NetworkDb } from '../../../src/gossip/networkdb/network-db.ts';
import type { NetworkDbSettings } from '../../../src/gossip/networkdb/settings.ts';
import { networkDbSettings } from '../../../src/gossip/networkdb/settings.ts';
import type { TableNews } from '../../../src/gossip/networkdb/watchers.ts';
import type { GossipClock } from '../../../src/gossip/transport.ts';
import { EventSource } from '../../../src/sim/scheduler.ts';
import { Timer } from '../../../src/sim/timer.ts';
import { GossipCluster } from '../cluster.ts';

/** After the sources of the cluster itself. */
const FIRST_SOURCE = 20_000;

/** Orders names. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

export interface DbClusterOptions {
  readonly size: number;
  readonly seed: number;
  readonly settings?: Partial<NetworkDbSettings>;
  readonly keyring?: Keyring;
  /** Numbers of the nodes that one joins when it starts. */
  readonly managers?: readonly number[];
}

export class DbCluster {
  readonly cluster: GossipCluster;
  /** The NetworkDBs of those that run. */
  readonly running: (NetworkDb | null)[];
  /** What node `index` has heard of tables. */
  readonly news: TableNews[][];
  private readonly options: DbClusterOptions;
  private starting: Parameters<StartMemberlist> | null = null;

  constructor(options: DbClusterOptions) {
    this.options = options;
    this.running = Array.from({ length: options.size }, () => null);
    this.news = Array.from({ length: options.size }, () => []);
    this.cluster = new GossipCluster({
      size: options.size,
      seed: options.seed,
      renames: true,
      ...(options.keyring === undefined ? {} : { keyring: options.keyring }),
      configure: (config) => {
        const [delegate, events] = this.starting!;
        config.delegate = delegate;
        config.events = events;
      },
    });
  }

  /** Starts a node, which joins the managers. */
  start(index: number): NetworkDb {
    const { cluster, options } = this;
    const settings = { ...networkDbSettings(), ...options.settings };
    const name = `n${index}-${cluster.nodes[index]!.starts + 1}`;
    const environment = {
      nodeId: name,
      settings,
      clock: this.clock(index),
      rng: cluster.rng.fork(`db ${name}`),
      keyring: options.keyring ?? null,
    };
    const db = new NetworkDb(environment, (...parts): DbMemberlist => {
      this.starting = parts;
      return cluster.start(index);
    });
    this.running[index] = db;
    db.watch('', '', (news) => {
      this.news[index]!.push(news);
    });
    const managers = (options.managers ?? [0]).filter((each) => each !== index);
    if (managers.length > 0)
      db.join(
        managers.map((each) => cluster.addressOf(each)),
        () => undefined,
      );
    return db;
  }

  /** Starts all, each a little after the one before. */
  startAll(gapNs: number): NetworkDb[] {
    return this.running.map((_, index) => {
      const db = this.start(index);
      this.cluster.run(gapNs);
      return db;
    });
  }

  /** Kills a node without a word. */
  crash(index: number, silently: boolean): void {
    const db = this.running[index]!;
    this.running[index] = null;
    this.cluster.crash(index, silently);
    db.shutdown();
  }

  /** A node leaves the cluster and stops. */
  leave(index: number): void {
    const db = this.running[index]!;
    this.running[index] = null;
    db.close(() => {
      this.cluster.nodes[index]!.member = null;
    });
  }

  db(index: number): NetworkDb {
    return this.running[index]!;
  }

  /** A table as node `index` has it, in order of the keys: `key=value` and its owner. */
  view(index: number, table: string, networkId: string): string[] {
    const entries = this.db(index).table(table, networkId);
    return entries.map(({ key, node, value }) => `${key}=${Buffer.from(value).toString()} of ${node}`).sort(byText);
  }

  private clock(index: number): GossipClock {
    const { sched } = this.cluster;
    const source = new EventSource(FIRST_SOURCE + 10 * index + this.cluster.nodes[index]!.starts);
    return {
      get now() {
        return sched.now;
      },
      newTimer: (expired) => new Timer(sched, source, expired),
    };
  }
}
