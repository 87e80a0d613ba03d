/**
 * A network namespace: the record of all tables that one instance of the network stack has (Linux: struct net).
 * No behaviour lives here; each table belongs to the file that works on it.
 */
import { assert } from '../base/assert.ts';
import type { Int32Table } from '../base/table.ts';
import type { Rng } from '../sim/rng.ts';
import type { EventSource, Scheduler } from '../sim/scheduler.ts';
import type { Timer } from '../sim/timer.ts';
import type { Frame } from '../link/frame.ts';
import type { FrameStats } from '../link/frame-stats.ts';
import type { Backlog } from './backlog.ts';
import type { BridgeNetfilter } from './dev/bridge-nf.ts';
import type { VxlanNet } from './dev/vxlan-sock.ts';
import type { NetnsEvents } from './events/netns-events.ts';
import type { Fib } from './ip/fib-frontend.ts';
import type { ExceptionTable } from './ip/fnhe.ts';
import type { IcmpLimits } from './ip/icmp-limits.ts';
import type { IpIdents } from './ip/ip-id.ts';
import type { NeighTable } from './ip/neigh.ts';
import type { FragTable } from './ip/reassembly.ts';
import type { RouteCache } from './ip/route.ts';
import type { NetDevice } from './netdev.ts';
import type { KernelLog } from './kernel-log.ts';
import type { Conntrack } from './nf/conntrack/conntrack.ts';
import type { NfHooks } from './nf/hooks.ts';
import type { Nat } from './nf/nat/nat.ts';
import type { NfTables } from './nf/table.ts';
import type { PacketTable } from './socket/packet-table.ts';
import type { PingTable } from './socket/ping-table.ts';
import type { RawTable } from './socket/raw-table.ts';
import type { TcpTable } from './socket/tcp/tcp-table.ts';
import type { UdpTable } from './socket/udp-table.ts';
import type { Mib } from './mib.ts';
import type { QdiscHandles } from './qdisc/handles.ts';
import type { Sysctls } from './sysctl.ts';
import type { EspKey } from './xfrm/esp-keys.ts';
import type { Xfrm } from './xfrm/xfrm.ts';

/** What all namespaces of a machine share. */
export interface Machine {
  readonly name: string;
  readonly sched: Scheduler;
  readonly source: EventSource;
  readonly rng: Rng;
  readonly stats: FrameStats;
  readonly backlog: Backlog;
  /** Unix time at virtual time 0. */
  readonly epochSeconds: number;
  readonly observer: DeviceObserver | null;
  /** What is set up now has been there for long when the run begins: nobody is told of it. */
  readonly isBooting: boolean;
  /** Namespaces by their `ip netns` name, the oldest first. */
  readonly namespaces: ReadonlyMap<string, Netns>;
  readonly qdiscHandles: QdiscHandles;
  readonly log: KernelLog;
  /** Modules that somebody has loaded. */
  readonly modules: Set<string>;
  /** Every security association that it has had, the oldest first: with them captures can be read. */
  readonly espKeys: EspKey[];
}

/** Told when an interface begins or ceases to carry frames under its present name: captures hang on this. */
export interface DeviceObserver {
  deviceUp(dev: NetDevice): void;
  deviceDown(dev: NetDevice): void;
}

/** Who takes a frame from the device layer, by EtherType (Linux: packet_type, dev_add_pack). */
export interface PacketHandlers {
  ipRcv(dev: NetDevice, frame: Frame): void;
  arpRcv(dev: NetDevice, frame: Frame): void;
}

/** A transport protocol above IP (Linux: struct net_protocol, inet_add_protocol). */
export interface TransportHandler {
  /** A whole datagram for this host; `frame.l4` stands at the transport header. */
  receive(ns: Netns, dev: NetDevice, frame: Frame): void;
  /** An ICMP error about a datagram that this host sent; the quoted IP header stands at `quoted`. */
  error(ns: Netns, frame: Frame, quoted: number, type: number, code: number, info: number): void;
}

/** Upward calls that the composition root wires, so that no file has to import what lies above it. */
export interface StackHandlers {
  readonly packets: PacketHandlers;
  readonly bridgeNetfilter: BridgeNetfilter;
  /** Indexed by IP protocol number. */
  readonly transports: readonly (TransportHandler | null)[];
  /** ESP, once the machine has had a security association. */
  readonly esp: TransportHandler;
  /** A parked frame whose neighbour could not be resolved (Linux: dst_link_failure). The frame stays the caller's. */
  linkFailure(ns: Netns, frame: Frame): void;
  /** A frame with DF that the way does not take (Linux: ip_fragment). The frame stays the caller's. */
  tooLong(ns: Netns, frame: Frame, mtu: number): void;
}

