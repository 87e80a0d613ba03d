/** A swarm without managers and gossip, for tests of what a node does about it: all its nodes share one memory. */
import type { Cidr, Ip4 } from '../../src/base/addr.ts';
import { formatIp4, ip4, parseCidr } from '../../src/base/addr.ts';
import type { Agent, AgentConfig, PeerInfo, TableEvent } from '../../src/docker/agent/agent.ts';
import { setupIngress } from '../../src/docker/daemon/ingress.ts';
import { encodePeerRecord } from '../../src/docker/drivers/overlay/peer-record.ts';
import type { Engine } from '../../src/docker/engine.ts';
import { DaemonError } from '../../src/docker/errors.ts';
import { macOfAddress } from '../../src/docker/ids.ts';
import type { NetworkRequest } from '../../src/docker/network.ts';
import { PLAIN_NETWORK } from '../../src/docker/network.ts';
import { Answer } from '../../src/docker/swarm/answer.ts';
import type { Cluster, ClusterKey, NetworkAttachment, SwarmNetwork } from '../../src/docker/swarm/cluster.ts';

interface Shared {
  readonly network: SwarmNetwork;
  /** Addresses of containers and of nodes' balancers, by whose they are. */
  readonly given: Map<string, Ip4>;
}

interface Entry {
  readonly table: string;
  readonly event: TableEvent;
}

interface Watcher {
  readonly table: string;
  readonly networkId: string;
  readonly listener: (event: TableEvent) => void;
}

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

export class FakeSwarm {
  readonly shared = new Map<string, Shared>();
  readonly entries = new Map<string, Entry>();
  readonly watchers = new Set<Watcher>();
  readonly members = new Map<string, PeerInfo[]>();
  private nextVni = 4096;
  private nextSubnet = 0;

  /** The first node is the manager; `keys` are those by which networks may be encrypted. */
  join(engine: Engine, address: Ip4, isManager: boolean, keys: readonly ClusterKey[] = []): void {
    engine.agent = new FakeAgent(this, engine, address, keys);
    this.joinWithAgent(engine, isManager);
  }

  /** The same for an engine that has an agent. */
  joinWithAgent(engine: Engine, isManager: boolean): void {
    engine.cluster = new FakeCluster(this, engine, isManager);
    const ingress = [...this.shared.values()].find(({ network }) => network.request.isIngress) ?? this.addIngress();
    const own = this.give(ingress, `lb ${engine.cluster.nodeId}`, null);
    setupIngress(engine, ingress.network, { address: own, prefixLen: 24 });
  }

  add(request: NetworkRequest): SwarmNetwork {
    const asked = request.config.ipamConfigs.map(({ subnet }) => parseCidr(subnet)!);
    const cidrs = asked.length > 0 ? asked : [{ address: (10 << 24) + (this.nextSubnet++ << 8), prefixLen: 24 }];
    const subnets = cidrs.map((subnet) => ({ subnet, range: '', gateway: subnet.address + 1, vni: this.nextVni++ }));
    const at = this.shared.size;
    const id = Array.from({ length: 25 }, (_, i) => ID_LETTERS[(i * 7 + at * 11 + 3) % ID_LETTERS.length]!).join('');
    const network = { id, request, createdNs: 0, updatedNs: 0, versionIndex: 10 + at, subnets };
    this.shared.set(id, { network, given: new Map() });
    return network;
  }

  /** The lowest address that is free, or the one that is wanted. */
  give({ network, given }: Shared, owner: string, wanted: Ip4 | null): Ip4 {
    const known = given.get(owner);
    if (known !== undefined) return known;
    let address = wanted ?? network.subnets[0]!.subnet.address + 2;
    while (wanted === null && [...given.values()].includes(address)) address++;
    given.set(owner, address);
    return address;
  }

  find(term: string): Shared | undefined {
    const all = [...this.shared.values()];
    return all.find(({ network }) => network.id === term || network.request.config.name === term);
  }

  tell(table: string, event: TableEvent): void {
    const key = `${table} ${event.networkId} ${event.key}`;
    if (event.kind === 'delete') this.entries.delete(key);
    else this.entries.set(key, { table, event });
    for (const { table: wanted, networkId, listener } of [...this.watchers]) {
      if (wanted === table && networkId === event.networkId) listener(event);
    }
  }

  /** As another node's gossip says where an endpoint of its own is. */
  tellPeer(networkId: string, key: string, cidr: string, vtep: string, kind: 'create' | 'delete' = 'create'): void {
    const address = parseCidr(cidr)!;
    const record = { address, mac: macOfAddress(address.address), tunnelEndpoint: ip4(vtep) };
    this.tell('overlay_peer_table', { kind, networkId, key, value: encodePeerRecord(record), node: 'another' });
  }

