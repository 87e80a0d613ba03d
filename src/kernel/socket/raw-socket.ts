/**
 * A raw socket: AF_INET with SOCK_RAW (raw(7); Linux: net/ipv4/raw.c). It sends datagrams of one IP protocol, with the
 * kernel's header or its own, and gets a copy of every such datagram for this host, IP header included, before the
 * transport sees it.
 */
import type { Ip4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Errno } from '../errno.ts';
import type { SocketFlow } from '../ip/fnhe.ts';
import { sockMtu, updatePmtu } from '../ip/fnhe.ts';
import { entryFor, ignoresDf, sendMtu, setsDf } from '../ip/output-pmtu.ts';
import { ipLocalOut, ipSend, PMTUDISC_DONT, PMTUDISC_PROBE, PMTUDISC_WANT } from '../ip/output.ts';
import { doRedirect } from '../ip/redirect.ts';
import type { DstEntry } from '../ip/route.ts';
import {
  DST_BROADCAST,
  DST_LOCAL,
  DST_MULTICAST,
  ipRouteInput,
  ipRouteOutput,
  ipRouteOutputVia,
  routeErrno,
} from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { Waitable, Waiter } from '../proc/wait.ts';
import { WaitQueue } from '../proc/wait.ts';
import { trueSize } from '../truesize.ts';
import { RawTable } from './raw-table.ts';
import type { SocketError } from './socket-error.ts';
import { ERRORS_MAX, icmpErrno, isHardError, tooLongError } from './socket-error.ts';

export { PMTUDISC_DONT, PMTUDISC_PROBE };

/** A socket of this protocol only sends, and always with its own header. */
export const IPPROTO_RAW = 255;

const DATAGRAM_BYTES_MAX = 65_535;

export interface RawDatagram {
  /** From the IP header on. */
  readonly bytes: Uint8Array;
  readonly from: Ip4;
  /** When it reached the socket. */
  readonly timeNs: number;
}

/** An error about a datagram that this socket sent. */
export interface RawError extends SocketError {
  /** What the ICMP message quotes of the datagram behind its IP header; empty for an error found here. */
  readonly quoted: Uint8Array;
}

export class RawSocket implements Waitable {
  readonly ns: Netns;
  readonly protocol: number;
  /** 0 = any, for both; the remote one is set by `connect`. */
  localAddress: Ip4;
  remoteAddress: Ip4;
  /** SO_BINDTODEVICE; null for any. */
  device: NetDevice | null;
  /** IP_HDRINCL: what is sent begins with an IP header. */
  includesHeader: boolean;
  /** 0 = the namespace's default. */
  ttl: number;
  tos: number;
  pmtuDiscovery: number;
  /** SO_BROADCAST */
  broadcast: boolean;
  /** IP_RECVERR: every ICMP error is queued for `receiveError`; without it only hard ones count, once connected. */
  recvErr: boolean;
  /** ICMP_FILTER: bit t refuses ICMP type t; types from 32 on always pass. */
  icmpFilter: number;
  private isOpen: boolean;
  /** Identification of the next datagram once connected (inet_id). */
  private nextId: number;
  private pendingError: Errno;
  private queueBytes: number;
  private readonly queue: (RawDatagram & { readonly trueBytes: number })[];
  private readonly errors: RawError[];
  private readonly waiters: WaitQueue;

  constructor(ns: Netns, protocol: number) {
    this.ns = ns;
    this.protocol = protocol;
    this.localAddress = 0;
    this.remoteAddress = 0;
    this.device = null;
    this.includesHeader = protocol === IPPROTO_RAW;
    this.ttl = 0;
    this.tos = 0;
    this.pmtuDiscovery = ns.sysctls.ipNoPmtuDisc === 0 ? PMTUDISC_WANT : PMTUDISC_DONT;
    this.broadcast = false;
    this.recvErr = false;
    this.icmpFilter = 0;
    this.isOpen = true;
    this.nextId = 0;
    this.pendingError = '';
    this.queueBytes = 0;
    this.queue = [];
    this.errors = [];
    this.waiters = new WaitQueue();
    ns.rawSockets ??= new RawTable();
    ns.rawSockets.add(this);
  }

  /** Only datagrams to `address` are received, and it is the source of what is sent. */
  bind(address: Ip4): Errno {
    const type = address === 0 ? DST_LOCAL : ipRouteInput(this.ns, address).type;
    if (type !== DST_LOCAL && type !== DST_MULTICAST && type !== DST_BROADCAST) return 'EADDRNOTAVAIL';
    this.localAddress = address;
    return '';
  }

  /** SO_BINDTODEVICE */
  bindToDevice(name: string): Errno {
    const dev = this.ns.deviceByName(name);
    if (dev === null) return 'ENODEV';
    this.device = dev;
    return '';
  }

  /** Fixes the peer: only its datagrams are received, and hard errors are heard. */
  connect(address: Ip4): Errno {
    const dst = this.route(address);
    const errno = this.routeError(dst);
    if (errno !== '') return errno;
    this.remoteAddress = address;
    if (this.localAddress === 0) this.localAddress = dst.src;
    this.nextId = this.ns.machine.rng.below(0x1_0000);
    return '';
  }

