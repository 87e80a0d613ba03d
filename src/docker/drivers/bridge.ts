/**
 * The bridge driver: one Linux bridge per network, one veth pair per endpoint, its host end a port of the bridge. The
 * lines come in the order of libnetwork's drivers/bridge (20.10): configure everything, then up.
 */
import { broadcastOf, formatCidr, formatIp4, formatMac, networkOf, parseIp4 } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import type { Endpoint } from '../endpoint.ts';
import { DaemonError } from '../errors.ts';
import type { Firewall, FirewalledNetwork } from '../firewall/firewall.ts';
import type { Ids } from '../ids.ts';
import type { KernelDoor } from '../kernel-door.ts';
import { tryLine, typeLine } from '../kernel-door.ts';
import type { Network } from '../network.ts';
import { NETWORK_OPTION, bridgeNameOf, mtuOf } from '../network.ts';
import type { ExternalConnectivity } from '../ports/external-connectivity.ts';
import type { PortMapper } from '../ports/port-mapper.ts';
import type { Driver } from './driver.ts';

/** Words that Go takes for true (strconv.ParseBool). */
const TRUE_WORDS = ['1', 't', 'T', 'TRUE', 'true', 'True'];

/** What stands between the driver's networks and the world. */
export interface BridgeOutside {
  readonly firewall: Firewall;
  readonly ports: PortMapper;
  /** `--userland-proxy`: without it the kernel must lead a host's own traffic, and a container's to itself, back in. */
  readonly hasUserlandProxy: boolean;
  /** Whether the host forwards already: then what it forwards is not the daemon's business. */
  readonly isForwarding: boolean;
}

export class BridgeDriver implements Driver {
  readonly name = 'bridge';
  private readonly door: KernelDoor;
  private readonly ids: Ids;
  private readonly outside: BridgeOutside;

  constructor(door: KernelDoor, ids: Ids, outside: BridgeOutside) {
    this.door = door;
    this.ids = ids;
    this.outside = outside;
    outside.firewall.setUp({ hasUserlandProxy: outside.hasUserlandProxy });
    // libnetwork's setupIPForwarding: once, when the driver is configured.
    typeLine(door, 'sysctl -w net.ipv4.ip_forward=1');
    if (!outside.isForwarding) outside.firewall.dropForwarded();
  }

  createNetwork(network: Network): void {
    assert(network.pool !== null && network.gateway !== null, 'a bridge network has addresses');
    const bridge = bridgeNameOf(network);
    const own = { address: network.gateway, prefixLen: network.pool.subnet.prefixLen };
    typeLine(this.door, `ip link add name ${bridge} type bridge`);
    typeLine(this.door, `ip link set ${bridge} address ${formatMac(this.ids.bridgeMac())}`);
    typeLine(this.door, `sysctl -w net.ipv6.conf.${bridge}.accept_ra=0`);
    typeLine(this.door, `ip addr add ${formatCidr(own)} brd ${formatIp4(broadcastOf(own))} dev ${bridge}`);
    this.protect(network, bridge);
    typeLine(this.door, `ip link set ${bridge} up`);
  }

  /** The default bridge stays, as it does when the daemon stops. */
  deleteNetwork(network: Network): void {
    if (network.options.get(NETWORK_OPTION.isDefaultBridge) !== 'true') {
      tryLine(this.door, `ip link del ${bridgeNameOf(network)}`);
    }
    const facts = firewalledNetwork(network);
    this.outside.firewall.removeNetwork(facts);
    if (!network.isInternal) this.outside.firewall.unisolateNetwork(facts);
  }

  createEndpoint(network: Network, endpoint: Endpoint): void {
    const hostLink = this.ids.vethName();
    const sandboxLink = this.ids.vethName();
    typeLine(this.door, `ip link add ${hostLink} txqueuelen 0 type veth peer name ${sandboxLink} txqueuelen 0`);
    try {
      this.setUpHostLink(network, hostLink, sandboxLink);
    } catch (error) {
      tryLine(this.door, `ip link del ${hostLink}`);
      throw error;
    }
    endpoint.hostLink = hostLink;
    endpoint.sandboxLink = sandboxLink;
  }

