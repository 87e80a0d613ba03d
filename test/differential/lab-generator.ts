/**
 * Small random labs as scripts: namespaces, veths, bridges and routers with settings of all kinds, then pings and other
 * traffic. The same text runs in real namespaces and in an emulated machine.
 *
 * What is left out, because a real kernel does not do the same thing twice: multipath hashes (salted), counters where
 * IGMP reports leave after random times, more than six ICMP errors a second to one receiver.
 */
import { Rng } from '../../src/sim/rng.ts';

/** `capture` starts a tcpdump; `end` ends all of them. */
export type LineKind = 'run' | 'capture' | 'end';

export interface LabLine {
  readonly kind: LineKind;
  readonly text: string;
  /** Its output is compared, times aside. */
  readonly isCompared: boolean;
}

export interface LabScript {
  readonly seed: number;
  readonly lines: readonly LabLine[];
  /** Name by name as `tcpdump -w` has them. */
  readonly captures: readonly string[];
  readonly namespaces: readonly string[];
}

interface Node {
  readonly name: string;
  /** By interface name. */
  readonly links: Map<string, NodeLink>;
}

interface NodeLink {
  readonly mac: string;
  readonly address: string;
  readonly prefix: string;
}

const TRAFFIC_LINES_MAX = 7;
/** Nobody has it. */
const ABSENT = 77;

/** Makes the lab of a seed. Namespaces begin with `prefix`. */
export function makeLab(seed: number, prefix: string): LabScript {
  return new LabGenerator(seed, prefix).make();
}

class LabGenerator {
  private readonly seed: number;
  private readonly prefix: string;
  private readonly rng: Rng;
  private readonly lines: LabLine[] = [];
  private readonly nodes: Node[] = [];
  private readonly hosts: Node[] = [];
  private readonly routers: Node[] = [];
  /** Bridge namespaces with their ports. */
  private readonly bridges: { readonly name: string; readonly ports: string[]; readonly macs: string[] }[] = [];
  private readonly captures: { readonly file: string; readonly text: string }[] = [];
  private macCount = 0;
  private hasRedirects = false;
  private sizes = [0, 8, 100, 548, 1000, 1372, 1472, 1473, 2000, 4000, 9000];
  /** Bridges tell of their groups by IGMP after random times: what has come by the end is no two times the same. */
  private isSnooping = false;

  constructor(seed: number, prefix: string) {
    this.seed = seed;
    this.prefix = prefix;
    this.rng = Rng.fromSeed(seed);
  }

  make(): LabScript {
    this.isSnooping = this.chance(3);
    this.pick([
      () => {
        this.oneBridge();
      },
      () => {
        this.chainOfRouters();
      },
      () => {
        this.twoBridgesAndRouter();
      },
      () => {
        this.twoRoutersOnBridge();
      },
    ])();
    for (let i = this.rng.below(5); i > 0; i--) this.perturb();
    // Bridges and sockets have said what they say when they come up.
    this.add('sleep 1.2');
    for (const { text } of this.captures) this.lines.push({ kind: 'capture', text, isCompared: false });
    this.add('sleep 0.8');
    for (let i = 2 + this.rng.below(TRAFFIC_LINES_MAX - 1); i > 0; i--) this.traffic();
    this.add('sleep 1.4');
    this.lines.push({ kind: 'end', text: 'pkill tcpdump', isCompared: false });
    for (const node of this.nodes) this.dump(node);
    return {
      seed: this.seed,
      lines: this.lines,
      captures: this.captures.map(({ file }) => file),
      namespaces: [...this.nodes.map((node) => node.name), ...this.bridges.map((bridge) => bridge.name)],
    };
  }

  private dump(node: Node): void {
    this.compare(`ip -n ${node.name} route show table all`);
    if (!this.isSnooping) this.compare(`ip -n ${node.name} -s link`);
    this.compare(`ip -n ${node.name} addr`);
  }

  // What the networks look like.

  private oneBridge(): void {
    const sw = this.bridge('sw');
    const count = 2 + this.rng.below(3);
    for (let i = 0; i < count; i++) {
      const host = this.host(`h${i}`);
      this.plug(sw, host, 'eth0', `10.0.0.${i + 1}`, '10.0.0');
    }
    if (this.chance(2)) {
      this.add(`ip -n ${sw.name} addr add 10.0.0.254/24 brd + dev br0`);
      for (const host of this.hosts) this.add(`ip -n ${host.name} route add default via 10.0.0.254`);
    }
  }

