/** ARP that a VXLAN device with `proxy` answers by itself (Linux: arp_reduce). */
import { isLoopbackIp4, isMulticastIp4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_HOST } from '../../link/frame.ts';
import * as arp from '../../wire/arp.ts';
import * as ethernet from '../../wire/ethernet.ts';
import type { Neighbour } from '../ip/neigh.ts';
import { NUD_CONNECTED } from '../ip/neigh.ts';
import type { Vxlan } from './vxlan.ts';

/**
 * Answers a request for a neighbour that the device knows for sure, and tells who listens of one that it does not know.
 * No ARP goes further than this. Takes ownership.
 */
export function vxlanArpReduce(dev: Vxlan, frame: Frame): void {
  const { stats } = dev.ns.machine;
  const l3 = frame.head + ethernet.HEADER_LEN;
  if (!dev.noArp && frame.tail - l3 < arp.PACKET_LEN) {
    dev.txDropped++;
    stats.drop(frame, Drop.PKT_TOO_SMALL, dev);
    return;
  }
  const v = frame.slab.view;
  if (!dev.noArp && arp.check(v, l3, frame.tail) && arp.op(v, l3) === arp.OP_REQUEST) reduce(dev, frame, l3);
  stats.deliver(frame);
}

function reduce(dev: Vxlan, frame: Frame, l3: number): void {
  const target = arp.targetIp(frame.slab.view, l3);
  if (isLoopbackIp4(target) || isMulticastIp4(target)) return;
  const neighbour = dev.ns.neighbours.find(dev, target);
  if (neighbour === null) {
    if (dev.config.tellsL3Miss) dev.ns.events?.neighbourMiss(dev, target, 0);
    return;
  }
  if ((neighbour.state & NUD_CONNECTED) === 0) return;
  const entry = dev.fdb.findForFrame(neighbour.macHi, neighbour.macLo);
  // An address that leads nowhere is on this side of the tunnel.
  if (entry !== null && entry.remotes[0]!.ip === 0) return;
  answer(dev, l3, neighbour);
}

/** The reply comes up from the device as if it had come through the tunnel. */
function answer(dev: Vxlan, asked: number, neighbour: Neighbour): void {
  const reply = dev.ns.machine.stats.take(arp.PACKET_LEN);
  const v = reply.slab.view;
  const { macHi, macLo, ip } = neighbour;
  const [askerHi, askerLo] = [arp.senderMacHi(v, asked), arp.senderMacLo(v, asked)];
  reply.head = reply.l3 - ethernet.HEADER_LEN;
  reply.tail = reply.l3 + arp.PACKET_LEN;
  reply.packetType = PACKET_HOST;
  arp.write(v, reply.l3, arp.OP_REPLY, macHi, macLo, ip, askerHi, askerLo, arp.senderIp(v, asked));
  ethernet.writeHeader(v, reply.head, askerHi, askerLo, macHi, macLo, ethernet.ETHERTYPE_ARP);
  dev.reply(reply);
}
