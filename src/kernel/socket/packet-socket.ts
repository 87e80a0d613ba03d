/**
 * A packet socket (packet(7); Linux: net/packet/af_packet.c): whole frames of one interface or of all, seen where the
 * kernel taps them, and frames sent past the IP layer.
 *
 *   SOCK_RAW    | Ethernet header | payload …      as on the wire, both ways
 *   SOCK_DGRAM                    | payload …      the header is made on sending and taken off on receiving
 */
import type { Mac } from '../../base/addr.ts';
import { macHi, macLo } from '../../base/addr.ts';
import type { Frame, PacketType } from '../../link/frame.ts';
import { PACKET_BROADCAST, PACKET_HOST, PACKET_MULTICAST, PACKET_OTHERHOST } from '../../link/frame.ts';
import type { Direction } from '../../link/trace-sink.ts';
import { RX, TX } from '../../link/trace-sink.ts';
import * as ethernet from '../../wire/ethernet.ts';
import type { Filter } from '../../wire/filter.ts';
import { giveChecksumLook, hasChecksumLook } from '../dev/checksum-look.ts';
import { devSetPromiscuity } from '../dev/dev-ops.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import { devQueueXmit } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { Waitable, Waiter } from '../proc/wait.ts';
import { WaitQueue } from '../proc/wait.ts';
import { trueSize } from '../truesize.ts';
import { PacketTable } from './packet-table.ts';

/** Every EtherType, and what is sent as well. */
export const ETH_P_ALL = 3;
/** Type of a frame that this machine sends; the others are those of `Frame`. */
export const PACKET_OUTGOING = 4;
/** What a frame may have beyond the MTU: the header and one VLAN tag. */
const LINK_SLACK_BYTES = ethernet.HEADER_LEN;
const VLAN_TAG_BYTES = 4;

/** A frame as the socket saw it. */
export interface SeenFrame {
  /** From the Ethernet header on (SOCK_RAW) or from behind it (SOCK_DGRAM), at most `snapBytes`. */
  readonly bytes: Uint8Array;
  /** When it was sent by the device or reached it. */
  readonly atNs: number;
  readonly direction: Direction;
  readonly ifIndex: number;
  /** For whom it is, or PACKET_OUTGOING (sll_pkttype). */
  readonly packetType: PacketType | typeof PACKET_OUTGOING;
  /** Its length before `snapBytes` cut it. */
  readonly originalLength: number;
  /** sll_protocol and sll_addr */
  readonly etherType: number;
  readonly sourceMac: Mac;
}

/** PACKET_STATISTICS: counted since the last look. */
export interface PacketStatistics {
  /** Frames that matched, those that were lost included. */
  readonly packets: number;
  /** Lost because the program did not read in time. */
  readonly drops: number;
}

export class PacketSocket implements Waitable {
  readonly ns: Netns;
  readonly isRaw: boolean;
  /** EtherType, ETH_P_ALL, or 0: such a socket only sends. */
  protocol: number;
  /** Only frames of this interface; null for all. */
  device: NetDevice | null;
  /** SO_ATTACH_FILTER; null takes every frame. Looks at the whole frame, its Ethernet header included. */
  filter: Filter | null;
  /** How much of a frame is kept. */
  snapBytes: number;
  /** SO_RCVBUF, or the size of a ring: what may wait unread. */
  receiveBufferBytes: number;
  private isOpen: boolean;
  private pendingError: Errno;
  private packets: number;
  private drops: number;
  private queueBytes: number;
  private readonly queue: { readonly seen: SeenFrame; readonly trueBytes: number }[];
  private readonly waiters: WaitQueue;
  /** Where this socket keeps promiscuous mode on. */
  private readonly promiscuous: NetDevice[];

