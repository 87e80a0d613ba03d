/**
 * The namespace of one overlay network on one node: a bridge and a VXLAN interface for each of its subnets that is in
 * use here, a port for each local endpoint, and permanent entries for those of other nodes. Twin of what
 * drivers/overlay/ov_network.go does through libnetwork's osl.
 *
 *     1-dv8rsr9ki4 ─┬─ br0 10.0.2.1/24 ─┬─ vxlan0   id 4098, its socket is the host's
 *                   │                   ├─ veth0 ═══ eth0 of the balancer
 *                   │                   └─ veth1 ═══ eth0 of a container
 *                   └─ br1 …            ─── vxlan1
 */
import type { Cidr, Ip4, Mac } from '../../../base/addr.ts';
import { broadcastOf, formatCidr, formatIp4, formatMac } from '../../../base/addr.ts';
import { assert } from '../../../base/assert.ts';
import { DaemonError } from '../../errors.ts';
import type { KernelDoor } from '../../kernel-door.ts';
import { kernelFault, tryLine, typeLine } from '../../kernel-door.ts';
import type { OverlaySubnet } from './overlay-config.ts';

/** What a namespace's name keeps of the number of its making and the network's id (osl.GenerateKey). */
const KEY_LENGTH = 12;
/** What the names of interfaces keep of the network's id before they are in the namespace. */
const NAME_ID_LENGTH = 5;

/** What the interfaces of one network have in common. */
export interface OverlaySandboxOptions {
  readonly networkId: string;
  readonly networkName: string;
  /** How many namespaces the network has had on this node, this one included. */
  readonly epoch: number;
  readonly mtu: number;
  /** The swarm's data path port. */
  readonly port: number;
  /** Whether containers of one subnet are to reach those of another: the namespace then routes. */
  readonly isRouter: boolean;
}

/** The interfaces of one subnet. */
interface SubnetLinks {
  readonly bridge: string;
  readonly vxlan: string;
}

/** An entry as osl remembers it: a neighbour's MAC, or in the other family the VTEP behind which a MAC is. */
interface Neighbor {
  readonly destination: Ip4;
  readonly mac: Mac;
  readonly link: string;
  readonly isBridgeFamily: boolean;
}

/** An entry is there already, or is not (NeighborSearchError). */
export class NeighborSearchError extends DaemonError {
  constructor({ destination, mac }: Pick<Neighbor, 'destination' | 'mac'>, isPresent: boolean) {
    const which = `IP ${formatIp4(destination)}, mac ${formatMac(mac)}`;
    super(`Search neighbor failed for ${which}, present in db:${isPresent}`);
  }
}

export class OverlaySandbox {
  readonly netnsName: string;
  private readonly door: KernelDoor;
  private readonly options: OverlaySandboxOptions;
  private readonly links = new Map<OverlaySubnet, SubnetLinks>();
  private readonly neighbors: Neighbor[] = [];
  private vethCount = 0;

  /** Makes the namespace. */
  constructor(door: KernelDoor, options: OverlaySandboxOptions) {
    this.door = door;
    this.options = options;
    this.netnsName = `${options.epoch}-${options.networkId}`.slice(0, KEY_LENGTH);
    typeLine(door, `ip netns add ${this.netnsName}`);
    door.labelNamespace(this.netnsName, `${options.epoch}-${options.networkName}`);
    typeLine(door, `ip netns exec ${this.netnsName} sysctl -w net.ipv6.conf.all.disable_ipv6=1`);
    typeLine(door, `ip -n ${this.netnsName} link set lo up`);
    // What a real namespace has from its host, where this was switched on when the daemon started.
    if (options.isRouter) typeLine(door, `ip netns exec ${this.netnsName} sysctl -w net.ipv4.ip_forward=1`);
  }

  hasSubnet(subnet: OverlaySubnet): boolean {
    return this.links.has(subnet);
  }

  /**
   * Makes a subnet's bridge and its VXLAN interface, the latter on the host, whose socket it keeps. Throws a
   * DaemonError; then there is nothing of the subnet.
   */
  addSubnet(subnet: OverlaySubnet): void {
    const { networkId, mtu, port } = this.options;
    const number = this.links.size;
    const vni = subnet.vni.toString(16).padStart(6, '0');
    const idPart = networkId.slice(0, NAME_ID_LENGTH);
    const links: SubnetLinks = { bridge: `br${number}`, vxlan: `vxlan${number}` };
    this.addBridge(`ov-${vni}-${idPart}`, links.bridge, subnet);
    const words = `id ${subnet.vni} dstport ${port} learning proxy l2miss l3miss`;
    const name = `vx-${vni}-${idPart}`;
    const fault = kernelFault(this.door, `ip link add ${name} mtu ${mtu} txqueuelen 0 type vxlan ${words}`);
    if (fault !== undefined) {
      tryLine(this.door, `ip -n ${this.netnsName} link del ${links.bridge}`);
      throw new DaemonError(`error creating vxlan interface: ${fault}`);
    }
    this.moveIn(name, links.vxlan, links.bridge);
    this.links.set(subnet, links);
  }

