/**
 * A network interface (Linux: struct net_device) and the two ways through the device layer: `xmit` down, `netifReceive`
 * up. A link type is one file in kernel/dev that extends NetDevice by its `xmit`.
 */
import type { Ip4, Mac } from '../base/addr.ts';
import { macFrom, macHi, macLo } from '../base/addr.ts';
import { Drop } from '../link/drop.ts';
import type { Frame, FrameDevice } from '../link/frame.ts';
import { PACKET_BROADCAST, PACKET_HOST, PACKET_MULTICAST, PACKET_OTHERHOST } from '../link/frame.ts';
import type { Tap } from '../link/tap.ts';
import type { Direction } from '../link/trace-sink.ts';
import { RX, TX } from '../link/trace-sink.ts';
import * as ethernet from '../wire/ethernet.ts';
import { AddressList } from './dev/address-list.ts';
import { LinkAttributes } from './dev/link-attributes.ts';
import { LinkErrors } from './dev/link-errors.ts';
import type { Offload } from './dev/offload.ts';
import type { Errno } from './errno.ts';
import type { MulticastGroups } from './ip/igmp.ts';
import { nameNumber } from './name-number.ts';
import type { Netns } from './netns.ts';
import type { QdiscTree } from './qdisc/tree.ts';
import type { DevConf } from './sysctl-conf.ts';
import type { NeighParms } from './sysctl-neigh.ts';

/** An IPv4 address of an interface (Linux: struct in_ifaddr). */
export interface InterfaceAddress {
  readonly address: Ip4;
  readonly prefixLen: number;
  /** 0 when the address was given without one. */
  readonly broadcast: Ip4;
  /** RT_SCOPE_*: 0 global, 253 link, 254 host, or any other up to 255. */
  readonly scope: number;
  /** In the subnet of an address that the interface had before (IFA_F_SECONDARY). */
  readonly isSecondary: boolean;
  /** The other end of a point-to-point link; the address itself where there is none (IFA_ADDRESS). */
  readonly peer: Ip4;
  /** The interface's name, or that of an alias such as eth0:1. */
  readonly label: string;
  /** Metric of its network's route (IFA_RT_PRIORITY). */
  readonly metric: number;
  /** The route to its network is somebody else's (IFA_F_NOPREFIXROUTE). */
  readonly hasNoPrefixRoute: boolean;
  /** Not preferred any more (IFA_F_DEPRECATED). */
  readonly isDeprecated: boolean;
  /** Null for one that stays (IFA_F_PERMANENT). */
  readonly lifetime: AddressLifetime | null;
}

/** Until when an address is used; Infinity where one of the two has no end. */
export interface AddressLifetime {
  readonly validUntilNs: number;
  readonly preferredUntilNs: number;
}

/** Takes the frames of an enslaved interface before the network layer sees them (Linux: rx_handler). */
export interface RxHandler {
  /** False when the frame goes on as if nobody had asked (RX_HANDLER_PASS); else it has been taken. */
  handleFrame(frame: Frame): boolean;
}

/** 33:33:00:00:00:01, the Ethernet address of ff02::1 (RFC 2464 7). */
const ALL_NODES_MAC = macFrom(0x3333, 1);
/** Header and tag that may exceed the MTU where frames are only forwarded (Linux: is_skb_forwardable). */
const FORWARD_SLACK_BYTES = ethernet.HEADER_LEN + 4;

export type LinkKind = 'loopback' | 'ether' | 'veth' | 'bridge' | 'vxlan';

export abstract class NetDevice implements FrameDevice {
  abstract readonly kind: LinkKind;
  ns: Netns;
  name: string;
  /** The number that stands for the name where rules ask for it. */
  nameNumber: number;
  ifIndex: number;
  mtu: number;
  macHi: number;
  macLo: number;
  /** IFF_UP: an administrator's wish. */
  isUp: boolean;
  /** IFF_LOOPBACK */
  readonly isLoopback: boolean;
  /** The interface needs no ARP (IFF_NOARP). */
  noArp: boolean;
  addresses: InterfaceAddress[];
  /** net.ipv4.conf and net.ipv4.neigh of the interface: new in each namespace (Linux: struct in_device). */
  conf: DevConf;
  arpParms: NeighParms;
  readonly attributes: LinkAttributes;
  /** The bridge that the interface is a port of. */
  master: NetDevice | null;
  rxHandler: RxHandler | null;
  tap: Tap | null;
  /** Link-layer addresses that it listens to beside its own. */
  readonly unicastList: AddressList;
  readonly multicastList: AddressList;
  /** IPv4 groups; null before it is up for the first time. */
  groups: MulticastGroups | null;
  /** The queueing disciplines that somebody has put on it; null: none but its own. */
  qdisc: QdiscTree | null;
  /** What ethtool says of it; null until somebody asks. */
  offload: Offload | null;
  /** How many want all frames that reach the interface, for whomever they are; set by devSetPromiscuity. */
  promiscuity: number;
  /** One of them is the list of unicast addresses (uc_promisc). */
  isUnicastPromisc: boolean;
  /** How many want the frames for all groups. */
  allmulti: number;
  rxPackets: number;
  rxBytes: number;
  rxDropped: number;
  multicast: number;
  txPackets: number;
  txBytes: number;
  txDropped: number;
  /** What most interfaces never count; null until it happens. */
  errors: LinkErrors | null;

