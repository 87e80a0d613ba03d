/**
 * One Linux machine: the composition root of the kernel. The only file that knows all of its parts; it fills the tables
 * through which lower layers call upper ones, as Linux does with inet_add_protocol and netdev_rx_handler_register.
 */
import type { Mac } from '../base/addr.ts';
import { Int32Table } from '../base/table.ts';
import type { FrameStats } from '../link/frame-stats.ts';
import type { Rng } from '../sim/rng.ts';
import type { EventSource, Scheduler } from '../sim/scheduler.ts';
import * as icmp from '../wire/icmp.ts';
import * as ipv4 from '../wire/ipv4.ts';
import { AdminDoor } from './admin/door.ts';
import { Backlog } from './backlog.ts';
import { devOpen } from './dev/dev-ops.ts';
import { Loopback } from './dev/loopback.ts';
import { Nic } from './dev/nic.ts';
import { arpRcv, arpSolicit } from './ip/arp.ts';
import { Fib } from './ip/fib-frontend.ts';
import { ExceptionTable } from './ip/fnhe.ts';
import { IcmpLimits } from './ip/icmp-limits.ts';
import { icmpSend } from './ip/icmp-send.ts';
import { icmpTransport } from './ip/icmp.ts';
import { igmpTransport } from './ip/igmp-rcv.ts';
import { ipRcv } from './ip/input.ts';
import { IpIdents } from './ip/ip-id.ts';
import { NeighTable } from './ip/neigh.ts';
import { neighOutput } from './ip/output.ts';
import { FragTable } from './ip/reassembly.ts';
import { RouteCache } from './ip/route.ts';
import { KernelLog } from './kernel-log.ts';
import { Mib } from './mib.ts';
import type { DeviceObserver, Machine, StackHandlers, TransportHandler } from './netns.ts';
import { Netns } from './netns.ts';
import { bridgeNetfilter } from './nf/bridge-netfilter.ts';
import { ProcessTable } from './proc/process-table.ts';
import { PSEUDO_FILES } from './show/procfs.ts';
import { QdiscHandles } from './qdisc/handles.ts';
import { pingErr } from './socket/ping-rcv.ts';
import { PingTable } from './socket/ping-table.ts';
import { tcpTransport } from './socket/tcp/tcp-ipv4.ts';
import { TcpTable } from './socket/tcp/tcp-table.ts';
import { UdpTable } from './socket/udp-table.ts';
import { udpTransport } from './socket/udp.ts';
import { Sysctls } from './sysctl.ts';
import type { EspKey } from './xfrm/esp-keys.ts';
import { ESP_TRANSPORT } from './xfrm/xfrm4-input.ts';

export interface HostSettings {
  readonly name: string;
  readonly sched: Scheduler;
  /** The host's place in the order of events. */
  readonly source: EventSource;
  readonly rng: Rng;
  readonly stats: FrameStats;
  readonly observer: DeviceObserver | null;
  readonly softirqNs: number;
  readonly wakeupNs: number;
  readonly epochSeconds: number;
}

const IP_PROTOCOL_COUNT = 256;

export class Host implements Machine {
  readonly name: string;
  readonly sched: Scheduler;
  readonly source: EventSource;
  readonly rng: Rng;
  readonly stats: FrameStats;
  readonly observer: DeviceObserver | null;
  readonly epochSeconds: number;
  isBooting: boolean;
  readonly backlog: Backlog;
  readonly qdiscHandles: QdiscHandles;
  readonly log: KernelLog;
  readonly modules: Set<string>;
  readonly espKeys: EspKey[];
  readonly rootNs: Netns;
  /** Namespaces by their `ip netns` name. */
  readonly namespaces: Map<string, Netns>;
  readonly processes: ProcessTable;
  readonly admin: AdminDoor;
  private netnsCount: number;