  private chainOfRouters(): void {
    const count = 1 + this.rng.below(3);
    const nodes = [this.host('a')];
    for (let i = 0; i < count; i++) nodes.push(this.router(`r${i}`));
    nodes.push(this.host('b'));
    for (let i = 0; i + 1 < nodes.length; i++) this.connect(nodes[i]!, nodes[i + 1]!, `10.${i + 1}.0`);
    this.add(`ip -n ${nodes[0]!.name} route add default via 10.1.0.2`);
    this.add(`ip -n ${nodes.at(-1)!.name} route add default via 10.${count + 1}.0.1`);
    for (let i = 1; i <= count; i++) {
      for (let net = 1; net <= count + 1; net++) {
        if (net === i || net === i + 1) continue;
        const via = net < i ? `10.${i}.0.1` : `10.${i + 1}.0.2`;
        this.add(`ip -n ${nodes[i]!.name} route add 10.${net}.0.0/24 via ${via}`);
      }
    }
  }

  private twoBridgesAndRouter(): void {
    const router = this.router('r');
    for (const net of [1, 2]) {
      const sw = this.bridge(`sw${net}`);
      this.plug(sw, router, `eth${net}`, `10.${net}.0.254`, `10.${net}.0`);
      for (let i = 0; i < 1 + this.rng.below(2); i++) {
        const host = this.host(`h${net}${i}`);
        this.plug(sw, host, 'eth0', `10.${net}.0.${i + 1}`, `10.${net}.0`);
        this.add(`ip -n ${host.name} route add default via 10.${net}.0.254`);
      }
    }
  }

  /**
   * A host whose gateway is not the best one, so that there are redirects. Fragments would cross the frames that the
   * router sends back on the same cable, in an order that is the machine's.
   */
  private twoRoutersOnBridge(): void {
    this.sizes = this.sizes.filter((size) => size < 1400);
    this.hasRedirects = true;
    const sw = this.bridge('sw');
    const host = this.host('a');
    this.plug(sw, host, 'eth0', '10.0.0.1', '10.0.0');
    const [first, second] = [this.router('r1'), this.router('r2')];
    this.plug(sw, first, 'eth0', '10.0.0.251', '10.0.0');
    this.plug(sw, second, 'eth0', '10.0.0.252', '10.0.0');
    const far = this.host('b');
    this.connect(second, far, '10.9.0');
    this.add(`ip -n ${host.name} route add default via 10.0.0.251`);
    this.add(`ip -n ${first.name} route add 10.9.0.0/24 via 10.0.0.252`);
    this.add(`ip -n ${far.name} route add default via 10.9.0.1`);
  }

  // Building blocks.

  private netns(name: string): string {
    const full = `${this.prefix}${name}`;
    this.add(`ip netns add ${full}`);
    this.sysctl(full, 'net.ipv6.conf.all.disable_ipv6', 1);
    this.sysctl(full, 'net.ipv6.conf.default.disable_ipv6', 1);
    this.add(`ip -n ${full} link set lo up`);
    return full;
  }

  private node(name: string): Node {
    const node = { name: this.netns(name), links: new Map<string, NodeLink>() };
    this.nodes.push(node);
    return node;
  }

  private host(name: string): Node {
    const host = this.node(name);
    this.hosts.push(host);
    return host;
  }

  private router(name: string): Node {
    const router = this.node(name);
    this.routers.push(router);
    this.sysctl(router.name, 'net.ipv4.ip_forward', 1);
    return router;
  }

  private bridge(name: string): { readonly name: string; readonly ports: string[]; readonly macs: string[] } {
    const bridge = { name: this.netns(name), ports: [], macs: [] };
    this.bridges.push(bridge);
    this.add(`ip -n ${bridge.name} link add br0 type bridge mcast_snooping ${this.isSnooping ? 1 : 0}`);
    this.add(`ip -n ${bridge.name} link set br0 address ${this.mac()}`);
    this.add(`ip -n ${bridge.name} link set br0 up`);
    this.hasten(bridge.name, 'br0');
    this.offload(bridge.name, 'br0');
    this.capture(bridge.name, 'br0', this.chance(2));
    return bridge;
  }

