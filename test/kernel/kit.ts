/**
 * A small world for tests of link/ and kernel/: hosts, switches and cables built by hand, every interface watched, and
 * the books checked after every event. Ladders are lists of what passed one interface, one line per frame:
 *
 *   0 > ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28
 *   0.024 < ARP, Reply 10.0.0.2 is-at 02:00:00:00:00:02, length 28
 *
 * the time in milliseconds, `>` sent and `<` received as the interface sees it, and the words of `tcpdump -n`.
 */
import assert from 'node:assert/strict';
import type { Ip4, Mac } from '../../src/base/addr.ts';
import { BROADCAST_MAC, ip4, mac } from '../../src/base/addr.ts';
import type { CableReceiver, CableSettings } from '../../src/link/cable.ts';
import { Cable } from '../../src/link/cable.ts';
import { DROP_REASON_COUNT, dropReasonName } from '../../src/link/drop.ts';
import type { Frame, FrameDevice } from '../../src/link/frame.ts';
import { Slab } from '../../src/link/frame.ts';
import { FrameStats } from '../../src/link/frame-stats.ts';
import type { SwitchPort } from '../../src/link/lan-switch.ts';
import { LanSwitch } from '../../src/link/lan-switch.ts';
import type { Tap } from '../../src/link/tap.ts';
import { addTap } from '../../src/link/tap.ts';
import { RX } from '../../src/link/trace-sink.ts';
import { Nic } from '../../src/kernel/dev/nic.ts';
import { Host } from '../../src/kernel/host.ts';
import type { NetDevice } from '../../src/kernel/netdev.ts';
import type { DeviceObserver, Netns } from '../../src/kernel/netns.ts';
import { Rng } from '../../src/sim/rng.ts';
import { EventSource, Scheduler } from '../../src/sim/scheduler.ts';
import { HeapQueue } from '../../src/sim/heap-queue.ts';
import { PingSocket } from '../../src/kernel/socket/ping-socket.ts';
import * as arp from '../../src/wire/arp.ts';
import { dissect, dissectLink } from '../../src/wire/dissect.ts';
import * as ethernet from '../../src/wire/ethernet.ts';
import type { Ipv4Fields } from '../wire/frames.ts';
import { ethernetBytes, icmpBytes, ipv4Bytes, udpBytes } from '../wire/frames.ts';

export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;

/** How much longer than usual random tests may take. */
export const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/** A cable without a rate: frames arrive exactly 10 us after they were sent. */
export const PLAIN_CABLE: CableSettings = {
  rateBitsPerSecond: 0,
  delayNs: 10_000,
  queueFrames: 1000,
  framing: 'ethernet',
};

/** Sources of events: cables come before hosts, hosts before switches. */
const FIRST_HOST_SOURCE = 10_000;
const FIRST_SWITCH_SOURCE = 20_000;

/** A frame as it passed an interface. */
export interface Seen {
  readonly atNs: number;
  readonly isReceived: boolean;
  readonly bytes: Uint8Array;
  readonly packetId: string;
}

export interface WorldOptions {
  readonly seed?: number;
  readonly softirqNs?: number;
}

export class World {
  readonly sched = new Scheduler(new HeapQueue(1024));
  readonly slab = new Slab();
  readonly hosts: Host[] = [];
  readonly switches: LanSwitch[] = [];
  readonly cables: Cable[] = [];
  readonly stats: FrameStats[] = [];
  /** What observers of interfaces were told: `up h/eth0`, `down h/eth0`. */
  readonly observed: string[] = [];
  /** Frames that someone outside the emulated machines holds, such as a `Peer`. */
  heldOutside = 0;
  private readonly rng: Rng;
  private readonly softirqNs: number;
  private readonly seen = new Map<string, Seen[]>();

  constructor(options: WorldOptions = {}) {
    this.rng = Rng.fromSeed(options.seed ?? 1);
    this.softirqNs = options.softirqNs ?? 2000;
  }

  /**
   * A machine with NICs that are up: `{ eth0: '10.0.0.1/24' }`, or '' for one without an address. MACs are
   * 02:00:00:00:HH:NN, host number and NIC number from 1.
   */
  host(name: string, nics: Readonly<Record<string, string>> = {}): Host {
    const index = this.hosts.length;
    const stats = this.newStats(FIRST_HOST_SOURCE + index);
    const host = new Host({
      name,
      sched: this.sched,
      source: new EventSource(FIRST_HOST_SOURCE + index),
      rng: this.rng.fork(`host/${name}`),
      stats,
      observer: this.watcher(),
      softirqNs: this.softirqNs,
      wakeupNs: 10_000,
      epochSeconds: 1_735_689_600,
    });
    this.hosts.push(host);
    Object.entries(nics).forEach(([nic, address], i) => {
      host.addNic(nic, mac('02:00:00:00:00:00') + (index + 1) * 256 + i + 1, 1500);
      type(host, `ip link set ${nic} up`);
      if (address !== '') type(host, `ip addr add ${address} brd + dev ${nic}`);
    });
    return host;
  }

