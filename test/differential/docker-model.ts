/**
 * What one Docker host looks like after each command: an independent, simple model of plain lists, which knows nothing
 * of src/docker. A real engine says whether it is right (`docker-matrix.test.ts`).
 *
 * What real engines do not do twice in the same way is not in it: of a container on several user networks the order of
 * the lines in /etc/hosts after a restart.
 */
import type { ModelContainer, ModelNetwork, Membership } from './docker-model-state.ts';
import {
  addressText,
  freeAddress,
  interfaceOrder,
  isInside,
  macOf,
  overlaps,
  parseSubnet,
} from './docker-model-state.ts';
import type { DockerCommand, NetworkReference } from './docker-commands.ts';

/** 15 of /16, then 16 of /20. */
const DEFAULT_POOLS = [
  ...Array.from({ length: 15 }, (_, i) => `172.${17 + i}.0.0/16`),
  ...Array.from({ length: 16 }, (_, i) => `192.168.${16 * i}.0/20`),
];
/** The host's own network and its name server. */
const HOST_SUBNET = '192.168.50.0/24';
const PREDEFINED = ['bridge', 'host', 'none', 'default'];

/** Thrown by whatever an engine refuses. */
class Refusal extends Error {}

export class DockerModel {
  readonly networks: ModelNetwork[] = [];
  readonly containers: ModelContainer[] = [];
  private poolCursor = 1;
  private networkCount = 0;

  constructor() {
    this.addNetwork('none', 'null', null);
    this.addNetwork('host', 'host', null);
    this.addNetwork('bridge', 'bridge', { subnet: DEFAULT_POOLS[0]! });
  }

  /** Does a command; its exit code. */
  apply(command: DockerCommand): number {
    try {
      this.perform(command);
      return 0;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return command.verb === 'run' ? 125 : 1;
    }
  }

  findContainer(name: string): ModelContainer | undefined {
    return this.containers.find((container) => container.name === name);
  }

  findNetwork(name: string): ModelNetwork | undefined {
    return this.networks.find((network) => network.name === name);
  }

  private perform(command: DockerCommand): void {
    switch (command.verb) {
      case 'network create':
        this.createNetwork(command);
        break;
      case 'network rm':
        this.removeNetwork(command.network);
        break;
      case 'run':
        this.start(this.create(command));
        break;
      case 'create':
        this.create(command);
        break;
      case 'connect':
        this.connect(command.network, this.container(command.container), command.ip ?? null);
        break;
      case 'disconnect':
        this.disconnect(command.network, this.container(command.container));
        break;
      case 'rm -f':
        // An engine says that there is none, and that this is no failure.
        if (this.findContainer(command.container) !== undefined) {
          this.changeState(command.verb, this.container(command.container));
        }
        break;
      default:
        this.changeState(command.verb, this.container(command.container));
    }
  }

  private changeState(verb: 'start' | 'stop' | 'restart' | 'kill' | 'rm' | 'rm -f', container: ModelContainer): void {
    const { isRunning } = container;
    if ((verb === 'rm' && isRunning) || (verb === 'kill' && !isRunning)) throw new Refusal();
    if (verb === 'start' && isRunning) return;
    if (isRunning) release(container);
    if (verb === 'start' || verb === 'restart') this.start(container);
    if (verb === 'rm' || verb === 'rm -f') this.containers.splice(this.containers.indexOf(container), 1);
  }

  // --- networks ---

  private createNetwork(command: DockerCommand & { readonly verb: 'network create' }): void {
    const { name, driver } = command;
    if (PREDEFINED.includes(name) || this.findNetwork(name) !== undefined) throw new Refusal();
    // There is one of each of the others, and it is there.
    if (driver !== 'bridge') throw new Refusal();
    if (command.subnet === undefined) {
      if (command.gateway !== undefined || command.range !== undefined) throw new Refusal();
      this.addNetwork(name, 'bridge', { ...command, subnet: this.nextDefaultPool(), isUserSubnet: false });
    } else {
      if (this.networks.some(({ subnet }) => subnet !== '' && overlaps(subnet, command.subnet!))) throw new Refusal();
      this.addNetwork(name, 'bridge', { ...command, subnet: command.subnet, isUserSubnet: true });
    }
  }

