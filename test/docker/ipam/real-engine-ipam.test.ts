import assert from 'node:assert/strict';
import { Rng } from '../../../src/sim/rng.ts';
import { EngineLab } from '../engine-lab.ts';
import type { RealAnswer, RealEngine } from '../real-engine.ts';
import { startRealEngine } from '../real-engine.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
/** Repeats a run that failed. */
const SEED = Number(process.env['DOCKWIRE_LAB_SEED'] ?? 4);

const SUBNETS = [
  ...['10.5.0.0/24', '10.5.0.0/24', '10.5.0.0/25', '10.5.0.130/26', '10.5.0.0/16', '10.5.1.0/29', '10.5.1.9/30'],
  ...['10.5.1.12/31', '10.5.1.14/32', '172.18.0.0/16', '172.20.0.0/14', '172.17.0.0/16', '172.17.4.0/24'],
  ...['192.168.50.0/24', '192.168.0.0/18', '10.6.0.0/33', '10.7.0.9/024', 'fd00::/64', 'foo'],
];
const ADDRESSES = [
  ...['10.5.0.0', '10.5.0.1', '10.5.0.2', '10.5.0.9', '10.5.0.127', '10.5.0.130', '10.5.0.255', '10.5.1.1', '10.5.1.2'],
  ...['10.5.1.9', '10.5.1.10', '10.5.1.14', '172.17.0.5', '172.17.4.1', '172.18.0.1', '172.18.255.255', '10.7.0.1'],
  ...['192.168.50.11', 'fd00::9', 'foo'],
];
const LENGTHS = ['/16', '/24', '/25', '/26', '/28', '/30', '/31', '/32', '/33', ''];
const ADDRESS_FORMAT = '{{json .NetworkSettings.Networks}}';

/** Types of command lines, as a person would who does not look at what is there. */
class Typist {
  readonly networks: string[] = [];
  readonly containers: string[] = [];
  private readonly rng: Rng;
  private count = 0;

  constructor(seed: number) {
    this.rng = Rng.fromSeed(seed);
  }

  pick<T>(all: readonly T[]): T {
    return all[this.rng.below(all.length)]!;
  }

  isOneIn(n: number): boolean {
    return this.rng.below(n) === 0;
  }

  /** Options of address management: mostly fitting, often not. */
  networkOptions(): string {
    if (this.isOneIn(4)) return this.pick(['', '', '--ipam-driver default', '--ipam-driver foo', '--ipam-opt a=b']);
    const subnets = [this.pick(SUBNETS), ...(this.isOneIn(8) ? [this.pick(SUBNETS)] : [])];
    const near = ADDRESSES.filter((address) => address.slice(0, 6) === subnets[0]!.slice(0, 6));
    const address = (): string => (this.isOneIn(4) || near.length === 0 ? this.pick(ADDRESSES) : this.pick(near));
    const words = subnets.map((subnet) => `--subnet ${subnet}`);
    if (this.isOneIn(3)) words.push(`--ip-range ${address()}${this.pick(LENGTHS)}`);
    if (this.isOneIn(3)) words.push(`--gateway ${address()}${this.isOneIn(9) ? this.pick(LENGTHS) : ''}`);
    // Of several that are wrong, the real client names any.
    if (this.isOneIn(4)) words.push(`--aux-address ${this.pick(['a', 'DefaultGatewayIPv4'])}=${address()}`);
    return words.join(' ');
  }

  /** The next lines: the last of them looks at what came of the first. */
  lines(): string[] {
    const kind = this.rng.below(10);
    if (this.isOneIn(12)) return [this.hostRoute()];
    if (this.networks.length === 0 || kind < 3) return this.networkCreate();
    if (kind === 3) return [`docker network rm ${this.pick(this.networks)}`];
    if (this.containers.length === 0 || kind < 7) return this.run();
    const name = this.pick(this.containers);
    if (this.isOneIn(2)) return this.connect(name);
    const verb = this.pick(['stop -t 0', 'start', 'restart -t 0', 'rm -f']);
    return [`docker ${verb} ${name}`, `docker inspect -f '${ADDRESS_FORMAT}' ${name}`];
  }

  private networkCreate(): string[] {
    const name = `net${++this.count}`;
    this.networks.push(name);
    return [
      `docker network create ${this.networkOptions()} ${name}`,
      `docker network inspect -f '{{json .IPAM}}' ${name}`,
    ];
  }

  /** A default pool may overlap what the host has a route to, but not if there is no router between. */
  private hostRoute(): string {
    const way = this.pick(['dev eth0', 'dev eth0', 'via 192.168.50.100', 'dev eth0 scope global', 'dev eth0 table 7']);
    const destination = `172.${18 + this.rng.below(8)}.${this.rng.below(3)}.0/24`;
    return `ip route ${this.pick(['add', 'add', 'del'])} ${destination} ${way}`;
  }

  private connect(name: string): string[] {
    const network = this.pick(this.networks.slice(-4));
    const ip = this.isOneIn(3) ? `--ip ${this.pick(ADDRESSES.slice(0, -2))} ` : '';
    const verb = this.isOneIn(3) ? 'disconnect' : `connect ${ip}`;
    return [`docker network ${verb} ${network} ${name}`, `docker inspect -f '${ADDRESS_FORMAT}' ${name}`];
  }

  private run(): string[] {
    const name = `c${10 + ++this.count}`;
    this.containers.push(name);
    const network = this.pick([...this.networks.slice(-3), 'bridge']);
    const ip = this.isOneIn(3) ? `--ip ${this.pick(ADDRESSES.slice(0, -2))} ` : '';
    return [
      `docker run -d --name ${name} --network ${network} ${ip}bb sleep 1000`,
      `docker inspect -f '${ADDRESS_FORMAT}' ${name}`,
    ];
  }
}

/** What an answer says without ids, and without what the order of a hash decides when one of several networks fails. */
function textOf(line: string, { exit, stdout, stderr }: RealAnswer): string {
  // Go takes several subnets in any order, so that any of them may be the one that is refused.
  if (exit !== 0 && line.split('--subnet').length > 2) return `exit ${exit}`;
  // On some errors the client's goroutines race for one more line.
  const said = stderr.replace(/^time=".*error waiting for container: context canceled"\n/m, '');
  const text = `exit ${exit}\n${stdout}${said}`.replaceAll(/"(?:Aliases|NetworkID)":(?:null|\[.*?\]|".*?"),/g, '');
  return text.replaceAll(/\b[\da-f]{64}\b/g, 'ID').replaceAll(/\b[\da-f]{12}\b/g, 'ID');
}

describe('address management beside a real engine', () => {
  let real: RealEngine | null = null;

  before(function () {
    this.timeout(60_000);
    real = startRealEngine(this);
  });

  after(() => real?.stop());

  it('answers random command lines the same', function () {
    this.timeout(60_000 * EFFORT);
    const typist = new Typist(SEED);
    const lab = new EngineLab();
    const typed: string[] = [];
    for (let i = 0; i < 8 * EFFORT; i++) {
      for (const line of typist.lines()) {
        typed.push(line);
        const isHost = line.startsWith('ip ');
        const wanted = textOf(line, isHost ? real!.host(line) : real!.sh(line));
        assert.equal(textOf(line, isHost ? lab.host(line) : lab.sh(line)), wanted, typed.join('\n'));
      }
    }
  });
});