  constructor(ns: Netns, name: string, mac: Mac, mtu: number, isLoopback: boolean) {
    // What every frame touches comes first: it shares a few cache lines.
    this.ns = ns;
    this.isUp = false;
    this.mtu = mtu;
    this.macHi = macHi(mac);
    this.macLo = macLo(mac);
    this.rxHandler = null;
    this.tap = null;
    this.qdisc = null;
    this.conf = ns.sysctls.newConf(isLoopback);
    this.isLoopback = isLoopback;
    this.rxPackets = 0;
    this.rxBytes = 0;
    this.txPackets = 0;
    this.txBytes = 0;
    this.name = name;
    this.nameNumber = nameNumber(name);
    this.ifIndex = 0;
    this.noArp = isLoopback;
    this.addresses = [];
    this.arpParms = ns.sysctls.newNeighParms();
    this.attributes = new LinkAttributes(isLoopback);
    this.master = null;
    this.unicastList = new AddressList();
    this.multicastList = new AddressList();
    this.groups = null;
    this.offload = null;
    this.promiscuity = 0;
    this.isUnicastPromisc = false;
    this.allmulti = 0;
    this.rxDropped = 0;
    this.multicast = 0;
    this.txDropped = 0;
    this.errors = null;
    this.joinAllNodes();
  }

  /** Gives it another name, of which nobody is told. */
  rename(name: string): void {
    this.name = name;
    this.nameNumber = nameNumber(name);
  }

  /** As captures name it: `node1/eth0`, `node1/c1/eth0`. */
  get fullName(): string {
    return `${this.ns.label}/${this.name}`;
  }

  get mac(): Mac {
    return macFrom(this.macHi, this.macLo);
  }

  /** Forgets the addresses listened to, as an interface that comes to another namespace does. */
  forgetAddressLists(): void {
    this.unicastList.clear();
    this.multicastList.clear();
    this.groups?.stop();
    this.groups = null;
    this.joinAllNodes();
  }

  /** Linux joins ff02::1 when an interface is registered, whether IPv6 is used or not (ipv6_add_dev). */
  private joinAllNodes(): void {
    if (!this.isLoopback) this.multicastList.add(ALL_NODES_MAC);
  }

  /** IFF_LOWER_UP: the other end is there and up. */
  abstract get hasCarrier(): boolean;

  /** The interface is about to come up; an error number keeps it down (Linux: ndo_open). */
  open(): Errno {
    return '';
  }

  /** The interface goes down (Linux: ndo_stop). */
  stop(): void {
    return;
  }

  /** The interface leaves for good (Linux: ndo_uninit). */
  uninit(): void {
    return;
  }

  /** Where rare errors are counted. */
  countErrors(): LinkErrors {
    return (this.errors ??= new LinkErrors());
  }

  /** From when on it can take another frame: what queueing disciplines wait for. */
  get readyNs(): number {
    return 0;
  }

  /** Sends a complete frame; takes ownership (Linux: ndo_start_xmit). Call through `devQueueXmit`. */
  abstract xmit(frame: Frame): void;

  /** The device has accepted the frame: it is counted and seen by captures. */
  protected accepted(frame: Frame): void {
    this.txPackets++;
    this.txBytes += frame.tail - frame.head;
    const { ns } = this;
    if (this.tap !== null || ns.packetSockets !== null || ns.machine.stats.trace !== null) this.show(frame, TX);
  }

  /** Captures see a frame that the device sends, but does not count: it goes on as if it had not been here. */
  protected sighted(frame: Frame): void {
    const { ns } = this;
    if (this.tap !== null || ns.packetSockets !== null || ns.machine.stats.trace !== null) this.show(frame, TX);
  }

