/**
 * The same command lines, typed to the real ping and busybox ping in namespaces of a real kernel, and to the emulated
 * ones in an emulated copy of these: output and exit codes must be equal but for measured times.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { Files } from '../../../src/kernel/proc/files.ts';
import { busyboxPrograms, hostPrograms } from '../../../src/userland/registry.ts';
import { SECOND, World, netnsOf, type } from '../../kernel/kit.ts';
import { need } from '../../machine.ts';

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
}

/** Typed in namespace a (10.77.0.1), which has a veth to b (10.77.0.2), and a neighbour 10.77.0.50 that is nobody. */
const COMMON = [
  'ping -c 2 -i 0.2 10.77.0.2',
  'ping -q -c 3 -i 0.1 10.77.0.2',
  'ping -c 1 -s 0 10.77.0.2',
  'ping -c 1 -s 4000 10.77.0.2',
  'ping -c 1 -s 65507 10.77.0.2',
  'ping -c1 -W1 -t 5 -I eth0 10.77.0.2',
  'ping -c 1 -I 10.77.0.1 10.77.0.2',
  'ping -c 1 -I nodev 10.77.0.2',
  'ping -c 1 -I 10.77.0.9 10.77.0.2',
  'ping -c 2 -i 0.2 -W 1 10.77.0.50',
  'ping -w 1 -i 0.3 10.77.0.2',
  'ping -c 10 -w 1 -i 0.3 10.77.0.2',
  'ping -c 3 -w 1 -W 2 -i 0.3 10.77.0.50',
  'ping -c 1 10.99.0.1',
  'ping -c 1 127.0.0.1',
  'ping -c 1 10.77.2',
  'ping -c 1 0',
  'ping 10.77.0.2 -c 1 -p ff -n',
  'ping -A -c 3 10.77.0.2',
  'ping -c 1 -W 4 10.77.0.99',
  'ping -c x 10.77.0.2',
  'ping -s 70000x 10.77.0.2',
  'ping -i',
  'ping -z',
  'ping',
];
const IPUTILS = [
  ...COMMON,
  'ping -c 1 -s 8 10.77.0.2',
  'ping -M do -c 1 -s 1472 10.77.0.2',
  'ping -M do -c 1 -W 1 -s 1473 10.77.0.2',
  'ping -M dont -c 1 -s 1473 10.77.0.2',
  'ping -c 1 -W 1 10.77.0.255',
  'ping -b -c 1 -W 0.2 10.77.0.255',
  'ping -b -M want -c 1 -W 0.2 10.77.0.255',
  'ping -O -c 3 -i 0.2 -W 0.5 10.77.0.50',
  'ping -c 4 -i 0.5 -W 5 10.77.0.98',
  'ping -f -c 3 10.77.0.2',
  'ping -f -c 5 -W 0.2 10.77.0.50',
  'ping -l 3 -c 5 -i 0.1 10.77.0.2',
  'ping -e 777 -a -c 1 10.77.0.2',
  'ping -D -c 1 10.77.0.2',
  'ping -v -4 -c 1 10.77.0.2',
  'ping -i 1,5 -c 1 10.77.0.2',
  'ping -Q 0x10 -U -B -d -C -S 9999 -c 1 10.77.0.2',
  'ping -Q 300 10.77.0.2',
  'ping -M foo 10.77.0.2',
  'ping -t 0 10.77.0.2',
  'ping -l 0 10.77.0.2',
  'ping -p xyz 10.77.0.2',
  'ping -c 1 -s 70000 -W 1 10.77.0.2',
  'ping -V',
];
const BUSYBOX = [...COMMON, 'ping -c 1 -s 3 10.77.0.2', 'ping -s 65508 10.77.0.2', 'ping -c 1 a b'];

const NAMES = { a: `dwt-${process.pid}-a`, b: `dwt-${process.pid}-b` };
const TOPOLOGY = [
  'ip link add eth0 netns A type veth peer name eth0 netns B',
  'ip -n A link set lo up',
  'ip -n A link set eth0 up',
  'ip -n B link set eth0 up',
  'ip -n A addr add 10.77.0.1/24 brd + dev eth0',
  'ip -n B addr add 10.77.0.2/24 brd + dev eth0',
  'ip -n A neigh replace 10.77.0.50 lladdr 02:42:0a:4d:00:50 nud permanent dev eth0',
];

