/**
 * UDP input (RFC 768; Linux: udp_rcv, udp_unicast_rcv_skb, __udp4_lib_mcast_deliver, udp_err).
 */
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { resetFlow } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as udp from '../../wire/udp.ts';
import { icmpSend } from '../ip/icmp-send.ts';
import { updatePmtu } from '../ip/fnhe.ts';
import { doRedirect } from '../ip/redirect.ts';
import { DST_LOCAL, ipRouteInput, ipRouteOutput } from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns, TransportHandler } from '../netns.ts';
import { icmpErrno } from './socket-error.ts';
import type { UdpSocket } from './udp-socket.ts';

/** What is no longer than this is summed up at once (CHECKSUM_BREAK). */
const CHECKSUM_BREAK = 76;

/** Twin of udp_rcv. Takes ownership; `frame.l4` stands at the UDP header. */
function udpRcv(ns: Netns, dev: NetDevice, frame: Frame): void {
  const v = frame.slab.view;
  const l4 = frame.l4;
  const available = frame.tail - l4;
  if (available < udp.HEADER_LEN) {
    dropBad(ns, dev, frame, Drop.NOT_SPECIFIED);
    return;
  }
  const length = udp.length(v, l4);
  if (length < udp.HEADER_LEN || length > available) {
    dropBad(ns, dev, frame, Drop.PKT_TOO_SMALL);
    return;
  }
  frame.tail = l4 + length;
  const src = ipv4.src(v, frame.l3);
  const dst = ipv4.dst(v, frame.l3);
  if (!frame.hasGoodSum && !udp.checksumOk(frame.slab, l4, length, src, dst)) {
    // A long one is only summed up for who wants it, and for groups and broadcasts that may be nobody.
    if (length > CHECKSUM_BREAK && ipRouteInput(ns, dst).type !== DST_LOCAL && takersOf(ns, dev, frame).length === 0) {
      ignore(ns, dev, frame);
      return;
    }
    ns.mib.udpInCsumErrors++;
    dropBad(ns, dev, frame, Drop.UDP_CSUM);
    return;
  }
  if ((ns.routes.findInput(dst) ?? ipRouteInput(ns, dst)).type !== DST_LOCAL) {
    deliverToAll(ns, dev, frame);
    return;
  }
  const socket = ns.udp.lookup(src, udp.srcPort(v, l4), dst, udp.dstPort(v, l4), dev);
  if (socket === null) noSocket(ns, dev, frame);
  else deliver(ns, dev, frame, socket);
}

function dropBad(ns: Netns, dev: NetDevice, frame: Frame, reason: (typeof Drop)[keyof typeof Drop]): void {
  ns.mib.udpInErrors++;
  ns.machine.stats.drop(frame, reason, dev);
}

function noSocket(ns: Netns, dev: NetDevice, frame: Frame): void {
  if (frame.flows !== null) resetFlow(frame);
  ns.mib.udpNoPorts++;
  icmpSend(ns, frame, icmp.DEST_UNREACH, icmp.PORT_UNREACH, 0);
  ns.machine.stats.drop(frame, Drop.NO_SOCKET, dev);
}

function deliver(ns: Netns, dev: NetDevice, frame: Frame, socket: UdpSocket): void {
  if (socket.encap !== null) {
    ns.mib.udpInDatagrams++;
    socket.encap.receive(ns, dev, frame);
    return;
  }
  const reason = socket.deliver(frame);
  if (reason === 0) {
    ns.mib.udpInDatagrams++;
    ns.machine.stats.deliver(frame);
    return;
  }
  ns.mib.udpRcvbufErrors++;
  dropBad(ns, dev, frame, reason);
}

/** A broadcast or multicast: every socket that fits gets it, all but the last a copy. Slow path. */
function deliverToAll(ns: Netns, dev: NetDevice, frame: Frame): void {
  const takers = takersOf(ns, dev, frame);
  const last = takers.pop();
  if (last === undefined) {
    ignore(ns, dev, frame);
    return;
  }
  for (const socket of takers) deliver(ns, dev, ns.machine.stats.clone(frame), socket);
  deliver(ns, dev, frame, last);
}

function takersOf(ns: Netns, dev: NetDevice, frame: Frame): UdpSocket[] {
  const v = frame.slab.view;
  const src = ipv4.src(v, frame.l3);
  const srcPort = udp.srcPort(v, frame.l4);
  const list = ns.udp.atPort(udp.dstPort(v, frame.l4)) ?? [];
  const dst = ipv4.dst(v, frame.l3);
  return list.filter((socket) => socket.score(src, srcPort, dst, dev) >= 0);
}

function ignore(ns: Netns, dev: NetDevice, frame: Frame): void {
  ns.mib.udpIgnoredMulti++;
  ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, dev);
}

/** Twin of udp_err: the quoted datagram tells which socket sent it. */
function udpErr(ns: Netns, frame: Frame, quoted: number, type: number, code: number, info: number): void {
  const v = frame.slab.view;
  const l4 = quoted + ipv4.headerLen(v, quoted);
  const dst = ipv4.dst(v, quoted);
  const socket = ns.udp.lookup(
    dst,
    udp.dstPort(v, l4),
    ipv4.src(v, quoted),
    udp.srcPort(v, l4),
    frame.dev as NetDevice | null,
  );
  if (socket === null) {
    tunnelErr(ns, frame, quoted, l4, info);
    return;
  }
  if (type === icmp.SOURCE_QUENCH) return;
  if (type === icmp.REDIRECT) {
    doRedirect(ns, frame, ipRouteOutput(ns, dst));
    return;
  }
  socket.reportError({
    errno: icmpErrno(type, code),
    origin: 'icmp',
    type,
    code,
    info,
    offender: ipv4.src(v, frame.l3),
    ttl: ipv4.ttl(v, frame.l3),
    dst,
    seq: 0,
    timeNs: ns.machine.sched.now,
  });
}

/**
 * Twin of __udp4_lib_err_encap: nobody has the source port, but a tunnel may listen at the port that the datagram was
 * sent to, and have sent it. It learns of paths only.
 */
function tunnelErr(ns: Netns, frame: Frame, quoted: number, l4: number, info: number): void {
  const v = frame.slab.view;
  const dst = ipv4.dst(v, quoted);
  const port = udp.dstPort(v, l4);
  const socket = ns.udp.lookup(dst, udp.srcPort(v, l4), ipv4.src(v, quoted), port, frame.dev as NetDevice | null);
  if (socket?.encap?.hasSent(frame, l4) !== true) {
    ns.mib.icmpInErrors++;
    return;
  }
  const isTooLong = icmp.type(v, frame.l4) === icmp.DEST_UNREACH && icmp.code(v, frame.l4) === icmp.FRAG_NEEDED;
  if (isTooLong) updatePmtu(ns, ipRouteOutput(ns, dst), info);
}

/** UDP, for the table of transports. */
export const udpTransport: TransportHandler = { receive: udpRcv, error: udpErr };
