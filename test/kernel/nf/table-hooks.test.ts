import assert from 'node:assert/strict';
import type { Host } from '../../../src/kernel/host.ts';
import { tablesOf } from '../../../src/kernel/nf/table-hooks.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { PingSocket } from '../../../src/kernel/socket/ping-socket.ts';
import { address, netnsOf, payloadOf, SECOND, type, World } from '../kit.ts';

/** a — r — b in namespaces of one host. */
function routed(): { world: World; host: Host } {
  const world = new World();
  const host = world.host('h');
  for (const name of ['a', 'r', 'b']) {
    type(host, `ip netns add ${name}`);
    type(host, `ip -n ${name} link set lo up`);
  }
  for (const [name, net] of [
    ['a', '10.1.0'],
    ['b', '10.2.0'],
  ] as const) {
    type(host, `ip link add eth0 netns ${name} type veth peer name r${name} netns r`);
    type(host, `ip -n ${name} link set eth0 up`);
    type(host, `ip -n r link set r${name} up`);
    type(host, `ip -n ${name} addr add ${net}.2/24 dev eth0`);
    type(host, `ip -n r addr add ${net}.1/24 dev r${name}`);
    type(host, `ip -n ${name} route add default via ${net}.1`);
  }
  type(host, 'ip netns exec r sysctl -w net.ipv4.ip_forward=1');
  world.run(2 * SECOND);
  return { world, host };
}

/** True when a ping from a to b is answered. */
function isAnswered({ world, host }: ReturnType<typeof routed>, to = '10.2.0.2'): boolean {
  const socket = new PingSocket(netnsOf(host, 'a'));
  socket.sendEcho(address(to), 1, payloadOf(56));
  world.run(SECOND / 2);
  const isThere = socket.receive() !== null;
  socket.close();
  return isThere;
}

function iptables(host: Host, line: string): void {
  type(host, `ip netns exec r iptables ${line}`);
}

function counted(host: Host): string {
  const { stdout } = host.admin.run(netnsOf(host, 'r'), ['iptables', '-L', '-v', '-n', '-x']);
  const rows = stdout.split('\n').filter((line) => /^ +\d+ +\d+ |^Chain/.test(line));
  return rows
    .map((line) => line.replace(/^Chain (\S+) \(policy (\S+) (\d+) packets, (\d+) bytes\)/, '$1 $3 $4'))
    .join('|');
}

describe('tables at the hooks', () => {
  it('counts what meets a policy once somebody has said or zeroed it', () => {
    const lab = routed();
    const forwarded = (): string => /FORWARD (\d+)/.exec(counted(lab.host))![1]!;
    iptables(lab.host, '-A FORWARD');
    assert.equal(isAnswered(lab), true);
    assert.equal(forwarded(), '0');
    iptables(lab.host, '-Z FORWARD');
    assert.equal(isAnswered(lab), true);
    assert.equal(forwarded(), '2');
    iptables(lab.host, '-P FORWARD ACCEPT');
    assert.equal(forwarded(), '0');
  });

  it('drops what a rule drops, and no more when it is gone', () => {
    const lab = routed();
    iptables(lab.host, '-A FORWARD -p icmp -j DROP');
    assert.equal(isAnswered(lab), false);
    assert.equal(isAnswered(lab, '10.1.0.1'), true);
    iptables(lab.host, '-D FORWARD -p icmp -j DROP');
    assert.equal(isAnswered(lab), true);
  });

  it('drops by the policy of the chain and counts on rules and policies', () => {
    const lab = routed();
    iptables(lab.host, '-P FORWARD DROP');
    iptables(lab.host, '-A FORWARD -s 10.1.0.0/24 -o rb');
    assert.equal(isAnswered(lab), false);
    assert.match(counted(lab.host), /FORWARD 1 84\| +1 +84 +0 +-- +\* +rb/);
  });

  it('goes through chains and back, and past the caller of a goto', () => {
    const lab = routed();
    for (const chain of ['one', 'two', 'three']) iptables(lab.host, `-N ${chain}`);
    iptables(lab.host, '-A FORWARD -j one');
    iptables(lab.host, '-A FORWARD -j DROP');
    iptables(lab.host, '-A one -g two');
    iptables(lab.host, '-A one -j DROP');
    iptables(lab.host, '-A two -j three');
    iptables(lab.host, '-A two -p icmp -j RETURN');
    iptables(lab.host, '-A two -j DROP');
    assert.equal(isAnswered(lab), false);
    iptables(lab.host, '-R FORWARD 2 -j ACCEPT');
    assert.equal(isAnswered(lab), true);
    iptables(lab.host, '-R two 2 -p udp -j RETURN');
    assert.equal(isAnswered(lab), false);
  });

  it('asks nobody once the table has been forgotten', () => {
    const lab = routed();
    iptables(lab.host, '-P FORWARD DROP');
    const ns = netnsOf(lab.host, 'r');
    assert.notEqual(ns.netfilter, null);
    tablesOf(ns).forget('filter');
    tablesOf(ns).changed();
    assert.equal(ns.netfilter, null);
    assert.equal(isAnswered(lab), true);
  });

  it('asks the rules that iptables-restore has put in the place of others', () => {
    const lab = routed();
    iptables(lab.host, '-A FORWARD -j DROP');
    const ns = netnsOf(lab.host, 'r');
    const { exit } = lab.host.admin.run(ns, ['iptables-restore'], '*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n');
    assert.equal(exit, 0);
    assert.equal(isAnswered(lab), true);
  });

  it('asks no rule of a namespace beside', () => {
    const lab = routed();
    type(lab.host, 'iptables -P FORWARD DROP');
    type(lab.host, 'iptables -P INPUT DROP');
    assert.equal(isAnswered(lab), true);
  });

  it('takes a datagram that was damaged on the way for none of a connection', () => {
    const lab = routed();
    assert.equal(isAnswered(lab), true);
    type(lab.host, 'ip netns exec a tc qdisc add dev eth0 root netem corrupt 100%');
    iptables(lab.host, '-A FORWARD -m conntrack --ctstate INVALID -j DROP');
    const socket = new UdpSocket(netnsOf(lab.host, 'a'));
    for (let i = 0; i < 50; i++) socket.sendTo(address('10.2.0.2'), 9, payloadOf(1400));
    lab.world.run(SECOND);
    socket.close();
    const dropped = Number(/\| +(\d+) .* DROP /.exec(counted(lab.host))?.[1]);
    // One bit of each frame is another; most of a frame is payload.
    assert.ok(dropped > 40 && dropped <= 50, String(dropped));
  });
});
