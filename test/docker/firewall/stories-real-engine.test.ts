/**
 * Random stories of networks, published ports and containers, on a real engine and on an emulated one: after every
 * command `iptables-save` prints the same, line for line. `DOCKWIRE_RULES_SEED=n` repeats one.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EngineOptions } from '../../../src/docker/engine.ts';
import { EngineLab } from '../engine-lab.ts';
import type { RealEngine } from '../real-engine.ts';
import { startRealEngine } from '../real-engine.ts';
import { withoutTimes } from './tables-door.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const COMMANDS = 12 * EFFORT;
const SEED = process.env['DOCKWIRE_RULES_SEED'];

const NETWORKS = ['n1', 'n2', 'n3'];
/** No beginnings of ids. */
const CONTAINERS = ['web', 'two', 'www'];
const OPTION = 'com.docker.network.bridge';

const networkOptions = fc
  .record({
    internal: fc.constantFrom('', '', '--internal'),
    icc: fc.constantFrom('', '', `-o ${OPTION}.enable_icc=false`),
    masquerade: fc.constantFrom('', '', `-o ${OPTION}.enable_ip_masquerade=false`),
    binding: fc.constantFrom('', '', `-o ${OPTION}.host_binding_ipv4=127.0.0.1`),
    snat: fc.constantFrom('', '', '-o com.docker.network.host_ipv4=192.168.50.11'),
  })
  .map((options) => Object.values(options).join(' '));

/** Larger ports outside for larger ones inside: Docker has one order for these. */
const published = fc
  .subarray(['-p 8001:51', '-p 127.0.0.1:8002:52', '-p 8003:53/udp', '-p 8010-8012:60-62', '-P --expose 10'])
  .map((options) => options.join(' '));

const network = fc.constantFrom(...NETWORKS);
const container = fc.constantFrom(...CONTAINERS);

/** Something to go on with. */
const BEGINNING = [
  'network create n1',
  'run -d --name web -p 8000:50 --network n1 bb sleep 10000',
  'network connect bridge web',
];

const linkedOrNot = fc.constantFrom(...CONTAINERS, ...CONTAINERS.map((name) => `${name}l`));

const STEP = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(networkOptions, network).map((words) => `network create ${words.join(' ')}`) },
  { weight: 1, arbitrary: network.map((name) => `network rm ${name}`) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(container, fc.constantFrom('bridge', 'none', 'host', ...NETWORKS, ...NETWORKS), published)
      .map(([name, where, ports]) => `run -d --name ${name} --network ${where} ${ports} bb sleep 10000`),
  },
  { weight: 2, arbitrary: container.map((name) => `run -d --name ${name}l --link web:w -p 9000:70 bb sleep 10000`) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom('connect', 'disconnect', 'disconnect -f'),
        fc.constantFrom('bridge', ...NETWORKS),
        container,
      )
      .map((words) => `network ${words.join(' ')}`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('rm -f', 'restart -t 0', 'stop -t 0', 'start', 'kill', 'pause', 'unpause'), linkedOrNot)
      .map((words) => words.join(' ')),
  },
);

/** Daemons with settings of their own. */
const DAEMONS: readonly { readonly args: readonly string[]; readonly options: EngineOptions }[] = [
  { args: [], options: {} },
  { args: ['--icc=false'], options: { isIccEnabled: false } },
  { args: ['--userland-proxy=false'], options: { hasUserlandProxy: false } },
  {
    args: ['--ip=127.0.0.1', '--ip-masq=false'],
    options: { hostBindingIp: '127.0.0.1', isIpMasqueradeEnabled: false },
  },
];

/** Types the same commands on both and compares the rules after each. */
function tellStory(lab: EngineLab, real: RealEngine, seed: number): void {
  const typed: string[] = [];
  const seen = new Set<string>();
  for (const step of [...BEGINNING, ...fc.sample(STEP, { numRuns: COMMANDS, seed })]) {
    const line = `docker ${step.replaceAll(/ +/g, ' ')}`;
    typed.push(line);
    const told = `DOCKWIRE_RULES_SEED=${seed}\n${typed.join('\n')}`;
    assert.equal(lab.sh(line).exit, real.sh(line).exit, told);
    const [own, theirs] = [lab.host('iptables-save'), real.host('iptables-save')];
    assert.equal(withoutTimes(own.stdout), withoutTimes(theirs.stdout), told);
    seen.add(withoutTimes(own.stdout));
  }
  assert.ok(seen.size >= BEGINNING.length, `only ${seen.size} different sets of rules`);
}

describe('the rules of networks and published ports beside a real engine', () => {
  const seed = Number(SEED ?? 1000);
  // Starting an engine takes most of the time: with more effort all of them.
  const daemons = EFFORT > 1 ? DAEMONS : [DAEMONS[seed % DAEMONS.length]!];
  for (const { args, options } of daemons) {
    it(`are the same after every command, of dockerd ${args.join(' ')}`, function () {
      this.timeout(240_000);
      const real = startRealEngine(this, ...args);
      try {
        tellStory(new EngineLab(1, options), real, seed);
      } finally {
        real.stop();
      }
    });
  }
});
