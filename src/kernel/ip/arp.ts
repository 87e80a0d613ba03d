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
import {
  inDevArpNotify,
  inDevDropGratuitousArp,
  inDevProxyArp,
  inDevProxyArpPvlan,
  inDevRouteLocalnet,
} from '../sysctl-conf.ts';
import { arpAccepts, arpFilters, arpFlow, arpIgnores, arpProxies, arpSource } from './arp-policy.ts';
import type { Neighbour } from './neigh.ts';
import { NUD_REACHABLE, NUD_STALE } from './neigh.ts';
import { createNeighbour } from './output.ts';
import { DST_LOCAL, DST_UNICAST, ipRouteInputFlow } from './route.ts';
import { martianAddresses, validateSource } from './rp-filter.ts';

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
  const isBarred = isMulticastIp4(targetIp) || (isLoopbackIp4(targetIp) && !inDevRouteLocalnet(dev));
  if (!isKnownOp || isBarred || (senderIp === targetIp && inDevDropGratuitousArp(dev))) {
    ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, dev);
    return;
  }
  // Asked of the addresses, not of the routes: a broadcast must not fill every host's kept routes with strangers.
  const isAsked = op === arp.OP_REQUEST && (ns.localAddresses.has(targetIp) || ns.fib.hasCustomLocalRoutes);
  if (senderIp === 0) {
    // Duplicate address detection (RFC 5227): answered, nothing learned.
    const isMine = isAsked && ns.fib.addressType(targetIp) === 'local' && !arpIgnores(ns, dev, senderIp, targetIp);
    if (isMine) arpSend(dev, arp.OP_REPLY, senderHi, senderLo, targetIp, senderIp, senderHi, senderLo);
  } else if (isAsked && mayAsk(ns, dev, senderIp, targetIp)) {
    answer(ns, dev, senderIp, targetIp, senderHi, senderLo);
  } else if (op !== arp.OP_REQUEST || dev.conf.forwarding === 0 || !answerForOther(ns, dev, frame)) {
    updateKnown(ns, dev, frame, op, senderIp, senderHi, senderLo);
  }
  ns.machine.stats.deliver(frame);
}

/** Whether a datagram from there could come by `dev` to this host (arp_process asks ip_route_input). */
function mayAsk(ns: Netns, dev: NetDevice, sender: Ip4, target: Ip4): boolean {
  if (martianAddresses(dev, sender, target) !== 0) return false;
  const entry = ipRouteInputFlow(ns, arpFlow(dev, sender, target));
  return entry.type === DST_LOCAL && validateSource(ns, dev, sender, entry, NO_MARKS) === 0;
}

/** A question for an address of this host. */
function answer(ns: Netns, dev: NetDevice, sender: Ip4, target: Ip4, macHi: number, macLo: number): void {
  if (arpIgnores(ns, dev, sender, target) || arpFilters(ns, dev, sender, target)) return;
  const isKnown = learnRequester(ns, dev, sender, macHi, macLo);
  if (isKnown) arpSend(dev, arp.OP_REPLY, macHi, macLo, target, sender, macHi, macLo);
}

/**
 * A router may answer for others: by proxy_arp, for a private VLAN, or for addresses that it was told (RFC 1027). True
 * when it does; the answer to a broadcast waits a random while, so that the true owner may come first.
 */
function answerForOther(ns: Netns, dev: NetDevice, frame: Frame): boolean {
  if (!inDevProxyArp(dev) && !inDevProxyArpPvlan(dev) && ns.neighbours.proxies.length === 0) return false;
  const v = frame.slab.view;
  const [sender, target] = [arp.senderIp(v, frame.l3), arp.targetIp(v, frame.l3)];
  if (martianAddresses(dev, sender, target) !== 0) return false;
  const entry = ipRouteInputFlow(ns, arpFlow(dev, sender, target));
  if (entry.type !== DST_UNICAST || validateSource(ns, dev, sender, entry, NO_MARKS) !== 0) return false;
  if (!arpProxies(ns, dev, entry, sender, target)) return false;
  const [hi, lo] = [arp.senderMacHi(v, frame.l3), arp.senderMacLo(v, frame.l3)];
  learnRequester(ns, dev, sender, hi, lo);
  const reply = (): void => {
    if (dev.ns === ns && dev.isUp) arpSend(dev, arp.OP_REPLY, hi, lo, target, sender, hi, lo);
  };
  if (frame.packetType === PACKET_HOST || dev.arpParms.proxyDelayNs === 0) reply();
  else ns.neighbours.delayProxy(dev, reply);
  return true;
}

const NO_MARKS = { tos: 0, mark: 0 };

/** Twin of neigh_event_ns: who asks us will be talked to soon. False when there is no room for an entry. */
function learnRequester(ns: Netns, dev: NetDevice, ip: Ip4, macHi: number, macLo: number): boolean {
  const neighbour = ns.neighbours.find(dev, ip) ?? createNeighbour(ns, dev, ip);
  if (neighbour !== null) ns.neighbours.update(neighbour, macHi, macLo, NUD_STALE, true);
  return neighbour !== null;
}

/** A reply, or a request for somebody else: updates an entry that exists, or makes one where arp_accept says so. */
function updateKnown(
  ns: Netns,
  dev: NetDevice,
  frame: Frame,
  op: number,
  senderIp: Ip4,
  macHi: number,
  macLo: number,
): void {
  let neighbour = ns.neighbours.find(dev, senderIp);
  const accepts = arpAccepts(dev, senderIp);
  if (neighbour === null && !accepts) return;
  const isUnicast = ns.fib.addressType(senderIp) === 'unicast';
  const isGarp = isUnicast && isGratuitous(frame);
  if (neighbour === null) {
    if (!isGarp && !(op === arp.OP_REPLY && isUnicast)) return;
    neighbour = createNeighbour(ns, dev, senderIp);
    if (neighbour === null) return;
  }
  const isOverride = ns.machine.sched.now - neighbour.updatedNs > dev.arpParms.locktimeNs || isGarp;
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

/** By arp_announce: the source of the frame parked last, or an address of ours, best of that subnet. */
function solicitSource(neighbour: Neighbour): Ip4 {
  const parked = neighbour.parked.at(-1);
  const parkedSource = parked === undefined ? 0 : ipv4.src(parked.slab.view, parked.l3);
  return arpSource(neighbour.dev.ns, neighbour.dev, neighbour.ip, parkedSource);
}

/** Twin of inetdev_send_gratuitous_arp: the interface came up or got another MAC, and arp_notify is set. */
export function arpNotify(dev: NetDevice): void {
  if (!dev.isUp || dev.noArp || !inDevArpNotify(dev)) return;
  for (const { address } of dev.addresses) arpSend(dev, arp.OP_REQUEST, 0xffff, -1, address, address, 0, 0);
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
