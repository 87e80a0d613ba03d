/**
 * The topology of a lab at one moment, as plain data in a fixed order: LANs, hosts with their namespaces, interfaces,
 * and what holds them together; and of engines, which bridge is which network and which container is where.
 */
import { formatIp4 } from '../base/addr.ts';
import type { Engine } from '../docker/engine.ts';
import { Veth } from '../kernel/dev/veth.ts';
import type { Host } from '../kernel/host.ts';
import type { NetDevice } from '../kernel/netdev.ts';
import type { Netns } from '../kernel/netns.ts';
import { containersByNamespace, networksByBridge } from './graph-docker.ts';
import type { HostSetup } from './host-setup.ts';
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
  /** Of a bridge that is an engine's network, its name and subnet; '' for none. */
  readonly network: string;
}

/** A network namespace: the host's own has no name; one in which several containers are has the names of all. */
export interface GraphNamespace {
  readonly id: string;
  readonly name: string;
  /** Without lo. */
  readonly interfaces: readonly GraphInterface[];
  /** What is said instead of interfaces where there are none, or beside them of who lives in the host's own. */
  readonly notes: readonly GraphNote[];
}

/** A node that is no interface. */
export interface GraphNote {
  readonly id: string;
  readonly text: string;
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
export function graphOf(plan: Plan, lab: Lab, setups: readonly HostSetup[]): Graph {
  const engines = new Map(setups.map(({ host, engine }) => [host, engine]));
  return new GraphBuilder(plan, lab, engines).build();
}

const NO_CONTAINERS: ReadonlyMap<Netns, string[]> = new Map();
const NO_NETWORKS: ReadonlyMap<string, string> = new Map();

class GraphBuilder {
  private readonly plan: Plan;
  private readonly lab: Lab;
  /** Null on a plain Linux machine. */
  private readonly engines: ReadonlyMap<Host, Engine | null>;
  private readonly interfaceIds = new Map<NetDevice, string>();
  private readonly switchIds = new Map<string, string>();
  private namespaceCount = 0;
  private noteCount = 0;

  constructor(plan: Plan, lab: Lab, engines: ReadonlyMap<Host, Engine | null>) {
    this.plan = plan;
    this.lab = lab;
    this.engines = engines;
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
    const engine = this.engines.get(host) ?? null;
    const containers = engine === null ? NO_CONTAINERS : containersByNamespace(engine);
    const networks = engine === null ? NO_NETWORKS : networksByBridge(engine);
    const others = [...host.namespaces.values()].filter((ns) => ns !== host.rootNs);
    const guests = containers.get(host.rootNs) ?? [];
    const root = this.namespaceOf(host.rootNs, '', networks);
    const notes = [...root.notes, ...guests.map((name) => this.noteOf(`${name} (network host)`))];
    return {
      id: `host${number}`,
      name: host.name,
      root: { ...root, notes },
      namespaces: others.map((ns) => {
        const names = containers.get(ns) ?? [ns.label.slice(host.name.length + 1)];
        return this.namespaceOf(ns, names.join(', '), NO_NETWORKS);
      }),
    };
  }

  private namespaceOf(ns: Netns, name: string, networks: ReadonlyMap<string, string>): GraphNamespace {
    const devices = ns.listDevices().filter((dev) => !dev.isLoopback);
    return {
      id: `ns${++this.namespaceCount}`,
      name,
      interfaces: devices.map((dev) => this.interfaceOf(dev, networks.get(dev.name) ?? '')),
      notes: devices.length === 0 ? [this.noteOf('only lo')] : [],
    };
  }

  private noteOf(text: string): GraphNote {
    return { id: `note${++this.noteCount}`, text };
  }

  private interfaceOf(dev: NetDevice, network: string): GraphInterface {
    const id = `if${this.interfaceIds.size + 1}`;
    this.interfaceIds.set(dev, id);
    const addresses = dev.addresses.map(({ address, prefixLen }) => `${formatIp4(address)}/${prefixLen}`);
    return { id, name: dev.name, isBridge: dev.kind === 'bridge', isUp: dev.isUp, addresses, network };
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
export function interfaceLines({ name, isUp, addresses, network }: GraphInterface): string[] {
  return [...(network === '' ? [] : [network]), isUp ? name : `${name} (down)`, ...addresses];
}
