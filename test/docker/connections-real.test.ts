import assert from 'node:assert/strict';
import { Rng } from '../../src/sim/rng.ts';
import { EngineLab } from './engine-lab.ts';
import type { RealAnswer, RealEngine } from './real-engine.ts';
import { startRealEngine } from './real-engine.ts';

const NAMES = ['c0', 'c1', 'c2'];
const USER_NETWORKS = ['neta', 'netb', 'netc', 'neti', 'netd'];
const NETWORKS = ['bridge', 'bridge', ...USER_NETWORKS, ...USER_NETWORKS, 'none', 'host', 'nosuch'];
const SETUP = [
  'docker network create neta',
  'docker network create netb',
  'docker network create --internal neti',
  'docker network create --subnet 10.50.0.0/24 netc',
];

/** A sequence takes some seconds of a real engine's time. */
const SEQUENCES = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const STEPS = 8;

function labWithNetworks(): EngineLab {
  const lab = new EngineLab();
  for (const line of SETUP) assert.equal(lab.sh(line).exit, 0, line);
  return lab;
}

const RUN_OPTIONS = [
  '',
  '-h web ',
  '-h a.b --domainname c.d ',
  '--ip 10.50.0.9 ',
  '--mac-address 02:11:22:33:44:55 ',
  '--network-alias y ',
  '--link-local-ip 169.254.8.8 ',
  '--add-host c1:1.2.3.4 --dns 1.1.1.1 ',
];
/** One network comes and goes. */
const NETWORK_LINES = ['docker network create --subnet 10.60.0.0/24 netd', 'docker network rm netd'];

/** A command line on the containers and networks above. */
function randomLine(rng: Rng): string {
  const pick = (words: readonly string[]): string => words[rng.below(words.length)]!;
  const name = pick(NAMES);
  const network = pick(NETWORKS);
  switch (rng.below(12)) {
    case 0:
    case 1:
    case 10:
      return `docker run -d --name ${name} ${pick(RUN_OPTIONS)}--network ${network} bb sleep 10000`;
    case 11:
      return pick([...NETWORK_LINES, `docker run -d --name ${name} --network container:${pick(NAMES)} bb sleep 10000`]);
    case 2:
    case 3:
    case 4:
      return `docker network connect ${connectOptions(rng)}${network} ${name}`;
    case 5:
    case 6:
      return `docker network disconnect ${rng.below(5) === 0 ? '-f ' : ''}${network} ${name}`;
    case 7:
      return `docker stop -t 0 ${name}`;
    case 8:
      return pick([`docker start ${name}`, `docker restart -t 0 ${name}`]);
    default:
      return rng.below(3) === 0 ? `docker rm -f ${name}` : `docker network connect neta ${name}`;
  }
}

function connectOptions(rng: Rng): string {
  const options = ['', '', '', '--alias x ', '--ip 10.50.0.7 ', '--ip 10.50.0.2 ', '--ip 10.51.0.2 ', '--ip foo '];
  return options[rng.below(options.length)]!;
}

/** An answer without what is drawn at random. */
function comparable({ exit, stdout, stderr }: RealAnswer): Record<string, unknown> {
  const withoutIds = (text: string): string => text.replaceAll(/[0-9a-f]{64}/g, 'ID');
  return { exit, stdout: withoutIds(stdout), stderr: withoutIds(stderr) };
}

/** What there is of a container: its settings, and where it runs interfaces, routes and files. */
interface Look {
  readonly settings: string;
  readonly inside: readonly string[];
}

/** Ids by what they belong to; where Docker goes through a map the order is nobody's, so lines of hosts are sorted. */
function look(settings: string, addresses: string, routes: string, hosts: string, resolvConf: string): Look {
  const shown = settings.replaceAll(/"[0-9a-f]{64}"/g, '"ID"').replaceAll(/"[0-9a-f]{12}"/g, '"SHORT"');
  // The hosts are not the same; that a container shares its host's is compared elsewhere.
  if (settings.includes('"host":')) return { settings: shown, inside: [] };
  const lines = addresses.split('\n').map((line) => line.replace(/^\d+: /, ''));
  const ownHosts = hosts
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'SHORT')
    .split('\n')
    .sort(byText);
  return { settings: shown, inside: [...lines, routes, ...ownHosts, resolvConf] };
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

const FORMAT = '{{.State.Running}} {{json .NetworkSettings.Networks}}';

function emulatedLook(lab: EngineLab, name: string): Look | undefined {
  const { exit, stdout } = lab.sh(`docker inspect -f '${FORMAT}' ${name}`);
  if (exit !== 0) return undefined;
  if (!stdout.startsWith('true')) return look(stdout, '', '', '', '');
  const { files } = lab.engine.getContainer(name);
  const [addresses, routes] = ['ip -o -4 addr', 'ip route'].map((line) => lab.inContainer(name, line).stdout);
  return look(stdout, addresses!, routes!, files.read('/etc/hosts')!, files.read('/etc/resolv.conf')!);
}

function realLook(engine: RealEngine, name: string): Look | undefined {
  const paths = '{{.State.Pid}} {{.HostsPath}} {{.ResolvConfPath}}';
  const { exit, stdout } = engine.docker('inspect', '-f', `${FORMAT}|${paths}`, name);
  if (exit !== 0) return undefined;
  const [settings, where] = stdout.split('|') as [string, string];
  const [pid, hostsPath, resolvConfPath] = where.trim().split(' ') as [string, string, string];
  if (!stdout.startsWith('true')) return look(`${settings}\n`, '', '', '', '');
  const inside = `nsenter -t ${pid} -n ip`;
  const parts = [`${inside} -o -4 addr`, `${inside} route`, `cat ${hostsPath}`, `cat ${resolvConfPath}`];
  const texts = engine.host(parts.join('; echo ====; ')).stdout.split('====\n');
  return look(`${settings}\n`, texts[0]!, texts[1]!, texts[2]!, texts[3]!);
}

describe('containers on networks beside a real engine', function () {
  let engine: RealEngine | null = null;

  before(function () {
    this.timeout(60_000);
    engine = startRealEngine(this);
    for (const line of SETUP) assert.equal(engine.sh(line).exit, 0, line);
  });

  after(function () {
    this.timeout(60_000);
    engine?.stop();
  });

  it('come to the same by random sequences of run, connect, disconnect, stop, start and rm', function () {
    this.timeout(600_000);
    const first = Number(process.env['DOCKWIRE_CONNECTIONS_SEED'] ?? 1);
    for (let seed = first; seed < first + SEQUENCES; seed++) {
      const rng = Rng.fromSeed(seed);
      const lab = labWithNetworks();
      const typed: string[] = [];
      for (let step = 0; step < STEPS; step++) {
        const line = step < 2 ? `docker run -d --name c${step} --network neta bb sleep 10000` : randomLine(rng);
        typed.push(line);
        const history = `seed ${seed}:\n${typed.join('\n')}`;
        assert.deepEqual(comparable(lab.sh(line)), comparable(engine!.sh(line)), history);
        for (const name of NAMES) assert.deepEqual(emulatedLook(lab, name), realLook(engine!, name), history);
      }
      const removal = `docker rm -f ${NAMES.join(' ')}; docker network rm netd`;
      const removed = [lab.sh(removal), engine!.sh(removal)].map(comparable);
      assert.deepEqual(removed[0], removed[1], `seed ${seed}:\n${typed.join('\n')}\n${removal}`);
      assert.equal(lab.sh('ip netns').stdout, '', 'no namespace is left');
      assert.doesNotMatch(lab.sh('ip link').stdout, /veth/, 'no link is left');
    }
  });
});