  private addNetwork(name: string, driver: string, wishes: NetworkWishes | null): void {
    const network: ModelNetwork = {
      key: this.networkCount++,
      name,
      driver,
      subnet: wishes?.subnet ?? '',
      range: wishes?.range ?? wishes?.subnet ?? '',
      gateway: 0,
      reserved: new Set(),
      isInternal: wishes?.isInternal ?? false,
      isUserSubnet: wishes?.isUserSubnet ?? false,
      mtu: wishes?.mtu ?? 1500,
    };
    if (wishes !== null) this.reserve(network, wishes);
    this.networks.push(network);
  }

  /** The network's own address, the broadcast address, the gateway, then what must not be given out. */
  private reserve(network: ModelNetwork, wishes: NetworkWishes): void {
    const { first, last, prefixLen } = parseSubnet(network.subnet);
    // The smaller ones have no address that is neither.
    if (prefixLen > 30) throw new Refusal();
    network.reserved.add(first).add(last);
    const wanted = wishes.gateway === undefined ? null : parseSubnet(`${wishes.gateway}/32`).first;
    if (!isInside(parseSubnet(network.range).first, network.subnet)) throw new Refusal();
    network.gateway = this.take(network, wanted);
    network.reserved.add(network.gateway);
    for (const auxiliary of wishes.auxAddresses ?? []) {
      network.reserved.add(this.take(network, parseSubnet(`${auxiliary}/32`).first));
    }
  }

  /** The first after the last one that was given out which overlaps nothing. */
  private nextDefaultPool(): string {
    for (let i = 0; i < DEFAULT_POOLS.length; i++) {
      const pool = DEFAULT_POOLS[(this.poolCursor + i) % DEFAULT_POOLS.length]!;
      if (overlaps(pool, HOST_SUBNET)) continue;
      if (this.networks.some(({ subnet }) => subnet !== '' && overlaps(subnet, pool))) continue;
      this.poolCursor = (this.poolCursor + i + 1) % DEFAULT_POOLS.length;
      return pool;
    }
    throw new Refusal();
  }

  private removeNetwork(reference: NetworkReference): void {
    const network = this.network(reference);
    if (PREDEFINED.includes(network.name) || this.live(network).length > 0) throw new Refusal();
    this.networks.splice(this.networks.indexOf(network), 1);
  }

  /** A free address, the wanted one or the lowest. */
  private take(network: ModelNetwork, wanted: number | null): number {
    const taken = new Set([...network.reserved, ...this.live(network).map(({ address }) => address)]);
    if (wanted === null) {
      const lowest = freeAddress(network.range, taken);
      if (lowest === undefined) throw new Refusal();
      return lowest;
    }
    if (taken.has(wanted) || !isInside(wanted, network.subnet)) throw new Refusal();
    return wanted;
  }

  /** Who is on the network at this moment. */
  private live(network: ModelNetwork): Membership[] {
    const all = this.containers.flatMap(({ memberships }) => memberships);
    return all.filter(({ networkKey, isLive }) => isLive && networkKey === network.key);
  }

  // --- containers ---

  private create(command: DockerCommand & { readonly verb: 'run' | 'create' }): ModelContainer {
    const { name, network, ip } = command;
    if (this.findContainer(name) !== undefined) throw new Refusal();
    const sharedName = network?.name.startsWith('container:') === true ? network.name.slice('container:'.length) : null;
    const container: ModelContainer = {
      name,
      hostname: command.hostname ?? null,
      // Compared with names only: who joined by an id gets the usual MAC.
      macNetwork: network === undefined ? 'bridge' : network.by === 'name' ? network.name : '',
      mac: command.mac ?? null,
      isHost: network?.name === 'host',
      // Kept by id, unless there is none yet.
      shared: sharedName === null ? null : (this.findContainer(sharedName) ?? sharedName),
      memberships: [],
      isRunning: false,
      hasRun: false,
      nextInterface: 0,
      sandbox: { interfaces: [], isHost: false },
      hosts: { lines: [] },
    };
    if (sharedName === null) {
      const wish = network === undefined ? null : (ip ?? null);
      container.memberships.push(membershipOf(network?.name ?? 'bridge', wish));
    }
    this.containers.push(container);
    return container;
  }

