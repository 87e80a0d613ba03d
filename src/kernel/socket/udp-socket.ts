/**
 * A UDP socket (RFC 768; Linux: udp_sendmsg, udp_recvmsg). Datagrams go out at once; what arrives waits in a bounded
 * queue for the program, or goes straight to a sink that has no program's overhead.
 */
import type { Ip4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame, FrameAccount } from '../../link/frame.ts';
import { sumBytes, sumPseudoHeader } from '../../wire/checksum.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as udp from '../../wire/udp.ts';
import type { Errno } from '../errno.ts';
import type { SocketFlow } from '../ip/fnhe.ts';
import { updatePmtu } from '../ip/fnhe.ts';
import type { OutgoingOptions } from '../ip/ip-options-echo.ts';
import { firstHopOf, ipSendOptions, readSocketOptions } from '../ip/output-options.ts';
import { entryFor, ignoresDf, sendMtu, setsDf } from '../ip/output-pmtu.ts';
import { ipSend, PMTUDISC_DO, PMTUDISC_DONT, PMTUDISC_WANT } from '../ip/output.ts';
import type { DstEntry } from '../ip/route.ts';
import {
  DST_BROADCAST,
  DST_LOCAL,
  DST_MULTICAST,
  DST_UNICAST,
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
import type { SocketError } from './socket-error.ts';
import { ERRORS_MAX, isHardError, tooLongError } from './socket-error.ts';
import { SocketGroups } from './udp-groups.ts';

/** How well a socket fits: its address counts most, then its peer, then its interface. */
const SCORE_ADDRESS = 16;
const SCORE_PEER = 8;
const SCORE_DEVICE = 4;

/** Least that SO_RCVBUF leaves. */
const SOCK_MIN_RCVBUF = 2304;

/** Largest payload that fits an IP datagram. */
const PAYLOAD_BYTES_MAX = 65_535 - ipv4.HEADER_LEN - udp.HEADER_LEN;

export interface Datagram {
  readonly from: Ip4;
  readonly fromPort: number;
  readonly payload: Uint8Array;
  /** With which it came (IP_RECVTTL). */
  readonly ttl: number;
  /** When it reached the socket. */
  readonly timeNs: number;
}

/** Takes datagrams from a socket in the instant of their arrival: load generators, not programs. */
export interface DatagramSink {
  /** `frame.l4` stands at the UDP header; the frame stays the socket's. */
  onDatagram(frame: Frame): void;
}

/** Takes whole datagrams out of a socket: a tunnel of the kernel (Linux: encap_rcv, encap_err_lookup). */
export interface UdpEncap {
  /** `frame.l4` stands at the UDP header. Takes ownership. */
  receive(ns: Netns, dev: NetDevice, frame: Frame): void;
  /** Whether the datagram that an ICMP error quotes, with its UDP header at `quotedUdp`, is one of the tunnel's. */
  hasSent(frame: Frame, quotedUdp: number): boolean;
}

/** Which process has a socket, for `ss -p`. */
export interface SocketOwner {
  readonly name: string;
  readonly pid: number;
  /** Its number in the process; 3, the first after the standard ones, when left out. */
  readonly descriptor?: number;
}

export class UdpSocket implements Waitable {
  readonly ns: Netns;
  /** The process that opened it; null for load generators. */
  owner: SocketOwner | null;
  /** What datagrams must be sent to for this socket to get them; 0 = any (inet_rcv_saddr). */
  localAddress: Ip4;
  localPort: number;
  remoteAddress: Ip4;
  remotePort: number;
  isConnected: boolean;
  /** 0 = the namespace's default. */
  ttl: number;
  tos: number;
  pmtuDiscovery: number;
  broadcast: boolean;
  /** SO_REUSEADDR: may share its port with other sockets that say so, too. */
  reuseAddress: boolean;
  /**
   * IP_RECVERR: every ICMP error is queued for `receiveError`; without it only hard ones count, on connected sockets.
   */
  recvErr: boolean;
  sink: DatagramSink | null;
  /** The tunnel that it belongs to; null nearly always. */
  encap: UdpEncap | null;
  /** Whose books this socket's frames stand in; null for programs. */
  account: FrameAccount | null;
  /** IP_MULTICAST_TTL: groups are not left to `ttl`. */
  multicastTtl: number;
  /** How much may wait unread (sk_rcvbuf). */
  rcvbufBytes: number;
  private boundDevice: NetDevice | null;
  /** IP_OPTIONS */
  private options: OutgoingOptions | null;
  private groups: SocketGroups | null;
  private isBound: boolean;
  /** Source of datagrams; 0 = by the route (inet_saddr). */
  private sourceAddress: Ip4;
  private dst: DstEntry | null;
  /** Identification of a connected socket's next datagram (inet_id). */
  private nextId: number;
  /** What the frames of a connected socket hash to (sk_txhash). */
  private txHash: number;
  private pendingError: Errno;
  private queueBytes: number;
  private readonly queue: (Datagram & { readonly trueBytes: number })[];
  private readonly errors: SocketError[];
  private readonly waiters: WaitQueue;

  constructor(ns: Netns) {
    this.ns = ns;
    this.owner = null;
    this.localAddress = 0;
    this.localPort = 0;
    this.remoteAddress = 0;
    this.remotePort = 0;
    this.isConnected = false;
    this.ttl = 0;
    this.tos = 0;
    this.pmtuDiscovery = ns.sysctls.ipNoPmtuDisc === 0 ? PMTUDISC_WANT : PMTUDISC_DONT;
    this.broadcast = false;
    this.reuseAddress = false;
    this.recvErr = false;
    this.sink = null;
    this.encap = null;
    this.account = null;
    this.multicastTtl = 1;
    this.rcvbufBytes = ns.sysctls.rmemDefaultBytes;
    this.boundDevice = null;
    this.options = null;
    this.groups = null;
    this.isBound = false;
    this.sourceAddress = 0;
    this.dst = null;
    this.nextId = 0;
    this.txHash = 0;
    this.pendingError = '';
    this.queueBytes = 0;
    this.queue = [];
    this.errors = [];
    this.waiters = new WaitQueue();
  }

  /** `port` 0 takes a free one of the ephemeral range; `address` 0 is any, a broadcast is what is listened to. */
  bind(address: Ip4, port: number): Errno {
    if (this.isBound) return 'EINVAL';
    const type = address === 0 ? DST_LOCAL : ipRouteInput(this.ns, address).type;
    if (type !== DST_LOCAL && type !== DST_BROADCAST && type !== DST_MULTICAST) return 'EADDRNOTAVAIL';
    const { ipLocalPortMin, ipLocalPortMax } = this.ns.sysctls;
    const chosen =
      port === 0 ? this.ns.udp.ephemeralPort(address, ipLocalPortMin, ipLocalPortMax, this.boundDevice) : port;
    if (chosen === 0 || !this.ns.udp.isFree(address, chosen, this.reuseAddress, this.boundDevice)) return 'EADDRINUSE';
    this.localAddress = address;
    this.sourceAddress = type === DST_LOCAL ? address : 0;
    this.localPort = chosen;
    this.isBound = true;
    this.ns.udp.add(this);
    return '';
  }

  /** IP_ADD_MEMBERSHIP: `name` '' leaves the interface to the route. */
  joinGroup(group: Ip4, name: string): Errno {
    this.groups ??= new SocketGroups(this.ns);
    return this.groups.join(group, name);
  }

  /** IP_DROP_MEMBERSHIP */
  leaveGroup(group: Ip4, name: string): Errno {
    return this.groups === null ? 'EADDRNOTAVAIL' : this.groups.leave(group, name);
  }

  /** IP_OPTIONS */
  setOptions(bytes: Uint8Array): Errno {
    const options = readSocketOptions(this.ns, bytes);
    if (options === null) return 'EINVAL';
    this.options = bytes.length === 0 ? null : options;
    return '';
  }

  /** SO_BINDTODEVICE: leaves by it, and hears only what comes by it. */
  bindToDevice(name: string): Errno {
    const dev = this.ns.deviceByName(name);
    if (dev === null) return 'ENODEV';
    this.boundDevice = dev;
    return '';
  }

  /** SO_RCVBUF in bytes, as a program gives it: the kernel doubles it. */
  setReceiveBuffer(bytes: number): void {
    this.rcvbufBytes = Math.max(Math.min(bytes, this.ns.sysctls.rmemMaxBytes) * 2, SOCK_MIN_RCVBUF);
  }

  /** Fixes the peer: only its datagrams are received, and the IP ids count on their own. */
  connect(address: Ip4, port: number): Errno {
    const dst = this.route(address);
    const errno = this.routeError(dst);
    if (errno !== '') return errno;
    if (!this.isBound) {
      const bound = this.bind(0, 0);
      if (bound !== '') return bound;
    }
    if (this.localAddress === 0) this.localAddress = dst.src;
    if (this.sourceAddress === 0) this.sourceAddress = dst.src;
    this.remoteAddress = address;
    this.remotePort = port;
    this.isConnected = true;
    this.dst = dst;
    this.nextId = this.ns.machine.rng.below(0x1_0000);
    this.txHash = this.ns.udp.nextTxHash();
    return '';
  }

  /** To the connected peer. */
  send(payload: Uint8Array): Errno {
    if (!this.isConnected) return 'EDESTADDRREQ';
    return this.transmit(this.connectedRoute(), this.remoteAddress, this.remotePort, payload, -1);
  }

  /**
   * To the connected peer, for senders whose payload hardly changes: `payloadSum` is the folded one's-complement sum
   * of the payload. Hot path.
   */
  sendSummed(payload: Uint8Array, payloadSum: number): Errno {
    return this.transmit(this.connectedRoute(), this.remoteAddress, this.remotePort, payload, payloadSum);
  }

  sendTo(address: Ip4, port: number, payload: Uint8Array): Errno {
    if (port === 0) return 'EINVAL';
    if (!this.isBound) {
      const errno = this.bind(0, 0);
      if (errno !== '') return errno;
    }
    return this.transmit(this.route(address), address, port, payload, -1);
  }

  /** The oldest datagram that waits, or null. */
  receive(): Datagram | null {
    const next = this.queue.shift();
    if (next === undefined) return null;
    this.queueBytes -= next.trueBytes;
    return next;
  }

  /** The oldest entry of the error queue, or null; it is empty without `recvErr`. */
  receiveError(): SocketError | null {
    const error = this.errors.shift();
    if (error === undefined) return null;
    // Twin of sock_dequeue_err_skb: what the next call fails with is the next entry.
    const next = this.errors[0];
    if (next?.origin === 'icmp') this.pendingError = next.errno;
    else if (error.origin === 'icmp') this.pendingError = '';
    return error;
  }

  /** SO_ERROR, and what the next call would fail with: '' when there is nothing. */
  takeError(): Errno {
    const errno = this.pendingError;
    this.pendingError = '';
    return errno;
  }

  /** What waits unread, as SO_RCVBUF counts it. */
  get waitingBytes(): number {
    return this.queueBytes;
  }

  close(): void {
    if (this.isBound) this.ns.udp.remove(this);
    this.groups?.leaveAll();
    this.isBound = false;
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

  /** SO_BINDTODEVICE; null for none. */
  get device(): NetDevice | null {
    return this.boundDevice;
  }

  /** How well the socket fits a datagram; -1 for not at all (Linux: compute_score). */
  score(src: Ip4, srcPort: number, dst: Ip4, dev: NetDevice | null): number {
    if (this.localAddress !== 0 && this.localAddress !== dst) return -1;
    let score = this.localAddress === 0 ? 0 : SCORE_ADDRESS;
    if (this.boundDevice !== null) {
      if (this.boundDevice !== dev) return -1;
      score += SCORE_DEVICE;
    }
    if (!this.isConnected) return score;
    return this.remoteAddress === src && this.remotePort === srcPort ? score + SCORE_PEER : -1;
  }

  /** Takes a datagram whose checks are done; 0, or why it dies. The frame stays the caller's. */
  deliver(frame: Frame): 0 | typeof Drop.SOCKET_RCVBUFF {
    if (this.sink !== null) {
      this.sink.onDatagram(frame);
      return 0;
    }
    const trueBytes = trueSize(frame);
    const isFull = this.queueBytes + trueBytes > this.rcvbufBytes;
    if (isFull && this.queueBytes > 0) return Drop.SOCKET_RCVBUFF;
    const slab = frame.slab;
    this.queue.push({
      from: ipv4.src(slab.view, frame.l3),
      fromPort: udp.srcPort(slab.view, frame.l4),
      payload: slab.bytes.slice(frame.l4 + udp.HEADER_LEN, frame.tail),
      ttl: ipv4.ttl(slab.view, frame.l3),
      timeNs: this.ns.machine.sched.now,
      trueBytes,
    });
    this.queueBytes += trueBytes;
    this.waiters.wakeAll();
    return 0;
  }

  /** An ICMP error about one of this socket's datagrams (the end of udp_err). */
  reportError(error: SocketError): void {
    if (error.type === icmp.DEST_UNREACH && error.code === icmp.FRAG_NEEDED) {
      updatePmtu(this.ns, this.route(error.dst), error.info);
      if (this.pmtuDiscovery === PMTUDISC_DONT) return;
    }
    if (this.recvErr) {
      if (this.errors.length < ERRORS_MAX) this.errors.push(error);
    } else if (!this.isConnected || !isHardError(error.type, error.code)) return;
    this.pendingError = error.errno;
    this.waiters.wakeAll();
  }

  private connectedRoute(): DstEntry {
    const dst = this.dst;
    if (dst !== null && dst.generation === this.ns.routes.generation) return dst;
    return (this.dst = this.route(this.remoteAddress));
  }

  private route(address: Ip4): DstEntry {
    if (this.boundDevice !== null) return ipRouteOutputVia(this.ns, address, this.boundDevice, this.localAddress);
    return ipRouteOutput(this.ns, address, this.localAddress, this.tos);
  }

  private routeError(dst: DstEntry): Errno {
    if (dst.type === DST_UNICAST || dst.type === DST_LOCAL) return '';
    if (dst.type === DST_BROADCAST) return this.broadcast ? '' : 'EACCES';
    const errno = routeErrno(dst);
    if (errno === 'ENETUNREACH') this.ns.mib.ipOutNoRoutes++;
    return errno;
  }

  private transmit(dst: DstEntry, address: Ip4, port: number, payload: Uint8Array, payloadSum: number): Errno {
    if (this.options !== null) return this.transmitWithOptions(this.options, address, port, payload);
    const length = payload.length;
    const errno = this.checkSend(dst, length, port);
    if (errno !== '') {
      this.ns.machine.stats.refused++;
      return errno;
    }
    const ns = this.ns;
    const frame = ns.machine.stats.take(ipv4.HEADER_LEN + udp.HEADER_LEN + length);
    if (this.account !== null) ns.machine.stats.charge(frame, this.account);
    const slab = frame.slab;
    const l4 = frame.l3 + ipv4.HEADER_LEN;
    frame.l4 = l4;
    frame.tail = l4 + udp.HEADER_LEN + length;
    slab.bytes.set(payload, l4 + udp.HEADER_LEN);
    const src = this.sourceAddress === 0 ? dst.src : this.sourceAddress;
    this.writeUdpHeader(frame, src, dst.dst, port, payloadSum);
    frame.hasGoodSum = true;
    frame.hash = this.txHash;
    const hasDf = this.setsDf(dst, frame.tail - frame.l3, port);
    frame.ignoreDf = ignoresDf(this.pmtuDiscovery);
    ns.mib.udpOutDatagrams++;
    const isUsual = this.ttl === 0 && dst.type !== DST_MULTICAST;
    const ttl = isUsual ? ns.sysctls.ipDefaultTtl : this.ttlTo(dst);
    const id = this.selectId(src, dst, hasDf);
    const way = dst.hasOwnMtu ? entryFor(dst, this.pmtuDiscovery) : dst;
    return this.sent(ipSend(ns, way, frame, src, ipv4.PROTO_UDP, this.tos, ttl, hasDf ? ipv4.DF : 0, id));
  }

  /** What netfilter did not let go does not count as sent. */
  private sent(errno: Errno): Errno {
    if (errno !== '') this.ns.mib.udpOutDatagrams--;
    return errno;
  }

  /** Nearly all sockets send with DF what fits the interface. */
  private setsDf(dst: DstEntry, totalBytes: number, port: number): boolean {
    const isUsual = this.pmtuDiscovery === PMTUDISC_WANT && !dst.hasOwnMtu && this.ns.xfrm === null;
    if (isUsual) return totalBytes <= dst.dev!.mtu;
    return setsDf(this.ns, dst, this.pmtuDiscovery, totalBytes, this.flowTo(port));
  }

  /** What policies of IPsec look at. Slow path. */
  private flowTo(remotePort: number): SocketFlow {
    return { protocol: ipv4.PROTO_UDP, localPort: this.localPort, remotePort };
  }

  private ttlTo(dst: DstEntry): number {
    if (dst.type === DST_MULTICAST) return this.multicastTtl;
    return this.ttl === 0 ? this.ns.sysctls.ipDefaultTtl : this.ttl;
  }

  /** The same behind a header with options. Slow path. */
  private transmitWithOptions(options: OutgoingOptions, address: Ip4, port: number, payload: Uint8Array): Errno {
    const ns = this.ns;
    const { optlen } = options.opt;
    const dst = this.route(firstHopOf(options, address));
    const errno = this.checkSend(dst, payload.length + optlen, port);
    if (errno !== '') {
      ns.machine.stats.refused++;
      return errno;
    }
    const frame = ns.machine.stats.take(ipv4.HEADER_LEN + optlen + udp.HEADER_LEN + payload.length);
    frame.l4 = frame.l3 + ipv4.HEADER_LEN + optlen;
    frame.tail = frame.l4 + udp.HEADER_LEN + payload.length;
    frame.slab.bytes.set(payload, frame.l4 + udp.HEADER_LEN);
    const src = this.sourceAddress === 0 ? dst.src : this.sourceAddress;
    // The sum is over whom the datagram is for in the end.
    this.writeUdpHeader(frame, src, address, port, -1);
    const hasDf = setsDf(ns, dst, this.pmtuDiscovery, frame.tail - frame.l3, this.flowTo(port));
    frame.ignoreDf = ignoresDf(this.pmtuDiscovery);
    ns.mib.udpOutDatagrams++;
    const way = entryFor(dst, this.pmtuDiscovery);
    const [ttl, id, flags] = [this.ttlTo(dst), this.selectId(src, dst, hasDf), hasDf ? ipv4.DF : 0];
    return this.sent(ipSendOptions(ns, way, frame, src, ipv4.PROTO_UDP, this.tos, ttl, flags, id, options, address));
  }

  private reportLocalError(dst: Ip4, mtu: number): void {
    if (this.errors.length >= ERRORS_MAX) return;
    this.errors.push(tooLongError(dst, mtu, 0, this.ns.machine.sched.now));
    this.waiters.wakeAll();
  }

  private writeUdpHeader(frame: Frame, src: Ip4, dst: Ip4, port: number, payloadSum: number): void {
    const slab = frame.slab;
    const l4 = frame.l4;
    const udpLength = frame.tail - l4;
    const { localPort } = this;
    const pseudo = sumPseudoHeader(src, dst, ipv4.PROTO_UDP, udpLength);
    if (payloadSum < 0) {
      udp.writeHeader(slab.view, l4, localPort, port, udpLength, 0);
      udp.setChecksum(slab.view, l4, udp.checksumOf(sumBytes(slab, l4, udpLength, pseudo)));
      return;
    }
    const checksum = udp.checksumOf(pseudo + localPort + port + udpLength + payloadSum);
    udp.writeHeader(slab.view, l4, localPort, port, udpLength, checksum);
  }

  private checkSend(dst: DstEntry, length: number, port: number): Errno {
    if (this.pendingError !== '') return this.takeError();
    const errno = this.routeError(dst);
    if (errno !== '') return errno;
    if (length > PAYLOAD_BYTES_MAX) return 'EMSGSIZE';
    return this.pmtuDiscovery < PMTUDISC_DO ? '' : this.checkSize(dst, length, port);
  }

  /** Whether a datagram that must not be cut is short enough. Slow path. */
  private checkSize(dst: DstEntry, length: number, port: number): Errno {
    if (ignoresDf(this.pmtuDiscovery)) return '';
    const mtu = sendMtu(this.ns, dst, this.pmtuDiscovery, this.flowTo(port));
    if (length + ipv4.HEADER_LEN + udp.HEADER_LEN <= mtu) return '';
    if (this.recvErr) this.reportLocalError(dst.dst, mtu);
    return 'EMSGSIZE';
  }

  /** ip_select_ident: connected sockets count by themselves; DF without ignore_df needs no number at all. */
  private selectId(src: Ip4, dst: DstEntry, hasDf: boolean): number {
    if (this.isConnected) {
      const id = this.nextId;
      this.nextId = (id + 1) & 0xffff;
      return id;
    }
    if (hasDf && !ignoresDf(this.pmtuDiscovery)) return 0;
    return this.ns.idents.select(src, dst.dst, ipv4.PROTO_UDP, 1);
  }
}