  /** Connects an interface of a node to a bridge. */
  private plug(
    bridge: { readonly name: string; readonly ports: string[]; readonly macs: string[] },
    node: Node,
    dev: string,
    address: string,
    prefix: string,
  ): void {
    const port = `p${bridge.ports.length + 1}`;
    const mac = this.mac();
    const portMac = this.mac();
    this.add(
      `ip link add ${dev} netns ${node.name} address ${mac} type veth peer name ${port} netns ${bridge.name} ` +
        `address ${portMac}`,
    );
    bridge.ports.push(port);
    bridge.macs.push(mac);
    this.offload(node.name, dev);
    this.offload(bridge.name, port);
    this.add(`ip -n ${bridge.name} link set ${port} master br0`);
    this.add(`ip -n ${bridge.name} link set ${port} up`);
    this.configure(node, dev, mac, address, prefix);
  }

  private configure(node: Node, dev: string, mac: string, address: string, prefix: string): void {
    this.add(`ip -n ${node.name} link set ${dev} up`);
    this.add(`ip -n ${node.name} addr add ${address}/24 brd + dev ${dev}`);
    this.hasten(node.name, dev);
    node.links.set(dev, { mac, address, prefix });
    this.capture(node.name, dev, this.chance(4));
  }

  /** A cable between two nodes; the left one has .1, the right one .2. */
  private connect(left: Node, right: Node, prefix: string): void {
    const [leftDev, rightDev] = [`eth${left.links.size}`, `eth${right.links.size}`];
    const [leftMac, rightMac] = [this.mac(), this.mac()];
    this.add(
      `ip link add ${leftDev} netns ${left.name} address ${leftMac} type veth ` +
        `peer name ${rightDev} netns ${right.name} address ${rightMac}`,
    );
    this.offload(left.name, leftDev);
    this.offload(right.name, rightDev);
    this.configure(left, leftDev, leftMac, `${prefix}.1`, prefix);
    this.configure(right, rightDev, rightMac, `${prefix}.2`, prefix);
  }

  /** What ARP does when nobody answers is over, and what it does of itself has not begun, when the captures end. */
  private hasten(netns: string, dev: string): void {
    this.sysctl(netns, `net.ipv4.neigh.${dev}.retrans_time_ms`, 300);
    this.sysctl(netns, `net.ipv4.neigh.${dev}.delay_first_probe_time`, 60);
  }

  private offload(netns: string, dev: string): void {
    this.add(`ip netns exec ${netns} ethtool -K ${dev} tx off rx off tso off gso off gro off`);
  }

  private capture(netns: string, dev: string, isPromiscuous: boolean): void {
    const file = `${netns.slice(this.prefix.length)}-${dev}.pcap`;
    const quiet = isPromiscuous ? '' : '-p ';
    const text = `ip netns exec ${netns} tcpdump -Z root --immediate-mode -U -s 0 ${quiet}-i ${dev} -w ${file} &`;
    this.captures.push({ file, text });
  }

  private sysctl(netns: string, key: string, value: number): void {
    this.add(`ip netns exec ${netns} sysctl -qw ${key}=${value}`);
  }

  private mac(): string {
    const n = ++this.macCount;
    const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
    return `02:42:00:00:${hex(n >> 8)}:${hex(n & 255)}`;
  }

  private add(text: string): void {
    this.lines.push({ kind: 'run', text, isCompared: false });
  }

  private compare(text: string): void {
    this.lines.push({ kind: 'run', text, isCompared: true });
  }

  // Settings that change something.

  private perturb(): void {
    const bridge = this.bridges.length === 0 ? undefined : this.pick(this.bridges);
    const node = this.pick(this.nodes);
    const choices = [
      () => {
        this.perturbNode(node);
      },
      () => {
        this.perturbRouting(node);
      },
    ];
    if (bridge !== undefined)
      choices.push(() => {
        this.perturbBridge(bridge.name, bridge.ports, bridge.macs);
      });
    this.pick(choices)();
  }