  /** Takes frames of `protocol` at once, from all interfaces until it is bound to one. */
  constructor(ns: Netns, type: 'raw' | 'dgram', protocol: number) {
    this.ns = ns;
    this.isRaw = type === 'raw';
    this.protocol = protocol;
    this.device = null;
    this.filter = null;
    this.snapBytes = 0x4_0000;
    this.receiveBufferBytes = ns.sysctls.rmemDefaultBytes;
    this.isOpen = true;
    this.pendingError = '';
    this.packets = 0;
    this.drops = 0;
    this.queueBytes = 0;
    this.queue = [];
    this.waiters = new WaitQueue();
    this.promiscuous = [];
    this.register();
  }

  /** From now on only frames of `device` (null: of all) and of `protocol`. */
  bind(device: NetDevice | null, protocol = this.protocol): Errno {
    this.unregister();
    this.device = device;
    this.protocol = protocol;
    this.register();
    if (device?.isUp === false) this.fail('ENETDOWN');
    return '';
  }

  /** PACKET_ADD_MEMBERSHIP with PACKET_MR_PROMISC: until the socket closes, `device` takes all frames. */
  addPromiscuous(device: NetDevice): void {
    devSetPromiscuity(device, 1);
    this.promiscuous.push(device);
  }

  /** SOCK_RAW: sends a frame as given, by the bound interface or by `device`. */
  send(bytes: Uint8Array, device: NetDevice | null = this.device): Errno {
    const errno = this.checkSend(device, bytes.length, ethernet.HEADER_LEN);
    if (errno !== '' || device === null) return this.refuse(errno);
    this.transmit(device, bytes, 0, 0, 0);
    return '';
  }

  /** SOCK_DGRAM: sends a payload to a MAC address. */
  sendTo(payload: Uint8Array, device: NetDevice, destination: Mac, protocol = this.protocol): Errno {
    const errno = this.checkSend(device, payload.length + ethernet.HEADER_LEN, 0);
    if (errno !== '') return this.refuse(errno);
    this.transmit(device, payload, macHi(destination), macLo(destination), protocol);
    return '';
  }

  /** The oldest frame that waits, or null. */
  receive(): SeenFrame | null {
    const next = this.queue.shift();
    if (next === undefined) return null;
    this.queueBytes -= next.trueBytes;
    return next.seen;
  }

  /** SO_ERROR: the interface went down (ENETDOWN) or away (ENODEV); '' when there is nothing. */
  takeError(): Errno {
    const errno = this.pendingError;
    this.pendingError = '';
    return errno;
  }

  /** PACKET_STATISTICS; starts counting afresh. */
  statistics(): PacketStatistics {
    const counts = { packets: this.packets, drops: this.drops };
    this.packets = 0;
    this.drops = 0;
    return counts;
  }

  /** What waits unread, for `ss`. */
  get waitingBytes(): number {
    return this.queueBytes;
  }

  close(): void {
    this.unregister();
    this.isOpen = false;
    for (const device of this.promiscuous.splice(0)) devSetPromiscuity(device, -1);
  }

  isReady(): boolean {
    return this.queue.length > 0 || this.pendingError !== '';
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }

  isBoundTo(dev: NetDevice): boolean {
    return this.device === null || this.device === dev;
  }

  /** A frame passes `dev`. It stays the caller's. */
  onFrame(dev: NetDevice, frame: Frame, direction: Direction): void {
    if (!this.isBoundTo(dev)) return;
    const packetType = direction === TX ? PACKET_OUTGOING : packetTypeAt(dev, frame);
    // A network card lets frames for others pass in promiscuous mode only.
    if (packetType === PACKET_OTHERHOST && dev.kind === 'ether' && dev.promiscuity === 0) return;
    this.take(dev, frame, direction, packetType);
  }

  /** A received frame of `etherType`, whose type is known; true when it is this socket's. It stays the caller's. */
  onProtocol(dev: NetDevice, frame: Frame, etherType: number): boolean {
    if (this.protocol !== etherType || !this.isBoundTo(dev)) return false;
    this.take(dev, frame, RX, frame.packetType);
    return true;
  }

  deviceDown(dev: NetDevice, isGone: boolean): void {
    if (this.device !== dev) return;
    this.fail(isGone ? 'ENODEV' : 'ENETDOWN');
  }

