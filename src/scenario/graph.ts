/**
 * The topology of a lab at one moment, as plain data in a fixed order: LANs, hosts with their namespaces, interfaces,
 * and what holds them together.
 */
import { formatIp4 } from '../base/addr.ts';
import { Veth } from '../kernel/dev/veth.ts';
import type { Host } from '../kernel/host.ts';
import type { NetDevice } from '../kernel/netdev.ts';
import type { Netns } from '../kernel/netns.ts';
import type { Lab } from './lab.ts';
import type { Plan, PlanLan } from './plan.ts';

export interface GraphInterface {
  /** Unique in the graph, letters and digits only. */
  readonly id: string;
  readonly name: string;
  readonly isBridge: boolean;
  readonly isUp: boolean;
  /** `10.0.0.1/24` */
  readonly addresses: readonly string[];
}

/** A network namespace: the host's own has no name. */
export interface GraphNamespace {
  readonly id: string;
  readonly name: string;
  readonly interfaces: readonly GraphInterface[];
}

export interface GraphHost {
  readonly id: string;
  readonly name: string;
  readonly root: GraphNamespace;
  /** Containers and what `ip netns add` made. */
  readonly namespaces: readonly GraphNamespace[];
}

/** A LAN with a switch; one without is a cable, an edge. */
export interface GraphSwitch {
  readonly id: string;
  readonly lan: string;
}

/** `cable` from a NIC or a switch, `veth` between the two of a pair, `port` from a bridge's port to the bridge. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'cable' | 'veth' | 'port';
  /** '' for none. */
  readonly label: string;
}

export interface Graph {
  readonly name: string;
  readonly title: string;
  readonly switches: readonly GraphSwitch[];
  readonly hosts: readonly GraphHost[];
  readonly edges: readonly GraphEdge[];
}

/** The topology as it is now. */
export function graphOf(plan: Plan, lab: Lab): Graph {
  return new GraphBuilder(plan, lab).build();
}

class GraphBuilder {
  private readonly plan: Plan;
  private readonly lab: Lab;
  private readonly interfaceIds = new Map<NetDevice, string>();
  private readonly switchIds = new Map<string, string>();
  private namespaceCount = 0;

  constructor(plan: Plan, lab: Lab) {
    this.plan = plan;
    this.lab = lab;
  }

  build(): Graph {
    const { plan, lab } = this;
    const lans = plan.lans.filter(({ isSwitch }) => isSwitch);
    const switches = lans.map((lan, i) => ({ id: `switch${i + 1}`, lan: lan.name }));
    for (const { id, lan } of switches) this.switchIds.set(lan, id);
    const hosts = lab.hosts.map((host, i) => this.hostOf(host, i + 1));
    const edges = [...plan.lans.flatMap((lan) => this.cablesOf(lan)), ...this.linksOfDevices()];
    return { name: plan.name, title: plan.title ?? plan.name, switches, hosts, edges };
  }

  private hostOf(host: Host, number: number): GraphHost {
    const others = [...host.namespaces.values()].filter((ns) => ns !== host.rootNs);
    return {
      id: `host${number}`,
      name: host.name,
      root: this.namespaceOf(host.rootNs, ''),
      namespaces: others.map((ns) => this.namespaceOf(ns, ns.label.slice(host.name.length + 1))),
    };
  }

  private namespaceOf(ns: Netns, name: string): GraphNamespace {
    const devices = ns.listDevices().filter((dev) => !dev.isLoopback);
    return { id: `ns${++this.namespaceCount}`, name, interfaces: devices.map((dev) => this.interfaceOf(dev)) };
  }

  private interfaceOf(dev: NetDevice): GraphInterface {
    const id = `if${this.interfaceIds.size + 1}`;
    this.interfaceIds.set(dev, id);
    const addresses = dev.addresses.map(({ address, prefixLen }) => `${formatIp4(address)}/${prefixLen}`);
    return { id, name: dev.name, isBridge: dev.kind === 'bridge', isUp: dev.isUp, addresses };
  }

  /** The id of a host's card; undefined where it has been renamed or has moved away. */
  private cardId(hostName: string, interfaceName: string): string | undefined {
    const dev = this.lab.host(hostName).rootNs.deviceByName(interfaceName);
    return dev === null ? undefined : this.interfaceIds.get(dev);
  }

  private cablesOf(lan: PlanLan): GraphEdge[] {
    const cards = lan.members.flatMap(({ host, interfaceName }) => this.cardId(host, interfaceName) ?? []);
    const own = this.switchIds.get(lan.name);
    if (own === undefined) {
      const [left, right] = cards;
      if (left === undefined || right === undefined) return [];
      return [{ from: left, to: right, kind: 'cable', label: lan.name }];
    }
    const edges: GraphEdge[] = cards.map((card) => ({ from: card, to: own, kind: 'cable', label: '' }));
    const upper = lan.uplink === undefined ? undefined : this.switchIds.get(lan.uplink.to);
    if (upper !== undefined) edges.push({ from: own, to: upper, kind: 'cable', label: 'uplink' });
    return edges;
  }

  private linksOfDevices(): GraphEdge[] {
    const edges: GraphEdge[] = [];
    for (const [dev, id] of this.interfaceIds) {
      const master = dev.master === null ? undefined : this.interfaceIds.get(dev.master);
      if (master !== undefined) edges.push({ from: id, to: master, kind: 'port', label: '' });
    }
    const paired = new Set<NetDevice>();
    for (const [dev, id] of this.interfaceIds) {
      if (!(dev instanceof Veth) || dev.peer === null || paired.has(dev)) continue;
      const peer = this.interfaceIds.get(dev.peer);
      paired.add(dev.peer);
      if (peer !== undefined) edges.push({ from: id, to: peer, kind: 'veth', label: '' });
    }
    return edges;
  }
}

/** The lines of an interface's label. */
export function interfaceLines({ name, isUp, addresses }: GraphInterface): string[] {
  return [isUp ? name : `${name} (down)`, ...addresses];
}
