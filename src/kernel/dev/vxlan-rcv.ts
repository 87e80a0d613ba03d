/**
 * What a VXLAN socket does with a datagram (Linux: vxlan_rcv): finds the device by VNI, takes the headers off by moving
 * an offset, learns where the sender is, and hands the frame to the device.
 *
 *   | outer Ethernet | outer IP | UDP | flags, VNI | Ethernet | IP … |
 *                    l3         l4                 head
 */
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { resetFlow } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as udp from '../../wire/udp.ts';
import * as vxlan from '../../wire/vxlan.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { NUD_REACHABLE } from '../ip/neigh.ts';
import { ecnDecapsulate } from './tunnel-ecn.ts';
import type { Vxlan } from './vxlan.ts';
import { NTF_SELF, NUD_FIXED, VxlanRemote } from './vxlan-fdb.ts';
import type { VxlanSock } from './vxlan-sock.ts';

const IPV6_HEADER_LEN = 40;

/** `frame.l4` stands at the UDP header. Takes ownership. */
export function vxlanRcv(sock: VxlanSock, ns: Netns, under: NetDevice, frame: Frame): void {
  const v = frame.slab.view;
  const header = frame.l4 + udp.HEADER_LEN;
  const inner = header + vxlan.HEADER_LEN;
  const { stats } = ns.machine;
  if (inner > frame.tail) {
    stats.drop(frame, Drop.PKT_TOO_SMALL, under);
    return;
  }
  const flags = vxlan.flagsWord(v, header);
  if (!vxlan.hasVni(flags)) {
    stats.drop(frame, Drop.VXLAN_INVALID_HDR, under);
    return;
  }
  const vni = vxlan.vniWord(v, header);
  const dev = sock.find(vni >>> 8);
  if (dev === null) {
    stats.drop(frame, Drop.VXLAN_VNI_NOT_FOUND, under);
    return;
  }
  const reason = flawOf(dev, frame, inner, vxlan.isPlain(flags, vni));
  if (reason !== 0) {
    stats.drop(frame, reason, dev);
    return;
  }
  frame.head = inner;
  frame.l3 = inner + ethernet.HEADER_LEN;
  if (dev.isElsewhere) frame.mark = 0;
  scrub(frame);
  dev.arrive(frame);
}

/** What the datagram was to the underlay is over (Linux: skb_scrub_packet, and what ip_rcv forgets). */
export function scrub(frame: Frame): void {
  if (frame.flows !== null) resetFlow(frame);
  frame.fragMaxSize = 0;
  frame.options = null;
  frame.ignoreDf = false;
  frame.physIn = null;
  frame.secPath = null;
}

/** Why the datagram cannot be taken apart, 0 when it can; what can be learned of it is learned. */
function flawOf(dev: Vxlan, frame: Frame, inner: number, isPlain: boolean): DropReason | 0 {
  const v = frame.slab.view;
  if (!isPlain) {
    const errors = dev.countErrors();
    errors.rxFrameErrors++;
    errors.rxErrors++;
    return Drop.VXLAN_INVALID_HDR;
  }
  if (inner + ethernet.HEADER_LEN > frame.tail) return Drop.NOMEM;
  // What the device itself has sent comes back from a group or a loop.
  const macHi = ethernet.srcHi(v, inner);
  const macLo = ethernet.srcLo(v, inner);
  if (macLo === dev.macLo && macHi === dev.macHi) return Drop.LOCAL_MAC;
  if (dev.config.learns) {
    const reason = vxlanSnoop(dev, ipv4.src(v, frame.l3), macHi, macLo);
    if (reason !== 0) return reason;
  }
  return innerFlaw(dev, frame, inner);
}

function innerFlaw(dev: Vxlan, frame: Frame, inner: number): DropReason | 0 {
  const v = frame.slab.view;
  const etherType = ethernet.etherType(v, inner);
  const l3 = inner + ethernet.HEADER_LEN;
  const isIp4 = etherType === ethernet.ETHERTYPE_IPV4;
  const least = isIp4 ? ipv4.HEADER_LEN : etherType === ethernet.ETHERTYPE_IPV6 ? IPV6_HEADER_LEN : 0;
  if (l3 + least > frame.tail) {
    const errors = dev.countErrors();
    errors.rxLengthErrors++;
    errors.rxErrors++;
    return Drop.PKT_TOO_SMALL;
  }
  const outerTos = ipv4.tos(v, frame.l3);
  if ((outerTos & 3) === 0 || ecnDecapsulate(v, outerTos, etherType, l3)) return 0;
  const errors = dev.countErrors();
  errors.rxFrameErrors++;
  errors.rxErrors++;
  return Drop.IP_TUNNEL_ECN;
}

/** Twin of vxlan_snoop: `src` is the endpoint behind which the address is. */
export function vxlanSnoop(dev: Vxlan, src: number, macHi: number, macLo: number): DropReason | 0 {
  if ((macHi & 0x0100) !== 0 || (macHi === 0 && macLo === 0)) return Drop.MAC_INVALID_SOURCE;
  const entry = dev.fdb.find(macHi, macLo);
  if (entry === null) {
    learn(dev, src, macHi, macLo);
    return 0;
  }
  dev.fdb.touch(entry);
  const remote = entry.remotes[0]!;
  if (remote.ip === src && remote.ifIndex === 0) return 0;
  if ((entry.state & NUD_FIXED) !== 0) return Drop.VXLAN_ENTRY_EXISTS;
  remote.ip = src;
  remote.dst = null;
  return 0;
}

/** Slow path. */
function learn(dev: Vxlan, src: number, macHi: number, macLo: number): void {
  const { dstPort, vni } = dev.config;
  if (dev.isUp) dev.fdb.create(macHi, macLo, NUD_REACHABLE, NTF_SELF, new VxlanRemote(src, dstPort, vni, 0));
}
