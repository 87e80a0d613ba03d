/**
 * The engine: the daemon of one host with its networks and containers. It starts with the host, as a service does, and
 * then has the three networks that every engine has. It knows its machine by handles only.
 */
import type { Cidr } from '../base/addr.ts';
import { formatCidr, parseIp4 } from '../base/addr.ts';
import { assert } from '../base/assert.ts';
import type { Files } from '../kernel/proc/files.ts';
import type { ProcessTable, SpawnOptions } from '../kernel/proc/process-table.ts';
import type { SocketOwner } from '../kernel/socket/udp-socket.ts';
import type { Rng } from '../sim/rng.ts';
import type { GossipTimer } from '../gossip/transport.ts';
import { AddressAnnouncer } from './address-announcements.ts';
import type { Agent } from './agent/agent.ts';
import { GossipKeyLog } from './agent/gossip-key-log.ts';
import type { Container } from './container.ts';
import { EventLog } from './daemon/events.ts';
import { addNetwork } from './daemon/networks.ts';
import type { BridgeOutside } from './drivers/bridge.ts';
import { BridgeDriver } from './drivers/bridge.ts';
import { RemoteNameTable } from './dns/remote-names.ts';
import type { Driver } from './drivers/driver.ts';
import { OverlayEncryption } from './drivers/overlay/encryption.ts';
import { OverlayDriver } from './drivers/overlay/overlay.ts';
import { stalePoliciesOf } from './drivers/overlay/stale-policies.ts';
import { hostLinksOf } from './drivers/host-links.ts';
import { HostDriver } from './drivers/host.ts';
import { NullDriver } from './drivers/null.ts';
import { AmbiguousNetworkError, DaemonError } from './errors.ts';
import { nameservers } from './etc-files.ts';
import type { EngineVersion, EngineVersionName } from './engine-version.ts';
import { engineVersion } from './engine-version.ts';
import type { Firewall } from './firewall/firewall.ts';
import { NO_FIREWALL } from './firewall/no-firewall.ts';
import { Ids } from './ids.ts';
import type { ImageReference, ImageStore } from './images.ts';
import { electDefaultBridgeSubnet } from './ipam/default-pools.ts';
import { Ipam, LOWEST_POOL } from './ipam/ipam.ts';
import type { KernelDoor } from './kernel-door.ts';
import type { Network } from './network.ts';
import { NETWORK_OPTION, PLAIN_NETWORK } from './network.ts';
import { HostListeners, bindFault29 } from './ports/host-listeners.ts';
import { PortAllocator } from './ports/port-allocator.ts';
import { PortMapper } from './ports/port-mapper.ts';
import { PortMapper29 } from './ports/port-mapper29.ts';
import { DockerProxies } from './proxy/docker-proxies.ts';
import type { Sandbox } from './sandbox.ts';
import type { Cluster } from './swarm/cluster.ts';
import { SwarmCluster } from './swarm/swarm-cluster.ts';

/** The daemon is a service that started with the machine: below what anybody starts. */
const DAEMON_PID = 640;
/** Before are its log, its clients' socket, containerd's and the like. */
const FIRST_DESCRIPTOR = 24;
/** The UDP port of a swarm's VXLAN unless it says otherwise (IANA). */
const VXLAN_PORT = 4789;

export type NetnsHandle = SpawnOptions['ns'];

