/**
 * A manager's connections to the others: Raft's messages, and calls that only the leader can answer. Twin of swarmkit's
 * manager/state/raft/transport.
 */
import type { Engine } from '../engine.ts';
import { ControlClient } from './control/control-client.ts';
import type { ControlIdentity, JsonValue } from './control/rpc.ts';
import { RpcError } from './control/rpc.ts';
import { parseHostPort } from './listen-addr.ts';
import type { RaftMessage } from './raft/raft-message.ts';
import type { LogPeers, MemberAddress } from './store-log.ts';

export const PROCESS_RAFT_MESSAGE = 'Raft/ProcessRaftMessage';
/** swarmkit's SendTimeout. */
const SEND_TIMEOUT_NS = 2_000_000_000;

export class ManagerPeers implements LogPeers {
  private readonly engine: Engine;
  private readonly identity: ControlIdentity;
  private readonly addr: string;
  /** By address. */
  private readonly clients = new Map<string, ControlClient>();
  /** Nodes that did not take the last message. */
  private readonly silent = new Set<string>();
  private readonly onRemoved: () => void;
  private readonly onLost: () => void;
  private isClosed = false;

  /**
   * `addr` is where others reach this manager. `onRemoved` is called when another member says that this one has no
   * voice any more, `onLost` before a connection is given up.
   */
  constructor(engine: Engine, identity: ControlIdentity, addr: string, onRemoved: () => void, onLost: () => void) {
    this.engine = engine;
    this.identity = identity;
    this.addr = addr;
    this.onRemoved = onRemoved;
    this.onLost = onLost;
  }

  send(to: MemberAddress, message: RaftMessage): void {
    const client = this.clientOf(to);
    if (client === null) return;
    client.call(PROCESS_RAFT_MESSAGE, raftBody(this.addr, message), SEND_TIMEOUT_NS).then(({ refusal }) => {
      if (this.isClosed) return;
      const code = refusal instanceof RpcError ? refusal.code : null;
      if (code === 'NotFound') {
        this.onRemoved();
        return;
      }
      if (code === 'DeadlineExceeded' || code === 'Unavailable') this.lose(to, client);
      else this.silent.delete(to.nodeId);
    });
  }

  isReachable(nodeId: string): boolean {
    return !this.silent.has(nodeId);
  }

  /** A connection to a member, a new one where the last was lost; null where there is no such address. */
  clientOf({ addr }: MemberAddress): ControlClient | null {
    const known = this.clients.get(addr);
    if (known !== undefined && !known.isLost) return known;
    const target = parseHostPort(addr);
    if (target === undefined || this.isClosed) return null;
    const client = new ControlClient(this.engine, target.host, target.port, this.identity);
    this.clients.set(addr, client);
    return client;
  }

  close(): void {
    this.isClosed = true;
    for (const client of this.clients.values()) client.close();
    this.clients.clear();
  }

  /** The machine has lost its power. */
  halt(): void {
    this.isClosed = true;
  }

  /** What does not answer is dialled anew with the next message. */
  private lose({ nodeId, addr }: MemberAddress, client: ControlClient): void {
    this.silent.add(nodeId);
    if (this.clients.get(addr) !== client) return;
    this.onLost();
    this.clients.delete(addr);
    client.close();
  }
}

/** A message on its way: whose it is and to whom it goes the connection tells, but for the address. */
function raftBody(addr: string, message: RaftMessage): JsonValue {
  const said = Object.entries(message as unknown as Record<string, JsonValue>);
  return { ...Object.fromEntries(said.filter(([name]) => name !== 'from' && name !== 'to')), addr };
}