  private addIngress(): Shared {
    const config = { ...PLAIN_NETWORK, name: 'ingress', driver: 'overlay' };
    const { id } = this.add({ config, scope: '', isIngress: true });
    return this.shared.get(id)!;
  }
}

class FakeCluster implements Cluster {
  readonly localState = 'active';
  readonly isManager: boolean;
  readonly nodeId: string;
  readonly dataPathPort = 4789;
  private readonly swarm: FakeSwarm;

  constructor(swarm: FakeSwarm, engine: Engine, isManager: boolean) {
    this.swarm = swarm;
    this.isManager = isManager;
    this.nodeId = `node-of-${engine.host.hostName}`;
  }

  networks(): readonly SwarmNetwork[] {
    return this.isManager ? [...this.swarm.shared.values()].map(({ network }) => network) : [];
  }

  createNetwork(request: NetworkRequest): Answer<string> {
    return Answer.of(this.swarm.add(request).id);
  }

  removeNetwork(id: string): Answer<null> {
    if (!this.isManager) return Answer.refusal(new DaemonError('This node is not a swarm manager.'));
    const isUsed = [...(this.swarm.shared.get(id)?.given.keys() ?? [])].some((owner) => !owner.startsWith('lb '));
    if (isUsed) return Answer.refusal(new DaemonError(`network ${id} is in use by task x`));
    this.swarm.shared.delete(id);
    return Answer.of(null);
  }

  attachNetwork(term: string, containerId: string, wanted: Ip4 | null): Answer<NetworkAttachment> {
    const found = this.swarm.find(term);
    const refused = (code: string, text: string): Answer<NetworkAttachment> =>
      Answer.refusal(
        new DaemonError(
          `Could not attach to network ${term}: rpc error: code = ${code} desc = network ${term} ${text}`,
        ),
      );
    if (found === undefined) return refused('NotFound', 'not found');
    if (!found.network.request.config.isAttachable) return refused('PermissionDenied', 'not manually attachable');
    const address = this.swarm.give(found, containerId, wanted);
    this.swarm.give(found, `lb ${this.nodeId}`, null);
    const { prefixLen } = found.network.subnets[0]!.subnet;
    return Answer.of({ network: found.network, address: { address, prefixLen } });
  }

  detachNetwork(networkId: string, containerId: string): void {
    this.swarm.shared.get(networkId)?.given.delete(containerId);
  }

  loadBalancerAddress(networkId: string): Cidr | null {
    const address = this.swarm.shared.get(networkId)?.given.get(`lb ${this.nodeId}`);
    return address === undefined ? null : { address, prefixLen: 24 };
  }
}

class FakeAgent implements Agent {
  readonly config: AgentConfig;
  readonly keys: readonly ClusterKey[];
  readonly nodeName: string;
  private readonly swarm: FakeSwarm;

  constructor(swarm: FakeSwarm, engine: Engine, address: Ip4, keys: readonly ClusterKey[]) {
    this.swarm = swarm;
    this.keys = keys;
    this.nodeName = engine.ids.next().slice(0, 12);
    const addresses = { bindAddress: 0, advertiseAddress: address, dataPathAddress: address };
    this.config = { hostName: engine.host.hostName, ...addresses, keys, remotes: [] };
  }

  onJoined(listener: () => void): void {
    listener();
  }

  joinNetwork(networkId: string): void {
    const ip = formatIp4(this.config.advertiseAddress);
    this.swarm.members.set(networkId, [...this.peers(networkId), { name: this.nodeName, ip }]);
  }

  leaveNetwork(networkId: string): void {
    const others = this.peers(networkId).filter(({ name }) => name !== this.nodeName);
    this.swarm.members.set(networkId, others);
  }

  peers(networkId: string): readonly PeerInfo[] {
    return this.swarm.members.get(networkId) ?? [];
  }

  createEntry(table: string, networkId: string, key: string, value: Uint8Array): void {
    this.swarm.tell(table, { kind: 'create', networkId, key, value, node: this.nodeName });
  }

  deleteEntry(table: string, networkId: string, key: string): void {
    const known = this.swarm.entries.get(`${table} ${networkId} ${key}`);
    if (known !== undefined) this.swarm.tell(table, { ...known.event, kind: 'delete' });
  }

  watch(table: string, networkId: string, listener: (event: TableEvent) => void): () => void {
    const watcher = { table, networkId, listener };
    this.swarm.watchers.add(watcher);
    for (const entry of this.swarm.entries.values()) {
      if (entry.table === table && entry.event.networkId === networkId) listener(entry.event);
    }
    return () => {
      this.swarm.watchers.delete(watcher);
    };
  }

  setKeys(): void {
    // Nothing is secret here.
  }

  leave(done: () => void): void {
    done();
  }

  shutdown(): void {
    // It is nowhere but here.
  }
}