/** What an engine gets from its machine. */
export interface EngineHost {
  readonly hostName: string;
  readonly door: KernelDoor;
  readonly processes: Pick<ProcessTable, 'spawn' | 'hasRoom'>;
  /** Virtual time. */
  readonly clock: { readonly now: number };
  /** How long a frame waits in the backlog of a device. */
  readonly softirqNs: number;
  /** Seconds since 1970 at virtual time 0. */
  readonly epochSeconds: number;
  /** The engine's own fork of the host's generator. */
  readonly rng: Rng;
  /** The host's files. */
  readonly files: Files;
  readonly rootNs: NetnsHandle;
  /** The namespaces that the door has made, by their `ip netns` names. */
  readonly namespaces: { get(name: string): NetnsHandle | undefined };
  readonly images: ImageStore;
  /** What the host reaches without a gateway at this moment: no default pool overlaps it. */
  readonly hostNetworks: () => readonly Cidr[];
  /** Calls `action` in so many nanoseconds; the function returned calls that off. */
  readonly after: (delayNs: number, action: () => void) => () => void;
  /** A timer that can be armed again and again. */
  readonly newTimer: (expired: () => void) => GossipTimer;
}

/** How the daemon is started. */
export interface EngineOptions {
  /** 20.10 unless said otherwise. */
  readonly version?: EngineVersionName;
  /** `--iptables`, true unless said otherwise: without it what is published is the proxy's alone. */
  readonly hasIptables?: boolean;
  /** `--icc`, true unless said otherwise: whether containers on the default network may talk to each other. */
  readonly isIccEnabled?: boolean;
  /** `--ip-masq`, true unless said otherwise: whether what leaves the default network gets the host's address. */
  readonly isIpMasqueradeEnabled?: boolean;
  /** `--ip`: where ports of the default network are published that name no address; 0.0.0.0 unless said otherwise. */
  readonly hostBindingIp?: string;
  /** Another firewall than the version's own; it is given the host's door. */
  readonly firewall?: (door: KernelDoor) => Firewall;
  /** `--userland-proxy`, true unless said otherwise. */
  readonly hasUserlandProxy?: boolean;
}

/**
 * The options of the default bridge, as `docker network inspect bridge` shows them. Without iptables nothing is
 * masqueraded (verifyDaemonSettings).
 */
function defaultBridgeOptions(options: EngineOptions): Map<string, string> {
  const { hasIptables = true, isIccEnabled = true, isIpMasqueradeEnabled = true, hostBindingIp = '0.0.0.0' } = options;
  return new Map([
    [NETWORK_OPTION.isDefaultBridge, 'true'],
    [NETWORK_OPTION.isIccEnabled, String(isIccEnabled)],
    [NETWORK_OPTION.isIpMasqueradeEnabled, String(isIpMasqueradeEnabled && hasIptables)],
    [NETWORK_OPTION.hostBindingIpv4, hostBindingIp],
    [NETWORK_OPTION.bridgeName, 'docker0'],
    [NETWORK_OPTION.mtu, '1500'],
  ]);
}

export class Engine {
  readonly host: EngineHost;
  readonly version: EngineVersion;
  readonly ids: Ids;
  /** By id, in the order in which they were made; so are the containers. */
  readonly networks = new Map<string, Network>();
  readonly containers = new Map<string, Container>();
  readonly ipam: Ipam;
  /** The address space of networks that a swarm shares. */
  readonly swarmIpam: Ipam;
  readonly events: EventLog;
  readonly firewall: Firewall;
  readonly announcer: AddressAnnouncer;
  /** Containers that wait to be started again, and what calls that off. */
  readonly pendingRestarts = new Map<Container, () => void>();
  /** In which order names with several addresses are answered. */
  readonly answerRng: Rng;
  /** Its part in a swarm, as operators see it. */
  readonly swarm: SwarmCluster;
  /** The same, as the engine's own parts see it; null only where nothing is to be known of swarms. */
  cluster: Cluster | null;
  /** Names that other nodes of the swarm have told. */
  readonly remoteNames = new RemoteNameTable();
  /** Its part in the swarm's gossip; null while there is none. */
  agent: Agent | null = null;
  /** For whoever reads the captures of the run. */
  readonly gossipKeys = new GossipKeyLog();
  /** The sandboxes of the balancers of swarm networks in use here, by the network's id. */
  readonly balancers = new Map<string, Sandbox>();
  readonly overlay: OverlayDriver;
  /** The machine has lost its power. */
  isOff = false;
  private lastDescriptor = FIRST_DESCRIPTOR - 1;
  private readonly drivers: ReadonlyMap<string, Driver>;