export class Netns {
  readonly machine: Machine;
  /** Name for `ip netns`; empty for the host's own. */
  readonly name: string;
  /** What captures write before the interface's name: `node1`, `node1/c1`. */
  label: string;
  readonly handlers: StackHandlers;
  readonly sysctls: Sysctls;
  readonly mib: Mib;
  /** By ifindex; null where a device went away. */
  readonly devices: (NetDevice | null)[];
  readonly fib: Fib;
  /** Answers of the routing tables, kept until `routeGeneration` moves on. */
  readonly routes: RouteCache;
  /** What was learned about single destinations beside their routes. */
  readonly exceptions: ExceptionTable;
  readonly neighbours: NeighTable;
  readonly idents: IpIdents;
  readonly icmpLimits: IcmpLimits;
  readonly frags: FragTable;
  readonly udp: UdpTable;
  readonly tcp: TcpTable;
  readonly ping: PingTable;
  /** Null while no packet socket is open: all that plain traffic asks. */
  packetSockets: PacketTable | null;
  /** Null while nobody has registered with netfilter. */
  netfilter: NfHooks | null;
  /** The rules of iptables; null while nobody has asked for a table. */
  rules: NfTables | null;
  /** What ip6tables has made; there are no packets that could meet it. */
  ip6Rules: NfTables | null;
  /** Null until a rule needs to know connections. */
  conntrack: Conntrack | null;
  nat: Nat | null;
  /** Policies and associations of IPsec; null until there is one. */
  xfrm: Xfrm | null;
  /** Null while no raw socket is open. */
  rawSockets: RawTable | null;
  /** This namespace's own addresses, each with the number of interfaces that have it. */
  readonly localAddresses: Int32Table;
  /** Numbers by which this namespace speaks of others (Linux: net.netns_ids). */
  readonly netnsIds: Map<Netns, number>;
  /** Who wants to know what changes here; null while nobody does. */
  events: NetnsEvents | null;
  /** The VXLAN devices that were made here; null before the first. */
  vxlan: VxlanNet | null;
  /** The name is not in /run/netns: tools do not list it. */
  isHidden: boolean;
  /** Ends the lifetimes of addresses; null while no address has one. */
  addressTimer: Timer | null;
  /** Highest ifindex given out so far; an index is not used again. */
  private ifIndexMax: number;

  constructor(tables: NetnsTables) {
    // What every frame touches comes first: it shares a few cache lines.
    this.machine = tables.machine;
    this.mib = tables.mib;
    this.fib = tables.fib;
    this.routes = tables.routes;
    this.packetSockets = null;
    this.netfilter = null;
    this.xfrm = null;
    this.handlers = tables.handlers;
    this.rawSockets = null;
    this.udp = tables.udp;
    this.tcp = tables.tcp;
    this.sysctls = tables.sysctls;
    this.name = tables.name;
    this.label = tables.label;
    this.devices = [];
    this.exceptions = tables.exceptions;
    this.neighbours = tables.neighbours;
    this.idents = tables.idents;
    this.icmpLimits = tables.icmpLimits;
    this.frags = tables.frags;
    this.ping = tables.ping;
    this.localAddresses = tables.localAddresses;
    this.netnsIds = new Map();
    this.events = null;
    this.vxlan = null;
    this.isHidden = false;
    this.rules = null;
    this.ip6Rules = null;
    this.conntrack = null;
    this.nat = null;
    this.addressTimer = null;
    this.ifIndexMax = 0;
    this.sysctls.owner = this;
  }

  /** What was decided by other settings is decided anew. */
  flushRoutes(): void {
    this.routes.flush();
  }

  /** The interface of that name, or null. */
  deviceByName(name: string): NetDevice | null {
    for (const dev of this.devices) if (dev?.name === name) return dev;
    for (const dev of this.devices) if (dev?.attributes.altNames.includes(name) === true) return dev;
    return null;
  }

  /**
   * Puts a device into the namespace. A device that moves keeps its ifindex where it is free, a new one (ifIndex 0)
   * gets the next (Linux: dev_new_index, list_netdevice).
   */
  addDevice(dev: NetDevice): void {
    assert(this.deviceByName(dev.name) === null, 'interface names are unique in a namespace');
    if (dev.ifIndex === 0 || this.hasIndex(dev.ifIndex)) dev.ifIndex = this.newIndex();
    while (this.devices.length <= dev.ifIndex) this.devices.push(null);
    dev.ns = this;
    dev.conf = this.sysctls.newConf(dev.isLoopback);
    dev.arpParms = this.sysctls.newNeighParms();
    this.devices[dev.ifIndex] = dev;
  }

  /** Twin of dev_new_index: the number after the last one given out, that no interface has. */
  newIndex(): number {
    do this.ifIndexMax++;
    while (this.hasIndex(this.ifIndexMax));
    return this.ifIndexMax;
  }

  removeDevice(dev: NetDevice): void {
    assert(this.devices[dev.ifIndex] === dev, 'the device is in this namespace');
    this.devices[dev.ifIndex] = null;
  }

  /** The interfaces in the order of their indexes. */
  listDevices(): NetDevice[] {
    return this.devices.filter((dev): dev is NetDevice => dev !== null);
  }

  private hasIndex(ifIndex: number): boolean {
    return ifIndex < this.devices.length && this.devices[ifIndex] !== null;
  }
}

/** The parts of a namespace, made by the composition root. */
export type NetnsTables = Pick<
  Netns,
  | 'machine'
  | 'name'
  | 'label'
  | 'handlers'
  | 'sysctls'
  | 'mib'
  | 'fib'
  | 'routes'
  | 'exceptions'
  | 'neighbours'
  | 'idents'
  | 'icmpLimits'
  | 'frags'
  | 'udp'
  | 'tcp'
  | 'ping'
  | 'localAddresses'
>;