  private fail(errno: Errno): void {
    this.pendingError = errno;
    this.waiters.wakeAll();
  }

  private register(): void {
    if (this.protocol === 0) return;
    this.ns.packetSockets ??= new PacketTable();
    this.ns.packetSockets.add(this, this.protocol === ETH_P_ALL);
  }

  private unregister(): void {
    const table = this.ns.packetSockets;
    if (table === null || !this.isOpen) return;
    table.remove(this);
    if (table.isEmpty) this.ns.packetSockets = null;
  }

  /** Twin of packet_rcv. */
  private take(dev: NetDevice, frame: Frame, direction: Direction, packetType: SeenFrame['packetType']): void {
    const { slab, head, tail } = frame;
    if (this.filter?.matches(slab.view, head, tail) === false) return;
    this.packets++;
    const trueBytes = trueSize(frame);
    if (this.queueBytes > 0 && this.queueBytes + trueBytes > this.receiveBufferBytes) {
      this.drops++;
      return;
    }
    const start = this.isRaw ? head : Math.min(head + ethernet.HEADER_LEN, tail);
    const bytes = slab.bytes.slice(start, Math.min(tail, start + this.snapBytes));
    if (this.isRaw && hasChecksumLook(dev, direction)) giveChecksumLook(dev, bytes);
    const seen: SeenFrame = {
      bytes,
      atNs: this.ns.machine.sched.now,
      direction,
      ifIndex: dev.ifIndex,
      packetType,
      originalLength: tail - start,
      etherType: ethernet.etherType(slab.view, head),
      sourceMac: ethernet.src(slab.view, head),
    };
    this.queue.push({ seen, trueBytes });
    this.queueBytes += trueBytes;
    this.waiters.wakeAll();
  }

  /** Twin of packet_snd's checks; `lengthMin` is what the program has to give itself. */
  private checkSend(device: NetDevice | null, frameBytes: number, lengthMin: number): Errno {
    if (this.pendingError !== '') return this.takeError();
    if (device === null) return 'ENXIO';
    if (!device.isUp) return 'ENETDOWN';
    if (frameBytes < lengthMin) return 'EINVAL';
    const mostBytes = device.mtu + LINK_SLACK_BYTES;
    return frameBytes > mostBytes + VLAN_TAG_BYTES ? 'EMSGSIZE' : '';
  }

  private refuse(errno: Errno): Errno {
    this.ns.machine.stats.refused++;
    return errno;
  }

  /** Hands the bytes to the device; with a protocol (not 0) behind an Ethernet header from the device's address. */
  private transmit(device: NetDevice, bytes: Uint8Array, dstHi: number, dstLo: number, protocol: number): void {
    const headerBytes = protocol === 0 ? 0 : ethernet.HEADER_LEN;
    const frame = this.ns.machine.stats.take(Math.max(bytes.length + headerBytes - ethernet.HEADER_LEN, 0));
    const { slab } = frame;
    frame.head = frame.l3 - ethernet.HEADER_LEN;
    frame.tail = frame.head + headerBytes + bytes.length;
    if (protocol !== 0) {
      ethernet.writeHeader(slab.view, frame.head, dstHi, dstLo, device.macHi, device.macLo, protocol);
    }
    slab.bytes.set(bytes, frame.head + headerBytes);
    const table = this.ns.packetSockets;
    if (table === null) devQueueXmit(device, frame);
    else {
      table.sendAs(this, () => {
        devQueueXmit(device, frame);
      });
    }
  }
}

/** Twin of eth_type_trans, for a frame that the stack has not looked at yet. */
function packetTypeAt(dev: NetDevice, frame: Frame): PacketType {
  const v = frame.slab.view;
  const o = frame.head;
  if (ethernet.isMulticast(v, o)) return ethernet.isBroadcast(v, o) ? PACKET_BROADCAST : PACKET_MULTICAST;
  const isMine = ethernet.dstLo(v, o) === dev.macLo && ethernet.dstHi(v, o) === dev.macHi;
  return isMine ? PACKET_HOST : PACKET_OTHERHOST;
}
