import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { formatIp4 } from '../../../src/base/addr.ts';
import type { Wait, WakeReason } from '../../../src/kernel/proc/wait.ts';
import { OptionWords } from '../../../src/userland/ping/ip-options.ts';
import { runTyped } from '../../differential/typed.ts';
import { type, World } from '../../kernel/kit.ts';
import { need } from '../../machine.ts';

const LINES = [
  'ping -n -R -c 2 -i 0.2 10.2.0.2',
  'ping -n -R -c 1 10.1.0.1',
  'ping -n -R -c 1 127.0.0.1',
  'ping -n -T tsonly -c 1 10.2.0.2',
  'ping -n -T tsandaddr -c 1 10.2.0.2',
  'ping -n -T tsprespec -c 1 10.1.0.1 10.2.0.2 10.2.0.2',
  'ping -n -c 1 -W 1 10.1.0.1 10.2.0.2',
  'ping -n -c 1 -W 1 10.1.0.7 10.2.0.2',
  'ping -n -R -M do -c 1 -W 1 -s 1433 10.2.0.2',
  'ping -n -R -s 3000 -c 1 10.2.0.2',
  'ping -R -T tsonly 10.2.0.2',
  'ping -T tsonly -R 10.2.0.2',
  'ping -T never 10.2.0.2',
  'ping -R 10.1.0.1 10.2.0.2',
  'ping -T tsonly 10.1.0.1 10.2.0.2',
  'ping 1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 5.5.5.5 6.6.6.6 7.7.7.7 8.8.8.8 9.9.9.9 10.0.0.1 11.0.0.1',
];
const TOPOLOGY = [
  'ip link add eth0 netns A type veth peer name in1 netns R',
  'ip link add out1 netns R type veth peer name eth0 netns B',
  ...['A', 'R', 'B'].map((name) => `ip -n ${name} link set lo up`),
  'ip -n A link set eth0 up',
  'ip -n R link set in1 up',
  'ip -n R link set out1 up',
  'ip -n B link set eth0 up',
  'ip -n A addr add 10.1.0.2/24 dev eth0',
  'ip -n R addr add 10.1.0.1/24 dev in1',
  'ip -n R addr add 10.2.0.1/24 dev out1',
  'ip -n B addr add 10.2.0.2/24 dev eth0',
  'ip -n A route add default via 10.1.0.1',
  'ip -n B route add default via 10.2.0.1',
  'ip netns exec R sysctl -qw net.ipv4.ip_forward=1',
  ...['A', 'R', 'B'].map((name) => `ip netns exec ${name} sysctl -qw net.ipv4.conf.all.accept_source_route=1`),
];

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
}

/** Times of the clock and of the trip are what they are; those that have passed between hosts may be none. */
function masked({ stdout, stderr, exit }: Answer): Answer {
  const text = stdout
    .replace(/time=[\d.]+ ms/g, 'time=T ms')
    .replace(/time \d+ms/g, 'time Tms')
    .replace(/(= )[\d./]+( ms)/g, '$1T$2')
    .replace(/\t\d+ absolute/g, '\tT absolute')
    .replace(/\t-?\d+\n/g, '\t0\n');
  return { stdout: text, stderr, exit };
}

function named(line: string, prefix: string): string {
  return line.replaceAll(/\b([ARB])\b/g, (_, name: string) => `${prefix}${name.toLowerCase()}`);
}

describe('userland/ping: IP options', function () {
  this.timeout(30_000);
  const prefix = `dwo-${process.pid}-`;

  before(function () {
    need(this, 'netns');
    const lines = ['A', 'R', 'B'].map((name) => `ip netns add ${name}`);
    const { status, stderr } = spawnSync('sh', ['-e'], {
      input: [...lines, ...TOPOLOGY].map((line) => named(line, prefix)).join('\n'),
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });

  after(() => {
    for (const name of ['a', 'r', 'b']) spawnSync('ip', ['netns', 'del', `${prefix}${name}`]);
  });

  it('are asked for and worded as by the real ping', () => {
    const world = new World();
    const host = world.host('h');
    for (const name of ['a', 'r', 'b']) type(host, `ip netns add ${name}`);
    for (const line of TOPOLOGY) type(host, named(line, ''));
    for (const line of LINES) {
      const args = ['netns', 'exec', `${prefix}a`, ...line.split(' ')];
      const { stdout, stderr, status } = spawnSync('ip', args, { encoding: 'utf8' });
      const real = masked({ stdout, stderr: stderr.replaceAll('/usr/bin/ping: ', 'ping: '), exit: status });
      assert.deepEqual(masked(runTyped(world, host, 'a', line)), real, line);
    }
  });
});

/** Words an address without asking anybody. */
function wordedBy(word: (address: number) => string) {
  return function* nameOf(address: number): Generator<Wait, string, WakeReason> {
    return word(address);
  };
}

/** What steps that never wait come to. */
function resultOf(steps: Generator<Wait, string, WakeReason>): string {
  const step = steps.next('ready');
  assert.ok(step.done === true);
  return step.value;
}

describe('userland/ping: words for options', () => {
  const words = (bytes: readonly number[]): string =>
    resultOf(new OptionWords().describe(Uint8Array.from(bytes), wordedBy(formatIp4), false));

  it('count what has passed since the last time, and hops that found no room', () => {
    assert.equal(
      words([68, 16, 17, 0x20, 0, 0, 0, 100, 0, 0, 0, 103, 0x80, 0, 0, 9]),
      '\nTS: \t100 absolute\n\t3\n\t9 absolute not-standard\nUnrecorded hops: 2\n',
    );
  });

  it('tell a route once', () => {
    const told = new OptionWords();
    const route = Uint8Array.from([7, 7, 8, 10, 0, 0, 1]);
    assert.deepEqual(
      [1, 2].map(() =>
        resultOf(
          told.describe(
            route,
            wordedBy(() => 'h'),
            false,
          ),
        ),
      ),
      ['\nRR: \th\n', '\t(same route)'],
    );
  });

  it('stop at what is no option, and name what they do not know', () => {
    assert.equal(words([1, 148, 4, 0, 0, 7, 1]), '\nNOP\nunknown option 94');
    assert.equal(words([0, 7, 7, 8]), '');
  });
});
