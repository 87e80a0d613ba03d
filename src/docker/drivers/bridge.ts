/**
 * The bridge driver: one Linux bridge per network, one veth pair per endpoint, its host end a port of the bridge. The
 * lines come in the order of libnetwork's drivers/bridge/bridge.go (20.10): configure everything, then up.
 */
import type { Cidr, Ip4, Mac } from '../../base/addr.ts';
import { cidrsOverlap, networkOf, parseIp4 } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import type { Endpoint } from '../endpoint.ts';
import type { EngineVersion } from '../engine-version.ts';
import { DaemonError } from '../errors.ts';
import type { ContainerLink, Firewall, FirewalledNetwork } from '../firewall/firewall.ts';
import type { Ids } from '../ids.ts';
import { defaultGatewayOf } from '../ipam/network-addresses.ts';
import type { KernelDoor } from '../kernel-door.ts';
import { kernelFault, tryLine, typeLine } from '../kernel-door.ts';
import type { Network, NetworkConfig } from '../network.ts';
import type { ExternalConnectivity } from '../ports/external-connectivity.ts';
import type { MappedNetwork, PublishedPorts } from '../ports/port-mapper.ts';
import type { BridgeConfig } from './bridge-config.ts';
import { DEFAULT_BRIDGE_NAME, isIsolated, readBridgeConfig } from './bridge-config.ts';
import type { BridgeSetup } from './bridge-setup.ts';
import {
  bridgeInterfaceExists,
  existingBridge,
  setupBridgeIpv4,
  setupDevice,
  setupMtu,
  verifyAddress,
} from './bridge-setup.ts';
import type { Driver } from './driver.ts';
import type { HostLinks } from './host-links.ts';

/** A network as the driver knows it. */
interface BridgeNetwork {
  readonly network: Network;
  readonly config: BridgeConfig;
  readonly own: Cidr;
  /** Whether the bridge was there before: then it stays. */
  readonly isUsersBridge: boolean;
  /** The number of the bridge's interface: what goes with the network, whatever it is called by then. */
  readonly linkIndex: number;
}

/** What stands between the driver's networks and the world. */
export interface BridgeOutside {
  readonly version: EngineVersion;
  readonly firewall: Firewall;
  readonly ports: PublishedPorts;
  /** `--userland-proxy`: without it the kernel must lead a host's own traffic, and a container's to itself, back in. */
  readonly hasUserlandProxy: boolean;
  /** Whether the host forwards already: then what it forwards is not the daemon's business. */
  readonly isForwarding: boolean;
}

export class BridgeDriver implements Driver {
  readonly name = 'bridge';
  readonly hasAddresses = true;
  private readonly door: KernelDoor;
  private readonly links: HostLinks;
  private readonly ids: Ids;
  private readonly outside: BridgeOutside;
  /** By id. A network may miss here that the engine knows: the default one, when another has taken its bridge. */
  private readonly networks = new Map<string, BridgeNetwork>();

  constructor(door: KernelDoor, links: HostLinks, ids: Ids, outside: BridgeOutside) {
    this.door = door;
    this.links = links;
    this.ids = ids;
    this.outside = outside;
    outside.firewall.setUp({ hasUserlandProxy: outside.hasUserlandProxy });
    // libnetwork's setupIPForwarding: once, when the driver is configured.
    typeLine(door, 'sysctl -w net.ipv4.ip_forward=1');
    if (!outside.isForwarding) outside.firewall.dropForwarded();
  }

  /** One that is isolated, or internal and without an address on its bridge. */
  skipsGateway(config: NetworkConfig): boolean {
    if (!this.outside.version.hasGatewayModes) return false;
    const { gatewayMode, isIpv4Inhibited } = readBridgeConfig({ ...config, id: '' }, true);
    return gatewayMode === 'isolated' || (isIpv4Inhibited && config.isInternal);
  }

