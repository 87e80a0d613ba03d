/**
 * The bridge driver: one Linux bridge per network, one veth pair per endpoint, its host end a port of the bridge. The
 * lines come in the order of libnetwork's drivers/bridge (20.10): configure everything, then up.
 */
import { broadcastOf, formatCidr, formatIp4, formatMac } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import type { Endpoint } from '../endpoint.ts';
import { DaemonError } from '../errors.ts';
import type { Ids } from '../ids.ts';
import type { KernelDoor } from '../kernel-door.ts';
import { tryLine, typeLine } from '../kernel-door.ts';
import type { Network } from '../network.ts';
import { NETWORK_OPTION, bridgeNameOf, mtuOf } from '../network.ts';
import type { Driver } from './driver.ts';

export class BridgeDriver implements Driver {
  readonly name = 'bridge';
  private readonly door: KernelDoor;
  private readonly ids: Ids;

  constructor(door: KernelDoor, ids: Ids) {
    this.door = door;
    this.ids = ids;
    // libnetwork's setupIPForwarding: once, when the driver is configured.
    typeLine(door, 'sysctl -w net.ipv4.ip_forward=1');
  }

  createNetwork(network: Network): void {
    assert(network.pool !== null && network.gateway !== null, 'a bridge network has addresses');
    const bridge = bridgeNameOf(network);
    const own = { address: network.gateway, prefixLen: network.pool.subnet.prefixLen };
    typeLine(this.door, `ip link add name ${bridge} type bridge`);
    typeLine(this.door, `ip link set ${bridge} address ${formatMac(this.ids.bridgeMac())}`);
    typeLine(this.door, `sysctl -w net.ipv6.conf.${bridge}.accept_ra=0`);
    typeLine(this.door, `ip addr add ${formatCidr(own)} brd ${formatIp4(broadcastOf(own))} dev ${bridge}`);
    typeLine(this.door, `ip link set ${bridge} up`);
  }

  /** The default bridge stays, as it does when the daemon stops. */
  deleteNetwork(network: Network): void {
    if (network.options.get(NETWORK_OPTION.isDefaultBridge) === 'true') return;
    tryLine(this.door, `ip link del ${bridgeNameOf(network)}`);
  }

  createEndpoint(network: Network, endpoint: Endpoint): void {
    const hostLink = this.ids.vethName();
    const sandboxLink = this.ids.vethName();
    typeLine(this.door, `ip link add ${hostLink} type veth peer name ${sandboxLink}`);
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

  leave(_network: Network, endpoint: Endpoint): void {
    endpoint.gateway = null;
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
    typeLine(this.door, `ip link set ${hostLink} up`);
  }
}
