/** What a NetworkDB does again and again (cluster.go): gossip, bulk syncs, forgetting, coming together again. */
import type { MemberAddress } from '../transport.ts';
import type { BulkSync } from './bulk-sync.ts';
import type { DbMemberlist, DbState } from './db-state.ts';
import { makeCompoundMessage } from './messages.ts';
import { after, Ticker } from './ticker.ts';
import { SECOND } from '../../sim/units.ts';

/** Of a compound: type and number of messages, and for each its length; what is kept free for them. */
const COMPOUND_HEADER_OVERHEAD = 5;
const COMPOUND_OVERHEAD = 4;

/** What the upkeep needs of the NetworkDB around it. */
export interface UpkeepContext {
  readonly state: DbState;
  readonly bulkSync: BulkSync;
  readonly memberlist: () => DbMemberlist;
  /** Where this node first joined. */
  readonly bootstrap: () => readonly MemberAddress[];
  /** Tells everybody that this node is there; `done` hears whether that was told in time. */
  readonly sendJoinEvent: (done: (isTold: boolean) => void) => void;
}

export class Upkeep {
  private readonly context: UpkeepContext;
  private readonly state: DbState;
  private readonly tickers: Ticker[];

  constructor(context: UpkeepContext) {
    this.context = context;
    this.state = context.state;
    const { clock, settings, nodes } = this.state;
    const make = (periodNs: number, isNeeded: () => boolean, run: (done: () => void) => void): Ticker =>
      new Ticker(clock, periodNs, { isNeeded, run });
    const now =
      (work: () => void) =>
      (done: () => void): void => {
        work();
        done();
      };
    this.tickers = [
      make(
        settings.reapPeriodNs,
        () => this.hasToForget(),
        now(() => {
          this.reapState();
        }),
      ),
      make(
        settings.gossipIntervalNs,
        () => this.hasToSay(),
        now(() => {
          this.gossip();
        }),
      ),
      make(
        settings.bulkSyncIntervalNs,
        () => true,
        (done) => {
          context.bulkSync.syncTables(done);
        },
      ),
      make(
        settings.retryIntervalNs,
        () => nodes.failed.size > 0,
        (done) => {
          this.reconnectNode(done);
        },
      ),
      make(
        settings.nodeReapPeriodNs,
        () => nodes.failed.size + nodes.left.size > 0,
        now(() => {
          this.reapNodes();
        }),
      ),
      make(
        settings.rejoinIntervalNs,
        () => context.bootstrap().length > 0,
        (done) => {
          this.rejoinBootstrap(done);
        },
      ),
    ];
  }

  wake(): void {
    for (const ticker of this.tickers) ticker.wake();
  }

  stop(): void {
    for (const ticker of this.tickers) ticker.stop();
  }

  private hasToForget(): boolean {
    return this.state.tables.tombstones > 0 || this.state.attachments.leaving > 0;
  }

  private hasToSay(): boolean {
    for (const { tableBroadcasts } of this.state.own.values()) if (tableBroadcasts.numQueued > 0) return true;
    return false;
  }

  /** Sends what is new in the tables of each network to some of its nodes. */
  private gossip(): void {
    const { attachments, counters, nodes, own, settings } = this.state;
    for (const [networkId, network] of own) {
      const users = attachments.users(networkId);
      const chosen = this.state.randomNodes(settings.gossipNodes, users);
      const limit = settings.packetBufferSize - COMPOUND_HEADER_OVERHEAD;
      const messages = network.tableBroadcasts.getBroadcasts(COMPOUND_OVERHEAD, limit, users.length);
      if (messages === null) continue;
      network.messagesSent += messages.length;
      counters.tableMessagesSent += messages.length;
      const compound = makeCompoundMessage(messages);
      for (const name of chosen) {
        const node = nodes.active.get(name);
        if (node === undefined) break;
        this.context.memberlist().sendBestEffort(node.member, compound);
      }
    }
  }

  private reapState(): void {
    this.reapTableEntries();
    this.reapAttachments();
  }

  private reapTableEntries(): void {
    const { counters, own, settings, tables } = this.state;
    const passNs = settings.reapPeriodNs + settings.reapCompensationNs;
    for (const networkId of own.keys()) {
      for (const { table, key, entry } of tables.network(networkId)) {
        if (!entry.deleting) continue;
        // A second more, so that what is left of its time is never told as none.
        if (entry.reapTimeNs > passNs + SECOND) {
          entry.reapTimeNs -= passNs;
        } else {
          tables.delete(networkId, table, key);
          counters.entriesReaped++;
        }
      }
    }
  }

  private reapAttachments(): void {
    const { attachments, counters, nodeId, own, settings } = this.state;
    for (const [networkId, node, attachment] of [...attachments.all()]) {
      if (!attachment.leaving) continue;
      if (attachment.reapTimeNs > 0) {
        attachment.reapTimeNs -= settings.reapPeriodNs;
        continue;
      }
      attachments.forget(networkId, node);
      counters.attachmentsReaped++;
      if (node === nodeId) own.delete(networkId);
    }
  }

  private reapNodes(): void {
    this.state.counters.nodesReaped += this.state.nodes.reap(this.state.settings.nodeReapPeriodNs);
  }

  /** Tries one of the nodes that have failed; one that is there again is told of this one, and synced with. */
  private reconnectNode(done: () => void): void {
    const { counters, nodes, rng } = this.state;
    const failed = [...nodes.failed.values()];
    if (failed.length === 0) {
      done();
      return;
    }
    const { member } = failed[rng.below(failed.length)]!;
    const { name, address, port } = member;
    counters.reconnects++;
    this.context.memberlist().join([{ address, port }], (joined) => {
      if (joined === 0 || this.state.isStopped) {
        done();
        return;
      }
      this.context.sendJoinEvent((isTold) => {
        if (isTold) this.context.bulkSync.syncAll([name], done);
        else done();
      });
    });
  }

  /** Joins the first nodes again when none of them is there: two clusters become one so. */
  private rejoinBootstrap(done: () => void): void {
    const { nodes, nodeId, counters, settings, clock } = this.state;
    const self = nodes.active.get(nodeId)?.member.address;
    const bootstrap = this.context.bootstrap();
    const isThere = (address: number): boolean =>
      [...nodes.active.values()].some(({ member }) => member.address === address && member.address !== self);
    if (self === undefined || bootstrap.some(({ address }) => isThere(address))) {
      done();
      return;
    }
    counters.rejoins++;
    this.retryJoin(bootstrap, clock.now + settings.rejoinDurationNs, done);
  }

  private retryJoin(addresses: readonly MemberAddress[], untilNs: number, done: () => void): void {
    const { clock, settings } = this.state;
    const again = (): void => {
      if (clock.now >= untilNs) done();
      else this.retryJoin(addresses, untilNs, done);
    };
    after(clock, settings.retryIntervalNs, () => {
      if (this.state.isStopped) return;
      this.context.memberlist().join(addresses, (joined) => {
        if (joined === 0) {
          again();
          return;
        }
        this.context.sendJoinEvent((isTold) => {
          if (isTold) done();
          else again();
        });
      });
    });
  }
}
