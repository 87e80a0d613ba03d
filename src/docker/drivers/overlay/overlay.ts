/**
 * The overlay driver: networks that span the nodes of a swarm. Twin of libnetwork's drivers/overlay (20.10): a network
 * is nothing until the first local endpoint joins it, and nothing again when the last one has left. Where the endpoints
 * of other nodes are it hears from the table of peers, in which it enters its own.
 */
import type { Cidr, Ip4 } from '../../../base/addr.ts';
import { cidrContains, formatCidr, formatMac } from '../../../base/addr.ts';
import { assert } from '../../../base/assert.ts';
import type { Agent, TableEvent } from '../../agent/agent.ts';
import type { Endpoint } from '../../endpoint.ts';
import { DaemonError } from '../../errors.ts';
import type { Ids } from '../../ids.ts';
import type { KernelDoor } from '../../kernel-door.ts';
import { tryLine, typeLine } from '../../kernel-door.ts';
import type { Network } from '../../network.ts';
import type { Driver } from '../driver.ts';
import type { ClusterKey } from '../../swarm/cluster.ts';
import type { EncryptionKey, OverlayEncryption } from './encryption.ts';
import { encryptionKeys } from './encryption.ts';
import type { OverlayConfig, OverlaySubnet } from './overlay-config.ts';
import { readOverlayConfig } from './overlay-config.ts';
import { NeighborSearchError, OverlaySandbox } from './overlay-sandbox.ts';
import type { Peer } from './peer-db.ts';
import { PeerDb } from './peer-db.ts';
import { decodePeerRecord, encodePeerRecord } from './peer-record.ts';
import { VxlanRules } from './vxlan-rules.ts';

/** The table of peers (ovPeerTable). */
const PEER_TABLE = 'overlay_peer_table';

/** What the driver hears of its swarm. */
export interface OverlayOutside {
  /** Null while there is none. */
  readonly agent: () => Agent | null;
  /** The UDP port of the swarm's VXLAN. */
  readonly dataPathPort: () => number;
  readonly encryption: OverlayEncryption;
}

/** A network as the driver knows it. */
interface OverlayNetwork {
  readonly network: Network;
  readonly config: OverlayConfig;
  readonly peers: PeerDb;
  /** Null while no local endpoint is in it. */
  sandbox: OverlaySandbox | null;
  /** How many namespaces it has had. */
  epoch: number;
  /** Local endpoints that have joined. */
  joinCount: number;
  /** Ends the watch over its table of peers. */
  stopWatch: () => void;
}

export class OverlayDriver implements Driver {
  readonly name = 'overlay';
  readonly hasAddresses = true;
  private readonly door: KernelDoor;
  private readonly ids: Ids;
  private readonly outside: OverlayOutside;
  private readonly networks = new Map<string, OverlayNetwork>();
  /** The swarm's part whose keys encrypted networks have, and those. */
  private keyedAgent: Agent | null = null;
  private keys: readonly EncryptionKey[] = [];
  /** The names of endpoints' links within the namespace of their network. */
  private readonly ports = new Map<Endpoint, string>();

  constructor(door: KernelDoor, ids: Ids, outside: OverlayOutside) {
    this.door = door;
    this.ids = ids;
    this.outside = outside;
  }

  createNetwork(network: Network): void {
    const config = readOverlayConfig(network);
    const state = { sandbox: null, epoch: 0, joinCount: 0, stopWatch: () => undefined };
    this.networks.set(network.id, { network, config, peers: new PeerDb(), ...state });
    // Rules that an encrypted network with the same number has left.
    if (!config.isSecure) for (const { vni } of config.subnets) this.programRules(vni, false);
  }

  deleteNetwork(network: Network): void {
    const found = this.networks.get(network.id);
    if (found === undefined) throw new DaemonError(`could not find network with id ${network.id}`);
    this.networks.delete(network.id);
    found.stopWatch();
    found.peers.flush();
    if (found.config.isSecure) for (const { vni } of found.config.subnets) this.programRules(vni, false);
  }

  /** Begins to follow the network's table of peers: the node gossips about it from now on. */
  watchPeers(network: Network): void {
    const found = this.networkOf(network);
    const agent = this.outside.agent();
    if (agent === null) return;
    found.stopWatch = agent.watch(PEER_TABLE, network.id, (event) => {
      this.peerEvent(found, event);
    });
  }

  /** The managers have changed the keys of the swarm. Twin of handleKeyChange, as far as it is about this driver. */
  changeKeys(keys: readonly ClusterKey[]): void {
    this.takeKeys();
    const known = this.keys;
    const next = encryptionKeys(keys);
    const isIn = (ring: readonly EncryptionKey[], key: EncryptionKey): boolean =>
      ring.some((each) => each.tag === key.tag);
    // Of several the last one counts, as in the original.
    const added = next.findLast((key) => !isIn(known, key)) ?? null;
    const pruned = known.findLast((key) => !isIn(next, key)) ?? null;
    this.keys = next;
    try {
      this.outside.encryption.updateKeys({ added, primary: next[0] ?? null, pruned });
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      // A node that was away for longer than a turn begins anew.
      this.outside.encryption.setKeys(next);
    }
  }

