/**
 * ARP that a bridge answers for others, from its neighbour table and its forwarding table (Linux:
 * net/bridge/br_arp_nd_proxy.c), for ports with proxy_arp, proxy_arp_wifi or neigh_suppress.
 */
import { isLoopbackIp4, isMulticastIp4 } from '../../base/addr.ts';
import { FDB_LOCAL, FDB_MISS } from '../../link/fdb.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_HOST } from '../../link/frame.ts';
import * as arp from '../../wire/arp.ts';
import * as ethernet from '../../wire/ethernet.ts';
import type { Neighbour } from '../ip/neigh.ts';
import { NUD_VALID } from '../ip/neigh.ts';
import { devQueueXmit } from '../netdev.ts';
import type { Bridge, BridgePort } from './bridge.ts';
import { BR_NEIGH_SUPPRESS, BR_PROXYARP, BR_PROXYARP_WIFI } from './bridge-flags.ts';

/**
 * Twin of br_do_proxy_suppress_arp: true when the frame is an ARP packet that needs no flood to those ports (Linux:
 * proxyarp_replied). The frame stays the caller's. `inPort` is null for the host's own.
 */
export function brProxySuppressArp(bridge: Bridge, frame: Frame, inPort: BridgePort | null): boolean {
  const v = frame.slab.view;
  const l3 = frame.head + ethernet.HEADER_LEN;
  if (ethernet.etherType(v, frame.head) !== ethernet.ETHERTYPE_ARP || !arp.check(v, l3, frame.tail)) return false;
  const target = arp.targetIp(v, l3);
  const sender = arp.senderIp(v, l3);
  if (isLoopbackIp4(target) || isMulticastIp4(target)) return false;
  const isRequest = arp.op(v, l3) === arp.OP_REQUEST;
  const isSuppressing = (bridge.portFlags & BR_NEIGH_SUPPRESS) !== 0;
  if (isSuppressing) {
    if (inPort !== null && (inPort.flags & BR_NEIGH_SUPPRESS) !== 0) return false;
    if (isRequest && !ethernet.isMulticast(v, frame.head)) return false;
    if (sender >>> 24 === 0 || sender === target) return true;
  }
  if (!isRequest) return false;
  if (isSuppressing && bridge.addresses.some((entry) => entry.address === target)) return true;
  const neighbour = bridge.ns.neighbours.find(bridge, target);
  if (neighbour === null || (neighbour.state & NUD_VALID) === 0) return false;
  const found = bridge.fdb.find(neighbour.macHi, neighbour.macLo);
  if (found === FDB_MISS) return false;
  if (mayAnswer(inPort, bridge.portByNumber(found & ~FDB_LOCAL))) {
    answer(bridge, frame, inPort, neighbour);
    return true;
  }
  return isSuppressing;
}

function mayAnswer(inPort: BridgePort | null, target: BridgePort | null): boolean {
  if (inPort !== null && (inPort.flags & BR_PROXYARP) !== 0) return true;
  return target !== null && (target.flags & (BR_PROXYARP_WIFI | BR_NEIGH_SUPPRESS)) !== 0;
}

/** Twin of br_arp_send: the reply goes out by the port that asked, or up to the host when that has asked. */
function answer(bridge: Bridge, request: Frame, inPort: BridgePort | null, neighbour: Neighbour): void {
  const { stats, backlog } = bridge.ns.machine;
  const reply = stats.take(arp.PACKET_LEN);
  const v = reply.slab.view;
  const asked = request.head + ethernet.HEADER_LEN;
  const [senderHi, senderLo] = [arp.senderMacHi(v, asked), arp.senderMacLo(v, asked)];
  const { macHi, macLo, ip } = neighbour;
  reply.head = reply.l3 - ethernet.HEADER_LEN;
  reply.tail = reply.l3 + arp.PACKET_LEN;
  reply.dev = bridge;
  arp.write(v, reply.l3, arp.OP_REPLY, macHi, macLo, ip, senderHi, senderLo, arp.senderIp(v, asked));
  ethernet.writeHeader(v, reply.head, senderHi, senderLo, macHi, macLo, ethernet.ETHERTYPE_ARP);
  if (inPort !== null) {
    devQueueXmit(inPort.dev, reply);
    return;
  }
  reply.packetType = PACKET_HOST;
  backlog.enqueue(bridge, reply);
}
