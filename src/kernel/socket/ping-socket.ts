/**
 * A ping socket: SOCK_DGRAM with IPPROTO_ICMP (Linux: net/ipv4/ping.c). It sends echo requests under its own id and
 * receives the replies to them, and the ICMP errors about them.
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Errno } from '../errno.ts';
import type { SocketFlow } from '../ip/fnhe.ts';
import { updatePmtu } from '../ip/fnhe.ts';
import type { OutgoingOptions } from '../ip/ip-options-echo.ts';
import { firstHopOf, ipSendOptions, readSocketOptions } from '../ip/output-options.ts';
import { entryFor, ignoresDf, sendMtu, setsDf } from '../ip/output-pmtu.ts';
import { ipSend, PMTUDISC_DO, PMTUDISC_DONT, PMTUDISC_WANT } from '../ip/output.ts';
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
import type { SocketError } from './socket-error.ts';
import { ERRORS_MAX, tooLongError } from './socket-error.ts';

export { PMTUDISC_DO, PMTUDISC_DONT, PMTUDISC_WANT };

/** Replies that may wait for the program. */
const REPLIES_MAX = 256;
const DATAGRAM_BYTES_MAX = 65_535;

/** What policies of IPsec look at. */
const ICMP_FLOW: SocketFlow = { protocol: ipv4.PROTO_ICMP, localPort: icmp.ECHO_REQUEST, remotePort: 0 };

export interface EchoReply {
  readonly from: Ip4;
  readonly ttl: number;
  readonly seq: number;
  readonly id: number;
  /** The options of its IP header. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
  /** When it reached the socket. */
  readonly timeNs: number;
}

export class PingSocket implements Waitable {
  readonly ns: Netns;
  /** 0 = the namespace's default. */
  ttl: number;
  tos: number;
  pmtuDiscovery: number;
  /** SO_BROADCAST */
  broadcast: boolean;
  /** The ICMP id; 0 until bound or first used. */
  id: number;
  private localAddress: Ip4;
  private boundDevice: NetDevice | null;
  private options: OutgoingOptions | null;
  private readonly replies: EchoReply[];
  private readonly errors: SocketError[];
  private readonly waiters: WaitQueue;

  constructor(ns: Netns) {
    this.ns = ns;
    this.ttl = 0;
    this.tos = 0;
    this.pmtuDiscovery = ns.sysctls.ipNoPmtuDisc === 0 ? PMTUDISC_WANT : PMTUDISC_DONT;
    this.broadcast = false;
    this.id = 0;
    this.localAddress = 0;
    this.boundDevice = null;
    this.options = null;
    this.replies = [];
    this.errors = [];
    this.waiters = new WaitQueue();
  }

  /** Fixes source address (0 = any) and id (0 = a free one). */
  bind(address: Ip4, id: number): Errno {
    if (address !== 0 && ipRouteInput(this.ns, address).type !== DST_LOCAL) return 'EADDRNOTAVAIL';
    if (this.id !== 0) return 'EINVAL';
    const chosen = id === 0 ? this.ns.ping.freeId() : id;
    if (chosen === 0 || this.ns.ping.find(chosen) !== null) return 'EADDRINUSE';
    this.id = chosen;
    this.localAddress = address;
    this.ns.ping.add(this);
    return '';
  }

  /** SO_BINDTODEVICE */
  bindToDevice(name: string): Errno {
    const dev = this.ns.deviceByName(name);
    if (dev === null) return 'ENODEV';
    this.boundDevice = dev;
    return '';
  }

  /** IP_OPTIONS */
  setOptions(bytes: Uint8Array): Errno {
    const options = readSocketOptions(this.ns, bytes);
    if (options === null) return 'EINVAL';
    this.options = bytes.length === 0 ? null : options;
    return '';
  }

  /** The source address that datagrams to `dst` get; undefined when there is no route. */
  sourceFor(dst: Ip4): Ip4 | undefined {
    if (this.localAddress !== 0) return this.localAddress;
    const entry = this.route(dst);
    return entry.dev === null ? undefined : entry.src;
  }

  /** Sends an ICMP echo request with `payload` behind its 8-byte header. */
  sendEcho(dst: Ip4, seq: number, payload: Uint8Array): Errno {
    if (this.id === 0) {
      const errno = this.bind(0, 0);
      if (errno !== '') return errno;
    }
    const entry = this.route(firstHopOf(this.options, dst));
    const total = ipv4.HEADER_LEN + this.optlen + icmp.HEADER_LEN + payload.length;
    const errno = this.checkSend(entry, total, seq);
    if (errno !== '') {
      this.ns.machine.stats.refused++;
      return errno;
    }
    return this.transmit(entry, dst, seq, payload, total);
  }