  send(bytes: Uint8Array): Errno {
    return this.remoteAddress === 0 ? 'EDESTADDRREQ' : this.sendTo(this.remoteAddress, bytes);
  }

  /** Sends a payload, or a whole datagram with IP_HDRINCL. */
  sendTo(address: Ip4, bytes: Uint8Array): Errno {
    const dst = this.route(address);
    const errno = this.checkSend(dst, bytes.length);
    if (errno !== '') {
      this.ns.machine.stats.refused++;
      return errno;
    }
    return this.includesHeader ? this.transmitWithHeader(dst, bytes) : this.transmit(dst, bytes);
  }

  /** The oldest datagram that waits, or null. */
  receive(): RawDatagram | null {
    const next = this.queue.shift();
    if (next === undefined) return null;
    this.queueBytes -= next.trueBytes;
    return next;
  }

  /** The oldest entry of the error queue, or null; it is empty without `recvErr`. */
  receiveError(): RawError | null {
    const error = this.errors.shift();
    if (error === undefined) return null;
    // Twin of sock_dequeue_err_skb: SO_ERROR is that of the next one.
    if (error.origin === 'icmp') this.pendingError = this.errors[0]?.errno ?? '';
    return error;
  }

  /** IP_MTU: of the way to the connected peer; 0 where there is none. */
  get pathMtu(): number {
    const dst = this.route(this.remoteAddress);
    return this.remoteAddress === 0 || dst.dev === null ? 0 : sockMtu(this.ns, dst, this.flow);
  }

  /** SO_ERROR, and what the next call would fail with: '' when there is nothing. */
  takeError(): Errno {
    const errno = this.pendingError;
    this.pendingError = '';
    return errno;
  }

  /** What waits unread, for `ss`. */
  get waitingBytes(): number {
    return this.queueBytes;
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const table = this.ns.rawSockets;
    table?.remove(this);
    if (table?.isEmpty === true) this.ns.rawSockets = null;
  }

  isReady(): boolean {
    return this.queue.length > 0 || this.errors.length > 0 || this.pendingError !== '';
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }

  /** Twin of raw_v4_match. */
  isFor(protocol: number, src: Ip4, dst: Ip4, dev: NetDevice): boolean {
    if (this.protocol !== protocol) return false;
    if (this.remoteAddress !== 0 && this.remoteAddress !== src) return false;
    if (this.localAddress !== 0 && this.localAddress !== dst) return false;
    return this.device === null || this.device === dev;
  }

  /** Twin of icmp_filter: whether the filter lets the datagram pass. */
  wants(frame: Frame): boolean {
    if (this.protocol !== ipv4.PROTO_ICMP || this.icmpFilter === 0) return true;
    if (frame.l4 + icmp.HEADER_LEN > frame.tail) return false;
    const type = icmp.type(frame.slab.view, frame.l4);
    return type >= 32 || ((this.icmpFilter >>> type) & 1) === 0;
  }

  /** Takes a datagram; 0, or why it dies. The frame stays the caller's. */
  deliver(frame: Frame): 0 | typeof Drop.SOCKET_RCVBUFF {
    const trueBytes = trueSize(frame);
    const isFull = this.queueBytes + trueBytes > this.ns.sysctls.rmemDefaultBytes;
    if (isFull && this.queueBytes > 0) return Drop.SOCKET_RCVBUFF;
    const { slab, l3, tail } = frame;
    this.queue.push({
      bytes: slab.bytes.slice(l3, tail),
      from: ipv4.src(slab.view, l3),
      timeNs: this.ns.machine.sched.now,
      trueBytes,
    });
    this.queueBytes += trueBytes;
    this.waiters.wakeAll();
    return 0;
  }

  /** Twin of raw_err: `frame` is the ICMP error, the quoted IP header stands at `quoted`. */
  reportError(frame: Frame, quoted: number, type: number, code: number, info: number): void {
    const { slab } = frame;
    if (type === icmp.REDIRECT) {
      doRedirect(this.ns, frame, this.route(ipv4.dst(slab.view, quoted)));
      return;
    }
    const isFragNeeded = type === icmp.DEST_UNREACH && code === icmp.FRAG_NEEDED;
    if (isFragNeeded) updatePmtu(this.ns, this.route(ipv4.dst(slab.view, quoted)), info);
    if (type === icmp.SOURCE_QUENCH || (!this.recvErr && this.remoteAddress === 0)) return;
    const isHard = isFragNeeded ? this.pmtuDiscovery !== PMTUDISC_DONT : isHardError(type, code);
    if (!this.recvErr && !isHard) return;
    const errno = icmpErrno(type, code);
    if (this.recvErr && this.errors.length < ERRORS_MAX) {
      this.errors.push({
        errno,
        origin: 'icmp',
        type,
        code,
        info,
        offender: ipv4.src(slab.view, frame.l3),
        ttl: ipv4.ttl(slab.view, frame.l3),
        dst: ipv4.dst(slab.view, quoted),
        seq: 0,
        timeNs: this.ns.machine.sched.now,
        quoted: slab.bytes.slice(quoted + ipv4.headerLen(slab.view, quoted), frame.tail),
      });
    }
    this.pendingError = errno;
    this.waiters.wakeAll();
  }

