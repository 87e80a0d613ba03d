/**
 * Set-ups of networks and containers from seeds: commands of all kinds, some of them wrong. A model follows along, so
 * that most commands meet what there is.
 *
 * Left out, because real engines behave oddly or not always in the same way: a stopped container of the host's network
 * (it may leave it, and then does not start), one MAC twice on one network, the name of a removed network again while
 * a container on several networks remembers it (they are tried in random order), --ip-range with a subnet that is
 * taken (refused or not, it takes addresses of the other network), --ip on a network that is named by the beginning of
 * its id (kept under that), and a running container that shares a network and was connected to another one before it
 * ran.
 */
import { Rng } from '../../src/sim/rng.ts';
import type { DockerCommand, NetworkReference } from './docker-commands.ts';
import { DockerModel } from './docker-model.ts';
import type { ModelContainer } from './docker-model-state.ts';
import { addressText, overlaps, parseSubnet } from './docker-model-state.ts';

/** None of the names is the beginning of an id. These sort by their bytes, `bridge` among them. */
const NETWORK_NAMES = ['Z', '_u', 'k', '9x', '10x', 'n-2', 'n.2', 'n2', 'Bridge', 'bridge2', 'alpha', 'zz'];
const CONTAINER_NAMES = ['k1', 'k2', 'q3', 'web', 'db_1', 'x-9', 'Y.z', 'last'];
const SUBNETS = [
  '10.1.0.0/16',
  '10.1.2.0/24',
  '10.2.3.4/24',
  '172.28.0.0/14',
  '172.24.0.0/13',
  '172.16.0.0/13',
  '192.168.128.0/17',
  '100.64.0.0/10',
];
const TINY_SUBNETS = ['10.9.9.0/30', '10.9.9.8/29', '10.9.9.16/31'];
/** A multiple of the commands after which a look is taken. */
const LINES = 27;

/** The commands of a seed. */
export function makeSetup(seed: number): DockerCommand[] {
  return new SetupGenerator(seed).make();
}

class SetupGenerator {
  private readonly rng: Rng;
  private readonly model = new DockerModel();
  private macCount = 0;

  constructor(seed: number) {
    this.rng = Rng.fromSeed(seed);
  }

  make(): DockerCommand[] {
    const commands: DockerCommand[] = [];
    while (commands.length < LINES) {
      // Networks first, and a few containers, so that there is something to work with.
      const progress = commands.length;
      const command = progress < 3 ? this.createNetwork() : progress < 7 ? this.run() : this.any();
      if (command === null) continue;
      this.model.apply(command);
      commands.push(command);
    }
    return commands;
  }

  private any(): DockerCommand | null {
    return this.pick<() => DockerCommand | null>([
      () => this.createNetwork(),
      () => ({ verb: 'network rm', network: this.reference() }),
      () => this.run(),
      () => this.run(),
      () => this.connect(),
      () => this.connect(),
      () => this.connect(),
      () => this.disconnect(),
      () => this.disconnect(),
      () => this.changeState(),
      () => this.changeState(),
      () => this.changeState(),
    ])();
  }

  private createNetwork(): DockerCommand | null {
    const name = this.chance(20) ? this.pick(['bridge', 'host', 'none']) : this.pick(NETWORK_NAMES);
    if (this.isRememberedAmongOthers(name)) return null;
    const driver = this.chance(20) ? this.pick(['host', 'null']) : 'bridge';
    const mtu = this.chance(4) ? this.pick([1280, 1400, 9000]) : undefined;
    const common = { verb: 'network create', name, driver, isInternal: this.chance(4), mtu } as const;
    if (this.chance(2)) return { ...common, auxAddresses: [] };
    const subnet = this.chance(4) ? this.pick(TINY_SUBNETS) : this.pick(SUBNETS);
    const isTaken = this.model.networks.some((network) => network.subnet !== '' && overlaps(network.subnet, subnet));
    const range = !isTaken && this.chance(3) ? this.rangeIn(subnet) : undefined;
    const gateway = this.chance(2) ? this.addressIn(this.chance(3) ? (range ?? subnet) : subnet) : undefined;
    const auxAddresses = this.chance(3) ? [this.addressIn(range ?? subnet)] : [];
    return { ...common, subnet, range, gateway, auxAddresses };
  }

  /** A smaller part of the subnet, not always at its beginning. */
  private rangeIn(subnet: string): string {
    const { first, prefixLen } = parseSubnet(subnet);
    const rangeLen = Math.min(prefixLen + 1 + this.rng.below(6), 32);
    const part = this.rng.below(2 ** Math.min(rangeLen - prefixLen, 4));
    return `${addressText(first + part * 2 ** (32 - rangeLen))}/${rangeLen}`;
  }

