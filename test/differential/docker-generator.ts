/**
 * Random `docker` commands about a handful of networks and containers, right ones and wrong ones, as people type them.
 * What is left out: published ports and pings between bridges (netfilter), names as destinations (the embedded DNS),
 * commands whose answer depends on how fast a machine is.
 */
import { Rng } from '../../src/sim/rng.ts';

const NETWORKS = ['net1', 'net2', 'alpha', 'Zeta', 'bridge', 'host', 'none'] as const;
const USER_NETWORKS = ['net1', 'net2', 'alpha', 'Zeta'] as const;
/** None of them could be the beginning of an id. */
const CONTAINERS = ['k1', 'k2', 'web', 'store'] as const;
const SUBNETS = [
  '10.5.0.0/24',
  '10.5.0.0/29',
  '10.6.0.0/16',
  '10.6.7.0/24',
  '172.18.0.0/16',
  '192.168.50.0/24',
] as const;
const ADDRESSES = ['10.5.0.5', '10.5.0.2', '10.5.0.1', '10.6.0.9', '10.6.7.200', '172.17.0.9', '1.2.3.4', 'x'] as const;
const MACS = ['02:42:00:00:00:01', '0a:0b:0c:0d:0e:0f', 'zz', '02:42:ac:11:00:02'] as const;

/** A story of `count` commands, the same for the same seed. */
export function dockerCommands(seed: number, count: number): string[] {
  const generator = new DockerGenerator(Rng.fromSeed(seed).fork('docker'));
  return Array.from({ length: count }, () => generator.next());
}

class DockerGenerator {
  private readonly rng: Rng;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  next(): string {
    const kind = this.rng.below(100);
    if (kind < 16) return this.networkCreate();
    if (kind < 42) return this.run();
    if (kind < 56) return `docker network connect ${this.connectOptions()}${this.pick(NETWORKS)} ${this.container()}`;
    if (kind < 64) return `docker network disconnect ${this.maybe('-f ')}${this.pick(NETWORKS)} ${this.container()}`;
    if (kind < 70) return `docker stop -t 0 ${this.container()}`;
    if (kind < 76) return `docker start ${this.container()}`;
    if (kind < 81) return `docker restart -t 0 ${this.container()}`;
    if (kind < 85) return `docker rm ${this.maybe('-f ', 70)}${this.container()}`;
    if (kind < 88) return `docker network rm ${this.pick(NETWORKS)}`;
    return this.question();
  }

  private networkCreate(): string {
    const options = [
      this.maybe('--internal '),
      this.maybe(`--driver ${this.pick(['bridge', 'bridge', 'host', 'bogus'])} `),
      this.maybe(this.addressing(), 60),
      this.maybe(`-o com.docker.network.driver.mtu=${this.pick(['1400', '9000', 'x'])} `, 15),
      this.maybe(`-o com.docker.network.bridge.name=${this.pick(['mybr0', 'mybr1', 'docker0x'])} `, 15),
      this.maybe(`--label ${this.pick(['a=b', 'tier=web', 'x'])} `, 15),
      this.maybe('--attachable ', 10),
    ];
    return `docker network create ${options.join('')}${this.pick(this.rng.below(12) === 0 ? NETWORKS : USER_NETWORKS)}`;
  }

  /** Mostly one subnet, with what goes into it or not. */
  private addressing(): string {
    const subnet = this.pick(SUBNETS);
    const base = subnet.slice(0, subnet.lastIndexOf('.'));
    const parts = [
      `--subnet ${subnet} `,
      this.maybe(`--gateway ${base}.${this.pick(['1', '2', '254', '0'])} `, 30),
      this.maybe(`--ip-range ${base}.${this.pick(['0/28', '64/26', '128/25', '4/30'])} `, 25),
      this.maybe(`--aux-address r=${base}.${this.pick(['2', '3', '1', '77'])} `, 20),
    ];
    return parts.join('');
  }

  private run(): string {
    const verb = this.rng.below(6) === 0 ? 'create' : 'run -d';
    const network = this.maybe(`--${this.pick(['network', 'net'])} ${this.networkWord()} `, 75);
    const options = [
      network,
      this.maybe(`--ip ${this.pick(ADDRESSES)} `, 20),
      this.maybe(`--mac-address ${this.pick(MACS)} `, 12),
      this.maybe(`--network-alias ${this.pick(['one', 'two'])} `, 12),
      this.maybe(`--hostname ${this.pick(['h', 'web.example.org'])} `, 12),
      this.maybe(`--add-host ${this.pick(['a:10.0.0.1', 'gw:host-gateway', 'bad'])} `, 8),
      this.maybe(`--dns ${this.pick(['8.8.8.8', '127.0.0.1'])} `, 8),
      this.maybe(`--sysctl ${this.pick(['net.ipv4.ip_default_ttl=32', 'net.core.somaxconn=5', 'kernel.x=1'])} `, 6),
    ];
    return `docker ${verb} --name ${this.pick(CONTAINERS)} ${options.join('')}bb sleep 10000`;
  }

  private networkWord(): string {
    return this.rng.below(10) === 0 ? `container:${this.container()}` : this.pick(NETWORKS);
  }

  private connectOptions(): string {
    return this.maybe(`--ip ${this.pick(ADDRESSES)} `, 20) + this.maybe(`--alias ${this.pick(['one', 'two'])} `, 20);
  }

  private question(): string {
    return this.pick([
      `docker inspect ${this.container()}`,
      `docker network inspect ${this.pick(NETWORKS)} ${this.pick(NETWORKS)}`,
      'docker network ls',
      `docker network ls --filter driver=${this.pick(['bridge', 'host', 'x'])} --format '{{.Name}} {{.Driver}}'`,
      `docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.Networks}}'`,
      `docker ps -q --filter name=${this.container()}`,
      `docker rename ${this.container()} ${this.pick(CONTAINERS)}`,
      `docker kill ${this.container()}`,
      'docker network prune -f',
      `docker exec ${this.container()} ip route`,
      `docker port ${this.container()}`,
    ]);
  }

  private container(): string {
    return this.pick(this.rng.below(20) === 0 ? ['nosuch'] : CONTAINERS);
  }

  /** The text in so many of a hundred cases, otherwise nothing. */
  private maybe(text: string, percent = 20): string {
    return this.rng.below(100) < percent ? text : '';
  }

  private pick(choices: readonly string[]): string {
    return choices[this.rng.below(choices.length)]!;
  }
}
