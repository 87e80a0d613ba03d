/**
 * The workloads W1, W2, W3, W5 and W6 of the performance contract as plans: topology and traffic, to the byte. Framing
 * counts the bytes and the check sequence, as ns-3's CSMA does.
 */
import { ip4, mac } from '../src/base/addr.ts';
import type { Ip4 } from '../src/base/addr.ts';
import type { Plan, PlanFlow, PlanHost, PlanInterface, PlanLan, PlanRoute, PlanUplink } from '../src/scenario/plan.ts';
import { Rng } from '../src/sim/rng.ts';

const GIGABIT = 1e9;
/** When traffic begins. */
export const START_NS = 1_000_000_000;
const PORT = 9;

function makeInterface(name: string, lan: string, address: Ip4, prefixLen: number, index: number): PlanInterface {
  return { name, lan, addresses: [{ address, prefixLen }], mac: mac('52:54:00:00:00:00') + index, mtu: 1500 };
}

function makeHost(name: string, interfaces: PlanInterface[], more: Partial<PlanHost> = {}): PlanHost {
  return {
    name,
    docker: false,
    daemon: {
      hasUserlandProxy: true,
      hasIptables: true,
      isIccEnabled: true,
      isIpMasqueradeEnabled: true,
      hostBindingIp: '0.0.0.0',
    },
    forward: false,
    softirqNs: 2000,
    wakeupNs: 10_000,
    interfaces,
    routes: [],
    dns: [],
    sysctls: {},
    line: 1,
    col: 1,
    ...more,
  };
}

function makeLan(name: string, index: number, hosts: readonly PlanHost[], more: Partial<PlanLan> = {}): PlanLan {
  const members = hosts.flatMap((host) =>
    host.interfaces.filter((nic) => nic.lan === name).map((nic) => ({ host: host.name, interfaceName: nic.name })),
  );
  return {
    name,
    index,
    isSwitch: true,
    rateBitsPerSecond: GIGABIT,
    delayNs: 1000,
    queueFrames: 1000,
    mtu: 1500,
    framing: 'fcs',
    members,
    ...more,
  };
}

function makeFlow(
  from: string,
  to: string,
  sizeBytes: number,
  count: number,
  intervalNs: number,
  startNs: number,
): PlanFlow {
  return {
    from: { host: from },
    to: { host: to },
    protocol: 'udp',
    port: PORT,
    sizeBytes,
    count,
    intervalNs,
    startNs,
    staggerNs: 0,
    sourcePort: PORT,
    sourcePortCount: 1,
    warmup: 1,
    line: 1,
    col: 1,
  };
}

function makePlan(name: string, hosts: PlanHost[], lans: PlanLan[], flows: PlanFlow[], seed = 1): Plan {
  return {
    name,
    file: name,
    engine: '20.10',
    seed,
    epochSeconds: 1_735_689_600,
    lingerNs: 0,
    limitNs: 3_600_000_000_000,
    softirqNs: 2000,
    wakeupNs: 10_000,
    hosts,
    lans,
    capture: ['**'],
    images: [],
    steps: [],
    flows,
  };
}

const hostAddress = (i: number): Ip4 => ip4('10.0.0.1') + i;

/** W1: two hosts on one switch, `count` datagrams of 64 bytes, one every 10 us. */
export function planW1(count: number): Plan {
  const hosts = [0, 1].map((i) => makeHost(`h${i}`, [makeInterface('eth0', 'lan', hostAddress(i), 8, i)]));
  return makePlan('w1', hosts, [makeLan('lan', 0, hosts)], [makeFlow('h0', 'h1', 64, count, 10_000, START_NS)]);
}

/** What is typed on a host before the traffic begins, and the address at which its traffic arrives then. */
export interface HostSetup {
  readonly lines: readonly string[];
  readonly address: Ip4;
}

/** W6: as W1, but through a VXLAN: `setupW6` makes it. */
export function planW6(count: number): Plan {
  return { ...planW1(count), title: 'w6' };
}

