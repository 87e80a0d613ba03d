import assert from 'node:assert/strict';
import type { Host } from '../../src/kernel/host.ts';
import type { Netns } from '../../src/kernel/netns.ts';
import { Files } from '../../src/kernel/proc/files.ts';
import type { ProgramRegistry } from '../../src/kernel/proc/program-registry.ts';
import { busyboxPrograms, hostPrograms } from '../../src/userland/registry.ts';
import { MILLISECOND, SECOND, World, netnsOf, type } from '../kernel/kit.ts';

/** Types a command line on a host or in a namespace of it, and lets the world run until it has ended. */
function run(world: World, host: Host, ns: Netns, registry: ProgramRegistry, line: string) {
  const argv = line.split(' ');
  let [stdout, stderr] = ['', ''];
  const proc = host.processes.spawn({
    argv,
    program: registry.get(argv[0]!)!.run,
    ns,
    hostname: host.name,
    files: new Files(),
    env: new Map(),
    registry,
    stdin: 'eof',
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  proc.addWaiter({
    wake: () => {
      world.sched.stop();
    },
  });
  if (!proc.isReady()) world.sched.run(world.sched.now + 60 * SECOND, 100_000);
  return { stdout, stderr, exit: proc.exitCode, tookNs: proc.endedNs - proc.startedNs };
}

/** h1 (10.0.0.1) and h2 (10.0.0.2, 10.1.0.1) by a cable of 10 us; h2 forwards, and has a namespace c at 10.1.0.2. */
function makeWorld(): { world: World; host: Host } {
  const world = new World();
  const host = world.host('h1', { eth0: '10.0.0.1/24' });
  const router = world.host('h2', { eth0: '10.0.0.2/24' });
  world.cable(host, 'eth0', router, 'eth0');
  type(host, 'ip route add 10.1.0.0/16 via 10.0.0.2');
  const lines = [
    'sysctl -w net.ipv4.ip_forward=1',
    'ip netns add c',
    'ip link add va type veth peer name eth0 netns c',
    'ip link set va mtu 1400',
    'ip link set va up',
    'ip -n c link set eth0 up',
    'ip addr add 10.1.0.1/24 dev va',
    'ip -n c addr add 10.1.0.2/24 dev eth0',
    'ip -n c route add default via 10.1.0.1',
  ];
  for (const line of lines) type(router, line);
  return { world, host };
}

describe('userland/registry:', () => {
  it('has the programs of a Debian host and of busybox', () => {
    const names = ['cat', 'echo', 'false', 'head', 'hostname', 'ping', 'sh', 'sleep', 'tail', 'true', 'uniq', 'wc'];
    for (const registry of [hostPrograms(), busyboxPrograms()]) {
      assert.deepEqual(
        names.filter((name) => registry.get(name) === undefined),
        [],
      );
    }
  });

  it('ping goes over the emulated kernel: ARP first, then a round trip', () => {
    const { world, host } = makeWorld();
    const { stdout, stderr, exit } = run(world, host, host.rootNs, hostPrograms(), 'ping -c 3 10.0.0.2');
    const times = stdout.match(/time=[\d.]+/g)!.map((text) => Number(text.slice(5)));
    assert.equal(times.length, 3);
    assert.ok(times[0]! > times[1]! && times[1] === times[2] && times[1]! < 0.1, times.join(' '));
    assert.match(stdout, /3 packets transmitted, 3 received, 0% packet loss, time 2000ms\nrtt /);
    assert.deepEqual([stderr, exit], ['', 0]);
    world.check();
  });

  it('busybox ping measures the wake-up too', () => {
    const { world, host } = makeWorld();
    run(world, host, host.rootNs, hostPrograms(), 'ping -c 1 10.0.0.2');
    const iputils = run(world, host, host.rootNs, hostPrograms(), 'ping -c 1 10.0.0.2').stdout;
    const busybox = run(world, host, host.rootNs, busyboxPrograms(), 'ping -c 1 10.0.0.2').stdout;
    const timeOf = (text: string): number => Number(/time=([\d.]+)/.exec(text)![1]);
    assert.equal(Math.round((timeOf(busybox) - timeOf(iputils)) * 1000), 10);
  });

  it('errors of the emulated kernel come out in the words of ping', () => {
    const { world, host } = makeWorld();
    const ping = (line: string): string => {
      const { stdout, stderr } = run(world, host, host.rootNs, hostPrograms(), line);
      return `${stderr}${stdout.split('\n').slice(1, 2).join('')}`;
    };
    assert.equal(ping('ping -c 1 -W 1 -t 1 10.1.0.2'), 'From 10.0.0.2 icmp_seq=1 Time to live exceeded');
    assert.equal(ping('ping -c 1 10.0.0.99'), 'From 10.0.0.1 icmp_seq=1 Destination Host Unreachable');
    assert.equal(
      ping('ping -c 1 -M do -s 1472 10.1.0.2'),
      'From 10.0.0.2 icmp_seq=1 Frag needed and DF set (mtu = 1400)',
    );
    assert.equal(ping('ping -c 1 -M do -s 1473 10.0.0.2'), 'ping: local error: message too long, mtu=1500\n');
    assert.equal(ping('ping -c 1 192.0.2.1'), 'ping: connect: Network is unreachable\n');
    assert.match(ping('ping -c 1 -W 1 10.0.0.255'), /Do you want to ping broadcast\?/);
    assert.match(ping('ping -c 1 -s 20000 10.0.0.2'), /^20008 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=/);
    world.check();
  });

  it('a flood to this host goes round as fast as the program is woken', () => {
    const { world, host } = makeWorld();
    const { stdout, tookNs } = run(world, host, host.rootNs, hostPrograms(), 'ping -q -f -c 100 127.0.0.1');
    assert.match(stdout, /100 packets transmitted, 100 received, 0% packet loss/);
    assert.ok(tookNs < 3 * MILLISECOND, String(tookNs));
  });

  it('a namespace has its own programs’ view of the network', () => {
    const { world } = makeWorld();
    const router = world.hosts[1]!;
    const result = run(world, router, netnsOf(router, 'c'), busyboxPrograms(), 'ping -c 1 10.0.0.1');
    assert.match(
      result.stdout,
      /^PING 10.0.0.1 \(10.0.0.1\): 56 data bytes\n64 bytes from 10.0.0.1: seq=0 ttl=63 time=/,
    );
    assert.equal(result.exit, 0);
  });
});
