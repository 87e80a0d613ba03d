/**
 * Starts the engine's part in the gossip of its swarm: a NetworkDB over a member of hashicorp/memberlist, on sockets of
 * the daemon. Twin of agentInit, agentJoin and agentClose (libnetwork: agent.go).
 */
import { formatIp4 } from '../../base/addr.ts';
import { Keyring } from '../../gossip/keyring.ts';
import { lanSettings, memberlistConfig } from '../../gossip/memberlist/config.ts';
import type { MemberlistSettings } from '../../gossip/memberlist/config.ts';
import { Memberlist } from '../../gossip/memberlist/memberlist.ts';
import { NetworkDb } from '../../gossip/networkdb/network-db.ts';
import type { NetworkDbSettings } from '../../gossip/networkdb/settings.ts';
import { networkDbSettings } from '../../gossip/networkdb/settings.ts';
import type { Engine } from '../engine.ts';
import { shortId } from '../ids.ts';
import type { ClusterKey } from '../swarm/cluster.ts';
import type { Agent, AgentConfig, PeerInfo, TableEvent } from './agent.ts';
import { followEndpoints } from './endpoint-records.ts';
import { changeGossipKeys, gossipKeys } from './gossip-keys.ts';
import { openGossipTransport } from './transport.ts';

const GOSSIP_PORT = 7946;
/** A node of a network that the cluster does not know. */
const UNKNOWN_IP = 'unknown';

/** What can be set about the gossip. */
export interface GossipSettings {
  readonly memberlist: MemberlistSettings;
  readonly networkDb: NetworkDbSettings;
}

/** What libnetwork sets. */
export function gossipSettings(): GossipSettings {
  const networkDb = networkDbSettings();
  return { memberlist: { ...lanSettings(), udpBufferSize: networkDb.packetBufferSize }, networkDb };
}

/**
 * Opens the sockets, becomes `engine.agent` and joins the managers. Throws a DaemonError in memberlist's words when the
 * port is taken.
 */
export function startAgent(engine: Engine, config: AgentConfig, settings: GossipSettings = gossipSettings()): Agent {
  const agent = new GossipAgent(engine, config, settings);
  engine.agent = agent;
  agent.start();
  return agent;
}

class GossipAgent implements Agent {
  readonly config: AgentConfig;
  readonly nodeName: string;
  private readonly engine: Engine;
  private readonly db: NetworkDb;
  keys: readonly ClusterKey[];
  private hasJoined = false;
  private readonly joinListeners: (() => void)[] = [];
  private stopFollowing: () => void = () => undefined;

  constructor(engine: Engine, config: AgentConfig, settings: GossipSettings) {
    this.engine = engine;
    this.config = config;
    this.keys = config.keys;
    engine.gossipKeys.note(config.keys);
    // As every name of a node, it is drawn like a container's id.
    this.nodeName = shortId(engine.ids.next());
    const [primary, ...others] = gossipKeys(config.keys);
    const keyring = primary === undefined ? null : new Keyring(primary, others);
    const { host } = engine;
    const clock = {
      get now() {
        return host.clock.now;
      },
      newTimer: host.newTimer,
    };
    const rng = host.rng.fork(`gossip ${this.nodeName}`);
    const environment = { nodeId: this.nodeName, settings: settings.networkDb, clock, rng: rng.fork('db'), keyring };
    this.db = new NetworkDb(environment, (delegate, events) => {
      const member = memberlistConfig(this.nodeName, config.advertiseAddress, GOSSIP_PORT, settings.memberlist);
      Object.assign(member, { keyring, delegate, events });
      return Memberlist.create(member, clock, rng.fork('memberlist'), (target) =>
        openGossipTransport(engine, config.bindAddress, GOSSIP_PORT, target),
      );
    });
  }

  /** For `startAgent`: takes up names, and joins. */
  start(): void {
    this.stopFollowing = followEndpoints(this, this.engine.remoteNames);
    const managers = this.config.remotes.map((address) => ({ address, port: GOSSIP_PORT }));
    if (managers.length === 0) {
      this.joined();
      return;
    }
    // Whom nobody answers goes on to try by itself.
    this.db.join(managers, () => {
      this.joined();
    });
  }

  onJoined(listener: () => void): void {
    if (this.hasJoined) listener();
    else this.joinListeners.push(listener);
  }

  joinNetwork(networkId: string, done: () => void = () => undefined): void {
    this.db.joinNetwork(networkId, done);
  }

  leaveNetwork(networkId: string): void {
    this.db.leaveNetwork(networkId);
  }

  peers(networkId: string): readonly PeerInfo[] {
    return this.db.peers(networkId).map(({ name, member }) => {
      return { name, ip: member === null ? UNKNOWN_IP : formatIp4(member.address) };
    });
  }

  createEntry(table: string, networkId: string, key: string, value: Uint8Array): void {
    this.db.createEntry(table, networkId, key, value);
  }

  deleteEntry(table: string, networkId: string, key: string): void {
    this.db.deleteEntry(table, networkId, key);
  }

  watch(table: string, networkId: string, listener: (event: TableEvent) => void): () => void {
    for (const { key, node, value } of networkId === '' ? [] : this.db.table(table, networkId)) {
      listener({ kind: 'create', networkId, key, value, node });
    }
    return this.db.watch(table, networkId, ({ operation, ...news }) => {
      listener({ kind: operation, networkId: news.networkId, key: news.key, value: news.value, node: news.node });
    });
  }

  setKeys(keys: readonly ClusterKey[]): void {
    this.engine.gossipKeys.note(keys);
    changeGossipKeys(this.db, this.keys, keys);
    this.keys = keys;
  }

  leave(done: () => void): void {
    this.retire();
    this.db.close(done);
  }

  shutdown(): void {
    this.retire();
    this.db.shutdown();
  }

  /** The engine has no agent any more, though this one may still say goodbye. */
  private retire(): void {
    if (this.engine.agent === this) this.engine.agent = null;
    this.stopFollowing();
    this.joinListeners.length = 0;
  }

  private joined(): void {
    this.hasJoined = true;
    for (const listener of this.joinListeners.splice(0)) listener();
  }
}