  /** Its links are made when it joins. */
  createEndpoint(network: Network, endpoint: Endpoint): void {
    const found = this.networkOf(network);
    assert(endpoint.address !== null, 'an endpoint on an overlay network has an address');
    subnetOf(found, endpoint.address);
  }

  /** One end takes the other with it; both have gone with the namespace of the network if this was the last one. */
  deleteEndpoint(network: Network, endpoint: Endpoint): void {
    const port = this.ports.get(endpoint);
    // What has joined is in the table until its interface is gone.
    if (this.ports.delete(endpoint)) this.outside.agent()?.deleteEntry(PEER_TABLE, network.id, endpoint.id);
    const sandbox = this.networks.get(network.id)?.sandbox ?? null;
    if (port !== undefined && sandbox !== null) tryLine(this.door, `ip -n ${sandbox.netnsName} link del ${port}`);
  }

  join(network: Network, endpoint: Endpoint): void {
    const found = this.networkOf(network);
    if (found.config.isSecure) this.takeKeys();
    if (found.config.isSecure && !this.outside.encryption.hasKeys) {
      throw new DaemonError('cannot join secure network: encryption keys not present');
    }
    const { address, mac } = endpoint;
    assert(address !== null && mac !== null, 'an endpoint on an overlay network has an address');
    const subnet = subnetOf(found, address);
    const sandbox = this.joinSandbox(found, subnet);
    found.joinCount++;
    this.addLinks(found, sandbox, subnet, endpoint);
    const others = found.config.subnets.filter((each) => each !== subnet);
    endpoint.staticRoutes = others.map((other) => ({ destination: other.subnet, gateway: subnet.gateway }));
    found.peers.add(this.localPeer(endpoint, subnet));
    this.checkEncryption(found, null, true);
    const value = encodePeerRecord({
      address: { address, prefixLen: subnet.subnet.prefixLen },
      mac,
      tunnelEndpoint: this.ownVtep(),
    });
    this.outside.agent()?.createEntry(PEER_TABLE, network.id, endpoint.id, value);
  }

  leave(network: Network, endpoint: Endpoint): void {
    const found = this.networks.get(network.id);
    if (found === undefined || endpoint.address === null) return;
    found.peers.delete(this.localPeer(endpoint, subnetOf(found, endpoint.address)));
    if (found.sandbox !== null) this.checkEncryption(found, null, false);
    found.joinCount--;
    if (found.joinCount === 0) this.leaveSandbox(found);
  }

  /** The node has joined a swarm since: it has other addresses, and other keys. */
  private takeKeys(): void {
    const agent = this.outside.agent();
    if (agent === null || agent === this.keyedAgent) return;
    this.keyedAgent = agent;
    this.keys = encryptionKeys(agent.config.keys);
    const { bindAddress, dataPathAddress } = agent.config;
    // One that listens everywhere sends from the address that others send to.
    this.outside.encryption.nodeJoin(bindAddress === 0 ? dataPathAddress : bindAddress, dataPathAddress);
    this.outside.encryption.setKeys(this.keys);
  }

  /** A pair of which one end is a port of the subnet's bridge, and the other the container's interface. */
  private addLinks(found: OverlayNetwork, sandbox: OverlaySandbox, subnet: OverlaySubnet, endpoint: Endpoint): void {
    const { mtu } = found.config;
    const portLink = this.ids.vethName();
    const link = this.ids.vethName();
    typeLine(this.door, `ip link add ${portLink} txqueuelen 0 type veth peer name ${link} txqueuelen 0`);
    typeLine(this.door, `ip link set ${portLink} mtu ${mtu}`);
    this.ports.set(endpoint, sandbox.addPort(portLink, subnet));
    typeLine(this.door, `ip link set ${link} mtu ${mtu}`);
    typeLine(this.door, `ip link set ${link} address ${formatMac(endpoint.mac ?? 0)}`);
    endpoint.sandboxLink = link;
    const { netnsName } = endpoint;
    // Newer engines make the links of a container where it is.
    if (netnsName !== null) typeLine(this.door, `ip link set ${link} netns ${netnsName}`);
  }