/** Each host has a device that knows the other host. */
export function setupW6(host: string): HostSetup {
  const number = host === 'h0' ? 1 : 2;
  const address = `10.77.0.${number}`;
  const lines = [
    `ip link add vx0 type vxlan id 4097 dstport 4789 remote 10.0.0.${3 - number}`,
    `ip addr add ${address}/24 dev vx0`,
    'ip link set vx0 mtu 1450 up',
  ];
  return { lines, address: ip4(address) };
}

/** W2: a ring of 32 hosts on one switch, 512 bytes every 40 us each. */
export function planW2(countPerHost: number): Plan {
  const hosts = Array.from({ length: 32 }, (_, i) =>
    makeHost(`h${i}`, [makeInterface('eth0', 'lan', hostAddress(i), 8, i)]),
  );
  const flows = hosts.map((host, i) =>
    makeFlow(host.name, `h${(i + 1) % 32}`, 512, countPerHost, 40_000, START_NS + (i & 1) * 20_000 + i * 10),
  );
  return makePlan('w2', hosts, [makeLan('lan', 0, hosts)], flows);
}

/** W3: host, 8 routers, host; nine cables of 10 us; 512 bytes every 10 us. */
export function planW3(count: number): Plan {
  const last = 9;
  const address = (link: number, side: number): Ip4 => ip4('10.1.0.0') + link * 256 + 1 + side;
  const hosts: PlanHost[] = [];
  for (let i = 0; i <= last; i++) {
    const interfaces: PlanInterface[] = [];
    if (i > 0) interfaces.push(makeInterface('eth0', `link${i - 1}`, address(i - 1, 1), 24, 2 * i));
    if (i < last) interfaces.push(makeInterface(`eth${interfaces.length}`, `link${i}`, address(i, 0), 24, 2 * i + 1));
    const routes: PlanRoute[] = [];
    const network = (link: number): { address: Ip4; prefixLen: number } => ({
      address: ip4('10.1.0.0') + link * 256,
      prefixLen: 24,
    });
    for (let link = 0; link < last; link++) {
      if (link < i - 1) routes.push({ destination: network(link), via: address(i - 1, 0) });
      if (link > i) routes.push({ destination: network(link), via: address(i, 1) });
    }
    hosts.push(makeHost(`h${i}`, interfaces, { forward: i > 0 && i < last, routes }));
  }
  const lans = Array.from({ length: last }, (_, i) =>
    makeLan(`link${i}`, i, hosts, { isSwitch: false, delayNs: 10_000 }),
  );
  return makePlan('w3', hosts, lans, [makeFlow('h0', `h${last}`, 512, count, 10_000, START_NS)]);
}

/** What W4 may have otherwise. */
export interface BulkOptions {
  /** Of both cables. */
  readonly delayNs: number;
  /** Of the cable to the receiver, and how many frames wait for it in the router. */
  readonly rateBitsPerSecond: number;
  readonly queueFrames: number;
  /** What the cable to the receiver does to frames, in netem's words. */
  readonly netem?: string | undefined;
  readonly seed: number;
  readonly sysctls: Readonly<Record<string, string>>;
  /** When each stream begins. */
  readonly startsNs: readonly number[];
}

const W4_OPTIONS: BulkOptions = {
  delayNs: 1_000_000,
  rateBitsPerSecond: GIGABIT,
  queueFrames: 1000,
  seed: 1,
  sysctls: {},
  startsNs: [START_NS],
};