  createNetwork(network: Network): void {
    const own = ownAddress(network);
    if (own === null) throw new DaemonError('ipv4 pool is empty');
    const { hasGatewayModes } = this.outside.version;
    const config = readBridgeConfig(network, hasGatewayModes);
    const isUsersBridge = bridgeInterfaceExists(this.links, config.bridgeName);
    if (hasGatewayModes && isIsolated(network) && !network.isInternal) {
      throw new DaemonError("gateway mode 'isolated' can only be used for an internal network");
    }
    if (network.addresses.length > 1) throw new DaemonError("bridge driver doesn't support multiple subnets");
    this.checkConflict(network, config.bridgeName, own);
    const bridgeName = config.bridgeName === '' ? DEFAULT_BRIDGE_NAME : config.bridgeName;
    const made = { network, config: { ...config, bridgeName }, own, isUsersBridge };
    this.networks.set(network.id, { ...made, linkIndex: this.setUpBridge(made) });
  }

  /** A default bridge stays, as it does when the daemon stops. */
  deleteNetwork(network: Network): void {
    const found = this.networks.get(network.id);
    if (found === undefined) return;
    this.networks.delete(network.id);
    const link = this.links.byIndex(found.linkIndex);
    if (!found.isUsersBridge && !found.config.isDefaultBridge && link !== undefined) {
      tryLine(this.door, `ip link del ${link.name}`);
    }
    this.expose(found);
  }

  createEndpoint(network: Network, endpoint: Endpoint): void {
    const found = this.networks.get(network.id);
    if (found === undefined) throw new DaemonError(`network ${network.id} does not exist`);
    endpoint.hostLink = this.ids.vethName();
    endpoint.sandboxLink = this.ids.vethName();
    const { hostLink, sandboxLink, netnsName } = endpoint;
    const peer = `peer name ${sandboxLink}${netnsName === null ? '' : ` netns ${netnsName}`} txqueuelen 0`;
    typeLine(this.door, `ip link add ${hostLink} txqueuelen 0 type veth ${peer}`);
    try {
      this.setUpHostLink(found, endpoint);
    } catch (error) {
      tryLine(this.door, `ip link del ${hostLink}`);
      throw error;
    }
  }

  /** One end takes the other with it, wherever that one is by now. */
  deleteEndpoint(network: Network, endpoint: Endpoint): void {
    const found = this.networks.get(network.id);
    if (found !== undefined && endpoint.address !== null) {
      this.outside.firewall.removeEndpoint(firewalledNetwork(found), endpoint.address);
    }
    tryLine(this.door, `ip link del ${endpoint.hostLink}`);
  }

  endpointMac(): Mac | null {
    return this.outside.version.hasRandomMacs ? this.ids.randomEndpointMac() : null;
  }

  join(network: Network, endpoint: Endpoint): void {
    const first = network.addresses[0];
    const hasWayOut = first !== undefined && !(network.isInternal && this.outside.version.hasNoWayOutOfInternal);
    endpoint.gateway = hasWayOut ? defaultGatewayOf(first) : null;
  }

  /**
   * The interface goes with the endpoint, and what it was linked by. A linked container that has come back meanwhile
   * has another endpoint; engines that look the first one up do not find it, and leave the rest as it is.
   */
  leave(network: Network, endpoint: Endpoint): void {
    const config = this.networks.get(network.id)?.config;
    if (config === undefined || config.isIccEnabled) return;
    for (const child of endpoint.children.filter((each) => each.network === network)) {
      if (!this.outside.version.remembersLinks && !network.endpoints.has(child)) return;
      const link = linkBetween(config, endpoint, child);
      if (link !== undefined) this.outside.firewall.unlinkContainers(link);
    }
  }

  programExternalConnectivity(
    network: Network,
    endpoint: Endpoint,
    wanted: ExternalConnectivity,
    isWayOut: boolean,
  ): void {
    assert(endpoint.address !== null, 'an endpoint on a bridge has an address');
    const config = this.networks.get(network.id)?.config;
    if (config === undefined) throw new DaemonError(`network not found: ${network.id}`);
    const { ports } = this.outside;
    endpoint.connectivity = wanted;
    const defaultHostIp = config.hostBindingIp === '' ? '0.0.0.0' : config.hostBindingIp;
    const target = { ...mappedNetwork(config), containerIp: endpoint.address, defaultHostIp, isWayOut };
    endpoint.portMapping = ports.map(target, wanted.published);
    if (this.outside.version.forgetsWhenPublishing) this.forgetStrayConnections(endpoint, endpoint.address);
    if (config.isIccEnabled) return;
    try {
      this.linkChildren(network, endpoint, config);
    } catch (error) {
      ports.unmap(target, endpoint.portMapping);
      endpoint.portMapping = [];
      throw error;
    }
  }