  /** The oldest reply that waits, or null. */
  receive(): EchoReply | null {
    return this.replies.shift() ?? null;
  }

  /** The oldest entry of the error queue, or null. */
  receiveError(): SocketError | null {
    return this.errors.shift() ?? null;
  }

  close(): void {
    if (this.id !== 0) this.ns.ping.remove(this);
    this.id = 0;
  }

  isReady(): boolean {
    return this.replies.length > 0 || this.errors.length > 0;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }

  /** Whether a reply to `dst` is for this socket: it is bound there or anywhere (ping_lookup). */
  accepts(dst: Ip4): boolean {
    return this.localAddress === 0 || this.localAddress === dst;
  }

  /** An echo reply with this socket's id; false when too many wait already. */
  deliver(reply: EchoReply): boolean {
    if (this.replies.length >= REPLIES_MAX) return false;
    this.replies.push(reply);
    this.waiters.wakeAll();
    return true;
  }

  /** Twin of ipv4_sk_redirect: `frame` is a redirect, `told` what it says about a request. The program hears of it. */
  redirect(frame: Frame, told: SocketError): void {
    doRedirect(this.ns, frame, this.route(told.dst));
    this.queueError(told);
  }

  /** Twin of the end of ping_err. */
  reportError(error: SocketError): void {
    if (error.type === icmp.DEST_UNREACH && error.code === icmp.FRAG_NEEDED && error.origin === 'icmp') {
      updatePmtu(this.ns, this.route(error.dst), error.info);
    }
    this.queueError(error);
  }

  private queueError(error: SocketError): void {
    if (this.errors.length >= ERRORS_MAX) return;
    this.errors.push(error);
    this.waiters.wakeAll();
  }

  private get optlen(): number {
    return this.options?.opt.optlen ?? 0;
  }

  private route(dst: Ip4): DstEntry {
    if (this.boundDevice !== null) return ipRouteOutputVia(this.ns, dst, this.boundDevice, this.localAddress);
    return ipRouteOutput(this.ns, dst, this.localAddress, this.tos);
  }

  private checkSend(entry: DstEntry, total: number, seq: number): Errno {
    const errno = routeErrno(entry);
    if (errno !== '' || entry.dev === null) return errno;
    if (entry.type === DST_BROADCAST && !this.broadcast) return 'EACCES';
    if (total > DATAGRAM_BYTES_MAX) return 'EMSGSIZE';
    const mtu = sendMtu(this.ns, entry, this.pmtuDiscovery, ICMP_FLOW);
    if (ignoresDf(this.pmtuDiscovery) || total <= mtu) return '';
    this.reportError(tooLongError(entry.dst, mtu - this.optlen, seq, this.ns.machine.sched.now));
    return 'EMSGSIZE';
  }

  private transmit(entry: DstEntry, dst: Ip4, seq: number, payload: Uint8Array, total: number): Errno {
    const ns = this.ns;
    const frame = ns.machine.stats.take(total);
    const slab = frame.slab;
    frame.l4 = frame.l3 + ipv4.HEADER_LEN + this.optlen;
    frame.tail = frame.l3 + total;
    icmp.writeEcho(slab.view, frame.l4, icmp.ECHO_REQUEST, this.id, seq);
    slab.bytes.set(payload, frame.l4 + icmp.HEADER_LEN);
    icmp.setChecksum(slab.view, frame.l4, icmp.computeChecksum(slab, frame.l4, frame.tail - frame.l4));
    const src = this.localAddress === 0 ? entry.src : this.localAddress;
    const hasDf = setsDf(ns, entry, this.pmtuDiscovery, total, ICMP_FLOW);
    frame.ignoreDf = ignoresDf(this.pmtuDiscovery);
    ns.mib.countIcmpOut(icmp.ECHO_REQUEST);
    // Where DF holds the number serves nobody and is 0 (ip_select_ident).
    const id = hasDf && !frame.ignoreDf ? 0 : ns.idents.select(src, entry.dst, ipv4.PROTO_ICMP, 1);
    // One hop for groups (IP_MULTICAST_TTL).
    const usual = entry.type === DST_MULTICAST ? 1 : ns.sysctls.ipDefaultTtl;
    const ttl = this.ttl === 0 ? usual : this.ttl;
    const way = entryFor(entry, this.pmtuDiscovery);
    const { options, tos } = this;
    const flags = hasDf ? ipv4.DF : 0;
    if (options === null) return ipSend(ns, way, frame, src, ipv4.PROTO_ICMP, tos, ttl, flags, id);
    return ipSendOptions(ns, way, frame, src, ipv4.PROTO_ICMP, tos, ttl, flags, id, options, dst);
  }
}