  /** Starts the daemon: configures the drivers and makes none, host and bridge, in this order. */
  constructor(host: EngineHost, options: EngineOptions = {}) {
    this.host = host;
    this.version = engineVersion(options.version ?? '20.10');
    const ownFirewall = (options.hasIptables ?? true) ? this.version.firewall : () => NO_FIREWALL;
    this.firewall = (options.firewall ?? ownFirewall)(host.door);
    this.ipam = new Ipam(this.version.findsLowestPool ? LOWEST_POOL : undefined);
    this.swarmIpam = new Ipam();
    this.ids = new Ids(host.rng);
    this.answerRng = host.rng.fork('answers');
    this.events = new EventLog(host.clock);
    this.announcer = new AddressAnnouncer(host);
    this.swarm = new SwarmCluster(this);
    this.cluster = this.swarm;
    const { version, firewall } = this;
    const daemon = { version, firewall, hasUserlandProxy: options.hasUserlandProxy ?? true };
    const outside = bridgeOutside(host, daemon, () => this.socketOwner());
    this.overlay = new OverlayDriver(host.door, this.ids, {
      agent: () => this.agent,
      dataPathPort: () => this.cluster?.dataPathPort ?? VXLAN_PORT,
      encryption: new OverlayEncryption(host.door, stalePoliciesOf(host.rootNs)),
    });
    const drivers = [
      new NullDriver(),
      new HostDriver(),
      new BridgeDriver(host.door, hostLinksOf(host.rootNs), this.ids, outside),
      this.overlay,
    ];
    this.drivers = new Map(drivers.map((driver): [string, Driver] => [driver.name, driver]));
    addNetwork(this, { ...PLAIN_NETWORK, name: 'none', driver: 'null' }, []);
    addNetwork(this, { ...PLAIN_NETWORK, name: 'host', driver: 'host' }, []);
    this.createDefaultBridge(defaultBridgeOptions(options));
  }

  /** The power of the machine goes: nothing is started again. */
  powerOff(): void {
    this.isOff = true;
    for (const cancel of this.pendingRestarts.values()) cancel();
    this.pendingRestarts.clear();
    this.announcer.stopAll();
    this.agent?.shutdown();
    this.swarm.powerOff();
  }

  /** The daemon as `ss -p` shows it behind a socket that it has just opened. */
  socketOwner(): SocketOwner {
    return { name: 'dockerd', pid: DAEMON_PID, descriptor: ++this.lastDescriptor };
  }

  /** Virtual time, ns. */
  get now(): number {
    return this.host.clock.now;
  }

  driverOf(network: Network): Driver {
    const driver = this.drivers.get(network.driver);
    assert(driver !== undefined, 'a network has a driver that the engine knows');
    return driver;
  }

  driverNamed(name: string): Driver | undefined {
    return this.drivers.get(name);
  }

  /** Finds a network by its id, its name, or the beginning of its id; undefined for none or several. */
  findNetwork(term: string): Network | undefined {
    const exact = this.networks.get(term) ?? this.networkByName(term);
    return exact ?? uniquePrefix([...this.networks.values()], term);
  }

  /** As `findNetwork`; throws a DaemonError that says that there is none, or several. */
  getNetwork(term: string): Network {
    const network = this.findNetwork(term);
    if (network !== undefined) return network;
    const count = [...this.networks.keys()].filter((networkId) => networkId.startsWith(term)).length;
    if (count === 0 || term === '') throw new DaemonError(`network ${term} not found`, true);
    throw new AmbiguousNetworkError(term, count);
  }

  networkByName(name: string): Network | undefined {
    return [...this.networks.values()].find((network) => network.name === name);
  }