  /** What has been bound to the proxy, or to nobody, before there were rules. */
  private forgetStrayConnections(endpoint: Endpoint, address: Ip4): void {
    const { firewall } = this.outside;
    firewall.forgetConnections(address);
    for (const { protocol, hostIp, port, hostPort } of endpoint.portMapping) {
      if (protocol === 'udp' && hostPort !== 0) firewall.forgetPort(parseIp4(hostIp) ?? 0, port);
    }
  }

  /** What the endpoint wanted stays noted, as in libnetwork. */
  revokeExternalConnectivity(network: Network, endpoint: Endpoint): void {
    assert(endpoint.address !== null, 'an endpoint on a bridge has an address');
    const config = this.networks.get(network.id)?.config;
    if (config === undefined) return;
    this.outside.ports.unmap(mappedNetwork(config), endpoint.portMapping);
    endpoint.portMapping = [];
    this.outside.firewall.forgetConnections(endpoint.address);
  }

  /** Lets a container talk to those that it is linked to, where others may not. */
  private linkChildren(network: Network, endpoint: Endpoint, config: BridgeConfig): void {
    const { firewall } = this.outside;
    const links: ContainerLink[] = [];
    try {
      for (const child of endpoint.children) {
        if (child.network !== network) throw new DaemonError(`invalid endpoint id: ${child.id}`);
        const link = linkBetween(config, endpoint, child);
        if (link === undefined) continue;
        links.push(link);
        firewall.linkContainers(link);
      }
    } catch (error) {
      for (const link of links) firewall.unlinkContainers(link);
      throw error;
    }
  }

  /** A default network in the way is taken for one that an earlier daemon has left, and forgotten. */
  private checkConflict(network: Network, bridgeName: string, own: Cidr): void {
    for (const other of this.networks.values()) {
      const reason = conflict(other, bridgeName, own);
      if (reason === undefined) continue;
      if (other.config.isDefaultBridge && this.outside.version.forgetsDefaultBridge) {
        for (const endpoint of other.network.endpoints) this.revokeExternalConnectivity(other.network, endpoint);
        this.deleteNetwork(other.network);
        return;
      }
      const [mine, theirs] = [`${network.id} (${bridgeName})`, `${other.network.id} (${other.config.bridgeName})`];
      throw new DaemonError(`cannot create network ${mine}: conflicts with network ${theirs}: ${reason}`);
    }
  }

  /** Gives the number of the bridge's interface. */
  private setUpBridge(made: Omit<BridgeNetwork, 'linkIndex'>): number {
    const { door, links, ids } = this;
    const { config, own } = made;
    const { bridgeName } = config;
    const { hasRandomMacs: hasRandomMac, setsBridgeMtu } = this.outside.version;
    const isIpv4Inhibited = config.isIpv4Inhibited || config.gatewayMode === 'isolated';
    const setup: BridgeSetup = { door, links, ids, ...config, own, isIpv4Inhibited, hasRandomMac };
    const isNew = existingBridge(links, bridgeName) === undefined;
    // What fails now leaves the bridge behind, as a real engine does.
    if (isNew) setupDevice(setup);
    if (setsBridgeMtu && config.mtu !== 0) setupMtu(setup);
    setupBridgeIpv4(setup);
    if (!isNew && !config.isIpv4Inhibited) verifyAddress(setup);
    this.protect(made);
    typeLine(door, `ip link set ${bridgeName} up`);
    return links.byName(bridgeName)?.index ?? 0;
  }

