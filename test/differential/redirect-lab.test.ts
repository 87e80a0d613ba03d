/**
 * A lab of namespaces typed twice, to a real kernel and to Dockwire: a host, two routers and a bridge between them. The
 * tools must say the same, word for word but for measured times.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { need } from '../machine.ts';
import { type, World } from '../kernel/kit.ts';
import { maskTimes, runTyped } from './typed.ts';

const NAMES = ['H', 'R1', 'R2', 'S', 'SW'];
const SET_UP = [
  'ip -n SW link add br0 type bridge',
  'ip -n SW link set br0 up',
  ...['H', 'R1', 'R2'].flatMap((name, i) => [
    `ip link add eth0 netns ${name} type veth peer name port${i} netns SW`,
    `ip -n SW link set port${i} master br0`,
    `ip -n SW link set port${i} up`,
    `ip -n ${name} link set eth0 up`,
  ]),
  'ip link add eth1 netns R2 type veth peer name eth0 netns S',
  'ip -n R2 link set eth1 up',
  'ip -n S link set eth0 up',
  'ip -n H addr add 10.0.0.2/24 dev eth0',
  'ip -n R1 addr add 10.0.0.1/24 dev eth0',
  'ip -n R2 addr add 10.0.0.254/24 dev eth0',
  'ip -n R2 addr add 10.9.0.1/24 dev eth1',
  'ip -n S addr add 10.9.0.2/24 dev eth0',
  'ip -n H route add default via 10.0.0.1',
  'ip -n R1 route add 10.9.0.0/24 via 10.0.0.254',
  'ip -n S route add default via 10.9.0.1',
  'ip netns exec R1 sysctl -qw net.ipv4.ip_forward=1',
  'ip netns exec R2 sysctl -qw net.ipv4.ip_forward=1',
  'ip -n R2 link set eth1 mtu 1400',
  'ip -n S link set eth0 mtu 1400',
];
/** Typed at the host, one after the other. */
const LINES = [
  'ping -n -c 3 -i 0.2 10.9.0.2',
  'ip route get 10.9.0.2',
  'ip route show cache',
  'ping -n -c 1 -s 1472 10.9.0.2',
  'ip route get 10.9.0.2',
  'ping -n -c 1 -W 1 -M do -s 1400 10.9.0.2',
  'ip route show cache',
  'ip route flush cache',
  'ip route show cache',
  'ping -n -q -c 2 -i 0.2 10.9.0.2',
  'ping -n -c 1 -t 1 -W 1 10.9.0.2',
];

const prefix = `dwr-${process.pid}-`;
const named = (line: string, before: string): string =>
  line.replaceAll(/\b(H|R1|R2|S|SW)\b/g, (name) => `${before}${name.toLowerCase()}`);

/** `expires 299sec` counts down. */
const masked = (text: string): string => maskTimes(text).replaceAll(/expires \d+sec/g, 'expires Nsec');

function realAnswers(): string[] {
  try {
    const make = NAMES.flatMap((name) => [
      `ip netns add ${name}`,
      `ip netns exec ${name} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1`,
    ]);
    const input = [...make, ...SET_UP].map((line) => named(line, prefix)).join('\n');
    const { status, stderr } = spawnSync('sh', ['-e'], { input, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return LINES.map((line) => {
      const done = spawnSync('ip', ['netns', 'exec', `${prefix}h`, ...line.split(' ')], { encoding: 'utf8' });
      return masked(`${done.stdout}${done.stderr.replaceAll('/usr/bin/ping: ', 'ping: ')}[${done.status}]`);
    });
  } finally {
    for (const name of NAMES) spawnSync('ip', ['netns', 'del', named(name, prefix)]);
  }
}

function emulatedAnswers(): string[] {
  const world = new World();
  const host = world.host('x');
  for (const name of NAMES) type(host, `ip netns add ${name.toLowerCase()}`);
  for (const line of SET_UP) type(host, named(line, ''));
  return LINES.map((line) => {
    const { stdout, stderr, exit } = runTyped(world, host, 'h', line);
    return masked(`${stdout}${stderr}[${exit}]`);
  });
}

describe('differential: a lab of redirects and path MTU', function () {
  this.timeout(30_000);

  it('says what the real tools say on a real kernel', function () {
    need(this, 'netns');
    const [emulated, real] = [emulatedAnswers(), realAnswers()];
    LINES.forEach((line, i) => {
      assert.equal(emulated[i], real[i], line);
    });
  });
});