  private start(container: ModelContainer): void {
    if (container.shared !== null) {
      const shared = typeof container.shared === 'string' ? this.container(container.shared) : container.shared;
      if (shared === container || !this.containers.includes(shared) || !shared.isRunning) throw new Refusal();
      container.sandbox = shared.sandbox;
      container.hosts = shared.hosts;
      container.isRunning = container.hasRun = true;
      return;
    }
    const joined: [Membership, ModelNetwork][] = container.memberships.map((membership) => [
      membership,
      this.networkOf(membership),
    ]);
    try {
      for (const [membership, network] of joined) this.join(container, membership, network);
    } catch (error) {
      for (const [membership] of joined) membership.isLive = false;
      throw error;
    }
    container.isRunning = container.hasRun = true;
    container.sandbox = { interfaces: [], isHost: container.isHost };
    container.hosts.lines = [];
    const inOrder = [...joined].sort(([, left], [, right]) => interfaceOrder(left, right));
    container.nextInterface = 0;
    for (const [membership, network] of inOrder) addInterface(container, membership, network);
  }

  /** Checks and takes the address; the interface comes later. */
  private join(container: ModelContainer, membership: Membership, network: ModelNetwork): void {
    if (network.driver !== 'bridge') {
      if (membership.wish !== null) throw new Refusal();
      membership.networkKey = network.key;
      membership.isLive = true;
      return;
    }
    checkWish(network, membership.wish);
    membership.address = this.take(network, membership.wish);
    membership.networkKey = network.key;
    membership.isLive = true;
    const hasOwnMac = container.mac !== null && container.macNetwork === network.name;
    membership.mac = hasOwnMac ? container.mac : macOf(membership.address);
  }

  private connect(reference: NetworkReference, container: ModelContainer, ip: string | null): void {
    const found = this.findNetwork(reference.name);
    if (found === undefined && !container.isRunning) {
      // Whether there is such a network shows at the start.
      const isKnown = container.memberships.some(({ networkName }) => networkName === reference.name);
      if (!isKnown) container.memberships.push(membershipOf(reference.name, ip));
      return;
    }
    const network = this.network(reference);
    // Of one that shares a network it shows only while it runs; what it was given before means nothing.
    const isSharing = container.shared !== null && container.isRunning;
    if (isSharing || container.isHost || network.driver === 'host') throw new Refusal();
    const membership = membershipOf(network.name, ip);
    checkWish(network, membership.wish);
    // Networks that have gone do not count, and give way to a new one of their name.
    const standing = container.memberships.filter((membership) => this.standingNetwork(membership) !== undefined);
    const old = standing.find(({ networkName }) => networkName === network.name);
    // Of a container that does not run this changes nothing, not even the address.
    if (old !== undefined && !container.isRunning) return;
    if (old?.isLive === true) throw new Refusal();
    const isPrivate = standing.some(({ networkName }) => networkName === 'none');
    if (isPrivate || (network.name === 'none' && standing.length > 0)) throw new Refusal();
    // It is kept even when the address is refused, and then stands in the way of the next start.
    if (old === undefined) {
      const others = container.memberships.filter(({ networkName }) => networkName !== network.name);
      container.memberships.splice(0, Infinity, ...others, membership);
    }
    if (!container.isRunning) return;
    this.join(container, membership, network);
    addInterface(container, membership, network);
    if (old !== undefined) container.memberships.splice(container.memberships.indexOf(old), 1, membership);
  }