  /** Plugs two NICs together. */
  cable(left: Host, leftNic: string, right: Host, rightNic: string, settings: Partial<CableSettings> = {}): void {
    const [a, b] = [nicOf(left, leftNic), nicOf(right, rightNic)];
    a.cable = this.oneWay(b, settings);
    b.cable = this.oneWay(a, settings);
  }

  lanSwitch(name: string): LanSwitch {
    const lanSwitch = new LanSwitch(name, this.sched, this.newStats(FIRST_SWITCH_SOURCE + this.switches.length));
    this.switches.push(lanSwitch);
    return lanSwitch;
  }

  /** Hangs a NIC on a switch. */
  plug(host: Host, nicName: string, lanSwitch: LanSwitch, settings: Partial<CableSettings> = {}): SwitchPort {
    const nic = nicOf(host, nicName);
    const port = lanSwitch.addPort(`${host.name}.${nicName}`);
    nic.cable = this.oneWay(port, settings);
    port.cable = this.oneWay(nic, settings);
    return port;
  }

  /** Hangs two switches on each other. */
  uplink(left: LanSwitch, right: LanSwitch): void {
    this.join(left.addPort(right.name), right.addPort(left.name));
  }

  /** Plugs two switch ports together. */
  join(left: SwitchPort, right: SwitchPort): void {
    left.cable = this.oneWay(right, {});
    right.cable = this.oneWay(left, {});
  }

  /** The far end of a NIC's cable in the hands of the test. */
  peer(host: Host, nicName = 'eth0', settings: Partial<CableSettings> = {}): Peer {
    return this.peerAt(nicOf(host, nicName), settings);
  }

  /** The same for a switch port. */
  peerAt(end: Nic | SwitchPort, settings: Partial<CableSettings> = {}): Peer {
    const peer = new Peer(this, this.newStats(FIRST_SWITCH_SOURCE + 1000 + this.stats.length));
    end.cable = this.oneWay(peer, settings);
    peer.cable = this.oneWay(end, settings);
    return peer;
  }

  /** Fires events up to and including `untilNs`, checking the books after each, and leaves the clock there. */
  runTo(untilNs: number): void {
    while (this.sched.run(untilNs, 1) === 1) this.check();
    if (untilNs > this.sched.now) this.sched.advanceTo(untilNs);
    this.check();
  }

  run(durationNs: number): void {
    this.runTo(this.sched.now + durationNs);
  }

  /** Fires events until somebody stops the scheduler. */
  runUntilStopped(): void {
    this.sched.run(Infinity, Infinity);
    this.check();
  }

  /** sent = delivered + Σ dropped + in flight, and each frame in flight is where frames can be. */
  check(): void {
    let [sent, ended] = [0, 0];
    for (const stats of this.stats) {
      sent += stats.sent;
      ended += stats.delivered;
      for (let reason = 0; reason < DROP_REASON_COUNT; reason++) ended += stats.dropped[reason]!;
    }
    assert.equal(sent, ended + this.slab.inUse, 'sent = delivered + dropped + in flight');
    let found = this.heldOutside;
    for (const cable of this.cables) found += cable.heldFrames;
    for (const host of this.hosts) found += host.heldFrames();
    assert.equal(found, this.slab.inUse, 'every frame in flight is on a cable, in a backlog or parked');
  }

  /** What died so far, by the reason's name; all machines together. */
  dropped(): Record<string, number> {
    const byName: Record<string, number> = {};
    for (const stats of this.stats) {
      stats.dropped.forEach((count, reason) => {
        if (count > 0) byName[dropReasonName(reason)] = (byName[dropReasonName(reason)] ?? 0) + count;
      });
    }
    return byName;
  }

  delivered(): number {
    return this.stats.reduce((sum, stats) => sum + stats.delivered, 0);
  }

  sent(): number {
    return this.stats.reduce((sum, stats) => sum + stats.sent, 0);
  }

  /** Frames that passed the interface with this full name (`h1/eth0`, `h1/c1/eth0`), in order. */
  seenAt(fullName: string): readonly Seen[] {
    return this.seen.get(fullName) ?? [];
  }

  /** The ladder of an interface from `fromNs` on. */
  ladder(fullName: string, fromNs = 0): string[] {
    return this.seenAt(fullName)
      .filter((each) => each.atNs >= fromNs)
      .map(ladderLine);
  }