  /** The frame has reached the device: it is counted, seen by captures, and queued for the softirq. */
  protected arrived(frame: Frame): void {
    const { ns } = this;
    const { stats } = ns.machine;
    stats.hops++;
    this.rxPackets++;
    this.rxBytes += frame.tail - frame.head;
    frame.dev = this;
    if (this.tap !== null || ns.packetSockets !== null || stats.trace !== null) this.show(frame, RX);
    ns.machine.backlog.enqueue(this, frame);
  }

  /** A frame comes up that the device has made itself: seen and queued, but not counted (Linux: netif_rx). */
  protected appeared(frame: Frame): void {
    const { ns } = this;
    frame.dev = this;
    if (this.tap !== null || ns.packetSockets !== null || ns.machine.stats.trace !== null) this.show(frame, RX);
    ns.machine.backlog.enqueue(this, frame);
  }

  /** To whoever watches: a capture, packet sockets, the trace of the run. */
  private show(frame: Frame, direction: Direction): void {
    if (this.tap !== null) this.tap.onFrame(frame, direction);
    if (this.ns.packetSockets !== null) this.ns.packetSockets.onFrame(this, frame, direction);
    const { trace } = this.ns.machine.stats;
    if (trace !== null) trace.onDevice(frame, this, direction);
  }
}

/** Twin of dev_queue_xmit: hands a frame with its Ethernet header to the device. */
export function devQueueXmit(dev: NetDevice, frame: Frame): void {
  if (dev.isUp && dev.qdisc === null) dev.xmit(frame);
  else xmitOtherwise(dev, frame);
}

/** The device is down, or somebody has put a queueing discipline on it. Slow path. */
function xmitOtherwise(dev: NetDevice, frame: Frame): void {
  if (dev.isUp && dev.qdisc !== null) {
    dev.qdisc.transmit(frame);
    return;
  }
  dev.txDropped++;
  dev.ns.machine.stats.drop(frame, Drop.DEV_READY, dev);
}

/** Whether a bridge or veth may pass the frame on to `dev` (Linux: is_skb_forwardable). */
export function isForwardable(dev: NetDevice, frame: Frame): boolean {
  return dev.isUp && frame.tail - frame.head <= dev.mtu + FORWARD_SLACK_BYTES;
}

/** Twin of __netif_receive_skb_core: to the bridge, to IP or to ARP. `frame.head` stands at the Ethernet header. */
export function netifReceive(dev: NetDevice, frame: Frame): void {
  frame.l3 = frame.head + ethernet.HEADER_LEN;
  if (dev.rxHandler !== null && dev.rxHandler.handleFrame(frame)) return;
  classify(dev, frame);
  netifDeliver(dev, frame);
}

/** The same for a frame that comes up from another device, of which is known for whom it is. */
export function netifReceiveTyped(dev: NetDevice, frame: Frame): void {
  frame.l3 = frame.head + ethernet.HEADER_LEN;
  if (dev.rxHandler !== null && dev.rxHandler.handleFrame(frame)) return;
  netifDeliver(dev, frame);
}

/** Twin of deliver_skb: to the protocol of the frame's EtherType. */
function netifDeliver(dev: NetDevice, frame: Frame): void {
  const etherType = ethernet.etherType(frame.slab.view, frame.head);
  const packetSockets = dev.ns.packetSockets;
  const isSeen = packetSockets !== null && packetSockets.onProtocol(dev, frame, etherType);
  if (etherType === ethernet.ETHERTYPE_IPV4) dev.ns.handlers.packets.ipRcv(dev, frame);
  else if (etherType === ethernet.ETHERTYPE_ARP) dev.ns.handlers.packets.arpRcv(dev, frame);
  else {
    // The books do not know packet sockets, the interface's counter does.
    if (!isSeen) dev.rxDropped++;
    const isMine = frame.packetType !== PACKET_OTHERHOST;
    dev.ns.machine.stats.drop(frame, isMine ? Drop.UNHANDLED_PROTO : Drop.OTHERHOST, dev);
  }
}

/** Twin of eth_type_trans: for whom the frame is. */
function classify(dev: NetDevice, frame: Frame): void {
  const v = frame.slab.view;
  const o = frame.head;
  if (ethernet.isMulticast(v, o)) {
    frame.packetType = ethernet.isBroadcast(v, o) ? PACKET_BROADCAST : PACKET_MULTICAST;
  } else {
    const isMine = ethernet.dstLo(v, o) === dev.macLo && ethernet.dstHi(v, o) === dev.macHi;
    frame.packetType = isMine ? PACKET_HOST : PACKET_OTHERHOST;
  }
}