  private disconnect(reference: NetworkReference, container: ModelContainer): void {
    // A container that does not run leaves a network that has gone, too.
    const network = container.isRunning ? this.network(reference) : this.findNetwork(reference.name);
    const membership = container.memberships.find(({ networkName }) => networkName === reference.name);
    if (membership === undefined || container.isHost) throw new Refusal();
    if (container.isRunning && !membership.isLive) throw new Refusal();
    container.memberships.splice(container.memberships.indexOf(membership), 1);
    const { sandbox } = container;
    sandbox.interfaces = sandbox.interfaces.filter((link) => link.networkName !== reference.name);
    if (container.isRunning && network !== undefined && isUserNetwork(network.name)) forgetOwnNames(container);
  }

  // --- look-up ---

  private container(name: string): ModelContainer {
    const container = this.findContainer(name);
    if (container === undefined) throw new Refusal();
    return container;
  }

  private network(reference: NetworkReference): ModelNetwork {
    const network = this.findNetwork(reference.name);
    if (network === undefined) throw new Refusal();
    return network;
  }

  /** Of a user network on which the container has been, that very one; otherwise any of that name. */
  private networkOf(membership: Membership): ModelNetwork {
    const found = this.standingNetwork(membership);
    if (found === undefined) throw new Refusal();
    return found;
  }

  private standingNetwork({ networkKey, networkName }: Membership): ModelNetwork | undefined {
    return this.networks.find(({ key, name }) => (networkKey === null ? name === networkName : key === networkKey));
  }
}

interface NetworkWishes {
  readonly subnet: string;
  readonly range?: string | undefined;
  readonly gateway?: string | undefined;
  readonly auxAddresses?: readonly string[] | undefined;
  readonly isInternal?: boolean;
  readonly isUserSubnet?: boolean;
  readonly mtu?: number | undefined;
}

function membershipOf(networkName: string, ip: string | null): Membership {
  const wish = ip === null ? null : parseSubnet(`${ip}/32`).first;
  return { networkName, networkKey: null, wish, isLive: false, address: 0, mac: '' };
}

/** Addresses can be asked for where somebody has chosen the subnet; whether they are in it shows when one is taken. */
function checkWish(network: ModelNetwork, wish: number | null): void {
  if (wish !== null && !network.isUserSubnet) throw new Refusal();
}

function addInterface(container: ModelContainer, membership: Membership, network: ModelNetwork): void {
  if (network.driver !== 'bridge') return;
  const address = addressText(membership.address);
  container.sandbox.interfaces.push({
    name: `eth${container.nextInterface++}`,
    networkName: network.name,
    address: `${address}/${parseSubnet(network.subnet).prefixLen}`,
    mac: membership.mac,
    mtu: network.mtu,
    gateway: addressText(network.gateway),
    isInternal: network.isInternal,
  });
  const { hostname } = container;
  const names = hostname?.includes('.') === true ? `${hostname} ${hostname.split('.')[0]!}` : (hostname ?? 'ID');
  container.hosts.lines.push(`${address} ${names}`);
}

/** What a container gives back when it ends; its namespace and its files may live on with who shares them. */
function release(container: ModelContainer): void {
  container.isRunning = false;
  if (container.shared !== null) return;
  container.sandbox.interfaces = [];
  if (container.memberships.some(({ networkName, isLive }) => isLive && isUserNetwork(networkName))) {
    forgetOwnNames(container);
  }
  for (const membership of container.memberships) membership.isLive = false;
}

function isUserNetwork(name: string): boolean {
  return !PREDEFINED.includes(name);
}

/**
 * Who leaves a user network loses the lines of the names that are known there, whatever their address: the host name is
 * one of them, unless it is the container's own name or has a dot.
 */
function forgetOwnNames({ name, hostname, hosts }: ModelContainer): void {
  if (hostname === null || (hostname !== name && !hostname.includes('.'))) hosts.lines = [];
}