  private perturbBridge(name: string, ports: readonly string[], macs: readonly string[]): void {
    const port = this.pick(ports);
    const slave = `ip -n ${name} link set ${port} type bridge_slave`;
    this.add(
      this.pick([
        `${slave} hairpin on`,
        `${slave} learning off`,
        `${slave} flood off`,
        `${slave} isolated on`,
        `${slave} bcast_flood off`,
        `${slave} mcast_flood off`,
        `ip -n ${name} link set br0 type bridge ageing_time 0`,
        `bridge -n ${name} fdb add ${this.pick(macs)} dev ${port} master static`,
        `bridge -n ${name} fdb replace ${this.pick(macs)} dev ${port} master`,
      ]),
    );
  }

  private perturbNode(node: Node): void {
    const [dev] = this.pick([...node.links]);
    const conf = `net.ipv4.conf.${dev}`;
    const choices: (() => void)[] = [
      () => {
        this.add(`ip -n ${node.name} link set ${dev} mtu ${this.pick([576, 1000, 1280, 1400])}`);
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.icmp_echo_ignore_all', 1);
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.icmp_echo_ignore_broadcasts', 0);
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.ip_default_ttl', this.pick([1, 2, 32, 255]));
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.conf.all.arp_ignore', this.pick([1, 2, 8]));
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.conf.all.arp_announce', this.pick([1, 2]));
      },
      () => {
        this.sysctl(node.name, `${conf}.proxy_arp`, 1);
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.conf.all.rp_filter', this.pick([1, 2]));
      },
      () => {
        this.sysctl(node.name, `${conf}.arp_filter`, 1);
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.icmp_errors_use_inbound_ifaddr', 1);
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.conf.all.accept_redirects', 0);
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.conf.all.send_redirects', 0);
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.ip_forward', this.chance(2) ? 1 : 0);
      },
      () => {
        this.sysctl(node.name, 'net.ipv4.ip_no_pmtu_disc', 1);
      },
      () => {
        this.add(`ip -n ${node.name} addr add 10.77.0.${this.nodes.indexOf(node) + 1}/24 dev ${dev}`);
      },
      () => {
        this.add(`ip -n ${node.name} addr add ${this.secondAddress(node, dev)}/24 brd + dev ${dev}`);
      },
    ];
    this.pick(choices)();
  }

  private secondAddress(node: Node, dev: string): string {
    const { prefix, address } = node.links.get(dev)!;
    return `${prefix}.${(100 + Number(address.slice(address.lastIndexOf('.') + 1)) / 2 + 0.5) | 0}`;
  }

  private perturbRouting(node: Node): void {
    const target = this.pick(this.hosts);
    const link = this.pick([...target.links.values()]);
    const [dev, own] = this.pick([...node.links]);
    const neighbour = this.pick(this.nodes);
    const neighbourLink = this.pick([...neighbour.links.values()]);
    this.add(
      this.pick([
        `ip -n ${node.name} route add ${this.pick(['blackhole', 'unreachable', 'prohibit'])} ${link.address}/32`,
        `ip -n ${node.name} route add ${link.prefix}.0/25 dev ${dev}`,
        `ip -n ${node.name} route add ${link.address}/32 dev ${dev} src ${own.address} metric 7`,
        `ip -n ${node.name} route add throw ${link.address}/32`,
        `ip -n ${node.name} route add ${link.address}/32 via ${own.prefix}.${ABSENT}`,
        `ip -n ${node.name} rule add to ${link.address} ${this.pick(['blackhole', 'unreachable', 'prohibit'])}`,
        `ip -n ${node.name} rule add from ${own.address} lookup 100`,
        `ip -n ${node.name} route add ${link.address}/32 dev ${dev} mtu lock 1200`,
        `ip -n ${node.name} route add ${link.address}/32 dev ${dev} table 100`,
        `ip -n ${node.name} neigh add ${neighbourLink.address} lladdr ${neighbourLink.mac} dev ${dev} nud permanent`,
        `ip -n ${node.name} route del default`,
      ]),
    );
  }

  // Traffic.

  private traffic(): void {
    const from = this.pick(this.nodes);
    const to = this.targetOf();
    const choices = [
      () => {
        this.ping(from, to);
      },
      () => {
        this.ping(from, to);
      },
      () => {
        this.ping(from, to);
      },
      () => {
        this.udp(from, to);
      },
      () => {
        this.traceroute(from, to);
      },
      () => {
        this.arping(from, to);
      },
      () => {
        this.broadcast(from);
      },
      () => {
        this.change();
      },
    ];
    this.pick(choices)();
  }