  /** The steps of libnetwork's createNetwork between the bridge's address and its being up. */
  private protect(made: Omit<BridgeNetwork, 'linkIndex'>): void {
    const { version, firewall, hasUserlandProxy } = this.outside;
    const setting = `net.ipv4.conf.${made.config.bridgeName.replaceAll('.', '/')}.route_localnet`;
    if (!hasUserlandProxy) typeLine(this.door, `sysctl -w ${setting}=1`);
    // Rules about what stays within a bridge, or comes back into it, need br_netfilter.
    const needsBridgeNetfilter = !made.config.isIccEnabled || !hasUserlandProxy;
    if (version.loadsBridgeNetfilter && needsBridgeNetfilter) {
      typeLine(this.door, 'sysctl -w net.bridge.bridge-nf-call-iptables=1');
    }
    const facts = firewalledNetwork(made);
    firewall.addNetwork(facts);
    if (!made.config.isInternal) firewall.isolateNetwork(facts);
  }

  /** Takes back what `protect` has done. */
  private expose(network: BridgeNetwork): void {
    const { firewall } = this.outside;
    const facts = firewalledNetwork(network);
    firewall.removeNetwork(facts);
    if (!network.config.isInternal) firewall.unisolateNetwork(facts);
  }

  private setUpHostLink(network: BridgeNetwork, endpoint: Endpoint): void {
    const { bridgeName: bridge, mtu } = network.config;
    const { hostLink, sandboxLink, netnsName, address } = endpoint;
    if (mtu !== 0) {
      this.setMtu('host', hostLink, mtu, null);
      this.setMtu('sandbox', sandboxLink, mtu, netnsName);
    }
    if (!tryLine(this.door, `ip link set ${hostLink} master ${bridge}`)) {
      const cause = `could not find bridge ${bridge}: route ip+net: no such network interface`;
      throw new DaemonError(`adding interface ${hostLink} to bridge ${bridge} failed: ${cause}`);
    }
    if (!this.outside.hasUserlandProxy) typeLine(this.door, `bridge link set dev ${hostLink} hairpin on`);
    if (address !== null) this.outside.firewall.addEndpoint(firewalledNetwork(network), address);
    typeLine(this.door, `ip link set ${hostLink} up`);
  }

  private setMtu(side: string, link: string, mtu: number, netnsName: string | null): void {
    const ip = netnsName === null ? 'ip' : `ip -n ${netnsName}`;
    // What ip(8) would not even ask the kernel for, the kernel would not take.
    const fault = mtu > 0x7fff_ffff ? 'invalid argument' : kernelFault(this.door, `${ip} link set ${link} mtu ${mtu}`);
    if (fault !== undefined) throw new DaemonError(`failed to set MTU on ${side} interface ${link}: invalid argument`);
  }
}

/** What links a container to another one; undefined before the other has been told what it exposes. */
function linkBetween({ bridgeName }: BridgeConfig, parent: Endpoint, child: Endpoint): ContainerLink | undefined {
  const [parentIp, childIp] = [parent.address, child.address];
  if (child.connectivity === null || parentIp === null || childIp === null) return undefined;
  return { bridge: bridgeName, parentIp, childIp, ports: child.connectivity.exposed };
}

/** The address of the network's own end; null without a pool. */
function ownAddress(network: Network): Cidr | null {
  if (network.pool === null) return null;
  const { subnet } = network.pool;
  return { address: network.gateway ?? networkOf(subnet), prefixLen: subnet.prefixLen };
}

/** Why a network cannot stand beside another; undefined if it can. Twin of Conflicts. */
function conflict(other: BridgeNetwork, bridgeName: string, own: Cidr): string | undefined {
  if (other.config.bridgeName === bridgeName) return 'networks have same bridge name';
  return cidrsOverlap(other.own, own) ? 'networks have overlapping IPv4' : undefined;
}

function mappedNetwork({ bridgeName: bridge, gatewayMode, isInternal }: BridgeConfig): MappedNetwork {
  return { bridge, gatewayMode, isInternal };
}

/** A network as the firewall sees it. */
function firewalledNetwork({ config, own }: Omit<BridgeNetwork, 'linkIndex'>): FirewalledNetwork {
  return {
    bridge: config.bridgeName,
    subnet: { address: networkOf(own), prefixLen: own.prefixLen },
    isIccEnabled: config.isIccEnabled,
    isInternal: config.isInternal,
    isMasqueraded: config.isIpMasqueradeEnabled,
    gatewayMode: config.gatewayMode,
    hostIp: parseIp4(config.hostIp) ?? null,
    trustedHostInterfaces: config.trustedHostInterfaces,
  };
}