  private route(address: Ip4): DstEntry {
    const { ns, device, localAddress } = this;
    if (device !== null) return ipRouteOutputVia(ns, address, device, localAddress);
    return ipRouteOutput(ns, address, localAddress, this.tos);
  }

  private routeError(dst: DstEntry): Errno {
    if (dst.type === DST_BROADCAST && !this.broadcast) return 'EACCES';
    return routeErrno(dst);
  }

  private checkSend(dst: DstEntry, length: number): Errno {
    const errno = this.routeError(dst);
    if (errno !== '' || dst.dev === null) return errno;
    if (this.includesHeader) {
      if (length < ipv4.HEADER_LEN) return 'EINVAL';
      if (length > dst.dev.mtu) return this.tooLong(dst, dst.dev.mtu);
      // Only here does sock_alloc_send_pskb() look at SO_ERROR.
      return this.takeError();
    }
    const total = length + ipv4.HEADER_LEN;
    if (total > DATAGRAM_BYTES_MAX) return 'EMSGSIZE';
    if (ignoresDf(this.pmtuDiscovery)) return '';
    const mtu = sendMtu(this.ns, dst, this.pmtuDiscovery, this.flow);
    return total > mtu ? this.tooLong(dst, mtu) : '';
  }

  private tooLong(dst: DstEntry, mtu: number): Errno {
    if (this.recvErr && this.errors.length < ERRORS_MAX) {
      const error = tooLongError(dst.dst, mtu, 0, this.ns.machine.sched.now);
      this.errors.push({ ...error, quoted: new Uint8Array(0) });
      this.waiters.wakeAll();
    }
    return 'EMSGSIZE';
  }

  /** What policies of IPsec look at. */
  private get flow(): SocketFlow {
    return { protocol: this.protocol, localPort: 0, remotePort: 0 };
  }

  private transmit(dst: DstEntry, payload: Uint8Array): Errno {
    const ns = this.ns;
    const total = ipv4.HEADER_LEN + payload.length;
    const frame = ns.machine.stats.take(total);
    frame.l4 = frame.l3 + ipv4.HEADER_LEN;
    frame.tail = frame.l3 + total;
    frame.slab.bytes.set(payload, frame.l4);
    if (this.protocol === ipv4.PROTO_ICMP) ns.mib.countIcmpOut(payload[0] ?? 0);
    const src = this.localAddress === 0 ? dst.src : this.localAddress;
    const hasDf = setsDf(ns, dst, this.pmtuDiscovery, total, this.flow);
    frame.ignoreDf = ignoresDf(this.pmtuDiscovery);
    const id = this.selectIdent(src, dst.dst, hasDf && !frame.ignoreDf);
    const ttl = this.ttl === 0 ? ns.sysctls.ipDefaultTtl : this.ttl;
    const way = entryFor(dst, this.pmtuDiscovery);
    return ipSend(ns, way, frame, src, this.protocol, this.tos, ttl, hasDf ? ipv4.DF : 0, id);
  }

  /** Twin of ip_select_ident: a connected socket counts by itself; else where DF holds the number serves nobody. */
  private selectIdent(src: Ip4, dst: Ip4, holdsDf: boolean): number {
    if (this.remoteAddress === 0) {
      return holdsDf ? 0 : this.ns.idents.select(src, dst, this.protocol, 1);
    }
    const id = this.nextId;
    this.nextId = (id + 1) & 0xffff;
    return id;
  }

  /** Twin of raw_send_hdrinc: fills in length, checksum, and source and identification where they are 0. */
  private transmitWithHeader(dst: DstEntry, datagram: Uint8Array): Errno {
    const ns = this.ns;
    const frame = ns.machine.stats.take(datagram.length);
    const { slab, l3 } = frame;
    slab.bytes.set(datagram, l3);
    frame.tail = l3 + datagram.length;
    const v = slab.view;
    frame.l4 = Math.min(l3 + ipv4.headerLen(v, l3), frame.tail);
    if (ipv4.protocol(v, l3) === ipv4.PROTO_ICMP) ns.mib.countIcmpOut(icmp.type(v, frame.l4));
    if (ipv4.src(v, l3) === 0) ipv4.setSrc(v, l3, this.localAddress === 0 ? dst.src : this.localAddress);
    ipv4.setTotalLen(v, l3, datagram.length);
    if (ipv4.id(v, l3) === 0) {
      const id = ns.idents.select(ipv4.src(v, l3), dst.dst, ipv4.protocol(v, l3), 1);
      ipv4.setId(v, l3, id);
    }
    ipv4.updateHeaderChecksum(slab, l3);
    // raw_send_hdrinc goes past ip_local_out, which counts requests.
    ns.mib.ipOutRequests--;
    return ipLocalOut(ns, dst, frame);
  }
}