  private targetOf(): string {
    if (this.chance(10)) return `${this.pick([...this.pick(this.nodes).links.values()]).prefix}.${ABSENT}`;
    if (this.chance(12)) return this.pick(['10.200.0.1', '127.0.0.1', '10.77.0.1']);
    return this.pick([...this.pick(this.nodes).links.values()]).address;
  }

  private ping(from: Node, to: string): void {
    const options = [`-c ${1 + this.rng.below(2)}`, '-i 0.2', '-W 0.4'];
    if (this.chance(2)) options.push(`-s ${this.pick(this.sizes)}`);
    if (this.chance(4)) options.push(`-t ${this.pick([1, 2, 3])}`);
    if (this.chance(4)) options.push(`-M ${this.pick(['do', 'want', 'dont'])}`);
    if (this.chance(5)) options.push(`-Q ${this.pick([4, 16, 184])}`);
    if (this.chance(6)) options.push(`-I ${this.pick([...from.links.values()]).address}`);
    if (this.chance(8)) options.push(`-I ${this.pick([...from.links.keys()])}`);
    if (this.chance(10)) options.push('-R');
    this.compare(`ip netns exec ${from.name} ping ${options.join(' ')} ${to}`);
  }

  private udp(from: Node, to: string): void {
    const port = 9000 + this.rng.below(100);
    const sourcePort = 20_000 + this.rng.below(1000);
    const bytes = this.pick(this.hasRedirects ? [1, 20, 548, 1400] : [1, 20, 548, 1400, 1473, 3000]);
    const program = `ip netns exec ${from.name} python3 ./tcpudp.py`;
    // Its socket is closed here before a redirect comes; a real Python takes its time to end.
    if (!this.hasRedirects && this.chance(2)) this.compare(`${program} udpto ${to} ${port} ${bytes} ${sourcePort}`);
    else this.compare(`${program} udpsend ${to} ${port} ${bytes} ${sourcePort}`);
  }

  private traceroute(from: Node, to: string): void {
    const method = this.chance(2) ? '-I ' : '';
    this.compare(`ip netns exec ${from.name} traceroute -n ${method}-q 1 -N 1 -m 3 -w 0.4 ${to}`);
  }

  private arping(from: Node, to: string): void {
    const [dev, { address }] = this.pick([...from.links]);
    const target = this.chance(2) ? `-S ${address} ${to}` : `-U -S ${address} ${address}`;
    this.compare(`ip netns exec ${from.name} arping -c 1 -w 300000 -I ${dev} ${target}`);
  }

  private broadcast(from: Node): void {
    const { prefix } = this.pick([...from.links.values()]);
    this.compare(`ip netns exec ${from.name} ping -b -c 1 -W 0.3 ${prefix}.255`);
  }

  /** Something changes in the middle. */
  private change(): void {
    const node = this.pick(this.nodes);
    const [dev, { prefix }] = this.pick([...node.links]);
    const bridge = this.bridges.length === 0 ? undefined : this.pick(this.bridges);
    const choices = [
      `ip -n ${node.name} neigh flush all`,
      `ip -n ${node.name} link set ${dev} mtu ${this.pick([800, 1300, 1500])}`,
      `ip -n ${node.name} addr add ${prefix}.${150 + this.rng.below(50)}/24 dev ${dev}`,
      `ip -n ${node.name} route flush cache`,
    ];
    if (bridge !== undefined) {
      const port = this.pick(bridge.ports);
      choices.push(
        `ip -n ${bridge.name} link set br0 type bridge fdb_flush`,
        `ip -n ${bridge.name} link set ${port} down`,
        `bridge -n ${bridge.name} fdb del ${this.pick(bridge.macs)} dev ${port} master`,
      );
    }
    const changed = this.pick(choices);
    this.add(changed);
    // Linux tells the stack of a carrier that was lost up to a second later (net/core/link_watch.c).
    if (changed.endsWith(' down')) this.add('sleep 1.1');
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.rng.below(list.length)]!;
  }

  /** One time in `n`. */
  private chance(n: number): boolean {
    return this.rng.below(n) === 0;
  }
}