/** W4: sender, router, receiver; two cables of 1 ms; a stream with buffers of 4 MB, or several. */
export function planW4(bytes: number, more: Partial<BulkOptions> = {}): Plan {
  const options = { ...W4_OPTIONS, ...more };
  const { delayNs, startsNs } = options;
  const at = (name: string, lan: string, address: string, i: number): PlanInterface =>
    makeInterface(name, lan, ip4(address), 24, i);
  const routeBy = (address: string): PlanRoute[] => [{ destination: { address: 0, prefixLen: 0 }, via: ip4(address) }];
  const sizes = '4096 4194304 4194304';
  const sysctls = { 'net.ipv4.tcp_rmem': sizes, 'net.ipv4.tcp_wmem': sizes, ...options.sysctls };
  const hosts = [
    makeHost('sender', [at('eth0', 'near', '10.1.0.1', 0)], { routes: routeBy('10.1.0.2'), sysctls }),
    makeHost('router', [at('eth0', 'near', '10.1.0.2', 1), at('eth1', 'far', '10.2.0.2', 2)], { forward: true }),
    makeHost('receiver', [at('eth0', 'far', '10.2.0.1', 3)], { routes: routeBy('10.2.0.2'), sysctls }),
  ];
  const cable = { isSwitch: false, delayNs, framing: 'ethernet' as const };
  const { rateBitsPerSecond, queueFrames, netem } = options;
  const lans = [
    makeLan('near', 0, hosts, cable),
    makeLan('far', 1, hosts, { ...cable, rateBitsPerSecond, queueFrames, netem }),
  ];
  const flows = startsNs.map((startNs, i) => ({
    ...makeFlow('sender', 'receiver', bytes, 1, 0, startNs),
    protocol: 'tcp' as const,
    port: PORT + i,
    sourcePort: 0,
    warmup: 0,
  }));
  return makePlan('w4', hosts, lans, flows, options.seed);
}

/** A client and a server on one cable of 1 us. */
export function planPair(): Plan {
  const hosts = ['client', 'server'].map((name, i) =>
    makeHost(name, [makeInterface('eth0', 'cable', hostAddress(i), 8, i)]),
  );
  return makePlan('pair', hosts, [makeLan('cable', 0, hosts, { isSwitch: false })], []);
}

/** N1: client, router, server; two cables of 1 us. The router's card to the server has a bridge's name. */
export function planN1(): Plan {
  const outside = (at: string, index: number): PlanInterface => makeInterface('eth0', 'outside', ip4(at), 24, index);
  const inside = (name: string, at: string, i: number): PlanInterface => makeInterface(name, 'inside', ip4(at), 16, i);
  const routeBy = (at: string): PlanRoute[] => [{ destination: { address: 0, prefixLen: 0 }, via: ip4(at) }];
  const hosts = [
    makeHost('client', [outside('192.168.0.2', 0)], { routes: routeBy('192.168.0.1') }),
    makeHost('router', [outside('192.168.0.1', 1), inside('docker0', '172.17.0.1', 2)], { forward: true }),
    makeHost('server', [inside('eth0', '172.17.0.2', 3)], { routes: routeBy('172.17.0.1') }),
  ];
  const lans = ['outside', 'inside'].map((name, i) => makeLan(name, i, hosts, { isSwitch: false }));
  return makePlan('n1', hosts, lans, []);
}

/** W5: `leaves` switches with `perLeaf` hosts each on one root; each host sends to its image in one random cycle. */
export function planW5(leaves: number, perLeaf: number, total: number, seed = 5): Plan {
  const count = leaves * perLeaf;
  const hosts = Array.from({ length: count }, (_, i) =>
    makeHost(`h${i}`, [makeInterface('eth0', `leaf${Math.floor(i / perLeaf)}`, hostAddress(i), 8, i)]),
  );
  const uplink: PlanUplink = { to: 'root', rateBitsPerSecond: 10 * GIGABIT, delayNs: 1000 };
  const lans = Array.from({ length: leaves }, (_, i) => makeLan(`leaf${i}`, i + 1, hosts, { uplink }));
  lans.unshift(makeLan('root', 0, []));
  const order = hosts.map((_, i) => i);
  Rng.fromSeed(seed).fork('permutation').shuffle(order);
  // 500,000 datagrams a second in all, evenly interleaved.
  const slotNs = 2000;
  const flows = order.map((from, i) =>
    makeFlow(
      `h${from}`,
      `h${order[(i + 1) % count]!}`,
      256,
      Math.floor(total / count),
      slotNs * count,
      START_NS + from * slotNs,
    ),
  );
  return makePlan('w5', hosts, lans, flows, seed);
}
