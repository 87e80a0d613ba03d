/**
 * ARP for IPv4 over Ethernet (RFC 826; Linux: net/ipv4/arp.c). Answers for this host's addresses, learns who asks,
 * and asks for the neighbour table.
 */
import type { Ip4 } from '../../base/addr.ts';
import { isLoopbackIp4, isMulticastIp4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_HOST, PACKET_OTHERHOST } from '../../link/frame.ts';
import * as arp from '../../wire/arp.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import { devQueueXmit } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { Neighbour } from './neigh.ts';
import { LOCKTIME_NS, NUD_REACHABLE, NUD_STALE } from './neigh.ts';
import { createNeighbour } from './output.ts';
import { RT_SCOPE_LINK } from './fib.ts';
import { martianAddresses } from './rp-filter.ts';
import { inetSelectAddr } from './route.ts';

/** Twin of arp_rcv. Takes ownership of the frame. */
export function arpRcv(dev: NetDevice, frame: Frame): void {
  const stats = dev.ns.machine.stats;
  if (frame.packetType === PACKET_OTHERHOST) {
    stats.drop(frame, Drop.OTHERHOST, dev);
    return;
  }
  if (dev.noArp || !arp.check(frame.slab.view, frame.l3, frame.tail)) {
    const isShort = frame.tail - frame.l3 < arp.PACKET_LEN;
    stats.drop(frame, isShort ? Drop.PKT_TOO_SMALL : Drop.NOT_SPECIFIED, dev);
    return;
  }
  arpProcess(dev, frame);
}

/** Twin of arp_process. */
function arpProcess(dev: NetDevice, frame: Frame): void {
  const ns = dev.ns;
  const v = frame.slab.view;
  const o = frame.l3;
  const op = arp.op(v, o);
  const senderIp = arp.senderIp(v, o);
  const targetIp = arp.targetIp(v, o);
  const senderHi = arp.senderMacHi(v, o);
  const senderLo = arp.senderMacLo(v, o);
  const isKnownOp = op === arp.OP_REQUEST || op === arp.OP_REPLY;
  if (!isKnownOp || isMulticastIp4(targetIp) || isLoopbackIp4(targetIp)) {
    ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, dev);
    return;
  }
  // Asked of the addresses, not of the routes: a broadcast must not fill every host's kept routes with strangers.
  const isAsked = op === arp.OP_REQUEST && ns.localAddresses.has(targetIp);
  if (isAsked && senderIp === 0) {
    // Duplicate address detection (RFC 5227): answered, nothing learned.
    arpSend(dev, arp.OP_REPLY, senderHi, senderLo, targetIp, senderIp, senderHi, senderLo);
  } else if (isAsked && mayAsk(ns, dev, senderIp, targetIp)) {
    const isKnown = learnRequester(ns, dev, senderIp, senderHi, senderLo);
    if (isKnown) arpSend(dev, arp.OP_REPLY, senderHi, senderLo, targetIp, senderIp, senderHi, senderLo);
  } else updateKnown(ns, dev, frame, op, senderIp, senderHi, senderLo);
  ns.machine.stats.deliver(frame);
}

/** Whether a datagram from there could come by `dev` (arp_process asks ip_route_input). */
function mayAsk(ns: Netns, dev: NetDevice, sender: Ip4, target: Ip4): boolean {
  return martianAddresses(dev, sender, target) === 0 && !ns.localAddresses.has(sender);
}

/** Twin of neigh_event_ns: who asks us will be talked to soon. False when there is no room for an entry. */
function learnRequester(ns: Netns, dev: NetDevice, ip: Ip4, macHi: number, macLo: number): boolean {
  const neighbour = ns.neighbours.find(dev, ip) ?? createNeighbour(ns, dev, ip);
  if (neighbour !== null) ns.neighbours.update(neighbour, macHi, macLo, NUD_STALE, true);
  return neighbour !== null;
}

/** A reply, or a request for somebody else: updates an entry that exists (arp_accept is 0). */
function updateKnown(
  ns: Netns,
  dev: NetDevice,
  frame: Frame,
  op: number,
  senderIp: Ip4,
  macHi: number,
  macLo: number,
): void {
  const neighbour = ns.neighbours.find(dev, senderIp);
  if (neighbour === null) return;
  const isOverride = ns.machine.sched.now - neighbour.updatedNs > LOCKTIME_NS || isGratuitous(frame);
  const isUnicastReply = op === arp.OP_REPLY && frame.packetType === PACKET_HOST;
  ns.neighbours.update(neighbour, macHi, macLo, isUnicastReply ? NUD_REACHABLE : NUD_STALE, isOverride);
}

/** Twin of arp_is_garp: about its own address; a reply has to name its own MAC as the target's, too. */
function isGratuitous(frame: Frame): boolean {
  const v = frame.slab.view;
  const o = frame.l3;
  if (arp.senderIp(v, o) !== arp.targetIp(v, o)) return false;
  if (arp.op(v, o) !== arp.OP_REPLY) return true;
  return arp.senderMacHi(v, o) === arp.targetMacHi(v, o) && arp.senderMacLo(v, o) === arp.targetMacLo(v, o);
}

/** Twin of arp_solicit: by broadcast, or straight to the address that is to be confirmed. */
export function arpSolicit(neighbour: Neighbour, toKnown: boolean): void {
  const dev = neighbour.dev;
  const dstHi = toKnown ? neighbour.macHi : 0xffff;
  const dstLo = toKnown ? neighbour.macLo : -1;
  arpSend(dev, arp.OP_REQUEST, dstHi, dstLo, solicitSource(neighbour), neighbour.ip, 0, 0);
}

/** arp_announce 0: the source of the frame parked last if it is ours, else an address of ours, best of that subnet. */
function solicitSource(neighbour: Neighbour): Ip4 {
  const ns = neighbour.dev.ns;
  const parked = neighbour.parked.at(-1);
  if (parked !== undefined) {
    const source = ipv4.src(parked.slab.view, parked.l3);
    if (ns.localAddresses.has(source)) return source;
  }
  return inetSelectAddr(neighbour.dev, neighbour.ip, RT_SCOPE_LINK);
}

/**
 * Twin of arp_send: one ARP packet from `dev` to the Ethernet address `dstHi:dstLo`. `targetHi:targetLo` is the
 * address inside the packet, zero in requests.
 */
export function arpSend(
  dev: NetDevice,
  op: number,
  dstHi: number,
  dstLo: number,
  senderIp: Ip4,
  targetIp: Ip4,
  targetHi: number,
  targetLo: number,
): void {
  const frame = dev.ns.machine.stats.take(arp.PACKET_LEN);
  const v = frame.slab.view;
  frame.head = frame.l3 - ethernet.HEADER_LEN;
  frame.tail = frame.l3 + arp.PACKET_LEN;
  frame.dev = dev;
  arp.write(v, frame.l3, op, dev.macHi, dev.macLo, senderIp, targetHi, targetLo, targetIp);
  ethernet.writeHeader(v, frame.head, dstHi, dstLo, dev.macHi, dev.macLo, ethernet.ETHERTYPE_ARP);
  devQueueXmit(dev, frame);
}