/** Times that were measured, process numbers and clocks, and what the run of time does to the last digits. */
function masked({ stdout, stderr, exit }: Result): Result {
  const text = stdout
    .replace(/time=[\d.]+ ms/g, 'time=T ms')
    .replace(/time \d+ms/g, 'time Tms')
    .replace(/(= )[\d./]+( ms)/g, '$1T$2')
    .replace(/ipg\/ewma [\d./]+ ms/, 'ipg/ewma T ms')
    .replace(/ident=\d+/, 'ident=N')
    .replace(/\[\d{10}\.\d{6}\]/, '[CLOCK]');
  return { stdout: text, stderr, exit };
}

function real(command: string): void {
  const { status, stderr } = spawnSync('sh', ['-c', command]);
  assert.equal(status, 0, `${command}: ${String(stderr)}`);
}

async function runReal(program: readonly string[], line: string): Promise<Result> {
  const args = ['netns', 'exec', NAMES.a, ...program, ...line.split(' ').slice(1)];
  try {
    const { stdout, stderr } = await promisify(execFile)('ip', args, { timeout: 12_000 });
    return masked({ stdout, stderr, exit: 0 });
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number | null; stdout: string; stderr: string };
    return masked({ stdout, stderr, exit: code });
  }
}

function runEmulated(registry: ReturnType<typeof hostPrograms>, line: string): Result {
  const world = new World();
  const host = world.host('h');
  for (const name of ['a', 'b']) type(host, `ip netns add ${name}`);
  for (const verb of TOPOLOGY) type(host, verb.replaceAll(/\bA\b/g, 'a').replaceAll(/\bB\b/g, 'b'));
  const output = { stdout: '', stderr: '' };
  const proc = host.processes.spawn({
    argv: line.split(' '),
    program: registry.get('ping')!.run,
    ns: netnsOf(host, 'a'),
    hostname: 'h',
    files: new Files(),
    env: new Map(),
    registry,
    stdin: 'eof',
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
  });
  world.sched.run(60 * SECOND, 100_000);
  return masked({ ...output, exit: proc.exitCode });
}

/** Why the real programs cannot be the judges, or null. */
function lackOfPrograms(): string | null {
  const ping = String(spawnSync('ping', ['-V']).stdout);
  if (!ping.includes('iputils 20221126')) return 'ping is not that of iputils 20221126';
  const busybox = String(spawnSync('busybox', ['--help']).stdout);
  return busybox.includes('BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1') ? null : 'busybox is not that of Debian 12';
}

describe('userland/ping against the real ones:', function () {
  this.timeout(30_000);
  let isUp = false;

  before(function () {
    need(this, 'netns');
    const lack = lackOfPrograms();
    if (lack !== null) {
      const isRequired = (process.env['DOCKWIRE_REQUIRE'] ?? '').split(',').includes('netns');
      if (isRequired) throw new Error(`DOCKWIRE_REQUIRE names netns: ${lack}`);
      console.log(`      skipped: ${lack}`);
      this.skip();
    }
    isUp = true;
    for (const name of [NAMES.a, NAMES.b]) {
      real(`ip netns add ${name} && ip netns exec ${name} sysctl -qw net.ipv6.conf.all.disable_ipv6=1`);
    }
    for (const verb of TOPOLOGY) real(verb.replaceAll(/\bA\b/g, NAMES.a).replaceAll(/\bB\b/g, NAMES.b));
  });

  after(() => {
    if (isUp) for (const name of [NAMES.a, NAMES.b]) spawnSync('ip', ['netns', 'del', name]);
  });

  const judges = [
    { title: 'iputils', program: ['ping'], lines: IPUTILS, registry: hostPrograms() },
    { title: 'busybox', program: ['busybox', 'ping'], lines: BUSYBOX, registry: busyboxPrograms() },
  ];
  it('every command line has the same output and exit code', async () => {
    const runs = judges.flatMap(({ title, program, lines, registry }) =>
      lines.map(async (line) => {
        const expected = await runReal(program, line);
        return { title, line, expected, actual: runEmulated(registry, line) };
      }),
    );
    for (const { title, line, expected, actual } of await Promise.all(runs)) {
      assert.deepEqual(actual, expected, `${title}: ${line}`);
    }
  });
});