  /** One end takes the other with it, wherever that one is by now. */
  deleteEndpoint(_network: Network, endpoint: Endpoint): void {
    tryLine(this.door, `ip link del ${endpoint.hostLink}`);
  }

  join(network: Network, endpoint: Endpoint): void {
    endpoint.gateway = network.gateway;
  }

  leave(): void {
    // The link goes with the endpoint.
  }

  programExternalConnectivity(network: Network, endpoint: Endpoint, wanted: ExternalConnectivity): void {
    assert(endpoint.address !== null, 'an endpoint on a bridge has an address');
    const { firewall, ports } = this.outside;
    assert(firewall.canPublish || wanted.published.length === 0, 'the client has refused to publish');
    endpoint.connectivity = wanted;
    const defaultHostIp = network.options.get(NETWORK_OPTION.hostBindingIpv4) ?? '0.0.0.0';
    const target = { bridge: bridgeNameOf(network), containerIp: endpoint.address, defaultHostIp };
    endpoint.portMapping = ports.map(target, wanted.published);
  }

  /** What the endpoint wanted stays noted, as in libnetwork. */
  revokeExternalConnectivity(network: Network, endpoint: Endpoint): void {
    assert(endpoint.address !== null, 'an endpoint on a bridge has an address');
    this.outside.ports.unmap(bridgeNameOf(network), endpoint.portMapping);
    endpoint.portMapping = [];
    this.outside.firewall.forgetConnections(endpoint.address);
  }

  /** The steps of libnetwork's createNetwork between the bridge's address and its being up. */
  private protect(network: Network, bridge: string): void {
    const { firewall, hasUserlandProxy } = this.outside;
    if (!hasUserlandProxy) typeLine(this.door, `sysctl -w net.ipv4.conf.${bridge}.route_localnet=1`);
    const facts = firewalledNetwork(network);
    firewall.addNetwork(facts);
    if (!network.isInternal) firewall.isolateNetwork(facts);
  }

  private setUpHostLink(network: Network, hostLink: string, sandboxLink: string): void {
    const mtu = mtuOf(network);
    if (mtu !== undefined) {
      typeLine(this.door, `ip link set ${hostLink} mtu ${mtu}`);
      typeLine(this.door, `ip link set ${sandboxLink} mtu ${mtu}`);
    }
    const bridge = bridgeNameOf(network);
    if (!tryLine(this.door, `ip link set ${hostLink} master ${bridge}`)) {
      const cause = `could not find bridge ${bridge}: route ip+net: no such network interface`;
      throw new DaemonError(`adding interface ${hostLink} to bridge ${bridge} failed: ${cause}`);
    }
    if (!this.outside.hasUserlandProxy) typeLine(this.door, `bridge link set dev ${hostLink} hairpin on`);
    typeLine(this.door, `ip link set ${hostLink} up`);
  }
}

/** A network as the firewall sees it. */
function firewalledNetwork(network: Network): FirewalledNetwork {
  assert(network.pool !== null, 'a bridge network has addresses');
  const { subnet } = network.pool;
  const isOn = (name: string): boolean => TRUE_WORDS.includes(network.options.get(name) ?? 'true');
  return {
    bridge: bridgeNameOf(network),
    subnet: { address: networkOf(subnet), prefixLen: subnet.prefixLen },
    isIccEnabled: isOn(NETWORK_OPTION.isIccEnabled),
    isInternal: network.isInternal,
    isMasqueraded: isOn(NETWORK_OPTION.isIpMasqueradeEnabled),
    gatewayMode: 'nat',
    hostIp: parseIp4(network.options.get(NETWORK_OPTION.hostIpv4) ?? '') ?? null,
  };
}
