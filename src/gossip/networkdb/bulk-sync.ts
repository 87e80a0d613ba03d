/**
 * Bulk syncs (cluster.go): all that a node knows of the tables of some networks, over a connection, to another one that
 * answers with what it knows. When a node joins a network, with everybody there, and now and then with a random one.
 */
import { SECOND } from '../../sim/units.ts';
import type { DbMemberlist, DbState } from './db-state.ts';
import type { BulkSyncMessage } from './messages.ts';
import {
  GOSSIP,
  TABLE_EVENT,
  encodeBulkSync,
  encodeGossip,
  encodeTableEvent,
  makeCompoundMessage,
} from './messages.ts';
import type { PlacedEntry } from './tables.ts';
import { after } from './ticker.ts';

/** Waits for the answer of a node. */
class AckWait {
  isAcked = false;
  private onAck: (() => void) | null = null;

  acked(): void {
    this.isAcked = true;
    this.onAck?.();
  }

  /** Calls `done` when the answer is there, `late` before it when there is none in time. */
  wait(state: DbState, late: () => void, done: () => void): void {
    if (this.isAcked) {
      done();
      return;
    }
    const stop = after(state.clock, state.settings.bulkSyncTimeoutNs, () => {
      this.onAck = null;
      late();
      done();
    });
    this.onAck = () => {
      stop();
      done();
    };
  }
}

export class BulkSync {
  private readonly state: DbState;
  private readonly memberlist: () => DbMemberlist;
  /** By node. A later sync with the same node takes the place of an earlier one, whose answer is not heard then. */
  private readonly acks = new Map<string, AckWait>();

  constructor(state: DbState, memberlist: () => DbMemberlist) {
    this.state = state;
    this.memberlist = memberlist;
  }

  /** A bulk sync of another node: the answer to ours, or one that is to be answered. */
  handle({ unsolicited, nodeName, networks }: BulkSyncMessage): void {
    if (unsolicited) {
      this.syncNode(networks, nodeName, false, () => undefined);
      return;
    }
    const ack = this.acks.get(nodeName);
    this.acks.delete(nodeName);
    if (ack !== undefined) this.state.counters.bulkSyncsAnswered++;
    ack?.acked();
  }

  /** With all of these nodes, one after the other; `done` at the end. */
  syncAll(nodes: readonly string[], done: () => void): void {
    this.syncInTurn([...nodes], false, done);
  }

  /** With one random node of these; `done` hears about which networks, none when nobody was there. */
  syncRandom(nodes: readonly string[], done: (networks: readonly string[]) => void): void {
    this.syncInTurn(this.state.randomNodes(this.state.settings.bulkSyncNodes, nodes), true, done);
  }

  /** All networks, each with a random node of it; one that knows several answers for all of these. */
  syncTables(done: () => void): void {
    const networks = [...this.state.own].filter(([, { attachment }]) => !attachment.leaving).map(([id]) => id);
    const next = (): void => {
      const networkId = networks.shift();
      if (networkId === undefined) {
        done();
        return;
      }
      this.syncRandom(this.state.attachments.users(networkId), (completed) => {
        for (const each of completed) if (networks.includes(each)) networks.splice(networks.indexOf(each), 1);
        next();
      });
    };
    next();
  }

  private syncInTurn(nodes: string[], isOneEnough: boolean, done: (networks: readonly string[]) => void): void {
    let completed: readonly string[] = [];
    const next = (): void => {
      const node = nodes.shift();
      if (node === undefined) {
        done(completed);
        return;
      }
      if (node === this.state.nodeId) {
        next();
        return;
      }
      const networks = this.state.commonNetworks(node);
      this.syncNode(networks, node, true, (error) => {
        if (error === null) completed = networks;
        if (error === null && isOneEnough) done(completed);
        else next();
      });
    };
    next();
  }

  /** Sends a node all that is known of these networks, and waits for its answer unless this is one. */
  private syncNode(
    networks: readonly string[],
    node: string,
    unsolicited: boolean,
    done: (error: string | null) => void,
  ): void {
    const { counters, nodeId, nodes, tableClock } = this.state;
    const member = nodes.active.get(node)?.member;
    // Nobody to talk to is no mistake.
    if (member === undefined || this.state.isStopped) {
      done(null);
      return;
    }
    const payload = makeCompoundMessage(networks.flatMap((networkId) => this.eventsOf(networkId)));
    const sync = { lTime: tableClock.time, unsolicited, nodeName: nodeId, networks, payload };
    const ack = new AckWait();
    this.acks.set(node, ack);
    counters.bulkSyncsSent++;
    this.memberlist().sendReliable(member, encodeGossip(GOSSIP.bulkSync, encodeBulkSync(sync)), (error) => {
      if (error !== null) {
        counters.bulkSyncsFailed++;
        this.acks.delete(node);
        done(error);
      } else if (unsolicited) {
        const late = (): void => {
          counters.bulkSyncsTimedOut++;
        };
        ack.wait(this.state, late, () => {
          done(null);
        });
      } else {
        done(null);
      }
    });
  }

  private eventsOf(networkId: string): Uint8Array[] {
    return this.state.tables.network(networkId).map((placed) => tableEventOf(placed));
  }
}

/** An entry as a bulk sync tells it: there, or deleted. */
function tableEventOf({ networkId, table, key, entry }: PlacedEntry): Uint8Array {
  const event = encodeTableEvent({
    type: entry.deleting ? TABLE_EVENT.delete : TABLE_EVENT.create,
    lTime: entry.lTime,
    nodeName: entry.node,
    networkId,
    tableName: table,
    key,
    value: entry.value,
    residualReapTime: Math.trunc(entry.reapTimeNs / SECOND),
  });
  return encodeGossip(GOSSIP.tableEvent, event);
}