  /** Makes what the network needs here if it is not there yet, and tells the new namespace of all known peers. */
  private joinSandbox(found: OverlayNetwork, subnet: OverlaySubnet): OverlaySandbox {
    const isNew = found.sandbox === null;
    found.sandbox ??= new OverlaySandbox(this.door, {
      networkId: found.network.id,
      networkName: found.network.name,
      epoch: ++found.epoch,
      mtu: found.config.mtu,
      port: this.outside.dataPathPort(),
      isRouter: found.config.subnets.length > 1,
    });
    if (!found.sandbox.hasSubnet(subnet)) {
      this.programRules(subnet.vni, found.config.isSecure);
      try {
        found.sandbox.addSubnet(subnet);
      } catch (error) {
        if (isNew) this.leaveSandbox(found);
        if (!(error instanceof DaemonError)) throw error;
        const which = `subnet sandbox join failed for ${JSON.stringify(formatCidr(subnet.subnet))}`;
        throw new DaemonError(`network sandbox join failed: ${which}: ${error.message}`);
      }
    }
    if (isNew) for (const peer of found.peers.all()) this.programPeerOrLeave(found, peer);
    return found.sandbox;
  }

  private leaveSandbox(found: OverlayNetwork): void {
    found.sandbox?.destroy();
    found.sandbox = null;
  }

  /** Twin of EventNotify. What is no record is none of anybody's. */
  private peerEvent(found: OverlayNetwork, event: TableEvent): void {
    const record = decodePeerRecord(event.value);
    // Its own entries it knows already.
    if (record === undefined || record.tunnelEndpoint === this.ownVtep()) return;
    const { address, mac, tunnelEndpoint: vtep } = record;
    const peer: Peer = { endpointId: event.key, address, mac, vtep, isLocal: false };
    if (event.kind === 'delete') this.peerDelete(found, peer);
    else this.peerAdd(found, peer);
  }

  private peerAdd(found: OverlayNetwork, peer: Peer): void {
    const { count } = found.peers.add(peer);
    try {
      this.programPeer(found, peer);
    } catch (error) {
      // While an endpoint moves, the first place it was told to be in stays programmed.
      if (error instanceof NeighborSearchError && count > 1) return;
      if (!(error instanceof DaemonError)) throw error;
    }
  }

  /** What fails now is written to the daemon's log only. */
  private programPeerOrLeave(found: OverlayNetwork, peer: Peer): void {
    try {
      this.programPeer(found, peer);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
    }
  }

  /** Throws a DaemonError. Before there is a namespace, to know of the peer is enough. */
  private programPeer(found: OverlayNetwork, peer: Peer): void {
    if (peer.isLocal || found.sandbox === null) return;
    const subnet = subnetOf(found, peer.address.address);
    const sandbox = this.joinSandbox(found, subnet);
    this.checkEncryption(found, peer.vtep, true);
    sandbox.addNeighbor(subnet, peer.address.address, peer.mac);
    sandbox.addForwarding(subnet, peer.vtep, peer.mac);
  }

  private peerDelete(found: OverlayNetwork, peer: Peer): void {
    const { count } = found.peers.delete(peer);
    const { sandbox } = found;
    if (sandbox === null) return;
    this.checkEncryption(found, peer.vtep, false);
    try {
      sandbox.deleteNeighbor(peer.vtep, peer.mac);
      sandbox.deleteNeighbor(peer.address.address, peer.mac);
    } catch (error) {
      if (!(error instanceof NeighborSearchError)) throw error;
      return;
    }
    const next = count === 0 ? undefined : found.peers.search(peer.address.address);
    if (next !== undefined) this.programPeerOrLeave(found, next);
  }

  private checkEncryption(found: OverlayNetwork, vtep: Ip4 | null, isAdded: boolean): void {
    if (!found.config.isSecure) return;
    const remotes = found.peers.all().filter((peer) => !peer.isLocal);
    const network = {
      remoteNodes: () => [...new Set(remotes.map((peer) => peer.vtep))],
      endpointCount: () => found.joinCount,
    };
    try {
      this.outside.encryption.checkEncryption(network, vtep, isAdded);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
    }
  }

  private programRules(vni: number, isEncrypted: boolean): void {
    new VxlanRules(this.door, this.outside.dataPathPort()).program(vni, isEncrypted);
  }

  private localPeer(endpoint: Endpoint, { subnet }: OverlaySubnet): Peer {
    const { id: endpointId, address, mac } = endpoint;
    assert(address !== null && mac !== null, 'an endpoint on an overlay network has an address');
    const own: Cidr = { address, prefixLen: subnet.prefixLen };
    return { endpointId, address: own, mac, vtep: this.ownVtep(), isLocal: true };
  }

  private ownVtep(): Ip4 {
    return this.outside.agent()?.config.dataPathAddress ?? 0;
  }

  private networkOf(network: Network): OverlayNetwork {
    const found = this.networks.get(network.id);
    if (found === undefined) throw new DaemonError(`could not find network with id ${network.id}`);
    return found;
  }
}

function subnetOf({ config, network }: OverlayNetwork, address: Ip4): OverlaySubnet {
  const found = config.subnets.find(({ subnet }) => cidrContains(subnet, address));
  if (found === undefined) throw new DaemonError(`couldn't find the subnet in network ${JSON.stringify(network.id)}`);
  return found;
}