  /** One of the first, the last, or sometimes one outside. */
  private addressIn(subnet: string): string {
    const { first, last } = parseSubnet(subnet);
    if (this.chance(12)) return addressText(last + 1 + this.rng.below(4));
    return addressText(this.chance(5) ? last - this.rng.below(2) : Math.min(first + this.rng.below(7), last));
  }

  private run(): DockerCommand {
    const free = CONTAINER_NAMES.filter((name) => this.model.findContainer(name) === undefined);
    const name = free.length === 0 || this.chance(15) ? this.anyContainer() : this.pick(free);
    const network = this.runNetwork();
    // What is asked for without a network is ignored, on the host and none it is refused.
    const canWish = network !== undefined && !network.name.startsWith('container:') && network.name !== 'host';
    const plain = { verb: this.chance(4) ? 'create' : 'run', name, network } as const;
    if (!canWish) return plain;
    return {
      ...plain,
      ip: network.by !== 'prefix' && this.chance(4) ? this.wishFor(network) : undefined,
      mac: this.chance(5) ? this.newMac() : undefined,
      hostname: this.chance(4) ? this.pick([name, `h-${name}`, `${name}.example.org`]) : undefined,
    };
  }

  private runNetwork(): NetworkReference | undefined {
    if (this.chance(4)) return undefined;
    if (this.chance(10)) return { name: this.pick(['host', 'none', 'bridge']), by: 'name' };
    if (this.chance(10)) return { name: `container:${this.anyContainer()}`, by: 'name' };
    return this.reference();
  }

  private connect(): DockerCommand | null {
    const container = this.anyContainer();
    if (this.isStoppedOnHost(container)) return null;
    const network = this.chance(15) ? this.byName(this.pick(['host', 'none'])) : this.reference();
    return { verb: 'connect', network, container, ip: this.chance(5) ? this.wishFor(network) : undefined };
  }

  /** Mostly from a network that the container is on. */
  private disconnect(): DockerCommand | null {
    const container = this.anyContainer();
    if (this.isStoppedOnHost(container)) return null;
    const { shared, isRunning } = this.model.findContainer(container) ?? {};
    if (shared !== null && isRunning === true) return null;
    const own = this.model.findContainer(container)?.memberships.map(({ networkName }) => networkName) ?? [];
    const network = own.length > 0 && !this.chance(5) ? this.byName(this.pick(own)) : this.reference();
    return { verb: 'disconnect', network, container };
  }

  private changeState(): DockerCommand {
    const verbs = ['start', 'start', 'stop', 'restart', 'restart', 'kill', 'rm', 'rm -f'] as const;
    return { verb: this.pick(verbs), container: this.anyContainer() };
  }

  /** Something within a network's subnet, or somewhere. */
  private wishFor({ name }: NetworkReference): string {
    const subnet = this.model.findNetwork(name)?.subnet ?? '';
    return this.addressIn(subnet === '' ? this.pick(SUBNETS) : subnet);
  }

  /** Mostly of a network that there is. */
  private reference(): NetworkReference {
    const there = this.model.networks.filter(({ driver }) => driver === 'bridge').map(({ name }) => name);
    if (this.chance(15)) return this.byName(this.pick(NETWORK_NAMES));
    return { name: this.pick(there), by: this.pick(['name', 'name', 'name', 'id', 'prefix'] as const) };
  }

  private byName(name: string): NetworkReference {
    return { name, by: 'name' };
  }

  private anyContainer(): string {
    const there = this.model.containers.map(({ name }) => name);
    return there.length === 0 || this.chance(20) ? this.pick(CONTAINER_NAMES) : this.pick(there);
  }

  private isStoppedOnHost(name: string): boolean {
    const container = this.model.findContainer(name);
    return container !== undefined && container.isHost && !container.isRunning;
  }

  private isRememberedAmongOthers(networkName: string): boolean {
    const remembers = ({ memberships }: ModelContainer): boolean =>
      memberships.length > 1 && memberships.some((membership) => membership.networkName === networkName);
    return this.model.containers.some(remembers);
  }

  private newMac(): string {
    return `02:aa:00:00:00:${String(++this.macCount).padStart(2, '0')}`;
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[this.rng.below(choices.length)]!;
  }

  /** One in `n`. */
  private chance(n: number): boolean {
    return this.rng.below(n) === 0;
  }
}