  /** Finds a container by its id, its name, or the beginning of its id; throws a DaemonError if there is none. */
  getContainer(term: string): Container {
    if (term === '') throw new DaemonError('invalid name or ID supplied: ""');
    const found = this.findContainer(term);
    if (found !== undefined) return found;
    const isAmbiguous = [...this.containers.keys()].some((containerId) => containerId.startsWith(term));
    if (isAmbiguous) throw new DaemonError(`Multiple IDs found with provided prefix: ${term}`);
    throw new DaemonError(`No such container: ${term}`, true);
  }

  /** As `getContainer`; undefined for none or several. */
  findContainer(term: string): Container | undefined {
    const found = this.containers.get(term) ?? this.containerByName(term.replace(/^\//, ''));
    return found ?? uniquePrefix([...this.containers.values()], term);
  }

  containerByName(name: string): Container | undefined {
    return [...this.containers.values()].find((container) => container.name === name);
  }

  /** Tries to get an image that the engine does not have. It always throws: there is no registry. */
  pullImage(reference: ImageReference): never {
    const server = nameservers(this.host.files.read('/etc/resolv.conf') ?? '')[0];
    if (server === undefined) {
      const denied =
        "repository does not exist or may require 'docker login': denied: requested access to the resource is denied";
      throw new DaemonError(`pull access denied for ${reference.name}, ${denied}`);
    }
    const lookup = `lookup ${reference.registryHost} on ${server}:53: no such host`;
    throw new DaemonError(`Get "https://${reference.registryHost}/v2/": dial tcp: ${lookup}`);
  }

  private createDefaultBridge(options: ReadonlyMap<string, string>): void {
    const avoid = this.networksToAvoid();
    const pool = this.ipam.requestPool({ subnet: electDefaultBridgeSubnet(avoid), avoid });
    const gateway = pool.requestAddress();
    // On its first start the engine does not show the gateway: it has chosen it only after the configuration.
    const ipamConfig = { subnet: formatCidr(pool.subnet), range: '', gateway: '', auxAddresses: new Map() };
    const config = { ...PLAIN_NETWORK, name: 'bridge', driver: 'bridge', ipamConfigs: [ipamConfig], options };
    addNetwork(this, config, [{ pool, gateway, auxAddresses: new Map() }]);
  }

  /** No default pool overlaps these: the host's own networks and its name servers. */
  networksToAvoid(): Cidr[] {
    const servers = nameservers(this.host.files.read('/etc/resolv.conf') ?? '').map(parseIp4);
    const addresses = servers.filter((address) => address !== undefined);
    return [...this.host.hostNetworks(), ...addresses.map((address) => ({ address, prefixLen: 32 }))];
  }
}

/** The ephemeral range is read once, when the daemon starts (libnetwork's portallocator). */
function bridgeOutside(
  host: EngineHost,
  daemon: Pick<BridgeOutside, 'version' | 'firewall' | 'hasUserlandProxy'>,
  owner: () => SocketOwner,
): BridgeOutside {
  const { version, firewall, hasUserlandProxy } = daemon;
  const { ipForward, ipLocalPortMin, ipLocalPortMax } = host.rootNs.sysctls;
  const allocator = new PortAllocator(ipLocalPortMin, ipLocalPortMax);
  const words = version.bindsFirst ? bindFault29 : undefined;
  const holder = hasUserlandProxy ? new DockerProxies(host, words) : new HostListeners(host.rootNs, words, owner);
  const tools = { allocator, firewall, holder, hasUserlandProxy };
  const ports = version.bindsFirst ? new PortMapper29(tools) : new PortMapper(tools);
  return { ...daemon, ports, isForwarding: ipForward !== 0 };
}

/** The one whose id begins so; undefined for none or several. */
function uniquePrefix<T extends { readonly id: string }>(all: readonly T[], prefix: string): T | undefined {
  const candidates = prefix === '' ? [] : all.filter((item) => item.id.startsWith(prefix));
  return candidates.length === 1 ? candidates[0] : undefined;
}