  /** Watches an interface that is not watched by itself, such as a switch port. */
  watch(fullName: string): Tap {
    const list = this.seen.get(fullName) ?? [];
    this.seen.set(fullName, list);
    return {
      onFrame: (frame, direction) => {
        const { slab, head, tail, packetIdHi, packetIdLo } = frame;
        list.push({
          atNs: this.sched.now,
          isReceived: direction === RX,
          bytes: slab.bytes.slice(head, tail),
          packetId: `${packetIdHi}/${packetIdLo}`,
        });
      },
    };
  }

  private watcher(): DeviceObserver {
    const taps = new Map<NetDevice, string>();
    return {
      deviceUp: (dev) => {
        this.observed.push(`up ${dev.fullName}`);
        if (taps.get(dev) === dev.fullName) return;
        taps.set(dev, dev.fullName);
        dev.tap = addTap(null, this.watch(dev.fullName));
      },
      deviceDown: (dev) => {
        this.observed.push(`down ${dev.fullName}`);
      },
    };
  }

  private newStats(sourceIndex: number): FrameStats {
    const stats = new FrameStats(this.slab, sourceIndex);
    this.stats.push(stats);
    return stats;
  }

  private oneWay(receiver: CableReceiver, settings: Partial<CableSettings>): Cable {
    const all = { ...PLAIN_CABLE, ...settings };
    const cable = new Cable(this.sched, this.sched, new EventSource(this.cables.length), receiver, all);
    this.cables.push(cable);
    return cable;
  }
}

/** A machine that does what the test says: it sends whole frames, and keeps what it gets. */
export class Peer implements CableReceiver, FrameDevice {
  readonly fullName = 'peer';
  cable: Cable | null = null;
  private readonly world: World;
  private readonly stats: FrameStats;
  private readonly got: Seen[] = [];
  private read = 0;

  constructor(world: World, stats: FrameStats) {
    this.world = world;
    this.stats = stats;
  }

  /** Sends a frame with these bytes now. */
  gives(bytes: Uint8Array): void {
    const frame = this.stats.take(bytes.length - 14);
    frame.head = frame.l3 - 14;
    frame.tail = frame.head + bytes.length;
    frame.slab.bytes.set(bytes, frame.head);
    this.cable!.send(frame);
  }

  receive(frame: Frame): void {
    const bytes = frame.slab.bytes.slice(frame.head, frame.tail);
    this.got.push({ atNs: this.world.sched.now, isReceived: true, bytes, packetId: '' });
    this.stats.deliver(frame);
  }

  /** The frames that came since the last look, after letting `waitNs` pass. */
  gets(waitNs = 100_000): readonly Seen[] {
    this.world.run(waitNs);
    const fresh = this.got.slice(this.read);
    this.read = this.got.length;
    return fresh;
  }

  /** The same in the words of tcpdump. */
  getsLines(waitNs = 100_000): string[] {
    return this.gets(waitNs).map((each) => textOf(each.bytes));
  }
}

/** Types a line as root; it has to succeed. */
export function type(host: Host, line: string): string {
  const result = host.admin.type(line);
  assert.deepEqual({ exit: result.exit, stderr: result.stderr }, { exit: 0, stderr: '' }, line);
  return result.stdout;
}

/** A namespace by its `ip netns` name, the host's own for ''. */
export function netnsOf(host: Host, name: string): Netns {
  const ns = name === '' ? host.rootNs : host.namespaces.get(name);
  assert.ok(ns !== undefined, `there is a namespace ${name}`);
  return ns;
}

export function devOf(host: Host, name: string, netns = ''): NetDevice {
  const dev = netnsOf(host, netns).deviceByName(name);
  assert.ok(dev !== null, `there is an interface ${name}`);
  return dev;
}

/**
 * A namespace `name` with eth0 at `address`, joined to the host by a veth `vethName` that is a port of `bridge`. MAC
 * 02:42 and the address, as an engine would do it.
 */