  constructor(settings: HostSettings) {
    this.name = settings.name;
    this.sched = settings.sched;
    this.source = settings.source;
    this.rng = settings.rng;
    this.stats = settings.stats;
    this.observer = settings.observer;
    this.epochSeconds = settings.epochSeconds;
    this.isBooting = false;
    this.backlog = new Backlog(this.sched, this.source, this.stats, settings.softirqNs);
    this.qdiscHandles = new QdiscHandles(this.rng);
    this.log = new KernelLog(this.sched);
    this.modules = new Set();
    this.espKeys = [];
    this.netnsCount = 0;
    this.namespaces = new Map();
    this.rootNs = this.makeNetns('');
    this.admin = new AdminDoor(this);
    this.processes = new ProcessTable({
      sched: this.sched,
      source: this.source,
      rng: this.rng.fork('processes'),
      wakeupNs: settings.wakeupNs,
      epochSeconds: settings.epochSeconds,
      door: this.admin,
      pseudoFiles: PSEUDO_FILES,
    });
    devOpen(this.rootNs.devices[1]!);
  }

  /** A fresh namespace with a lo that is down; the host's own has no name. */
  makeNetns(name: string): Netns {
    const rng = this.rng.fork(`netns/${this.netnsCount++}`);
    const neighbours = new NeighTable(rng.fork('neigh'));
    neighbours.solicit = arpSolicit;
    neighbours.resume = (neighbour, frame) => {
      neighOutput(neighbour.dev.ns, neighbour, frame);
    };
    const frags = new FragTable();
    frags.timeExceeded = (ns, first) => {
      icmpSend(ns, first, icmp.TIME_EXCEEDED, icmp.REASSEMBLY_EXCEEDED, 0);
    };
    const ns = new Netns({
      machine: this,
      name,
      label: name === '' ? this.name : `${this.name}/${name}`,
      handlers: STACK_HANDLERS,
      sysctls: new Sysctls(name === '' ? null : this.rootNs.sysctls),
      mib: new Mib(),
      fib: new Fib(),
      routes: new RouteCache(),
      exceptions: new ExceptionTable(),
      neighbours,
      idents: new IpIdents(rng.fork('ip-id'), this.sched),
      icmpLimits: new IcmpLimits(),
      frags,
      udp: new UdpTable(rng.fork('udp')),
      tcp: new TcpTable(rng.fork('tcp')),
      ping: new PingTable(rng.fork('ping')),
      localAddresses: new Int32Table(),
    });
    ns.fib.listener = (route, isDeleted) => ns.events?.route(route, isDeleted);
    ns.fib.hashPolicy = () => ns.sysctls.fibMultipathHashPolicy;
    ns.fib.hashFields = () => ns.sysctls.fibMultipathHashFields;
    ns.fib.hashSeed = rng.fork('multipath').u32();
    ns.addDevice(new Loopback(ns));
    return ns;
  }

  /** A network card in the host's own namespace, down and without a cable. */
  addNic(name: string, mac: Mac, mtu: number): Nic {
    const nic = new Nic(this.rootNs, name, mac, mtu);
    this.rootNs.addDevice(nic);
    return nic;
  }

  /** Frames that wait on this machine: in the backlog, for a neighbour, in reassembly, in qdiscs. For a census. */
  heldFrames(): number {
    let held = this.backlog.waiting.length;
    for (const ns of [this.rootNs, ...this.namespaces.values()]) {
      held += ns.frags.heldFrames;
      for (const dev of ns.devices) if (dev?.qdisc) held += dev.qdisc.heldFrames;
      for (const neighbour of ns.neighbours.list()) held += neighbour.parked.length;
    }
    return held;
  }
}

function makeTransports(): (TransportHandler | null)[] {
  const transports = new Array<TransportHandler | null>(IP_PROTOCOL_COUNT).fill(null);
  transports[ipv4.PROTO_ICMP] = icmpTransport(pingErr);
  transports[ipv4.PROTO_IGMP] = igmpTransport;
  transports[ipv4.PROTO_TCP] = tcpTransport;
  transports[ipv4.PROTO_UDP] = udpTransport;
  return transports;
}

const STACK_HANDLERS: StackHandlers = {
  packets: { ipRcv, arpRcv },
  bridgeNetfilter,
  transports: makeTransports(),
  esp: ESP_TRANSPORT,
  linkFailure: (ns, frame) => {
    icmpSend(ns, frame, icmp.DEST_UNREACH, icmp.HOST_UNREACH, 0);
  },
  tooLong: (ns, frame, mtu) => {
    icmpSend(ns, frame, icmp.DEST_UNREACH, icmp.FRAG_NEEDED, mtu);
  },
};