  /** Moves a link of the host in as a port of the subnet's bridge; its name here. */
  addPort(link: string, subnet: OverlaySubnet): string {
    const name = `veth${this.vethCount++}`;
    this.moveIn(link, name, this.linksOf(subnet).bridge);
    return name;
  }

  /** Permanent: an address of another node's endpoint has this MAC. Throws a NeighborSearchError if it is there. */
  addNeighbor(subnet: OverlaySubnet, destination: Ip4, mac: Mac): void {
    this.add({ destination, mac, link: this.linksOf(subnet).vxlan, isBridgeFamily: false });
  }

  /** Permanent: what goes to this MAC goes to that VTEP. Throws a NeighborSearchError if it is there. */
  addForwarding(subnet: OverlaySubnet, vtep: Ip4, mac: Mac): void {
    this.add({ destination: vtep, mac, link: this.linksOf(subnet).vxlan, isBridgeFamily: true });
  }

  /** Takes back either of both. Throws a NeighborSearchError if it is not there. */
  deleteNeighbor(destination: Ip4, mac: Mac): void {
    const at = this.neighbors.findIndex((each) => each.destination === destination && each.mac === mac);
    const found = this.neighbors[at];
    if (found === undefined) throw new NeighborSearchError({ destination, mac }, false);
    this.neighbors.splice(at, 1);
    if (found.isBridgeFamily) {
      const where = `${formatMac(mac)} dev ${found.link}`;
      tryLine(this.door, `bridge -n ${this.netnsName} fdb del ${where} dst ${formatIp4(destination)} self`);
      // What the bridge has learned of it meanwhile.
      tryLine(this.door, `bridge -n ${this.netnsName} fdb del ${where} master`);
    } else {
      tryLine(this.door, `ip -n ${this.netnsName} neigh del ${formatIp4(destination)} dev ${found.link}`);
    }
  }

  /** Removes the namespace with all that is in it. */
  destroy(): void {
    for (const { vxlan } of this.links.values()) tryLine(this.door, `ip -n ${this.netnsName} link del ${vxlan}`);
    tryLine(this.door, `ip netns del ${this.netnsName}`);
  }

  private addBridge(hostName: string, name: string, { subnet, gateway }: OverlaySubnet): void {
    const ip = `ip -n ${this.netnsName}`;
    const own: Cidr = { address: gateway, prefixLen: subnet.prefixLen };
    typeLine(this.door, `${ip} link add ${hostName} txqueuelen 0 type bridge`);
    typeLine(this.door, `${ip} link set ${hostName} name ${name}`);
    typeLine(this.door, `${ip} addr add ${formatCidr(own)} brd ${formatIp4(broadcastOf(own))} dev ${name}`);
    typeLine(this.door, `${ip} link set ${name} up`);
  }

  private moveIn(link: string, name: string, bridge: string): void {
    const ip = `ip -n ${this.netnsName}`;
    typeLine(this.door, `ip link set ${link} netns ${this.netnsName}`);
    typeLine(this.door, `${ip} link set ${link} name ${name}`);
    typeLine(this.door, `${ip} link set ${name} master ${bridge}`);
    typeLine(this.door, `${ip} link set ${name} up`);
  }

  private add(neighbor: Neighbor): void {
    const { destination, mac, link, isBridgeFamily } = neighbor;
    const isPresent = this.neighbors.some((each) => each.destination === destination && each.mac === mac);
    if (isPresent) throw new NeighborSearchError(neighbor, true);
    const [ip, lladdr] = [formatIp4(destination), formatMac(mac)];
    const line = isBridgeFamily
      ? `bridge -n ${this.netnsName} fdb replace ${lladdr} dev ${link} dst ${ip} self permanent`
      : `ip -n ${this.netnsName} neigh replace ${ip} lladdr ${lladdr} dev ${link} nud permanent`;
    const fault = kernelFault(this.door, line);
    if (fault !== undefined) throw new DaemonError(`could not add neighbor entry: ${fault}`);
    this.neighbors.push(neighbor);
  }

  private linksOf(subnet: OverlaySubnet): SubnetLinks {
    const links = this.links.get(subnet);
    assert(links !== undefined, 'a subnet has its interfaces before anything is done in it');
    return links;
  }
}