export function addContainer(host: Host, name: string, address: string, bridge: string, vethName: string): Netns {
  type(host, `ip netns add ${name}`);
  const bytes = address.split('/')[0]!.split('.').map(Number);
  const text = ['02', '42', ...bytes.map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
  type(host, `ip link add eth0 netns ${name} address ${text} type veth peer name ${vethName}`);
  type(host, `ip -n ${name} link set lo up`);
  type(host, `ip -n ${name} link set eth0 up`);
  type(host, `ip link set ${vethName} master ${bridge}`);
  type(host, `ip link set ${vethName} up`);
  type(host, `ip -n ${name} addr add ${address} brd + dev eth0`);
  return netnsOf(host, name);
}

/** `0.012 < ARP, Reply …` */
export function ladderLine(each: Seen): string {
  return `${each.atNs / MILLISECOND} ${each.isReceived ? '<' : '>'} ${textOf(each.bytes)}`;
}

/** A frame in the words of `tcpdump -n`. */
export function textOf(bytes: Uint8Array): string {
  return dissect(viewOf(bytes), 0, bytes.length);
}

/** A frame in the words of `tcpdump -ne`. */
export function linkTextOf(bytes: Uint8Array): string {
  return dissectLink(viewOf(bytes), 0, bytes.length);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Addresses for tests that speak of few of them. */
export const address = (text: string): Ip4 => ip4(text);
export const macOf = (dev: NetDevice): Mac => dev.mac;

function nicOf(host: Host, name: string): Nic {
  const dev = devOf(host, name);
  assert.ok(dev instanceof Nic, `${name} is a network card`);
  return dev;
}

/** A ping socket with a fixed id, so that ladders can tell it. */
export function pingSocket(ns: Netns, id = 7): PingSocket {
  const socket = new PingSocket(ns);
  assert.equal(socket.bind(0, id), '');
  return socket;
}

/** Payload of so many bytes, each its own number. */
export function payloadOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i & 255);
}

/** Two machines on one cable, 10.0.0.1 and 10.0.0.2. */
export function pair(
  options: WorldOptions = {},
  settings: Partial<CableSettings> = {},
): { world: World; a: Host; b: Host } {
  const world = new World(options);
  const a = world.host('a', { eth0: '10.0.0.1/24' });
  const b = world.host('b', { eth0: '10.0.0.2/24' });
  world.cable(a, 'eth0', b, 'eth0', settings);
  return { world, a, b };
}

/** One machine, 10.0.0.1 with the MAC 02:00:00:00:01:01, whose cable ends at the test. */
export function withPeer(address = '10.0.0.1/24'): { world: World; host: Host; peer: Peer } {
  const world = new World();
  const host = world.host('h', { eth0: address });
  return { world, host, peer: world.peer(host) };
}

export const HOST_MAC: Mac = mac('02:00:00:00:01:01');
export const PEER_MAC: Mac = mac('02:00:00:00:00:99');
export const HOST_IP: Ip4 = ip4('10.0.0.1');
export const PEER_IP: Ip4 = ip4('10.0.0.2');

export interface ArpFields {
  readonly op?: number;
  readonly sender?: Ip4;
  readonly senderMac?: Mac;
  readonly target?: Ip4;
  readonly targetMac?: Mac;
  /** Of the Ethernet header. */
  readonly dst?: Mac;
}

/** An ARP packet of the peer; by default its broadcast question for the host. */
export function arpBytes(fields: ArpFields = {}): Uint8Array {
  const bytes = new Uint8Array(42);
  const v = viewOf(bytes);
  const senderMac = fields.senderMac ?? PEER_MAC;
  ethernet.emit(v, 0, { dst: fields.dst ?? BROADCAST_MAC, src: senderMac, etherType: ethernet.ETHERTYPE_ARP });
  arp.emit(v, 14, {
    op: fields.op ?? arp.OP_REQUEST,
    senderMac,
    senderIp: fields.sender ?? PEER_IP,
    targetMac: fields.targetMac ?? 0,
    targetIp: fields.target ?? HOST_IP,
  });
  return bytes;
}

/** A datagram of the peer in a frame to the host. */
export function ipBytes(payload: readonly number[], fields: Ipv4Fields = {}, dst = HOST_MAC): Uint8Array {
  const all = { src: PEER_IP, dst: HOST_IP, flags: 0, ...fields };
  return ethernetBytes(ethernet.ETHERTYPE_IPV4, ipv4Bytes(payload, all), dst, PEER_MAC);
}

/** An echo request of the peer. */
export function echoBytes(fields: Ipv4Fields = {}, data: readonly number[] = [1, 2, 3], dst = HOST_MAC): Uint8Array {
  return ipBytes(icmpBytes(8, 0, 0x0007_0001, data), { protocol: 1, ...fields }, dst);
}

/** A UDP datagram of the peer. */
export function datagramBytes(
  srcPort: number,
  dstPort: number,
  data: readonly number[],
  fields: Ipv4Fields = {},
): Uint8Array {
  const [src, dst] = [fields.src ?? PEER_IP, fields.dst ?? HOST_IP];
  return ipBytes(udpBytes(srcPort, dstPort, data, src, dst), { protocol: 17, ...fields });
}

/** The peer introduces itself, so that the host need not ask for it. */
export function introduce(peer: Peer): void {
  peer.gives(arpBytes());
  assert.equal(peer.gets().length, 1, 'the host answers');
}
